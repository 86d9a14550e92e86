package store

import (
	"context"
	"errors"
	"fmt"
	"math"

	"go.etcd.io/bbolt"
)

// ErrCounterBack is a counter that would go back: codes that were used would be given
// out again.
var ErrCounterBack = errors.New("the counter would go back")

// MoveCounter records that next is the counter of an HOTP key's next code, because
// its server or another device is further than the ledger knows. first is what the
// key came with. A counter goes forwards; it answers ErrCounterBack for one that is
// smaller than the ledger's, unless back says that this was decided. It gives the
// counter that was next before.
func (l *Ledger) MoveCounter(ctx context.Context, acct Account, first, next uint64, by string, back bool) (uint64, error) {
	if !acct.valid() {
		return 0, fmt.Errorf("move counter: %w", errBadAccount)
	}
	if next > math.MaxInt64 {
		return 0, fmt.Errorf("move counter: %w", errLastCount)
	}
	before := counted{Next: first}
	err := l.update(ctx, func(tx *bbolt.Tx) error {
		if _, err := l.get(tx, bucketCounters, []byte(acct), &before); err != nil {
			return err
		}
		if next < before.Next && !back {
			return fmt.Errorf("%w: from %d to %d", ErrCounterBack, before.Next, next)
		}
		return put(tx, bucketCounters, []byte(acct), counted{Next: next, At: l.now().UTC(), By: by})
	})
	return before.Next, err
}
