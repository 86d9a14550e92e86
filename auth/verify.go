package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

// DefaultTimeout is how long the pages of a login may take together.
const DefaultTimeout = time.Minute

// Whose time decides which time step it is.
const (
	clockOwn    = "own"
	clockTarget = "target"
)

// ErrUsage marks an error in what was asked for.
var ErrUsage = errors.New("not possible")

// VerifyOptions say how to sign in.
type VerifyOptions struct {
	Driver  string        // "", "auto", "http" or "browser"
	Browser string        // the browser's program; "" looks for one
	Headful bool          // show the browser's window
	Proxy   string        // URL of an http, https or socks5 proxy; "" for none
	Timeout time.Duration // for the pages, not for waiting; 0 means DefaultTimeout
	// Evidence is the folder for the timeline; "" means the target's own, where
	// the last ten are kept.
	Evidence string
	// TrustDevice has the second factor's host remember this device, and keeps what
	// it remembers it by: the attended login that a trusted device begins with.
	TrustDevice bool
	// Exempt signs in as if the target's route were the exemption: the login stops where
	// a second factor is asked for, and spends nothing. Of a target with another route it
	// is a look, and not its last verification.
	Exempt bool
	// AllowOrigins may be sent what they say from now on: they are written into the
	// target.
	AllowOrigins []store.Grant
	// Ask is asked about each origin that would be sent a secret and is not allowed
	// to be. What it says yes to is written into the target. nil: nobody is asked.
	Ask login.Ask
	// Patience is how long a person may take to approve; 0 means
	// [login.DefaultPatience].
	Patience time.Duration
	// Pictures is given pictures of the pages, if the driver has them; may be nil.
	Pictures func(login.Stage, login.Picture)
	// Clock is whose time decides which time step it is: "own" or "target"; ""
	// means "own".
	Clock string
}

// Verify signs in for real and tells what happened. A login that was tried and
// refused is a Result, not an error. A Result without a verdict means that it could
// not be started, and the error says why: no such target, secrets that cannot be
// read. An error beside a verdict says what could not be kept of it.
func (g *Gate) Verify(ctx context.Context, name string, o VerifyOptions, emit Sink) (login.Result, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return login.Result{}, err
	}
	if err := possible(t); err != nil {
		return login.Result{}, err
	}
	if err := allow(&t, o.AllowOrigins); err != nil {
		return login.Result{}, err
	}
	if err := g.Ledger.Check(ctx); err != nil {
		return login.Result{}, fmt.Errorf("what is sent could not be recorded as spent: %w", err)
	}
	look := o.Exempt && t.Route != store.RouteExemption
	if o.Exempt {
		t.Route = store.RouteExemption
	}
	plan, err := g.plan(ctx, t, &o)
	if err != nil {
		return login.Result{}, err
	}
	plan.Emit = emit
	var shots album
	plan.Pictures = func(s login.Stage, p login.Picture) {
		shots.take(s, p)
		if o.Pictures != nil {
			o.Pictures(s, p)
		}
	}
	began := g.Now()
	result, traffic, err := g.run(ctx, plan, o)
	if result.Verdict == "" {
		return login.Result{}, err
	}
	result.Trust = trustOf(plan, result, g.Now().UTC().Round(0))
	var broken error
	if err != nil { // the verdict stands all the same
		broken = fmt.Errorf("end the driver: %w", err)
	}

	// The run may have ended because the context did; what came of it is kept
	// all the same.
	ctx = context.WithoutCancel(ctx)
	if result.Evidence, err = g.keepEvidence(result, traffic, &shots, o.Evidence, began); err != nil {
		broken = errors.Join(broken, fmt.Errorf("keep the evidence: %w", err))
	}
	return result, errors.Join(broken,
		within(ctx, ledgerTime, func(ctx context.Context) error {
			if look {
				return nil
			}
			if err := g.Ledger.RecordVerification(ctx, verification(result, g.Now())); err != nil {
				return fmt.Errorf("record the verdict: %w", err)
			}
			return g.keepProven(ctx, result, plan)
		}),
		within(ctx, changeTime, func(ctx context.Context) error {
			if err := g.keepDevice(ctx, t, result); err != nil {
				return err
			}
			return g.keepTrust(ctx, result)
		}),
		within(ctx, changeTime, func(ctx context.Context) error {
			return g.pin(ctx, t.Name, append(slices.Clone(o.AllowOrigins), login.Keep(result.Learned)...))
		}))
}

