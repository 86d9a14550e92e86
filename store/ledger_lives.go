package store

import (
	"context"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// bucketLives holds how long sessions were seen to live: target → SessionLife.
var bucketLives = []byte("lives")

// A SessionLife is how long a session of a target was seen to live by somebody who
// kept one. Ages count from the login.
type SessionLife struct {
	URL  string        `json:"url"`            // the target's login page then
	At   time.Time     `json:"at"`             // when that was seen
	Held time.Duration `json:"held"`           // the age at which it was last seen signed in
	Lost time.Duration `json:"lost,omitempty"` // the age at which it was first seen gone; 0: it was not
}

// older reports whether a new sight of the same login page takes nothing from what is
// known: a session that was looked at for a while says nothing against one that was lost
// later, or that was seen at a higher age.
func (s SessionLife) older(known SessionLife) bool {
	return s.URL == known.URL && s.Lost == 0 && s.Held <= max(known.Held, known.Lost)
}

// RecordLife keeps how long a session of a target was seen to live. A loss is kept in
// place of what was known; a session that still held only where it was older than that.
func (l *Ledger) RecordLife(ctx context.Context, target string, life SessionLife) error {
	if err := CheckName(target); err != nil {
		return fmt.Errorf("record a session's life: %w", err)
	}
	if life.At.IsZero() {
		life.At = l.now()
	}
	life.At = life.At.UTC()
	return l.update(ctx, func(tx *bbolt.Tx) error {
		var known SessionLife
		there, err := l.get(tx, bucketLives, []byte(target), &known)
		if err != nil || there && life.older(known) {
			return err
		}
		return put(tx, bucketLives, []byte(target), life)
	})
}

// Life is how long a session of a target was seen to live; false if nobody watched one.
func (l *Ledger) Life(ctx context.Context, target string) (life SessionLife, known bool, err error) {
	err = l.view(ctx, func(tx *bbolt.Tx) error {
		known, err = l.get(tx, bucketLives, []byte(target), &life)
		return err
	})
	return life, known && err == nil, err
}
