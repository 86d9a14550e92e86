package login

import (
	"context"
	"net/url"
	"sync"
	"time"
)

// budgeted gives every step of a driver what is left of the time for the pages.
// Time that passes between the steps, such as a wait for a time step, is free, and
// so is the time in which somebody is asked something.
type budgeted struct {
	driver Driver
	now    func() time.Time

	mu     sync.Mutex // guards what follows: a question may come from another goroutine
	left   time.Duration
	step   *allowance // the step at work, or nil
	paused int        // how many questions are open
	since  time.Time  // when the first of them was put
	asked  time.Duration
}

func spend[T any](ctx context.Context, b *budgeted, step func(context.Context) (T, error)) (T, error) {
	b.mu.Lock()
	b.asked = 0
	own := allow(ctx, b.left)
	b.step = own
	begun := b.now()
	b.mu.Unlock()
	defer own.end(context.Canceled)
	v, err := step(own)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.step = nil
	b.left -= max(b.now().Sub(begun)-b.asked, 0)
	return v, err
}

// pause stops the time until resume is called.
func (b *budgeted) pause() (resume func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.paused++; b.paused == 1 {
		b.since = b.now()
		if b.step != nil {
			b.step.hold()
		}
	}
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.paused--; b.paused == 0 {
			b.asked += max(b.now().Sub(b.since), 0)
			if b.step != nil {
				b.step.goOn()
			}
		}
	}
}

// remaining is what is left of the time for the pages.
func (b *budgeted) remaining() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return max(b.left, 0)
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

func (b *budgeted) Restore(ctx context.Context, cookies []Cookie) error {
	_, err := spend(ctx, b, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, b.driver.Restore(ctx, cookies)
	})
	return err
}

func (b *budgeted) Session(ctx context.Context) (Session, error) {
	return spend(ctx, b, b.driver.Session)
}

func (b *budgeted) Skew() Skew { return b.driver.Skew() }
