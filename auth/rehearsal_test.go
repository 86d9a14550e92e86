package auth_test

import (
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/lab"
	"gatepass/auth/login"
	"gatepass/store"
)

func TestARehearsalUsesADifferentStepForEachLogin(t *testing.T) {
	g, l := labGate(t, lab.Options{Period: map[string]time.Duration{"": time.Second}})
	told := 0
	sum, err := g.Rehearse(t.Context(), "shop", auth.RehearsalOptions{Times: 4, Parallel: 3}, func(e auth.RehearsalEvent) {
		if e.Result != nil {
			told++
		}
	})
	if err != nil || sum.SignedIn != 4 || told != 4 || sum.Stopped != "" {
		t.Fatalf("%d of 4 signed in, %d told, stopped %q: %v", sum.SignedIn, told, sum.Stopped, err)
	}
	steps := map[int64]bool{}
	for _, step := range l.Accepted("shop") {
		steps[step] = true
	}
	if len(steps) != 4 {
		t.Errorf("%d steps for 4 logins", len(steps))
	}
	if sum.Waited <= 0 || sum.Median <= 0 || sum.Slowest < sum.Median {
		t.Errorf("four logins in four steps waited %s; half of them took %s, the slowest %s", sum.Waited, sum.Median, sum.Slowest)
	}
}

func TestARehearsalStopsAtAWrongPassword(t *testing.T) {
	g, l := labGate(t, lab.Options{Attempts: 50})
	if err := g.Secrets.Set(t.Context(), store.Ref{Owner: "shop", Kind: store.KindPassword}, store.NewSecret("not the password")); err != nil {
		t.Fatal(err)
	}
	sum, err := g.Rehearse(t.Context(), "shop", auth.RehearsalOptions{Times: 10}, nil)
	if err != nil || sum.Refused != 1 || sum.Made() != 1 || sum.Stopped == "" || sum.Diagnoses[login.WrongCredentials] != 1 {
		t.Errorf("%+v %v", sum, err)
	}
	if l.SignIns("shop") != 0 {
		t.Error("somebody signed in")
	}
}

func TestACostIsKnownBeforeAnythingIsSpent(t *testing.T) {
	g, _ := labGate(t, lab.Options{})
	cost, err := g.RehearsalCost(t.Context(), "shop", auth.RehearsalOptions{Times: 5})
	if err != nil || cost.AtLeast != 2*time.Minute || !cost.Enough() {
		t.Errorf("%+v %v", cost, err)
	}
	if err := g.Edit(t.Context(), "shop", func(t *store.Target) { t.Route = store.RouteBypassCode }); err != nil {
		t.Fatal(err)
	}
	if _, err := g.AddBypass(t.Context(), "shop", []store.Secret{store.NewSecret("123456789"), store.NewSecret("012345678")}, auth.BypassTerms{Uses: 1}); err != nil {
		t.Fatal(err)
	}
	cost, err = g.RehearsalCost(t.Context(), "shop", auth.RehearsalOptions{Times: 5})
	if err != nil || cost.Codes != 5 || cost.Left != 2 || cost.Enough() {
		t.Errorf("%+v %v", cost, err)
	}
	stock, err := g.BypassStock(t.Context(), "shop")
	if err != nil || stock.Uses != 2 {
		t.Errorf("%+v %v", stock, err)
	}
}

func TestALoginThatCannotBeginIsTheRehearsalsError(t *testing.T) {
	g, _ := labGate(t, lab.Options{})
	if err := g.Secrets.Delete(t.Context(), store.Ref{Owner: "shop", Kind: store.KindPassword}); err != nil {
		t.Fatal(err)
	}
	sum, err := g.Rehearse(t.Context(), "shop", auth.RehearsalOptions{Times: 10, Parallel: 2}, nil)
	if err == nil || sum.Made() != 0 {
		t.Errorf("%+v %v", sum, err)
	}
}

func TestACodeKnowsTheRunThatItWasDrawnFor(t *testing.T) {
	g, _ := labGate(t, lab.Options{})
	if err := g.Edit(t.Context(), "shop", func(t *store.Target) { t.Route = store.RouteBypassCode }); err != nil {
		t.Fatal(err)
	}
	if _, err := g.AddBypass(t.Context(), "shop", []store.Secret{store.NewSecret("123456789")}, auth.BypassTerms{Uses: 1}); err != nil {
		t.Fatal(err)
	}
	r, err := g.Verify(t.Context(), "shop", auth.VerifyOptions{Driver: "http"}, nil)
	if err != nil || r.Run == "" {
		t.Fatalf("%+v %v", r, err)
	}
	s, err := g.BypassStock(t.Context(), "shop")
	if err != nil || len(s.Codes) != 1 || len(s.Codes[0].Draws) != 1 || s.Codes[0].Draws[0].Run != r.Run {
		t.Errorf("the run is %q, and the draws are %+v, %v", r.Run, s.Codes, err)
	}
}
