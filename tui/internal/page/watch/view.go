package watch

import (
	"strings"
	"time"

	"gatepass/auth/keeper"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

func (p *Page) readable() int { return min(p.w, 120) }

// View implements ui.Page.
func (p *Page) View() string {
	lines := append(p.head(), "")
	if p.run.Asking() || p.signing() {
		lines = append(append(lines, p.run.Lines(p.readable(), p.h-len(lines)-2)...), "")
	}
	lines = append(lines, p.plot()...)
	if p.over {
		lines = append(append(lines, ""), p.verdict()...)
	}
	lines = append(lines, "")
	lines = append(lines, p.log(p.h-len(lines))...)
	return strings.Join(lines[:min(len(lines), p.h)], "\n")
}

// head says how old the session is, when it was seen last, and how it is watched.
func (p *Page) head() []string {
	s, w := p.env.Styles, p.readable()
	renew := "it is not renewed: when it is lost, this ends"
	if p.renew {
		renew = "it is renewed when it is lost"
	}
	return []string{
		text.Cut(p.stands(), w),
		s.Dim.Of(text.Cut("looked at every "+text.Span(paces[p.pace])+" · "+renew, w)),
	}
}

// stands is the session in one line.
func (p *Page) stands() string {
	s, now := p.env.Styles, p.env.Now()
	if p.over {
		now = p.ended
	}
	switch last := p.lastLook(); {
	case p.made.IsZero() && p.over:
		return s.Bad.Of("✗ ") + "there is no session any more"
	case p.made.IsZero():
		return widget.MarkRunning.Of(s, int(p.env.Now().UnixMilli()/100)) + " signing in"
	case last == nil:
		return s.Good.Of("✓ ") + s.Bright.Of(text.Left(now.Sub(p.made))) + " old, not looked at yet"
	case last.Kind == keeper.Unsure:
		return s.Warn.Of("? ") + s.Bright.Of(text.Left(now.Sub(p.made))) + " old, last look " + text.Ago(last.At, now) + " could not tell"
	default:
		return s.Good.Of("✓ ") + s.Bright.Of(text.Left(now.Sub(p.made))) + " old, seen signed in " + text.Ago(last.At, now)
	}
}

// lastLook is the newest look at the session that is there; nil if there was none.
func (p *Page) lastLook() *keeper.Event {
	last := p.events.Last()
	if last == nil {
		return nil
	}
	switch last.Kind {
	case keeper.Alive, keeper.Unsure:
		return last
	default:
		return nil
	}
}

// verdict says what ended it.
func (p *Page) verdict() []string {
	s := p.env.Styles
	if p.err == nil {
		return []string{s.Dim.Of("It has ended.")}
	}
	return ui.ErrorLines(s, p.err, p.readable())
}

// A look's mark, for the plot and the log. They differ among themselves without colour.
type sign struct {
	mark string
	word string
	rank int // the more telling one of those that fall into one cell
}

var signs = map[keeper.Kind]sign{
	keeper.Alive:    {"█", "signed in", 1},
	keeper.Unsure:   {"?", "could not tell", 2},
	keeper.SignedIn: {"▲", "new session", 3},
	keeper.Failed:   {"!", "login failed", 4},
	keeper.Lost:     {"✗", "lost", 5},
}

func paint(s *theme.Styles, k keeper.Kind) theme.Paint {
	switch k {
	case keeper.Alive, keeper.SignedIn:
		return s.Good
	case keeper.Unsure:
		return s.Warn
	default:
		return s.Bad
	}
}

// plot draws the session's life: one cell a stretch of time, the oldest at the left.
func (p *Page) plot() []string {
	s, w := p.env.Styles, p.readable()
	end := p.env.Now()
	if p.over {
		end = p.ended
	}
	whole := max(end.Sub(p.began), paces[p.pace]*time.Duration(w/4), time.Minute)
	strip := p.strip(w, whole)
	left, right := p.clock(p.began), p.clock(p.began.Add(whole))
	now := int(end.Sub(p.began) * time.Duration(w) / whole)
	return []string{strip, s.Dim.Of(axis(left, right, "▴ now", now, w)), p.legend(w)}
}

func (p *Page) clock(t time.Time) string { return t.In(p.env.Now().Location()).Format(time.TimeOnly) }

// axis puts the ends of the time under the plot, and where it is now between them, if
// there is room.
func axis(left, right, now string, at, w int) string {
	line := text.Spread(left, right, w)
	n := text.Width(now)
	if at <= len(left)+1 || at+n >= w-len(right)-1 {
		return line
	}
	return left + text.Blank(at-len(left)) + now + text.Blank(w-len(right)-at-n) + right
}

// What stands between two looks.
const (
	lived   = "▄" // both saw it signed in
	nothing = "·" // nobody looked, or there was no session
)

// strip draws a mark for each event, and between two that saw the session at work what
// it was meanwhile.
func (p *Page) strip(w int, whole time.Duration) string {
	s := p.env.Styles
	seen, between := make([]keeper.Kind, w), make([]bool, w)
	good, last := p.given, 0
	for _, e := range p.events.Rows() {
		at := min(max(int(e.At.Sub(p.began)*time.Duration(w)/whole), 0), w-1)
		if e.Kind == keeper.SignedIn && seen[at] == keeper.Lost && at+1 < w {
			at++ // the new session begins where the old one ended, and both are seen
		}
		if seen[at] == "" || signs[e.Kind].rank > signs[seen[at]].rank {
			seen[at] = e.Kind
		}
		if good && e.Kind == keeper.Alive {
			for i := last; i < at; i++ {
				between[i] = true
			}
		}
		if e.Kind != keeper.Unsure { // what could not be seen changes nothing
			good, last = e.Kind == keeper.Alive || e.Kind == keeper.SignedIn, at
		}
	}
	var b strings.Builder
	for i, k := range seen {
		switch {
		case k != "":
			b.WriteString(paint(s, k).Of(signs[k].mark))
		case between[i]:
			b.WriteString(s.Good.Of(lived))
		default:
			b.WriteString(s.Dim.Of(nothing))
		}
	}
	return b.String()
}

// legend says what the marks are, for those that were seen.
func (p *Page) legend(w int) string {
	s := p.env.Styles
	seen := map[keeper.Kind]int{}
	for _, e := range p.events.Rows() {
		seen[e.Kind]++
	}
	var parts []string
	for _, k := range []keeper.Kind{keeper.SignedIn, keeper.Alive, keeper.Unsure, keeper.Lost, keeper.Failed} {
		if n := seen[k]; n > 0 {
			parts = append(parts, paint(s, k).Of(signs[k].mark)+" "+signs[k].word+" "+times(n))
		}
	}
	if len(parts) == 0 {
		return s.Dim.Of("· nothing seen yet")
	}
	return text.Cut(strings.Join(parts, "   "), w)
}
