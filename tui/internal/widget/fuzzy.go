package widget

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Match is what a word found in a text: the better the larger the score, and the
// places of the characters that it found, counted in runes.
type Match struct {
	Score int
	At    []int
}

// Fold is a text as Fuzzy wants it: small letters, as many runes as before.
func Fold(s string) string { return strings.Map(unicode.ToLower, s) }

// Fuzzy looks for word in text, both folded. A word that stands there as it is
// counts most, more at the beginning of a word; then one whose letters come in its
// order, the closer together the better.
func Fuzzy(word, text string) (Match, bool) {
	if word == "" {
		return Match{}, true
	}
	if i := bestPlace(word, text); i >= 0 {
		from := len([]rune(text[:i]))
		score := 1000 - from
		if wordStart(text, i) {
			score += 200
		}
		return Match{score, span(from, len([]rune(word)))}, true
	}
	if !inOrder(word, text) {
		return Match{}, false
	}
	at := letters([]rune(word), []rune(text))
	width := at[len(at)-1] - at[0] + 1
	return Match{500 - 10*(width-len(at)) - at[0], at}, true
}

// bestPlace is where word stands in text, at the beginning of a word if it does so
// anywhere; -1 if nowhere.
func bestPlace(word, text string) int {
	first := strings.Index(text, word)
	for i := first; i >= 0; {
		if wordStart(text, i) {
			return i
		}
		next := strings.Index(text[i+1:], word)
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return first
}

// wordStart reports whether a word begins at byte i: after anything but a letter or
// digit.
func wordStart(text string, i int) bool {
	if i == 0 {
		return true
	}
	b := text[i-1]
	return b < 0x80 && !('a' <= b && b <= 'z' || '0' <= b && b <= '9')
}

func span(from, n int) []int {
	at := make([]int, n)
	for i := range at {
		at[i] = from + i
	}
	return at
}

// inOrder reports whether the letters of word come in text in their order. Nearly
// every text is sent away here, so it costs nothing.
func inOrder(word, text string) bool {
	for _, r := range word {
		i := strings.IndexRune(text, r)
		if i < 0 {
			return false
		}
		text = text[i+utf8.RuneLen(r):]
	}
	return true
}

// letters finds the letters of word in text, which holds them in order: as early as
// they can end, and then as close together as they can begin.
func letters(word, text []rune) []int {
	end, j := 0, 0
	for i, r := range text {
		if r != word[j] {
			continue
		}
		if j++; j == len(word) {
			end = i
			break
		}
	}
	at := make([]int, len(word))
	for i, j := end, len(word)-1; j >= 0; i-- {
		if text[i] == word[j] {
			at[j] = i
			j--
		}
	}
	return at
}
