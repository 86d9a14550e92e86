// Package codes is the live viewer: every target with a seed, its present code,
// and how long that is right.
//
// Only rows on the screen are read and computed, in the background, and kept for
// the time step. The viewer looks; it spends nothing until a code is copied or a
// counter is taken. Codes are covered until they are asked for.
package codes

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/store"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// mode says what the screen shows and the keyboard is for.
type mode int

const (
	listing mode = iota
	filtering
	taking    // asks whether a counter shall be used up
	resyncing // takes codes that tell where a counter stands
	goingBack // asks whether a counter shall go back
	big       // one code, to be read from afar
	warning
	qrCode // one seed, for a phone's camera
)

// Page is the viewer.
type Page struct {
	env    *ui.Env
	mode   mode
	before mode     // the one to go back to from a question
	name   string   // the target to select when the list is there
	only   []string // names and tags; empty is every target
	w, h   int

	rows    []row
	items   []item // what the list shows, in its order
	found   int    // how many of them are rows
	list    widget.List
	edition int // counts the readings of rows, so that findings match theirs

	filter widget.Input
	order  order
	ranks  ranks
	groups grouping

	all  bool   // every code can be read
	open string // or this target's, until the cursor leaves it

	load       ui.Task
	loaded     bool
	err        error
	refreshing ui.Task
	storeErr   error // the secret store gives nothing at all
	drawing    ui.Task
	ask        *widget.Confirm
	print      print
	resync     resync
	clock      clock
	jump       jump
}

type readResult struct{ list []auth.Summary }

// Options say how the viewer begins.
type Options struct {
	Name   string   // the target that is selected, if it has a seed
	Only   []string // names and tags: other targets are left out; empty is all
	Reveal bool     // every code can be read at once
}

// New makes the page.
func New(e *ui.Env, o Options) *Page {
	return &Page{env: e, name: o.Name, only: o.Only, all: o.Reveal, filter: widget.NewInput()}
}

// Init implements ui.Page.
func (p *Page) Init() tea.Cmd { return p.read() }

func (p *Page) read() tea.Cmd {
	gate := p.env.Gate
	return ui.Do(p.load.Begin(p.env), func(ctx context.Context) (readResult, error) {
		list, err := gate.Overview(ctx)
		return readResult{list}, err
	})
}

// Update implements ui.Page.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return tea.Batch(p.press(msg), p.refresh())
	case ui.TickMsg:
		return p.tick()
	case ui.ShownMsg:
		p.jump.forget()
		return p.read()
	case ui.HideMsg:
		p.cover()
	case ui.Result[readResult]:
		if p.load.Done(msg.Run) {
			p.fill(msg.Value.list, msg.Err)
			return p.refresh()
		}
	default:
		return p.result(msg)
	}
	return nil
}

// result takes what came of work.
func (p *Page) result(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.Result[refreshResult]:
		if p.refreshing.Done(msg.Run) {
			return p.refreshed(msg)
		}
	case ui.Result[drawResult]:
		if p.drawing.Done(msg.Run) {
			return p.drawn(msg.Value, msg.Err)
		}
	case ui.Result[printResult]:
		if p.print.task.Done(msg.Run) {
			p.printed(msg.Value, msg.Err)
		}
	case ui.Result[matchResult]:
		if p.resync.task.Done(msg.Run) {
			return p.matched(msg.Value, msg.Err)
		}
	case ui.Result[movedResult]:
		if p.resync.task.Done(msg.Run) {
			return p.moved(msg.Value, msg.Err)
		}
	case ui.Result[clockResult]:
		if p.clock.task.Done(msg.Run) {
			p.clock.take(msg.Value, msg.Err)
			p.arrange()
		}
	}
	return nil
}

