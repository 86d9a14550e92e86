package store

import (
	"context"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// A Holder names the key that codes were made of, as the ledger counts them.
type Holder struct {
	Account Account
	Period  time.Duration // of its time steps; 0 for an HOTP key, which counts codes
	First   uint64        // of an HOTP key: the counter that it came with
}

// A Use is the newest code of a key that was handed out.
type Use struct {
	Known bool      // whether one was
	Step  int64     // its time step or, for an HOTP key, its counter
	At    time.Time // when it was handed out
	By    string    // what used it: "code" or "verify"
	Next  uint64    // of an HOTP key: the counter of the next code
}

// Uses gives the newest use for each of many keys, in their order. It opens the
// ledger once, where a question for each key would open it as often.
func (l *Ledger) Uses(ctx context.Context, of []Holder) ([]Use, error) {
	uses := make([]Use, len(of))
	for i, h := range of {
		if !h.Account.valid() {
			return nil, fmt.Errorf("look up uses: %w", errBadAccount)
		}
		uses[i].Next = h.First
	}
	err := l.view(ctx, func(tx *bbolt.Tx) error {
		for i, h := range of {
			use, err := l.useOf(tx, h)
			if err != nil {
				return err
			}
			uses[i] = use
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return uses, nil
}

func (l *Ledger) useOf(tx *bbolt.Tx, h Holder) (Use, error) {
	if h.Period == 0 {
		last := counted{Next: h.First}
		known, err := l.get(tx, bucketCounters, []byte(h.Account), &last)
		return Use{Known: known, Step: int64(last.Next) - 1, At: last.At, By: last.By, Next: last.Next}, err
	}
	key, err := stepKey(h.Account, h.Period)
	if err != nil {
		return Use{}, fmt.Errorf("look up uses: %w", err)
	}
	var last Spent
	known, err := l.get(tx, bucketSteps, key, &last)
	return Use{Known: known, Step: last.Step, At: last.At, By: last.By}, err
}
