package login

import (
	"context"
	"sync"
	"time"
)

// allowance is a context that ends when a step's time is used up, and whose time can
// stand still meanwhile, which a deadline of the standard library cannot.
type allowance struct {
	context.Context // what it was made from

	done chan struct{}
	stop func() bool // stops listening to the context that it was made from

	mu    sync.Mutex // guards what follows
	err   error
	left  time.Duration
	ends  time.Time
	timer *time.Timer // nil while the time stands still
}

func allow(ctx context.Context, d time.Duration) *allowance {
	a := &allowance{Context: ctx, done: make(chan struct{}), left: d}
	a.goOn()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stop = context.AfterFunc(ctx, func() { a.end(ctx.Err()) })
	return a
}

// hold lets the time stand still until goOn.
func (a *allowance) hold() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer != nil && a.timer.Stop() {
		a.left, a.timer = time.Until(a.ends), nil
	}
}

func (a *allowance) goOn() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err != nil || a.timer != nil {
		return
	}
	a.ends = time.Now().Add(a.left)
	a.timer = time.AfterFunc(a.left, func() { a.end(context.DeadlineExceeded) })
}

// end ends the context, the first time for good.
func (a *allowance) end(why error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err != nil {
		return
	}
	a.err = why
	if a.timer != nil {
		a.timer.Stop()
	}
	if a.stop != nil {
		a.stop()
	}
	close(a.done)
}

// Deadline implements [context.Context]. While the time stands still there is none
// but that of the context that it was made from.
func (a *allowance) Deadline() (time.Time, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at, ok := a.Context.Deadline()
	if a.timer != nil && (!ok || a.ends.Before(at)) {
		return a.ends, true
	}
	return at, ok
}

// Done implements [context.Context].
func (a *allowance) Done() <-chan struct{} { return a.done }

// Err implements [context.Context].
func (a *allowance) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}
