// Package clock finds out how far the clock of another machine is from this one's.
//
// What can be asked over the network tells whole seconds: a Date header (RFC 9110
// §6.6.1), the time in an answer of Duo's. One answer leaves more than a second of
// doubt. But an answer also says that its second had begun and not ended, so the
// difference lies between two bounds; and a question that is timed to arrive where
// the other's second is thought to begin halves what lies between them. Half a dozen
// answers come down to the time that an answer takes.
package clock

import (
	"context"
	"errors"
	"time"

	"gatepass/auth/login"
)

// ErrUntold says that the other side did not tell its time.
var ErrUntold = errors.New("it does not tell its time")

// A Teller gives the other side's time in whole seconds, cut off and not rounded.
// Where the answer was kept for a while on its way, the time that it was kept is
// added already.
type Teller func(context.Context) (time.Time, error)

// Options bound a comparison.
type Options struct {
	Now     func() time.Time // this machine's clock; required
	Samples int              // the most answers that are asked for; 0 means 6
	Sharp   time.Duration    // the doubt that is small enough; 0 means 50 ms either way
}

// A Finding is what a comparison found.
type Finding struct {
	login.Skew
	Samples int // how many answers it rests on
	// Unsteady says that the answers contradict one another, as those of several
	// machines behind one name do, or while a clock was being set; the bounds then
	// hold for all of them.
	Unsteady bool
}

// Compare asks until the difference is known sharply enough, the samples are used up
// or ctx ends; with one answer at least it has a finding. It answers what the first
// question failed with, ErrUntold or the context's error.
func Compare(ctx context.Context, ask Teller, o Options) (Finding, error) {
	if o.Samples <= 0 {
		o.Samples = 6
	}
	if o.Sharp <= 0 {
		o.Sharp = 50 * time.Millisecond
	}
	b := bounds{trip: time.Hour}
	for b.samples < o.Samples {
		if b.samples > 0 && !pause(ctx, b.untilEdge(o.Now())) {
			break
		}
		sent := o.Now()
		at, err := ask(ctx)
		received := o.Now()
		if err != nil && b.samples == 0 {
			return Finding{}, err
		}
		if err != nil {
			break
		}
		b.take(at, sent, received)
		if b.unsteady || b.width() <= max(2*o.Sharp, b.trip+b.trip/4) {
			break
		}
	}
	return b.finding(), nil
}

// bounds are those between which the difference lies: the other's clock minus ours.
type bounds struct {
	low, high time.Duration
	trip      time.Duration // of the quickest answer
	samples   int
	unsteady  bool
}

func (b *bounds) width() time.Duration { return b.high - b.low }

// take narrows the bounds by one answer: its second had begun when it came back, and
// had not ended when it was asked for.
func (b *bounds) take(at, sent, received time.Time) {
	low, high := at.Sub(received), at.Add(time.Second).Sub(sent)
	b.samples++
	b.trip = min(b.trip, received.Sub(sent))
	switch {
	case b.samples == 1:
		b.low, b.high = low, high
	case low > b.high || high < b.low:
		b.low, b.high = min(b.low, low), max(b.high, high)
		b.unsteady = true
	default:
		b.low, b.high = max(b.low, low), min(b.high, high)
	}
}

// untilEdge is how long to wait until a question sent then arrives where the other's
// second begins, if the truth lies in the middle of the bounds.
func (b *bounds) untilEdge(now time.Time) time.Duration {
	arrives := now.Add(b.trip/2 + b.low + b.width()/2)
	into := time.Duration(arrives.Nanosecond())
	return (time.Second - into) % time.Second
}

func (b *bounds) finding() Finding {
	return Finding{
		Skew:    login.Skew{Offset: b.low + b.width()/2, Within: b.width() / 2, Known: b.samples > 0},
		Samples: b.samples, Unsteady: b.unsteady,
	}
}

// pause waits, and is false if ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
