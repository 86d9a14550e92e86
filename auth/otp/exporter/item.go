package exporter

import (
	"errors"

	"gatepass/auth/otp"
)

// An Item is a key to export.
type Item struct {
	Key  otp.Key
	Tags []string // groups, for the forms that have them
}

// A Refusal is an item that a form cannot express.
type Refusal struct {
	Index  int // among the items given
	Name   string
	Reason string // a clause that stands alone; never holds a seed
}

// Errors of exporting; match them with errors.Is.
var (
	// ErrNothing: there is no key to export, or none that the form can express.
	ErrNothing = errors.New("there is no key to export")
	// ErrNoPassword: an encrypted form was asked for without a password.
	ErrNoPassword = errors.New("there is no password to encrypt with")
)

// name is how people know a key.
func name(k otp.Key) string {
	switch {
	case k.Issuer() == "":
		return k.Account()
	case k.Account() == "":
		return k.Issuer()
	}
	return k.Issuer() + ": " + k.Account()
}
