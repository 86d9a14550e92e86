package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

// Proven is what a login found out whose proof was seen, and was not seen without the
// session. There is no secret in it.
type Proven struct {
	Run       string
	At        time.Time // when it ended
	LoginURL  string    // the target's login page and route at that time
	Route     store.Route
	Driver    string
	MFA       login.MFA
	Trail     login.Trail
	Facts     login.SessionFacts
	ProofURL  string // the page that only works when signed in, as given or as found
	ProofText string // what it says only then; "" if the page itself is the proof
	LandedURL string // the page that the login ended on, without its query
	Logout    []string
	FactorAt  string   // the origin that asked for the second factor; "" if none did
	Origins   []string // that may be sent something of the login's
	// Ahead is how far the target's clock was ahead of ours, where the codes went by it.
	Ahead time.Duration
}

// Login is Verify for somebody who wants the session: [login.Result.Session] is there
// when the login was proven.
func (g *Gate) Login(ctx context.Context, name string, o VerifyOptions, emit Sink) (login.Result, error) {
	return g.Verify(ctx, name, o, emit)
}

// Proven is what the target's last proven login found out; false when there was none.
func (g *Gate) Proven(ctx context.Context, name string) (Proven, bool, error) {
	if _, err := g.Targets.Get(name); err != nil {
		return Proven{}, false, err
	}
	var p Proven
	known, err := g.Ledger.Proven(ctx, name, &p)
	if err != nil {
		return Proven{}, false, fmt.Errorf("read what was proven: %w", err)
	}
	return p, known, nil
}

// keepProven keeps what a proven login found out; of another there is nothing to
// keep.
func (g *Gate) keepProven(ctx context.Context, r login.Result, plan login.Plan) error {
	if !r.OK() {
		return nil
	}
	p := Proven{
		Run: r.Run, At: g.Now(), LoginURL: plan.Target.URL, Route: plan.Target.Route, Driver: r.Driver, MFA: r.MFA, Trail: r.Trail, Facts: r.Facts,
		ProofURL: r.Proof.URL, ProofText: r.Proof.Text, LandedURL: r.Landed, Logout: r.Logout,
		FactorAt: r.FactorAt, Origins: plan.Guard.Origins(),
	}
	if given := plan.Target.Proof.URL; given != "" {
		p.ProofURL = given
	}
	if codes, ok := plan.Passcodes.(targetDrawer); ok {
		p.Ahead = codes.ahead
	}
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("keep what was proven: %w", err)
	}
	if r.Hidden.In(string(text)) {
		return errors.New("what was proven is not kept: an address of the application has a secret in it")
	}
	return g.Ledger.KeepProven(ctx, r.Target, p)
}
