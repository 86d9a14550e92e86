package login

import (
	"context"
	"strings"
)

// rememberDevice keeps what the second factor's host remembers this device by: its
// cookies that outlive the browser, and nobody else's. Where the application asks for
// the factor itself, only what its answer to "trust this device" set counts, so that
// a session does not pass for a device.
func (r *run) rememberDevice(ctx context.Context, before Session) {
	now := r.sessionNow(ctx)
	appeared(before, &now)
	own := r.factorAt == r.page.URL.Hostname()
	r.device = nil
	for _, c := range now.Cookies {
		if !c.Expires.IsZero() && c.sentTo(r.factorAt) && (c.Fresh || !own) {
			r.device = append(r.device, c)
		}
	}
}

// sentTo reports whether a cookie goes to a host (RFC 6265 §5.1.3).
func (c Cookie) sentTo(host string) bool {
	host = strings.ToLower(host)
	return host == c.Domain || !c.HostOnly && strings.HasSuffix(host, "."+c.Domain)
}
