package otp

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted stands wherever a Key or a Code would have been printed; it is the
// word that store.Secret shows as well.
const redacted = "[secret]"

// unprintable is embedded in what must not be printed by accident. It shows
// nothing of its holder, not even the names: an issuer or an account can be a
// mistyped seed. It covers printing the holder itself; inside an unexported field,
// where fmt calls no methods, the seed is safe in its own store.Secret.
type unprintable struct{}

// Format implements [fmt.Formatter] and so covers every verb but %p and %w, with
// which fmt asks nobody and finds only the address of the seed's function.
func (unprintable) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// String implements [fmt.Stringer].
func (unprintable) String() string { return redacted }

// GoString implements [fmt.GoStringer].
func (unprintable) GoString() string { return redacted }

// LogValue implements [slog.LogValuer].
func (unprintable) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements [encoding.TextMarshaler].
func (unprintable) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON implements [json.Marshaler].
func (unprintable) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalYAML implements the YAML library's Marshaler.
func (unprintable) MarshalYAML() (any, error) { return redacted, nil }
