package auth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"gatepass/auth/broker"
	"gatepass/auth/handoff"
	"gatepass/auth/keeper"
	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

// Keep makes a keeper of a target's session; see [keeper.Options]. Each login tells
// emit what happens in it. How long its sessions live is kept for who asks later
// ([Gate.Watched]).
func (g *Gate) Keep(name string, v VerifyOptions, o keeper.Options, emit Sink) *keeper.Keeper {
	if o.Now == nil {
		o.Now = g.Now
	}
	o.Tell = (&lifeNote{gate: g, name: name, tell: o.Tell}).hear
	return keeper.New(door{g, name, v, emit}, o)
}

// door is how a target's session is made and looked at.
type door struct {
	gate *Gate
	name string
	o    VerifyOptions
	emit Sink
}

// NotSignedInError says that a login was tried and gave no session.
type NotSignedInError struct{ Result login.Result }

func (e *NotSignedInError) Error() string {
	d := e.Result.Diagnosis
	if d == nil {
		return fmt.Sprintf("the login of %q ended without a session", e.Result.Target)
	}
	return fmt.Sprintf("the login of %q ended with %s: %s", e.Result.Target, d.Code, d.Title)
}

// Hints implements [store.Hinter].
func (e *NotSignedInError) Hints() []string {
	if d := e.Result.Diagnosis; d != nil && d.Remedy != "" {
		return []string{d.Remedy}
	}
	return nil
}

// Is makes a refusal match [keeper.ErrRefused].
func (e *NotSignedInError) Is(target error) bool {
	return target == keeper.ErrRefused && e.Result.Verdict == login.Refused
}

// Login implements [keeper.Door].
func (d door) Login(ctx context.Context) (login.Session, error) {
	result, err := d.gate.Login(ctx, d.name, d.o, d.emit)
	switch {
	case result.Verdict == "":
		return login.Session{}, err
	case ctx.Err() != nil:
		return login.Session{}, ctx.Err()
	case !result.OK() || result.Session == nil:
		return login.Session{}, &NotSignedInError{result}
	}
	// What could not be kept of a good login does not take its session away.
	return *result.Session, nil
}

// Check implements [keeper.Door].
func (d door) Check(ctx context.Context, s login.Session) (keeper.Look, error) {
	seen, err := d.gate.Check(ctx, d.name, s, d.o)
	switch {
	case err != nil:
		return keeper.Look{}, err
	case seen.SignedIn == login.Untried:
		return keeper.Look{}, errors.New(seen.Why)
	}
	return keeper.Look{Alive: seen.SignedIn == login.Yes, Why: seen.Why}, nil
}

// Passcodes gives a broker the passcodes of a target: time steps that nobody has
// used, or bypass codes, each recorded as spent before it is given. The target is looked
// at for each: one that was removed gives none, and one with another seed gives its
// codes. clock is whose time decides which is right, as in [VerifyOptions]. It answers
// ErrUsage for a route that has no passcodes.
func (g *Gate) Passcodes(ctx context.Context, name, clock string) (broker.Codes, time.Duration, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return nil, 0, err
	}
	if t.Route == store.RouteBypassCode {
		return brokerStock{g, name}, 0, nil
	}
	key, err := g.seedOf(ctx, t)
	if err != nil {
		return nil, 0, err
	}
	return &brokerKey{gate: g, name: name, target: clock == clockTarget}, key.Period(), nil
}

// seedOf reads a target's key, and sees to it that its codes can be counted.
func (g *Gate) seedOf(ctx context.Context, t store.Target) (otp.Key, error) {
	if !t.Has(store.KindSeed) {
		return otp.Key{}, fmt.Errorf("%w: %q has no passcodes", ErrUsage, t.Name)
	}
	key, err := g.keyOf(ctx, t)
	if err != nil {
		return otp.Key{}, err
	}
	_, err = g.Account(ctx, key)
	return key, err
}

// byBroker is who asks, as the ledger keeps it.
const byBroker = "serve"

type brokerKey struct {
	gate   *Gate
	name   string
	target bool // its codes go by the target's clock

	mu      sync.Mutex
	ahead   time.Duration // of the target's clock
	askedAt time.Time     // when it was asked last; zero: never
}

// clocksDrift is how long a comparison of clocks is good for.
const clocksDrift = 10 * time.Minute

// offset is how far the clock that the codes go by is ahead of ours.
func (b *brokerKey) offset(ctx context.Context) (time.Duration, error) {
	if !b.target {
		return 0, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := b.gate.Now(); b.askedAt.IsZero() || now.Sub(b.askedAt) > clocksDrift {
		c, err := b.gate.Offset(ctx, b.name)
		if err != nil {
			return 0, err
		}
		b.ahead, b.askedAt = c.Offset, now
	}
	return b.ahead, nil
}

// Draw implements [broker.Codes].
func (b *brokerKey) Draw(ctx context.Context) (broker.Code, error) {
	t, err := b.gate.Targets.Get(b.name)
	if err != nil {
		return broker.Code{}, err
	}
	key, err := b.gate.seedOf(ctx, t)
	if err != nil {
		return broker.Code{}, err
	}
	ahead, err := b.offset(ctx)
	if err != nil {
		return broker.Code{}, fmt.Errorf("go by the target's clock: %w", err)
	}
	code, err := b.gate.Draw(ctx, key, CodeOptions{By: byBroker, Ahead: ahead})
	if err != nil {
		return broker.Code{}, err
	}
	out := broker.Code{Value: store.NewSecret(code.Reveal()), Type: string(key.Type())}
	if key.Type() != otp.HOTP {
		out.From, out.Until = code.From.Add(-ahead), code.Until.Add(-ahead) // in our time
	}
	return out, nil
}

type brokerStock struct {
	gate *Gate
	name string
}

// Draw implements [broker.Codes]. What becomes of the code is not known here: its use
// counts as gone.
func (b brokerStock) Draw(ctx context.Context) (broker.Code, error) {
	drawn, err := b.gate.DrawBypass(ctx, b.name, byBroker, "")
	if errors.Is(err, store.ErrNothingLeft) {
		return broker.Code{}, fmt.Errorf("%w: %w", broker.ErrUsedUp, err)
	}
	if err != nil {
		return broker.Code{}, err
	}
	return broker.Code{Value: drawn.Code, Type: "bypass"}, nil
}

// Ticket writes a session of a target in one of [handoff.Formats].
func (g *Gate) Ticket(ctx context.Context, name, format string, s login.Session) (handoff.Ticket, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return handoff.Ticket{}, err
	}
	p, known, err := g.Proven(ctx, name)
	if err != nil {
		return handoff.Ticket{}, err
	}
	in := handoff.Input{Target: t, Session: &s, Options: handoff.Options{Now: g.Now()}}
	if in.Watched, err = g.Watched(ctx, name); err != nil {
		return handoff.Ticket{}, err
	}
	if known && p.still(t) {
		in.Proven = p.forHandoff()
	}
	return handoff.Write(format, in)
}

// forHandoff is what was proven as a hand-off wants it.
func (p Proven) forHandoff() *handoff.Proven {
	out := &handoff.Proven{
		Run: p.Run, At: p.At, Driver: p.Driver, MFA: p.MFA, Trail: p.Trail, Facts: p.Facts,
		ProofURL: p.ProofURL, ProofText: p.ProofText, Landed: p.LandedURL, Logout: p.Logout, Ahead: p.Ahead,
	}
	if u, err := url.Parse(p.FactorAt); err == nil && p.MFA.Provider == "duo" {
		out.DuoHost = u.Host
	}
	return out
}
