// Package verify shows one real login as it happens: its stages, how long each
// took, the verdict, and what to do about it.
package verify

import (
	"context"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// Page is the login of one target.
type Page struct {
	env  *ui.Env
	name string
	o    Options
	w, h int

	look   ui.Task
	target *auth.Summary // nil until it is read

	run    ui.Task
	began  time.Time
	id     string // the run's name, "" until the first event
	stages map[login.Stage]login.StageResult
	result *login.Result
	err    error // why it could not start, or what could not be kept

	wait   ui.Task
	until  time.Time // when the code that is waited for begins; zero if none is
	whole  time.Duration
	person bool   // it is a person who is waited for, and not a code
	number string // what the person types into the phone; "" if nothing
	scroll widget.Scroll
}

type (
	lookResult struct{ target *auth.Summary }
	ranResult  struct{}
	// more is news of a run, and the command that waits for what comes after it.
	more struct {
		events []login.Event
		end    *ending
		next   tea.Cmd
	}
	ending struct {
		result login.Result
		err    error
	}
	waitResult struct {
		until time.Time
		whole time.Duration
	}
)

// Options say how the page begins.
type Options struct {
	Run   bool // sign in as soon as the page is open
	Trust bool // have the device remembered
}

// New makes the page for the target called name.
func New(e *ui.Env, name string, o Options) *Page {
	return &Page{env: e, name: name, o: o, stages: map[login.Stage]login.StageResult{}}
}

// Init implements ui.Page.
func (p *Page) Init() tea.Cmd {
	if p.o.Run {
		return tea.Batch(p.read(), p.start())
	}
	return p.read()
}

// read finds the target, for what is said about it beside the login.
func (p *Page) read() tea.Cmd {
	gate, name := p.env.Gate, p.name
	return ui.Do(p.look.Begin(p.env), func(ctx context.Context) (lookResult, error) {
		list, err := gate.Overview(ctx)
		for i := range list {
			if list[i].Target.Name == name {
				return lookResult{&list[i]}, nil
			}
		}
		return lookResult{}, err
	})
}

// buffer holds the events of a whole login, so that a slow screen does not slow
// the login down.
const buffer = 64

// start signs in. Two commands share the run: one is the login, the other waits
// for its news, and is started again for each. What ends the login comes through
// the same channel, behind all events.
func (p *Page) start() tea.Cmd {
	p.result, p.err, p.id = nil, nil, ""
	p.stages = map[login.Stage]login.StageResult{}
	p.began, p.until = p.env.Now(), time.Time{}
	p.person, p.number = false, ""
	p.scroll.Reset()
	gate, name, options := p.env.Gate, p.name, auth.VerifyOptions{TrustDevice: p.o.Trust}
	events := make(chan login.Event, buffer)
	end := make(chan ending, 1)
	run := p.run.Begin(p.env)
	sign := ui.Do(run, func(ctx context.Context) (ranResult, error) {
		result, err := gate.Verify(ctx, name, options, func(e login.Event) {
			select {
			case events <- e:
			case <-ctx.Done(): // nobody looks any more
			}
		})
		close(events)
		end <- ending{result, err}
		return ranResult{}, nil
	})
	return tea.Batch(sign, p.listen(run, events, end))
}

// listen waits for the next news of a run, and takes along what else has come by
// then.
func (p *Page) listen(run ui.Run, events <-chan login.Event, end <-chan ending) tea.Cmd {
	return ui.Do(run, func(ctx context.Context) (more, error) {
		m := more{next: p.listen(run, events, end)}
		select {
		case e, open := <-events:
			if !open {
				ended := <-end
				return more{end: &ended}, nil
			}
			m.events = append(m.events, e)
		case <-ctx.Done():
			return more{}, ctx.Err()
		}
		for len(events) > 0 {
			m.events = append(m.events, <-events)
		}
		return m, nil
	})
}

// Update implements ui.Page.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return p.key(msg)
	case ui.Result[lookResult]:
		if p.look.Done(msg.Run) && msg.Value.target != nil {
			p.target = msg.Value.target
		}
	case ui.Result[ranResult]:
		if msg.Err != nil && p.run.Done(msg.Run) { // it broke, and so has no end
			p.err = msg.Err
		}
	case ui.Result[more]:
		return p.hear(msg)
	case ui.Result[waitResult]:
		if p.wait.Done(msg.Run) && msg.Err == nil && p.run.Busy() {
			p.until, p.whole = msg.Value.until, msg.Value.whole
		}
	}
	return nil
}

