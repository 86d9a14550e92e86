package auth

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

// RehearsalOptions say how a scan will sign in.
type RehearsalOptions struct {
	Verify   VerifyOptions
	Times    int // how many logins; at least 1
	Parallel int // how many of them at once; 0 means 1
}

// RehearsalCost is what a rehearsal will cost, before it begins.
type RehearsalCost struct {
	// Codes is how many uses of bypass codes it takes, and Left how many there are;
	// -1 without limit. Both are 0 for other routes.
	Codes, Left int
	// People is how often a person has to approve.
	People int
	// AtLeast is the time that it cannot do with less of, because one seed gives one
	// login per time step.
	AtLeast time.Duration
}

// Enough reports whether there are codes for all logins.
func (c RehearsalCost) Enough() bool { return c.Left < 0 || c.Codes <= c.Left }

// RehearsalCost tells what a rehearsal of a target will cost. Nothing is sent and
// nothing is spent for it.
func (g *Gate) RehearsalCost(ctx context.Context, name string, o RehearsalOptions) (RehearsalCost, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return RehearsalCost{}, err
	}
	var c RehearsalCost
	switch {
	case t.Route == store.RouteBypassCode:
		stock, err := g.BypassStock(ctx, name)
		if err != nil {
			return RehearsalCost{}, err
		}
		c.Codes, c.Left = o.Times, stock.Uses
	case t.Route == store.RoutePush:
		c.People = o.Times
	case t.Route == store.RouteOTP && t.Has(store.KindSeed):
		key, err := g.keyOf(ctx, t)
		if err != nil {
			return RehearsalCost{}, err
		}
		if key.Type() != otp.HOTP {
			c.AtLeast = time.Duration(o.Times-1) * key.Period()
		}
	}
	return c, nil
}

// A Rehearsal is what became of many logins.
type Rehearsal struct {
	Planned  int
	SignedIn int
	Refused  int
	Errored  int
	// Stopped says why not all of them were made; "" if they were.
	Stopped string
	// Median and Slowest are of the logins that went well, without their waits.
	Median, Slowest time.Duration
	Waited          time.Duration // for time steps that nobody had used, all logins together
	Elapsed         time.Duration
	Diagnoses       map[login.Code]int
	Results         []login.Result // in the order in which they ended
}

// Made is how many logins were made.
func (r Rehearsal) Made() int { return r.SignedIn + r.Refused + r.Errored }

// A RehearsalEvent is something that happens in one of the logins.
type RehearsalEvent struct {
	Login  int           // from 1
	Event  login.Event   // zero when Result is set
	Result *login.Result // when it has ended
}

const (
	// maxRefused is how many refusals end a rehearsal: accounts lock.
	maxRefused = 2
	// maxErrored is how many logins in a row may end without an answer.
	maxErrored = 3
)

// Rehearse signs in as often as a scan will, each time with a passcode of its own. It
// begins with one alone, and begins no more after a refusal that every login would meet,
// such as a wrong password, after the second refusal of any kind, after three in a row whose outcome
// could not be found out, when there is nothing left to spend, and when ctx ends. The
// error is for a login that could not begin, with what was found out until then. tell
// is called by one login at a time.
func (g *Gate) Rehearse(ctx context.Context, name string, o RehearsalOptions, tell func(RehearsalEvent)) (Rehearsal, error) {
	began := g.Now()
	r := &rehearsal{gate: g, name: name, o: o, tell: tell, waits: map[int]time.Duration{}}
	r.sum = Rehearsal{Planned: o.Times, Diagnoses: map[login.Code]int{}}
	// One goes first, alone: what is wrong with the password is wrong for all of them.
	if n, ok := r.next(ctx); ok {
		r.one(ctx, n)
	}
	var all sync.WaitGroup
	for range min(max(o.Parallel, 1), o.Times) {
		all.Add(1)
		go func() {
			defer all.Done()
			for {
				n, ok := r.next(ctx)
				if !ok {
					return
				}
				r.one(ctx, n)
			}
		}()
	}
	all.Wait()
	r.sum.Elapsed = g.Now().Sub(began)
	r.measure()
	return r.sum, r.err
}

