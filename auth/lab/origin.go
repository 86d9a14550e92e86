package lab

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// closeTime is how long running requests have to end once the lab closes.
const closeTime = 500 * time.Millisecond

// An origin is one listening port with its server.
type origin struct {
	listener net.Listener
	server   *http.Server
}

// secure makes the origin speak TLS, and lets its answers take as long as they want:
// who waits for a person waits for minutes.
func (o *origin) secure(config *tls.Config) {
	o.listener = tls.NewListener(o.listener, config)
	o.server.ReadTimeout, o.server.WriteTimeout = 0, 0
}

func (o *origin) host() string { return o.listener.Addr().String() }
func (o *origin) url() string  { return "http://" + o.host() }

// localhost is the same port under another name. Cookies do not care for ports:
// to be foreign to the applications, an origin needs another host.
func (o *origin) localhost() string {
	_, port, _ := net.SplitHostPort(o.host()) // It is a listener's address.
	return "http://" + net.JoinHostPort("localhost", port)
}

// loopback reads an address to listen on and makes sure that only this machine
// can reach it.
func loopback(addr string) (netip.AddrPort, error) {
	numeric := addr
	if port, ok := strings.CutPrefix(addr, "localhost:"); ok {
		numeric = "127.0.0.1:" + port
	}
	parsed, err := netip.ParseAddrPort(numeric)
	if err != nil {
		return netip.AddrPort{}, advised{
			fmt.Errorf("read the address %q: %w", addr, err),
			"An address is written 127.0.0.1:8100, or 127.0.0.1:0 for any free ports.",
		}
	}
	if !parsed.Addr().IsLoopback() {
		return netip.AddrPort{}, advised{
			fmt.Errorf("%w: %s can be reached from other machines", ErrNotLoopback, parsed.Addr()),
			"Use 127.0.0.1.",
		}
	}
	return parsed, nil
}

// listen opens count ports: any free ones if the address has port 0, else the
// address's and those that follow.
func listen(ctx context.Context, addr netip.AddrPort, count int) ([]*origin, error) {
	var all []*origin
	for i := range count {
		port := int(addr.Port())
		if port != 0 {
			port += i
		}
		where := net.JoinHostPort(addr.Addr().String(), strconv.Itoa(port))
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", where)
		if err != nil {
			for _, o := range all {
				_ = o.listener.Close() // It has not served yet.
			}
			return nil, advised{
				fmt.Errorf("listen on %s: %w", where, err),
				fmt.Sprintf("The range needs %d ports in a row. Choose another address, or port 0 for any free ones.", count),
			}
		}
		all = append(all, &origin{listener: l})
	}
	return all, nil
}

// equip gives the origin its server. delay is the longest that a handler waits on
// purpose; requests end when ctx does.
func (o *origin) equip(ctx context.Context, h http.Handler, delay time.Duration) {
	o.server = &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       delay + 15*time.Second,
		WriteTimeout:      delay + 15*time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    32 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		// A client that breaks off is no news, and the terminal is not ours.
		ErrorLog: log.New(io.Discard, "", 0),
	}
}

// serve runs until the origin is closed, which is no error.
func (o *origin) serve() error {
	err := o.server.Serve(o.listener)
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve %s: %w", o.url(), err)
}

// close lets running requests end, but not for long.
func (o *origin) close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	if o.server.Shutdown(ctx) != nil {
		_ = o.server.Close() // Whatever is still open is cut off.
	}
}
