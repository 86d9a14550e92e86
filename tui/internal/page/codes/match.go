package codes

import (
	"slices"
	"strings"
	"unicode/utf8"

	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/widget"
)

// found are the places in a label that any of the words found, in order.
func found(folded string, words []string) []int {
	var at []int
	for _, w := range words {
		if m, ok := widget.Fuzzy(w, folded); ok {
			at = append(at, m.At...)
		}
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// standing are the places in a folded text where words stand that the label has not.
func standing(folded, label string, words []string) []int {
	var at []int
	for _, w := range words {
		if i := strings.Index(folded, w); i >= 0 && !strings.Contains(label, w) {
			from := utf8.RuneCountInString(folded[:i])
			for n := range utf8.RuneCountInString(w) {
				at = append(at, from+n)
			}
		}
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// runs cuts a label where what was found begins and ends, and gives each piece with
// whether it was found.
func runs(label string, at []int, piece func(text string, found bool)) {
	start, in, n := 0, false, 0
	for i := range label {
		is := len(at) > 0 && at[0] == n
		if is {
			at = at[1:]
		}
		if is != in && i > start {
			piece(label[start:i], in)
			start = i
		}
		in = is
		n++
	}
	piece(label[start:], in)
}

// bracketed marks what was found where nothing can be painted: sh[op] / scan-bot.
func bracketed(label string, at []int) string {
	var b strings.Builder
	runs(label, at, func(text string, found bool) {
		if found {
			text = "[" + text + "]"
		}
		b.WriteString(text)
	})
	return b.String()
}

// underlined marks it where it can: by a line below, which is no colour.
func underlined(s *theme.Styles, label string, at []int, cursor bool) string {
	var b strings.Builder
	runs(label, at, func(text string, found bool) {
		switch {
		case found:
			text = s.Match.Of(text)
		case cursor:
			text = s.Bright.Of(text)
		}
		b.WriteString(text)
	})
	return b.String()
}
