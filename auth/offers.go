package auth

import (
	"context"
	"errors"

	"gatepass/auth/handoff"
)

// An Offer is one way to hand a target's login to a scanner, and whether it fits.
type Offer struct {
	Scanner string // as --for takes it
	Title   string
	Variant handoff.Variant
	Session bool // somebody has to sign in for it
	Secrets bool // the files will hold the password or the seed
	// Unproven reports that it would be written as unproven alone, if that is asked for.
	Unproven bool
	// Inline reports that nothing but secrets that stand in the file is in its way.
	Inline bool
	// Refused are the reasons, whole sentences, why it does not fit; empty if it does.
	Refused []string
}

// Offers lists every way to hand a target's login off, in the order in which they are
// shown, with the reasons where one does not fit. No secret value is read, and nothing
// is signed in to.
func (g *Gate) Offers(ctx context.Context, name string, o HandoffOptions) ([]Offer, error) {
	asked := o
	asked.Variant, asked.Inline = "", false
	in, err := g.handoffInput(ctx, name, asked)
	if err != nil {
		return nil, err
	}
	if o.Inline { // which of them are written does not depend on their values
		in.Options.Inline = &handoff.Secrets{}
	}
	var all []Offer
	for _, s := range handoff.Scanners() {
		for _, v := range s.Variants() {
			offer, err := offered(s, v, in)
			if err != nil {
				return nil, err
			}
			all = append(all, offer)
		}
	}
	return all, nil
}

func offered(s handoff.Scanner, v handoff.Variant, in handoff.Input) (Offer, error) {
	o := Offer{Scanner: s.Name(), Title: s.Title(), Variant: v}
	in.Options.Variant = v.Name
	choice, err := handoff.Choose(s.Name(), in)
	var refused *handoff.Refused
	switch {
	case err == nil:
		o.Session, o.Secrets = choice.Session, choice.Secrets
	case errors.As(err, &refused):
		for _, r := range refused.Refusals {
			o.Refused = append(o.Refused, r.Reasons...)
		}
		if in.Options.Inline == nil {
			in.Options.Inline = &handoff.Secrets{}
			_, err := handoff.Choose(s.Name(), in)
			o.Inline = err == nil
		}
	case errors.Is(err, handoff.ErrUnproven):
		o.Unproven = true
		o.Refused = []string{capital(err.Error()) + ". Verify it first."}
	default:
		return o, err
	}
	return o, nil
}
