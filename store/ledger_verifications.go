package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// Verification is the record of one real login, as the list of targets shows it. Its
// texts come from gatepass's own vocabulary, never from a server.
type Verification struct {
	Target    string        `json:"target"`
	Run       string        `json:"run"`                 // the run's id
	Verdict   string        `json:"verdict"`             // "signed-in", "refused" or "error"
	Diagnosis string        `json:"diagnosis,omitempty"` // a code such as "clock-skew", "" when signed in
	Driver    string        `json:"driver,omitempty"`    // "http" or "browser"
	At        time.Time     `json:"at"`                  // when it ended; the zero time becomes now
	Took      time.Duration `json:"took"`                // nanoseconds
}

// RecordVerification keeps v as its target's newest, unless a newer one is there
// already: of two runs at once the one that ended last counts.
func (l *Ledger) RecordVerification(ctx context.Context, v Verification) error {
	if err := CheckName(v.Target); err != nil {
		return fmt.Errorf("record verification: %w", err)
	}
	if v.At.IsZero() {
		v.At = l.now()
	}
	v.At = v.At.UTC()
	return l.update(ctx, func(tx *bbolt.Tx) error {
		var last Verification
		known, err := l.get(tx, bucketVerifications, []byte(v.Target), &last)
		if err != nil || known && last.At.After(v.At) {
			return err
		}
		return put(tx, bucketVerifications, []byte(v.Target), v)
	})
}

// Verifications gives the newest of each target. Without a ledger the map is empty.
func (l *Ledger) Verifications(ctx context.Context) (map[string]Verification, error) {
	all := map[string]Verification{}
	err := l.view(ctx, func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketVerifications).ForEach(func(name, raw []byte) error {
			var v Verification
			if err := json.Unmarshal(raw, &v); err != nil {
				return l.damaged(err.Error())
			}
			all[string(name)] = v
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// RenameTarget moves what is known of a target's logins to its new name, in place of
// what is there. What was spent belongs to the seed and stays.
func (l *Ledger) RenameTarget(ctx context.Context, old, new string) error {
	if err := CheckName(new); err != nil {
		return fmt.Errorf("rename in ledger: %w", err)
	}
	if old == new {
		return nil
	}
	return l.forTargets(ctx, []string{old, new}, func(tx *bbolt.Tx) error {
		if err := l.moveVerification(tx, old, new); err != nil {
			return err
		}
		for _, bucket := range [][]byte{bucketProven, bucketDevices, bucketAnswers, bucketLives} {
			if err := l.move(tx, bucket, old, new); err != nil {
				return err
			}
		}
		return nil
	})
}

// drop removes a key from a bucket that may not be there yet.
func drop(tx *bbolt.Tx, bucket []byte, key string) error {
	b := tx.Bucket(bucket)
	if b == nil {
		return nil
	}
	return b.Delete([]byte(key))
}

// move gives a record another key. What the new key had is another target's, whatever
// the old one has.
func (l *Ledger) move(tx *bbolt.Tx, bucket []byte, old, new string) error {
	if err := drop(tx, bucket, new); err != nil {
		return err
	}
	var record json.RawMessage
	known, err := l.get(tx, bucket, []byte(old), &record)
	if err != nil || !known {
		return err
	}
	if err := put(tx, bucket, []byte(new), record); err != nil {
		return err
	}
	return drop(tx, bucket, old)
}

func (l *Ledger) moveVerification(tx *bbolt.Tx, old, new string) error {
	if err := drop(tx, bucketVerifications, new); err != nil {
		return err
	}
	var v Verification
	known, err := l.get(tx, bucketVerifications, []byte(old), &v)
	if err != nil || !known {
		return err
	}
	v.Target = new
	if err := put(tx, bucketVerifications, []byte(new), v); err != nil {
		return err
	}
	return tx.Bucket(bucketVerifications).Delete([]byte(old))
}

// ForgetTarget removes what is known of a target's logins. What was spent stays for
// ever: another target may have the same seed, and the server remembers.
func (l *Ledger) ForgetTarget(ctx context.Context, name string) error {
	return l.forTarget(ctx, name, func(tx *bbolt.Tx) error {
		for _, bucket := range ofTargets(tx) {
			if err := bucket.Delete([]byte(name)); err != nil {
				return err
			}
		}
		return nil
	})
}

// ofTargets lists the buckets that are sorted by targets.
func ofTargets(tx *bbolt.Tx) []*bbolt.Bucket {
	var there []*bbolt.Bucket
	for _, name := range [][]byte{bucketVerifications, bucketProven, bucketDevices, bucketAnswers, bucketLives} {
		if bucket := tx.Bucket(name); bucket != nil {
			there = append(there, bucket)
		}
	}
	return there
}

// forTarget runs change if the ledger knows a login of the target, so that nothing is
// written, or made, for one that it does not know.
func (l *Ledger) forTarget(ctx context.Context, name string, change func(*bbolt.Tx) error) error {
	return l.forTargets(ctx, []string{name}, change)
}

func (l *Ledger) forTargets(ctx context.Context, names []string, change func(*bbolt.Tx) error) error {
	known := false
	err := l.view(ctx, func(tx *bbolt.Tx) error {
		for _, bucket := range ofTargets(tx) {
			for _, name := range names {
				known = known || bucket.Get([]byte(name)) != nil
			}
		}
		return nil
	})
	if err != nil || !known {
		return err
	}
	return l.update(ctx, change)
}
