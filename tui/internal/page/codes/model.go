// Package codes is the live viewer: every target with a seed, its present code,
// and how long that is right.
//
// Only rows on the screen are read and computed, in the background, and kept for
// the time step. The viewer looks; it spends nothing until a code is copied or a
// counter is taken.
package codes

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// reveal says which codes can be read.
type reveal int

const (
	selected reveal = iota // the one under the cursor
	everything
	nothing
)

// Page is the viewer.
type Page struct {
	env  *ui.Env
	name string // the target to select when the list is there
	w, h int

	rows    []row
	shown   []int // indexes of the rows that pass the filter
	list    widget.List
	edition int // counts the readings of rows, so that findings match theirs

	filter    widget.Input
	filtering bool
	reveal    reveal

	load       ui.Task
	loaded     bool
	err        error
	refreshing ui.Task
	storeErr   error // the secret store gives nothing at all
	drawing    ui.Task
}

type (
	readResult struct{ list []auth.Summary }
	// drawResult is a code that was asked for: to copy, or a counter that was taken.
	drawResult struct {
		name string
		code otp.Code
		used string // when and by whom it had been used before
		copy bool
	}
)

// New makes the page; name is selected first, if it has a seed.
func New(e *ui.Env, name string) *Page {
	return &Page{env: e, name: name, filter: widget.NewInput()}
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
		return p.refresh()
	case ui.ShownMsg:
		return p.read()
	case ui.HideMsg:
		p.reveal = nothing
	case ui.Result[readResult]:
		if p.load.Done(msg.Run) {
			p.fill(msg.Value.list, msg.Err)
			return p.refresh()
		}
	case ui.Result[refreshResult]:
		if p.refreshing.Done(msg.Run) {
			if msg.Err != nil {
				p.storeErr = msg.Err
				return nil
			}
			p.take(msg.Value)
			if len(msg.Value.findings) > 0 { // without progress, the next tick is soon enough
				return p.refresh()
			}
		}
	case ui.Result[drawResult]:
		if p.drawing.Done(msg.Run) {
			return p.drawn(msg.Value, msg.Err)
		}
	}
	return nil
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
		if !s.Target.Has(store.KindSeed) {
			continue
		}
		r := newRow(s.Target)
		if was, ok := old[s.Target.Name]; ok {
			was.target, was.label, was.search, was.spent.asked = r.target, r.label, r.search, time.Time{}
			r = was
		}
		p.rows = append(p.rows, r)
	}
	p.edition++
	p.refreshing.Stop()
	p.loaded, p.err = true, err
	p.sift(name)
}

// sift applies the filter and keeps name under the cursor if it passes.
func (p *Page) sift(name string) {
	words := strings.Fields(strings.ToLower(p.filter.Value()))
	p.shown = p.shown[:0]
	at := -1
	for i := range p.rows {
		if !matches(p.rows[i].search, words) {
			continue
		}
		if p.rows[i].target.Name == name {
			at = len(p.shown)
		}
		p.shown = append(p.shown, i)
	}
	p.arrange()
	p.list.SetCount(len(p.shown))
	if at >= 0 {
		p.list.Select(at)
	}
}

