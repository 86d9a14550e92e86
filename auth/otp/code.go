package otp

import (
	"time"

	pquerna "github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"gatepass/store"
)

// A Code is one passcode. Like its key it cannot be printed by accident: it opens
// a door for as long as it lasts. [Code.Reveal] gives it.
type Code struct {
	unprintable

	// Step is the time step the code belongs to, or the counter for HOTP. This,
	// not a clock read at another moment, is what the ledger records as spent.
	Step int64
	// From and Until bound the code's time step, in UTC: it is right from From
	// until just before Until. Both are zero for HOTP, whose codes do not expire.
	From, Until time.Time

	value store.Secret
}

// Reveal gives the passcode: [Key.Digits] characters. It is decimal digits, leading
// zeros included, but for Steam; so it is text, not a number.
func (c Code) Reveal() string { return c.value.Reveal() }

// IsZero reports whether there is no code.
func (c Code) IsZero() bool { return c.value.IsZero() }

// Left tells how long the code stays right after now; never less than 0. It is 0
// for HOTP, where no clock decides.
func (c Code) Left(now time.Time) time.Duration {
	if c.Until.IsZero() {
		return 0
	}
	return max(0, c.Until.Sub(now))
}

// At gives the code of a time step, for TOTP and Steam. It answers ErrNoKey,
// ErrWrongType for a counting key, ErrOutOfRange for a step before 1970 or after
// the year 9999, or ErrGenerator.
func (k Key) At(step int64) (Code, error) {
	switch {
	case k.IsZero():
		return Code{}, ErrNoKey
	case k.typ == HOTP:
		return Code{}, store.WithHint(ErrWrongType, "This key counts codes instead of time; ask it for the code of a counter.")
	case step < 0 || step > k.lastStep():
		return Code{}, store.WithHint(ErrOutOfRange, "Set this machine's clock.")
	}
	value, err := k.generate(uint64(step))
	if err != nil {
		return Code{}, err
	}
	from, until := k.Window(step)
	return Code{Step: step, From: from, Until: until, value: store.NewSecret(value)}, nil
}

// HOTP gives the code of a counter. It answers ErrNoKey, ErrWrongType for a timed
// key, ErrOutOfRange above [MaxCounter], or ErrGenerator.
func (k Key) HOTP(counter uint64) (Code, error) {
	switch {
	case k.IsZero():
		return Code{}, ErrNoKey
	case k.typ != HOTP:
		return Code{}, store.WithHint(ErrWrongType, "This key counts time instead of codes; ask it for the code of a time step.")
	case counter > MaxCounter:
		return Code{}, ErrOutOfRange
	}
	value, err := k.generate(counter)
	if err != nil {
		return Code{}, err
	}
	return Code{Step: int64(counter), value: store.NewSecret(value)}, nil
}

// generate is the one place that calls pquerna/otp. That package takes any input,
// and on some of it panics or answers with a wrong or an empty code; a Key's
// parameters are none of those. It even so catches panics: Go's FIPS mode
// "only" panics on HMAC keys under 112 bits, and a TUI must outlive that. A
// panic's value is dropped, for it may hold the key.
//
// It counts with hotp also for TOTP, whose own package divides time as floating
// point numbers and reads no step.
func (k Key) generate(counter uint64) (value string, err error) {
	defer func() {
		if recover() != nil {
			value, err = "", store.WithHint(ErrGenerator,
				"If Go's FIPS mode is on (GODEBUG=fips140=only), a seed under 14 bytes cannot be used in it.")
		}
	}()
	encoder := pquerna.EncoderDefault
	if k.typ == Steam {
		encoder = pquerna.EncoderSteam
	}
	value, err = hotp.GenerateCodeCustom(k.seed.Reveal(), counter, hotp.ValidateOpts{
		Digits:    pquerna.Digits(k.digits),
		Algorithm: k.algorithm.hash(),
		Encoder:   encoder,
	})
	if err != nil || len(value) != k.digits {
		return "", ErrGenerator
	}
	return value, nil
}

// hash gives pquerna/otp's name of a checked algorithm.
func (a Algorithm) hash() pquerna.Algorithm {
	switch a {
	case SHA256:
		return pquerna.AlgorithmSHA256
	case SHA512:
		return pquerna.AlgorithmSHA512
	default:
		return pquerna.AlgorithmSHA1
	}
}
