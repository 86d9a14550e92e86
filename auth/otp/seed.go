package otp

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode"

	"gatepass/store"
)

// SeedForm says how a seed is written where it comes from.
type SeedForm string

// The forms. They cannot be told from one another by looking: "DEADBEEF" is all
// four. Whoever holds a seed must say which it is.
const (
	SeedBase32 SeedForm = "base32" // what QR codes and most pages give
	SeedHex    SeedForm = "hex"    // what lists of hardware tokens give
	SeedBase64 SeedForm = "base64" // KeePass's TimeOtp-Secret-Base64
	SeedText   SeedForm = "text"   // the characters are the key: RFC 4226's vectors, Duo's hotp_secret
)

// ParseSeed gives the bytes of a seed for [Params], written in one of the forms as
// people paste it: white space around it is ignored, and within base32 and hex so
// are spaces, dashes and case. It answers a *[ParseError] that holds nothing of
// the text.
func ParseSeed(text string, form SeedForm) (store.Secret, error) {
	switch form {
	case SeedBase32:
		return decodeSecret(text)
	case SeedHex:
		return checkedSeed(decodeHex(text))
	case SeedBase64:
		return checkedSeed(decodeBase64(text))
	case SeedText:
		return checkedSeed([]byte(strings.TrimSpace(text)), nil)
	}
	return store.Secret{}, refuse("secret", "the form it is said to have is not base32, hex, base64 or text")
}

// ParseAlgorithm reads a hash's name in the spellings that are in use: "SHA-256",
// "HmacSHA256", "Algorithm.sha256". None at all means [SHA1]. It answers a
// *[ParseError] for any other hash.
func ParseAlgorithm(s string) (Algorithm, error) {
	a, err := readAlgorithm(s)
	if err == nil && a == "" {
		a = SHA1
	}
	return a, err
}

func checkedSeed(raw []byte, err error) (store.Secret, error) {
	switch {
	case err != nil:
		return store.Secret{}, err
	case len(raw) == 0:
		return store.Secret{}, refuseMissing()
	case len(raw) < MinSeed:
		return store.Secret{}, refuse("secret", "it is too short for a seed: under 5 bytes",
			"Make sure that the whole secret was copied.")
	}
	return store.NewSecret(string(raw)), nil
}

func decodeHex(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if rest, ok := cutPrefixFold(text, "0x"); ok {
		text = rest
	}
	text = strings.Map(func(r rune) rune {
		if isFiller(r) || r == ':' {
			return -1
		}
		return r
	}, text)
	raw, err := hex.DecodeString(text)
	if err != nil {
		return nil, refuse("secret", "it is not hexadecimal: pairs of the digits 0 to 9 and the letters A to F")
	}
	return raw, nil
}

func decodeBase64(text string) ([]byte, error) {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return -1
		case r == '-':
			return '+'
		case r == '_':
			return '/'
		}
		return r
	}, text)
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return nil, refuse("secret", "it is not base64")
	}
	return raw, nil
}