// rehearsal is one under way.
type rehearsal struct {
	gate *Gate
	name string
	o    RehearsalOptions
	tell func(RehearsalEvent)

	mu      sync.Mutex
	begun   int
	inARow  int // logins without an answer
	sum     Rehearsal
	waits   map[int]time.Duration
	took    []time.Duration
	err     error
	telling sync.Mutex
}

// next gives the number of the next login; false if there is none.
func (r *rehearsal) next(ctx context.Context) (int, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ctx.Err() != nil && r.sum.Stopped == "" && r.begun < r.o.Times {
		r.sum.Stopped = "interrupted"
	}
	if r.sum.Stopped != "" || r.err != nil || r.begun >= r.o.Times {
		return 0, false
	}
	r.begun++
	return r.begun, true
}

// one makes one login.
func (r *rehearsal) one(ctx context.Context, n int) {
	var since, until time.Time // of a wait that is under way
	emit := func(e login.Event) {
		now := r.gate.Now()
		if !since.IsZero() { // the event tells of what came after the wait, too
			r.waited(n, min(now.Sub(since), until.Sub(since)))
		}
		if since, until = (time.Time{}), e.Until; !until.IsZero() {
			since = now
		}
		r.told(RehearsalEvent{Login: n, Event: e})
	}
	result, err := r.gate.Verify(ctx, r.name, r.o.Verify, emit)
	if result.Verdict == "" {
		r.failed(err)
		return
	}
	r.settle(n, result)
	r.told(RehearsalEvent{Login: n, Result: &result})
}

func (r *rehearsal) waited(n int, d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waits[n] += d
	r.sum.Waited += d
}

func (r *rehearsal) told(e RehearsalEvent) {
	if r.tell != nil {
		r.telling.Lock()
		defer r.telling.Unlock()
		r.tell(e)
	}
}

// failed takes in a login that could not begin.
func (r *rehearsal) failed(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
	}
	r.sum.Stopped = "a login could not begin"
}

// settle counts a login that has ended.
func (r *rehearsal) settle(n int, result login.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sum.Results = append(r.sum.Results, result)
	if d := result.Diagnosis; d != nil {
		r.sum.Diagnoses[d.Code]++
	}
	switch result.Verdict {
	case login.SignedIn:
		r.sum.SignedIn++
		r.inARow = 0
		r.took = append(r.took, max(result.Elapsed-r.waits[n], 0))
	case login.Refused:
		r.sum.Refused++
	default:
		r.sum.Errored++
		r.inARow++
	}
	switch {
	case r.sum.Stopped != "":
	case result.Diagnosis != nil && hopeless(result.Diagnosis.Code):
		r.sum.Stopped = fmt.Sprintf("%s, which is so for every login, and accounts lock", result.Diagnosis.Code)
	case r.sum.Refused >= maxRefused:
		r.sum.Stopped = fmt.Sprintf("refused %d times, and accounts lock", r.sum.Refused)
	case result.Diagnosis != nil && result.Diagnosis.Code == login.NothingFresh:
		r.sum.Stopped = "nothing is left to spend"
	case r.inARow >= maxErrored:
		r.sum.Stopped = fmt.Sprintf("%d in a row ended without an answer", r.inARow)
	}
}

// hopeless reports whether what ended one login ends every other.
func hopeless(c login.Code) bool {
	switch c {
	case login.WrongCredentials, login.AccountLocked, login.AccountDisabled, login.PasswordExpired, login.NoPassword:
		return true
	}
	return false
}

// measure sums up how long the logins took.
func (r *rehearsal) measure() {
	if len(r.took) > 0 {
		slices.Sort(r.took)
		r.sum.Median, r.sum.Slowest = r.took[len(r.took)/2], r.took[len(r.took)-1]
	}
	if r.sum.Made() >= r.sum.Planned {
		r.sum.Stopped = "" // all were made before there was a reason to stop
	}
}
