package otp

import (
	"errors"

	"gatepass/store"
)

// Errors of asking a key for a code; match them with errors.Is.
var (
	// ErrNoKey: the zero Key was asked for a code.
	ErrNoKey = errors.New("there is no one-time-password key")
	// ErrWrongType: a counting key was asked for the code of a time step, or a
	// timed key for the code of a counter.
	ErrWrongType = errors.New("this kind of one-time-password key has no such code")
	// ErrOutOfRange: the step lies before 1970 or after the year 9999, or the
	// counter is larger than [MaxCounter].
	ErrOutOfRange = errors.New("there is no code at that step or counter")
	// ErrGenerator: the code generator failed on a checked key.
	ErrGenerator = errors.New("the code generator failed")
)

// A ParseError says which part of a key was refused, and why. It never holds
// what was pasted, so it can be shown, logged and wrapped. Next steps for the
// user are attached around it; [store.Hints] gives them.
type ParseError struct {
	// Field is "key" (the thing as a whole), "type", "secret", "issuer",
	// "account", "algorithm", "digits", "period", "counter" or "encoder".
	Field string
	// Reason is a clause that stands alone: "it is missing".
	Reason string
}

// Error gives field and reason: "otp secret: it is missing".
func (e *ParseError) Error() string { return "otp " + e.Field + ": " + e.Reason }

// refuse makes a ParseError with its next steps. Field, reason and hints are
// written here in the source, never taken from the input.
func refuse(field, reason string, hints ...string) error {
	err := &ParseError{Field: field, Reason: reason}
	if len(hints) == 0 {
		return err
	}
	return store.WithHint(err, hints...)
}
