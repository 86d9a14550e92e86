package importer

import (
	"context"
	"errors"
	"fmt"

	"gatepass/store"
)

const attempts = 3

// Bounds of what a file may ask for to derive its key: some seconds each, many times
// what any program writes. Variables so that fuzzing can be quicker.
var (
	maxScryptSteps       = 1 << 25         // N·r·p over all slots
	maxArgonWork   int64 = 8 << 30         // bytes of memory times passes over it
	maxIterations        = uint32(2 << 20) // of PBKDF2
)

// unlock asks for the password until open takes it. open answers ErrWrongPassword
// for one that does not fit, and any other error for a file that no password opens.
func (r *reading) unlock(open func(password []byte) error) error {
	if r.options.Password == nil {
		return store.WithHint(fmt.Errorf("%w: %s", ErrPasswordNeeded, r.format),
			"Give its password, or export it again without one.")
	}
	var last store.Secret
	for attempt := 1; attempt <= attempts; attempt++ {
		password, err := r.options.Password(r.ctx, Ask{Name: r.name, Format: r.format, Attempt: attempt})
		if err != nil {
			return err
		}
		if attempt > 1 && password.Equal(last) {
			break // whoever answers has one answer only
		}
		last = password
		err = open([]byte(password.Reveal()))
		if err == nil {
			return nil
		}
		if !errors.Is(err, ErrWrongPassword) {
			return err
		}
		if err := r.ctx.Err(); err != nil {
			return err
		}
	}
	return store.WithHint(fmt.Errorf("%w: %s", ErrWrongPassword, r.format),
		"The password is the one that was set when the backup was made; it may differ from the one of the app.")
}

// derive runs a key derivation and stops waiting for it when the context ends. The
// derivation itself cannot be stopped; it ends by itself, for its cost is bounded.
func derive(ctx context.Context, f func() ([]byte, error)) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	type answer struct {
		key []byte
		err error
	}
	done := make(chan answer, 1)
	go func() {
		key, err := f()
		done <- answer{key, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case a := <-done:
		return a.key, a.err
	}
}

func tooCostly() error {
	return store.WithHint(ErrTooCostly, "No program writes such a backup; make sure where this file comes from.")
}
