package login

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"gatepass/store"
)

// Origin gives an address's origin, scheme://host[:port], in lower case and
// without the scheme's own port. It is what credentials are bound to: a
// registrable domain would make acme.okta.com and evil.okta.com one.
func Origin(u *url.URL) string {
	if u == nil {
		return ""
	}
	return store.OriginOf(u)
}

// Bare gives the part of an address that may be shown and kept: scheme, host and
// path. Queries, fragments and the path's own parameters carry codes, tokens, states
// and session ids.
func Bare(u *url.URL) string {
	if u == nil {
		return ""
	}
	return Clean(Origin(u) + withoutParameters(u.EscapedPath()))
}

// withoutParameters cuts the parameters off a path's segments (RFC 3986 §3.3): servlet
// containers write the session's id there.
func withoutParameters(path string) string {
	segments := strings.Split(path, "/")
	for i := range segments {
		segments[i], _, _ = strings.Cut(segments[i], ";")
	}
	return strings.Join(segments, "/")
}

// Origins is the list of origins that may receive a secret.
type Origins []string

// Check reports why a secret must not go to u; nil if it may.
func (o Origins) Check(u *url.URL) error {
	if err := encrypted(u); err != nil {
		return err
	}
	origin := Origin(u)
	for _, allowed := range o {
		if origin == allowed {
			return nil
		}
	}
	return fmt.Errorf("%s is not one of the allowed origins (%s)", origin, strings.Join(o, ", "))
}

// encrypted reports why the way to u can be read by others.
func encrypted(u *url.URL) error {
	switch strings.ToLower(u.Scheme) {
	case "https":
		return nil
	case "http":
		if Loopback(u) {
			return nil
		}
		return unencrypted{Origin(u)}
	}
	return fmt.Errorf("%q is not an address for a login", u.Scheme)
}

// Loopback reports whether u names this machine, so that plain HTTP crosses no
// network.
func Loopback(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
