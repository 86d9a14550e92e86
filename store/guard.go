package store

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// A guard stands between us and a keyring's client, which may hang for ever, panic
// or be called too often. It gives every call a deadline, turns a panic into
// ErrCrashed, and has at most one call under way: one that hangs keeps its goroutine
// and its place, and all that follow time out without adding to the pile.
//
// Calls therefore also happen in order. A Set that timed out and is carried out
// late, when a person has unlocked the keyring after all, comes before a Set that
// was made after it.
type guard struct {
	timeout time.Duration
	place   chan struct{} // held by the call that is under way

	mu   sync.Mutex
	next chan struct{} // closed when a call ends
}

func newGuard(timeout time.Duration) *guard {
	return &guard{timeout: timeout, place: make(chan struct{}, 1), next: make(chan struct{})}
}

// do runs call. It answers ErrTimeout when the keyring does not answer in time, and
// ctx's error when that ends first.
func (g *guard) do(ctx context.Context, call func() (string, error)) (string, error) {
	if err := g.enter(ctx); err != nil {
		return "", err
	}
	type answer struct {
		value string
		err   error
	}
	answers := make(chan answer, 1) // nobody may be listening any more
	go func() {
		defer g.leave()
		defer func() {
			if p := recover(); p != nil {
				// What it panicked with may hold anything; its type says enough.
				answers <- answer{err: fmt.Errorf("%w: %T", ErrCrashed, p)}
			}
		}()
		value, err := call()
		answers <- answer{value, err}
	}()
	patience := time.NewTimer(g.timeout)
	defer patience.Stop()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-patience.C:
		select {
		case a := <-answers: // on a machine so busy that both came at once
			return a.value, a.err
		default:
			return "", fmt.Errorf("%w in %v", ErrTimeout, g.timeout)
		}
	case <-ctx.Done():
		return "", contextError(ctx.Err())
	}
}

// enter takes the place. Waiting behind calls that are answered costs no patience;
// waiting behind one that hangs does.
func (g *guard) enter(ctx context.Context) error {
	for {
		moved := g.moves()
		patience := time.NewTimer(g.timeout)
		select {
		case g.place <- struct{}{}:
			patience.Stop()
			return nil
		case <-moved:
			patience.Stop()
		case <-patience.C:
			select {
			case <-moved: // as above
			default:
				return fmt.Errorf("%w: an earlier call is still waiting", ErrTimeout)
			}
		case <-ctx.Done():
			patience.Stop()
			return contextError(ctx.Err())
		}
	}
}

// moves gives the channel that closes when the call under way ends.
func (g *guard) moves() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.next
}

// leave gives up the place and tells who waits.
func (g *guard) leave() {
	<-g.place
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.next)
	g.next = make(chan struct{})
}
