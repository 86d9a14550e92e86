package login

import (
	"context"
	"net/url"
	"time"
)

// budgeted gives every step of a driver what is left of the time for the pages.
// Time that passes between the steps, such as a wait for a time step, is free.
type budgeted struct {
	driver Driver
	left   time.Duration
	now    func() time.Time
}

func spend[T any](ctx context.Context, b *budgeted, step func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, b.left)
	defer cancel()
	begun := b.now()
	v, err := step(ctx)
	b.left -= max(b.now().Sub(begun), 0)
	return v, err
}

func (b *budgeted) Open(ctx context.Context, u *url.URL) (Page, error) {
	return spend(ctx, b, func(ctx context.Context) (Page, error) { return b.driver.Open(ctx, u) })
}

func (b *budgeted) Submit(ctx context.Context, p Page, s Submission) (Page, error) {
	return spend(ctx, b, func(ctx context.Context) (Page, error) { return b.driver.Submit(ctx, p, s) })
}

func (b *budgeted) Fetch(ctx context.Context, u *url.URL, session bool) (Answer, error) {
	return spend(ctx, b, func(ctx context.Context) (Answer, error) { return b.driver.Fetch(ctx, u, session) })
}

func (b *budgeted) Cookies() map[string]string { return b.driver.Cookies() }
func (b *budgeted) Skew() Skew                 { return b.driver.Skew() }
