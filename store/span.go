package store

import (
	"strings"
	"unicode/utf8"
)

// byteAt turns a column, counted in characters from 1, into an index.
func byteAt(line string, column int) (int, bool) {
	at := 0
	for range column - 1 {
		if at >= len(line) {
			return 0, false
		}
		_, n := utf8.DecodeRuneInString(line[at:])
		at += n
	}
	return at, true
}

// valueEnd gives the index behind a value that begins at from and ends on the same
// line, or false.
func valueEnd(line string, from int) (int, bool) {
	line = strings.TrimRight(line, "\r\n")
	if from >= len(line) {
		return from, from == len(line)
	}
	switch line[from] {
	case '"', '\'':
		return quotedEnd(line, from)
	case '[', '{':
		return bracketEnd(line, from)
	case '|', '>':
		return 0, false
	}
	end := len(line)
	if i := strings.Index(line[from:], " #"); i >= 0 {
		end = from + i
	}
	return from + len(strings.TrimRight(line[from:end], " \t")), true
}

func quotedEnd(line string, from int) (int, bool) {
	quote := line[from]
	for i := from + 1; i < len(line); i++ {
		switch {
		case quote == '"' && line[i] == '\\':
			i++
		case line[i] != quote:
		case quote == '\'' && i+1 < len(line) && line[i+1] == quote:
			i++
		default:
			return i + 1, true
		}
	}
	return 0, false
}

// bracketEnd finds the bracket that closes the one at from.
func bracketEnd(line string, from int) (int, bool) {
	depth := 0
	for i := from; i < len(line); i++ {
		switch line[i] {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
			if depth == 0 {
				return i + 1, true
			}
		case '#':
			if line[i-1] == ' ' {
				return 0, false
			}
		case '"', '\'':
			if !strings.ContainsRune("[{,: ", rune(line[i-1])) {
				continue // an apostrophe within a word
			}
			end, ok := quotedEnd(line, i)
			if !ok {
				return 0, false
			}
			i = end - 1
		}
	}
	return 0, false
}
