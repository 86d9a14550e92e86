package store

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
)

// redacted stands wherever a Secret would have been printed.
const redacted = "[secret]"

// A Secret is a password, an OTP seed, a bypass code, a Duo secret key or a
// trusted device's state. It cannot be printed by accident: every format verb,
// JSON, YAML, text and log value shows "[secret]". [Secret.Reveal] is the one way
// to the value, so a search for its callers finds every place that sees one.
//
// The value sits behind a function because fmt reaches unexported fields by
// reflection without calling their methods: a Secret inside somebody's private
// field would otherwise print its bytes. Functions print as an address.
//
// The zero Secret is empty. Memory is not wiped: Go copies strings freely and
// so do the libraries below, and a promise that does not hold is worse than none.
type Secret struct {
	reveal func() string
}

// NewSecret keeps v.
func NewSecret(v string) Secret {
	if v == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return v }}
}

// Reveal gives the value.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether there is nothing to keep.
func (s Secret) IsZero() bool { return s.reveal == nil }

// Equal compares in time that depends on the lengths only.
func (s Secret) Equal(o Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(o.Reveal())) == 1
}

// Format implements [fmt.Formatter] and so covers every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// String implements [fmt.Stringer].
func (s Secret) String() string { return redacted }

// GoString implements [fmt.GoStringer].
func (s Secret) GoString() string { return redacted }

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements [encoding.TextMarshaler], which JSON map keys use too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON implements [json.Marshaler].
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalYAML implements the YAML library's Marshaler.
func (s Secret) MarshalYAML() (any, error) { return redacted, nil }