func matches(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func (p *Page) selected() *row {
	i := p.list.Cursor()
	if i < 0 || i >= len(p.shown) {
		return nil
	}
	return &p.rows[p.shown[i]]
}

func (p *Page) press(msg tea.KeyMsg) tea.Cmd {
	k := p.now()
	switch {
	case key.Matches(msg, k.Keep):
		p.filtering = false
		p.filter.Blur()
		p.arrange()
	case key.Matches(msg, k.Clear):
		p.clearFilter()
	case p.filtering:
		p.filterKey(msg, k)
	case key.Matches(msg, k.Copy):
		return p.copyCode()
	case key.Matches(msg, k.Take):
		return p.takeCounter()
	case key.Matches(msg, k.Show):
		p.toggle(nothing, selected)
	case key.Matches(msg, k.All):
		p.toggle(everything, selected)
	case key.Matches(msg, k.Filter):
		p.filtering = true
		p.filter.Focus()
		p.arrange()
	case key.Matches(msg, k.New):
		p.env.Host.Open(ui.ToWizard{})
	case key.Matches(msg, k.Retry):
		return p.retry()
	case key.Matches(msg, k.Back):
		p.env.Host.Back()
	default:
		p.list.Update(msg, k.List)
	}
	return nil
}

func (p *Page) toggle(to, otherwise reveal) {
	if p.reveal == to {
		to = otherwise
	}
	p.reveal = to
}

func (p *Page) filterKey(msg tea.KeyMsg, k keyMap) {
	if p.list.Update(msg, k.List) {
		return
	}
	if p.filter.Update(msg) {
		p.list.Select(0)
		p.sift("")
	}
}

func (p *Page) clearFilter() {
	name := ""
	if r := p.selected(); r != nil {
		name = r.target.Name
	}
	p.filtering = false
	p.filter.Blur()
	p.filter.SetValue("")
	p.sift(name)
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

// copyCode spends the present code and copies it. One that was used before is
// copied as well, for the person may know better, but not without a word.
func (p *Page) copyCode() tea.Cmd {
	r := p.selected()
	switch {
	case r.state != ready || p.drawing.Busy():
		return nil
	case r.counted() && r.taken.IsZero():
		p.env.Host.Say(ui.Notice{Text: "Press space to take the next code of " + r.target.Name + "; taking it uses it up."})
		return nil
	case r.counted():
		return p.drawn(drawResult{name: r.target.Name, code: r.taken, copy: true}, nil)
	}
	gate, clock, name, key := p.env.Gate, p.env.Now, r.target.Name, r.key
	used := r.used(p.env.Now())
	return ui.Do(p.drawing.Begin(p.env), func(ctx context.Context) (drawResult, error) {
		res := drawResult{name: name, copy: true}
		var err error
		res.code, err = gate.Draw(ctx, key, auth.CodeOptions{MinLeft: -1, NoWait: true, By: copied})
		if errors.Is(err, auth.ErrNothingFresh) {
			if res.used = used; used == "" {
				res.used = "used before"
			}
			res.code, err = key.At(key.Step(clock()))
		}
		return res, err
	})
}

// patience is how long a counter that was taken must stand before the next can be:
// a key that is held down would run away from the server's look-ahead.
const patience = 2 * time.Second

func (p *Page) takeCounter() tea.Cmd {
	r := p.selected()
	if p.drawing.Busy() {
		return nil
	}
	if !r.taken.IsZero() && p.env.Now().Sub(r.takenAt).Abs() < patience {
		p.env.Host.Say(ui.Notice{Level: ui.Warning, Text: "A code was taken just now. Use that one, or wait two seconds."})
		return nil
	}
	gate, name, key := p.env.Gate, r.target.Name, r.key
	return ui.Do(p.drawing.Begin(p.env), func(ctx context.Context) (drawResult, error) {
		code, err := gate.Draw(ctx, key, auth.CodeOptions{By: copied})
		return drawResult{name: name, code: code}, err
	})
}

// drawn takes a code that was asked for.
func (p *Page) drawn(d drawResult, err error) tea.Cmd {
	host, now := p.env.Host, p.env.Now()
	if err != nil {
		host.Say(ui.Notice{Level: ui.Failure, Text: ui.OneLine(err)})
		return nil
	}
	for i := range p.rows {
		if r := &p.rows[i]; r.target.Name == d.name {
			r.spent.asked = time.Time{} // it changed just now
			if !d.copy {
				r.taken, r.takenAt = d.code, now
				if p.reveal == nothing {
					p.reveal = selected // who takes a code wants to read it
				}
			}
		}
	}
	if d.copy {
		host.Copy(copying(d, now))
	}
	return p.refresh()
}

// longest is how long a code may stay on the clipboard.
const longest = 30 * time.Second

func copying(d drawResult, now time.Time) ui.Copying {
	c := ui.Copying{Secret: store.NewSecret(d.code.Reveal()), Label: d.name + "'s code", Keep: longest}
	if !d.code.Until.IsZero() {
		if left := d.code.Left(now); left <= c.Keep {
			c.Keep = left
		} else {
			c.Remark = "Right for " + text.Left(left) + "."
		}
	}
	if d.used != "" {
		c.Doubt = true
		c.Remark = d.used + ": most sites refuse it."
	}
	return c
}

// SetSize implements ui.Page.
func (p *Page) SetSize(w, h int) {
	p.w, p.h = w, h
	p.arrange()
}

// Title implements ui.Page.
func (p *Page) Title() string { return "codes" }

// Status implements ui.Page.
func (p *Page) Status() string {
	if !p.loaded || p.storeErr != nil {
		return string(p.env.Place.Backend)
	}
	count := fmt.Sprintf("%d codes", len(p.rows))
	if len(p.rows) == 1 {
		count = "1 code"
	}
	switch p.reveal {
	case everything:
		count += " · all shown"
	case nothing:
		count += " · hidden"
	case selected:
	}
	return count
}

// CapturesText implements ui.Page.
func (p *Page) CapturesText() bool { return p.filtering }

// Pulse implements ui.Page.
func (p *Page) Pulse() time.Duration { return time.Second }
