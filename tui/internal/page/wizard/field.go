package wizard

import (
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// A field is one thing to fill in: a line of text, or a yes and no.
type field struct {
	label string
	input widget.Input
	hint  string // shown beside an empty field
	// check says what is wrong with the value, when the field is left. It may
	// tidy the value up first.
	check   func() error
	problem error

	toggle *bool // instead of input
}

func newField(label, hint string, in widget.Input, check func() error) *field {
	return &field{label: label, hint: hint, input: in, check: check}
}

// leave checks the field and reports whether it is fine.
func (f *field) leave() bool {
	if f.check != nil {
		f.problem = f.check()
	}
	return f.problem == nil
}

// labelWidth is the column of the labels.
const labelWidth = 14

func (f *field) view(s *theme.Styles, focused bool, w int) []string {
	cursor, label := "  ", s.Dim.Of(text.Pad(f.label, labelWidth-2))
	if focused {
		cursor, label = s.Accent.Of("> "), s.Bright.Of(text.Pad(f.label, labelWidth-2))
	}
	if f.toggle != nil {
		box := "[ ] "
		if *f.toggle {
			box = "[x] "
		}
		return ui.Hanging(cursor+box, f.label, w)
	}
	value := f.input.View(s, w-labelWidth)
	if f.input.Empty() { // in brackets: without colour it would look typed
		value += s.Dim.Of(text.Cut(" ("+f.hint+")", w-labelWidth-text.Width(value)))
	}
	lines := []string{cursor + label + value}
	if f.problem != nil {
		for _, l := range ui.ErrorLines(s, f.problem, w-labelWidth) {
			lines = append(lines, text.Blank(labelWidth)+l)
		}
	}
	return lines
}
