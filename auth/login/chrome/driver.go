package chrome

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"gatepass/auth/login"
	"gatepass/store"
)

// Driver signs in with a browser. It is for one run and one goroutine.
type Driver struct {
	o    Options
	path string
	proc *process
	wire *wire
	wake chan struct{}   // something happened
	life context.Context // ends with Close
	end  context.CancelFunc

	seen    *sight         // the page that was returned last, to act on
	values  []store.Secret // what was typed, usernames left out
	touched map[spot]bool  // the fields that it was typed into

	mu       sync.Mutex // guards what follows, which the browser's events change
	browser  *session
	sessions map[sessionID]*session
	tabs     map[targetID]*tab
	front    *tab // the window that the login happens in
	guard    guard
	last     login.Page // the page that was returned last
	stop     *login.Stopped
	traffic  traffic
	aside    *tab                    // that is opening a window for us
	bearers  map[string]store.Secret // Authorization headers, by origin
	asking   int                     // requests that wait until somebody was asked
	notes    map[*tab]string         // what a tab's requests are for
	clock    clock
	greeted  map[fetch.RequestID]bool
	refused  []login.RefusedCookie
	carriers map[network.RequestID]bool            // requests that left with secrets
	agent    *emulation.SetUserAgentOverrideParams // nil for the browser's own
	called   string                                // the User-Agent header
	closed   bool
}

var _ login.Driver = (*Driver)(nil)

// Name implements [login.Driver].
func (d *Driver) Name() string { return "browser" }

// Path is the program of the browser that is used.
func (d *Driver) Path() string { return d.path }

// errClosed says that a driver was used after its end.
var errClosed = errors.New("the browser was closed")

// launch starts the browser, once.
func (d *Driver) launch(ctx context.Context) error {
	if d.closed {
		return errClosed
	}
	if d.proc != nil {
		return nil
	}
	p, err := newProfile(d.o)
	if err != nil {
		return err
	}
	proc, err := start(ctx, d.path, d.o.args(p.Path()), d.o.Environ, p)
	if err != nil {
		return errors.Join(err, p.Close())
	}
	d.proc = proc
	d.mu.Lock() // events come as soon as the wire is up
	d.wire = newWire(proc.pipe, d.event)
	d.browser = &session{wire: d.wire, left: make(chan struct{})}
	d.notes = map[*tab]string{}
	d.mu.Unlock()
	send(d.browser, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorDeny})
	version, err := call(ctx, d.browser, browser.GetVersion, cdp.Empty{})
	if err != nil {
		return d.lost(ctx, err)
	}
	d.named(version)
	if _, err := call(ctx, d.browser, target.SetAutoAttach, everyTarget); err != nil {
		return d.lost(ctx, err)
	}
	t, err := d.await(ctx, func() *tab {
		for _, t := range d.tabs {
			return t
		}
		return nil
	})
	if err == nil {
		err = equipped(ctx, t)
	}
	if err != nil {
		return d.lost(ctx, err)
	}
	d.mu.Lock()
	d.front = t
	d.mu.Unlock()
	return nil
}

// equipped waits until a new tab has carried out what it was sent. A navigation is
// begun by another part of the browser, which does not wait for that.
func equipped(ctx context.Context, t *tab) error {
	_, err := call(ctx, t.main, runtime.RunIfWaitingForDebugger, cdp.Empty{})
	return err
}

// named takes note of what the browser calls itself.
func (d *Driver) named(v browser.GetVersionResult) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.called = v.UserAgent; d.o.UserAgent != "" {
		return // it was told what to call itself
	}
	if d.agent = agent(v); d.agent != nil {
		d.called = d.agent.UserAgent
	}
}

// await waits until a tab is there.
func (d *Driver) await(ctx context.Context, find func() *tab) (*tab, error) {
	for {
		d.mu.Lock()
		t := find()
		d.mu.Unlock()
		if t != nil {
			return t, nil
		}
		select {
		case <-d.wake:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-d.wire.gone:
			return nil, errGone
		}
	}
}

