package keeper

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"gatepass/auth/login"
)

// door is an application whose answers a test scripts.
type door struct {
	mu      sync.Mutex
	logins  int
	checks  int
	now     func() time.Time
	login   func(n int) error
	check   func(n int) (Look, error)
	arrived chan struct{} // a login begins
	release chan struct{} // lets it go on
}

func (d *door) Login(ctx context.Context) (login.Session, error) {
	d.mu.Lock()
	d.logins++
	n := d.logins
	d.mu.Unlock()
	if d.arrived != nil {
		d.arrived <- struct{}{}
		select {
		case <-d.release:
		case <-ctx.Done():
			return login.Session{}, ctx.Err()
		}
	}
	if d.login != nil {
		if err := d.login(n); err != nil {
			return login.Session{}, err
		}
	}
	return login.Session{Target: fmt.Sprint("session ", n), At: d.now().Add(time.Duration(n))}, nil
}

func (d *door) Check(context.Context, login.Session) (Look, error) {
	d.mu.Lock()
	d.checks++
	n := d.checks
	d.mu.Unlock()
	return d.check(n)
}

func (d *door) made() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.logins
}

// clock goes on only when somebody waits.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) after(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	ch := make(chan time.Time, 1)
	ch <- c.at
	return ch
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC)} }

func TestFiftyWhoAskAtOnceShareOneLogin(t *testing.T) {
	c := newClock()
	d := &door{now: c.now, arrived: make(chan struct{}), release: make(chan struct{})}
	k := New(d, Options{Now: c.now})
	defer k.Close()
	var all sync.WaitGroup
	sessions := make([]login.Session, 50)
	for i := range sessions {
		all.Add(1)
		go func() {
			defer all.Done()
			s, err := k.Session(context.Background())
			if err != nil {
				t.Error(err)
			}
			sessions[i] = s
		}()
	}
	<-d.arrived
	close(d.release)
	all.Wait()
	if d.made() != 1 {
		t.Errorf("%d logins were made", d.made())
	}
	for _, s := range sessions {
		if s.Target != "session 1" {
			t.Errorf("somebody got %q", s.Target)
		}
	}
}

func TestWhoLeavesDoesNotEndTheOthersLogin(t *testing.T) {
	c := newClock()
	d := &door{now: c.now, arrived: make(chan struct{}), release: make(chan struct{})}
	k := New(d, Options{Now: c.now})
	defer k.Close()
	ctx, leave := context.WithCancel(context.Background())
	gone := make(chan error)
	go func() {
		_, err := k.Session(ctx)
		gone <- err
	}()
	<-d.arrived
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("who left got %v", err)
	}
	close(d.release)
	if s, err := k.Session(context.Background()); err != nil || s.Target != "session 1" {
		t.Errorf("who stayed got %q, %v", s.Target, err)
	}
}

func TestALostSessionIsToldAndRenewed(t *testing.T) {
	c := newClock()
	d := &door{now: c.now, check: func(n int) (Look, error) {
		return Look{Alive: n != 3, Why: "asked for a login"}, nil
	}}
	ctx, end := context.WithCancel(context.Background())
	var told []Event
	k := New(d, Options{Now: c.now, After: c.after, Every: time.Minute, Renew: true, Tell: func(e Event) {
		told = append(told, e)
		if len(told) == 6 {
			end()
		}
	}})
	defer k.Close()
	if err := k.Run(ctx); err != nil {
		t.Fatal(err)
	}
	want := []Kind{SignedIn, Alive, Alive, Lost, SignedIn, Alive}
	for i, e := range told[:6] {
		if e.Kind != want[i] {
			t.Errorf("event %d is %s, want %s", i, e.Kind, want[i])
		}
	}
	if told[3].Age.Round(time.Minute) != 3*time.Minute || told[3].Note == "" {
		t.Errorf("the loss is told as %+v", told[3])
	}
}

