package store

import (
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
)

// ErrOtherKey is a ledger whose accounts were named with another key: the secrets
// that are used now are not those that it was kept with.
var ErrOtherKey = errors.New("the ledger was kept with the secrets of another store")

// keyBound holds the name of the key that a ledger's accounts were made with.
var keyBound = []byte("key")

// Bind makes sure that the ledger's accounts were named with k, and binds a ledger
// that is new. With another key the same seed would have another account, and a time
// step that is spent would be given out again. It answers ErrOtherKey.
func (l *Ledger) Bind(ctx context.Context, k LedgerKey) error {
	// Named like an account: the name says nothing about the key.
	name := []byte(k.Account(NewSecret("the ledger itself")))
	var bound []byte
	err := l.view(ctx, func(tx *bbolt.Tx) error {
		bound = append(bound, tx.Bucket(bucketMeta).Get(keyBound)...)
		return nil
	})
	if err == nil && len(bound) == 0 {
		err = l.update(ctx, func(tx *bbolt.Tx) error {
			meta := tx.Bucket(bucketMeta)
			if bound = append(bound, meta.Get(keyBound)...); len(bound) > 0 {
				return nil
			}
			bound = name
			return meta.Put(keyBound, name)
		})
	}
	switch {
	case err != nil:
		return fmt.Errorf("bind the ledger: %w", err)
	case string(bound) != string(name):
		return WithHint(fmt.Errorf("%w: %q", ErrOtherKey, l.file),
			"Use the store that it was kept with: gatepass store",
			"If that one is given up, begin a new ledger; codes of the present time steps could be given out twice: mv "+QuoteShell(l.file)+" "+QuoteShell(l.file+".old"))
	}
	return nil
}
