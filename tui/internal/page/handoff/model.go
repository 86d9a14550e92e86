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
	timing                // how long the scan takes is asked
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
	shown  []int // indexes of the offers that pass the filter
	rows   widget.List
	filter widget.Filter

	inline   bool          // password and seed go into the files
	unproven bool          // what was not proven is written as well, and marked
	needed   time.Duration // how long the scan takes; 0: it is not said
	span     widget.Input  // where that is typed
	wrong    string        // why it could not be read

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
	p := &Page{env: e, name: name, held: held, folder: widget.NewInput(), filter: widget.NewFilter(), span: widget.NewInput()}
	p.folder.SetValue("./" + name + "-handoff")
	return p
}

// Init implements ui.Page.
func (p *Page) Init() tea.Cmd { return p.readOffers() }

// readOffers finds out what fits.
func (p *Page) readOffers() tea.Cmd {
	gate, name, o := p.env.Gate, p.name, p.options()
	return ui.Do(p.list.Begin(p.env), func(ctx context.Context) (offersResult, error) {
		offers, err := gate.Offers(ctx, name, o)
		return offersResult{offers}, err
	})
}

// options are how everything is written.
func (p *Page) options() auth.HandoffOptions {
	return auth.HandoffOptions{Inline: p.inline, Unproven: p.unproven, Needed: p.needed}
}

// selected is the offer under the cursor; nil while there is none.
func (p *Page) selected() *auth.Offer {
	if i := p.rows.Cursor(); i >= 0 && i < len(p.shown) {
		return &p.offers[p.shown[i]]
	}
	return nil
}

// sift applies the filter, and keeps the cursor on its offer if that is still there.
func (p *Page) sift() {
	var was auth.Offer
	if o := p.selected(); o != nil {
		was = *o
	}
	passes := p.filter.Passes()
	p.shown = nil
	for i, o := range p.offers {
		if passes(widget.Fold(o.Scanner + " " + o.Title + " " + o.Variant.Name + " " + o.Variant.Title)) {
			p.shown = append(p.shown, i)
		}
	}
	p.rows.SetCount(len(p.shown))
	for i, at := range p.shown {
		if o := p.offers[at]; o.Scanner == was.Scanner && o.Variant.Name == was.Variant.Name {
			p.rows.Select(i)
		}
	}
}

// write has the selected offer written, and signs in where it needs that.
func (p *Page) write() tea.Cmd {
	offer := *p.selected()
	p.chosen, p.mode, p.err, p.written = offer, making, nil, nil
	gate, name := p.env.Gate, p.name
	o := p.options()
	o.Variant, o.Held = offer.Variant.Name, p.held
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
	p.sift()
	if !first {
		return
	}
	for i, at := range p.shown { // the first that fits is the one to begin with
		if len(p.offers[at].Refused) == 0 {
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
	if p.mode >= making && p.mode != timing {
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
func (p *Page) CapturesText() bool {
	return p.mode == writing || p.mode == timing || p.mode == choosing && p.filter.Typing()
}

// Pulse implements ui.Page.
func (p *Page) Pulse() time.Duration {
	if p.mode == making {
		return 100 * time.Millisecond
	}
	return 0
}
