package handoff

import (
	"fmt"

	"gatepass/store"
)

// A Choice is the variant that fits a login.
type Choice struct {
	Scanner Scanner
	Variant Variant
	// Session reports that the files hold the session: somebody has to sign in, and
	// [Input.Session] must be set for [Make].
	Session bool
	// Secrets reports that the files hold the password or the seed.
	Secrets bool
	// Refusals are the variants before it that do not fit.
	Refusals []Refusal
}

// Choose settles which variant of a scanner's hand-off is written: the one that the
// options name, or the first that fits. It needs no session. Errors are ErrNoScanner,
// ErrNoVariant, ErrUnproven and a [*Refused].
func Choose(scanner string, in Input) (Choice, error) {
	s, err := Find(scanner)
	if err != nil {
		return Choice{}, err
	}
	variants := s.Variants()
	if in.Options.Variant != "" {
		v, err := variant(s, in.Options.Variant)
		if err != nil {
			return Choice{}, err
		}
		variants = []Variant{v}
	}
	c := Choice{Scanner: s}
	see := look(in)
	inline := in.Options.Inline != nil
	for _, v := range variants {
		session := v.Session.holds(inline)
		if in.unproven() && !in.Options.Unproven && !session {
			return Choice{}, in.notProven()
		}
		why := reasons(s, v, see)
		if len(why) == 0 {
			c.Variant, c.Session, c.Secrets = v, session, v.Secrets.holds(inline)
			return c, nil
		}
		c.Refusals = append(c.Refusals, Refusal{v.Name, why})
	}
	return Choice{}, advise(s, in, &Refused{Scanner: s.Name(), Refusals: c.Refusals})
}

// reasons says why a variant does not fit a login, the one that helps first: where the
// route itself rules it out nothing else is worth knowing, and secrets in the file are
// only worth asking for where nothing else is in the way.
func reasons(s Scanner, v Variant, see *view) []string {
	if route := byRoute(v, see.in); route != "" {
		return []string{route}
	}
	all := s.refuse(v.Name, see)
	if needed := see.in.Options.Needed; v.Session != Never && see.in.Watched.tooShort(0, needed) {
		all = append(all, see.in.Watched.short(needed)+": a session that nobody renews is gone before the scan is over.")
	}
	if len(all) == 0 && v.Secrets == Always && see.in.Options.Inline == nil {
		all = append(all, "This file cannot refer to the environment: the password would stand in it. Say --inline-secrets if that is meant.")
	}
	return all
}

// byRoute says why a scanner cannot sign in by a route again and again; "" if it can.
func byRoute(v Variant, in Input) string {
	if !v.SignsIn {
		return ""
	}
	switch in.Target.Route {
	case store.RouteBypassCode:
		return "A bypass code is good for one login, and a scanner signs in many times: only the session is handed off."
	case store.RouteTrustedDevice:
		return "The scanner is not the trusted device: only the session is handed off."
	case store.RoutePush:
		return "A person has to approve each login, and a scanner signs in many times: only the session is handed off."
	case store.RouteOTP:
		if in.Key == nil {
			return "The account has no seed here, so the scanner could not give codes."
		}
	}
	return ""
}

// advise says what can be done about a refusal.
func advise(s Scanner, in Input, r *Refused) error {
	if in.Watched.tooShort(0, in.Options.Needed) && r.forTime(in) {
		return store.WithHint(r, renewed(in.Target.Name), watchAgain(in))
	}
	for _, v := range s.Variants() {
		if v.SignsIn || v.Name == in.Options.Variant {
			continue
		}
		if in.Options.Variant != "" {
			return store.WithHint(r, fmt.Sprintf("Hand the session off instead: gatepass handoff %s --for %s --variant %s", in.Target.Name, s.Name(), v.Name))
		}
	}
	return store.WithHint(r, fmt.Sprintf("Hand the session off instead: gatepass login %s --for cookies.txt", in.Target.Name))
}
