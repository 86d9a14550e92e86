// Package home is the list of targets: how each is passed, and how its last
// verification ended.
package home

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// mode says what the keyboard is for.
type mode int

const (
	browsing mode = iota
	removing
	renaming
)

// Page is the list of targets.
type Page struct {
	env  *ui.Env
	mode mode
	w, h int

	rows   []row
	shown  []int // indexes of the rows that pass the filter
	list   widget.List
	filter widget.Filter

	load   ui.Task
	loaded bool
	err    error // from reading the targets; rows may be there all the same

	work    ui.Task // removing, renaming, the practice range
	working string  // what is being worked on, for the screen
	workErr error

	ask   *widget.Confirm
	name  widget.Input // the new name, while renaming
	about string       // the target that is removed or renamed
	then  string       // the target to select after the next read
}

// A row is a target with what the list shows of it made ready.
type row struct {
	auth.Summary
	host   string
	search string // what the filter looks at, folded
}

type (
	readResult struct{ list []auth.Summary }
	workResult struct {
		said string // what to tell the person
		then string // the target to select
	}
)

// New makes the page.
func New(e *ui.Env) *Page {
	return &Page{env: e, filter: widget.NewFilter(), name: widget.NewInput()}
}

// Init implements ui.Page.
func (p *Page) Init() tea.Cmd { return p.read() }

// read reads the targets anew.
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
		return p.key(msg)
	case ui.ShownMsg:
		return p.read()
	case ui.Result[readResult]:
		if p.load.Done(msg.Run) {
			p.take(msg.Value.list, msg.Err)
		}
	case ui.Result[workResult]:
		if p.work.Done(msg.Run) {
			return p.worked(msg)
		}
	}
	return nil
}

func (p *Page) take(list []auth.Summary, err error) {
	selected := p.then
	if r := p.selected(); r != nil && selected == "" {
		selected = r.Target.Name
	}
	p.then = ""
	p.loaded, p.err = true, err
	p.rows = make([]row, len(list))
	for i, s := range list {
		p.rows[i] = newRow(s)
	}
	p.sift(selected)
}

func newRow(s auth.Summary) row {
	r := row{Summary: s, host: s.Target.URL}
	if u, err := url.Parse(s.Target.URL); err == nil && u.Host != "" {
		r.host = u.Host
	}
	r.host = text.Clean(r.host)
	r.search = widget.Fold(strings.Join(append([]string{
		s.Target.Name, s.Target.URL, s.Target.Username, string(s.Target.Route),
	}, s.Target.Tags...), " "))
	return r
}

// sift applies the filter, and puts the cursor on the target called name if it is still
// there.
func (p *Page) sift(name string) {
	passes := p.filter.Passes()
	p.shown = p.shown[:0]
	for i := range p.rows {
		if passes(p.rows[i].search) {
			p.shown = append(p.shown, i)
		}
	}
	p.list.SetCount(len(p.shown))
	if i := slices.IndexFunc(p.shown, func(at int) bool { return p.rows[at].Target.Name == name }); i >= 0 {
		p.list.Select(i)
	}
}

// selected is the row under the cursor, nil if there is none.
func (p *Page) selected() *row {
	i := p.list.Cursor()
	if i < 0 || i >= len(p.shown) {
		return nil
	}
	return &p.rows[p.shown[i]]
}

func (p *Page) key(msg tea.KeyMsg) tea.Cmd {
	switch p.mode {
	case removing:
		return p.removeKey(msg)
	case renaming:
		return p.renameKey(msg)
	case browsing:
		return p.browseKey(msg)
	}
	return nil
}

func (p *Page) browseKey(msg tea.KeyMsg) tea.Cmd {
	k := p.now()
	if msg.Paste && !p.filter.Typing() {
		p.bring(string(msg.Runes))
		return nil
	}
	switch p.filter.Update(msg, k.Filter) {
	case widget.FilterTyped:
		p.list.Select(0)
		p.sift("")
		return nil
	case widget.FilterCleared:
		p.sift(p.selectedName())
		return nil
	case widget.FilterTurned:
		return nil
	case widget.FilterNone:
	}
	host := p.env.Host
	switch {
	case key.Matches(msg, k.Open):
		host.Open(ui.ToVerify{Name: p.selected().Target.Name})
	case key.Matches(msg, k.Verify):
		host.Open(ui.ToVerify{Name: p.selected().Target.Name, Run: true})
	case key.Matches(msg, k.Codes):
		host.Open(ui.ToCodes{Name: p.selectedName()})
	case key.Matches(msg, k.New):
		host.Open(ui.ToWizard{})
	case key.Matches(msg, k.Handoff):
		host.Open(ui.ToHandoff{Name: p.selectedName()})
	case key.Matches(msg, k.Watch):
		host.Open(ui.ToWatch{Name: p.selectedName()})
	case key.Matches(msg, k.Duo):
		host.Open(ui.ToDuo{Name: p.selectedName()})
	case key.Matches(msg, k.Import):
		host.Open(ui.ToImport{})
	case key.Matches(msg, k.Rename):
		p.askRename()
	case key.Matches(msg, k.Remove):
		p.askRemove()
	case key.Matches(msg, k.Lab):
		return p.addLab()
	case key.Matches(msg, k.Retry):
		p.workErr = nil
		return p.read()
	case key.Matches(msg, k.Quit):
		host.Quit()
	default:
		p.list.Update(msg, k.List)
	}
	return nil
}

// bring has what was pasted or dropped here imported, where it is looked at first.
func (p *Page) bring(text string) {
	if pasted := store.NewSecret(strings.TrimSpace(text)); !pasted.IsZero() && p.now().Import.Enabled() {
		p.env.Host.Open(ui.ToImport{Pasted: &pasted})
	}
}

func (p *Page) selectedName() string {
	if r := p.selected(); r != nil {
		return r.Target.Name
	}
	return ""
}

// SetSize implements ui.Page.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }

// Title implements ui.Page.
func (p *Page) Title() string { return "gatepass" }

// Status implements ui.Page.
func (p *Page) Status() string {
	place := string(p.env.Place.Backend)
	if p.env.Place.Problem != nil {
		place = "! " + place + " not usable"
	}
	if !p.loaded {
		return place
	}
	targets := fmt.Sprintf("%d targets", len(p.rows))
	if len(p.rows) == 1 {
		targets = "1 target"
	}
	if place == "" {
		return targets
	}
	return place + " · " + targets
}

// CapturesText implements ui.Page.
func (p *Page) CapturesText() bool { return p.mode != browsing || p.filter.Typing() }

// Pulse implements ui.Page: "12 s ago" moves on, slowly.
func (p *Page) Pulse() time.Duration {
	if p.work.Busy() {
		return 150 * time.Millisecond
	}
	return 5 * time.Second
}