func TestWithoutRenewalALossEndsTheWatch(t *testing.T) {
	c := newClock()
	d := &door{now: c.now, check: func(int) (Look, error) { return Look{Why: "status 403"}, nil }}
	k := New(d, Options{Now: c.now, After: c.after, Every: time.Minute})
	defer k.Close()
	var lost *LostError
	if err := k.Run(context.Background()); !errors.As(err, &lost) || lost.Why != "status 403" {
		t.Errorf("%v", err)
	}
}

func TestTheFirstLoginInVainIsTheAnswer(t *testing.T) {
	c := newClock()
	d := &door{now: c.now, login: func(int) error { return fmt.Errorf("wrong password: %w", ErrRefused) }}
	k := New(d, Options{Now: c.now, After: c.after, Every: time.Minute, Renew: true})
	defer k.Close()
	if err := k.Run(context.Background()); !errors.Is(err, ErrRefused) || d.made() != 1 {
		t.Errorf("%v after %d logins", err, d.made())
	}
}

func TestTheSecondRefusalIsTheLast(t *testing.T) {
	c := newClock()
	d := &door{now: c.now, login: func(int) error { return ErrRefused }}
	k := New(d, Options{Now: c.now, Pause: time.Minute})
	defer k.Close()
	ask := func() error {
		_, err := k.Session(context.Background())
		return err
	}
	if err := ask(); !errors.Is(err, ErrRefused) {
		t.Fatal(err)
	}
	var soon *TooSoonError
	if err := ask(); !errors.As(err, &soon) || d.made() != 1 {
		t.Fatalf("%v after %d logins: the next is tried too soon", err, d.made())
	}
	<-c.after(time.Minute)
	if err := ask(); !errors.Is(err, ErrRefused) || d.made() != 2 {
		t.Fatalf("%v after %d logins", err, d.made())
	}
	<-c.after(time.Hour)
	if err := ask(); !errors.Is(err, ErrGivenUp) || d.made() != 2 {
		t.Errorf("%v after %d logins", err, d.made())
	}
}

func TestRenewalThatFailsIsTriedAgainAfterThePause(t *testing.T) {
	c := newClock()
	d := &door{now: c.now,
		login: func(n int) error {
			if n == 2 {
				return errors.New("no route to host")
			}
			return nil
		},
		check: func(n int) (Look, error) { return Look{Alive: n > 1}, nil },
	}
	ctx, end := context.WithCancel(context.Background())
	var kinds []Kind
	k := New(d, Options{Now: c.now, After: c.after, Every: time.Minute, Renew: true, Tell: func(e Event) {
		kinds = append(kinds, e.Kind)
		if e.Kind == Alive {
			end()
		}
	}})
	defer k.Close()
	if err := k.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(kinds); got != "[signed-in lost failed signed-in alive]" {
		t.Error(got)
	}
}

func TestACheckThatCannotBeMadeIsNoLoss(t *testing.T) {
	c := newClock()
	d := &door{now: c.now, check: func(n int) (Look, error) {
		if n == 1 {
			return Look{}, errors.New("no route to host")
		}
		return Look{Why: "gone"}, nil
	}}
	var kinds []Kind
	k := New(d, Options{Now: c.now, After: c.after, Every: time.Minute, Tell: func(e Event) { kinds = append(kinds, e.Kind) }})
	defer k.Close()
	_ = k.Run(context.Background())
	if got := fmt.Sprint(kinds); got != "[signed-in unsure lost]" {
		t.Error(got)
	}
}

func TestClosingEndsALogin(t *testing.T) {
	c := newClock()
	d := &door{now: c.now, arrived: make(chan struct{}), release: make(chan struct{})}
	k := New(d, Options{Now: c.now})
	got := make(chan error)
	go func() {
		_, err := k.Session(context.Background())
		got <- err
	}()
	<-d.arrived
	k.Close()
	if err := <-got; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := k.Session(context.Background()); !errors.Is(err, ErrEnded) {
		t.Error(err)
	}
}
