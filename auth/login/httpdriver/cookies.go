package httpdriver

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"

	"gatepass/auth/login"
)

// cookies is a jar that can also tell what is in it. The jar itself only answers
// for an address, so the addresses that cookies were set for are remembered.
type cookies struct {
	jar    *cookiejar.Jar
	places map[string]*url.URL
}

const maxPlaces = 500

func newCookies() (*cookies, error) {
	jar, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	if err != nil {
		return nil, fmt.Errorf("make a cookie jar: %w", err)
	}
	return &cookies{jar: jar, places: map[string]*url.URL{}}, nil
}

// set takes in what an answer from u sets. The jar refuses what u has no right to.
func (c *cookies) set(u *url.URL, list []*http.Cookie) {
	c.jar.SetCookies(u, list)
	for _, cookie := range list {
		path := cookie.Path
		if !strings.HasPrefix(path, "/") { // RFC 6265 §5.1.4, default-path
			path = u.Path[:strings.LastIndexByte(u.Path, '/')+1]
		}
		if path == "" {
			path = "/"
		}
		place := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: path}
		if len(c.places) < maxPlaces {
			c.places[place.String()] = place
		}
	}
}

// of gives what a request to u carries.
func (c *cookies) of(u *url.URL) []*http.Cookie { return c.jar.Cookies(u) }

// held names every cookie, as name@host, with a token that changes when its value
// does.
func (c *cookies) held() map[string]string {
	all := map[string]string{}
	for _, place := range c.places {
		for _, cookie := range c.of(place) {
			sum := sha256.Sum256([]byte(cookie.Value))
			all[login.Clean(cookie.Name)+"@"+place.Hostname()] = hex.EncodeToString(sum[:6])
		}
	}
	return all
}
