package ui

import (
	"context"
	"errors"
	"strings"

	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
)

// Explain splits an error into what happened and what to do about it, fit for
// the screen. Joined errors give a sentence each.
func Explain(err error) (what, hints []string) {
	if err == nil {
		return nil, nil
	}
	if errors.Is(err, context.DeadlineExceeded) && len(store.Hints(err)) == 0 {
		hints = append(hints, "Try again; if it stays like this, look at the network or the keyring.")
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if line = text.Clean(line); line != "" {
			what = append(what, line)
		}
	}
	for _, h := range store.Hints(err) {
		hints = append(hints, text.Clean(h))
	}
	return what, hints
}

// OneLine is an error in a single line, with its first hint if there is one.
func OneLine(err error) string {
	what, hints := Explain(err)
	line := strings.Join(what, "; ")
	if len(hints) > 0 {
		line += " – " + hints[0]
	}
	return line
}

// ErrorLines draws an error in w cells: ✗ and what happened, → and what to do.
func ErrorLines(s *theme.Styles, err error, w int) []string {
	what, hints := Explain(err)
	var lines []string
	for _, t := range what {
		lines = append(lines, Hanging(s.Bad.Of("✗ "), t, w)...)
	}
	for _, t := range hints {
		lines = append(lines, Hanging(s.Accent.Of("→ "), t, w)...)
	}
	return lines
}

// Hanging wraps t in w cells behind a sign; further lines begin below its text.
func Hanging(sign, t string, w int) []string {
	in := text.Width(sign)
	lines := text.Wrap(t, w-in)
	for i, l := range lines {
		if i == 0 {
			lines[i] = sign + l
		} else {
			lines[i] = text.Blank(in) + l
		}
	}
	return lines
}
