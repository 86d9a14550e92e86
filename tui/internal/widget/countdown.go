package widget

import (
	"strings"
	"time"

	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
)

// Soon is how much time is left when a countdown begins to warn.
const Soon = 5 * time.Second

// dark and light are the two halves of a bar, long enough for most.
var (
	dark  = strings.Repeat("▄", 64)
	light = strings.Repeat("▁", 64)
)

// cells takes n characters of a half; each is three bytes.
func cells(half string, n int) string {
	if n > 64 {
		return strings.Repeat(half[:3], n)
	}
	return half[:3*n]
}

// Bar draws how much of whole is left, in w cells. A bit of time left is never
// an empty bar.
func Bar(s *theme.Styles, left, whole time.Duration, w int) string {
	if w <= 0 || whole <= 0 {
		return ""
	}
	left = min(max(left, 0), whole)
	full := int((left*time.Duration(w) + whole - 1) / whole)
	filled := s.Accent
	if left <= Soon {
		filled = s.Warn
	}
	return filled.Of(cells(dark, full)) + s.Dim.Of(cells(light, w-full))
}

// Countdown is a Bar and the time left beside it, right-aligned in five cells.
func Countdown(s *theme.Styles, left, whole time.Duration, w int) string {
	number := text.PadLeft(text.ShortLeft(left), 5)
	if left <= Soon {
		number = s.Warn.Of(number)
	}
	return Bar(s, left, whole, w) + " " + number
}
