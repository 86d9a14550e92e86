package otp

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"gatepass/store"
)

const hintAlone = "Paste the secret alone, or the whole otpauth:// link."

// decodeSecret gives the bytes of a base32 secret as people paste it: grouped
// with spaces or dashes, in either case, over several lines, with any amount of
// padding at its end. Bits that do not fill a byte are dropped, as Google's own
// decoder does. Refusals tell the place and the kind of a wrong character, never
// the character.
func decodeSecret(text string) (store.Secret, error) {
	if wordsAround(text) {
		return store.Secret{}, refuse("secret", "there seem to be other words around it", hintAlone)
	}
	if looksBase64(text) {
		return store.Secret{}, refuse("secret", "it looks like base64, not base32",
			"If it is, say so: gatepass add NAME --otp-form base64. Else ask the issuer for the secret in base32: letters A to Z and digits 2 to 7.")
	}
	letters, err := base32Letters(text)
	if err != nil {
		return store.Secret{}, err
	}
	if len(letters) == 0 {
		return store.Secret{}, refuseMissing()
	}
	switch len(letters) % 8 {
	case 1, 3, 6: // the last one begins a byte that nothing ends
		letters = letters[:len(letters)-1]
	}
	raw, err := canonical.DecodeString(string(letters))
	if err != nil || len(raw) < MinSeed {
		return store.Secret{}, refuseShort()
	}
	return store.NewSecret(string(raw)), nil
}

// base32Letters gives what is base32 in text, in upper case, and refuses what is
// neither that nor filler nor padding at the end.
func base32Letters(text string) ([]byte, error) {
	letters := make([]byte, 0, len(text))
	position, padded := 0, false
	for _, r := range text {
		if isFiller(r) {
			continue
		}
		position++
		switch letter, ok := base32Letter(r); {
		case r == '=':
			padded = true
		case !ok:
			return nil, refuseCharacter(text, r, position)
		case padded:
			return nil, refuse("secret", "there is something after its padding (=)",
				"If these are two secrets, paste them one at a time.")
		default:
			letters = append(letters, letter)
		}
	}
	return letters, nil
}

// base32Letter gives a base32 character in upper case. Letters that fold to A-Z
// under Unicode's rules but are others, such as the Kelvin sign, are none.
func base32Letter(r rune) (byte, bool) {
	switch {
	case 'A' <= r && r <= 'Z', '2' <= r && r <= '7':
		return byte(r), true
	case 'a' <= r && r <= 'z':
		return byte(r - 'a' + 'A'), true
	}
	return 0, false
}

// isFiller reports whether r only groups a secret's characters: white space,
// dashes, and marks that show nothing.
func isFiller(r rune) bool {
	const minusSign = '\u2212'
	return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || r == minusSign || isInvisible(r)
}

func refuseCharacter(text string, r rune, position int) error {
	if looksHex(text) {
		return refuse("secret", "it looks hexadecimal, not base32",
			"Lists of hardware tokens and Duo give such seeds: say which form it has beside --otp-file: --otp-form hex, or --otp-form text if the characters themselves are the key.")
	}
	kind, hint := "", hintAlone
	switch {
	case unicode.IsDigit(r):
		kind = "a digit that base32 does not use"
		hint = "Base32 has the letters A to Z and the digits 2 to 7; compare the secret with its source."
	case unicode.IsLetter(r):
		kind = "a letter outside A to Z, though it may look like one"
		hint = "Type the secret by hand, in the letters A to Z and the digits 2 to 7."
	case unicode.IsPunct(r), unicode.IsSymbol(r):
		kind = "a punctuation mark or symbol"
	default:
		kind = "a character that cannot be shown"
	}
	return refuse("secret", fmt.Sprintf("it is not base32: character %d is %s", position, kind), hint)
}

// labels are the words that stand beside a secret on the pages that show one. All
// of them are base32 as well, so that a sloppy copy would decode.
var labels = []string{
	"account", "authenticator", "code", "hotp", "issuer", "key", "manual", "otp", "passcode",
	"password", "secret", "seed", "setup", "token", "totp",
}

// isLabel reports whether s is one of the labels, whatever punctuation is at it.
func isLabel(s string) bool {
	word := strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return slices.Contains(labels, strings.ToLower(word))
}

// wordsAround reports whether text holds more than a secret: a word from a page's
// labels beside other groups, or groups in upper case beside groups in lower case.
// Letters alone cannot tell, for every English word is base32. A group that stands
// alone is no evidence: some seed's base32 is a word.
func wordsAround(text string) bool {
	groups := 0
	label, upper, lower := false, false, false
	for group := range strings.FieldsSeq(text) {
		groups++
		label = label || isLabel(group)
		hasUpper, hasLower := hasCases(group)
		upper = upper || hasUpper && !hasLower
		lower = lower || hasLower && !hasUpper
	}
	return groups > 1 && label || upper && lower
}

func hasCases(s string) (upper, lower bool) {
	for _, r := range s {
		upper = upper || 'A' <= r && r <= 'Z'
		lower = lower || 'a' <= r && r <= 'z'
	}
	return upper, lower
}

// looksHex reports whether text is pairs of hexadecimal digits. It is asked only
// once something in it was not base32.
func looksHex(text string) bool {
	const fewest = 16 // shorter ones are passcodes or mistyped
	n := 0
	for _, r := range text {
		switch {
		case isFiller(r):
		case '0' <= r && r <= '9', 'a' <= r && r <= 'f', 'A' <= r && r <= 'F':
			n++
		default:
			return false
		}
	}
	return n >= fewest && n%2 == 0
}

// looksBase64 reports whether text has base64's own shape, which by chance may
// have no character that base32 lacks: both cases, no groups, and one or two '='
// that fill it to a multiple of 4 where base32 would need another number of them.
func looksBase64(text string) bool {
	text = strings.TrimSpace(text)
	body := strings.TrimRight(text, "=")
	upper, lower := hasCases(body)
	if !upper || !lower || strings.ContainsFunc(body, isFiller) {
		return false
	}
	switch len(text) - len(body) {
	case 1:
		return len(text)%8 == 4
	case 2:
		return len(text)%4 == 0
	}
	return false
}
