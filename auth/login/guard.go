package login

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"sync"

	"gatepass/store"
)

// A Grant says what an origin may be sent.
type Grant struct {
	Origin string // scheme://host[:port], as [Origin] spells it
	For    []Role // RoleUsername, RolePassword, RoleCode; empty for all of them
}

// An Ask puts to a person whether an origin may be sent what the roles name; no
// roles are what signs in without being typed, such as a provider's assertion. It
// may block until the context ends. An error leaves the question open.
type Ask func(ctx context.Context, origin string, roles []Role) (bool, error)

// A Guard knows who may be sent what, and learns it where somebody is there to be
// asked. It is safe for concurrent use. A nil Guard allows nothing.
type Guard struct {
	ask    Ask
	asking sync.Mutex // one question at a time

	mu      sync.Mutex // guards what follows
	grants  []Grant
	learned []Grant
	refused map[string]bool
	pause   func() (resume func()) // stops the clock of a run while somebody thinks; may be nil
}

// NewGuard makes a Guard that allows what is granted and asks about the rest. Without
// ask nobody is asked.
func NewGuard(allowed []Grant, ask Ask) *Guard {
	return &Guard{ask: ask, grants: slices.Clone(allowed), refused: map[string]bool{}}
}

// Grants lists what a target's description grants: all to its own origin, and to
// others what it says.
func Grants(t store.Target) []Grant { return GrantsOf(t.Grants()) }

// GrantsOf reads grants as targets keep them.
func GrantsOf(kept []store.Grant) []Grant {
	all := make([]Grant, 0, len(kept))
	for _, k := range kept {
		g := Grant{Origin: k.Origin}
		for _, use := range k.For {
			for _, u := range uses {
				if u.use == use {
					g.For = append(g.For, u.role)
				}
			}
		}
		all = append(all, g)
	}
	return all
}

// Keep spells grants as targets keep them.
func Keep(grants []Grant) []store.Grant {
	all := make([]store.Grant, 0, len(grants))
	for _, g := range grants {
		all = append(all, store.Grant{Origin: g.Origin, For: usesOf(g.For)})
	}
	return all
}

// uses are the names that targets have for roles.
var uses = []struct {
	use  string
	role Role
}{{store.ForUsername, RoleUsername}, {store.ForPassword, RolePassword}, {store.ForPasscode, RoleCode}}

// Check reports why u must not be sent what the roles name; nil if it may. Where
// nothing is known of u's origin it asks, once for each origin and set of roles, and
// remembers yes and no. What is not encrypted is never asked about. Without roles it
// is enough that the origin is granted anything.
func (g *Guard) Check(ctx context.Context, u *url.URL, roles ...Role) error {
	why := g.Refusal(u, roles...)
	if why == nil || g == nil || g.ask == nil || encrypted(u) != nil {
		return why
	}
	g.asking.Lock()
	defer g.asking.Unlock()
	if g.Refusal(u, roles...) == nil { // somebody was asked meanwhile
		return nil
	}
	origin, missing := Origin(u), g.missing(Origin(u), roles)
	question := origin + " " + RoleNames(missing)
	g.mu.Lock()
	refused, pause := g.refused[question], g.pause
	g.mu.Unlock()
	if refused {
		return why
	}
	if pause != nil {
		defer pause()()
	}
	yes, err := g.ask(ctx, origin, missing)
	if err != nil {
		return fmt.Errorf("ask whether %s may receive %s: %w", origin, orBearer(missing), err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !yes {
		g.refused[question] = true
		return why
	}
	if len(missing) == 0 {
		// Who gets what signs in gets to know the account, and nothing else by that.
		missing = []Role{RoleUsername}
	}
	g.grants = append(g.grants, Grant{origin, missing})
	g.learned = append(g.learned, Grant{origin, missing})
	return nil
}

// Refusal is Check without asking.
func (g *Guard) Refusal(u *url.URL, roles ...Role) error {
	if u == nil {
		return fmt.Errorf("there is no address to send it to")
	}
	if err := encrypted(u); err != nil {
		return err
	}
	origin := Origin(u)
	switch listed, missing := g.of(origin), g.missing(origin, roles); {
	case !listed:
		w := g.Withhold(origin)
		w.Roles = missing
		return w
	case len(missing) > 0:
		return &Withheld{[]string{origin}, missing, origin + " is not allowed to receive " + RoleNames(missing)}
	}
	return nil
}

// May reports whether u may be sent what the roles name, without asking.
func (g *Guard) May(u *url.URL, roles ...Role) bool { return g.Refusal(u, roles...) == nil }

// Learned lists what somebody said yes to, one grant for each origin.
func (g *Guard) Learned() []Grant {
	if g == nil {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	var all []Grant
	for _, new := range g.learned {
		i := slices.IndexFunc(all, func(l Grant) bool { return l.Origin == new.Origin })
		if i < 0 {
			all = append(all, Grant{new.Origin, slices.Clone(new.For)})
		} else {
			all[i].For = append(all[i].For, new.For...)
		}
	}
	return all
}

// Origins lists the origins that are granted anything.
func (g *Guard) Origins() Origins {
	if g == nil {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	var all Origins
	for _, l := range g.grants {
		if !slices.Contains(all, l.Origin) {
			all = append(all, l.Origin)
		}
	}
	return all
}

// of reports whether an origin is granted anything.
func (g *Guard) of(origin string) bool { return slices.Contains(g.Origins(), origin) }

// missing lists the roles that an origin is not granted, each once. A code off a list
// is a passcode like any other.
func (g *Guard) missing(origin string, roles []Role) []Role {
	var out []Role
	for _, role := range roles {
		if role = passcodeRole(role); !g.granted(origin, role) && !slices.Contains(out, role) {
			out = append(out, role)
		}
	}
	return out
}

func (g *Guard) granted(origin string, role Role) bool {
	if g == nil {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.ContainsFunc(g.grants, func(l Grant) bool {
		return l.Origin == origin && (len(l.For) == 0 || slices.Contains(l.For, role))
	})
}

// passcodeRole makes one of the roles that a passcode can be typed in.
func passcodeRole(role Role) Role {
	if role == RoleBackupCode {
		return RoleCode
	}
	return role
}

// orBearer names roles, and what signs in without being typed.
func orBearer(roles []Role) string {
	if names := RoleNames(roles); names != "" {
		return names
	}
	return "what signs in"
}

// whilePaused has a run's clock stand still while somebody is asked.
func (g *Guard) whilePaused(pause func() (resume func())) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pause = pause
}
