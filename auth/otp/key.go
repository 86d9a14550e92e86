package otp

import (
	"slices"
	"time"

	"gatepass/store"
)

// Type says what a key counts, and in which letters it answers.
type Type string

// The types.
const (
	TOTP  Type = "totp"  // time steps, decimal codes (RFC 6238)
	HOTP  Type = "hotp"  // a counter, decimal codes (RFC 4226)
	Steam Type = "steam" // time steps, five of Steam's 26 letters and digits
)

// Algorithm names the hash under the HMAC.
type Algorithm string

// The algorithms. MD5, SHA224, SHA384 and SHA3 occur in the wild and are refused.
const (
	SHA1   Algorithm = "SHA1"
	SHA256 Algorithm = "SHA256"
	SHA512 Algorithm = "SHA512"
)

// A Key is a checked one-time-password key: everything that is needed to give
// codes. It cannot be printed (see the package comment), and cannot be compared
// with ==; use [Key.Equal]. The zero Key gives no codes. A Key never changes and
// is safe for concurrent use.
type Key struct {
	unprintable

	typ       Type
	issuer    string
	account   string
	algorithm Algorithm
	digits    int
	period    int64 // seconds; 0 for HOTP
	counter   uint64
	seed      store.Secret // upper-case base32 without padding
	notes     []string
}

// IsZero reports whether there is no key.
func (k Key) IsZero() bool { return k.seed.IsZero() }

// Type gives what the key counts.
func (k Key) Type() Type { return k.typ }

// Issuer names who issued the key, for people; it may be empty. It holds no
// control characters, but it is whatever the issuer chose to write.
func (k Key) Issuer() string { return k.issuer }

// Account names whose key it is, for people; it may be empty. It holds no
// control characters, but it is whatever the issuer chose to write.
func (k Key) Account() string { return k.account }

// Algorithm gives the hash.
func (k Key) Algorithm() Algorithm { return k.algorithm }

// Digits gives the number of characters in a code, 5 to 10.
func (k Key) Digits() int { return k.digits }

// Period is how long a time step lasts: whole seconds, up to a day. It is 0 for
// HOTP, which has no time steps.
func (k Key) Period() time.Duration { return time.Duration(k.period) * time.Second }

// Counter is the first counter to use for HOTP, as the key was issued: RFC 4226
// and the otpauth format agree that the first code uses it as it stands. How far
// the counter has moved since is in the ledger.
func (k Key) Counter() uint64 { return k.counter }

// Seed gives the key bytes as upper-case base32 without padding. It is the same
// text for every spelling of the same bytes, so it can identify the seed.
func (k Key) Seed() store.Secret { return k.seed }

// Notes gives whole sentences on what was decided where a pasted key did not
// speak clearly: a missing counter, two different issuers, an unusually short
// seed. They hold nothing of the key, and they are not part of it: neither
// [Key.URI] nor [Key.Equal] knows them.
func (k Key) Notes() []string { return slices.Clone(k.notes) }

// Equal reports whether both keys have the same parameters, names and seed. The
// seeds are compared in time that depends on their lengths only.
func (k Key) Equal(o Key) bool {
	return k.typ == o.typ && k.issuer == o.issuer && k.account == o.account &&
		k.algorithm == o.algorithm && k.digits == o.digits && k.period == o.period &&
		k.counter == o.counter && k.seed.Equal(o.seed)
}
