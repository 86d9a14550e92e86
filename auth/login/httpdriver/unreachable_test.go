package httpdriver_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/auth/login/httpdriver"
)

// closed is an address where nobody listens.
func closed(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// listener answers every connection with what a function does.
func listener(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				serve(c)
			}()
		}
	}()
	return l.Addr().String()
}

// TestUnreachable_EachHasItsName: what is wrong on the way is told apart.
func TestUnreachable_EachHasItsName(t *testing.T) {
	authority, stranger := newAuthority(t), newAuthority(t)
	soon, past := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
	const name = "app.example.com"
	plain := serve(t, nil)
	oldOnly := listener(t, func(c net.Conn) {
		_ = tls.Server(c, &tls.Config{Certificates: []tls.Certificate{authority.sign(t, soon, name)}, MaxVersion: tls.VersionTLS11}).Handshake()
	})
	for what, c := range map[string]struct {
		host   *host
		dial   string // instead of host
		url    string
		code   login.Code
		detail string
	}{
		"no such name":        {nil, "", "https://nobody.example.com/", login.DNS, "nobody.example.com"},
		"nobody listens":      {nil, closed(t), "https://app.example.com/", login.Connect, "refused"},
		"hangs up":            {nil, listener(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 1)) }), "http://app.example.com/", login.Connect, "without an answer"},
		"unknown authority":   {serveTLS(t, stranger.sign(t, soon, name), nil), "", "https://app.example.com/", login.TLS, "does not know"},
		"another's name":      {serveTLS(t, authority.sign(t, soon, "other.example.com"), nil), "", "https://app.example.com/", login.TLS, "other.example.com"},
		"expired":             {serveTLS(t, authority.sign(t, past, name), nil), "", "https://app.example.com/", login.TLS, "not valid at this machine's time"},
		"no TLS there":        {plain, "", "https://app.example.com/", login.TLS, "does not speak TLS"},
		"too old a TLS":       {nil, oldOnly, "https://app.example.com/", login.TLS, "No encrypted connection"},
		"hangs up on the TLS": {nil, listener(t, func(c net.Conn) { _, _ = io.ReadFull(c, make([]byte, 64)) }), "https://app.example.com/", login.TLS, "No encrypted connection"},
	} {
		t.Run(what, func(t *testing.T) {
			d := drive(t, httpdriver.Options{RootCAs: authority.pool})
			if c.dial != "" {
				d.DialBy(func(ctx context.Context, network, _ string) (net.Conn, error) {
					return new(net.Dialer).DialContext(ctx, network, c.dial)
				})
			} else {
				names(d, map[string]*host{name: c.host})
			}
			_, err := d.Open(t.Context(), address(t, c.url))
			wantStop(t, err, c.code)
			if !strings.Contains(detail(err), c.detail) {
				t.Errorf("got %q, want it to tell %q", detail(err), c.detail)
			}
		})
	}
}

// TestUnreachable_ByTheResolver asks a real resolver for a name that RFC 6761 keeps
// from existing.
func TestUnreachable_ByTheResolver(t *testing.T) {
	d := drive(t, httpdriver.Options{})
	_, err := d.Open(t.Context(), address(t, "https://app.invalid/"))
	wantStop(t, err, login.DNS)
}

func TestUnreachable_ContextsComeFirst(t *testing.T) {
	app := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	d := drive(t, httpdriver.Options{}, app)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := d.Open(ctx, app.at("/")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestProxy_IsUsed(t *testing.T) {
	authority := newAuthority(t)
	secure := serveTLS(t, authority.sign(t, time.Now().Add(time.Hour), "app.example.com"), func(w http.ResponseWriter, _ *http.Request) { html(w, "<title>through</title>") })
	tunnels := 0
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodConnect {
			tunnels++
			tunnel(w, secure.address())
			return
		}
		html(w, "<title>plain "+r.URL.String()+"</title>")
	})
	d := drive(t, httpdriver.Options{Proxy: proxy.at(""), RootCAs: authority.pool})
	if p := open(t, d, address(t, "https://app.example.com/")); p.Title != "through" || tunnels != 1 {
		t.Errorf("got %q over %d tunnels", p.Title, tunnels)
	}
	d = drive(t, httpdriver.Options{Proxy: proxy.at(""), RootCAs: authority.pool})
	if p := open(t, d, address(t, "http://app.example.com/x")); p.Title != "plain http://app.example.com/x" {
		t.Errorf("got %q", p.Title)
	}
}

// tunnel connects a client to an address.
func tunnel(w http.ResponseWriter, address string) {
	server, err := net.Dial("tcp", address)
	if err != nil {
		http.Error(w, "", http.StatusBadGateway)
		return
	}
	client, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		_ = server.Close()
		return
	}
	_, _ = io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
	go func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	}()
	_, _ = io.Copy(client, server)
	_ = client.Close()
}

func TestProxy_ThatRefuses(t *testing.T) {
	refusing := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusProxyAuthRequired)
	})
	for what, c := range map[string]struct{ proxy, url, detail string }{
		"CONNECT":           {refusing.URL, "https://app.example.com/", "status 407"},
		"nobody listens":    {"http://" + closed(t), "https://app.example.com/", "refused"},
		"socks, nobody":     {"socks5://" + closed(t), "https://app.example.com/", "refused"},
		"socks, no answer":  {"socks5://" + listener(t, func(net.Conn) {}), "https://app.example.com/", ""},
		"with its password": {strings.Replace("http://"+closed(t), "://", "://user:hunter22@", 1), "https://app.example.com/", "refused"},
	} {
		t.Run(what, func(t *testing.T) {
			d := drive(t, httpdriver.Options{Proxy: address(t, c.proxy)})
			_, err := d.Open(t.Context(), address(t, c.url))
			wantStop(t, err, login.Proxy)
			if !strings.Contains(detail(err), c.detail) || strings.Contains(detail(err), "hunter22") {
				t.Errorf("got %q", detail(err))
			}
		})
	}
	// A plain request is answered by the proxy as if it were the application.
	d := drive(t, httpdriver.Options{Proxy: address(t, refusing.URL)})
	if got := login.Decide(open(t, d, address(t, "http://app.example.com/")), login.Memory{}); got.Stop != login.Proxy {
		t.Errorf("got %+v", got)
	}
}

// TestProxy_OfTheEnvironmentIsLeftAlone: see the package's documentation for why.
func TestProxy_OfTheEnvironmentIsLeftAlone(t *testing.T) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		t.Setenv(name, "http://"+closed(t))
	}
	app := serve(t, func(w http.ResponseWriter, _ *http.Request) { html(w, "<title>straight</title>") })
	d := drive(t, httpdriver.Options{})
	names(d, map[string]*host{"app.example.com": app})
	if d.UsesProxy() { // net/http reads the environment once for each process, perhaps before this test
		t.Error("a proxy that nobody named is used")
	}
	if p := open(t, d, address(t, "http://app.example.com/")); p.Title != "straight" {
		t.Errorf("got %q", p.Title)
	}
}
