package store

import (
	"fmt"
	"slices"
)

// A Grant says what an origin may receive.
type Grant struct {
	// Origin is scheme://host[:port], as [ParseOrigin] spells it.
	Origin string
	// For lists what it may receive, of [GrantUses]. Empty means everything.
	For []string
}

// What an origin may be sent.
const (
	ForUsername = "username"
	ForPassword = "password"
	ForPasscode = "passcode" // one-time codes and bypass codes
)

// GrantUses lists what a Grant can be for.
func GrantUses() []string { return []string{ForUsername, ForPassword, ForPasscode} }

// Grants gives a grant of everything for each origin.
func Grants(origins ...string) []Grant {
	all := make([]Grant, len(origins))
	for i, o := range origins {
		all[i] = Grant{Origin: o}
	}
	return all
}

// Origins gives the origins of grants, in their order.
func Origins(grants []Grant) []string {
	all := make([]string, len(grants))
	for i, g := range grants {
		all[i] = g.Origin
	}
	return all
}

// allows reports whether the grant covers everything that o does.
func (g Grant) allows(o Grant) bool {
	if len(g.For) == 0 {
		return true
	}
	if len(o.For) == 0 {
		return false
	}
	for _, use := range o.For {
		if !slices.Contains(g.For, use) {
			return false
		}
	}
	return true
}

// and gives what g and o allow together.
func (g Grant) and(o Grant) Grant {
	switch {
	case g.allows(o):
		return g
	case o.allows(g):
		return Grant{g.Origin, o.For}
	}
	var uses []string
	for _, use := range GrantUses() {
		if slices.Contains(g.For, use) || slices.Contains(o.For, use) {
			uses = append(uses, use)
		}
	}
	return Grant{g.Origin, uses}.normal()
}

// normal gives g with its origin in the one spelling, and with no list where the
// list has everything.
func (g Grant) normal() Grant {
	if origin, problem := parseOrigin(g.Origin); problem == "" {
		g.Origin = origin
	}
	if g.allows(Grant{For: GrantUses()}) {
		g.For = nil
	}
	g.For = slices.Clone(g.For)
	return g
}

// Granted gives grants as a target keeps them: one for each origin, which
// allows what all of that origin allow together.
func Granted(grants []Grant) []Grant {
	var all []Grant
	for _, g := range grants {
		g = g.normal()
		at := slices.IndexFunc(all, func(have Grant) bool { return have.Origin == g.Origin })
		if at < 0 {
			all = append(all, g)
			continue
		}
		all[at] = all[at].and(g)
	}
	return all
}

// item gives g as it is written: the origin alone where it may receive everything.
func (g Grant) item() item {
	if len(g.For) == 0 {
		return item{text: g.Origin}
	}
	return item{keys: []entry{{"origin", g.Origin}, {"for", g.For}}}
}

func grantItems(grants []Grant) []item {
	items := make([]item, len(grants))
	for i, g := range grants {
		items[i] = g.item()
	}
	return items
}

// grants checks a list of grants.
func (c *checker) grants(field string, grants []Grant) {
	for i, g := range grants {
		at := fmt.Sprintf("%s[%d]", field, i)
		if _, problem := parseOrigin(g.Origin); problem != "" {
			c.add(at, string(problem))
		}
		for j, use := range g.For {
			c.use(fmt.Sprintf("%s.for[%d]", at, j), use, g.For[:j])
		}
	}
}

func (c *checker) use(field, use string, before []string) {
	switch {
	case !slices.Contains(GrantUses(), use):
		e := c.add(field, quoteKey(use)+" is nothing that an origin is sent")
		e.Suggest = nearest(use, GrantUses())
		e.Allowed = GrantUses()
	case slices.Contains(before, use):
		c.add(field, "this stands in the list twice")
	}
}
