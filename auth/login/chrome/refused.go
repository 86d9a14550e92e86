package chrome

import (
	"net/url"
	"slices"

	"github.com/chromedp/cdproto/network"

	"gatepass/auth/login"
)

var _ login.Picky = (*Driver)(nil)

// maxRefused is how many cookies that were not taken are remembered.
const maxRefused = 20

// Refused implements [login.Picky].
func (d *Driver) Refused() []login.RefusedCookie {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.refused)
}

// refuse takes note of cookies that the browser did not take. Those of others are
// often refused on purpose, and no login depends on them.
func (d *Driver) refuse(f flight, list []*network.BlockedSetCookieWithReason) {
	x := d.traffic.at(f)
	if x == nil || x.Note != "" {
		return // beside the login
	}
	at, err := url.Parse(x.URL)
	if err != nil || d.o.Guard == nil || !d.o.Guard.May(at) {
		return
	}
	for _, c := range list {
		if c.Cookie == nil || len(c.BlockedReasons) == 0 || len(d.refused) >= maxRefused {
			continue
		}
		refused := login.RefusedCookie{Name: c.Cookie.Name, Host: at.Hostname(), Why: string(c.BlockedReasons[0])}
		if !slices.Contains(d.refused, refused) {
			d.refused = append(d.refused, refused)
		}
	}
}
