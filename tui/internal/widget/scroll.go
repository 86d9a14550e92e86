package widget

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/internal/theme"
)

// A Scroll shows as much of a text as fits and says how much does not.
type Scroll struct {
	top, height, lines int
}

// SetHeight tells how many lines fit.
func (c *Scroll) SetHeight(h int) { c.height = max(h, 1) }

// Update moves the text and reports whether the key was one of k.
func (c *Scroll) Update(msg tea.KeyMsg, k ListKeys) bool {
	if c.lines <= c.height {
		return false
	}
	page := max(c.height-2, 1)
	switch {
	case key.Matches(msg, k.Up):
		c.top--
	case key.Matches(msg, k.Down):
		c.top++
	case key.Matches(msg, k.PageUp):
		c.top -= page
	case key.Matches(msg, k.PageDown):
		c.top += page
	case key.Matches(msg, k.Top):
		c.top = 0
	case key.Matches(msg, k.Bottom):
		c.top = c.lines
	default:
		return false
	}
	c.settle()
	return true
}

// Reset goes back to the first line.
func (c *Scroll) Reset() { c.top = 0 }

func (c *Scroll) settle() { c.top = max(min(c.top, c.lines-c.height+1), 0) }

// View draws the lines that fit.
func (c *Scroll) View(s *theme.Styles, lines []string) string {
	c.lines = len(lines)
	if len(lines) <= c.height {
		c.top = 0
		return strings.Join(lines, "\n")
	}
	c.settle()
	to := min(c.top+c.height-1, len(lines))
	shown := append([]string{}, lines[c.top:to]...)
	rest := s.Dim.Of("↑ the end")
	if n := len(lines) - to; n > 0 {
		rest = s.Dim.Of(fmt.Sprintf("↓ %d more", n))
	}
	return strings.Join(append(shown, rest), "\n")
}

// Window draws the lines from first on that fit into h, with a last one that says how
// many more there are.
func Window(s *theme.Styles, lines []string, first, h int) []string {
	if len(lines) <= h {
		return lines
	}
	first = max(min(first, len(lines)-h+1), 0)
	to := min(first+h-1, len(lines))
	rest := s.Dim.Of("↑ the end")
	if n := len(lines) - to; n > 0 {
		rest = s.Dim.Of(fmt.Sprintf("↓ %d more", n))
	}
	return append(append([]string{}, lines[first:to]...), rest)
}
