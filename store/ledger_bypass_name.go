package store

import (
	"context"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// NameBypass records what Duo calls codes of a stock that are there already, and when
// they expire as Duo has it; zero leaves that as it is. names are as many as ids. A code
// that is not there is passed over.
func (l *Ledger) NameBypass(ctx context.Context, stock string, ids, names []string, expires time.Time) error {
	if len(ids) != len(names) {
		return errBadCode
	}
	return l.update(ctx, func(tx *bbolt.Tx) error {
		codes, err := l.bypassOf(tx, stock)
		if err != nil {
			return err
		}
		for i := range codes {
			at := slices.Index(ids, codes[i].ID)
			if at < 0 {
				continue
			}
			codes[i].DuoID = names[at]
			if !expires.IsZero() {
				codes[i].Expires = expires.UTC()
			}
		}
		return put(tx, bucketBypass, []byte(stock), codes)
	})
}
