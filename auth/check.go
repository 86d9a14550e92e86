package auth

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"gatepass/auth/login"
	"gatepass/auth/login/httpdriver"
	"gatepass/store"
)

// A CheckResult says whether a session is still signed in.
type CheckResult struct {
	// SignedIn is login.Untried where it cannot be told.
	SignedIn login.Trait
	Proof    string // the address that was asked
	Why      string // one line: what was seen, or why it cannot be told
}

// checkTime is how long a look at a session may take.
const checkTime = 30 * time.Second

// Check asks for the target's proof with a session and without it, over plain HTTP. It
// cannot tell of a session that only a browser can use. The error is for what kept it
// from asking. Of o the proxy counts: a session is looked at the way that it was made.
func (g *Gate) Check(ctx context.Context, name string, s login.Session, o VerifyOptions) (CheckResult, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return CheckResult{}, err
	}
	proxy, err := parseProxy(o.Proxy)
	if err != nil {
		return CheckResult{}, err
	}
	proof, facts := t.Proof, login.SessionFacts{}
	p, known, err := g.Proven(ctx, name)
	if err != nil {
		return CheckResult{}, err
	}
	if known && p.still(t) {
		facts = p.Facts
		if proof.URL == "" {
			proof.URL = p.ProofURL
		}
	}
	if proof.URL == "" {
		proof.URL = s.URL
	}
	address, err := url.Parse(proof.URL)
	if err != nil || address.Host == "" {
		return CheckResult{}, store.WithHint(fmt.Errorf("%w: it is not known which page proves a session of %q", ErrUsage, name),
			"Name one: gatepass edit "+name+" --proof-url URL --proof-text TEXT")
	}
	out := CheckResult{SignedIn: login.Untried, Proof: login.Bare(address)}
	switch {
	case len(s.Cookies) == 0 && s.Authorization.IsZero():
		out.Why = "the session has neither cookies nor a header, and a plain client can use nothing else"
		return out, nil
	case facts.BareClient == login.No:
		out.Why = "the last verification found that a plain client cannot use such a session"
		return out, nil
	}
	plain, err := g.bare(proxy)(s)
	if err != nil {
		return CheckResult{}, err
	}
	defer func() { _ = plain.Close() }()
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	still, why, err := login.StillSignedIn(ctx, plain, address, proof.Text, t.Username)
	if err != nil {
		return CheckResult{}, fmt.Errorf("ask for the proof: %w", err)
	}
	out.SignedIn, out.Why = still, why
	return out, nil
}

// bare makes plain HTTP clients that have a session and nothing else of the run that
// made it.
func (g *Gate) bare(proxy *url.URL) func(login.Session) (login.Driver, error) {
	return func(s login.Session) (login.Driver, error) {
		d, err := httpdriver.New(httpdriver.Options{Now: g.Now, Proxy: proxy, Session: &s})
		if err != nil {
			return nil, err
		}
		return d, nil
	}
}
