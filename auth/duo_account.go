package auth

import (
	"context"
	"errors"
	"time"

	"gatepass/auth/duo"
	"gatepass/store"
)

const (
	// accountPatience is how long one gatepass waits for another that changes the same
	// account at Duo: a hundred codes are ten calls, and Duo may limit their rate.
	accountPatience = 3 * time.Minute
	// tidyTime is how long what must be done may take after the caller's context has
	// ended, each part for itself.
	tidyTime = 30 * time.Second
	// lookTime is how long something may be looked up that is good to know and no more.
	lookTime = 10 * time.Second
)

// alone has nobody else on this machine change the account until release is called.
func (g *Gate) alone(ctx context.Context, a *duoAccount) (release func(), err error) {
	release, err = store.Exclusive(ctx, g.Home.DuoAccountLock(a.tenant.Name, a.user), accountPatience, func() {
		a.tell.doing("waiting for another gatepass that is changing %q", a.user)
	})
	if errors.Is(err, store.ErrBusy) {
		err = store.WithHint(err, "Wait for it, or end it, and try again. Nothing was sent to Duo.")
	}
	return release, err
}

// afterwards does what must be done even when the caller's context has ended.
func (a *duoAccount) afterwards(ctx context.Context, do func(context.Context) error) error {
	return within(ctx, tidyTime, do)
}

// within gives do so much time, whatever becomes of the caller's context.
func within(ctx context.Context, limit time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	return do(ctx)
}

// refusedByDuo reports whether an error is Duo's own no, after which nothing was done.
func refusedByDuo(err error) bool {
	var e *duo.Error
	return errors.As(err, &e) && e.Code != 0
}
