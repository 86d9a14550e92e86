package keeper

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"gatepass/auth/login"
)

// Door is what a keeper does its work with.
type Door interface {
	// Login signs in and gives a session that was proven. The error says why
	// there is none; it matches ErrRefused where the application said no.
	Login(ctx context.Context) (login.Session, error)
	// Check looks whether a session still holds, by its proof and its control.
	// The error says that it could not be found out.
	Check(ctx context.Context, s login.Session) (Look, error)
}

// A Look is what a check saw.
type Look struct {
	Alive bool
	Why   string // what was seen, in a few words, when it is not alive
}

// ErrRefused says that the application did not let the account in.
var ErrRefused = errors.New("the login was refused")

// ErrGivenUp says that no further login is tried, so that the account is not
// locked.
var ErrGivenUp = errors.New("no further login is tried")

// ErrEnded says that the keeper has been closed.
var ErrEnded = errors.New("the session is not kept any longer")

// Kind says what happened to a session.
type Kind string

// What happens to a session.
const (
	SignedIn Kind = "signed-in" // a login was made
	Alive    Kind = "alive"     // the check saw it at work
	Lost     Kind = "lost"      // the check saw that it is gone
	Unsure   Kind = "unsure"    // the check could not be made
	Failed   Kind = "failed"    // a login was tried in vain
)

// An Event is one thing that happened to the session.
type Event struct {
	At   time.Time
	Kind Kind
	Note string        // for people; no secret in it
	Age  time.Duration // of the session, since its login
}

// Options say how to keep a session.
type Options struct {
	// Every is how often it is looked at; 0 is never.
	Every time.Duration
	// Renew signs in again when it is lost. Without it a lost session ends Run.
	Renew bool
	// Pause is how long after a login in vain no other is tried; 0 is a minute.
	Pause time.Duration
	Now   func() time.Time // required
	// After gives a channel that fires once after a while; nil is time.After.
	After func(time.Duration) <-chan time.Time
	Tell  func(Event) // may be nil; called in order, one at a time
	// Made is given each new session before anybody else is; may be nil.
	Made func(login.Session)
	// Held is a session to begin with, instead of a login; may be nil.
	Held *login.Session
}

// maxRefusals is how many refusals in a row end all trying: accounts lock after
// some, and a person may have had the first ones.
const maxRefusals = 2

// A Keeper keeps one session. It is safe for concurrent use.
type Keeper struct {
	door   Door
	o      Options
	life   context.Context
	end    context.CancelFunc
	logins sync.WaitGroup

	mu       sync.Mutex
	current  *login.Session
	attempt  *attempt // a login under way
	failed   error    // the last login's, while it stands in the way of another
	failedAt time.Time
	refusals int
	every    time.Duration
	renew    bool
	changed  chan struct{} // closed when every is changed

	telling sync.Mutex
}

// An attempt is one login that any number of callers wait for.
type attempt struct {
	done    chan struct{}
	session login.Session
	err     error
}

// New makes a keeper; Close ends it.
func New(door Door, o Options) *Keeper {
	if o.Pause <= 0 {
		o.Pause = time.Minute
	}
	if o.After == nil {
		o.After = time.After
	}
	k := &Keeper{door: door, o: o, current: o.Held, every: o.Every, renew: o.Renew, changed: make(chan struct{})}
	k.life, k.end = context.WithCancel(context.Background())
	return k
}

// Close ends a login under way and waits for it.
func (k *Keeper) Close() {
	k.end()
	k.logins.Wait()
}

// Session gives the session that is kept, and signs in if there is none. The login
// goes on when the caller leaves: somebody else may want its session.
func (k *Keeper) Session(ctx context.Context) (login.Session, error) {
	k.mu.Lock()
	if k.current != nil {
		s := *k.current
		k.mu.Unlock()
		return s, nil
	}
	a, err := k.begin()
	k.mu.Unlock()
	if err != nil {
		return login.Session{}, err
	}
	select {
	case <-a.done:
		return a.session, a.err
	case <-ctx.Done():
		return login.Session{}, ctx.Err()
	}
}

// Current gives the session that is kept, without signing in; false if there is none.
func (k *Keeper) Current() (login.Session, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.current == nil {
		return login.Session{}, false
	}
	return *k.current, true
}

