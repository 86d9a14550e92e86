package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// bucketOrders holds the orders of bypass codes that are not settled: id → BypassOrdered.
var bucketOrders = []byte("bypass-orders")

// A BypassOrdered is an order of bypass codes that Duo was to be sent. It is written
// down before anything is sent: whoever is killed after Duo has made the codes, or loses
// its answer, leaves behind that there may be codes which nobody was given.
type BypassOrdered struct {
	ID      string        `json:"id"`
	At      time.Time     `json:"at"`
	Tenant  string        `json:"tenant"` // the Duo tenant's name here
	Account BypassAccount `json:"account"`
	Stock   string        `json:"stock"`
	Count   int           `json:"count"`
	Uses    int           `json:"uses"` // of each code
	Valid   time.Duration `json:"valid"`
	Replace bool          `json:"replace,omitempty"` // Duo was to delete all others
	// Before are the ids of the codes that the account had at Duo before.
	Before []string `json:"before,omitempty"`
	// Kept says that the codes came and are in the stock; what Duo calls them is not
	// known yet.
	Kept bool `json:"kept,omitempty"`
}

// errBadOrder is an order that nobody could find codes by.
var errBadOrder = errors.New("not a record of an order")

// OrderBypass records an order before it is sent. One whose id another has is refused:
// it would take that one's place.
func (l *Ledger) OrderBypass(ctx context.Context, o BypassOrdered) error {
	if o.ID == "" || o.Count < 1 || o.Kept {
		return fmt.Errorf("record an order of bypass codes: %w", errBadOrder)
	}
	o.At = l.now().UTC()
	err := l.update(ctx, func(tx *bbolt.Tx) error {
		var other BypassOrdered
		if known, err := l.get(tx, bucketOrders, []byte(o.ID), &other); err != nil || known {
			return cmp.Or(err, errBadOrder)
		}
		return put(tx, bucketOrders, []byte(o.ID), o)
	})
	if err != nil {
		return fmt.Errorf("record an order of bypass codes: %w", err)
	}
	return nil
}

// SettleBypassOrders forgets orders of which it is known what became of them. One that
// is not there is no error.
func (l *Ledger) SettleBypassOrders(ctx context.Context, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	err := l.update(ctx, func(tx *bbolt.Tx) error { return dropOrders(tx, ids) })
	if err != nil {
		return fmt.Errorf("settle an order of bypass codes: %w", err)
	}
	return nil
}

// BypassOrders gives the orders that are not settled, the oldest first.
func (l *Ledger) BypassOrders(ctx context.Context) (all []BypassOrdered, err error) {
	err = l.view(ctx, func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(bucketOrders)
		if bucket == nil {
			return nil
		}
		return bucket.ForEach(func(_, raw []byte) error {
			var o BypassOrdered
			if err := json.Unmarshal(raw, &o); err != nil {
				return l.damaged(err.Error())
			}
			all = append(all, o)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b BypassOrdered) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return all, nil
}

// keepOrders marks the orders that codes came of as kept.
func (l *Ledger) keepOrders(tx *bbolt.Tx, codes []BypassCode) error {
	for _, id := range ordersOf(codes) {
		var o BypassOrdered
		known, err := l.get(tx, bucketOrders, []byte(id), &o)
		if err != nil {
			return err
		}
		if !known {
			continue
		}
		o.Kept = true
		if err := put(tx, bucketOrders, []byte(id), o); err != nil {
			return err
		}
	}
	return nil
}

func dropOrders(tx *bbolt.Tx, ids []string) error {
	bucket := tx.Bucket(bucketOrders)
	if bucket == nil {
		return nil
	}
	for _, id := range ids {
		if err := bucket.Delete([]byte(id)); err != nil {
			return err
		}
	}
	return nil
}

// ordersOf gives the orders that codes came of, each once.
func ordersOf(codes []BypassCode) []string {
	var ids []string
	for _, c := range codes {
		if c.Order != "" && !slices.Contains(ids, c.Order) {
			ids = append(ids, c.Order)
		}
	}
	return ids
}
