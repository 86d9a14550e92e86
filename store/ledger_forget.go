package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// ErrNothingAhead says that no spent step lies ahead of the clock, so that there is
// none to take back.
var ErrNothingAhead = errors.New("nothing that was spent lies ahead of this machine's clock")

// ByForget is how the ledger names the step that counts as spent after one that lay
// ahead was taken back.
const ByForget = "forget-spent"

// Forgotten is the record of a spent step that was taken back, because a wrong clock
// had spent it.
type Forgotten struct {
	Spent           // as it had been recorded
	To    int64     `json:"to"` // the newest step that counts as spent from then on
	When  time.Time `json:"when"`
}

var bucketForgotten = []byte("forgotten") // account/period → []Forgotten, the newest last

// forgottenKept is how many records are kept for each key.
const forgottenKept = 20

// ForgetAhead takes back what was spent after step present: from then on present
// counts as the newest step that is spent, so that nothing up to now is given out
// again. What was taken back stays on record. It gives that, or ErrNothingAhead.
func (l *Ledger) ForgetAhead(ctx context.Context, acct Account, period time.Duration, present int64) (Spent, error) {
	key, err := stepKey(acct, period)
	if err == nil && present < 0 {
		err = errBadStep
	}
	if err != nil {
		return Spent{}, fmt.Errorf("take back what was spent: %w", err)
	}
	var last Spent
	err = l.update(ctx, func(tx *bbolt.Tx) error {
		known, err := l.get(tx, bucketSteps, key, &last)
		if err != nil {
			return err
		}
		if !known || last.Step <= present {
			return ErrNothingAhead
		}
		var past []Forgotten
		if _, err := l.get(tx, bucketForgotten, key, &past); err != nil {
			return err
		}
		now := l.now().UTC()
		past = append(past, Forgotten{Spent: last, To: present, When: now})
		if err := put(tx, bucketForgotten, key, past[max(len(past)-forgottenKept, 0):]); err != nil {
			return err
		}
		return put(tx, bucketSteps, key, Spent{Step: present, At: now, By: ByForget})
	})
	return last, err
}

// Forgotten lists what was taken back of a key, the newest last.
func (l *Ledger) Forgotten(ctx context.Context, acct Account, period time.Duration) (past []Forgotten, err error) {
	key, err := stepKey(acct, period)
	if err != nil {
		return nil, fmt.Errorf("look up what was taken back: %w", err)
	}
	err = l.view(ctx, func(tx *bbolt.Tx) error {
		_, err := l.get(tx, bucketForgotten, key, &past)
		return err
	})
	return past, err
}
