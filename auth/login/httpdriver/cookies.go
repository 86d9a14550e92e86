package httpdriver

import (
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"sort"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"gatepass/auth/login"
	"gatepass/store"
)

// cookies is a jar that can also tell what is in it. The jar itself only answers
// for an address, and with name and value alone, so what was set is remembered
// beside it. The jar has the last word on what there is.
type cookies struct {
	jar  *cookiejar.Jar
	kept map[string]keptCookie
}

// keptCookie is a cookie with an address that it is sent to.
type keptCookie struct {
	login.Cookie
	sentTo *url.URL
}

const maxKept = 1000

func newCookies() (*cookies, error) {
	jar, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	if err != nil {
		return nil, fmt.Errorf("make a cookie jar: %w", err)
	}
	return &cookies{jar: jar, kept: map[string]keptCookie{}}, nil
}

// set takes in what an answer from u sets. The jar refuses what u has no right to.
func (c *cookies) set(u *url.URL, list []*http.Cookie, now time.Time) {
	c.jar.SetCookies(u, list)
	for _, cookie := range list {
		kept := describe(u, cookie, now)
		key := kept.Domain + "\x00" + kept.Path + "\x00" + kept.Name
		if len(c.kept) < maxKept || c.kept[key].sentTo != nil {
			c.kept[key] = kept
		}
	}
}

// describe reads a cookie as RFC 6265 §5.3 stores it.
func describe(u *url.URL, c *http.Cookie, now time.Time) keptCookie {
	host := strings.ToLower(u.Hostname())
	domain := strings.ToLower(strings.TrimPrefix(c.Domain, "."))
	hostOnly := domain == "" || domain == host && net.ParseIP(host) != nil
	if hostOnly {
		domain = host
	}
	path := c.Path
	if !strings.HasPrefix(path, "/") { // §5.1.4, default-path
		path = strings.TrimSuffix(u.Path[:strings.LastIndexByte(u.Path, '/')+1], "/")
	}
	if path == "" {
		path = "/"
	}
	kept := login.Cookie{
		Name: c.Name, Value: store.NewSecret(c.Value), Domain: domain, HostOnly: hostOnly, Path: path,
		Secure: c.Secure, HTTPOnly: c.HttpOnly, SameSite: sameSite(c.SameSite),
	}
	switch {
	case c.MaxAge > 0:
		kept.Expires = now.Add(time.Duration(c.MaxAge) * time.Second)
	case c.MaxAge == 0 && !c.Expires.IsZero():
		kept.Expires = c.Expires
	}
	return keptCookie{kept, &url.URL{Scheme: u.Scheme, Host: u.Host, Path: path}}
}

func sameSite(s http.SameSite) string {
	return map[http.SameSite]string{
		http.SameSiteStrictMode: "Strict", http.SameSiteLaxMode: "Lax", http.SameSiteNoneMode: "None",
	}[s]
}

// restore puts cookies of an earlier run in.
func (c *cookies) restore(list []login.Cookie, now time.Time) {
	for _, old := range list {
		if old.Expired(now) {
			continue
		}
		u := &url.URL{Scheme: "http", Host: old.Domain, Path: old.Path}
		if old.Secure {
			u.Scheme = "https"
		}
		cookie := &http.Cookie{
			Name: old.Name, Value: old.Value.Reveal(), Path: old.Path, Expires: old.Expires,
			Secure: old.Secure, HttpOnly: old.HTTPOnly, SameSite: modeOf(old.SameSite),
		}
		if !old.HostOnly {
			cookie.Domain = old.Domain
		}
		c.set(u, []*http.Cookie{cookie}, now)
	}
}

func modeOf(s string) http.SameSite {
	return map[string]http.SameSite{
		"Strict": http.SameSiteStrictMode, "Lax": http.SameSiteLaxMode, "None": http.SameSiteNoneMode,
	}[s]
}

// of gives what a request to u carries.
func (c *cookies) of(u *url.URL) []*http.Cookie { return c.jar.Cookies(u) }

// all lists what the jar holds, in a fixed order.
func (c *cookies) all() []login.Cookie {
	var list []login.Cookie
	for _, kept := range c.kept {
		for _, held := range c.of(kept.sentTo) {
			if held.Name == kept.Name && held.Value == kept.Value.Reveal() {
				list = append(list, kept.Cookie)
				break
			}
		}
	}
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		return a.Domain+"\x00"+a.Path+"\x00"+a.Name < b.Domain+"\x00"+b.Path+"\x00"+b.Name
	})
	return list
}
