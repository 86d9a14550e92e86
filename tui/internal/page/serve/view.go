package serve

import (
	"fmt"
	"strings"
	"time"

	"gatepass/auth/broker"
	"gatepass/auth/keeper"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

func (p *Page) readable() int { return min(p.w, 120) }

// View implements ui.Page.
func (p *Page) View() string {
	s := p.env.Styles
	switch {
	case p.over && p.err != nil:
		lines := append([]string{s.Bad.Of("✗ ") + s.Bright.Of("NOT SERVING"), ""}, ui.ErrorLines(s, p.err, p.readable())...)
		if p.taken() {
			lines = append(append(lines, ""), text.Wrap("Something listens on "+usual+" already. f takes any free port; the files of a hand-off then need its address: gatepass handoff --broker URL.", p.readable())...)
		}
		return fitted(lines, p)
	case p.over:
		return s.Dim.Of("It has ended.")
	case p.at == nil:
		return s.Dim.Of("Starting…")
	}
	lines := p.head()
	if p.run.Asking() || p.run.ID() != "" && p.run.Under() {
		lines = append(append(lines, ""), p.run.Lines(p.readable(), p.h-len(lines)-3)...)
	}
	lines = append(lines, "")
	return strings.Join(append(lines, p.requests(max(p.h-len(lines), 3))...), "\n")
}

// fitted wraps what is plain and cuts what is not.
func fitted(lines []string, p *Page) string {
	for i := range lines {
		lines[i] = text.Cut(lines[i], p.w)
	}
	return strings.Join(lines[:min(len(lines), p.h)], "\n")
}

// head says where to ask, with what, and what is kept.
func (p *Page) head() []string {
	s, w := p.env.Styles, p.readable()
	const label = 12
	line := func(name, value string) string {
		return s.Dim.Of(text.Pad(name, label)) + value
	}
	lines := []string{
		line("address", s.Bright.Of(text.Cut(text.Clean(p.at.URL), w-label))+s.Dim.Of(text.Cut("  since "+p.since.In(p.env.Now().Location()).Format(time.TimeOnly)+", on this machine only", w-label-text.Width(p.at.URL)))),
		line("token file", text.CutLeft(text.Clean(p.at.TokenFile), w-label)),
		line("", s.Dim.Of(text.Cut("only you can read it; it goes when this page is left", w-label))),
	}
	lines = append(lines, ui.Hanging(s.Dim.Of(text.Pad("ask with", label)), p.command(), w)...)
	return append(lines, line("session", p.sessionLine(w-label)))
}

// command is how to ask from a shell. The token is not in it.
func (p *Page) command() string {
	return p.at.Ask("/session.json")
}

func (p *Page) sessionLine(w int) string {
	s := p.env.Styles
	e := p.session
	if e == nil {
		if p.held != nil {
			return text.Cut("the one that was just proven", w)
		}
		return text.Cut("none yet: it signs in when one is first asked for", w)
	}
	ago := text.Ago(e.At, p.env.Now())
	switch e.Kind {
	case keeper.SignedIn:
		return s.Good.Of("✓ ") + text.Cut("signed in "+ago, w-2)
	case keeper.Alive:
		return s.Good.Of("✓ ") + text.Cut("holds, seen "+ago, w-2)
	case keeper.Lost:
		return s.Bad.Of("✗ ") + text.Cut("lost "+ago+": "+text.Clean(e.Note)+"; the next who asks gets another", w-2)
	case keeper.Unsure:
		return s.Warn.Of("? ") + text.Cut("could not be looked at "+ago+": "+text.Clean(e.Note), w-2)
	default:
		return s.Bad.Of("✗ ") + text.Cut(text.Clean(e.Note), w-2)
	}
}

// The columns of the requests.
const (
	whenColumn = 10
	pathColumn = 22
	codeColumn = 5
)

// requests lists who asked for what and when.
func (p *Page) requests(h int) []string {
	s, w := p.env.Styles, p.w
	if p.asked.Count() == 0 {
		return []string{s.Dim.Of("Nobody has asked for anything yet.")}
	}
	who := min(max(w-whenColumn-pathColumn-codeColumn-30, 16), 40)
	head := text.Pad("  WHEN", whenColumn+2) + text.Pad("WHAT", pathColumn+codeColumn) + text.Pad("WHO", who+1)
	lines := []string{s.Dim.Of(text.Spread(text.Cut(head, w-14), fmt.Sprintf("%d in all", p.count), w))}
	p.asked.SetHeight(h - 1)
	from, to := p.asked.Window()
	for i := from; i < to; i++ {
		lines = append(lines, p.request(p.asked.Rows()[i], i == p.asked.Cursor(), who))
	}
	return lines
}

func (p *Page) request(a broker.Asked, cursor bool, who int) string {
	s := p.env.Styles
	sign := "  "
	if cursor {
		sign = s.Accent.Of("> ")
	}
	mark := widget.MarkGood
	if a.Status >= 400 {
		mark = widget.MarkBad
	}
	line := sign + s.Dim.Of(text.Pad(a.At.In(p.env.Now().Location()).Format(time.TimeOnly), whenColumn)) + text.Pad(text.Clean(a.Path), pathColumn-1) + " " +
		mark.Paint(s).Of(text.Pad(fmt.Sprint(a.Status), codeColumn)) + text.Pad(text.Clean(a.Client), who) + " "
	return text.Cut(line+s.Dim.Of(text.Clean(a.Note)), p.w)
}
