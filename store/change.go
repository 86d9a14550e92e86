package store

import (
	"context"
	"path/filepath"
)

// Change runs f while no other process is in a Change of these targets. It is for
// what touches a target and its secrets together; single calls need it not. Changes
// do not nest.
func (s *Targets) Change(ctx context.Context, f func() error) error {
	unlock, err := lockFile(ctx, filepath.Clean(s.dir)+".change.lock", lockToWrite)
	if err != nil {
		return WithHint(err, "Another gatepass is changing targets. Try again.")
	}
	defer unlock()
	return f()
}

// Change is [Targets.Change] for tenants and their secret keys. It is another lock: a
// change of targets may go on meanwhile.
func (s *Tenants) Change(ctx context.Context, f func() error) error {
	unlock, err := lockFile(ctx, filepath.Clean(s.dir)+".change.lock", lockToWrite)
	if err != nil {
		return WithHint(err, "Another gatepass is changing Duo tenants. Try again.")
	}
	defer unlock()
	return f()
}
