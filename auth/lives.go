package auth

import (
	"context"
	"time"

	"gatepass/auth/handoff"
	"gatepass/auth/keeper"
	"gatepass/auth/login"
	"gatepass/store"
)

// Watched is how long a session of a target was seen to live by who kept one; nil if
// nobody did since the target has the login page that it has.
func (g *Gate) Watched(ctx context.Context, name string) (*handoff.Watched, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return nil, err
	}
	life, known, err := g.Ledger.Life(ctx, name)
	if err != nil || !known || life.URL != t.URL {
		return nil, err
	}
	return &handoff.Watched{At: life.At, Held: life.Held, Lost: life.Lost}, nil
}

// A lifeNote keeps what a keeper sees of its sessions' lives, and tells it on.
type lifeNote struct {
	gate *Gate
	name string
	tell func(keeper.Event)

	held time.Duration // the age at which the session was last seen signed in
	next time.Duration // the age from which on that is worth keeping
}

// hear takes the keeper's events, in order. What cannot be kept does not disturb a scan.
func (n *lifeNote) hear(e keeper.Event) {
	switch e.Kind {
	case keeper.SignedIn:
		n.held, n.next = 0, 0
	case keeper.Alive:
		if n.held = e.Age; n.held >= n.next {
			n.keep(store.SessionLife{At: e.At, Held: n.held})
			n.next = n.held * 5 / 4 // few records, however long it lives
		}
	case keeper.Lost:
		n.keep(store.SessionLife{At: e.At, Held: n.held, Lost: e.Age})
		n.held, n.next = 0, 0
	}
	if n.tell != nil {
		n.tell(e)
	}
}

func (n *lifeNote) keep(life store.SessionLife) {
	t, err := n.gate.Targets.Get(n.name)
	if err != nil {
		return // it was removed meanwhile
	}
	life.URL = t.URL
	_ = within(context.Background(), ledgerTime, func(ctx context.Context) error {
		return n.gate.Ledger.RecordLife(ctx, n.name, life)
	})
}

// denial is the last login of a target if it was refused after the one that was proven.
func (g *Gate) denial(ctx context.Context, name string, p Proven) (*handoff.Denial, error) {
	all, err := g.Ledger.Verifications(ctx)
	if err != nil {
		return nil, err
	}
	last, known := all[name]
	if !known || last.Verdict != string(login.Refused) || last.Run == p.Run || last.At.Before(p.At) {
		return nil, nil
	}
	return &handoff.Denial{At: last.At, Diagnosis: last.Diagnosis}, nil
}
