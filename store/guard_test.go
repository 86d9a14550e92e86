package store

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const short = 20 * time.Millisecond

func TestGuardGivesTheAnswer(t *testing.T) {
	g := newGuard(time.Minute)
	v, err := g.do(t.Context(), func() (string, error) { return "value", nil })
	if v != "value" || err != nil {
		t.Errorf("do = %q, %v", v, err)
	}
	if _, err := g.do(t.Context(), func() (string, error) { return "", ErrNotFound }); !errors.Is(err, ErrNotFound) {
		t.Errorf("do = %v", err)
	}
}

func TestACallThatHangsTimesOut(t *testing.T) {
	g := newGuard(short)
	release := make(chan struct{})
	defer close(release)
	begin := time.Now()
	_, err := g.do(t.Context(), func() (string, error) { <-release; return "", nil })
	if !errors.Is(err, ErrTimeout) {
		t.Errorf("do = %v, want ErrTimeout", err)
	}
	if took := time.Since(begin); took < short || took > 50*short {
		t.Errorf("it took %v", took)
	}
}

func TestManyTimeoutsLeaveOneGoroutine(t *testing.T) {
	g := newGuard(time.Millisecond)
	release := make(chan struct{})
	started := atomic.Int32{}
	hang := func() (string, error) { started.Add(1); <-release; return "", nil }
	before := runtime.NumGoroutine()
	for range 100 {
		if _, err := g.do(t.Context(), hang); !errors.Is(err, ErrTimeout) {
			t.Fatalf("do = %v", err)
		}
	}
	if n := runtime.NumGoroutine() - before; n > 1 {
		t.Errorf("%d goroutines more after 100 time-outs", n)
	}
	if n := started.Load(); n != 1 {
		t.Errorf("%d calls were made; all but the first should have waited for it", n)
	}
	close(release)
	// The keyring answers at last: the next call goes through.
	g.timeout = time.Minute
	if v, err := g.do(t.Context(), func() (string, error) { return "back", nil }); v != "back" || err != nil {
		t.Errorf("afterwards do = %q, %v", v, err)
	}
}

func TestAPanicIsAnError(t *testing.T) {
	g := newGuard(time.Minute)
	for _, p := range []any{"hunter2", errors.New("hunter2"), []byte("hunter2"), (*guard)(nil)} {
		_, err := g.do(t.Context(), func() (string, error) { panic(p) })
		if !errors.Is(err, ErrCrashed) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("do = %v, want ErrCrashed without what it panicked with", err)
		}
	}
	if _, err := g.do(t.Context(), func() (string, error) { return g.missing(), nil }); !errors.Is(err, ErrCrashed) {
		t.Errorf("do = %v", err)
	}
	if v, err := g.do(t.Context(), func() (string, error) { return "fine", nil }); v != "fine" || err != nil {
		t.Errorf("after a panic do = %q, %v", v, err)
	}
}

// missing panics as go-keyring does when the bus dies under an open prompt.
func (g *guard) missing() string {
	var signal *struct{ Name string }
	return signal.Name
}

func TestTheCallersContextEndsTheWait(t *testing.T) {
	g := newGuard(time.Minute)
	release := make(chan struct{})
	defer close(release)
	hang := func() (string, error) { <-release; return "", nil }
	ctx, cancel := context.WithCancel(t.Context())
	inside := make(chan struct{})
	go func() { <-inside; cancel() }()
	_, err := g.do(ctx, func() (string, error) { close(inside); return hang() })
	if !errors.Is(err, context.Canceled) || errors.Is(err, ErrTimeout) {
		t.Errorf("interrupted: %v", err)
	}
	// Waiting for the place ends as well.
	if _, err := g.do(ctx, hang); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting, interrupted: %v", err)
	}
	late, cancel := context.WithTimeout(t.Context(), short)
	defer cancel()
	if _, err := g.do(late, hang); !errors.Is(err, ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("out of the caller's time: %v", err)
	}
}

func TestWaitingBehindCallsThatAreAnsweredCostsNoPatience(t *testing.T) {
	g := newGuard(time.Second)
	var wg sync.WaitGroup
	var under, most atomic.Int32
	for range 40 { // together they take twice the patience
		wg.Go(func() {
			_, err := g.do(t.Context(), func() (string, error) {
				if n := under.Add(1); n > most.Load() {
					most.Store(n)
				}
				defer under.Add(-1)
				<-time.After(50 * time.Millisecond)
				return "", nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 {
		t.Errorf("%d calls at once", most.Load())
	}
}
