package handoff

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth/handoff"
	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// A sheet is all that is to be known of a hand-off, in parts. Some of its entries can
// be copied, and the cursor goes from one of those to the next.
type sheet struct {
	parts  []part
	copies []*entry // those that can be copied, in their order
	at     int      // of them, the one with the cursor
	first  int      // line on the screen's top
	height int
	lines  int
	free   bool // moved by pages: the cursor need not be in sight
}

type part struct {
	title   string
	warn    bool
	entries []*entry
}

type entry struct {
	box    bool // something to be done, with a box to tick
	text   string
	value  store.Secret // what is copied; zero for nothing
	secret bool         // it is covered, and copied by its own key only
	from   int          // the line it was drawn on
	to     int
}

func newSheet(o handoff.Output) sheet {
	var s sheet
	var steps []*entry
	for _, st := range o.Steps {
		e := &entry{box: true, text: text.Clean(st.Do)}
		switch {
		case !st.Secret.IsZero():
			e.value, e.secret = st.Secret, true
		case st.Value != "":
			e.value = store.NewSecret(st.Value)
		}
		steps = append(steps, e)
	}
	s.add("DO", false, steps)
	var wants []*entry
	for _, v := range o.Wants {
		wants = append(wants, &entry{text: text.Clean(v.Holds), value: store.NewSecret(v.Name)})
	}
	s.add("SET IN THE ENVIRONMENT", false, wants)
	s.add("RUN", false, commands(o.Run))
	s.add("CHECK THAT IT IS SIGNED IN", false, texts(o.Check))
	s.add("HOW IT FAILS WITHOUT SAYING SO", true, texts(o.Silent))
	for _, r := range o.Refusals {
		s.add("NOT WRITTEN: "+r.Variant, false, texts(r.Reasons))
	}
	s.add("TO KNOW", false, texts(o.Notes))
	return s
}

func (s *sheet) add(title string, warn bool, entries []*entry) {
	if len(entries) == 0 {
		return
	}
	s.parts = append(s.parts, part{title, warn, entries})
	for _, e := range entries {
		if !e.value.IsZero() {
			s.copies = append(s.copies, e)
		}
	}
}

func commands(lines []string) []*entry {
	var all []*entry
	for _, l := range lines {
		all = append(all, &entry{value: store.NewSecret(l)})
	}
	return all
}

func texts(lines []string) []*entry {
	var all []*entry
	for _, l := range lines {
		all = append(all, &entry{text: text.Clean(l)})
	}
	return all
}

// entry is the one under the cursor; nil if nothing can be copied.
func (s *sheet) entry() *entry {
	if s.at >= len(s.copies) {
		return nil
	}
	return s.copies[s.at]
}

func (s *sheet) top() { s.at, s.first, s.free = 0, 0, true }

// update moves the cursor, or the text.
func (s *sheet) update(msg tea.KeyMsg, k widget.ListKeys) bool {
	page := max(s.height-2, 1)
	switch {
	case key.Matches(msg, k.Up):
		s.move(-1)
	case key.Matches(msg, k.Down):
		s.move(1)
	case key.Matches(msg, k.PageUp):
		s.page(-page)
	case key.Matches(msg, k.PageDown):
		s.page(page)
	case key.Matches(msg, k.Top):
		s.page(-s.lines)
	case key.Matches(msg, k.Bottom):
		s.page(s.lines)
	default:
		return false
	}
	return true
}

// move goes to the next thing that can be copied; where there is none further on, or it
// is out of sight, the text moves by a line.
func (s *sheet) move(by int) {
	next := s.at + by
	if next < 0 || next >= len(s.copies) || len(s.copies) == 0 {
		s.page(by)
		return
	}
	if e := s.copies[next]; e.from >= s.first+s.height+page2(s.height) || e.to < s.first-page2(s.height) {
		s.page(by * page2(s.height))
		return
	}
	s.at, s.free = next, false
}

// page2 is half a page.
func page2(h int) int { return max(h/2, 1) }

func (s *sheet) page(by int) {
	s.free = true
	s.first = max(min(s.first+by, s.lines-s.height), 0)
}

// view draws h lines of w cells, head first.
func (s *sheet) view(st *theme.Styles, head []string, w, h int) []string {
	lines := append([]string{}, head...)
	for i, part := range s.parts {
		if i > 0 || len(head) > 0 {
			lines = append(lines, "")
		}
		title := st.Dim.Of(text.Cut(part.title, w))
		if part.warn {
			title = st.Warn.Of("! ") + st.Bright.Of(text.Cut(part.title, w-2))
		}
		lines = append(lines, title)
		for _, e := range part.entries {
			e.from = len(lines)
			lines = append(lines, e.view(st, e == s.entry(), w)...)
			e.to = len(lines)
		}
	}
	s.lines, s.height = len(lines), h
	s.settle()
	return widget.Window(st, lines, s.first, h)
}

// settle keeps the cursor in sight, unless the text was moved by itself.
func (s *sheet) settle() {
	if e := s.entry(); e != nil && !s.free {
		if e.to > s.first+s.height-1 {
			s.first = e.to - s.height + 1
		}
		if e.from < s.first {
			s.first = e.from
		}
		if s.at == 0 && e.to <= s.height-1 {
			s.first = 0
		}
	}
	s.first = max(min(s.first, s.lines-s.height+1), 0)
	if s.lines <= s.height {
		s.first = 0
	}
}

// covered stands for a secret.
const covered = "••••••••"

func (e *entry) view(st *theme.Styles, cursor bool, w int) []string {
	sign := "  "
	if cursor {
		sign = st.Accent.Of("> ")
	}
	if e.box {
		sign += "[ ] "
	}
	value := ""
	switch {
	case e.secret:
		value = covered
	case !e.value.IsZero():
		value = text.Clean(e.value.Reveal())
	}
	var lines []string
	if e.text != "" {
		lines = ui.Hanging(sign, e.text, w)
		sign = text.Blank(text.Width(sign)) + "  "
	}
	if value == "" {
		return lines
	}
	paint := st.Accent
	if cursor {
		paint = st.Bright
	}
	room := w - text.Width(sign)
	if len(lines) == 1 && text.Width(lines[0])+2+text.Width(value) <= w {
		return []string{lines[0] + "  " + paint.Of(value)}
	}
	for i, l := range text.Wrap(value, room) {
		if i > 0 {
			sign = text.Blank(text.Width(sign))
		}
		lines = append(lines, sign+paint.Of(l))
	}
	return lines
}
