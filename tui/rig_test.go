package tui

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"gatepass/store"
	"gatepass/tui/clipboard"
	"gatepass/tui/internal/uitest"
)

// A rig runs the root as a tea.Program would, in a bubble where time passes only
// when it is let. Use it within uitest.Run.
type rig struct {
	t     testing.TB
	m     *root
	gate  *uitest.Gate
	board *board
	end   context.CancelFunc

	work      uitest.Runner
	ticks     int
	quit      bool
	suspended bool
}

// board is a clipboard in memory.
type board struct {
	mu   sync.Mutex
	text string
	way  clipboard.Way
	fail error
}

func (b *board) Copy(_ context.Context, text store.Secret) (clipboard.Way, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail != nil {
		return "", b.fail
	}
	b.text = text.Reveal()
	return b.way, nil
}

func (b *board) ClearIfOurs(context.Context) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	had := b.text != ""
	b.text = ""
	return had, nil
}

func (b *board) holds() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text
}

// start runs the screens over a town of targets. change may alter what they need.
func start(t testing.TB, change func(*Deps, *uitest.Gate)) *rig {
	t.Helper()
	life, end := context.WithCancel(t.Context())
	r := &rig{t: t, board: &board{way: clipboard.Copied}, end: end}
	r.gate = uitest.NewGate(time.Now)
	uitest.Town(r.gate)
	clear(r.gate.LastUsed) // those lie in another year
	d := Deps{
		Gate: r.gate, Now: time.Now, Place: Place{Backend: store.BackendKeyring}, Clipboard: r.board, Version: "0.1.0",
		AddLab: func(context.Context) error { return nil },
	}
	if change != nil {
		change(&d, r.gate)
	}
	r.m = newRoot(life, d, uitest.Plain)
	r.m.keys.Suspend.SetEnabled(true)
	t.Cleanup(r.stop)
	_ = r.m.View() // the first frame comes before the size is known
	r.work.Start(r.m.Init())
	r.settle()
	r.size(80, 24)
	return r
}

// stop ends all work and lets the last timers run out.
func (r *rig) stop() {
	r.end()
	<-time.After(time.Hour)
}

// settle brings messages to the root until nothing is left to do but to wait.
func (r *rig) settle() { r.work.Settle(r.take) }

// take does with a message what a tea.Program does.
func (r *rig) take(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case tea.QuitMsg:
		r.quit = true
		return nil
	case tea.SuspendMsg:
		r.suspended = true
		return nil
	case tickMsg:
		r.ticks++
	}
	_, cmd := r.m.Update(msg)
	return cmd
}

func (r *rig) update(msg tea.Msg) { r.work.Start(r.take(msg)) }

func (r *rig) send(msg tea.Msg) *rig {
	r.update(msg)
	r.settle()
	return r
}

func (r *rig) size(w, h int) *rig { return r.send(tea.WindowSizeMsg{Width: w, Height: h}) }

func (r *rig) press(keys ...string) *rig {
	for _, k := range keys {
		r.send(uitest.KeyMsg(k))
	}
	return r
}

// pass lets time go by, a tenth of a second at a time.
func (r *rig) pass(d time.Duration) *rig {
	for ; d > 0; d -= 100 * time.Millisecond {
		<-time.After(min(d, 100*time.Millisecond))
		r.settle()
	}
	return r
}

// view is what is seen; it fills the terminal exactly.
func (r *rig) view() string {
	r.t.Helper()
	v := r.m.View()
	if v != "" {
		uitest.CheckSize(r.t, v, r.m.w, r.m.h)
	}
	return v
}

func (r *rig) sees(texts ...string) *rig {
	r.t.Helper()
	v := ansi.Strip(r.view())
	for _, want := range texts {
		if !strings.Contains(v, want) {
			r.t.Errorf("%q is not seen on\n%s", want, v)
		}
	}
	return r
}

func (r *rig) seesNot(texts ...string) *rig {
	r.t.Helper()
	v := ansi.Strip(r.view())
	for _, not := range texts {
		if strings.Contains(v, not) {
			r.t.Errorf("%q is seen on\n%s", not, v)
		}
	}
	return r
}

// code is a target's present code as the viewer groups it.
func (r *rig) code(name string) string {
	k := r.gate.Keys[name]
	c, err := k.At(k.Step(time.Now()))
	if err != nil {
		r.t.Fatal(err)
	}
	v := c.Reveal()
	return v[:len(v)/2] + " " + v[len(v)/2:]
}

var errNoDisplay = errors.New("write the clipboard: no display")
