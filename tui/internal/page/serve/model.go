// Package serve gives a scanner fresh codes and sessions while it is open, and shows who
// asked for what.
package serve

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/broker"
	"gatepass/auth/keeper"
	"gatepass/auth/login"
	"gatepass/store"
	"gatepass/tui/internal/signin"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

const (
	// usual is where the files of a hand-off look for a broker.
	usual = "127.0.0.1:8765"
	// anyPort is for when something else listens there.
	anyPort = "127.0.0.1:0"
	// look is how often a session that was given away is looked at.
	look = time.Minute
	// remembered is how many requests are shown.
	remembered = 500
)

// Page serves one target.
type Page struct {
	env  *ui.Env
	name string
	held *login.Session
	addr string
	w, h int

	run     signin.Run
	at      *auth.Serving // nil until it can be asked
	since   time.Time
	asked   widget.Feed[broker.Asked]
	count   int
	session *keeper.Event // what became of it last
	err     error
	over    bool
}

type servedResult struct{}

// New makes the page for the target called name. held is a session to begin with, or
// nil.
func New(e *ui.Env, name string, held *login.Session) *Page {
	return &Page{env: e, name: name, held: held, addr: usual, asked: widget.NewFeed[broker.Asked](remembered)}
}

// Init implements ui.Page.
func (p *Page) Init() tea.Cmd { return p.start() }

// start serves until the page is left.
func (p *Page) start() tea.Cmd {
	p.at, p.err, p.over, p.session, p.count = nil, nil, false, nil, 0
	p.asked.Reset()
	gate, name := p.env.Gate, p.name
	o := auth.ServeOptions{Every: look, Where: broker.Where{Addr: p.addr}, Held: p.held}
	base := p.env.Outside.SignIn
	return signin.Begin(&p.run, p.env, func(ctx context.Context, h signin.Hooks) (servedResult, error) {
		o.Verify, o.Emit = h.Options(base), h.Emit
		o.Ready = func(at auth.Serving) error { h.Tell(at); return nil }
		o.Asked = func(a broker.Asked) { h.Tell(a) }
		o.Session = func(e keeper.Event) { h.Tell(e) }
		return servedResult{}, gate.Serve(ctx, name, o)
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
	case ui.Result[servedResult]:
		if p.run.Done(msg.Run) {
			p.err, p.over = msg.Err, true
		}
	}
	return nil
}

func (p *Page) take(item any) {
	switch item := item.(type) {
	case auth.Serving:
		p.at, p.since = &item, p.env.Now()
	case keeper.Event:
		p.session = &item
	case broker.Asked:
		p.count++
		p.asked.Add(item)
	}
}

// taken reports whether something else listens where it was to.
func (p *Page) taken() bool {
	var op *net.OpError
	return errors.As(p.err, &op) && op.Op == "listen"
}

type keyMap struct {
	Address, Command, Again, Any, Stop, Back key.Binding
	Move                                     widget.ListKeys
}

func (p *Page) now() keyMap {
	k := keyMap{
		Address: ui.Bind("copy the address", "a", "enter"),
		Command: ui.Bind("copy the command", "c"),
		Again:   ui.Bind("try again", "r"),
		Any:     ui.Bind("take any free port", "f"),
		Stop:    ui.Bind("stop serving", "esc", "q"),
		Back:    ui.Bind("back", "esc", "q"),
		Move:    widget.DefaultListKeys(),
	}
	for b, on := range map[*key.Binding]bool{
		&k.Address: p.at != nil && !p.over, &k.Command: p.at != nil && !p.over,
		&k.Again: p.over, &k.Any: p.over && p.taken(),
		&k.Stop: !p.over, &k.Back: p.over,
	} {
		b.SetEnabled(on)
	}
	return k
}

// Keys implements ui.Page.
func (p *Page) Keys() ui.Keys {
	if p.run.Asking() {
		return p.run.Keys()
	}
	k := p.now()
	all := []key.Binding{k.Address, k.Command, k.Any, k.Again, k.Stop, k.Back}
	return ui.Keys{Short: all, Full: []ui.KeyGroup{{Title: "Serving", Keys: all}, {Title: "Move", Keys: k.Move.Help()}}}
}

func (p *Page) key(msg tea.KeyMsg) tea.Cmd {
	k := p.now()
	switch {
	case p.run.Asking():
		p.run.Key(msg)
	case key.Matches(msg, k.Address):
		p.env.Host.Copy(ui.Copying{Secret: store.NewSecret(p.at.URL), Label: "the address"})
	case key.Matches(msg, k.Command):
		p.env.Host.Copy(ui.Copying{Secret: store.NewSecret(p.command()), Label: "the command"})
	case key.Matches(msg, k.Any):
		p.addr = anyPort
		return p.start()
	case key.Matches(msg, k.Again):
		return p.start()
	case key.Matches(msg, k.Stop, k.Back):
		p.env.Host.Back()
	default:
		p.asked.Update(msg, k.Move)
	}
	return nil
}

// SetSize implements ui.Page.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }

// Title implements ui.Page.
func (p *Page) Title() string { return "serve " + p.name }

// Status implements ui.Page.
func (p *Page) Status() string {
	switch {
	case p.over:
		return "stopped"
	case p.at != nil:
		return "serving"
	}
	return ""
}

// CapturesText implements ui.Page.
func (p *Page) CapturesText() bool { return false }

// Pulse implements ui.Page: "12 s ago" moves on.
func (p *Page) Pulse() time.Duration {
	if every := p.run.Pulse(); every > 0 && p.run.ID() != "" {
		return every
	}
	return time.Second
}
