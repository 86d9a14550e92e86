package chrome

import (
	"context"
	"net/url"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"gatepass/auth/login"
)

// maxMet is how many origins of one window are remembered.
const maxMet = 20

// meet takes note of an origin that a window has shown, and names it.
func (t *tab) meet(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	origin := login.Origin(u)
	if len(t.met) < maxMet {
		t.met[origin] = true
	}
	return origin
}

// leftBehind adds what is kept by origins that a window has shown and shows no more,
// such as an identity provider's. A window that is opened from it inherits a copy of
// its sessionStorage (HTML, "create a new browsing context"); in there each origin is
// gone to once more, with an empty document in place of what its server would say,
// so that nothing of it runs and nobody is told.
func (d *Driver) leftBehind(ctx context.Context, t *tab, found map[string]shelf) error {
	d.mu.Lock()
	var gone []string
	for origin := range t.met {
		if _, shown := found[origin]; !shown {
			gone = append(gone, origin)
		}
	}
	d.mu.Unlock()
	if len(gone) == 0 {
		return nil
	}
	aside, err := d.openAside(ctx, t)
	if err != nil || aside == nil {
		return unlessLeft(ctx, err)
	}
	defer send(d.browser, target.CloseTarget, target.CloseTargetParams{TargetID: aside.main.info.TargetID})
	if _, err := call(ctx, aside.main, network.SetBypassServiceWorker, network.SetBypassServiceWorkerParams{Bypass: true}); err != nil {
		return unlessLeft(ctx, err)
	}
	for _, origin := range gone {
		if _, err := call(ctx, aside.main, page.Navigate, page.NavigateParams{URL: origin + "/"}); err != nil {
			return unlessLeft(ctx, err)
		}
		if err := shelfOf(ctx, aside.main, cdp.FrameID(aside.main.info.TargetID), found); err != nil {
			return err
		}
	}
	return nil
}

// openAside opens a window from another, as a script of its page would; nil if the
// page's window must not open any.
func (d *Driver) openAside(ctx context.Context, t *tab) (*tab, error) {
	world, err := call(ctx, t.main, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: cdp.FrameID(t.main.info.TargetID), WorldName: "gatepass"})
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	d.aside = t
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.aside = nil
	}()
	r, err := call(ctx, t.main, runtime.Evaluate, runtime.EvaluateParams{
		Expression: `!!open("about:blank")`, ContextID: world.ExecutionContextID, ReturnByValue: new(true), Silent: new(true), UserGesture: new(true),
	})
	if err != nil || r.Result == nil || string(r.Result.Value) != "true" {
		return nil, err
	}
	own, err := d.await(ctx, func() *tab {
		for _, other := range d.tabs {
			if other.empty && other.opener == t.main.info.TargetID {
				return other
			}
		}
		return nil
	})
	if err == nil {
		err = equipped(ctx, own)
	}
	return own, err
}

// fulfil answers a request of a window that is to show nothing.
func (d *Driver) fulfil(s *session, e *fetch.EventRequestPaused) {
	send(s, fetch.FulfillRequest, fetch.FulfillRequestParams{
		RequestID: e.RequestID, ResponseCode: 200,
		ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: "text/html"}},
		Body:            []byte("<!doctype html><title>-</title>"),
	})
}
