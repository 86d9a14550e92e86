package chrome

import (
	"context"
	"errors"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"

	"gatepass/auth/login"
)

// betweenSights is how often a page that never stops changing is read: a countdown
// or a picture that turns is no news, and reading costs.
const betweenSights = 250 * time.Millisecond

// forEver is longer than anybody waits; the context ends it.
const forEver = 24 * time.Hour

var _ login.Watcher = (*Driver)(nil)

// Watch implements [login.Watcher]. It waits for events: navigations, windows and
// frames that come and go, and every change to what the window in front shows, its
// shadow roots and frames included. The page that it answers has come to rest.
//
// The browser goes on when the context ends: who waited in vain may look at it.
func (d *Driver) Watch(ctx context.Context, after login.Page) (login.Page, error) {
	if d.seen == nil {
		return login.Page{}, errors.New("there is no page to watch")
	}
	was := d.asItIs()
	watched := map[*session]bool{}
	defer func() {
		for s := range watched {
			send(s, dom.Disable, cdp.Empty{})
		}
	}()
	for {
		t, err := d.standing(nil)
		if err != nil {
			return login.Page{}, err
		}
		// What is watched from now on and what it shows now leave no gap between them.
		if err := d.observe(ctx, t, watched); err != nil {
			return login.Page{}, d.awaited(ctx, err)
		}
		if d.readable(t) && !d.asks() {
			now, err := d.look(ctx, t)
			switch {
			case err == nil && (t != was.tab || now.face != was.face || now.words != was.words || login.Bare(now.page.URL) != login.Bare(after.URL)):
				s, err := d.still(ctx, nil, was)
				if err != nil {
					return login.Page{}, d.awaited(ctx, err)
				}
				return d.arrive(s, nil)
			case err != nil && (ctx.Err() != nil || errors.Is(err, errGone)):
				return login.Page{}, d.awaited(ctx, err)
			}
		}
		begun := time.Now()
		if err := d.pause(ctx, forEver); err != nil {
			return login.Page{}, d.awaited(ctx, err)
		}
		if err := rest(ctx, betweenSights-time.Since(begun)); err != nil {
			return login.Page{}, d.awaited(ctx, err)
		}
	}
}

// awaited explains why nothing came.
func (d *Driver) awaited(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return d.lost(ctx, err)
}

// observe has the browser tell of every change to the documents of a window. It
// tells only of nodes that it has handed out, so it is asked for all of them, and
// again after each change.
func (d *Driver) observe(ctx context.Context, t *tab, watched map[*session]bool) error {
	d.mu.Lock()
	sessions := []*session{t.main}
	for _, s := range t.frames {
		sessions = append(sessions, s)
	}
	d.mu.Unlock()
	for _, s := range sessions {
		if !watched[s] {
			watched[s] = true
			send(s, dom.Enable, dom.EnableParams{})
		}
		_, err := call(ctx, s, dom.GetDocument, dom.GetDocumentParams{Depth: new(int64(-1)), Pierce: new(true)})
		if err := unlessLeft(ctx, err); err != nil {
			return err
		}
	}
	return nil
}

// rest lets time pass.
func rest(ctx context.Context, how time.Duration) error {
	timer := time.NewTimer(how)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
