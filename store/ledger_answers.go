package store

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"
)

// bucketAnswers holds what was answered when a route was looked for: target → JSON of
// its caller's.
var bucketAnswers = []byte("answers")

// nobodys is the key of answers that were given for no target: no target is called so.
const nobodys = "."

// KeepAnswers keeps v, which has no secret in it, as JSON, in place of what was
// answered for the target before; "" stands for no target.
func (l *Ledger) KeepAnswers(ctx context.Context, target string, v any) error {
	key, err := answersKey(target)
	if err != nil {
		return fmt.Errorf("keep the answers: %w", err)
	}
	return l.update(ctx, func(tx *bbolt.Tx) error { return put(tx, bucketAnswers, key, v) })
}

// Answers reads what was answered for a target into v, and gives false when nothing
// was.
func (l *Ledger) Answers(ctx context.Context, target string, v any) (known bool, err error) {
	key, err := answersKey(target)
	if err != nil {
		return false, fmt.Errorf("read the answers: %w", err)
	}
	err = l.view(ctx, func(tx *bbolt.Tx) error {
		known, err = l.get(tx, bucketAnswers, key, v)
		return err
	})
	return known && err == nil, err
}

func answersKey(target string) ([]byte, error) {
	if target == "" {
		return []byte(nobodys), nil
	}
	return []byte(target), CheckName(target)
}
