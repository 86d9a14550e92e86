package chrome

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"

	"gatepass/auth/login"
)

// before is how things stood before an act, so that what came of it is told from
// what was there. The zero value is for going to an address.
type before struct {
	acted    bool
	tab      *tab
	shape    uint64
	face     uint64
	words    uint64
	requests int
	loader   cdp.LoaderID // the document
}

// How long a page must have been still to count as the next one. It depends on how
// much there is to wait for: a page without scripts does not change once it has
// loaded, one that has fields shows what it is about, and one that looks as before
// may still be thinking.
const (
	stillFields    = 80 * time.Millisecond
	stillBare      = 200 * time.Millisecond
	stillTold      = 400 * time.Millisecond  // the same form with something new on it
	stillAnswered  = 800 * time.Millisecond  // the same form, and a request was made
	stillUnmoved   = 2 * time.Second         // the same form, and nothing happened at all
	stillUnloaded  = 1500 * time.Millisecond // something in the page never comes
	stillWindow    = time.Second             // a new window without an address
	stillBusy      = 3 * time.Second         // a request that is held open
	restless       = 2500 * time.Millisecond // longer than that no page is waited for that keeps changing
	costly         = 600 * time.Millisecond  // to read a page that takes this long
	betweenLooks   = 10 * time.Millisecond
	betweenChanges = 30 * time.Millisecond
)

// settle waits for what comes next: until the tab in front has loaded, nothing is
// under way and what it shows stays the same.
func (d *Driver) settle(ctx context.Context, was before) (*sight, error) {
	s, err := d.still(ctx, nil, was)
	if err != nil {
		return nil, d.lost(ctx, err)
	}
	return s, nil
}

// still waits for a tab; nil means the one in front, whichever that becomes.
func (d *Driver) still(ctx context.Context, of *tab, was before) (*sight, error) {
	var (
		seen         *sight
		since, first time.Time
	)
	for {
		t, err := d.standing(of)
		if err != nil {
			return nil, err
		}
		if d.asks() { // then nothing is to be concluded from standing still
			if seen, err = nil, d.pause(ctx, time.Minute); err != nil {
				return nil, err
			}
			continue
		}
		wait := betweenChanges
		if d.readable(t) {
			begun := time.Now()
			now, err := d.look(ctx, t)
			switch {
			case err == nil:
				if seen == nil || now.face != seen.face {
					since = time.Now()
				}
				if first.IsZero() {
					first = begun
				}
				seen = now
				patience := d.patience(t, seen, was)
				left := patience - time.Since(since)
				if cost := time.Since(begun); cost > costly && patience <= stillBare {
					left = 0 // to read so much twice takes longer than it is worth
				}
				if time.Since(first) > restless && patience <= stillTold {
					left = 0 // it will never be still
				}
				if left <= 0 {
					return d.outcome(t, seen, was)
				}
				wait = min(max(left, betweenLooks), betweenChanges)
			case ctx.Err() != nil || errors.Is(err, errGone):
				return nil, err
			default: // it moved on while it was read
				seen = nil
			}
		} else {
			seen = nil
		}
		if err := d.pause(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// asks reports whether somebody is being asked about a request.
func (d *Driver) asks() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asking > 0
}

// standing gives the tab to look at, or why there is no sense in it.
func (d *Driver) standing(of *tab) (*tab, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := of
	if t == nil {
		t = d.front
	}
	switch {
	case d.stop != nil:
		return nil, d.stop
	case t.crashed:
		return nil, login.Stop(login.ServerError, errGone, "The page crashed the browser's window at %s.", login.Bare(d.last.URL))
	case t.closed:
		return nil, login.Stop(login.ServerError, errLeft, "The page closed its own window.")
	case t.failure != "" && !t.moving:
		failure := t.failure
		if strings.HasSuffix(failure, "ERR_HTTP_RESPONSE_CODE_FAILURE") { // an error without a page of its own
			return t, nil
		}
		if strings.HasSuffix(failure, "ERR_BLOCKED_BY_CLIENT") && len(t.held) > 0 {
			return nil, d.heldBack(t)
		}
		return nil, unreachable(failure, t.failed)
	}
	return t, nil
}

// readable reports whether there is a document to read.
func (d *Driver) readable(t *tab) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !t.opened.IsZero() && len(t.met) == 0 { // a new window is empty at first
		if time.Since(t.opened) < stillWindow {
			return false
		}
		if !t.ready {
			t.land() // it leads nowhere: its opener writes into it
		}
	}
	if _, answered := t.docs[t.next]; t.moving && !t.stopped && answered && time.Since(t.since) > stillBusy {
		// Its answer is here and it is not shown: now and then the browser holds a
		// page back for a picture that never comes.
		t.stopped = true
		send(t.main, page.StopLoading, cdp.Empty{})
	}
	return !t.moving && t.ready
}

// patience is how long a page must have been still.
func (d *Driver) patience(t *tab, s *sight, was before) time.Duration {
	d.mu.Lock()
	_, answered := t.document(s.page.URL.String())
	loaded, busy, requests := t.loaded, len(t.flights)+len(t.inner) > 0, t.requests
	d.mu.Unlock()
	if !loaded {
		return stillUnloaded
	}
	if !answered && s.page.URL != nil && strings.HasPrefix(s.page.URL.Scheme, "http") {
		return stillBare // how it was answered is told by another part of the browser, and may come later
	}
	moved := !was.acted || t != was.tab || s.shape != was.shape
	switch {
	case moved && s.static && !busy:
		return 0
	case busy:
		return stillBusy
	case moved && !s.empty():
		return stillFields
	case moved:
		return stillBare
	case s.words != was.words:
		return stillTold
	case requests != was.requests:
		return stillAnswered
	}
	return stillUnmoved
}

// outcome hands over a page, or says that it is stuck because something was held
// back.
func (d *Driver) outcome(t *tab, s *sight, was before) (*sight, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stop != nil {
		return nil, d.stop
	}
	if was.acted && t == was.tab && s.shape == was.shape && len(t.held) > 0 {
		return nil, d.heldBack(t)
	}
	return s, nil
}

// heldBack says that the login does not go on without an origin off the list.
func (d *Driver) heldBack(t *tab) *login.Stopped {
	return login.Stop(login.UnexpectedOrigin, nil, "The page sends what was filled in to %s, which is not one of the allowed origins (%s).",
		strings.Join(t.held, ", "), strings.Join(d.o.Guard.Origins(), ", "))
}

// pause waits for something to happen, or until it is time to look again.
func (d *Driver) pause(ctx context.Context, most time.Duration) error {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-d.wake:
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-d.wire.gone:
		return errGone
	}
	// What happens comes in bursts, and a look is not free.
	burst := time.NewTimer(5 * time.Millisecond)
	defer burst.Stop()
	select {
	case <-burst.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// stand notes how things are before an act.
func (d *Driver) stand() before {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.front
	t.told, t.failure, t.held, t.passkeys = nil, "", nil, 0
	return before{acted: true, tab: t, shape: d.seen.shape, face: d.seen.face, words: d.seen.words, requests: t.requests, loader: t.loader}
}
