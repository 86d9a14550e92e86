package theme

import (
	"strings"

	"github.com/charmbracelet/lipgloss"
)

// A Paint colours one piece of a line. It is a [lipgloss.Style] boiled down to
// the two escape sequences around the text, because a viewer with a thousand
// rows paints six thousand pieces a second and a Style measures each of them.
// The zero Paint leaves text as it is.
//
// Paint segments one by one and put them side by side: a Paint inside another
// ends the outer one's colour.
type Paint struct {
	open, end string
}

// stencil is what a Style is rendered around to learn its sequences.
const stencil = "\x01"

func paint(s lipgloss.Style) Paint {
	open, end, ok := strings.Cut(s.Inline(true).Render(stencil), stencil)
	if !ok {
		return Paint{}
	}
	return Paint{open: open, end: end}
}

// Of paints text, which must be a single line. An empty text stays empty.
func (p Paint) Of(text string) string {
	if text == "" || p.open == "" {
		return text
	}
	return p.open + text + p.end
}
