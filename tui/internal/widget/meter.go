package widget

import (
	"time"

	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
)

// heights are a cell that empties: full, and ever less, until only the track is left.
var heights = [...]string{"▆", "▅", "▄", "▃", "▂", "▁"}

// stages is how many steps one cell of a Meter takes to empty.
const stages = len(heights) - 1

var (
	full  = repeated(heights[0])
	track = repeated(heights[stages])
)

// repeated is long enough for most bars; each character is three bytes.
func repeated(cell string) string {
	var b []byte
	for range 64 {
		b = append(b, cell...)
	}
	return string(b)
}

// Meter is a Bar that runs smoothly: its last cell empties in steps of its own. A
// bit of time left is never an empty meter.
func Meter(s *theme.Styles, left, whole time.Duration, w int) string {
	if w <= 0 || whole <= 0 {
		return ""
	}
	left = min(max(left, 0), whole)
	all := time.Duration(w * stages)
	steps := int((left*all + whole - 1) / whole)
	n, rest := steps/stages, steps%stages
	filled := cells(full, n)
	if rest > 0 {
		filled += heights[stages-rest]
		n++
	}
	paint := s.Accent
	if left <= Soon {
		paint = s.Warn
	}
	return paint.Of(filled) + s.Dim.Of(cells(track, w-n))
}

// Metered is a Meter and the time left beside it, right-aligned in five cells.
func Metered(s *theme.Styles, left, whole time.Duration, w int) string {
	number := text.PadLeft(text.ShortLeft(left), 5)
	if left <= Soon {
		number = s.Warn.Of(number)
	}
	return Meter(s, left, whole, w) + " " + number
}

// Gauge is how much of a work is done, in w cells. Nothing done is an empty gauge,
// and only all of it a full one.
func Gauge(s *theme.Styles, done, all, w int) string {
	if w <= 0 || all <= 0 {
		return ""
	}
	n := min(max(done, 0), all) * w / all
	return s.Accent.Of(cells(full, n)) + s.Dim.Of(cells(track, w-n))
}
