package auth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"

	"gatepass/auth/login"
	"gatepass/auth/login/chrome"
	"gatepass/auth/login/httpdriver"
	"gatepass/store"
)

// The drivers that can be asked for.
const (
	driverAuto    = "auto" // plain HTTP, and a browser where the page needs one
	driverHTTP    = "http"
	driverBrowser = "browser"
)

// choice is the driver that was asked for, else the target's own.
func choice(t store.Target, o VerifyOptions) (string, error) {
	c := o.Driver
	if c == "" {
		c = t.Driver
	}
	switch c {
	case "":
		return driverAuto, nil
	case driverAuto, driverHTTP, driverBrowser:
		return c, nil
	}
	return "", fmt.Errorf("%w: there is no driver %q (auto, http, browser)", ErrUsage, c)
}

// run signs in with the driver that was chosen. With auto it reads the pages over
// plain HTTP, which takes a hundredth of a browser's time, and starts a browser
// only for a login that cannot be read so.
func (g *Gate) run(ctx context.Context, plan login.Plan, o VerifyOptions) (login.Result, []login.Exchange, error) {
	chosen, err := choice(plan.Target, o)
	if err != nil {
		return login.Result{}, nil, err
	}
	proxy, err := parseProxy(o.Proxy)
	if err != nil {
		return login.Result{}, nil, err
	}
	plan.Bare = g.bare(proxy)
	if chosen == driverBrowser {
		driver, err := g.browser(plan.Guard, proxy, o)
		if err != nil {
			return login.Result{}, nil, err
		}
		return drive(ctx, driver, plan)
	}
	driver, err := httpdriver.New(httpdriver.Options{Guard: plan.Guard, Proxy: proxy, Now: g.Now})
	if err != nil {
		return login.Result{}, nil, err
	}
	if chosen == driverHTTP {
		return drive(ctx, driver, plan)
	}
	held := &heldSink{emit: plan.Emit}
	first := plan
	first.Emit = held.event
	result, traffic, err := drive(ctx, driver, first)
	if err != nil || result.Diagnosis == nil || result.Diagnosis.Code != login.NeedsBrowser {
		held.release()
		return result, traffic, err
	}
	second, err := g.browser(plan.Guard, proxy, o)
	if err != nil {
		held.release()
		result.Diagnosis.Remedy = browserRemedy(err)
		return result, traffic, nil
	}
	return drive(ctx, second, plan)
}

func drive(ctx context.Context, driver login.Driver, plan login.Plan) (login.Result, []login.Exchange, error) {
	result := login.Run(ctx, driver, plan)
	traffic := driver.Traffic()
	return result, traffic, driver.Close()
}

// browser makes the driver that runs scripts.
func (g *Gate) browser(guard *login.Guard, proxy *url.URL, o VerifyOptions) (login.Driver, error) {
	driver, err := chrome.New(chrome.Options{
		Path: o.Browser, Headful: o.Headful, Guard: guard, Proxy: proxy, Now: g.Now,
		TempDir: os.TempDir(), Environ: g.Environ, Guardian: g.Guardian,
	})
	if err != nil {
		return nil, fmt.Errorf("start a browser: %w", err)
	}
	return driver, nil
}

// browserRemedy says what to do where a login needs a browser and there is none.
func browserRemedy(err error) string {
	remedy := "It needs a browser, and none can be started here"
	if hints := store.Hints(err); errors.Is(err, chrome.ErrNoBrowser) && len(hints) > 0 {
		return remedy + ". " + hints[0]
	}
	return remedy + ": " + err.Error() + "."
}

// heldSink keeps what is told of reaching the page until it is sure that this
// driver goes on: a page that is read a second time, by a browser, is news once.
type heldSink struct {
	emit     func(login.Event)
	held     []login.Event
	released bool
}

func (h *heldSink) event(e login.Event) {
	if !h.released && (e.Stage == login.StageReach && e.State != login.Pass || len(h.held) > 0 && e.State == login.Skip) {
		h.held = append(h.held, e)
		return
	}
	h.release()
	h.tell(e)
}

func (h *heldSink) release() {
	for _, e := range h.held {
		h.tell(e)
	}
	h.held, h.released = nil, true
}

func (h *heldSink) tell(e login.Event) {
	if h.emit != nil {
		h.emit(e)
	}
}

func parseProxy(s string) (*url.URL, error) {
	if s == "" {
		return nil, nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%w: the proxy's address is not one (http://HOST:PORT, socks5://HOST:PORT)", ErrUsage)
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
		return u, nil
	}
	return nil, fmt.Errorf("%w: there is no proxy of the kind %q (http, https, socks5)", ErrUsage, u.Scheme)
}
