package watch

import (
	"fmt"
	"time"

	"gatepass/auth/keeper"
	"gatepass/tui/internal/text"
)

func times(n int) string { return fmt.Sprintf("×%d", n) }

// log lists what happened, the newest at the bottom.
func (p *Page) log(h int) []string {
	if h < 2 || p.events.Count() == 0 {
		return nil
	}
	s := p.env.Styles
	lines := []string{s.Dim.Of(text.Pad("  WHEN", 12) + text.Pad("AGE", 12) + "WHAT")}
	p.events.SetHeight(h - 1)
	from, to := p.events.Window()
	for i := from; i < to; i++ {
		lines = append(lines, p.happened(p.events.Rows()[i], i == p.events.Cursor()))
	}
	return lines
}

func (p *Page) happened(e keeper.Event, cursor bool) string {
	s := p.env.Styles
	sign := "  "
	if cursor {
		sign = s.Accent.Of("> ")
	}
	age := ""
	if e.Kind == keeper.Alive || e.Kind == keeper.Lost || e.Kind == keeper.Unsure {
		age = text.Left(e.Age.Truncate(time.Second))
	}
	head := sign + s.Dim.Of(text.Pad(p.clock(e.At), 10)+text.Pad(age, 12))
	what := paint(s, e.Kind).Of(signs[e.Kind].mark) + " " + signs[e.Kind].word
	if e.Note != "" {
		what += s.Dim.Of(": " + text.Clean(e.Note))
	}
	return text.Cut(head+what, p.w)
}
