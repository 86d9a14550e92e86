package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

// DefaultMinLeft is how long a code is still right when it is handed out,
// unless asked otherwise: enough to type it and for the answer to travel.
const DefaultMinLeft = 5 * time.Second

// ErrNothingFresh says that the current time step has been spent, or is nearly
// over, and that waiting for the next was not wanted.
var ErrNothingFresh = login.ErrNothingFresh

// ErrMinLeft says that more life was asked for than a time step has.
var ErrMinLeft = errors.New("no code lives that long")

// CodeOptions say what kind of passcode is wanted.
type CodeOptions struct {
	// MinLeft is how long the code must still be right. 0 means DefaultMinLeft,
	// or half of the period where that is shorter, and no minimum for a Peek;
	// negative means no minimum.
	MinLeft time.Duration
	// NoWait answers ErrNothingFresh instead of waiting for the next time step.
	NoWait bool
	// WaitFresh waits for the start of a time step, so that the code has nearly
	// its whole period before it.
	WaitFresh bool
	// Peek looks without spending: the code may have been used already, and
	// somebody else may use it.
	Peek bool
	// Next gives the code of the time step after the current one, before its time: only
	// servers that accept a step ahead take it at once. It is spent like any other, and
	// the current one with it.
	Next bool
	// Ahead is how far the clock that judges the code is ahead of this machine's, as
	// far as it is known ([Gate.Offset]); 0 lets this machine's clock decide. Steps are
	// spent by that clock, and the code's window is told in its time. Waiting tells
	// this machine's.
	Ahead time.Duration
	// By is who asks, as the ledger keeps it: "code", "verify".
	By string
	// Waiting, if set, is told until when it will wait, each time it has to.
	Waiting func(until time.Time)

	target string // whose code it is, for what is said to a person; "" if that is not known
}

// Code gives one passcode of a target. The time step, or the counter, is
// recorded as spent before Code returns, and no process on this machine is given
// it again; the code has at least MinLeft to live when it is returned.
func (g *Gate) Code(ctx context.Context, name string, o CodeOptions) (otp.Code, otp.Key, error) {
	key, err := g.Key(ctx, name)
	if err != nil {
		return otp.Code{}, otp.Key{}, err
	}
	o.target = name
	code, err := g.Draw(ctx, key, o)
	return code, key, err
}

// Draw is Code for a key that was read before.
func (g *Gate) Draw(ctx context.Context, key otp.Key, o CodeOptions) (otp.Code, error) {
	account, err := g.Account(ctx, key)
	if err != nil {
		return otp.Code{}, err
	}
	if key.Type() == otp.HOTP {
		if o.Next {
			return otp.Code{}, fmt.Errorf("%w: the next code of a counter is the one that is given anyway", ErrUsage)
		}
		return g.drawCounter(ctx, key, account, o)
	}
	if o.Ahead.Abs() > maxAhead {
		return otp.Code{}, store.WithHint(fmt.Errorf("%w: the other clock differs by more than %s, and a step that is spent so far away would keep this seed from giving codes until then", ErrUsage, maxAhead),
			"Nothing was spent. Set the clock that is wrong.")
	}
	return g.drawStep(ctx, key, account, o)
}

// maxAhead is how far another clock may be away that codes go by. Steps go up only: one
// wrong answer of a server must not take a seed's codes away for years.
const maxAhead = 24 * time.Hour

// drawCounter takes the next counter. counter+1 is on disk before the code
// exists (RFC 4226 §7.4: a counter must never be used twice).
func (g *Gate) drawCounter(ctx context.Context, key otp.Key, account store.Account, o CodeOptions) (otp.Code, error) {
	var counter uint64
	var err error
	if o.Peek {
		counter, err = g.Ledger.PeekCounter(ctx, account, key.Counter())
	} else {
		counter, err = g.Ledger.NextCounter(ctx, account, key.Counter(), o.By)
	}
	if err != nil {
		return otp.Code{}, fmt.Errorf("take a counter: %w", err)
	}
	return key.HOTP(counter)
}

// now is the time by the clock that judges the code.
func (o CodeOptions) now(g *Gate) time.Time { return g.Now().Add(o.Ahead) }

