package auth

import (
	"context"
	"fmt"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
)

// WatchOptions say how codes are followed.
type WatchOptions struct {
	// Spend records each code as spent before it is shown, and shows only those that
	// nobody else was given; else codes are looked at.
	Spend bool
	Ahead time.Duration // as in [CodeOptions]
	By    string
}

// Watch shows each code of a timed key as it becomes current, the present one first,
// until ctx ends or show fails; it answers with that. A machine that slept or a clock
// that was set is noticed within a second.
func (g *Gate) Watch(ctx context.Context, key otp.Key, o WatchOptions, show func(otp.Code) error) error {
	if key.Type() == otp.HOTP {
		return store.WithHint(fmt.Errorf("%w: the codes of a counter do not change by themselves", ErrUsage), "Take the next one: gatepass code NAME")
	}
	shown := int64(-1)
	for {
		code, err := g.Draw(ctx, key, CodeOptions{Peek: !o.Spend, MinLeft: -1, Ahead: o.Ahead, By: o.By})
		if err != nil {
			return err
		}
		if code.Step != shown {
			if err := show(code); err != nil {
				return err
			}
			shown = code.Step
		}
		if err := g.untilStep(ctx, key, code.Step, o.Ahead); err != nil {
			return err
		}
	}
}

// untilStep waits while a step is current: for its end, or for a clock that leaves it.
func (g *Gate) untilStep(ctx context.Context, key otp.Key, step int64, ahead time.Duration) error {
	for {
		now := g.Now().Add(ahead)
		if key.Step(now) != step {
			return ctx.Err()
		}
		_, until := key.Window(step)
		timer := time.NewTimer(min(until.Sub(now), time.Second))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}
