package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
)

// The root's own lines around a page: header, a blank, then the page, then the
// notice and the keys. One cell at either side stays free.
const (
	topLines    = 2
	bottomLines = 2
	margin      = 1
)

// body is the size that is left for a page.
func (m *root) body() (w, h int) {
	return max(m.w-2*margin, 0), max(m.h-topLines-bottomLines, 0)
}

func (m *root) resize(w, h int) {
	m.w, m.h = w, h
	bw, bh := m.body()
	for _, f := range m.stack {
		f.page.SetSize(bw, bh)
	}
}

// View implements [tea.Model].
func (m *root) View() (out string) {
	defer func() {
		if b := ui.Recovered(recover()); b != nil {
			m.broken = b // the next message ends the program
			out = "gatepass broke. Press any key.\n"
		}
	}()
	f := m.front()
	switch {
	case m.quitting, f == nil, m.w <= 0, m.h <= 0:
		return ""
	case m.tooSmall():
		return m.smallView()
	}
	w, h := m.body()
	page := ""
	keys := f.page.Keys()
	short := append(append([]key.Binding{}, keys.Short...), m.helpBinding(f))
	if m.help != nil {
		page = m.help.view(m, keys)
		short = m.help.short()
	} else {
		page = f.page.View()
	}
	notice := m.noticeLines(w)
	lines := []string{
		m.header(f, w),
		text.Blank(w),
		text.Fit(page, w, h+1-len(notice)),
		strings.Join(notice, "\n"),
		text.Pad(helpLine(m.styles, short, w), w),
	}
	return " " + strings.ReplaceAll(strings.Join(lines, "\n"), "\n", "\n ")
}

func (m *root) header(f *frame, w int) string {
	status := text.Clean(f.page.Status())
	if m.help != nil {
		return text.Spread(m.styles.Title.Of("Keys")+m.styles.Dim.Of(" · "+f.page.Title()), m.styles.Dim.Of("gatepass "+m.deps.Version), w)
	}
	return text.Spread(m.styles.Title.Of(text.Clean(f.page.Title())), m.styles.Dim.Of(status), w)
}

// helpBinding names the key that opens the help right now.
func (m *root) helpBinding(f *frame) key.Binding {
	b := m.keys.Help
	if f.page.CapturesText() {
		b.SetHelp("f1", b.Help().Desc)
	}
	return b
}

// longest is how many lines a notice may take; a second one lies on the page's last.
const longest = 2

func (m *root) noticeLines(w int) []string {
	n := m.notice
	if n.Text == "" {
		return []string{text.Blank(w)}
	}
	sign, paint := "· ", m.styles.Bright
	switch n.Level {
	case ui.Success:
		sign, paint = "✓ ", m.styles.Good
	case ui.Warning:
		sign, paint = "! ", m.styles.Warn
	case ui.Failure:
		sign, paint = "✗ ", m.styles.Bad
	case ui.Info:
	}
	lines := ui.Hanging(paint.Of(sign), text.Clean(n.Text), w)
	if len(lines) > longest {
		lines = append(lines[:longest-1], text.Cut(lines[longest-1]+" "+strings.TrimSpace(lines[longest]), w))
	}
	for i, l := range lines {
		lines[i] = text.Pad(l, w)
	}
	return lines
}

// smallView says that there is too little room, in as many words as there is room for.
func (m *root) smallView() string {
	w, h := m.least()
	needed := fmt.Sprintf("%dx%d", w, h)
	msg := needed
	for _, more := range []string{
		fmt.Sprintf("The terminal is too small: %dx%d. Needed: %s.", m.w, m.h, needed),
		fmt.Sprintf("It is too small: %dx%d, not %s.", m.w, m.h, needed),
		"needs " + needed,
	} {
		if text.Width(more) <= m.w {
			msg = more
			break
		}
	}
	return text.Fit(msg, m.w, m.h)
}

// reserved is how many bindings at the end of the line are always there: the way
// out of the page, and the help with all the others.
const reserved = 2

// helpLine puts as many bindings as fit into one line.
func helpLine(s *theme.Styles, bindings []key.Binding, w int) string {
	var shown []key.Binding
	for _, b := range bindings {
		if b.Enabled() {
			shown = append(shown, b)
		}
	}
	first := max(len(shown)-reserved, 0)
	room := w + len(gap)
	for _, b := range shown[first:] {
		room -= bindingWidth(b)
	}
	var parts []string
	for i, b := range shown {
		if i < first {
			if bindingWidth(b) > room {
				continue // a shorter one may still fit
			}
			room -= bindingWidth(b)
		}
		parts = append(parts, paintBinding(s, b))
	}
	return strings.Join(parts, gap)
}

const gap = "   "

// bindingWidth is a binding with the gap behind it.
func bindingWidth(k key.Binding) int {
	return text.Width(k.Help().Key) + 1 + text.Width(k.Help().Desc) + len(gap)
}

func paintBinding(s *theme.Styles, k key.Binding) string {
	return s.Key.Of(k.Help().Key) + " " + s.Dim.Of(k.Help().Desc)
}
