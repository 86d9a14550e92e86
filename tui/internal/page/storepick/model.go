// Package storepick asks where secrets shall live, on a machine whose keyring
// cannot be used, and for the passphrase of a file that exists. Nothing is chosen
// for the person: an encrypted file instead of a keyring is a decision.
package storepick

import (
	"context"
	"errors"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/store"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// mode says what is asked.
type mode int

const (
	choosing  mode = iota // where
	making                // the passphrase of a new file, twice
	unlocking             // the passphrase of the file that is there
)

// The options, in their order.
const (
	useFile = iota
	tryKeyring
	leave
)

// Page is the question.
type Page struct {
	env  *ui.Env
	mode mode
	w, h int

	options widget.Choice
	first   widget.Input
	again   widget.Input
	second  bool // the keyboard is in again
	problem error
	opening ui.Task
	trying  store.Backend
}

type openResult struct {
	gate    ui.Gate
	backend store.Backend
}

// New makes the page.
func New(e *ui.Env) *Page {
	p := &Page{env: e, first: widget.NewMasked(), again: widget.NewMasked(), options: widget.NewChoice(
		widget.Option{Name: "an encrypted file", Note: "opened with a passphrase that you choose now"},
		widget.Option{Name: "the keyring", Note: "try again, once it runs"},
		widget.Option{Name: "neither", Note: "quit, and decide later"},
	)}
	if e.Place.Backend == store.BackendFile {
		p.mode = unlocking
	}
	p.focus(false)
	return p
}

// Init implements ui.Page.
func (p *Page) Init() tea.Cmd { return nil }

// Update implements ui.Page.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return p.press(msg)
	case ui.Result[openResult]:
		if p.opening.Done(msg.Run) {
			p.opened(msg.Value, msg.Err)
		}
	}
	return nil
}

func (p *Page) press(msg tea.KeyMsg) tea.Cmd {
	k := p.now()
	switch {
	case key.Matches(msg, k.Choose):
		return p.choose()
	case key.Matches(msg, k.Open):
		return p.goOn()
	case key.Matches(msg, k.Quit):
		p.env.Host.Quit()
	case key.Matches(msg, k.Back):
		p.mode, p.problem = choosing, nil
		p.first.SetValue("")
		p.again.SetValue("")
	case key.Matches(msg, k.Field), key.Matches(msg, k.Before):
		p.focus(!p.second)
	case p.opening.Busy():
	case p.mode == choosing:
		p.options.Update(msg, k.List)
	case p.first.Update(msg), p.again.Update(msg):
		p.problem = nil
	}
	return nil
}

// focus gives the keyboard to the second input, or to the first.
func (p *Page) focus(second bool) {
	p.second = second
	if second {
		p.first.Blur()
		p.again.Focus()
		return
	}
	p.again.Blur()
	p.first.Focus()
}

func (p *Page) choose() tea.Cmd {
	switch p.options.Cursor() {
	case useFile:
		p.mode, p.problem = making, nil
		p.focus(false)
	case tryKeyring:
		return p.open(store.BackendKeyring, store.Secret{})
	case leave:
		p.env.Host.Quit()
	}
	return nil
}

var (
	errEmpty  = errors.New("a passphrase is needed: without one, whoever has the file has the secrets")
	errDiffer = errors.New("the two are not the same; type the second again")
)

// goOn checks what was typed and opens the file. How strong a passphrase is,
// people judge better than a rule.
func (p *Page) goOn() tea.Cmd {
	switch {
	case p.first.Empty():
		p.problem = errEmpty
		p.focus(false)
	case p.mode == making && !p.second:
		p.focus(true)
	case p.mode == making && !p.first.Secret().Equal(p.again.Secret()):
		p.problem = errDiffer
		p.again.SetValue("")
	default:
		return p.open(store.BackendFile, p.first.Secret())
	}
	return nil
}

func (p *Page) open(b store.Backend, passphrase store.Secret) tea.Cmd {
	use := p.env.Place.Use
	if use == nil {
		p.problem = p.env.Place.Problem
		return nil
	}
	p.problem, p.trying = nil, b
	return ui.Do(p.opening.Begin(p.env), func(ctx context.Context) (openResult, error) {
		g, err := use(ctx, b, passphrase)
		return openResult{g, b}, err
	})
}

func (p *Page) opened(r openResult, err error) {
	if err != nil {
		p.problem = err
		if p.mode == unlocking {
			p.first.SetValue("")
		}
		return
	}
	place := p.env.Place
	place.Backend, place.Problem = r.backend, nil
	p.env.Host.Adopt(r.gate, place)
}

// SetSize implements ui.Page.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }

// Title implements ui.Page.
func (p *Page) Title() string { return "Where secrets live" }

// Status implements ui.Page.
func (p *Page) Status() string { return "" }

// CapturesText implements ui.Page.
func (p *Page) CapturesText() bool { return p.mode != choosing }

// Pulse implements ui.Page.
func (p *Page) Pulse() time.Duration {
	if p.opening.Busy() {
		return 150 * time.Millisecond
	}
	return 0
}
