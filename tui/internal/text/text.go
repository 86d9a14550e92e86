// Package text measures and shapes lines for a terminal: in cells, not bytes or
// runes, so that 日本 is four wide and a combining accent is none.
package text

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// Ellipsis ends what was cut off.
const Ellipsis = "…"

// Width is how many cells s takes; escape sequences take none.
func Width(s string) int {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return ansi.StringWidth(s)
		}
	}
	return len(s) // nearly every text, and a hundred times as fast
}

// Cut shortens s to at most w cells, ending in an ellipsis if anything is lost.
func Cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	return ansi.Truncate(s, w, Ellipsis)
}

// CutLeft shortens s to its last w cells, starting with an ellipsis if anything
// is lost. It is for what people recognise by its end.
func CutLeft(s string, w int) string {
	if w <= 0 {
		return ""
	}
	total := Width(s)
	if total <= w {
		return s
	}
	// A wide character across the edge leaves one cell too many at first.
	for drop := total - w + 1; ; drop++ {
		if cut := ansi.TruncateLeft(s, drop, Ellipsis); Width(cut) <= w {
			return cut
		}
	}
}

// Pad makes s exactly w cells wide: cut if longer, filled with spaces if shorter.
func Pad(s string, w int) string {
	if w <= 0 {
		return ""
	}
	have := Width(s)
	if have > w {
		s = Cut(s, w)
		have = Width(s)
	}
	return s + Blank(w-have)
}

// PadLeft is Pad with the spaces in front.
func PadLeft(s string, w int) string {
	if have := Width(s); have < w {
		return Blank(w-have) + s
	}
	return Pad(s, w)
}

const spaces = "                                                                                "

// Blank is n spaces.
func Blank(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(spaces) {
		return spaces[:n]
	}
	return strings.Repeat(" ", n)
}

// Wrap breaks s, a text without escape sequences, into lines of at most w cells:
// between words where it can and inside a word where it must. A number keeps its unit.
func Wrap(s string, w int) []string {
	w = max(w, 2) // a wide character needs two
	var lines []string
	line, used := "", 0
	for _, word := range words(s) {
		width := Width(word)
		if used > 0 && used+1+width <= w {
			line += " " + word
			used += 1 + width
			continue
		}
		if used > 0 {
			lines = append(lines, line)
		}
		for width > w {
			head := ansi.Truncate(word, w, "")
			if head == "" { // one cluster wider than the line
				break
			}
			lines = append(lines, head)
			word = word[len(head):]
			width = Width(word)
		}
		line, used = word, width
	}
	if used > 0 {
		lines = append(lines, line)
	}
	return lines
}

// words are those of s. A number and the few letters after it, its unit most often, are
// one, so that no line begins with "s.".
func words(s string) []string {
	fields := strings.Fields(s)
	all := fields[:0]
	for i, f := range fields {
		if i > 0 && isNumber(fields[i-1]) && isUnit(f) {
			all[len(all)-1] += " " + f
			continue
		}
		all = append(all, f)
	}
	return all
}

func isNumber(word string) bool {
	return strings.IndexFunc(word, unicode.IsDigit) >= 0 && strings.IndexFunc(word, unicode.IsLetter) < 0
}

func isUnit(word string) bool {
	switch strings.TrimRight(word, ".,;:)") {
	case "ms", "s", "min", "h":
		return true
	}
	return false
}

// Fit makes a block exactly h lines of exactly w cells.
func Fit(block string, w, h int) string {
	var b strings.Builder
	b.Grow(h * (w + 16))
	rest, more := block, block != ""
	for i := range h {
		if i > 0 {
			b.WriteByte('\n')
		}
		var line string
		if more {
			line, rest, more = strings.Cut(rest, "\n")
		}
		b.WriteString(Pad(line, w))
	}
	return b.String()
}

// Spread puts left and right at the two ends of a line of w cells. If both do
// not fit, right goes first.
func Spread(left, right string, w int) string {
	l, r := Width(left), Width(right)
	if l+r+1 > w {
		return Pad(left, w)
	}
	return left + Blank(w-l-r) + right
}

// Clean makes a text from elsewhere fit for one line of a terminal: control
// characters, escape sequences, line breaks and the invisible characters that
// turn the direction of writing are taken out.
func Clean(s string) string {
	if isClean(s) {
		return s
	}
	s = ansi.Strip(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t', r == '\r', r == '\u2028', r == '\u2029':
			return ' '
		case forbidden(r):
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// isClean lets nearly every text through without copying it.
func isClean(s string) bool {
	for _, r := range s {
		if r < ' ' || r >= 0x7f && (forbidden(r) || r == '\u2028' || r == '\u2029') {
			return false
		}
	}
	return true
}

func forbidden(r rune) bool {
	return unicode.IsControl(r) || r == unicode.ReplacementChar ||
		unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Noncharacter_Code_Point, r)
}
