package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// bucketDevices holds what is known of trusted devices: target → DeviceTrust.
var bucketDevices = []byte("devices")

// A DeviceTrust is what is known of a trusted device that the secret store keeps: no
// more than times, so that lists can tell it without opening the secret store.
type DeviceTrust struct {
	Made time.Time `json:"made"` // when it was captured; zero: not known
	// Until is when the last of its cookies ends; zero: it does not tell. Whoever trusts
	// the device may end that sooner.
	Until time.Time `json:"until,omitzero"`
	// Ended is when a login showed that it is not trusted any more; zero: none did.
	Ended time.Time `json:"ended,omitzero"`
}

// Over gives since when the device is known not to be trusted any more; false while it
// may be.
func (d DeviceTrust) Over(now time.Time) (since time.Time, over bool) {
	switch {
	case !d.Ended.IsZero():
		return d.Ended, true
	case !d.Until.IsZero() && !now.Before(d.Until):
		return d.Until, true
	}
	return time.Time{}, false
}

// KeepDevice keeps what a login came to know of a target's trusted device. trusted says
// that it showed the device to be trusted: without that, an end that is known of the same
// device stands.
func (l *Ledger) KeepDevice(ctx context.Context, target string, d DeviceTrust, trusted bool) error {
	if err := CheckName(target); err != nil {
		return fmt.Errorf("keep what is known of the trusted device: %w", err)
	}
	d.Made, d.Until, d.Ended = d.Made.UTC(), d.Until.UTC(), d.Ended.UTC()
	return l.update(ctx, func(tx *bbolt.Tx) error {
		var was DeviceTrust
		if _, err := l.get(tx, bucketDevices, []byte(target), &was); err != nil {
			return err
		}
		if d.Ended.IsZero() && !trusted && was.Made.Equal(d.Made) {
			d.Ended = was.Ended
		}
		return put(tx, bucketDevices, []byte(target), d)
	})
}

// Devices gives what is known of every trusted device, by target.
func (l *Ledger) Devices(ctx context.Context) (map[string]DeviceTrust, error) {
	all := map[string]DeviceTrust{}
	err := l.view(ctx, func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(bucketDevices)
		if bucket == nil {
			return nil
		}
		return bucket.ForEach(func(name, raw []byte) error {
			var d DeviceTrust
			if err := json.Unmarshal(raw, &d); err != nil {
				return l.damaged(err.Error())
			}
			all[string(name)] = d
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}
