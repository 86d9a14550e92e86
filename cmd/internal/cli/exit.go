package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gatepass/auth"
	"gatepass/auth/duo"
	"gatepass/auth/handoff"
	"gatepass/auth/keeper"
	"gatepass/auth/lab"
	"gatepass/auth/otp"
	"gatepass/cmd/internal/prompt"
	"gatepass/store"
	"gatepass/tui"
)

// The exit codes that gatepass promises.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2   // usage or bad input
	exitRefused     = 3   // the login was tried and refused
	exitNothing     = 4   // no such target or code
	exitStore       = 5   // the secret store is locked or missing
	exitSpent       = 6   // nothing left to spend
	exitNoCommand   = 127 // what exec was to run is not there, as shells say it
	exitInterrupted = 130 //
)

// status is an outcome that has been told already: nothing more is printed.
type status int

func (s status) Error() string { return fmt.Sprintf("exit code %d", int(s)) }

// errUsage marks errors in how a command was called.
var errUsage = errors.New("usage")

type usage struct {
	error
	hint string
}

func (u usage) Unwrap() []error { return []error{u.error, errUsage} }

// Hints implements [store.Hinter].
func (u usage) Hints() []string {
	if u.hint == "" {
		return nil
	}
	return []string{u.hint}
}

// misuse is an error in what was asked for, rather than in how it was spelled.
func misuse(format string, args ...any) error { return usage{error: fmt.Errorf(format, args...)} }

func usageError(c *cobra.Command, err error) error {
	return usage{err, "See " + c.CommandPath() + " --help"}
}

// plainer says of a flag's value what is wrong with it in the user's words, where the
// flag's type has only the language's own.
func plainer(err error) error {
	var bad *pflag.InvalidValueError
	if errors.As(err, &bad) && bad.GetFlag().Value.Type() == "duration" {
		return fmt.Errorf("--%s is %q: a length of time looks like 90s, 15m, 2h or 72h", bad.GetFlag().Name, bad.GetValue())
	}
	return err
}

// noArgs and exactArgs are cobra's, with our errors.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		if c.HasParent() {
			return usageError(c, fmt.Errorf("%s takes no arguments", c.CommandPath()))
		}
		return usage{fmt.Errorf("there is no command %q", args[0]), instead(c, args[0])}
	}
	return nil
}

// instead says which command was probably meant.
func instead(c *cobra.Command, typed string) string {
	c.SuggestionsMinimumDistance = 2
	if similar := c.SuggestionsFor(typed); len(similar) > 0 {
		return "Did you mean: " + c.CommandPath() + " " + similar[0]
	}
	return "See " + c.CommandPath() + " --help"
}

func exactArgs(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == len(names) {
			return nil
		}
		return usageError(c, fmt.Errorf("%s takes %s", c.CommandPath(), strings.Join(names, " and ")))
	}
}

// exit prints what went wrong and gives the exit code: the only place for both.
func (a *app) exit(ctx context.Context, err error) int {
	if err == nil {
		return exitDone
	}
	// What ended, and what it may have left behind: each part is told, but for those
	// that only say that it was interrupted, or that have been told already.
	for _, part := range parts(err) {
		if !silent(part) {
			a.tell(part)
		}
	}
	var told status
	switch {
	case errors.As(err, &told):
		return int(told)
	case ctx.Err() != nil, interrupted(err):
		a.say("gatepass: interrupted\n")
		return exitInterrupted
	}
	return code(err)
}

// parts takes joined errors apart.
func parts(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if _, wrapped := err.(usage); !ok || wrapped || !isJoin(err, joined.Unwrap()) {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, parts(e)...)
	}
	return all
}

// isJoin reports whether an error is no more than its parts, a line each, as those of
// errors.Join are; one that wraps several says something of its own.
func isJoin(err error, of []error) bool {
	lines := make([]string, len(of))
	for i, e := range of {
		lines[i] = e.Error()
	}
	return err.Error() == strings.Join(lines, "\n")
}

func interrupted(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, tui.ErrInterrupted) || errors.Is(err, prompt.ErrCancelled)
}

// silent reports whether a part needs no words. One that says what to do is worth
// them, whatever ended it.
func silent(part error) bool {
	var told status
	return errors.As(part, &told) || interrupted(part) && len(store.Hints(part)) == 0
}

// tell prints an error and what the user can do about it.
func (a *app) tell(err error) {
	var b strings.Builder
	for i, line := range strings.Split(err.Error(), "\n") {
		if i == 0 {
			line = "gatepass: " + line
		}
		b.WriteString(line + "\n")
	}
	for _, hint := range store.Hints(err) {
		b.WriteString("  → " + hint + "\n")
	}
	a.say("%s", b.String())
}

// say writes to standard error; a closed one is nobody listening.
func (a *app) say(format string, args ...any) {
	_, _ = fmt.Fprintf(a.Err, format, args...)
}

// print writes a result; a reader that went away is an error, because the result
// was not delivered.
func (a *app) print(format string, args ...any) error {
	_, err := fmt.Fprintf(a.Out, format, args...)
	if err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// code gives the exit code of an error.
func code(err error) int {
	var field *store.FieldError
	var parse *otp.ParseError
	for _, row := range []struct {
		code int
		is   []error
	}{
		{exitUsage, []error{errUsage, auth.ErrUsage, auth.ErrMinLeft, auth.ErrBadCode, store.ErrKnownCode, store.ErrBadName, store.ErrTargetExists, store.ErrTenantExists, auth.ErrNoDuo, duo.ErrConfig, handoff.ErrNoScanner, handoff.ErrNoVariant, handoff.ErrNoFormat, handoff.ErrRefused, prompt.ErrNoTerminal, lab.ErrNotLoopback, lab.ErrNoApp, lab.ErrNoSwitch}},
		{exitNothing, []error{store.ErrNoTarget, store.ErrNoTenant, duo.ErrNoUser, store.ErrNotFound}},
		{exitStore, []error{store.ErrLocked, store.ErrUnavailable, store.ErrTimeout, store.ErrCrashed, store.ErrPassphrase, store.ErrDamaged, store.ErrNotPrivate, store.ErrNewer, store.ErrOtherKey}},
		{exitRefused, []error{keeper.ErrRefused}},
		{exitSpent, []error{auth.ErrNothingFresh, store.ErrNothingLeft}},
	} {
		for _, target := range row.is {
			if errors.Is(err, target) {
				return row.code
			}
		}
	}
	if errors.As(err, &field) || errors.As(err, &parse) {
		return exitUsage
	}
	return exitFailed
}
