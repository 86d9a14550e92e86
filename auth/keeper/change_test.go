package keeper

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"gatepass/auth/login"
)

// A session that is there already is watched, and no login is made for it.
func TestAHeldSessionIsWatchedWithoutALogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &door{now: time.Now, check: func(n int) (Look, error) { return Look{Alive: n < 3, Why: "seen"}, nil }}
		k := New(d, Options{Now: time.Now, Every: time.Minute, Held: &login.Session{At: time.Now()}})
		defer k.Close()
		err := k.Run(t.Context())
		var lost *LostError
		if !errors.As(err, &lost) || lost.Age != 3*time.Minute {
			t.Errorf("it ended with %v", err)
		}
		if d.made() != 0 {
			t.Errorf("%d logins were made for a session that was there", d.made())
		}
	})
}

// Who shortens the interval does not wait for the old one, and who asks for renewal
// while it runs gets it.
func TestAChangeHoldsFromNowOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var seen []time.Duration
		d := &door{now: time.Now, check: func(n int) (Look, error) { return Look{Alive: n != 2, Why: "seen"}, nil }}
		k := New(d, Options{Now: time.Now, Every: time.Hour, Tell: func(e Event) { seen = append(seen, e.At.Sub(began)) }})
		defer k.Close()
		ctx, end := context.WithCancel(t.Context())
		ran := make(chan error)
		go func() { ran <- k.Run(ctx) }()
		<-time.After(10 * time.Second)
		k.Change(20*time.Second, true)
		<-time.After(65 * time.Second)
		end()
		if err := <-ran; err != nil {
			t.Errorf("it ended with %v", err)
		}
		// The login at once, then looks 20 s after it and 20 s apart; the second look
		// finds the session lost, and another login is made there and then.
		want := []time.Duration{0, 20 * time.Second, 40 * time.Second, 40 * time.Second, 60 * time.Second}
		if len(seen) != len(want) {
			t.Fatalf("events at %v, want %v", seen, want)
		}
		for i := range want {
			if seen[i] != want[i] {
				t.Errorf("event %d at %v, want %v", i, seen[i], want[i])
			}
		}
		if d.made() != 2 {
			t.Errorf("%d logins, want 2", d.made())
		}
	})
}

// An interval of nothing looks at nothing, until there is one again.
func TestLookingCanBePaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		looks := 0
		d := &door{now: time.Now, check: func(int) (Look, error) { looks++; return Look{Alive: true}, nil }}
		k := New(d, Options{Now: time.Now})
		defer k.Close()
		ctx, end := context.WithCancel(t.Context())
		ran := make(chan error)
		go func() { ran <- k.Run(ctx) }()
		<-time.After(time.Hour)
		if looks != 0 {
			t.Errorf("%d looks though none were asked for", looks)
		}
		k.Change(time.Minute, false)
		<-time.After(time.Second)
		end()
		if err := <-ran; err != nil || looks != 1 {
			t.Errorf("%d looks, %v", looks, err)
		}
	})
}
