package ui_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

func env(t *testing.T) *ui.Env {
	return &ui.Env{Context: t.Context(), Life: t.Context(), Page: 7, Crew: &ui.Crew{}}
}

func TestAResultKnowsWhoAsked(t *testing.T) {
	var task ui.Task
	run := task.Begin(env(t))
	msg := ui.Do(run, func(context.Context) (string, error) { return "done", nil })()
	r, ok := msg.(ui.Result[string])
	if !ok || r.Value != "done" || r.For() != 7 {
		t.Fatalf("got %#v", msg)
	}
	if !task.Is(r.Run) || !task.Done(r.Run) || task.Busy() {
		t.Error("the run's own result was not taken")
	}
	if task.Done(r.Run) {
		t.Error("the same result was taken twice")
	}
}

func TestANewRunEndsTheOneBefore(t *testing.T) {
	var task ui.Task
	e := env(t)
	old := ui.Do(task.Begin(e), func(ctx context.Context) (string, error) {
		<-ctx.Done()
		return "late", ctx.Err()
	})
	task.Begin(e)
	r := old().(ui.Result[string])
	if task.Done(r.Run) {
		t.Error("the result of a run that was ended was taken")
	}
	if !task.Busy() {
		t.Error("the newer run is not on any more")
	}
}

func TestRunsOfDifferentTasksAreNeverTakenForEachOther(t *testing.T) {
	var a, b ui.Task
	e := env(t)
	ra := ui.Do(a.Begin(e), func(context.Context) (int, error) { return 1, nil })().(ui.Result[int])
	b.Begin(e)
	if b.Is(ra.Run) {
		t.Error("a run of one task counts for another")
	}
	var idle ui.Task
	if idle.Is(0) || idle.Done(0) {
		t.Error("an idle task takes a result")
	}
}

func TestLeavingAPageEndsItsWork(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	var task ui.Task
	cmd := ui.Do(task.Begin(&ui.Env{Context: ctx, Crew: &ui.Crew{}}), func(ctx context.Context) (int, error) {
		<-ctx.Done()
		return 0, ctx.Err()
	})
	leave()
	if r := cmd().(ui.Result[int]); !errors.Is(r.Err, context.Canceled) {
		t.Errorf("got %v", r.Err)
	}
}

func TestAPanicBecomesAnErrorWithoutItsValue(t *testing.T) {
	var task ui.Task
	r := ui.Do(task.Begin(env(t)), func(context.Context) (string, error) {
		panic(uitest.CanaryPassword)
	})().(ui.Result[string])
	var broken *ui.Broken
	if !errors.As(r.Err, &broken) || r.Value != "" {
		t.Fatalf("got %#v", r)
	}
	if !strings.HasPrefix(broken.Where, "ui_test.go:") {
		t.Errorf("it says it broke at %q", broken.Where)
	}
	if s := fmt.Sprintf("%+v %v", r, store.Hints(r.Err)); strings.Contains(s, uitest.CanaryPassword) {
		t.Errorf("the panic's value is told: %s", s)
	}
	if !(&ui.Crew{}).Wait(0) {
		t.Error("an idle crew is waited for")
	}
}

// pointer hides from the compiler that p is nil: the panic is what is tried.
func pointer(p *int) *int { return p }

func TestRecoveredFindsThePlace(t *testing.T) {
	place := func() (b *ui.Broken) {
		defer func() { b = ui.Recovered(recover()) }()
		var none *int
		*pointer(none) = 1
		return nil
	}()
	if place == nil || !strings.HasPrefix(place.Where, "ui_test.go:") {
		t.Errorf("got %+v", place)
	}
	if ui.Recovered(nil) != nil {
		t.Error("something broke where nothing did")
	}
}

func TestTheCrewIsWaitedForButNotForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		crew := &ui.Crew{}
		release := make(chan struct{})
		var task ui.Task
		cmd := ui.Do(task.Begin(&ui.Env{Context: t.Context(), Crew: crew}), func(context.Context) (int, error) {
			<-release
			return 0, nil
		})
		go cmd()
		synctest.Wait()
		if crew.Wait(time.Second) {
			t.Fatal("work that goes on was taken for done")
		}
		time.AfterFunc(time.Second, func() { close(release) })
		if !crew.Wait(3 * time.Second) {
			t.Error("work that had ended was still waited for")
		}
	})
}

func TestErrorsAreExplainedWithTheirNextSteps(t *testing.T) {
	err := errors.Join(
		store.WithHint(errors.New("targets/a.yaml:3: unknown key"), "Edit it: gatepass edit a"),
		errors.New("targets/b.yaml: \x1b[2Jbroken"),
	)
	what, hints := ui.Explain(err)
	if strings.Join(what, "|") != "targets/a.yaml:3: unknown key|targets/b.yaml: broken" || strings.Join(hints, "|") != "Edit it: gatepass edit a" {
		t.Errorf("explained as %q with %q", what, hints)
	}
	for _, l := range ui.ErrorLines(uitest.Plain, err, 20) {
		if text.Width(l) > 20 {
			t.Errorf("%q is wider than 20 cells", l)
		}
	}
	if got := ui.OneLine(err); got != "targets/a.yaml:3: unknown key; targets/b.yaml: broken – Edit it: gatepass edit a" {
		t.Errorf("in one line: %q", got)
	}
	if _, hints := ui.Explain(context.DeadlineExceeded); len(hints) == 0 {
		t.Error("a deadline comes without a next step")
	}
}
