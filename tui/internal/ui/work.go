package ui

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"

	tea "github.com/charmbracelet/bubbletea"
)

// A Task is one kind of work that a page does in the background. Only its newest
// run counts: to begin another one ends the one before, and a result of an ended
// run is not taken. The zero Task is idle.
type Task struct {
	id     int64
	cancel context.CancelFunc
}

// lastRun numbers all runs of all tasks, so that none is taken for another.
var lastRun atomic.Int64

// Begin starts a new run in the page's context.
func (t *Task) Begin(e *Env) Run { return t.BeginIn(e, e.Context) }

// BeginIn starts a new run that ends with ctx, for work that must outlive its page.
func (t *Task) BeginIn(e *Env, ctx context.Context) Run {
	t.Stop()
	ctx, cancel := context.WithCancel(ctx)
	t.id, t.cancel = lastRun.Add(1), cancel
	return Run{ctx: ctx, id: t.id, page: e.Page, crew: e.Crew}
}

// Stop ends the run that is on, if there is one.
func (t *Task) Stop() {
	if t.cancel != nil {
		t.cancel()
	}
	t.id, t.cancel = 0, nil
}

// Busy reports whether a run is on.
func (t *Task) Busy() bool { return t.id != 0 }

// Is reports whether run is the one that is on. Use it for results in between.
func (t *Task) Is(run int64) bool { return run != 0 && t.id == run }

// Done reports whether run is the one that is on, and ends it if so.
func (t *Task) Done(run int64) bool {
	if !t.Is(run) {
		return false
	}
	t.Stop()
	return true
}

// A Run is one run of a Task.
type Run struct {
	ctx  context.Context
	id   int64
	page PageID
	crew *Crew
}

// A Result is what came of work: it knows who asked.
type Result[T any] struct {
	Page  PageID
	Run   int64
	Value T
	Err   error
}

// For is the page that asked.
func (r Result[T]) For() PageID { return r.Page }

// Addressed is a message for one page only.
type Addressed interface{ For() PageID }

// Do makes the command that does work in the background and brings back a
// Result[T]. A panic in it becomes a [*Broken] error without the panic's value,
// which could be a secret.
func Do[T any](r Run, work func(ctx context.Context) (T, error)) tea.Cmd {
	return func() (msg tea.Msg) {
		r.crew.join()
		defer r.crew.leave()
		res := Result[T]{Page: r.page, Run: r.id}
		defer func() {
			if recover() != nil {
				var none T
				res.Value, res.Err = none, brokenAt(3)
				msg = res
			}
		}()
		res.Value, res.Err = work(r.ctx)
		return res
	}
}

// Broken is the error for a defect of gatepass itself. It tells where it was, and
// nothing of what was being worked on.
type Broken struct{ Where string }

func (b *Broken) Error() string {
	return fmt.Sprintf("something in gatepass broke (%s)", b.Where)
}

// Hints gives the next step.
func (b *Broken) Hints() []string {
	return []string{"This is a defect, please report it with the place above. Nothing secret is in this message."}
}

// Recovered is for deferred functions: it turns what recover gave, if it gave
// anything, into a Broken. The value itself is dropped.
func Recovered(r any) *Broken {
	if r == nil {
		return nil
	}
	return brokenAt(4)
}

// brokenAt finds the function that panicked. skip leaves out the frames of
// recovering, the deferred function included.
func brokenAt(skip int) *Broken {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(skip, pcs)])
	for {
		f, more := frames.Next()
		if f.Function != "" && !strings.HasPrefix(f.Function, "runtime.") {
			return &Broken{Where: fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)}
		}
		if !more {
			return &Broken{Where: "unknown place"}
		}
	}
}
