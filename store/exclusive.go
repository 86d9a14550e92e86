package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// ErrBusy says that another gatepass is at the same work and did not end in time.
var ErrBusy = errors.New("another gatepass is at the same work")

// glance is how long a lock is tried for before somebody is told of the wait.
const glance = 20 * time.Millisecond

// Exclusive takes the lock that the file at path stands for, between processes and
// within this one, and gives the function that lets go of it. waiting, which may be
// nil, is called once if another holds it; after patience it answers ErrBusy.
func Exclusive(ctx context.Context, path string, patience time.Duration, waiting func()) (unlock func(), err error) {
	try := func(d time.Duration) (func(), error) {
		limited, cancel := context.WithTimeout(ctx, d)
		defer cancel()
		return lockFile(limited, path, lockToWrite)
	}
	unlock, err = try(glance)
	if err == nil || ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
		return unlock, err
	}
	if waiting != nil {
		waiting()
	}
	unlock, err = try(patience)
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("%w for %s", ErrBusy, patience)
	}
	return unlock, err
}

// DuoDir holds what this machine remembers of Duo's tenants.
func (h Home) DuoDir() string { return filepath.Join(h.State, "duo") }

// DuoAccountLock is the lock under which an account at Duo is changed. The file's name
// does not tell whose it is: a username may hold anything.
func (h Home) DuoAccountLock(tenant, user string) string {
	sum := sha256.Sum256([]byte(tenant + "\x00" + strings.ToLower(user)))
	return filepath.Join(h.DuoDir(), "account-"+hex.EncodeToString(sum[:8])+".lock")
}
