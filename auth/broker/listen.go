package broker

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// Where says where to listen.
type Where struct {
	Addr string // HOST:PORT; "" is 127.0.0.1 and any free port
	Unix string // a socket's path instead
	// Public allows an address that others reach; it needs Cert and Key.
	Public    bool
	Cert, Key string // PEM files; with them TLS is spoken
}

// ErrPublic says that an address is reached by others, and that this was not asked
// for or is not protected.
var ErrPublic = errors.New("others can reach this address")

// FolderError says that a socket's folder is open to others. It matches ErrPublic.
type FolderError struct{ Socket, Folder string }

func (e *FolderError) Error() string {
	return fmt.Sprintf("listen on %q: %v: its folder is not private", e.Socket, ErrPublic)
}

// Is reports whether target is ErrPublic.
func (e *FolderError) Is(target error) bool { return target == ErrPublic }

// A Listener is where a broker listens.
type Listener struct {
	net.Listener
	URL   string   // how to reach it; http://unix/ for a socket
	Hosts []string // what Host headers may say; empty for a socket
}

// Listen opens a place to listen on: this machine's own address, a socket that only
// its owner may open, or, if that was asked for, another address with TLS.
func Listen(w Where) (*Listener, error) {
	if w.Unix != "" {
		return listenUnix(w.Unix)
	}
	addr := w.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", addr, err)
	}
	secure := w.Cert != "" && w.Key != ""
	if !loopback(host) && (!w.Public || !secure) {
		return nil, fmt.Errorf("listen on %q: %w", addr, ErrPublic)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if !secure {
		own := hosts(host, l.Addr())
		return &Listener{Listener: l, Hosts: own, URL: "http://" + own[0]}, nil
	}
	out, err := secured(l, host, w)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return out, nil
}

// secured speaks TLS. Others reach it under the names that its certificate has.
func secured(l net.Listener, host string, w Where) (*Listener, error) {
	pair, err := tls.LoadX509KeyPair(w.Cert, w.Key)
	if err != nil {
		return nil, fmt.Errorf("read the certificate: %w", err)
	}
	own := named(pair.Leaf, l.Addr())
	if loopback(host) {
		own = append(own, hosts(host, l.Addr())...)
	}
	if len(own) == 0 {
		return nil, errors.New("read the certificate: it is for no name and no address")
	}
	return &Listener{
		Listener: tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}),
		URL:      "https://" + own[0], Hosts: own,
	}, nil
}

// named lists what a Host header may say by a certificate. The port may be left out
// where it is the scheme's own.
func named(leaf *x509.Certificate, at net.Addr) []string {
	_, port, _ := net.SplitHostPort(at.String()) // it is a listener's address
	var own []string
	add := func(name string) {
		own = append(own, strings.ToLower(net.JoinHostPort(name, port)))
		if port == "443" {
			own = append(own, strings.ToLower(name))
		}
	}
	for _, name := range leaf.DNSNames {
		add(name)
	}
	for _, ip := range leaf.IPAddresses {
		add(ip.String())
	}
	return own
}

// listenUnix opens a socket. The folder must be nobody else's: until its rights are
// set, a socket has those of the process's mask.
func listenUnix(path string) (*Listener, error) {
	if info, err := os.Lstat(path); err == nil {
		if info.Mode()&os.ModeSocket == 0 {
			return nil, fmt.Errorf("listen on %q: something else has that name", path)
		}
		if c, err := net.Dial("unix", path); err == nil {
			return nil, errors.Join(fmt.Errorf("listen on %q: somebody listens there already", path), c.Close())
		}
		if err := os.Remove(path); err != nil { // left behind by one that was killed
			return nil, fmt.Errorf("listen on %q: %w", path, err)
		}
	}
	folder, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", path, err)
	}
	if folder.Mode().Perm()&0o077 != 0 {
		return nil, &FolderError{Socket: path, Folder: filepath.Dir(path)}
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("listen: %w", err), l.Close())
	}
	return &Listener{Listener: l, URL: "http://unix"}, nil
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// hosts lists what a Host header may say to reach a listener.
func hosts(host string, at net.Addr) []string {
	_, port, _ := net.SplitHostPort(at.String()) // it is a listener's address
	own := []string{strings.ToLower(net.JoinHostPort(host, port))}
	if loopback(host) {
		for _, other := range []string{"127.0.0.1", "localhost", "::1"} {
			if name := net.JoinHostPort(other, port); name != own[0] {
				own = append(own, name)
			}
		}
	}
	return own
}
