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
		if in.Proven == nil && !in.Options.Unproven && !session {
			return Choice{}, unproven(in.Target.Name)
		}
		reasons := append(general(v, see), s.refuse(v.Name, see)...)
		if len(reasons) == 0 {
			c.Variant, c.Session, c.Secrets = v, session, v.Secrets.holds(inline)
			return c, nil
		}
		c.Refusals = append(c.Refusals, Refusal{v.Name, reasons})
	}
	return Choice{}, advise(s, in, &Refused{Scanner: s.Name(), Refusals: c.Refusals})
}

// general gives the reasons that hold whatever the scanner is.
func general(v Variant, see *view) []string {
	var reasons []string
	if v.SignsIn {
		switch see.in.Target.Route {
		case store.RouteBypassCode:
			reasons = append(reasons, "A bypass code is good for one login, and a scanner signs in many times: only the session is handed off.")
		case store.RouteTrustedDevice:
			reasons = append(reasons, "The scanner is not the trusted device: only the session is handed off.")
		case store.RoutePush:
			reasons = append(reasons, "A person has to approve each login, and a scanner signs in many times: only the session is handed off.")
		case store.RouteOTP:
			if see.in.Key == nil {
				reasons = append(reasons, "The account has no seed here, so the scanner could not give codes.")
			}
		}
	}
	if v.Secrets == Always && see.in.Options.Inline == nil {
		reasons = append(reasons, "This file cannot refer to the environment: the password would stand in it. Say --inline-secrets if that is meant.")
	}
	return reasons
}

// advise says what can be done about a refusal.
func advise(s Scanner, in Input, r *Refused) error {
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
