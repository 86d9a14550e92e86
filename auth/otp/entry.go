package otp

import (
	"fmt"
	"strings"
	"time"
)

// An Entry says what a bare seed does not say of itself. The zero of everything means
// the usual: base32, TOTP, SHA1, 6 digits, 30 seconds.
type Entry struct {
	Form      SeedForm
	Type      Type
	Algorithm Algorithm
	Digits    int
	Period    time.Duration
	Counter   uint64 // HOTP: the first counter to use; 0 means 0
}

// IsZero reports whether nothing is said.
func (e Entry) IsZero() bool { return e == Entry{} }

// ParseAs reads a seed of which e says the rest, as a list of hardware tokens or Duo
// gives them. What Parse reads with a link says all of it by itself, so together with
// a link e is refused. It answers a *[ParseError].
func ParseAs(text string, e Entry) (Key, error) {
	if e.IsZero() {
		return Parse(text)
	}
	if err := refuseForeign(undress(text)); err != nil {
		return Key{}, err
	}
	if strings.Contains(text, "://") {
		return Key{}, refuse("key", "the link says by itself what kind of key it is",
			"Leave the form, type, digits and counter away, or paste the seed alone.")
	}
	if len(text) > maxPaste {
		return Key{}, refuse("key", "it is longer than 4 KiB", hintAlone)
	}
	form := e.Form
	if form == "" {
		form = SeedBase32
	}
	seed, err := ParseSeed(text, form)
	if err != nil {
		return Key{}, err
	}
	return New(Params{Type: e.Type, Seed: seed, Algorithm: e.Algorithm, Digits: e.Digits, Period: e.Period, Counter: e.Counter})
}

// TakenFor says in a sentence what a seed was taken for, so that whoever gave it can
// see a wrong guess: the same characters are different keys in each form.
func TakenFor(k Key, e Entry) string {
	form := e.Form
	if form == "" {
		form = SeedBase32
	}
	kind := map[Type]string{TOTP: "time-based", HOTP: "counting", Steam: "Steam's"}[k.Type()]
	s := fmt.Sprintf("The seed was taken for %s of %d bytes, a %s key with %d digits and %s", formWords[form], len(k.bytes()), kind, k.Digits(), k.Algorithm())
	if k.Type() == HOTP {
		return s + fmt.Sprintf(", whose next code is that of counter %d.", k.Counter())
	}
	return s + fmt.Sprintf(", a new code every %d seconds.", int(k.Period()/time.Second))
}

var formWords = map[SeedForm]string{
	SeedBase32: "base32", SeedHex: "hexadecimal", SeedBase64: "base64", SeedText: "text, each character a byte,",
}

// bytes are the seed's.
func (k Key) bytes() []byte {
	raw, err := canonical.DecodeString(k.seed.Reveal())
	if err != nil {
		return nil // a Key's seed is canonical base32
	}
	return raw
}
