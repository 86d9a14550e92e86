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
	told     uint64
	requests int
	carried  int
	loader   cdp.LoaderID // the document
}

// How long a page must have been still to count as the next one. It depends on how
// much there is to wait for: a page without scripts does not change once it has
// loaded, one that has fields shows what it is about, and one that looks as before
// may still be thinking.
const (
	stillFields    = 80 * time.Millisecond
	stillBare      = 200 * time.Millisecond
	stillBlank     = time.Second             // nothing at all, and nothing on its way
	stillTold      = 400 * time.Millisecond  // the same form with something new on it
	stillAnswered  = 800 * time.Millisecond  // the same form, and some request was answered
	stillUnmoved   = 2 * time.Second         // the same form, and nothing happened at all
	stillSilent    = 3 * time.Second         // the same form, and what was typed was answered
	stillUnloaded  = 1500 * time.Millisecond // something in the page never comes
	stillWindow    = time.Second             // a new window without an address
	stillBusy      = 3 * time.Second         // a request that is held open
	stillPending   = 20 * time.Second        // a request that the page is about
	restless       = 2500 * time.Millisecond // longer than that no page is waited for that keeps changing
	unending       = 6 * time.Second         // nor one that keeps asking without showing anything
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
	v := &vigil{begun: time.Now()}
	for {
		t, err := d.standing(of)
		if err != nil {
			return nil, err
		}
		if d.asks() { // then nothing is to be concluded from standing still
			if v.seen, err = nil, d.pause(ctx, time.Minute); err != nil {
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
				v.take(now, begun)
				left := d.left(t, v, was)
				if left <= 0 && v.seen.face != v.sure && v.turns < maxTurns && (v.seen.bare() || !v.seen.moved(t, was)) {
					// Before it is concluded that there is nothing, or that an act has
					// changed nothing, what the page has yet to do gets its turn.
					v.sure, v.turns = v.seen.face, v.turns+1
					_ = breathe(ctx, t.main) // a page that is gone shows at the next look
					continue
				}
				if left <= 0 {
					return d.outcome(t, v.seen, was)
				}
				wait = min(max(left, betweenLooks), d.pace(t, v))
			case ctx.Err() != nil || errors.Is(err, errGone):
				return nil, err
			default: // it moved on while it was read
				v.seen = nil
			}
		} else {
			v.seen = nil
		}
		if err := d.pause(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// maxTurns is how often a page that looks different each time is given its turn.
const maxTurns = 3

// A vigil is what was seen of a page while it was waited for.
type vigil struct {
	begun  time.Time    // when the waiting began
	first  time.Time    // when something of this document was first seen
	seen   *sight       // last; nil when it cannot be relied on
	asked  time.Time    // when that was asked for: it shows nothing later
	loader cdp.LoaderID // the document that it shows
	cost   time.Duration
	since  time.Time // since when it looks as it does
	sure   uint64    // with which face the page had its turn
	turns  int
}

// take takes in what was seen when it was asked for at begun.
func (v *vigil) take(now *sight, begun time.Time) {
	if v.seen == nil || now.face != v.seen.face {
		v.since = begun
	}
	if v.first.IsZero() || now.loader != v.loader {
		v.first, v.loader = begun, now.loader
	}
	v.seen, v.asked, v.cost = now, begun, time.Since(begun)
}

// pace is how long to wait until the next look: the longer nothing has changed and
// nothing was told, the longer, because a look is not free for the page either.
func (d *Driver) pace(t *tab, v *vigil) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return min(betweenChanges+time.Since(later(v.since, t.active))/20, betweenSights)
}

// left is for how long the page has to stay as it is; zero and less: no longer.
func (d *Driver) left(t *tab, v *vigil, was before) time.Duration {
	patience, from := d.patience(t, v, was)
	d.mu.Lock()
	answered := t.answered
	d.mu.Unlock()
	switch {
	case patience == 0:
		return 0
	case v.cost > costly && patience <= stillBare:
		return 0 // to read so much twice takes longer than it is worth
	case v.asked.Sub(later(v.first, answered)) > restless && patience <= stillTold:
		return 0 // it will never be still
	}
	if v.since.After(from) {
		from = v.since
	}
	return patience - v.asked.Sub(from)
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
		if t.outset || time.Since(t.opened) < stillWindow {
			return false
		}
		if !t.ready {
			t.land() // it leads nowhere: its opener writes into it
		}
	}
	if !t.ready && !t.ceased.IsZero() && time.Since(t.ceased) > stillWindow {
		t.land() // what there is of it is all
	}
	if _, answered := t.docs[t.next]; t.moving && !t.stopped && answered && time.Since(t.since) > stillBusy {
		// Its answer is here and it is not shown: now and then the browser holds a
		// page back for a picture that never comes.
		t.stopped = true
		send(t.main, page.StopLoading, cdp.Empty{})
	}
	return !t.moving && t.ready
}

// patience is how long a page must have been still, and since when at the earliest
// that counts: what an answer brings about is only seen after it.
func (d *Driver) patience(t *tab, v *vigil, was before) (time.Duration, time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s, air := v.seen, t.airborne()
	_, answered := t.document(s.page.URL.String())
	anywhere := time.Time{}
	switch {
	case s.page.URL != nil && s.page.URL.Scheme == "chrome-error":
		return stillBlank, anywhere // what it is about is told by another part of the browser
	case s.bare() && (air.any || len(t.inner) > 0) && !d.guard.any:
		return forEver, anywhere // it is the login's first page, and has yet to come
	case s.bare() && (air.any || len(t.inner) > 0), s.empty() && (air.first || len(t.inner) > 0) && !d.guard.any:
		return stillPending, anywhere // what there is to fill in may stand in a frame, and that be slow
	case !t.loaded:
		return stillUnloaded, anywhere
	case !answered && s.page.URL != nil && strings.HasPrefix(s.page.URL.Scheme, "http"):
		if s.bare() {
			return stillBlank, t.active
		}
		return stillBare, anywhere // how it was answered is told by another part of the browser, and may come later
	case s.empty() && len(s.page.Frames) > 0 && !d.guard.any:
		return stillBlank, t.active // what draws the login in there may be about to begin
	case s.moved(t, was):
		return t.afterMove(s, air)
	}
	return t.unmoved(v, was, air)
}

// moved reports whether a page is another than the one that was acted on.
func (s *sight) moved(t *tab, was before) bool {
	return !was.acted || t != was.tab || s.shape != was.shape
}

// afterMove is the patience with another page.
func (t *tab) afterMove(s *sight, air airborne) (time.Duration, time.Time) {
	switch {
	case s.static && !s.bare() && !air.any && len(t.inner) == 0: // a page without anything may be one that has just begun
		return 0, time.Time{}
	case air.carries && s.empty(): // as long as it says that it is busy
		return stillPending, time.Time{}
	case air.any || len(t.inner) > 0:
		return stillBusy, time.Time{}
	case !s.empty():
		return stillFields, t.active
	case s.bare():
		return stillBlank, t.active
	}
	return stillBare, t.active
}

// unmoved is the patience with the page that was acted on. It is no answer while what
// was typed is under way, and not before its script had the time to show one.
func (t *tab) unmoved(v *vigil, was before, air airborne) (time.Duration, time.Time) {
	told := v.seen.words != was.words
	answered := t.carried != was.carried && !t.answered.IsZero()
	switch {
	case air.carries:
		return forEver, time.Time{}
	case air.sends && !told:
		return stillPending, time.Time{}
	case air.first || len(t.inner) > 0:
		return stillBusy, t.active
	case told:
		return stillTold, later(t.answered, t.active)
	case answered:
		return stillSilent, later(t.answered, t.active)
	case t.requests != was.requests && time.Since(v.begun) > unending:
		return stillAnswered, time.Time{}
	case t.requests != was.requests:
		return stillAnswered, t.active
	}
	return stillUnmoved, time.Time{}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
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
	return login.Stop(login.UnexpectedOrigin, d.o.Guard.Withhold(t.held...), "The page sends what was filled in to %s, which is not one of the allowed origins (%s).",
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
	t.answered = time.Time{}
	return d.before()
}

// asItIs notes how things are where nothing is about to be done.
func (d *Driver) asItIs() before {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.before()
}

func (d *Driver) before() before {
	t := d.front
	return before{
		acted: true, tab: t, shape: d.seen.shape, face: d.seen.face, words: d.seen.words, told: d.seen.told(),
		requests: t.requests, carried: t.carried, loader: t.loader,
	}
}