// drawStep takes the current time step, or waits for one that is unspent and
// long enough. It does not reserve a later one: whoever waits and is killed
// costs nothing.
func (g *Gate) drawStep(ctx context.Context, key otp.Key, account store.Account, o CodeOptions) (otp.Code, error) {
	least, err := leastLeft(o.MinLeft, key.Period())
	if err != nil {
		return otp.Code{}, err
	}
	if o.Peek && o.MinLeft == 0 {
		least = 0 // a look is not worth waiting for
	}
	freshWanted := o.WaitFresh
	for {
		now := o.now(g)
		step := key.Step(now)
		if o.Next {
			step++
		}
		from, until := key.Window(step)
		switch late := freshWanted && now.Sub(from) > key.Period()/10; {
		case late, until.Sub(now) < least:
			freshWanted = false
		default:
			code, busyUntil, err := g.take(ctx, key, account, step, least, o)
			if err != nil {
				return otp.Code{}, err
			}
			if busyUntil.IsZero() {
				return code, nil
			}
			until = busyUntil
			if o.Next { // once the spent step is the current one, the one after it is next
				until = until.Add(-key.Period())
			}
		}
		if err := g.wait(ctx, until.Add(-o.Ahead), o); err != nil {
			return otp.Code{}, err
		}
	}
}

// take spends a step and makes its code. A time instead of a code says until
// when the step is of no use.
func (g *Gate) take(ctx context.Context, key otp.Key, account store.Account, step int64, least time.Duration, o CodeOptions) (otp.Code, time.Time, error) {
	if !o.Peek {
		err := g.Ledger.SpendStep(ctx, account, key.Period(), step, o.By)
		if errors.Is(err, store.ErrSpent) {
			until, err := g.busyUntil(ctx, key, account, step, o)
			return otp.Code{}, until, err
		}
		if err != nil {
			return otp.Code{}, time.Time{}, fmt.Errorf("record the time step as spent: %w", err)
		}
	}
	code, err := key.At(step)
	if err != nil {
		return otp.Code{}, time.Time{}, err
	}
	if code.Left(g.Now().Add(o.Ahead)) < least { // recording it took too long: a step lost, no code given that dies on the way
		_, until := key.Window(step)
		return otp.Code{}, until, nil
	}
	return code, time.Time{}, nil
}

// busyUntil is the end of the newest spent step, which lies behind the current
// one only if the clock was set back.
func (g *Gate) busyUntil(ctx context.Context, key otp.Key, account store.Account, step int64, o CodeOptions) (time.Time, error) {
	last, ok, err := g.Ledger.LastStep(ctx, account, key.Period())
	if err != nil {
		return time.Time{}, fmt.Errorf("read what was spent: %w", err)
	}
	if !ok || last.Step < step {
		last.Step = step
	}
	lead, far := leadOf(key, last, g.Now().Add(o.Ahead))
	if far {
		return time.Time{}, lead.err(o.target)
	}
	return lead.Ends, nil
}

// leastLeft settles how long a code must live.
func leastLeft(asked, period time.Duration) (time.Duration, error) {
	switch {
	case asked < 0:
		return 0, nil
	case asked == 0:
		return min(DefaultMinLeft, period/2), nil
	case asked >= period:
		return 0, fmt.Errorf("%w: %s were asked for, and its period is %s", ErrMinLeft, asked, period)
	}
	return asked, nil
}

// wait returns at an instant of the Gate's clock. It looks at the clock every
// second, so that a suspended machine or a corrected clock is noticed.
func (g *Gate) wait(ctx context.Context, until time.Time, o CodeOptions) error {
	if o.NoWait {
		return store.WithHint(
			fmt.Errorf("%w: this time step's code is spent or nearly over; the next begins in %s", ErrNothingFresh, until.Sub(g.Now()).Round(100*time.Millisecond)),
			"Leave --no-wait away to wait for it.")
	}
	if o.Waiting != nil {
		o.Waiting(until)
	}
	for {
		left := until.Sub(g.Now())
		if left <= 0 {
			return nil
		}
		timer := time.NewTimer(min(left, time.Second))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}
