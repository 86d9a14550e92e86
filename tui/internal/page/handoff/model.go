// Package handoff writes a login as a scanner takes it: one chooses the scanner, sees
// what will be written with its secrets covered, and how the scanner goes on signed out
// without saying so.
package handoff

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/handoff"
	"gatepass/auth/login"
	"gatepass/tui/internal/signin"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// A mode is what the page is at.
type mode int

const (
	choosing  mode = iota // which scanner
	making                // it is written, and signed in for
	failed                // it could not be
	made                  // it is there to be read
	writing               // where to is asked
	replacing             // whether to replace is asked
)

// Page hands one target's login off.
type Page struct {
	env  *ui.Env
	name string
	held *login.Session // made just now; nil if none was
	w, h int
	mode mode

	list   ui.Task
	offers []auth.Offer
	loaded bool
	err    error // why there is no list, or nothing was written
	rows   widget.List
	inline bool // password and seed go into the files

	run    signin.Run
	chosen auth.Offer
	out    handoff.Output

	sheet  sheet
	tab    int // 0 is the sheet, then the files
	scroll widget.Scroll

	put     ui.Task
	folder  widget.Input
	ask     *widget.Confirm
	written []string
}

type (
	offersResult struct{ offers []auth.Offer }
	madeResult   struct{ out handoff.Output }
	putResult    struct{ paths []string }
)

// New makes the page for the target called name. held is a session of its, made just
// now, or nil.
func New(e *ui.Env, name string, held *login.Session) *Page {
	p := &Page{env: e, name: name, held: held, folder: widget.NewInput()}
	p.folder.SetValue("./" + name + "-handoff")
	return p
}

// Init implements ui.Page.
func (p *Page) Init() tea.Cmd { return p.readOffers() }

// readOffers finds out what fits.
func (p *Page) readOffers() tea.Cmd {
	gate, name, o := p.env.Gate, p.name, auth.HandoffOptions{Inline: p.inline}
	return ui.Do(p.list.Begin(p.env), func(ctx context.Context) (offersResult, error) {
		offers, err := gate.Offers(ctx, name, o)
		return offersResult{offers}, err
	})
}

// selected is the offer under the cursor; nil while there is none.
func (p *Page) selected() *auth.Offer {
	if i := p.rows.Cursor(); i >= 0 && i < len(p.offers) {
		return &p.offers[i]
	}
	return nil
}

// write has the selected offer written, and signs in where it needs that.
func (p *Page) write() tea.Cmd {
	offer := *p.selected()
	p.chosen, p.mode, p.err, p.written = offer, making, nil, nil
	gate, name := p.env.Gate, p.name
	o := auth.HandoffOptions{Variant: offer.Variant.Name, Inline: p.inline, Held: p.held}
	base := p.env.Outside.SignIn
	return signin.Begin(&p.run, p.env, func(ctx context.Context, h signin.Hooks) (madeResult, error) {
		o.Verify = h.Options(base)
		out, err := gate.Handoff(ctx, name, offer.Scanner, o, h.Emit)
		return madeResult{out}, err
	})
}

// Update implements ui.Page.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return p.key(msg)
	case ui.ShownMsg:
		return p.readOffers() // it may have been verified meanwhile
	case ui.Result[offersResult]:
		p.offered(msg)
	case ui.Result[signin.News]:
		_, next := p.run.Hear(msg)
		return next
	case ui.Result[madeResult]:
		p.wrote(msg)
	case ui.Result[putResult]:
		p.putDone(msg)
	}
	return nil
}

func (p *Page) offered(msg ui.Result[offersResult]) {
	if !p.list.Done(msg.Run) {
		return
	}
	first := !p.loaded
	p.loaded = true
	if p.mode == choosing {
		p.err = msg.Err
	}
	p.offers = msg.Value.offers
	p.rows.SetCount(len(p.offers))
	if !first {
		return
	}
	for i, o := range p.offers { // the first that fits is the one to begin with
		if len(o.Refused) == 0 {
			p.rows.Select(i)
			break
		}
	}
}

func (p *Page) wrote(msg ui.Result[madeResult]) {
	if !p.run.Done(msg.Run) {
		return
	}
	p.err = msg.Err // beside an output it says what could not be kept of its login
	p.out = msg.Value.out
	if p.out.Scanner == "" {
		p.mode = failed
		return
	}
	p.mode, p.tab = made, 0
	p.sheet = newSheet(p.out)
	p.scroll.Reset()
}

// SetSize implements ui.Page.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }

// Title implements ui.Page.
func (p *Page) Title() string {
	if p.mode >= making {
		return "hand off " + p.name + " to " + p.chosen.Title
	}
	return "hand off " + p.name
}

// Status implements ui.Page.
func (p *Page) Status() string {
	if p.mode == making && p.run.ID() != "" {
		return "run " + p.run.ID()
	}
	return ""
}

// CapturesText implements ui.Page.
func (p *Page) CapturesText() bool { return p.mode == writing }

// Pulse implements ui.Page.
func (p *Page) Pulse() time.Duration {
	if p.mode == making {
		return 100 * time.Millisecond
	}
	return 0
}
