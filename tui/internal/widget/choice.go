package widget

import (
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
)

// An Option is one line of a Choice.
type Option struct {
	Name string
	Note string // to the right of the name, dim
}

// A Choice is one of a few options. The cursor is the choice: there is nothing
// else to mark, so what is highlighted and what is taken cannot differ.
type Choice struct {
	Options []Option
	List
}

// NewChoice makes a Choice with the first option marked.
func NewChoice(options ...Option) Choice {
	c := Choice{Options: options}
	c.SetHeight(len(options))
	c.SetCount(len(options))
	return c
}

// Update moves the mark. A digit marks the option of that number.
func (c *Choice) Update(msg tea.KeyMsg, k ListKeys) bool {
	if msg.Type == tea.KeyRunes && len(msg.Runes) == 1 && !msg.Paste {
		if i := int(msg.Runes[0] - '1'); i >= 0 && i < len(c.Options) {
			c.Select(i)
			return true
		}
	}
	return c.List.Update(msg, k)
}

// View draws a line an option in w cells.
func (c *Choice) View(s *theme.Styles, w int) []string {
	widest := 0
	for _, o := range c.Options {
		widest = max(widest, text.Width(o.Name))
	}
	lines := make([]string, len(c.Options))
	for i, o := range c.Options {
		mark, name := "( ) ", text.Pad(o.Name, widest)
		if i == c.Cursor() {
			mark, name = s.Accent.Of("(•) "), s.Bright.Of(name)
		}
		note := text.Cut(o.Note, w-4-widest-2)
		lines[i] = text.Cut(mark+name+"  "+s.Dim.Of(note), w)
	}
	return lines
}
