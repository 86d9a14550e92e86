package auth_test

import (
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/store"
)

// Who signs in by itself waits for the codes that were used, and for nothing else.
func TestAfterStepIsWhenTheLastUsedStepEnds(t *testing.T) {
	c := &clock{at: noon}
	g := newGate(t, c.now)
	seed := key(t, testSeed)
	add(t, g, auth.Enrolment{Target: target("shop"), Password: store.NewSecret("first"), OTP: seed})
	after := func(want time.Time) {
		t.Helper()
		if until, err := g.AfterStep(t.Context(), "shop"); err != nil || !until.Equal(want) {
			t.Errorf("%s and not %s, %v", until, want, err)
		}
	}
	after(time.Time{}) // no code was asked for
	if _, err := g.Draw(t.Context(), *seed, auth.CodeOptions{By: "verify"}); err != nil {
		t.Fatal(err)
	}
	after(noon.Add(29 * time.Second))
	c.set(noon.Add(40 * time.Second)) // a slow login
	after(noon.Add(29 * time.Second))
	account, err := g.Account(t.Context(), *seed)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Ledger.SpendStep(t.Context(), account, seed.Period(), seed.Step(noon.Add(time.Hour)), "verify"); err != nil {
		t.Fatal(err)
	}
	after(noon.Add(89 * time.Second)) // by the clock of a target that is an hour ahead
}
