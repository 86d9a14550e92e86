package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatepass/auth/handoff"
	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

// HandoffOptions say how a login is handed off.
type HandoffOptions struct {
	Variant  string        // of the scanner's; "" takes the first that fits
	Unproven bool          // write what was not proven, marked as such
	Inline   bool          // write password and seed into the files instead of references
	Needed   time.Duration // refuse a session that is known to end before; 0 asks nothing
	Broker   string        // where "gatepass serve" listens; "" is its default
	Verify   VerifyOptions // how to sign in where the files hold a session
	// Held is a session that a login just proved: it is handed off, if it still holds,
	// and no other login is made. nil makes one.
	Held *login.Session
}

// Handoff writes a target's login as a scanner takes it. Where the files hold the
// session it signs in for them, and emit is told how that goes; a login that was tried
// and gave no session is a [*NotSignedInError]. Other errors are those of package
// handoff and of the stores. Nothing is written to disk.
func (g *Gate) Handoff(ctx context.Context, name, scanner string, o HandoffOptions, emit Sink) (handoff.Output, error) {
	in, err := g.handoffInput(ctx, name, o)
	if err != nil {
		return handoff.Output{}, err
	}
	choice, err := handoff.Choose(scanner, in)
	if err != nil {
		return handoff.Output{}, err
	}
	var broken error
	switch {
	case choice.Session && in.Proven != nil && in.Denied == nil && g.holds(ctx, name, o):
		in.Session = o.Held
	case choice.Session:
		result, err := g.signIn(ctx, name, o.Verify, emit)
		if result.Session == nil {
			return handoff.Output{}, err
		}
		broken = err
		if in.Session, in.Proven, err = g.fresh(ctx, name, result); err != nil {
			return handoff.Output{}, err
		}
		in.Denied = nil
	}
	in.Options.Now = g.Now()
	out, err := handoff.Make(scanner, in)
	return out, errors.Join(err, broken)
}

// holds reports whether a session is held and was just seen to be signed in. Where that
// cannot be told it does not count as one.
func (g *Gate) holds(ctx context.Context, name string, o HandoffOptions) bool {
	if o.Held == nil {
		return false
	}
	seen, err := g.Check(ctx, name, *o.Held, o.Verify)
	return err == nil && seen.SignedIn == login.Yes
}

// Pass signs in and writes the session in one of [handoff.Formats]. The result is
// there whenever a login was tried.
func (g *Gate) Pass(ctx context.Context, name, format string, o HandoffOptions, emit Sink) (handoff.Ticket, login.Result, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return handoff.Ticket{}, login.Result{}, err
	}
	if _, err := handoff.FindFormat(format); err != nil { // before a passcode is spent
		return handoff.Ticket{}, login.Result{}, err
	}
	in := handoff.Input{Target: t, Options: handoff.Options{Now: g.Now(), Needed: o.Needed}}
	if in.Watched, err = g.Watched(ctx, name); err == nil {
		err = handoff.Enough(in)
	}
	if err != nil {
		return handoff.Ticket{}, login.Result{}, err
	}
	result, broken := g.signIn(ctx, name, o.Verify, emit)
	if result.Session == nil {
		return handoff.Ticket{}, result, broken
	}
	in.Options.Now = g.Now()
	if in.Session, in.Proven, err = g.fresh(ctx, name, result); err != nil {
		return handoff.Ticket{}, result, err
	}
	ticket, err := handoff.Write(format, in)
	return ticket, result, errors.Join(err, broken)
}

// signIn is Login for somebody who can do nothing without the session. An error beside
// a session says what could not be kept of the login.
func (g *Gate) signIn(ctx context.Context, name string, o VerifyOptions, emit Sink) (login.Result, error) {
	result, err := g.Login(ctx, name, o, emit)
	switch {
	case result.Verdict == "":
		return login.Result{}, err
	case ctx.Err() != nil:
		result.Session = nil
		return result, ctx.Err()
	case !result.OK() || result.Session == nil:
		result.Session = nil
		return result, errors.Join(&NotSignedInError{result}, err)
	}
	return result, err
}

// fresh is what a login that just passed left behind.
func (g *Gate) fresh(ctx context.Context, name string, r login.Result) (*login.Session, *handoff.Proven, error) {
	p, known, err := g.Proven(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	if !known { // another login of the target may have been kept since, and is as good
		return nil, nil, fmt.Errorf("what run %s of %q proved was not kept", r.Run, name)
	}
	return r.Session, p.forHandoff(), nil
}

// handoffInput gathers what a hand-off is made of, without signing in. Secrets are
// read only where their values are wanted, and the seed where its kind matters.
func (g *Gate) handoffInput(ctx context.Context, name string, o HandoffOptions) (handoff.Input, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return handoff.Input{}, err
	}
	if err := possible(t); err != nil {
		return handoff.Input{}, err
	}
	in := handoff.Input{Target: t, Options: handoff.Options{
		Variant: o.Variant, Unproven: o.Unproven, Needed: o.Needed, Broker: o.Broker, Now: g.Now(),
	}}
	p, known, err := g.Proven(ctx, name)
	if err != nil {
		return handoff.Input{}, err
	}
	if known && p.still(t) {
		in.Proven = p.forHandoff()
		if in.Denied, err = g.denial(ctx, name, p); err != nil {
			return handoff.Input{}, err
		}
	}
	if in.Watched, err = g.Watched(ctx, name); err != nil {
		return handoff.Input{}, err
	}
	if err := g.handoffSecrets(ctx, t, o.Inline, &in); err != nil {
		return handoff.Input{}, err
	}
	return in, nil
}

// still reports whether a target is the one that was proven: somebody may have edited
// it since.
func (p Proven) still(t store.Target) bool {
	switch {
	case p.LoginURL != "" && p.LoginURL != t.URL,
		p.Route != "" && p.Route != t.Route,
		t.Proof.URL != "" && p.ProofURL != t.Proof.URL,
		t.Proof.Text != "" && p.ProofText != t.Proof.Text:
		return false
	}
	return true
}

func (g *Gate) handoffSecrets(ctx context.Context, t store.Target, inline bool, in *handoff.Input) error {
	var key otp.Key
	if t.Route == store.RouteOTP && t.Has(store.KindSeed) {
		var err error
		if key, err = g.keyOf(ctx, t); err != nil {
			return err
		}
		in.Key = handoff.KeyOf(key)
	}
	if !inline {
		return nil
	}
	in.Options.Inline = &handoff.Secrets{Seed: key.Seed()}
	if !t.Has(store.KindPassword) {
		return nil
	}
	password, err := g.give(ctx, t, GivePassword)
	in.Options.Inline.Password = password
	return err
}