// begin joins the login under way, or begins one; k.mu is held.
func (k *Keeper) begin() (*attempt, error) {
	switch {
	case k.life.Err() != nil:
		return nil, ErrEnded
	case k.attempt != nil:
		return k.attempt, nil
	case k.refusals >= maxRefusals:
		return nil, fmt.Errorf("%w after %d refusals: %w", ErrGivenUp, k.refusals, k.failed)
	case k.failed != nil && k.o.Now().Before(k.failedAt.Add(k.o.Pause)):
		return nil, &TooSoonError{Until: k.failedAt.Add(k.o.Pause), Err: k.failed}
	}
	a := &attempt{done: make(chan struct{})}
	k.attempt = a
	k.logins.Add(1)
	go k.signIn(a)
	return a, nil
}

// TooSoonError says that a login failed a moment ago and is not tried again yet.
type TooSoonError struct {
	Until time.Time
	Err   error // of the login
}

func (e *TooSoonError) Error() string {
	return fmt.Sprintf("%v; the next is not tried before %s", e.Err, e.Until.Format(time.TimeOnly))
}

func (e *TooSoonError) Unwrap() error { return e.Err }

func (k *Keeper) signIn(a *attempt) {
	defer k.logins.Done()
	s, err := k.door.Login(k.life)
	if err == nil && k.o.Made != nil {
		k.o.Made(s)
	}
	k.mu.Lock()
	a.session, a.err = s, err
	k.attempt = nil
	var event Event
	if err != nil {
		k.failed, k.failedAt = err, k.o.Now()
		if errors.Is(err, ErrRefused) {
			k.refusals++
		}
		event = Event{Kind: Failed, Note: err.Error()}
	} else {
		k.current, k.failed, k.refusals = &s, nil, 0
		event = Event{Kind: SignedIn}
	}
	k.mu.Unlock()
	if err == nil || k.life.Err() == nil { // what Close broke off is nobody's failure
		k.tell(event)
	}
	close(a.done)
}

// Drop forgets the session, if it is still the one that was made at that time, so
// that the next who asks gets another.
func (k *Keeper) Drop(made time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.current != nil && k.current.At.Equal(made) {
		k.current = nil
	}
}

// LostError says that the session is gone and is not renewed.
type LostError struct {
	Age time.Duration // how old it was when that was seen
	Why string
}

func (e *LostError) Error() string {
	return fmt.Sprintf("the session was lost after %s: %s", e.Age.Round(time.Second), e.Why)
}

// Run signs in and looks at the session until ctx ends, which is no error. Errors are
// a first login in vain, a [*LostError] where sessions are not renewed, and
// ErrGivenUp.
func (k *Keeper) Run(ctx context.Context) error {
	for had := false; ctx.Err() == nil; {
		s, err := k.Session(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			had = true
			err = k.look(ctx, s)
		case had && k.renews() && !errors.Is(err, ErrGivenUp) && !errors.Is(err, ErrEnded):
			k.wait(ctx, k.pause(err))
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pause is how long to wait after a login in vain.
func (k *Keeper) pause(err error) time.Duration {
	var soon *TooSoonError
	if errors.As(err, &soon) {
		return soon.Until.Sub(k.o.Now())
	}
	return k.o.Pause
}

// look waits and checks, until the session is lost or ctx ends.
func (k *Keeper) look(ctx context.Context, s login.Session) error {
	for k.nextLook(ctx) {
		seen, err := k.door.Check(ctx, s)
		switch age := k.o.Now().Sub(s.At); {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			k.tell(Event{Kind: Unsure, Note: err.Error(), Age: age})
		case seen.Alive:
			k.tell(Event{Kind: Alive, Note: seen.Why, Age: age})
		default:
			k.tell(Event{Kind: Lost, Note: seen.Why, Age: age})
			k.Drop(s.At)
			if !k.renews() {
				return &LostError{Age: age, Why: seen.Why}
			}
			return nil
		}
	}
	return nil
}

// wait reports false when ctx ended first.
func (k *Keeper) wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-k.o.After(max(d, 0)):
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

func (k *Keeper) tell(e Event) {
	if k.o.Tell == nil {
		return
	}
	k.telling.Lock()
	defer k.telling.Unlock()
	e.At = k.o.Now()
	k.o.Tell(e)
}
