package otp

import (
	"strconv"
	"strings"

	"gatepass/store"
)

const linkScheme = "otpauth://"

// URI writes the key as an otpauth link, the one spelling that every reader
// takes: the secret first, for some readers stop early; the issuer both in the
// label and as a parameter; every default spelled out. [Parse] reads an equal
// key from it. The zero Key has none.
//
// The format is the "Key URI Format" of the Google Authenticator project, with
// otpauth://steam as Aegis, ente and Bitwarden's readers know it.
func (k Key) URI() store.Secret {
	if k.IsZero() {
		return store.Secret{}
	}
	var b strings.Builder
	b.WriteString(linkScheme + string(k.typ) + "/")
	if k.issuer != "" {
		b.WriteString(escape(k.issuer) + ":")
	}
	b.WriteString(escape(k.account))
	b.WriteString("?secret=" + k.seed.Reveal())
	if k.issuer != "" {
		b.WriteString("&issuer=" + escape(k.issuer))
	}
	b.WriteString("&algorithm=" + string(k.algorithm))
	b.WriteString("&digits=" + strconv.Itoa(k.digits))
	if k.typ == HOTP {
		b.WriteString("&counter=" + strconv.FormatUint(k.counter, 10))
	} else {
		b.WriteString("&period=" + strconv.FormatInt(k.period, 10))
	}
	return store.NewSecret(b.String())
}
