// Package form is what pages fill in: fields one below the other, of which one has the
// keyboard. What is wrong with a field is said beneath it and holds nobody back until
// the form is to be used.
package form

import (
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// A Field is one thing to fill in: a line of text, or a yes and no.
type Field struct {
	Label string
	Hint  string // shown beside an empty field
	Input widget.Input
	// Check says what is wrong with the value, when the field is left. It may tidy the
	// value up first. It may be nil.
	Check   func() error
	Problem error

	Toggle *bool // instead of Input
}

// Line makes a Field for text that everybody may see.
func Line(label, hint string, check func() error) *Field {
	return &Field{Label: label, Hint: hint, Input: widget.NewInput(), Check: check}
}

// Masked makes a Field for a secret.
func Masked(label, hint string, check func() error) *Field {
	return &Field{Label: label, Hint: hint, Input: widget.NewMasked(), Check: check}
}

// Switch makes a Field that is turned on and off.
func Switch(label string, on *bool) *Field { return &Field{Label: label, Toggle: on} }

// Value is the text as typed. Use Input.Secret for a masked one.
func (f *Field) Value() string { return f.Input.Value() }

// Empty reports whether nothing is typed.
func (f *Field) Empty() bool { return f.Input.Empty() }

// Leave checks the field and reports whether it is fine.
func (f *Field) Leave() bool {
	if f.Check != nil {
		f.Problem = f.Check()
	}
	return f.Problem == nil
}

// Column is how wide the labels are, with the cursor before them.
const Column = 14

func (f *Field) view(s *theme.Styles, focused bool, w int) []string {
	cursor, label := "  ", s.Dim.Of(text.Pad(f.Label, Column-2))
	if focused {
		cursor, label = s.Accent.Of("> "), s.Bright.Of(text.Pad(f.Label, Column-2))
	}
	var lines []string
	if f.Toggle != nil {
		box := "[ ] "
		if *f.Toggle {
			box = "[x] "
		}
		lines = ui.Hanging(cursor+box, f.Label, w)
	} else {
		value := f.Input.View(s, w-Column)
		if f.Empty() { // in brackets: without colour it would look typed
			value += s.Dim.Of(text.Cut(" ("+f.Hint+")", w-Column-text.Width(value)))
		}
		lines = []string{cursor + label + value}
	}
	if f.Problem != nil {
		for _, l := range ui.ErrorLines(s, f.Problem, w-Column) {
			lines = append(lines, text.Blank(Column)+l)
		}
	}
	return lines
}

// A Form is fields of which one has the keyboard. The zero Form has none.
type Form struct {
	fields []*Field
	at     int
}

// Set puts fields into the form. The field that had the keyboard keeps it if it is
// among them.
func (f *Form) Set(fields ...*Field) {
	had := f.Focused()
	if had != nil {
		had.Input.Blur()
	}
	f.fields = fields
	at := min(f.at, max(len(fields)-1, 0))
	for i, field := range fields {
		if field == had {
			at = i
		}
	}
	f.Focus(at)
}

// Focus gives the keyboard to field i, or to the nearest there is.
func (f *Form) Focus(i int) {
	f.at = max(min(i, len(f.fields)-1), 0)
	for j, field := range f.fields {
		if field.Toggle != nil {
			continue
		}
		if j == f.at {
			field.Input.Focus()
		} else {
			field.Input.Blur()
		}
	}
}

// Move gives the keyboard to a field further on, or before if by is negative.
func (f *Form) Move(by int) { f.Focus(f.at + by) }

// Focused is the field that has the keyboard, nil if there is none.
func (f *Form) Focused() *Field {
	if f.at >= len(f.fields) {
		return nil
	}
	return f.fields[f.at]
}

// Last reports whether the last field has the keyboard.
func (f *Form) Last() bool { return f.at+1 >= len(f.fields) }

// Len is how many fields there are.
func (f *Form) Len() int { return len(f.fields) }

// Edit gives a key to the field that has the keyboard, and gives the field if its text
// changed.
func (f *Form) Edit(msg tea.KeyMsg) *Field {
	field := f.Focused()
	if field == nil || field.Toggle != nil || !field.Input.Update(msg) {
		return nil
	}
	field.Problem = nil
	return field
}

// Flip turns the field that has the keyboard on or off, if it can be.
func (f *Form) Flip() *Field {
	field := f.Focused()
	if field == nil || field.Toggle == nil {
		return nil
	}
	*field.Toggle = !*field.Toggle
	field.Problem = nil
	return field
}

// Fine checks every field and gives the keyboard to the first that is wrong.
func (f *Form) Fine() bool {
	wrong := -1
	for i, field := range f.fields {
		if !field.Leave() && wrong < 0 {
			wrong = i
		}
	}
	if wrong >= 0 {
		f.Focus(wrong)
	}
	return wrong < 0
}

// View draws the form in w cells.
func (f *Form) View(s *theme.Styles, w int) []string {
	var lines []string
	for i, field := range f.fields {
		lines = append(lines, field.view(s, i == f.at, w)...)
	}
	return lines
}
