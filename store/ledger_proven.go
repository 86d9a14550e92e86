package store

import (
	"context"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"
)

// bucketProven holds what a verification proved: target → JSON of its caller's.
var bucketProven = []byte("proven")

// maxProven bounds what is kept of one target, in bytes.
const maxProven = 1 << 20

// KeepProven keeps v, which has no secret in it, as JSON, in place of what was kept of
// the target before.
func (l *Ledger) KeepProven(ctx context.Context, target string, v any) error {
	if err := CheckName(target); err != nil {
		return fmt.Errorf("keep what was proven: %w", err)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("keep what was proven: %w", err)
	}
	if len(raw) > maxProven {
		return fmt.Errorf("keep what was proven: it has %d bytes, at most %d are kept", len(raw), maxProven)
	}
	return l.update(ctx, func(tx *bbolt.Tx) error {
		return put(tx, bucketProven, []byte(target), json.RawMessage(raw))
	})
}

// Proven reads what was kept of a target into v, and gives false when nothing was.
func (l *Ledger) Proven(ctx context.Context, target string, v any) (known bool, err error) {
	err = l.view(ctx, func(tx *bbolt.Tx) error {
		known, err = l.get(tx, bucketProven, []byte(target), v)
		return err
	})
	return known && err == nil, err
}
