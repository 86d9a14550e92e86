package clipboard

import (
	"context"
	"errors"
	"time"

	"gatepass/store"
)

// native is the platform's clipboard.
type native interface {
	write(ctx context.Context, text store.Secret) error
	read(ctx context.Context) (store.Secret, error)
}

// patience is how long a clipboard tool may take. They ask a display server, and
// that may be gone.
const patience = 3 * time.Second

var (
	errSlow  = errors.New("the clipboard did not answer")
	errBroke = errors.New("the clipboard's library broke")
)

// within waits for f, but no longer than ctx and patience allow. What takes no
// context and hangs is left behind.
func within[T any](ctx context.Context, f func() (T, error)) (T, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errSlow)
	defer cancel()
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if recover() != nil {
				o.err = errBroke
			}
			done <- o
		}()
		o.value, o.err = f()
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}
