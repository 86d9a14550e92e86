package auth

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"gatepass/store"
)

// ReadBypassCodes takes bypass codes out of a text as people have them: one a line,
// separated by commas, semicolons, tabs or spaces, as CSV or a JSON array, in groups of
// digits with spaces or dashes between, with a headline or with lines of comment that
// begin with #. Zeros in front stay. Errors name lines and never repeat what is in one.
func ReadBypassCodes(text store.Secret) ([]store.Secret, error) {
	var codes []store.Secret
	headline := true
	for i, line := range strings.Split(strings.TrimPrefix(text.Reveal(), "\ufeff"), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if headline && !strings.ContainsFunc(line, unicode.IsDigit) && strings.ContainsFunc(line, unicode.IsLetter) {
			headline = false
			continue
		}
		headline = false
		for _, cell := range strings.FieldsFunc(line, between) {
			found, ok := cellCodes(cell)
			if !ok {
				return nil, store.WithHint(fmt.Errorf("line %d has something that is %w", i+1, ErrBadCode),
					"Give the codes alone, one a line or separated by commas; each has 6 to 32 digits.")
			}
			codes = append(codes, found...)
		}
	}
	if len(codes) == 0 {
		return nil, fmt.Errorf("there is no code in it: %w", ErrBadCode)
	}
	return codes, nil
}

// between reports what stands between cells.
func between(r rune) bool { return strings.ContainsRune(",;\t\r[]\"'", r) }

// datePattern is a date, in a column of its own: without its dashes it would look like
// a code.
var datePattern = regexp.MustCompile(`\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b|\b[0-9]{2}-[0-9]{2}-[0-9]{4}\b`)

// cellCodes reads one cell: codes with spaces between where each word is long enough
// for a code, else one code in groups of digits.
func cellCodes(cell string) ([]store.Secret, bool) {
	if datePattern.MatchString(cell) {
		return nil, false
	}
	words := strings.Fields(strings.Map(dropDash, cell))
	if len(words) == 0 {
		return nil, true
	}
	short := false
	for _, w := range words {
		if strings.Trim(w, "0123456789") != "" {
			return nil, false
		}
		short = short || len(w) < 6
	}
	if short {
		words = []string{strings.Join(words, "")}
	}
	var codes []store.Secret
	for _, w := range words {
		if !codePattern.MatchString(w) {
			return nil, false
		}
		codes = append(codes, store.NewSecret(w))
	}
	return codes, true
}

// dropDash leaves out what people group digits with.
func dropDash(r rune) rune {
	switch {
	case unicode.Is(unicode.Pd, r):
		return -1
	case unicode.IsSpace(r):
		return ' '
	}
	return r
}
