package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"go.etcd.io/bbolt"
)

// Spent is the record of a time step's one-time code.
type Spent struct {
	Step int64     `json:"step"` // the time since 1970 in periods (RFC 6238, T)
	At   time.Time `json:"at"`
	By   string    `json:"by"` // what used it: "code" or "verify"
}

// counted is the record of an HOTP key.
type counted struct {
	Next uint64    `json:"next"` // the counter of the next code (RFC 4226, C)
	At   time.Time `json:"at"`
	By   string    `json:"by"`
}

var (
	errBadAccount = errors.New("not an account of the ledger")
	errBadStep    = errors.New("not a time step")
	errLastCount  = errors.New("the counter has reached its end")
)

// SpendStep records that the code of a time step is used, before it is. It answers
// ErrSpent when this step or a later one of the same account and period was spent
// before: steps go up only, so a server's rule against replay is never broken, even
// when the clock goes back. Of any number of callers with one step, one succeeds.
func (l *Ledger) SpendStep(ctx context.Context, acct Account, period time.Duration, step int64, by string) error {
	key, err := stepKey(acct, period)
	if err == nil && step < 0 {
		err = errBadStep
	}
	if err != nil {
		return fmt.Errorf("spend step %d: %w", step, err)
	}
	return l.update(ctx, func(tx *bbolt.Tx) error {
		var last Spent
		known, err := l.get(tx, bucketSteps, key, &last)
		if err != nil {
			return err
		}
		if known && step <= last.Step {
			return l.spent(step, last, period)
		}
		return put(tx, bucketSteps, key, Spent{Step: step, At: l.now().UTC(), By: by})
	})
}

// spent says who was first. Where the ledger is far ahead, the clock was wrong once,
// and waiting for the next code would take that long.
func (l *Ledger) spent(step int64, last Spent, period time.Duration) error {
	err := fmt.Errorf("%w: step %d, and %q took step %d at %s", ErrSpent, step, last.By, last.Step, last.At.Format(time.RFC3339))
	const slack = 10 // steps
	ahead := last.Step - step
	if ahead <= slack {
		return WithHint(err, "Wait for the next code.")
	}
	return WithHint(err,
		fmt.Sprintf("The last code was taken %v ahead of this machine's clock: the clock is wrong now or was wrong then. Compare it with: gatepass doctor",
			time.Duration(min(ahead, math.MaxInt64/int64(period)))*period),
		"If it was wrong then: gatepass code NAME --forget-spent")
}

// LastStep gives the last step spent, and false when there is none.
func (l *Ledger) LastStep(ctx context.Context, acct Account, period time.Duration) (last Spent, known bool, err error) {
	key, err := stepKey(acct, period)
	if err != nil {
		return Spent{}, false, fmt.Errorf("look up step: %w", err)
	}
	err = l.view(ctx, func(tx *bbolt.Tx) error {
		known, err = l.get(tx, bucketSteps, key, &last)
		return err
	})
	return last, known, err
}

// NextCounter gives the counter for the next HOTP code and records it as used, so
// that the one after it is given next. first is the counter that the key came with;
// it counts while the ledger knows none.
func (l *Ledger) NextCounter(ctx context.Context, acct Account, first uint64, by string) (uint64, error) {
	if !acct.valid() {
		return 0, fmt.Errorf("take counter: %w", errBadAccount)
	}
	var counter uint64
	err := l.update(ctx, func(tx *bbolt.Tx) error {
		last := counted{Next: first}
		if _, err := l.get(tx, bucketCounters, []byte(acct), &last); err != nil {
			return err
		}
		if last.Next == math.MaxUint64 {
			return WithHint(fmt.Errorf("take counter: %w", errLastCount), "Enrol a new key for this account.")
		}
		counter = last.Next
		return put(tx, bucketCounters, []byte(acct), counted{Next: counter + 1, At: l.now().UTC(), By: by})
	})
	if err != nil {
		return 0, err
	}
	return counter, nil
}

// PeekCounter gives the counter that NextCounter would give, and records nothing.
func (l *Ledger) PeekCounter(ctx context.Context, acct Account, first uint64) (uint64, error) {
	if !acct.valid() {
		return 0, fmt.Errorf("look up counter: %w", errBadAccount)
	}
	last := counted{Next: first}
	err := l.view(ctx, func(tx *bbolt.Tx) error {
		_, err := l.get(tx, bucketCounters, []byte(acct), &last)
		return err
	})
	return last.Next, err
}

// stepKey names the record of an account's steps of one length: a step is a number
// that means nothing without its period.
func stepKey(acct Account, period time.Duration) ([]byte, error) {
	if !acct.valid() {
		return nil, errBadAccount
	}
	if period <= 0 {
		return nil, fmt.Errorf("%w: its period is %v", errBadStep, period)
	}
	return fmt.Appendf(nil, "%s/%s", acct, period), nil
}

// get reads a record into v, and gives false when there is none.
func (l *Ledger) get(tx *bbolt.Tx, bucket, key []byte, v any) (bool, error) {
	in := tx.Bucket(bucket)
	if in == nil {
		return false, nil // a ledger from before there was such a record
	}
	raw := in.Get(key)
	if raw == nil {
		return false, nil
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return false, l.damaged(err.Error())
	}
	return true, nil
}

func put(tx *bbolt.Tx, bucket, key []byte, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode record: %w", err)
	}
	in, err := tx.CreateBucketIfNotExists(bucket)
	if err == nil {
		err = in.Put(key, raw)
	}
	if err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	return nil
}
