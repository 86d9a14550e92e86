package auth

import (
	"context"
	"fmt"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
)

// A Lead is a code that was spent far ahead of this machine's clock, so that its seed
// gives none until then.
type Lead struct {
	store.Spent
	Ends  time.Time     // when the spent code's time is over
	Ahead time.Duration // how long that is
}

// SpentAhead tells whether the codes of a target wait for a time that is far ahead:
// after a clock that was wrong, or with a ledger of a machine that is ahead.
func (g *Gate) SpentAhead(ctx context.Context, name string) (Lead, bool, error) {
	key, account, err := g.timedKey(ctx, name)
	if err != nil {
		return Lead{}, false, err
	}
	last, known, err := g.Ledger.LastStep(ctx, account, key.Period())
	if err != nil || !known {
		return Lead{}, false, err
	}
	lead, far := leadOf(key, last, g.Now())
	return lead, far, nil
}

// ForgetSpent takes back what was spent far ahead of this machine's clock; the present
// code counts as spent from then on. It stays on record that this was done. It answers
// [store.ErrNothingAhead] where the codes wait for nothing.
//
// If the application accepted the code that lay ahead, it may go on to refuse every code
// before it (RFC 6238 §5.2 lets no code be used twice, and many servers keep the newest
// step alone): that cannot be seen from here.
func (g *Gate) ForgetSpent(ctx context.Context, name string) (Lead, error) {
	lead, far, err := g.SpentAhead(ctx, name)
	if err == nil && !far {
		err = store.ErrNothingAhead
	}
	if err != nil {
		return Lead{}, err
	}
	key, account, err := g.timedKey(ctx, name)
	if err != nil {
		return Lead{}, err
	}
	lead.Spent, err = g.Ledger.ForgetAhead(ctx, account, key.Period(), key.Step(g.Now()))
	return lead, err
}

func (g *Gate) timedKey(ctx context.Context, name string) (otp.Key, store.Account, error) {
	key, err := g.Key(ctx, name)
	if err != nil {
		return otp.Key{}, "", err
	}
	if key.Type() == otp.HOTP {
		return otp.Key{}, "", store.WithHint(fmt.Errorf("%w: the codes of %q follow a counter, not the clock", ErrUsage, name),
			"Set the counter to where the application stands: gatepass code "+name+" --resync")
	}
	account, err := g.Account(ctx, key)
	return key, account, err
}

// farAhead is how far ahead of the clock a spent code must end for that to be no
// ordinary wait: further than a code of the next time step ever is.
const farAhead = 5 * time.Minute

// leadOf tells how far a spent step lies ahead of now, and whether that is far.
func leadOf(key otp.Key, last store.Spent, now time.Time) (Lead, bool) {
	_, until := key.Window(last.Step)
	ahead := until.Sub(now)
	return Lead{Spent: last, Ends: until, Ahead: ahead}, ahead > farAhead && ahead > 2*key.Period()
}

// err is the error of a seed whose codes wait for a time that is far ahead.
func (l Lead) err(name string) error {
	if name == "" {
		name = "NAME"
	}
	return store.WithHint(
		fmt.Errorf("%w: a code for %s was given out, which is %s ahead of this machine's clock", ErrNothingFresh, l.Ends.Format(time.DateTime), l.Ahead.Round(time.Second)),
		"If this machine's clock is wrong now, set it: timedatectl set-ntp true",
		"If it was wrong then, take it back: gatepass code "+name+" --forget-spent")
}