func (p *Page) hear(msg ui.Result[more]) tea.Cmd {
	if !p.run.Is(msg.Run) || msg.Err != nil {
		return nil
	}
	cmds := []tea.Cmd{msg.Value.next}
	for _, e := range msg.Value.events {
		cmds = append(cmds, p.event(e))
	}
	if end := msg.Value.end; end != nil {
		p.run.Done(msg.Run)
		p.wait.Stop()
		p.finish(*end)
		cmds = append(cmds, p.read())
	}
	return tea.Batch(cmds...)
}

// event takes what happened in the login.
func (p *Page) event(e login.Event) tea.Cmd {
	if p.id == "" {
		p.id = text.Clean(e.Run)
		p.began = p.env.Now().Add(-e.At)
	}
	p.stages[e.Stage] = login.StageResult{Name: e.Stage, State: e.State, At: e.At, Took: e.Took, URL: e.URL, Note: e.Note}
	p.until, p.person, p.number = time.Time{}, false, ""
	p.wait.Stop()
	if !e.Until.IsZero() {
		p.until, p.whole = e.Until, e.Until.Sub(p.env.Now())
		p.person, p.number = true, text.Clean(e.Number)
		return nil
	}
	if e.State == login.Running && e.Note != "" && p.hasSeed() {
		return p.lookAhead()
	}
	return nil
}

// lookAhead finds out when the next unspent code begins. A stage that has not
// ended and has something to say waits for that: each login needs a time step of
// its own.
func (p *Page) lookAhead() tea.Cmd {
	gate, name, now := p.env.Gate, p.name, p.env.Now
	return ui.Do(p.wait.Begin(p.env), func(ctx context.Context) (waitResult, error) {
		k, err := gate.Key(ctx, name)
		if err != nil || k.Type() == otp.HOTP {
			return waitResult{}, err
		}
		step := k.Step(now())
		last, known, err := gate.Spent(ctx, k)
		if err != nil {
			return waitResult{}, err
		}
		if known && last.Step > step {
			step = last.Step
		}
		_, until := k.Window(step)
		return waitResult{until, k.Period()}, nil
	})
}

func (p *Page) finish(e ending) {
	p.until, p.person, p.number = time.Time{}, false, ""
	p.err = e.err
	if e.result.Run == "" && e.result.Verdict == "" {
		return // it did not start
	}
	p.result = &e.result
	p.id = text.Clean(e.result.Run)
	for _, s := range e.result.Stages {
		p.stages[s.Name] = s
	}
}

// ended reports whether there is an outcome to look at.
func (p *Page) ended() bool { return p.result != nil || p.err != nil }

func (p *Page) hasSeed() bool { return p.target == nil || p.target.Target.Has(store.KindSeed) }

func (p *Page) key(msg tea.KeyMsg) tea.Cmd {
	k := p.now()
	switch {
	case key.Matches(msg, k.Run):
		if p.result != nil { // what was to be done once is done
			p.o.Trust = false
		}
		return p.start()
	case key.Matches(msg, k.Trust):
		p.o.Trust = true
		return p.start()
	case key.Matches(msg, k.Codes):
		p.env.Host.Open(ui.ToCodes{Name: p.name})
	case key.Matches(msg, k.Back), key.Matches(msg, k.Leave):
		p.env.Host.Back()
	default:
		p.scroll.Update(msg, k.List)
	}
	return nil
}

// SetSize implements ui.Page.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }

// Title implements ui.Page.
func (p *Page) Title() string { return "verify " + p.name }

// Status implements ui.Page.
func (p *Page) Status() string {
	s := ""
	if p.id != "" {
		s = "run " + p.id
	}
	if p.result != nil && p.result.Driver != "" {
		s += " · " + p.result.Driver
	}
	return s
}

// CapturesText implements ui.Page.
func (p *Page) CapturesText() bool { return false }

// Pulse implements ui.Page: stages are timed in tenths of a second.
func (p *Page) Pulse() time.Duration {
	if p.run.Busy() {
		return 100 * time.Millisecond
	}
	return 0
}
