package codes

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// resync sets a counter to where another device of the same seed stands, by codes that
// were read there.
type resync struct {
	task   ui.Task
	name   string
	digits int
	typed  widget.Input
	match  auth.CounterMatch
	err    error
}

type (
	matchResult struct{ match auth.CounterMatch }
	movedResult struct{ was, next uint64 }
)

// backWord is what must be typed before codes can be given out a second time.
const backWord = "back"

// beginResync asks for the codes.
func (p *Page) beginResync() {
	r := p.selected()
	p.mode = resyncing
	p.resync = resync{name: r.target.Name, digits: r.key.Digits(), typed: widget.NewInput()}
	p.resync.typed.Focus()
}

func (p *Page) endResync() {
	p.resync.task.Stop()
	p.mode, p.ask, p.resync = listing, nil, resync{}
}

func (p *Page) resyncKey(msg tea.KeyMsg) tea.Cmd {
	k := p.now()
	switch {
	case key.Matches(msg, k.Stop):
		p.endResync()
	case key.Matches(msg, k.Find):
		return p.findCounter()
	default:
		p.resync.typed.Update(msg)
	}
	return nil
}

// findCounter looks for the codes in the background: there are thousands to compare.
func (p *Page) findCounter() tea.Cmd {
	q := &p.resync
	codes := auth.CodesIn(q.typed.Secret(), q.digits)
	if len(codes) == 0 || q.task.Busy() {
		return nil
	}
	q.err = nil
	gate, name := p.env.Gate, q.name
	return ui.Do(q.task.Begin(p.env), func(ctx context.Context) (matchResult, error) {
		match, err := gate.FindCounter(ctx, name, codes)
		return matchResult{match}, err
	})
}

// matched goes on with what was found: forwards at once, and backwards when it is
// decided.
func (p *Page) matched(res matchResult, err error) tea.Cmd {
	q := &p.resync
	if q.err = err; err != nil {
		return nil
	}
	q.match = res.match
	if !q.match.Back() {
		return p.moveCounter()
	}
	p.mode = goingBack
	why := "A server that counted on refuses what comes then."
	if !p.cramped() {
		why = fmt.Sprintf("These codes were given out before: the counter would go from %d back to %d. A server that counted on refuses what comes then.", q.match.Known, q.match.Next)
	}
	p.ask = widget.NewTypedConfirm("Set the counter of "+q.name+" back?", backWord, "set it back", "leave it", why)
	return nil
}

func (p *Page) answerBack(msg tea.KeyMsg) tea.Cmd {
	switch p.ask.Update(msg) {
	case widget.Yes:
		p.ask = nil
		return p.moveCounter()
	case widget.No:
		p.endResync()
	case widget.Undecided:
	}
	return nil
}

func (p *Page) moveCounter() tea.Cmd {
	p.mode = resyncing
	gate, name, m := p.env.Gate, p.resync.name, p.resync.match
	return ui.Do(p.resync.task.Begin(p.env), func(ctx context.Context) (movedResult, error) {
		was, err := gate.MoveCounter(ctx, name, m.Next, m.Back())
		return movedResult{was, m.Next}, err
	})
}

// moved says where the counter is now.
func (p *Page) moved(res movedResult, err error) tea.Cmd {
	if p.resync.err = err; err != nil {
		return nil
	}
	name := p.resync.name
	p.endResync()
	for i := range p.rows {
		if r := &p.rows[i]; r.target.Name == name {
			r.forgetTaken()
		}
	}
	p.env.Host.Say(ui.Notice{Level: ui.Success, Text: fmt.Sprintf("The counter was %d and is %d: the next code is the one after those.", res.was, res.next)})
	return p.refresh()
}

func (p *Page) resyncView() []string {
	s, q, w := p.env.Styles, &p.resync, p.readable()
	lines := []string{s.Bright.Of(text.Cut("Where does the other device of "+q.name+" stand?", w))}
	if !p.cramped() {
		lines = append(lines, "")
		lines = append(lines, text.Wrap("Type two codes that it shows one after the other, with a blank between them. "+
			"They are compared with the codes of this seed here, and sent nowhere. They are used up there: the counter goes on after them.", w)...)
		lines = append(lines, "")
	}
	ask := "Two codes: "
	lines = append(lines, ask+q.typed.View(s, max(w-text.Width(ask), 4)))
	switch {
	case q.err != nil:
		lines = append(append(lines, ""), ui.ErrorLines(s, q.err, w)...)
	case q.task.Busy():
		lines = append(lines, "", s.Dim.Of("Comparing…"))
	case strings.TrimSpace(q.typed.Value()) != "":
		lines = append(lines, "", s.Dim.Of(p.readSoFar()))
	}
	return lines
}

// readSoFar tells how the typed text is read, so that a slip is seen.
func (p *Page) readSoFar() string {
	whole := 0
	for _, c := range auth.CodesIn(p.resync.typed.Secret(), p.resync.digits) {
		if len(c.Reveal()) == p.resync.digits {
			whole++
		}
	}
	if whole == 1 {
		return "1 code so far"
	}
	return fmt.Sprintf("%d codes so far", whole)
}

// forgetTaken takes the code that was taken here off its row, and has the ledger asked.
func (r *row) forgetTaken() {
	r.taken, r.takenAt, r.spent.asked = otp.Code{}, time.Time{}, time.Time{}
}
