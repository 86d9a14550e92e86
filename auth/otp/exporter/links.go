package exporter

import (
	"strings"

	"gatepass/auth/otp"
	"gatepass/auth/otp/qr"
	"gatepass/store"
)

// Links writes one otpauth link a line, in the order of the items: the form that
// most programs read. Every key can be written so; Steam's as otpauth://steam. Zero
// keys are passed over. It answers ErrNothing.
func Links(items []Item) (store.Secret, error) {
	var b strings.Builder
	for _, item := range items {
		if item.Key.IsZero() {
			continue
		}
		b.WriteString(item.Key.URI().Reveal() + "\n")
	}
	if b.Len() == 0 {
		return store.Secret{}, ErrNothing
	}
	return store.NewSecret(b.String()), nil
}

// Code draws one key's link as a QR code, for enrolling a phone. It answers
// ErrNothing for the zero key, or qr.ErrTooLong for one with very long names.
func Code(k otp.Key) (qr.Matrix, error) {
	if k.IsZero() {
		return qr.Matrix{}, ErrNothing
	}
	return qr.Encode(k.URI())
}
