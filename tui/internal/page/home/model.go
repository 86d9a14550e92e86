// Package home is the list of targets: how each is passed, and how its last
// verification ended.
package home

import (
	"context"
	"fmt"
	"net/url"
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
	filtering
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
	filter widget.Input

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
	search string // what the filter looks at, in small letters
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
	return &Page{env: e, filter: widget.NewInput(), name: widget.NewInput()}
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
	p.sift()
	for i, at := range p.shown {
		if p.rows[at].Target.Name == selected {
			p.list.Select(i)
		}
	}
}

func newRow(s auth.Summary) row {
	r := row{Summary: s, host: s.Target.URL}
	if u, err := url.Parse(s.Target.URL); err == nil && u.Host != "" {
		r.host = u.Host
	}
	r.host = text.Clean(r.host)
	r.search = strings.ToLower(strings.Join(append([]string{
		s.Target.Name, s.Target.URL, s.Target.Username, string(s.Target.Route),
	}, s.Target.Tags...), " "))
	return r
}

// sift applies the filter: every word of it must be somewhere in the row.
func (p *Page) sift() {
	words := strings.Fields(strings.ToLower(p.filter.Value()))
	p.shown = p.shown[:0]
	for i := range p.rows {
		if matches(p.rows[i].search, words) {
			p.shown = append(p.shown, i)
		}
	}
	p.list.SetCount(len(p.shown))
}

func matches(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
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
	case filtering:
		p.filterKey(msg)
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
	case key.Matches(msg, k.Filter):
		p.mode = filtering
		p.filter.Focus()
	case key.Matches(msg, k.Clear):
		p.clearFilter()
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

func (p *Page) selectedName() string {
	if r := p.selected(); r != nil {
		return r.Target.Name
	}
	return ""
}

func (p *Page) filterKey(msg tea.KeyMsg) {
	k := p.now()
	switch {
	case key.Matches(msg, k.Keep):
		p.mode = browsing
		p.filter.Blur()
	case key.Matches(msg, k.Clear):
		p.clearFilter()
	case p.list.Update(msg, k.List):
	case p.filter.Update(msg):
		p.list.Select(0)
		p.sift()
	}
}

func (p *Page) clearFilter() {
	name := p.selectedName()
	p.mode = browsing
	p.filter.Blur()
	p.filter.SetValue("")
	p.sift()
	for i, at := range p.shown {
		if p.rows[at].Target.Name == name {
			p.list.Select(i)
		}
	}
}

// askRemove asks before what cannot be undone: with the seed the account's
// enrolment is gone, and only the application's owner can give another.
func (p *Page) askRemove() {
	t := p.selected().Target
	p.about, p.mode, p.workErr = t.Name, removing, nil
	lose := "Its file is deleted. No secret is kept for it."
	if len(t.Secrets) > 0 {
		lose = "Its file is deleted, and from " + ui.Named(p.env.Place.Backend) + " its " + kinds(t.Secrets) + ". Nobody can bring those back."
	}
	p.ask = widget.NewTypedConfirm("Remove "+t.Name+"?", t.Name, "remove it", "keep it", lose,
		"What was spent of its one-time codes stays known, so that none is used twice.")
}

func (p *Page) removeKey(msg tea.KeyMsg) tea.Cmd {
	switch p.ask.Update(msg) {
	case widget.No:
		p.mode = browsing
	case widget.Yes:
		p.mode = browsing
		gate, name := p.env.Gate, p.about
		return p.begin("Removing "+name, func(ctx context.Context) (workResult, error) {
			return workResult{said: "Removed " + name + "."}, gate.Remove(ctx, name)
		})
	case widget.Undecided:
	}
	return nil
}

func (p *Page) askRename() {
	p.about, p.mode, p.workErr = p.selectedName(), renaming, nil
	p.name.SetValue(p.about)
	p.name.Focus()
}

func (p *Page) renameKey(msg tea.KeyMsg) tea.Cmd {
	gate, from, to := p.env.Gate, p.about, p.name.Value()
	switch msg.Type {
	case tea.KeyEsc:
		p.mode = browsing
	case tea.KeyEnter:
		if to == from {
			p.mode = browsing
			return nil
		}
		if p.workErr = store.CheckName(to); p.workErr != nil {
			return nil
		}
		p.mode = browsing
		return p.begin("Renaming "+from, func(ctx context.Context) (workResult, error) {
			return workResult{said: from + " is now " + to + ".", then: to}, gate.Rename(ctx, from, to)
		})
	default:
		p.workErr = nil
		p.name.Update(msg)
	}
	return nil
}

func (p *Page) addLab() tea.Cmd {
	add := p.env.AddLab
	// The range serves as long as the program runs, not only while this page is open.
	life := p.env.Life
	return p.begin("Starting the practice range", func(context.Context) (workResult, error) {
		return workResult{said: "The practice range is running. Press v to sign in to one of its applications."}, add(life)
	})
}

// begin starts work; one at a time, and the screen says which.
func (p *Page) begin(what string, work func(context.Context) (workResult, error)) tea.Cmd {
	if p.work.Busy() {
		p.env.Host.Say(ui.Notice{Level: ui.Warning, Text: p.working + " is not done yet."})
		return nil
	}
	p.working, p.workErr = what, nil
	return ui.Do(p.work.BeginIn(p.env, p.env.Life), work)
}

func (p *Page) worked(r ui.Result[workResult]) tea.Cmd {
	what := p.working
	p.working = ""
	if r.Err != nil {
		p.workErr = fmt.Errorf("%s: %w", what, r.Err)
	} else {
		p.then = r.Value.then
		p.env.Host.Say(ui.Notice{Level: ui.Success, Text: r.Value.said})
	}
	return p.read()
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
func (p *Page) CapturesText() bool { return p.mode != browsing }

// Pulse implements ui.Page: "12 s ago" moves on, slowly.
func (p *Page) Pulse() time.Duration {
	if p.work.Busy() {
		return 150 * time.Millisecond
	}
	return 5 * time.Second
}

// kinds names secrets in a sentence.
func kinds(ks []store.Kind) string {
	var names []string
	for _, k := range ks {
		switch k {
		case store.KindSeed:
			names = append(names, "OTP seed")
		case store.KindBypass:
			names = append(names, "bypass codes")
		case store.KindDevice:
			names = append(names, "trusted device")
		default:
			names = append(names, string(k))
		}
	}
	return strings.Join(names, " and ")
}
