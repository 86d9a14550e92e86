package otp

import (
	"strings"
	"unicode"
)

// maxPaste is the longest input in bytes. A key with the longest names and the
// longest seed, all of it escaped, stays below it.
const maxPaste = 4 << 10

// Parse reads a key as people paste it: an otpauth://totp, hotp or steam link,
// steam://SECRET, or a bare base32 secret, which is TOTP with SHA1, 6 digits and
// 30 seconds. White space and a pair of quotes around it are ignored.
//
// If a link's label and its issuer parameter disagree, the parameter is the
// issuer, as in most readers; [Key.Notes] then says so. It answers a
// *[ParseError]; neither that nor its hints hold anything of s.
func Parse(s string) (Key, error) {
	p, notes, err := read(s)
	if err != nil {
		return Key{}, err
	}
	k, err := New(p)
	if err != nil {
		return Key{}, err
	}
	k.notes = append(notes, k.notes...)
	return k, nil
}

// read tells apart what can be pasted, and reads or refuses it.
func read(s string) (Params, []string, error) {
	if len(s) > maxPaste {
		return Params{}, nil, refuse("key", "it is longer than 4 KiB", hintAlone)
	}
	if strings.ContainsRune(s, 0) {
		return Params{}, nil, refuse("key", "it is not plain text; it may be UTF-16", "Save it as UTF-8 text.")
	}
	text := undress(s)
	if err := refuseForeign(text); err != nil {
		return Params{}, nil, err
	}
	if rest, ok := cutPrefixFold(text, linkScheme); ok {
		return readLink(rest)
	}
	if rest, ok := cutPrefixFold(text, "steam://"); ok {
		seed, err := decodeSecret(unescape(strings.TrimSuffix(rest, "/")))
		return Params{Type: Steam, Seed: seed}, nil, err
	}
	if isPasscode(text) {
		return Params{}, nil, refuse("key", "this is a passcode, good for one login, not the seed that makes them",
			"Paste the secret that was shown with the QR code, or the otpauth:// link inside it.")
	}
	if isLabel(text) {
		return Params{}, nil, refuse("key", "this is a word, not a secret", hintAlone)
	}
	seed, err := decodeSecret(text)
	var notes []string
	if unevenGroups(text) {
		notes = append(notes, noteGroups)
	}
	return Params{Seed: seed}, notes, err
}

const noteGroups = "The secret came in groups of different lengths; make sure that none of them is another word, such as a name."

// unevenGroups reports whether a secret's groups differ in length, but for a shorter
// last one. Pages show them alike; a name in front of a secret is base32 as well.
func unevenGroups(text string) bool {
	groups := strings.Fields(strings.Trim(text, "= \t\r\n"))
	for i, g := range groups {
		if len(g) > len(groups[0]) || len(g) < len(groups[0]) && i < len(groups)-1 {
			return true
		}
	}
	return false
}

// quotes are pairs that people and programs put around a value.
var quotes = [][2]string{{`"`, `"`}, {"'", "'"}, {"`", "`"}, {"<", ">"}, {"“", "”"}, {"‘", "’"}, {"«", "»"}}

// escapes undoes what other languages do to a link: HTML to '&', JSON to '/' and
// '&', shells to the characters they would act on.
var escapes = strings.NewReplacer("&amp;", "&", "&#38;", "&", "&#x26;", "&",
	`\u0026`, "&", `\/`, "/", `\?`, "?", `\=`, "=", `\&`, "&")

// undress takes off what surrounds a key: white space, marks that show nothing,
// quotes, escapes.
func undress(s string) string {
	const layers = 4 // each costs a look; nobody has wrapped a key deeper
	for range layers {
		was := s
		s = strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || isInvisible(r) })
		for _, q := range quotes {
			if len(s) >= len(q[0])+len(q[1]) && strings.HasPrefix(s, q[0]) && strings.HasSuffix(s, q[1]) {
				s = s[len(q[0]) : len(s)-len(q[1])]
			}
		}
		s = escapes.Replace(s)
		if s == was {
			break
		}
	}
	return s
}

// isPasscode reports whether text is a short run of digits, in groups or not. Some
// are base32 by chance, but nobody's seed is all digits.
func isPasscode(text string) bool {
	const longest = 10
	n := 0
	for _, r := range text {
		switch {
		case isFiller(r):
		case unicode.IsDigit(r):
			n++
		default:
			return false
		}
	}
	return n > 0 && n <= longest
}

// cutPrefixFold is strings.CutPrefix without regard to case.
func cutPrefixFold(s, prefix string) (rest string, found bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
