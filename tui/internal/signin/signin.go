// Package signin shows a real login while it happens: its stages, what is waited for,
// who has to act, and a picture of the page. It puts the question whether an origin may
// be sent secrets, and the login stands still until that is answered.
package signin

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// A Run is one kind of login of a page, of which at most one is on. The zero Run has
// not begun.
type Run struct {
	env  *ui.Env
	task ui.Task

	began  time.Time
	id     string // the login's name, "" until the first event
	stages map[login.Stage]login.StageResult
	wait   login.Event // the newest that waits for something
	since  time.Time   // when that wait began
	ask    *question   // stands until it is answered
	asked  time.Time   // when it came
	shown  *widget.Picture
}

// question is put by a login that stands still until it is answered.
type question struct {
	origin string
	roles  []login.Role
	reply  chan<- bool // takes one answer without waiting
}

// Hooks are what the work tells its screen. Their calls may wait, and end with ctx.
type Hooks struct {
	Emit auth.Sink
	Ask  login.Ask
	// Pictures is nil where no picture can be shown.
	Pictures func(login.Stage, login.Picture)
	// Tell hands the page something of the page's own, in order with all else.
	Tell func(any)
}

// Options gives o with the hooks in it.
func (h Hooks) Options(o auth.VerifyOptions) auth.VerifyOptions {
	o.Ask, o.Pictures = h.Ask, h.Pictures
	return o
}

// buffer holds the news of a whole login, so that a slow screen does not slow it down.
const buffer = 64

// Begin starts work that signs in. What comes of it is a ui.Result[T], behind all that
// the work told before it ended.
func Begin[T any](r *Run, e *ui.Env, work func(context.Context, Hooks) (T, error)) tea.Cmd {
	run := r.task.Begin(e)
	*r = Run{env: e, task: r.task, began: e.Now(), stages: map[login.Stage]login.StageResult{}}
	l := line{news: make(chan any, buffer), end: make(chan tea.Msg, 1)}
	pictures := e.Styles.Shades > 0
	inner := ui.Do(run, func(ctx context.Context) (T, error) {
		defer close(l.news)
		return work(ctx, l.hooks(ctx, pictures))
	})
	return tea.Batch(func() tea.Msg {
		l.end <- inner()
		return nil
	}, l.listen(run, nil))
}

// Hear takes news. It gives what the work told its page, and the command that goes on
// listening.
func (r *Run) Hear(msg ui.Result[News]) (told []any, next tea.Cmd) {
	if !r.task.Is(msg.Run) || msg.Err != nil {
		return nil, nil
	}
	for _, item := range msg.Value.items {
		switch item := item.(type) {
		case login.Event:
			r.event(item)
		case *question:
			r.ask, r.asked = item, r.env.Now()
		case *widget.Picture:
			r.shown = item
		default:
			told = append(told, item)
		}
	}
	return told, msg.Value.next
}

func (r *Run) event(e login.Event) {
	if r.id != e.Run || r.anew(e) {
		r.id = e.Run
		r.began = r.env.Now().Add(-e.At)
		r.stages = map[login.Stage]login.StageResult{}
	}
	r.stages[e.Stage] = login.StageResult{Name: e.Stage, State: e.State, At: e.At, Took: e.Took, URL: e.URL, Note: e.Note}
	if r.wait.Until != e.Until {
		r.since = r.env.Now()
	}
	r.wait = e
}

// anew reports whether a login begins once more: in a browser, after it was seen that
// plain HTTP is not enough.
func (r *Run) anew(e login.Event) bool {
	before, begun := r.stages[e.Stage]
	return e.Stage == login.StageReach && e.State == login.Running && begun && before.State != login.Running
}

// Settle takes over how the stages ended, for a login whose events were not all told.
func (r *Run) Settle(result login.Result) {
	r.id = result.Run
	for _, s := range result.Stages {
		r.stages[s.Name] = s
	}
}

// Done reports whether a result is of this run, and ends it if so.
func (r *Run) Done(run int64) bool {
	if !r.task.Done(run) {
		return false
	}
	r.wait, r.ask = login.Event{}, nil
	return true
}

// Stop ends the run. What it was about to say is not heard.
func (r *Run) Stop() {
	r.task.Stop()
	r.wait, r.ask = login.Event{}, nil
}

// Busy reports whether the run goes on.
func (r *Run) Busy() bool { return r.task.Busy() }

// Begun reports whether there was anything of a login.
func (r *Run) Begun() bool { return r.Busy() || len(r.stages) > 0 }

// Under reports whether a login is under way, rather than what comes after it.
func (r *Run) Under() bool {
	last, begun := r.stages[login.StageControl]
	return r.Busy() && (!begun || last.State == login.Running)
}

// ID is the login's name, "" before its first event.
func (r *Run) ID() string { return text.Clean(r.id) }
