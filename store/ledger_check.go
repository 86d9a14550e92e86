package store

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"
)

// Check finds out whether the ledger can be written, by writing nothing to it. What
// cannot be recorded as spent must not be sent.
func (l *Ledger) Check(ctx context.Context) error {
	err := l.update(ctx, func(*bbolt.Tx) error { return nil })
	if err != nil {
		return fmt.Errorf("write to the ledger: %w", err)
	}
	return nil
}
