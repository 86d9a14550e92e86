// Package talk shows a conversation with Duo while it goes on: what is being done, and
// until when a rate limit is waited for. It can be ended at any moment.
package talk

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// A Talk is one kind of conversation, of which at most one goes on. The zero Talk is
// silent.
type Talk struct {
	task     ui.Task
	what     string // what it is all about, a clause
	note     string // what is being done
	until    time.Time
	since    time.Time // when the wait began
	stopping bool
	vital    bool
	cancel   context.CancelFunc
}

// News is what happened in a conversation, and the command that waits for what comes
// after it.
type News struct {
	event auth.DuoEvent
	at    time.Time
	next  tea.Cmd
}

// Ask begins a conversation that ends with its page. What comes of it is a
// ui.Result[T].
func Ask[T any](t *Talk, e *ui.Env, what string, work func(context.Context, auth.DuoSink) (T, error)) tea.Cmd {
	return begin(t, e, e.Context, what, false, work)
}

// Act begins a conversation that changes something. It outlives its page, and when it
// is stopped it still says how far it came.
func Act[T any](t *Talk, e *ui.Env, what string, work func(context.Context, auth.DuoSink) (T, error)) tea.Cmd {
	return begin(t, e, e.Life, what, true, work)
}

// buffer holds the news of a conversation, so that a slow screen does not slow it down.
const buffer = 64

func begin[T any](t *Talk, e *ui.Env, life context.Context, what string, vital bool, work func(context.Context, auth.DuoSink) (T, error)) tea.Cmd {
	ctx, cancel := context.WithCancel(life)
	run := t.task.BeginIn(e, ctx)
	*t = Talk{task: t.task, what: what, vital: vital, cancel: cancel}
	events := make(chan auth.DuoEvent, buffer)
	crew := e.Crew
	talk := ui.Do(run, func(ctx context.Context) (T, error) {
		defer cancel()
		if vital {
			defer crew.Vital()()
		}
		return work(ctx, func(ev auth.DuoEvent) {
			select {
			case events <- ev:
			case <-ctx.Done(): // nobody listens any more
			}
		})
	})
	return tea.Batch(talk, listen(run, events, e.Now))
}

func listen(run ui.Run, events <-chan auth.DuoEvent, now func() time.Time) tea.Cmd {
	return ui.Do(run, func(ctx context.Context) (News, error) {
		select {
		case ev := <-events:
			return News{ev, now(), listen(run, events, now)}, nil
		case <-ctx.Done():
			return News{}, ctx.Err()
		}
	})
}

// Hear takes news, if they are of this conversation, and goes on listening.
func (t *Talk) Hear(msg ui.Result[News]) tea.Cmd {
	if !t.task.Is(msg.Run) || msg.Err != nil {
		return nil
	}
	t.note, t.until, t.since = msg.Value.event.Note, msg.Value.event.Until, msg.Value.at
	return msg.Value.next
}

// Done reports whether a result is of this conversation, and ends it if so.
func (t *Talk) Done(run int64) bool { return t.task.Done(run) }

// Busy reports whether the conversation goes on.
func (t *Talk) Busy() bool { return t.task.Busy() }

// Stop ends the conversation. One that changes something is heard to its end: what was
// done by then is worth knowing.
func (t *Talk) Stop() {
	if t.vital && t.Busy() {
		t.stopping = true
		t.cancel()
		return
	}
	t.task.Stop()
}

// Stopped reports whether somebody ended the conversation before its time.
func (t *Talk) Stopped() bool { return t.stopping }

// Lines draws what goes on, in w cells: two lines where there is something to wait for.
func (t *Talk) Lines(s *theme.Styles, now time.Time, w int) []string {
	if !t.Busy() {
		return nil
	}
	spin := widget.MarkRunning.Of(s, int(now.UnixMilli()/150)) + " "
	what := t.what
	switch {
	case t.stopping:
		what = "stopping: what was begun is brought to an end"
	case t.note != "" && t.until.IsZero():
		what += ": " + text.Clean(t.note)
	}
	lines := []string{spin + text.Cut(what+"…", w-2)}
	left := t.until.Sub(now)
	if t.until.IsZero() || left <= 0 || t.stopping {
		return lines
	}
	bar := widget.Bar(s, left, max(t.until.Sub(t.since), left), 12)
	return append(lines, "  "+bar+" "+text.Cut(text.Left(left)+"  "+text.Clean(t.note), w-15))
}
