package auth

import (
	"context"

	"gatepass/auth/otp"
	"gatepass/store"
)

// Uses tells, for each of many keys and in their order, which code was handed out
// last, when and by whom. It reads the ledger once.
func (g *Gate) Uses(ctx context.Context, keys []otp.Key) ([]store.Use, error) {
	holders := make([]store.Holder, len(keys))
	for i, k := range keys {
		account, err := g.Account(ctx, k)
		if err != nil {
			return nil, err
		}
		holders[i] = store.Holder{Account: account, Period: k.Period(), First: k.Counter()}
	}
	return g.Ledger.Uses(ctx, holders)
}
