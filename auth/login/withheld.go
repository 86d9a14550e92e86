package login

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Withheld says that origins may not be sent something, as the guard refuses it. What
// may be sent anywhere at all once somebody says so is in it: the origins, and the roles
// that they lack.
type Withheld struct {
	Origins []string
	Roles   []Role // none: what signs in without being typed
	why     string
}

func (e *Withheld) Error() string { return e.why }

// Withhold makes the error for origins that something was held back from, of which the
// guard has others.
func (g *Guard) Withhold(origins ...string) *Withheld {
	return &Withheld{Origins: origins, why: fmt.Sprintf("%s is not one of the allowed origins (%s)", strings.Join(origins, ", "), strings.Join(g.Origins(), ", "))}
}

// unencrypted says that the way to an origin can be read by others, which nobody can
// allow.
type unencrypted struct{ origin string }

func (e unencrypted) Error() string { return e.origin + " is not encrypted" }

// remedyOf says what to do about something that was held back: a command that gets
// further, if there is one. The name of the target is put in later.
func remedyOf(err error) string {
	var w *Withheld
	var plain unencrypted
	switch {
	case errors.As(err, &plain):
		return "No secret was sent there: whoever is on the way could have read it. Ask for that address to be made https; gatepass has no switch for this."
	case !errors.As(err, &w) || len(w.Origins) == 0:
		return "No secret was sent there. Whoever put it there had no business to: show the people who run the application the timeline; this is a finding."
	}
	command := "gatepass verify NAME --allow-origin " + strings.Join(w.Origins, " --allow-origin ")
	if len(w.Origins) > 1 {
		return "No secret was sent there. Allow those of them that belong to this login: " + command + ". The others are a finding."
	}
	if less := usesOf(w.Roles); len(less) > 0 {
		command += " (" + w.Origins[0] + "=" + strings.Join(less, ",") + " allows no more than what was held back now)"
	}
	return "No secret was sent there. If that origin belongs to this login, allow it: " + command + ". If not, this is a finding."
}

// usesOf spells roles as targets and flags do.
func usesOf(roles []Role) []string {
	var names []string
	for _, u := range uses {
		if slices.Contains(roles, u.role) {
			names = append(names, u.use)
		}
	}
	return names
}
