// Package widget holds the pieces that pages are built of: an input that may be
// masked, a list, a choice, a countdown, a list of steps, a question. They do no
// work of their own; a page feeds them keys and prints their lines.
package widget

import (
	"gatepass/tui/internal/theme"
)

// A Mark says how something stands, in one character and one colour. The
// characters differ among themselves, so that the colour may be missing.
type Mark int

// The marks.
const (
	MarkNone    Mark = iota // – nothing happened
	MarkRunning             // ⠹ it is happening
	MarkGood                // ✓ it went well
	MarkBad                 // ✗ it went wrong
	MarkWarn                // ! worth a look
	MarkUnknown             // ? nobody knows
)

// spinner turns once every eight frames.
var spinner = [...]string{"⠏", "⠛", "⠹", "⢸", "⣰", "⣤", "⣆", "⡇"}

// Of paints the mark; frame chooses the spinner's position.
func (m Mark) Of(s *theme.Styles, frame int) string {
	switch m {
	case MarkRunning:
		return s.Accent.Of(spinner[uint(frame)%uint(len(spinner))])
	case MarkGood:
		return s.Good.Of("✓")
	case MarkBad:
		return s.Bad.Of("✗")
	case MarkWarn:
		return s.Warn.Of("!")
	case MarkUnknown:
		return s.Warn.Of("?")
	default:
		return s.Dim.Of("–")
	}
}

// Paint gives the mark's colour, for the words beside it.
func (m Mark) Paint(s *theme.Styles) theme.Paint {
	switch m {
	case MarkGood:
		return s.Good
	case MarkBad:
		return s.Bad
	case MarkWarn, MarkUnknown:
		return s.Warn
	default:
		return theme.Paint{}
	}
}
