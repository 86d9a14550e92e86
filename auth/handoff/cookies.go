package handoff

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"gatepass/auth/login"
	"gatepass/store"
)

// sort takes the cookies that the application's hosts would be sent, and leaves the
// others, an identity provider's above all, to themselves: they open more than this
// application.
func (v *view) sort(s login.Session) {
	for _, c := range s.Cookies {
		if c.Expired(v.in.Options.Now) {
			continue
		}
		if c.Path == "" {
			c.Path = "/"
		}
		if v.sentInScope(c) {
			v.cookies = append(v.cookies, c)
		} else {
			v.left = append(v.left, login.Clean(c.Name)+" of "+login.Clean(c.Domain))
		}
	}
	slices.SortStableFunc(v.cookies, func(a, b login.Cookie) int { return len(b.Path) - len(a.Path) })
	v.bearer = s.Authorization.Reveal()
}

func (v *view) sentInScope(c login.Cookie) bool {
	return slices.ContainsFunc(v.hosts(), func(host string) bool { return domainMatches(c, host) })
}

// domainMatches is RFC 6265 §5.1.3, with the host-only flag of §5.3.
func domainMatches(c login.Cookie, host string) bool {
	domain, host := strings.ToLower(c.Domain), strings.ToLower(host)
	if domain == host {
		return true
	}
	return !c.HostOnly && strings.HasSuffix(host, "."+domain)
}

// pathMatches is RFC 6265 §5.1.4.
func pathMatches(c login.Cookie, path string) bool {
	if path == "" {
		path = "/"
	}
	if c.Path == path {
		return true
	}
	return strings.HasPrefix(path, c.Path) && (strings.HasSuffix(c.Path, "/") || path[len(c.Path)] == '/')
}

// sentTo are the cookies that a request to an address carries, longer paths first
// (RFC 6265 §5.4).
func (v *view) sentTo(u *url.URL) []login.Cookie {
	var sent []login.Cookie
	for _, c := range v.cookies {
		secure := !c.Secure || u.Scheme == "https" || login.Loopback(u)
		if secure && domainMatches(c, u.Hostname()) && pathMatches(c, u.EscapedPath()) {
			sent = append(sent, c)
		}
	}
	return sent
}

// headerCookies are those that a fixed header carries: what the proof was asked for
// with.
func (v *view) headerCookies() []login.Cookie {
	u, err := url.Parse(v.proof().URL)
	if err != nil || u.Host == "" {
		u, err = url.Parse(v.origin() + "/")
		if err != nil {
			return nil
		}
	}
	return v.sentTo(u)
}

// cookiesFor are those that one of the application's origins is sent: where the proof is,
// what that was asked for with.
func (v *view) cookiesFor(origin string) []login.Cookie {
	if originOf(v.proofURL()) == origin {
		return v.headerCookies()
	}
	u, err := url.Parse(origin + "/")
	if err != nil {
		return nil
	}
	return v.sentTo(u)
}

// cookieValue is the value of a Cookie header; "" without cookies.
func (v *view) cookieValue() string {
	var pairs []string
	for _, c := range v.headerCookies() {
		pairs = append(pairs, c.Name+"="+c.Value.Reveal())
	}
	return strings.Join(pairs, "; ")
}

// usable reports why the session cannot be handed off at all.
func (v *view) usable() error {
	if v.in.Session == nil {
		return fmt.Errorf("%w: nobody signed in for it", ErrNoSession)
	}
	if len(v.cookies) == 0 && v.bearer == "" && len(v.localStorage()) == 0 {
		return fmt.Errorf("%w: it has no cookie of %s, no Authorization header and nothing in its storage", ErrNoSession, strings.Join(v.hosts(), ", "))
	}
	for _, c := range v.cookies {
		if err := checkCookie(c); err != nil {
			return err
		}
	}
	if strings.ContainsFunc(v.bearer, control) {
		return refuse("its Authorization header holds a line break or another control character")
	}
	return v.longEnough()
}

