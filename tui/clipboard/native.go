package clipboard

import (
	"context"
	"errors"
	"fmt"
	"time"

	atotto "github.com/atotto/clipboard"

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

// tool is the clipboard through the platform's API or command.
type tool struct{}

// platform is the clipboard of this machine; nil if it has no tool for one.
func platform() native {
	if atotto.Unsupported {
		return nil
	}
	return tool{}
}

func (tool) write(ctx context.Context, text store.Secret) error {
	_, err := within(ctx, func() (struct{}, error) {
		return struct{}{}, atotto.WriteAll(text.Reveal())
	})
	if err != nil {
		return fmt.Errorf("write the clipboard: %w", err)
	}
	return nil
}

func (tool) read(ctx context.Context) (store.Secret, error) {
	text, err := within(ctx, func() (store.Secret, error) {
		text, err := atotto.ReadAll()
		return store.NewSecret(text), err
	})
	if err != nil {
		return store.Secret{}, fmt.Errorf("read the clipboard: %w", err)
	}
	return text, nil
}

// within waits for f, but no longer than ctx and patience allow. The tools take
// no context, so one that hangs is left behind.
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
