package httpdriver

import (
	"context"
	"net"
)

// DialBy lets a test answer for names that no resolver knows.
func (d *Driver) DialBy(dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	d.transport.DialContext = dial
}

// UsesProxy reports whether requests go through any proxy.
func (d *Driver) UsesProxy() bool { return d.transport.Proxy != nil }
