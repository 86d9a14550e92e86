package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// lockKind says who else may hold a lock at the same time.
type lockKind int

const (
	lockToWrite lockKind = iota // nobody
	lockToRead                  // other readers
)

// Waiters poll between these bounds. The low one keeps a hand-over in the order of
// what a write takes; jitter keeps many waiters out of step.
const (
	pollFirst = time.Millisecond
	pollMost  = 8 * time.Millisecond
)

// lockPatience bounds the wait for a lock where the caller's context does not: a
// holder that was stopped must not stop everybody.
const lockPatience = 10 * time.Second

// lockFile takes the lock that the file at path stands for, between processes and
// within this one, and gives the function that lets go of it. It waits as long as
// ctx allows, and no longer than lockPatience if ctx has no deadline. The lock file is made when missing and never removed: removing it
// would let two holders lock two different files of one name.
func lockFile(ctx context.Context, path string, kind lockKind) (unlock func(), err error) {
	if err := ensureFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if _, bounded := ctx.Deadline(); !bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, lockPatience)
		defer cancel()
	}
	lock := flock.New(path, flock.SetPermissions(0o600))
	try := lock.TryLock
	if kind == lockToRead {
		try = lock.TryRLock
	}
	for wait := pollFirst; ; wait = min(2*wait, pollMost) {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("wait for lock %q: %w", path, err)
		}
		ok, err := try()
		if err != nil {
			return nil, fmt.Errorf("lock %q: %w", path, err)
		}
		if ok {
			return func() { _ = lock.Unlock() }, nil
		}
		if err := pause(ctx, wait/2+rand.N(wait)); err != nil {
			return nil, fmt.Errorf("wait for lock %q: %w", path, err)
		}
	}
}

// pause waits for d or for ctx to end, and answers ctx's error.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
