package talk

import (
	"gatepass/auth"
	"gatepass/auth/duo"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// StateMark is how a route's state looks.
func StateMark(st duo.State) widget.Mark {
	switch st {
	case duo.Open:
		return widget.MarkGood
	case duo.Blocked:
		return widget.MarkBad
	default:
		return widget.MarkUnknown
	}
}

// CheckMark is how what a check came to looks.
func CheckMark(st auth.CheckState) widget.Mark {
	switch st {
	case auth.CheckGood:
		return widget.MarkGood
	case auth.CheckWarning:
		return widget.MarkWarn
	case auth.CheckBad:
		return widget.MarkBad
	case auth.CheckSkipped:
		return widget.MarkNone
	default:
		return widget.MarkUnknown
	}
}

// TokenLines tell how far enrolling a token came, in w cells. Its seed is not shown.
func TokenLines(s *theme.Styles, t auth.TokenEnrolment, w int) []string {
	fact := func(so bool, yes, no string) []string {
		if so {
			return ui.Hanging(s.Good.Of("✓ "), yes, w)
		}
		return ui.Hanging(s.Dim.Of("– "), no, w)
	}
	serial := text.Clean(t.Serial)
	lines := fact(true, "The seed of "+serial+" is kept.", "")
	lines = append(lines, fact(t.TokenID != "", "Duo has the token, attached to the account.", "Duo does not have the token.")...)
	lines = append(lines, fact(t.Seen, "Duo lists it among the account's devices.", "It was not seen among the account's devices.")...)
	lines = append(lines, fact(t.Accepted, "Duo accepted a passcode of it.", "No passcode of it was accepted yet.")...)
	for _, n := range t.Notes {
		lines = append(lines, ui.Hanging(s.Warn.Of("! "), text.Clean(n), w)...)
	}
	if len(t.Steps) > 0 {
		lines = append(lines, "", s.Bright.Of("By hand, in the Admin Panel"))
	}
	for _, step := range t.Steps {
		lines = append(lines, ui.Hanging(s.Accent.Of("→ "), text.Clean(step), w)...)
	}
	return lines
}
