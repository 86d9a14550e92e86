package handoff

import (
	"errors"
	"fmt"
	"strings"

	"gatepass/store"
)

// Errors of [Choose], [Make] and [Write]; match them with errors.Is.
var (
	ErrNoScanner = errors.New("no such scanner")
	ErrNoVariant = errors.New("no such variant")
	ErrNoFormat  = errors.New("no such format")
	// ErrUnproven: there is no login with proof and control to hand off.
	ErrUnproven = errors.New("this login has not been proven")
	// ErrRefused: the scanner cannot express this login, or the file this session.
	ErrRefused = errors.New("cannot be handed off")
	// ErrNoSession: a session is needed, and none was given or there is nothing in it.
	ErrNoSession = errors.New("there is no session to hand off")
	// ErrTooShort: the session is known to end before the scan does.
	ErrTooShort = errors.New("the session ends too early")
)

// Refused says why none of a scanner's variants fits a login. It matches ErrRefused.
type Refused struct {
	Scanner  string
	Refusals []Refusal
}

// Error gives the reasons of the one variant that was asked for; of several, the first
// reason of each.
func (r *Refused) Error() string {
	told := r.firsts()
	if len(r.Refusals) == 1 {
		told = r.Refusals[0].Reasons
	}
	return fmt.Sprintf("%s for %s: %s", ErrRefused, r.Scanner, strings.TrimSuffix(strings.Join(told, " "), "."))
}

// firsts is the first reason of each variant, with the variants that it holds for where
// it does not hold for all.
func (r *Refused) firsts() []string {
	var order []string
	variants := map[string][]string{}
	for _, refusal := range r.Refusals {
		reason := refusal.Reasons[0]
		if variants[reason] == nil {
			order = append(order, reason)
		}
		variants[reason] = append(variants[reason], refusal.Variant)
	}
	if len(order) == 1 {
		return order
	}
	for i, reason := range order {
		order[i] = strings.Join(variants[reason], ", ") + ": " + reason
	}
	return order
}

// Is reports whether target is ErrRefused.
func (r *Refused) Is(target error) bool { return target == ErrRefused }

// refuse is an error about a value that a format cannot carry. It never repeats it.
func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrRefused, fmt.Sprintf(format, args...))
}

// unknown is an error about a name, with the one that was probably meant.
func unknown(err error, name string, known []string) error {
	hint := "There are " + strings.Join(known, ", ") + "."
	for _, k := range known {
		if name != "" && (strings.HasPrefix(k, strings.ToLower(name)) || strings.HasPrefix(strings.ToLower(name), k)) {
			hint = fmt.Sprintf("Did you mean %q? %s", k, hint)
			break
		}
	}
	return store.WithHint(fmt.Errorf("%w: %q", err, name), hint)
}
