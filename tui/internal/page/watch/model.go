// Package watch shows how long a session lives and what ends it: it looks at it again
// and again, with the proof and with the control.
package watch

import (
	"context"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth/keeper"
	"gatepass/auth/login"
	"gatepass/tui/internal/signin"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// paces are how often a session can be looked at.
var paces = []time.Duration{
	5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute,
}

const (
	usualPace  = 3    // 30 s
	remembered = 5000 // events
)

// Page watches a session of one target.
type Page struct {
	env  *ui.Env
	name string
	held *login.Session
	w, h int

	given bool // the watch began with a session that was there
	pace  int  // in paces
	renew bool

	run    signin.Run
	keeper *keeper.Keeper // nil until the first is made
	began  time.Time
	made   time.Time // when the session was; zero while there is none
	events widget.Feed[keeper.Event]
	over   bool
	err    error // what ended it
	ended  time.Time
}

type watchedResult struct{}

// New makes the page for the target called name. held is a session to begin with, or
// nil.
func New(e *ui.Env, name string, held *login.Session) *Page {
	return &Page{env: e, name: name, held: held, pace: usualPace, events: widget.NewFeed[keeper.Event](remembered)}
}

// Init implements ui.Page.
func (p *Page) Init() tea.Cmd { return p.start() }

// start watches until the session is lost or the page is left.
func (p *Page) start() tea.Cmd {
	p.over, p.err, p.began, p.made = false, nil, p.env.Now(), time.Time{}
	p.events.Reset()
	gate, name, base, held := p.env.Gate, p.name, p.env.Outside.SignIn, p.held
	if p.given = held != nil; p.given {
		p.made = held.At
	}
	p.held = nil // a second watch wants a session of its own
	o := keeper.Options{Every: paces[p.pace], Renew: p.renew, Held: held}
	return signin.Begin(&p.run, p.env, func(ctx context.Context, h signin.Hooks) (watchedResult, error) {
		o.Tell = func(e keeper.Event) { h.Tell(e) }
		k := gate.Keep(name, h.Options(base), o, h.Emit)
		defer k.Close()
		h.Tell(k)
		return watchedResult{}, k.Run(ctx)
	})
}

// Update implements ui.Page.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return p.key(msg)
	case ui.Result[signin.News]:
		told, next := p.run.Hear(msg)
		for _, item := range told {
			p.take(item)
		}
		return next
	case ui.Result[watchedResult]:
		if p.run.Done(msg.Run) {
			p.over, p.err, p.ended = true, msg.Err, p.env.Now()
		}
	}
	return nil
}

func (p *Page) take(item any) {
	switch item := item.(type) {
	case *keeper.Keeper:
		p.keeper = item
		item.Change(paces[p.pace], p.renew) // it may have been changed meanwhile
	case keeper.Event:
		if item.Kind == keeper.SignedIn {
			p.made = item.At
		}
		if item.Kind == keeper.Lost {
			p.made = time.Time{}
		}
		p.events.Add(item)
	}
}

type keyMap struct {
	Renew, More, Less, Again, Back key.Binding
	Move                           widget.ListKeys
}

func (p *Page) now() keyMap {
	k := keyMap{
		Renew: ui.Bind("renew when lost", "r"),
		More:  ui.Bind("look less often", "+", "="),
		Less:  ui.Bind("look more often", "-"),
		Again: ui.Bind("sign in and watch again", "enter"),
		Back:  ui.Bind("stop and leave", "esc", "q"),
		Move:  widget.DefaultListKeys(),
	}
	if p.renew {
		k.Renew = ui.Bind("do not renew", "r")
	}
	if p.over {
		k.Back = ui.Bind("back", "esc", "q")
	}
	k.More.SetEnabled(p.pace+1 < len(paces))
	k.Less.SetEnabled(p.pace > 0)
	k.Again.SetEnabled(p.over)
	return k
}

// Keys implements ui.Page.
func (p *Page) Keys() ui.Keys {
	if p.run.Asking() {
		return p.run.Keys()
	}
	k := p.now()
	all := []key.Binding{k.Again, k.Renew, k.Less, k.More, k.Back}
	return ui.Keys{Short: all, Full: []ui.KeyGroup{{Title: "Watching", Keys: all}, {Title: "Move", Keys: k.Move.Help()}}}
}

func (p *Page) key(msg tea.KeyMsg) tea.Cmd {
	k := p.now()
	switch {
	case p.run.Asking():
		p.run.Key(msg)
	case key.Matches(msg, k.Renew):
		p.renew = !p.renew
		p.change()
	case key.Matches(msg, k.More):
		p.pace++
		p.change()
	case key.Matches(msg, k.Less):
		p.pace--
		p.change()
	case key.Matches(msg, k.Again):
		return p.start()
	case key.Matches(msg, k.Back):
		p.env.Host.Back()
	default:
		p.events.Update(msg, k.Move)
	}
	return nil
}

func (p *Page) change() {
	if p.keeper != nil {
		p.keeper.Change(paces[p.pace], p.renew)
	}
}

// SetSize implements ui.Page.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }

// Title implements ui.Page.
func (p *Page) Title() string { return "watch " + p.name }

// Status implements ui.Page.
func (p *Page) Status() string {
	if id := p.run.ID(); id != "" {
		return "run " + id
	}
	return ""
}

// CapturesText implements ui.Page.
func (p *Page) CapturesText() bool { return false }

// Pulse implements ui.Page.
func (p *Page) Pulse() time.Duration {
	switch {
	case p.over:
		return 0
	case p.signing():
		return 100 * time.Millisecond
	}
	return time.Second
}

// signing reports whether a login is under way right now.
func (p *Page) signing() bool { return p.made.IsZero() && p.run.Under() && p.run.ID() != "" }
