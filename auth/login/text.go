package login

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Clean makes text that a server sent safe for a terminal, a log and a line of
// evidence: escape sequences, control and formatting characters (bidirectional
// overrides among them) are dropped, and white space is folded to single spaces.
func Clean(s string) string {
	switch {
	case isPlain(s):
		return s
	case isASCIIText(s): // nothing but white space to fold
		return strings.Join(strings.Fields(s), " ")
	}
	s = ansi.Strip(strings.ToValidUTF8(s, ""))
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == '\u200c' || r == '\u200d': // joiners that scripts and emoji need
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// isASCIIText reports whether s is printable ASCII and white space.
func isASCIIText(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7f || c < ' ' && c != '\n' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

// isPlain reports whether there is nothing to clean: printable ASCII with single
// spaces between the words.
func isPlain(s string) bool {
	space := true // at the beginning there must be none
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			if space {
				return false
			}
			space = true
		case c < ' ' || c >= 0x7f:
			return false
		default:
			space = false
		}
	}
	return !space || s == ""
}

// Quote cleans s, cuts it to a length fit for one line and puts it in quotation
// marks: text that somebody else wrote should look like it.
func Quote(s string) string { return "\u201c" + clip(Clean(s), 160) + "\u201d" }

// clip cuts s to n characters.
func clip(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	at := 0
	for i := range s {
		if at == n-1 {
			return strings.TrimSpace(s[:i]) + "…"
		}
		at++
	}
	return s
}
