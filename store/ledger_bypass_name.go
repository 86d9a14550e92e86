package store

import (
	"context"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// NameBypass records what Duo calls codes of a stock that are there already, and when
// they expire as Duo has it; zero leaves that as it is. names are as many as ids. A code
// that is not there is passed over. With that the orders that they came of are settled.
func (l *Ledger) NameBypass(ctx context.Context, stock string, ids, names []string, expires time.Time) error {
	if len(ids) != len(names) {
		return errBadCode
	}
	return l.update(ctx, func(tx *bbolt.Tx) error {
		codes, err := l.bypassOf(tx, stock)
		if err != nil {
			return err
		}
		var named []BypassCode
		for i := range codes {
			at := slices.Index(ids, codes[i].ID)
			if at < 0 {
				continue
			}
			named = append(named, codes[i])
			codes[i].DuoID = names[at]
			if !expires.IsZero() {
				codes[i].Expires = expires.UTC()
			}
		}
		if err := dropOrders(tx, ordersOf(named)); err != nil {
			return err
		}
		return put(tx, bucketBypass, []byte(stock), codes)
	})
}

// MissBypass records of which codes of a stock it was seen that Duo does not have them
// any more: those of missing, and of no others of seen.
func (l *Ledger) MissBypass(ctx context.Context, stock string, seen, missing []string) error {
	known, err := l.KnownBypass(ctx)
	if err != nil || !slices.ContainsFunc(known[stock], func(c BypassCode) bool { return c.news(seen, missing) }) {
		return err
	}
	return l.update(ctx, func(tx *bbolt.Tx) error {
		codes, err := l.bypassOf(tx, stock)
		if err != nil {
			return err
		}
		for i := range codes {
			if codes[i].news(seen, missing) {
				codes[i].Missing = !codes[i].Missing
			}
		}
		return put(tx, bucketBypass, []byte(stock), codes)
	})
}

// news reports whether what was seen of c at Duo is not what is recorded of it.
func (c BypassCode) news(seen, missing []string) bool {
	return slices.Contains(seen, c.ID) && c.Missing != slices.Contains(missing, c.ID)
}

// BindBypass records whose codes those of a stock are that do not say it, and of all
// those that others gave us.
func (l *Ledger) BindBypass(ctx context.Context, stock string, account BypassAccount) error {
	return l.update(ctx, func(tx *bbolt.Tx) error {
		codes, err := l.bypassOf(tx, stock)
		if err != nil {
			return err
		}
		for i := range codes {
			if !codes[i].Issued || !codes[i].Account.Known() {
				codes[i].Account = account
			}
		}
		return put(tx, bucketBypass, []byte(stock), codes)
	})
}
