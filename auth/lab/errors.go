package lab

import (
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrNoApp is returned for the name of an application that the lab lacks.
	ErrNoApp = errors.New("no such practice application")
	// ErrNoSwitch is returned for the name of a switch that an application lacks.
	ErrNoSwitch = errors.New("no such switch")
	// ErrNotLoopback is returned for an address that other machines can reach.
	ErrNotLoopback = errors.New("the practice range serves on loopback only")
	// ErrPeriod is returned for a TOTP period that an otpauth URI cannot say.
	ErrPeriod = errors.New("a TOTP period is a whole number of seconds, at least one")
	// ErrNoPush is returned where no push waits for its person.
	ErrNoPush = errors.New("no push waits for approval")
	// ErrPushNumber is returned for another number than the one on the screen.
	ErrPushNumber = errors.New("the push wants another number")
)

// An advised error knows the user's next step, as whole sentences.
type advised struct {
	error
	advice string
}

func (e advised) Unwrap() error   { return e.error }
func (e advised) Hints() []string { return []string{e.advice} }

// noChoice says that given is not among the names.
func noChoice(err error, given string, names []string) error {
	return advised{fmt.Errorf("%w: %q", err, given), "There are " + strings.Join(names, ", ") + "."}
}
