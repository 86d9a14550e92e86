package chrome

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"

	"gatepass/auth/login"
	"gatepass/store"
)

// Session implements [login.Driver].
func (d *Driver) Session(ctx context.Context) (login.Session, error) {
	d.mu.Lock()
	s := login.Session{Driver: d.Name(), Agent: d.called, Authorization: d.bearers[login.Origin(d.last.URL)]}
	d.mu.Unlock()
	if d.proc == nil || d.closed {
		return s, nil
	}
	jar, err := call(ctx, d.browser, storage.GetCookies, storage.GetCookiesParams{})
	if err != nil {
		return s, d.lost(ctx, err)
	}
	for _, c := range jar.Cookies {
		s.Cookies = append(s.Cookies, cookieOf(c))
	}
	if s.Storage, err = d.storages(ctx); err != nil {
		return s, d.lost(ctx, err)
	}
	return s, nil
}

func cookieOf(c *network.Cookie) login.Cookie {
	own := login.Cookie{
		Name: c.Name, Value: store.NewSecret(c.Value), Path: c.Path,
		Domain: strings.TrimPrefix(c.Domain, "."), HostOnly: !strings.HasPrefix(c.Domain, "."),
		Secure: c.Secure, HTTPOnly: c.HTTPOnly, SameSite: string(c.SameSite),
	}
	if c.PartitionKey != nil {
		own.Partition = login.Partition{Site: c.PartitionKey.TopLevelSite, CrossSite: c.PartitionKey.HasCrossSiteAncestor}
	}
	if !c.Session && c.Expires > 0 {
		whole, part := math.Modf(c.Expires)
		own.Expires = time.Unix(int64(whole), int64(part*1e9))
	}
	return own
}

// Restore implements [login.Driver].
func (d *Driver) Restore(ctx context.Context, cookies []login.Cookie) error {
	if err := d.launch(ctx); err != nil {
		return err
	}
	var all []error
	for _, c := range cookies {
		if c.Expired(d.o.Now()) {
			continue
		}
		// One by one: the browser takes either the whole list or nothing of it.
		_, err := call(ctx, d.browser, storage.SetCookies, storage.SetCookiesParams{Cookies: []*network.CookieParam{paramOf(c)}})
		switch {
		case ctx.Err() != nil || errors.Is(err, errGone):
			return d.lost(ctx, err)
		case err != nil:
			all = append(all, fmt.Errorf("restore the cookie %s of %s: %w", login.Quote(c.Name), login.Quote(c.Domain), err))
		}
	}
	return errors.Join(all...)
}

func paramOf(c login.Cookie) *network.CookieParam {
	at := url.URL{Scheme: "http", Host: c.Domain, Path: c.Path}
	if c.Secure {
		at.Scheme = "https"
	}
	if strings.Contains(c.Domain, ":") { // an address of IPv6
		at.Host = "[" + strings.Trim(c.Domain, "[]") + "]"
	}
	own := &network.CookieParam{
		Name: c.Name, Value: c.Value.Reveal(), URL: at.String(), Path: c.Path,
		Secure: c.Secure, HTTPOnly: c.HTTPOnly, SameSite: network.CookieSameSite(c.SameSite),
	}
	if !c.HostOnly {
		own.Domain = "." + c.Domain // without the dot it would be that host's alone
	}
	if c.Partition != (login.Partition{}) {
		own.PartitionKey = &network.CookiePartitionKey{TopLevelSite: c.Partition.Site, HasCrossSiteAncestor: c.Partition.CrossSite}
	}
	if !c.Expires.IsZero() {
		own.Expires = cdp.TimeSinceEpoch(float64(c.Expires.UnixMilli()) / 1000)
	}
	return own
}

// authorized takes note of the header by which an application's own page shows its
// server who it is. What holds a secret that was typed is the login itself.
func (d *Driver) authorized(s *session, e *network.EventRequestWillBeSent, to *url.URL) {
	value := header(e.Request.Headers, "authorization")
	from, err := url.Parse(e.DocumentURL)
	if value == "" || err != nil || s.tab == nil || d.notes[s.tab] != "" || login.Origin(from) != login.Origin(to) || d.guard.typed.In(value) {
		return
	}
	if d.bearers == nil {
		d.bearers = map[string]store.Secret{}
	}
	d.bearers[login.Origin(to)] = store.NewSecret(value)
}
