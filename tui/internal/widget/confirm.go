package widget

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
)

// An Answer is what became of a question.
type Answer int

// The answers.
const (
	Undecided Answer = iota
	Yes
	No
)

// ConfirmKeys answer a question.
type ConfirmKeys struct{ Yes, No key.Binding }

// A Confirm is a question before something that cannot be undone. It is answered
// by a clear "y", or, if there is a Word, by typing that word: nobody does that
// by accident. No default, and enter alone means nothing.
type Confirm struct {
	Title string
	Lines []string // what will happen, each a sentence
	Word  string   // to type; "" asks for y or n
	Keys  ConfirmKeys

	input Input
}

// NewConfirm asks for y or n. yes and no say what each does.
func NewConfirm(title, yes, no string, lines ...string) *Confirm {
	return &Confirm{Title: title, Lines: lines, Keys: ConfirmKeys{
		Yes: key.NewBinding(key.WithKeys("y", "Y"), key.WithHelp("y", yes)),
		No:  key.NewBinding(key.WithKeys("n", "N", "esc"), key.WithHelp("n/esc", no)),
	}}
}

// NewTypedConfirm asks for word to be typed.
func NewTypedConfirm(title, word, yes, no string, lines ...string) *Confirm {
	c := NewConfirm(title, yes, no, lines...)
	c.Word = word
	c.Keys.Yes = key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", yes))
	c.Keys.No = key.NewBinding(key.WithKeys("esc"), key.WithHelp("esc", no))
	c.input = NewInput()
	c.input.Focus()
	return c
}

// CapturesText reports whether letters are typed rather than commands.
func (c *Confirm) CapturesText() bool { return c.Word != "" }

// Update takes a key and gives the answer, if it is one.
func (c *Confirm) Update(msg tea.KeyMsg) Answer {
	switch {
	case msg.Paste:
		return Undecided // neither a yes nor a typed word
	case key.Matches(msg, c.Keys.No):
		return No
	case key.Matches(msg, c.Keys.Yes):
		if c.Word == "" || c.input.Value() == c.Word {
			return Yes
		}
	case c.Word != "":
		c.input.Update(msg)
	}
	return Undecided
}

// View draws the question in w cells.
func (c *Confirm) View(s *theme.Styles, w int) []string {
	lines := []string{s.Warn.Of("! ") + s.Bright.Of(text.Cut(c.Title, w-2)), ""}
	for _, l := range c.Lines {
		lines = append(lines, text.Wrap(l, w)...)
	}
	lines = append(lines, "")
	if c.Word == "" {
		return append(lines, s.Key.Of("y")+" "+c.Keys.Yes.Help().Desc+"   "+s.Key.Of("n")+" "+c.Keys.No.Help().Desc)
	}
	ask := "Type " + c.Word + " to confirm: "
	return append(lines, text.Cut(ask+c.input.View(s, max(w-text.Width(ask), 4)), w))
}
