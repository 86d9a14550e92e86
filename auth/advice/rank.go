package advice

import (
	"cmp"
	"slices"

	"gatepass/store"
)

// A Fit says how well a route goes with a situation.
type Fit string

// The fits, best first.
const (
	Fits     Fit = "fits"
	Possible Fit = "possible"
	Weak     Fit = "weak"
	Blocked  Fit = "blocked"
)

// Ranked is a route with what speaks for and against it.
type Ranked struct {
	Route store.Route
	Score int      // 0 to 100; only the order means something
	Fit   Fit      //
	Why   []string // whole sentences, what weighs most first
	Who   string   // who must act
	Cost  string   // what it costs in security
	Lasts string   // how long it lasts
	Check string   // what to check afterwards
	// Better says what would make the route possible, or better; "" if nothing.
	Better string

	sum int
}

// Rank ranks all routes, best first, whatever is known and however little. It is a
// pure function, and no answer makes it fail: what no question has is taken as not
// answered.
func Rank(a Answers, m Measured) []Ranked {
	s := settle(a, m)
	var ranked []Ranked
	for _, route := range store.Routes() {
		ranked = append(ranked, weigh(route, s))
	}
	// By what was added up, before it is cut to the scale.
	slices.SortStableFunc(ranked, func(x, y Ranked) int { return cmp.Compare(y.sum, x.sum) })
	return ranked
}

// blocks is the weight of what cannot be outweighed.
const blocks = -1000

// A rule is one thing that speaks for or against a route.
type rule struct {
	when   func(situation) bool
	weight int
	why    string
	better string // what would take the rule away, if it is against the route
}

// weigh adds up what speaks for and against a route.
func weigh(route store.Route, s situation) Ranked {
	p := profiles[route]
	r := Ranked{Route: route, Who: p.who(s), Cost: p.cost, Lasts: p.lasts, Check: p.check}
	score := p.base
	var applied []rule
	for _, rule := range slices.Concat(measuredRules(route, s), p.rules) {
		if rule.when == nil || rule.when(s) {
			applied = append(applied, rule)
			score += rule.weight
		}
	}
	slices.SortStableFunc(applied, func(x, y rule) int { return cmp.Compare(abs(y.weight), abs(x.weight)) })
	for _, rule := range applied {
		r.Why = append(r.Why, rule.why)
		if r.Better == "" && rule.weight < 0 {
			r.Better = rule.better
		}
	}
	if len(r.Why) == 0 {
		r.Why = []string{p.plain}
	}
	r.sum, r.Score = score, min(max(score, 0), 100)
	r.Fit = fit(score)
	return r
}

func fit(score int) Fit {
	switch {
	case score >= 60:
		return Fits
	case score >= 25:
		return Possible
	case score > blocks/2:
		return Weak
	}
	return Blocked
}

func abs(n int) int { return max(n, -n) }

// measuredRules are what was measured: Duo's own word against or for the account,
// and the effective policy's about the route.
func measuredRules(route store.Route, s situation) []rule {
	var rules []rule
	add := func(weight int, why, better string) {
		rules = append(rules, rule{weight: weight, why: why, better: better})
	}
	if s.Preauth == "deny" {
		add(blocks, "Duo refuses this account: it is locked out, disabled, or kept out by a policy.",
			"An administrator has to let the account in again first.")
	}
	if section := s.Blocked[route]; section != "" {
		add(blocks, "The effective policy stands against it (section "+section+").",
			"A Duo administrator would have to change the section "+section+" of the policy for this application.")
	} else if s.Allowed[route] && route != store.RouteExemption {
		add(10, "The effective policy leaves it open.", "")
	}
	return rules
}
