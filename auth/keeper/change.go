package keeper

import (
	"context"
	"time"
)

// Change sets how often the session is looked at and whether it is renewed, from now
// on. A wait that is on goes by the new interval, counted from the last look.
func (k *Keeper) Change(every time.Duration, renew bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.renew = renew
	if every != k.every {
		k.every = every
		close(k.changed)
		k.changed = make(chan struct{})
	}
}

func (k *Keeper) renews() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.renew
}

func (k *Keeper) pace() (every time.Duration, changed <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.every, k.changed
}

// nextLook waits until the session is to be looked at again. It reports false when ctx
// ended first.
func (k *Keeper) nextLook(ctx context.Context) bool {
	for last := k.o.Now(); ; {
		every, changed := k.pace()
		var due <-chan time.Time // never, where it is not looked at
		if every > 0 {
			due = k.o.After(max(last.Add(every).Sub(k.o.Now()), 0))
		}
		select {
		case <-due:
			return ctx.Err() == nil
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}