// needsCookies refuses a session whose cookies are not what signs in, for a file that
// carries nothing else.
func (v *view) needsCookies(where string) error {
	switch {
	case len(v.cookies) > 0:
		return nil
	case v.bearer != "":
		return store.WithHint(refuse("the session is in an Authorization header, which %s cannot carry; header, curl and nuclei can", where),
			"The header: gatepass handoff "+shell(v.in.Target.Name)+" --for header")
	}
	return store.WithHint(refuse("the session is in the browser's storage, which %s cannot carry; playwright can", where),
		"The storage: gatepass handoff "+shell(v.in.Target.Name)+" --for playwright")
}

// needsHeaders refuses a session that is in neither a cookie nor a header.
func (v *view) needsHeaders(where string) error {
	if v.bearer == "" && len(v.headerCookies()) == 0 {
		if len(v.cookies) > 0 {
			return refuse("no cookie of the session is sent to %s", v.proof().URL)
		}
		return v.needsCookies(where)
	}
	return nil
}

// checkCookie refuses what would break out of a line, a header or a field.
func checkCookie(c login.Cookie) error {
	switch {
	case c.Name == "" || strings.ContainsFunc(c.Name, func(r rune) bool { return control(r) || strings.ContainsRune("=;, \t\"", r) }):
		return refuse("a cookie of %s has a name that no file carries", c.Domain)
	case strings.ContainsFunc(c.Value.Reveal(), control):
		return refuse("the value of the cookie %s holds a tab, a line break or another control character", c.Name)
	case strings.Contains(c.Value.Reveal(), ";"):
		return refuse("the value of the cookie %s holds a semicolon", c.Name)
	case strings.ContainsFunc(c.Path+c.Domain, func(r rune) bool { return control(r) || r == ';' }):
		return refuse("the path or the domain of the cookie %s holds a control character", c.Name)
	}
	return nil
}

// control finds what ends a line or a field: every control character, and the two
// separators that YAML and JavaScript take for line breaks.
func control(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' }

// localStorage is what the application's origins keep.
func (v *view) localStorage() []login.Storage {
	return v.storage(func(s login.Storage) []login.StorageItem { return s.Local })
}

// tabStorage is the same of the tab that signed in.
func (v *view) tabStorage() []login.Storage {
	return v.storage(func(s login.Storage) []login.StorageItem { return s.Session })
}

func (v *view) storage(items func(login.Storage) []login.StorageItem) []login.Storage {
	if v.in.Session == nil {
		return nil
	}
	var kept []login.Storage
	for _, place := range v.in.Session.Storage {
		if slices.Contains(v.scope, place.Origin) && len(items(place)) > 0 {
			kept = append(kept, login.Storage{Origin: place.Origin, Local: items(place)})
		}
	}
	return kept
}

// byHeader reports whether the session is an Authorization header, as far as is known
// before somebody signs in.
func (v *view) byHeader() bool {
	if v.in.Session != nil {
		return v.bearer != ""
	}
	return v.in.Proven != nil && v.in.Proven.Facts.Header
}

// cookieNames are the names of the cookies that keep the session, as far as they are
// known.
func (v *view) cookieNames() []string {
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if v.in.Session != nil {
		sent := v.headerCookies()
		fresh := slices.ContainsFunc(sent, func(c login.Cookie) bool { return c.Fresh })
		for _, c := range sent {
			if c.Fresh || !fresh {
				add(c.Name)
			}
		}
		return names
	}
	if v.in.Proven == nil {
		return nil
	}
	for _, fact := range v.in.Proven.Facts.Cookies {
		at := strings.LastIndex(fact, "@")
		if at > 0 && v.sentInScope(login.Cookie{Domain: fact[at+1:]}) {
			add(fact[:at])
		}
	}
	return names
}