// What is kept of a login may wait for others, each part on its own: for the ledger a
// moment, for who changes targets as long as a slow keyring takes.
const (
	ledgerTime = 5 * time.Second
	changeTime = time.Minute
)

// allow grants a target's login further origins.
func allow(t *store.Target, grants []store.Grant) error {
	asked := *t
	asked.Origins = grants
	if err := asked.Validate(); err != nil {
		return err
	}
	t.Origins = store.Granted(append(slices.Clone(t.Origins), grants...))
	return nil
}

// possible reports targets without a login page.
func possible(t store.Target) error {
	if t.CodesOnly() {
		return store.WithHint(fmt.Errorf("%w: %q has no login page, only a seed", ErrUsage, t.Name),
			fmt.Sprintf("Give it one: gatepass edit %s --url URL --username USER", t.Name))
	}
	return nil
}

func verification(r login.Result, ended time.Time) store.Verification {
	v := store.Verification{
		Target: r.Target, Run: r.Run, Verdict: string(r.Verdict), Driver: r.Driver,
		At: ended, Took: r.Elapsed,
	}
	if r.Diagnosis != nil {
		v.Diagnosis = string(r.Diagnosis.Code)
	}
	return v
}

// plan reads what the login needs before anything is sent, so that a locked
// store does not end a login half-way.
func (g *Gate) plan(ctx context.Context, t store.Target, o *VerifyOptions) (login.Plan, error) {
	plan := login.Plan{
		Run: login.NewRun(), Target: t, Budget: o.Timeout, Now: g.Now,
		Guard: login.NewGuard(login.Grants(t), o.Ask), Patience: o.Patience, Trust: o.TrustDevice,
	}
	switch o.Clock {
	case "", clockOwn, clockTarget:
	default:
		return plan, fmt.Errorf("%w: there is no clock %q (own, target)", ErrUsage, o.Clock)
	}
	if plan.Budget <= 0 {
		plan.Budget = DefaultTimeout
	}
	var err error
	if plan.Replay, err = g.recordingOf(t); err != nil {
		return plan, err
	}
	if t.Has(store.KindPassword) {
		password, err := g.Secrets.Get(ctx, store.Ref{Owner: t.Name, Kind: store.KindPassword})
		if errors.Is(err, store.ErrNotFound) {
			err = store.WithHint(err, missing(t, store.KindPassword, g.Secrets.Backend()))
		}
		if err != nil {
			return plan, fmt.Errorf("read the password of %q: %w", t.Name, err)
		}
		plan.Password = password
	}
	switch {
	case o.Exempt:
		return plan, nil // nothing is answered
	case t.Route == store.RouteBypassCode:
		codes, err := g.bypassCodes(ctx, t, plan.Run)
		if err != nil {
			return plan, err
		}
		plan.Passcodes = codes
		return plan, nil
	case t.Route == store.RouteTrustedDevice && !o.TrustDevice:
		return plan, g.restoreDevice(ctx, t, &plan, o)
	case t.Route == store.RoutePush:
		return plan, nil // a person answers, not a seed
	}
	if t.Has(store.KindSeed) {
		key, err := g.keyOf(ctx, t)
		if err != nil {
			return plan, err
		}
		if _, err := g.Account(ctx, key); err != nil {
			return plan, err
		}
		own := &drawer{gate: g, key: key}
		plan.Passcodes = own
		if o.Clock == clockTarget {
			plan.Passcodes = targetDrawer{own}
		}
	}
	return plan, nil
}

// drawer gives a login its passcodes out of the ledger.
type drawer struct {
	gate  *Gate
	key   otp.Key
	ahead time.Duration // how far the clock that decides is ahead of ours
}

// targetDrawer goes by the target's clock.
type targetDrawer struct{ *drawer }

// ByClock implements [login.Clocked].
func (d targetDrawer) ByClock(s login.Skew) { d.ahead = s.Offset }

// Draw implements [login.Passcodes].
func (d *drawer) Draw(ctx context.Context, waiting func(time.Time)) (login.Passcode, error) {
	code, err := d.gate.Draw(ctx, d.key, CodeOptions{By: "verify", Waiting: waiting, Ahead: d.ahead})
	if err != nil {
		return login.Passcode{}, err
	}
	p := login.Passcode{Value: store.NewSecret(code.Reveal()), Factor: string(d.key.Type())}
	if d.key.Type() != otp.HOTP {
		p.Period = d.key.Period()
	}
	return p, nil
}