// tick looks at the clock.
func (p *Page) tick() tea.Cmd {
	now := p.env.Now()
	if notice := p.jump.look(now, p.Pulse()); notice != "" {
		p.env.Host.Say(ui.Notice{Level: ui.Warning, Text: notice})
	}
	p.print.expire(p, now)
	if p.ranks.turned(p.order, p.seeking(), now) {
		p.sift(p.selectedName())
	}
	return p.refresh()
}

// cover hides whatever can be read.
func (p *Page) cover() {
	p.all, p.open = false, ""
	switch p.mode {
	case qrCode, warning:
		p.leaveQR()
	case resyncing, goingBack:
		p.endResync()
	case listing, filtering, taking, big:
	}
}

// fill takes a new reading of the targets. Keys that are here already stay.
func (p *Page) fill(list []auth.Summary, err error) {
	name := p.name
	if r := p.selected(); r != nil {
		name = r.target.Name
	}
	p.name = ""
	old := make(map[string]row, len(p.rows))
	for _, r := range p.rows {
		if r.state == ready {
			old[r.target.Name] = r
		}
	}
	p.rows = p.rows[:0]
	for _, s := range list {
		if !s.Target.Has(store.KindSeed) || !p.wanted(s.Target) {
			continue
		}
		r := newRow(s)
		if was, ok := old[s.Target.Name]; ok {
			was.about, was.spent.asked = r.about, time.Time{}
			was.holder = r.holderOf(was.key)
			r = was
		}
		p.rows = append(p.rows, r)
	}
	p.edition++
	p.refreshing.Stop()
	p.ranks.restart()
	p.loaded, p.err = true, err
	p.sift(name)
}

// wanted reports whether a target is one of those that the page was opened for.
func (p *Page) wanted(t store.Target) bool {
	return len(p.only) == 0 || slices.ContainsFunc(p.only, t.Called)
}

// selected is the row under the cursor, nil if there is none.
func (p *Page) selected() *row {
	i := p.list.Cursor()
	if i < 0 || i >= len(p.items) || p.items[i].isHead() {
		return nil
	}
	return &p.rows[p.items[i].row]
}

func (p *Page) selectedName() string {
	if r := p.selected(); r != nil {
		return r.target.Name
	}
	return ""
}

// retry reads everything anew, keys too.
func (p *Page) retry() tea.Cmd {
	p.storeErr, p.err = nil, nil
	for i := range p.rows {
		r := &p.rows[i]
		r.state, r.err, r.key, r.code, r.next = unread, nil, otp.Key{}, otp.Code{}, otp.Code{}
	}
	p.refreshing.Stop()
	p.edition++
	return p.read()
}

// SetSize implements ui.Page.
func (p *Page) SetSize(w, h int) {
	p.w, p.h = w, h
	p.arrange()
}

// Least implements ui.Small: name, code and what is left of it, in the corner of a
// screen.
func (p *Page) Least() (columns, rows int) { return 40, 10 }

// Title implements ui.Page.
func (p *Page) Title() string {
	switch p.mode {
	case warning, qrCode:
		return "codes · QR code of " + p.print.name
	case big:
		return "codes · " + p.selectedName()
	case resyncing, goingBack:
		return "codes · counter of " + p.resync.name
	case listing, filtering, taking:
	}
	if len(p.only) > 0 {
		return "codes · " + strings.Join(p.only, ", ")
	}
	return "codes"
}

// Status implements ui.Page.
func (p *Page) Status() string {
	if !p.loaded || p.storeErr != nil {
		return string(p.env.Place.Backend)
	}
	count := fmt.Sprintf("%d codes", len(p.rows))
	if len(p.rows) == 1 {
		count = "1 code"
	}
	if p.all {
		count += " · all shown"
	}
	count += p.order.note(&p.ranks, len(p.rows)) + p.groups.note()
	if offset := p.clock.short(); offset != "" {
		count = offset + " · " + count
	}
	return count
}

// CapturesText implements ui.Page.
func (p *Page) CapturesText() bool {
	return p.mode == filtering || p.mode == resyncing || p.ask != nil && p.ask.CapturesText()
}
