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
	"gatepass/store"
	"gatepass/tui/internal/signin"
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

	run    signin.Run
	result *login.Result
	err    error // why it could not start, or what could not be kept
	scroll widget.Scroll

	// How the next login is made.
	window  bool   // show the browser's window
	clock   string // whose time decides; "" as ever
	noShots bool   // the picture is put away

	read   ui.Task
	kept   *auth.Timeline // the evidence; nil unless it is being read
	opener ui.Task
}

type (
	lookResult struct{ target *auth.Summary }
	ranResult  struct{ result login.Result }
	openResult struct{}
)

// Options say how the page begins.
type Options struct {
	Run   bool // sign in as soon as the page is open
	Trust bool // have the device remembered
}

// New makes the page for the target called name.
func New(e *ui.Env, name string, o Options) *Page {
	o.Trust = o.Trust || e.Outside.SignIn.TrustDevice
	return &Page{env: e, name: name, o: o, window: e.Outside.SignIn.Headful, clock: e.Outside.SignIn.Clock}
}

// Init implements ui.Page.
func (p *Page) Init() tea.Cmd {
	if p.o.Run {
		return tea.Batch(p.find(), p.start())
	}
	return p.find()
}

// find finds the target, for what is said about it beside the login.
func (p *Page) find() tea.Cmd {
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

// start signs in.
func (p *Page) start() tea.Cmd {
	p.result, p.err, p.kept = nil, nil, nil
	p.scroll.Reset()
	gate, name, o := p.env.Gate, p.name, p.options()
	return signin.Begin(&p.run, p.env, func(ctx context.Context, h signin.Hooks) (ranResult, error) {
		result, err := gate.Verify(ctx, name, h.Options(o), h.Emit)
		return ranResult{result}, err
	})
}

// options say how the login is made.
func (p *Page) options() auth.VerifyOptions {
	o := p.env.Outside.SignIn
	o.TrustDevice, o.Headful, o.Clock = p.o.Trust, p.window, p.clock
	if p.window {
		o.Driver = "browser"
	}
	return o
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
	case ui.Result[signin.News]:
		_, next := p.run.Hear(msg)
		return next
	case ui.Result[ranResult]:
		if p.run.Done(msg.Run) {
			p.finish(msg.Value.result, msg.Err)
			return p.find()
		}
	case ui.Result[auth.Timeline]:
		p.readDone(msg)
	case ui.Result[openResult]:
		if p.opener.Done(msg.Run) && msg.Err != nil {
			p.env.Host.Say(ui.Notice{Level: ui.Failure, Text: "Not opened: " + ui.OneLine(msg.Err)})
		}
	}
	return nil
}

func (p *Page) finish(r login.Result, err error) {
	p.err = err
	if r.Run == "" && r.Verdict == "" {
		return // it did not start
	}
	p.result = &r
	p.run.Settle(r)
}

// ended reports whether there is an outcome to look at.
func (p *Page) ended() bool { return p.result != nil || p.err != nil }

func (p *Page) hasSeed() bool { return p.target == nil || p.target.Target.Has(store.KindSeed) }

func (p *Page) key(msg tea.KeyMsg) tea.Cmd {
	k := p.now()
	switch {
	case p.run.Asking():
		p.run.Key(msg)
	case p.kept != nil:
		return p.readKey(msg, k)
	case key.Matches(msg, k.Run, k.Window, k.Trust, k.Clock):
		return p.again(msg, k)
	case key.Matches(msg, k.Evidence):
		return p.readEvidence()
	case key.Matches(msg, k.Picture):
		p.noShots = !p.noShots
	case key.Matches(msg, k.Back, k.Leave):
		p.env.Host.Back()
	default:
		if !p.goOn(msg, k) {
			p.scroll.Update(msg, k.List)
		}
	}
	return nil
}

// again signs in, in the way that the key says. A trusted device is made once: who runs
// it again after that wants to see whether it is enough.
func (p *Page) again(msg tea.KeyMsg, k keyMap) tea.Cmd {
	switch {
	case key.Matches(msg, k.Window):
		p.window = !p.window
	case key.Matches(msg, k.Clock):
		p.clock = "target"
	case key.Matches(msg, k.Trust):
		p.o.Trust = true
	case p.result != nil && p.result.OK():
		p.o.Trust = false
	}
	return p.start()
}

// goOn opens a page that goes on with what the login gave.
func (p *Page) goOn(msg tea.KeyMsg, k keyMap) bool {
	switch {
	case key.Matches(msg, k.Handoff):
		p.env.Host.Open(ui.ToHandoff{Name: p.name, Held: p.result.Session})
	case key.Matches(msg, k.Watch):
		p.env.Host.Open(ui.ToWatch{Name: p.name, Held: p.result.Session})
	case key.Matches(msg, k.Codes):
		p.env.Host.Open(ui.ToCodes{Name: p.name})
	default:
		return false
	}
	return true
}

// SetSize implements ui.Page.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }

// Title implements ui.Page.
func (p *Page) Title() string {
	if p.kept != nil {
		return "evidence of " + p.name
	}
	return "verify " + p.name
}

// Status implements ui.Page.
func (p *Page) Status() string {
	s := ""
	if id := p.run.ID(); id != "" {
		s = "run " + id
	}
	if p.result != nil && p.result.Driver != "" {
		s += " · " + p.result.Driver
	}
	return s
}

// CapturesText implements ui.Page.
func (p *Page) CapturesText() bool { return false }

// Pulse implements ui.Page.
func (p *Page) Pulse() time.Duration { return p.run.Pulse() }
