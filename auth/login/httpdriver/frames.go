package httpdriver

import (
	"context"
	"net/http"

	"gatepass/auth/login"
)

// maxFrames is how many frames of a page are looked into.
const maxFrames = 3

// inFrames looks for the login in a page's frames where the page itself has none. The
// frame's document takes the page's place. Frames of others than the page's own origin
// and the allowed ones are not looked into.
func (d *Driver) inFrames(ctx context.Context, p login.Page) (login.Page, error) {
	if len(p.Frames) == 0 || login.AsksToSignIn(p) || login.SignedInLooking(p) {
		return p, nil
	}
	for i, f := range p.Frames {
		if i >= maxFrames || f.URL == nil {
			continue
		}
		if login.Origin(f.URL) != login.Origin(p.URL) && !d.allowed.May(f.URL) || downgrade(p.URL, f.URL) != nil {
			continue
		}
		a, err := d.follow(ctx, request{method: http.MethodGet, url: f.URL, from: p.URL, jar: d.cookies, note: "frame"})
		if err != nil {
			return login.Page{}, err
		}
		if login.AsksToSignIn(a.Page) {
			return a.Page, nil
		}
	}
	return p, nil
}
