package login

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// prose is text made ready to be searched for words: folded, cut into words, and
// once more without any gaps for the scripts that have none.
type prose struct {
	words []string
	flat  string // "" unless Chinese, Japanese or Korean occurs
}

// proseOf makes prose of what people read.
func proseOf(texts ...string) prose { return makeProse(strings.Join(texts, " . ")) }

// namesOf makes prose of what programmers write: "Input.TwoFactorCode" becomes
// input two factor code.
func namesOf(names ...string) prose {
	short := make([]string, len(names))
	for i, name := range names { // of long ones the end tells: containers come first
		short[i] = name[max(0, len(name)-maxName):]
	}
	return makeProse(uncamel(strings.Join(short, " . ")))
}

const maxName = 200

func makeProse(s string) prose {
	s = fold(s)
	p := prose{words: split(s)}
	if strings.ContainsFunc(s, unspaced) {
		p.flat = strings.Join(p.words, "")
	}
	return p
}

// and joins two pieces of prose.
func (p prose) and(q prose) prose {
	words := make([]string, 0, len(p.words)+len(q.words))
	return prose{append(append(words, p.words...), q.words...), p.flat + q.flat}
}

// fold makes texts comparable: lower case, without accents, full-width and other
// compatibility forms as the plain ones, and the letters that Unicode does not
// take apart as people type them on a keyboard that has none.
func fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	s = norm.NFKD.String(s)
	s = strings.Map(func(r rune) rune {
		if r >= 0x0300 && r <= 0x036f { // combining marks; those of other scripts carry meaning
			return -1
		}
		return r
	}, s)
	return plainLetters.Replace(strings.ToLower(norm.NFC.String(s)))
}

// plainLetters also makes Turkish comparable, where the capital of i is İ and
// that of ı is I: lower-casing by the rules of other languages loses which.
var plainLetters = strings.NewReplacer("ı", "i", "ł", "l", "ø", "o", "đ", "d", "ß", "ss", "æ", "ae", "œ", "oe")

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// split cuts folded text into runs of letters and runs of digits: "2fa" is 2 fa,
// "e-mail" is e mail.
func split(s string) []string {
	var words []string
	start, kind := 0, 0
	for i, r := range s {
		k := 0
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r):
			k = 1
		case unicode.IsDigit(r):
			k = 2
		}
		if k != kind {
			if kind != 0 {
				words = append(words, s[start:i])
			}
			start, kind = i, k
		}
	}
	if kind != 0 {
		words = append(words, s[start:])
	}
	return words
}

// uncamel puts a space where a word begins inside a programmer's name.
func uncamel(s string) string {
	var b strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		if i > 0 && unicode.IsUpper(r) &&
			(unicode.IsLower(rs[i-1]) || unicode.IsUpper(rs[i-1]) && i+1 < len(rs) && unicode.IsLower(rs[i+1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// unspaced reports whether r belongs to a script without spaces between words, or
// with endings that make boundaries useless (Korean particles).
func unspaced(r rune) bool {
	return r >= 0x1100 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// A vocabulary is a list of words and phrases of one meaning, in the languages
// that login pages are commonly written in. Structure decides first; words settle
// what structure leaves open, and name what went wrong.
//
// An entry is matched word by word: "pin" is not in "shopping". A star stands for
// any letters, for languages that decline ("парол*") or compound ("*passwort").
// Chinese, Japanese and Korean entries are found anywhere.
type vocabulary struct {
	entries []string

	once    sync.Once
	byFirst map[rune][][]pattern // by the first rune of the first word
	byEnd   [][]pattern          // whose first word begins with a star
	flat    []string
}

// pattern is one word of an entry.
type pattern struct {
	text       string
	head, tail bool // a star before, a star after
}

func (p pattern) fits(word string) bool {
	switch {
	case p.head && p.tail:
		return strings.Contains(word, p.text)
	case p.head:
		return strings.HasSuffix(word, p.text)
	case p.tail:
		return strings.HasPrefix(word, p.text)
	}
	return word == p.text
}

// words makes a vocabulary. It is compiled when first asked: most runs of the
// program read no page at all.
func words(entries ...string) *vocabulary { return &vocabulary{entries: entries} }

func (v *vocabulary) compile() {
	v.byFirst = map[rune][][]pattern{}
	for _, entry := range v.entries {
		if strings.ContainsFunc(entry, unspaced) {
			v.flat = append(v.flat, strings.Join(split(fold(entry)), ""))
			continue
		}
		var ps []pattern
		for word := range strings.FieldsSeq(entry) {
			parts := split(fold(strings.Trim(word, "*")))
			for i, part := range parts {
				ps = append(ps, pattern{
					text: part,
					head: i == 0 && strings.HasPrefix(word, "*"),
					tail: i == len(parts)-1 && strings.HasSuffix(word, "*"),
				})
			}
		}
		switch {
		case len(ps) == 0:
		case ps[0].head:
			v.byEnd = append(v.byEnd, ps)
		default:
			first, _ := utf8.DecodeRuneInString(ps[0].text)
			v.byFirst[first] = append(v.byFirst[first], ps)
		}
	}
}

// in reports whether any entry stands in p.
func (v *vocabulary) in(p prose) bool {
	v.once.Do(v.compile)
	for i, word := range p.words {
		first, _ := utf8.DecodeRuneInString(word)
		for _, ps := range v.byFirst[first] {
			if phrase(ps, p.words[i:]) {
				return true
			}
		}
		for _, ps := range v.byEnd {
			if phrase(ps, p.words[i:]) {
				return true
			}
		}
	}
	if p.flat != "" {
		for _, w := range v.flat {
			if strings.Contains(p.flat, w) {
				return true
			}
		}
	}
	return false
}

func phrase(ps []pattern, words []string) bool {
	if len(ps) > len(words) {
		return false
	}
	for i, p := range ps {
		if !p.fits(words[i]) {
			return false
		}
	}
	return true
}
