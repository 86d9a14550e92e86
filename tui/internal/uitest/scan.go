package uitest

import (
	"context"
	"errors"
	"slices"

	"gatepass/auth"
	"gatepass/auth/broker"
	"gatepass/auth/handoff"
	"gatepass/auth/keeper"
	"gatepass/auth/login"
)

// Scan is what a Gate answers about scans. What is asked of it is written down.
type Scan struct {
	Offers    []auth.Offer
	Outputs   map[string]handoff.Output // by scanner and variant: "zap plan"
	Timelines map[string]auth.Timeline  // by file
	// Looks are what the watched session is seen to be, one a check; the last is
	// repeated.
	Looks []Look
	// LoginErr is why the login of a kept session fails.
	LoginErr error
	// Serving is where Serve says it can be asked, and Asked what it then tells.
	Serving auth.Serving
	Asked   []broker.Asked

	Handoffs []auth.HandoffOptions
	Kept     []keeper.Options
	Served   []auth.ServeOptions
}

// A Look is one check of a kept session.
type Look struct {
	keeper.Look
	Err error
}

// Offers implements ui.Gate.
func (g *Gate) Offers(ctx context.Context, name string, o auth.HandoffOptions) ([]auth.Offer, error) {
	about := name
	if o.Inline {
		about += " inline"
	}
	if o.Unproven {
		about += " unproven"
	}
	if o.Needed > 0 {
		about += " needed " + o.Needed.String()
	}
	if err := g.called(ctx, "Offers", about); err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	offers := slices.Clone(g.Scan.Offers)
	for i := range offers {
		if o.Unproven && offers[i].Unproven {
			offers[i].Refused, offers[i].Unproven = nil, false
		}
	}
	return offers, nil
}

// Handoff implements ui.Gate. It plays the target's login where the offer needs a
// session and none is held.
func (g *Gate) Handoff(ctx context.Context, name, scanner string, o auth.HandoffOptions, emit auth.Sink) (handoff.Output, error) {
	if err := g.called(ctx, "Handoff", name+" "+scanner+" "+o.Variant); err != nil {
		return handoff.Output{}, err
	}
	g.mu.Lock()
	g.Scan.Handoffs = append(g.Scan.Handoffs, o)
	out, offers := g.Scan.Outputs[scanner+" "+o.Variant], g.Scan.Offers
	g.mu.Unlock()
	for _, offer := range offers {
		if offer.Scanner == scanner && offer.Variant.Name == o.Variant && offer.Session && o.Held == nil {
			result, err := g.play(ctx, name, o.Verify, emit)
			if err != nil {
				return handoff.Output{}, err
			}
			if !result.OK() {
				return handoff.Output{}, &auth.NotSignedInError{Result: result}
			}
		}
	}
	return out, nil
}

// Keep implements ui.Gate with a real keeper.
func (g *Gate) Keep(name string, v auth.VerifyOptions, o keeper.Options, emit auth.Sink) *keeper.Keeper {
	if o.Now == nil {
		o.Now = g.Now
	}
	g.mu.Lock()
	g.Scan.Kept = append(g.Scan.Kept, o)
	g.mu.Unlock()
	return keeper.New(&keptDoor{g, name, v, emit}, o)
}

type keptDoor struct {
	gate *Gate
	name string
	o    auth.VerifyOptions
	emit auth.Sink
}

// Login implements keeper.Door.
func (d *keptDoor) Login(ctx context.Context) (login.Session, error) {
	if err := d.gate.called(ctx, "Login", d.name); err != nil {
		return login.Session{}, err
	}
	result, err := d.gate.play(ctx, d.name, d.o, d.emit)
	d.gate.mu.Lock()
	defer d.gate.mu.Unlock()
	err = errors.Join(err, d.gate.Scan.LoginErr)
	if err == nil && !result.OK() {
		err = &auth.NotSignedInError{Result: result}
	}
	return login.Session{Target: d.name, At: d.gate.Now()}, err
}

// Check implements keeper.Door.
func (d *keptDoor) Check(ctx context.Context, _ login.Session) (keeper.Look, error) {
	if err := d.gate.called(ctx, "Check", d.name); err != nil {
		return keeper.Look{}, err
	}
	d.gate.mu.Lock()
	defer d.gate.mu.Unlock()
	looks := d.gate.Scan.Looks
	if len(looks) == 0 {
		return keeper.Look{Alive: true, Why: "the proof is seen with the session, and not without it"}, nil
	}
	if len(looks) > 1 {
		d.gate.Scan.Looks = looks[1:]
	}
	return looks[0].Look, looks[0].Err
}

// Serve implements ui.Gate.
func (g *Gate) Serve(ctx context.Context, name string, o auth.ServeOptions) error {
	if err := g.called(ctx, "Serve", name+" "+o.Where.Addr); err != nil {
		return err
	}
	g.mu.Lock()
	g.Scan.Served = append(g.Scan.Served, o)
	at, asked := g.Scan.Serving, slices.Clone(g.Scan.Asked)
	g.mu.Unlock()
	if err := o.Ready(at); err != nil {
		return err
	}
	for _, a := range asked {
		o.Asked(a)
	}
	<-ctx.Done()
	return nil
}

// Timeline implements ui.Gate.
func (g *Gate) Timeline(ctx context.Context, file string) (auth.Timeline, error) {
	if err := g.called(ctx, "Timeline", file); err != nil {
		return auth.Timeline{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	t, ok := g.Scan.Timelines[file]
	if !ok {
		return auth.Timeline{}, errors.New("read the evidence: no such file")
	}
	return t, nil
}
