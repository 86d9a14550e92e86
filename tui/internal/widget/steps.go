package widget

import (
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
)

// A Step is one line of a list of things that happen one after the other.
type Step struct {
	Mark Mark
	Name string
	Took string // "0.4 s", or "" while nothing is known
	Note string
}

// The columns of Steps: mark, name, time, note.
const (
	stepName = 12
	stepTook = 9
	stepNote = 2 + stepName + stepTook + 2
)

// Steps draws steps in w cells, notes wrapped to at most tall lines each.
func Steps(s *theme.Styles, steps []Step, frame, w, tall int) []string {
	var lines []string
	for _, step := range steps {
		name := text.Pad(step.Name, stepName)
		if step.Mark == MarkNone {
			name = s.Dim.Of(name)
		}
		head := step.Mark.Of(s, frame) + " " + name + s.Dim.Of(text.PadLeft(step.Took, stepTook)) + "  "
		note := text.Wrap(step.Note, max(w-stepNote, 8))
		if len(note) == 0 {
			lines = append(lines, head)
			continue
		}
		if len(note) > tall {
			note = []string{text.Cut(step.Note, w-stepNote)}
		}
		for i, line := range note {
			if i > 0 {
				head = text.Blank(stepNote)
			}
			lines = append(lines, head+line)
		}
	}
	return lines
}