// lost explains an error that a step ended with. Once the caller's time is up the
// browser is of no more use, so it ends at once.
func (d *Driver) lost(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		d.proc.killSoon()
		return ctx.Err()
	case errors.Is(err, errGone):
		<-d.proc.ended()
		return d.proc.notStarted()
	}
	return err
}

// Open implements [login.Driver].
func (d *Driver) Open(ctx context.Context, u *url.URL) (login.Page, error) {
	if err := d.launch(ctx); err != nil {
		return login.Page{}, err
	}
	d.mu.Lock()
	t := d.front
	d.mu.Unlock()
	if err := d.navigate(ctx, t, u); err != nil {
		return login.Page{}, d.lost(ctx, err)
	}
	return d.arrive(d.settle(ctx, before{}))
}

// navigate goes to an address.
func (d *Driver) navigate(ctx context.Context, t *tab, u *url.URL) error {
	d.mu.Lock()
	t.failure, t.auth, t.told = "", nil, nil
	d.mu.Unlock()
	r, err := call(ctx, t.main, page.Navigate, page.NavigateParams{URL: u.String()})
	if err != nil {
		return err
	}
	if r.ErrorText != "" && r.LoaderID != "" {
		d.errorPage(ctx, t, r.LoaderID)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.ErrorText == "" && r.LoaderID != "" && !t.commits[r.LoaderID] {
		// The answer may come before what is told of the way there. What is in front
		// now is not to be taken for where it led.
		t.head(r.LoaderID)
		t.due = r.LoaderID
	}
	switch {
	case d.stop != nil:
		return d.stop
	case r.IsDownload:
		return login.Stop(login.PageNotFound, nil, "%s is a file to download.", login.Bare(u))
	case r.ErrorText != "" && r.ErrorText != "net::ERR_HTTP_RESPONSE_CODE_FAILURE" && r.ErrorText != "net::ERR_ABORTED":
		return unreachable(r.ErrorText, login.Origin(u))
	}
	t.failure = ""
	return nil
}

// errorPage waits until the browser's own error page is in front, so that it does
// not come in the midst of the next step. It may not come at all.
func (d *Driver) errorPage(ctx context.Context, t *tab, loader cdp.LoaderID) {
	ctx, cancel := context.WithTimeout(ctx, stillWindow)
	defer cancel()
	_, _ = d.await(ctx, func() *tab {
		if t.commits[loader] && t.ready {
			return t
		}
		return nil
	})
}

// arrive takes in a page of the login.
func (d *Driver) arrive(s *sight, err error) (login.Page, error) {
	if err != nil {
		return login.Page{}, err
	}
	d.mu.Lock()
	d.seen, d.last = s, s.page
	passkeys := d.front.passkeys
	d.mu.Unlock()
	if passkeys > 0 && s.empty() {
		switch login.Read(s.page).Kind {
		case login.KindNone, login.KindPasskey, login.KindScript:
			return login.Page{}, login.Stop(login.PasskeyOnly, nil, "%s asked the browser for a passkey and has nothing to fill in.", login.Bare(s.page.URL))
		}
	}
	return s.page, nil
}

// PasskeyAsked reports how often the page in front asked the browser for a passkey
// (Web Authentication §5.1.4). Every call was declined.
func (d *Driver) PasskeyAsked() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.front == nil {
		return 0
	}
	return d.front.passkeys
}

// Skew implements [login.Driver].
func (d *Driver) Skew() login.Skew {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clock.skew
}

// Traffic implements [login.Driver].
func (d *Driver) Traffic() []login.Exchange {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]login.Exchange(nil), d.traffic.list...)
}

// Close implements [login.Driver]. When it returns, no process of the browser is
// left, and neither is its folder.
func (d *Driver) Close() error {
	d.closed = true
	d.end()
	if d.proc == nil {
		return nil
	}
	if err := d.proc.kill(); err != nil {
		return store.WithHint(fmt.Errorf("end the browser: %w", err), "Remove the folder "+d.proc.profile.Path()+" by hand.")
	}
	return nil
}
