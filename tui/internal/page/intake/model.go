// Package intake brings the entries of other programs in: pasted text, dropped files
// and pictures. What was found is shown first, a line for each entry and never with
// a seed; nothing is stored before the person agrees, and then all of it or nothing.
package intake

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth/otp/importer"
	"gatepass/store"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// mode says what the page waits for.
type mode int

const (
	waiting  mode = iota // for something to read
	reading              // for it to be read, and for passwords
	review               // for a decision
	agreeing             // for the word that stores it
	keeping              // for it to be stored
)

// Page is the import.
type Page struct {
	env  *ui.Env
	mode mode
	w, h int

	pasted *store.Secret // to begin with, nil for nothing

	typed widget.Input
	lines []string  // that were ended by enter, while more may follow
	due   time.Time // when what was typed counts as all; zero while nothing was ended
	given []given

	reading   ui.Task
	progress  *progress
	asking    ui.Task
	questions chan question
	question  *question
	password  widget.Input
	passwords map[string]store.Secret // by file, so that none is asked for twice

	res     readResult
	drawn   []string // res as lines, made once for each width
	scroll  widget.Scroll
	ask     *widget.Confirm
	storing ui.Task
	cancel  context.CancelFunc // ends storing and takes back what was stored
	stopped bool
	failure error
}

// New makes the page.
func New(e *ui.Env) *Page {
	p := &Page{env: e, typed: widget.NewMasked(), password: widget.NewMasked(), passwords: map[string]store.Secret{}}
	p.typed.Focus()
	p.password.Focus()
	return p
}

// Reading makes the page begin with what was pasted elsewhere; nil is nothing.
func (p *Page) Reading(pasted *store.Secret) *Page {
	p.pasted = pasted
	return p
}

// Init implements ui.Page.
func (p *Page) Init() tea.Cmd {
	if p.pasted == nil {
		return nil
	}
	text := p.pasted.Reveal()
	p.pasted = nil
	return p.give(text)
}

// Update implements ui.Page.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return p.press(msg)
	case ui.TickMsg:
		return p.readIfDue()
	case ui.Result[question]:
		if p.asking.Done(msg.Run) && msg.Err == nil {
			p.question = &msg.Value
			p.password.SetValue("")
		}
	case ui.Result[readResult]:
		if p.reading.Done(msg.Run) {
			p.found(msg)
		}
	case ui.Result[keptResult]:
		if p.storing.Done(msg.Run) {
			p.kept(msg)
		}
	}
	return nil
}

func (p *Page) press(msg tea.KeyMsg) tea.Cmd {
	if p.mode == agreeing {
		return p.agree(msg)
	}
	k := p.now()
	switch {
	case p.question != nil:
		return p.passwordKey(msg, k)
	case msg.Paste && (p.mode == waiting || p.mode == review):
		return p.give(string(msg.Runes))
	case key.Matches(msg, k.Stop):
		p.stop()
	case key.Matches(msg, k.Read):
		p.endLine()
	case key.Matches(msg, k.Keep):
		p.askKeep()
	case key.Matches(msg, k.Again):
		p.forget()
	case key.Matches(msg, k.Back):
		p.env.Host.Back()
	case p.mode == waiting:
		p.typed.Update(msg)
		p.due = time.Time{} // more of it comes
	case p.mode == review:
		p.scroll.Update(msg, k.List)
	}
	return nil
}

// settled is how long nothing may follow an enter for it to be the end: a terminal
// that pastes without saying so sends lines as if they were typed.
const settled = 200 * time.Millisecond

// endLine ends a line; readIfDue reads when no other follows at once.
func (p *Page) endLine() {
	p.lines = append(p.lines, p.typed.Value())
	p.typed.SetValue("")
	p.due = p.env.Now().Add(settled)
}

func (p *Page) readIfDue() tea.Cmd {
	if p.due.IsZero() || p.env.Now().Before(p.due) {
		return nil
	}
	return p.give("")
}

// give reads a text, after what was typed before it.
func (p *Page) give(text string) tea.Cmd {
	lines := append(p.lines, p.typed.Value(), text)
	p.lines, p.due = nil, time.Time{}
	p.typed.SetValue("")
	all := strings.TrimSpace(strings.Join(lines, "\n"))
	if all == "" {
		return nil
	}
	g := given{paths: pathsIn(all)}
	if g.paths == nil {
		g.text = store.NewSecret(strings.ReplaceAll(all, "\r", "\n")) // terminals paste line ends as returns
	}
	p.given = append(p.given, g)
	return p.start()
}

// passwordKey is for the field of a backup's password.
func (p *Page) passwordKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	switch {
	case key.Matches(msg, k.Skip):
		p.question.reply <- answer{err: errSkipped}
	case key.Matches(msg, k.Open):
		if p.password.Empty() {
			return nil
		}
		p.passwords[p.question.Name] = p.password.Secret()
		p.question.reply <- answer{password: p.password.Secret()}
	default:
		p.password.Update(msg)
		return nil
	}
	p.question = nil
	p.password.SetValue("")
	return p.listen(p.questions)
}

// stop ends what is being done. A reading ends at once; storing ends when what was
// stored is taken back.
func (p *Page) stop() {
	if p.mode == keeping {
		p.stopped = true
		p.cancel()
		return
	}
	p.reading.Stop()
	p.asking.Stop()
	p.given = p.given[:max(len(p.given)-1, 0)]
	p.mode = waiting
	if len(p.given) > 0 {
		p.mode = review
	}
}

// askKeep asks for a word: a line break within something that is pasted would be
// enough for less.
func (p *Page) askKeep() {
	n := len(p.res.plan.Add)
	p.mode = agreeing
	p.ask = widget.NewTypedConfirm("Keep "+entries(n)+"?", "yes", "keep", "not yet",
		"Each becomes a target with a seed in "+ui.Named(p.env.Place.Backend)+". All of them are kept, or none.")
}

func (p *Page) agree(msg tea.KeyMsg) tea.Cmd {
	switch p.ask.Update(msg) {
	case widget.Yes:
		p.ask = nil
		return p.keep()
	case widget.No:
		p.ask, p.mode = nil, review
	case widget.Undecided:
	}
	return nil
}

// forget begins anew.
func (p *Page) forget() {
	p.given, p.res, p.drawn, p.failure, p.mode = nil, readResult{}, nil, nil, waiting
	p.passwords = map[string]store.Secret{}
}

// SetSize implements ui.Page.
func (p *Page) SetSize(w, h int) {
	if w != p.w {
		p.w = w
		p.draw()
	}
	p.h = h
	p.scroll.SetHeight(h - 2)
}

// Title implements ui.Page.
func (p *Page) Title() string { return "import" }

// Status implements ui.Page.
func (p *Page) Status() string {
	if p.mode != review && p.mode != agreeing {
		return string(p.env.Place.Backend)
	}
	return fmt.Sprintf("%d new · %d here already · %d refused", len(p.res.plan.Add), len(p.res.plan.Existing), len(p.res.read.Refused))
}

// CapturesText implements ui.Page.
func (p *Page) CapturesText() bool {
	return p.mode == waiting || p.mode == agreeing || p.question != nil
}

// Pulse implements ui.Page.
func (p *Page) Pulse() time.Duration {
	if p.mode == reading && p.question == nil || p.mode == keeping || !p.due.IsZero() {
		return 100 * time.Millisecond
	}
	return 0
}

// formats names what can be read.
var formats = strings.Join(importer.Formats(), ", ")
