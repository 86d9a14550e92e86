package auth_test

import (
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/keeper"
	"gatepass/auth/lab"
	"gatepass/auth/login"
	"gatepass/store"
)

// What a keeper sees of its sessions' lives is known to who asks next, whoever kept them.
func TestWhoKeepsASessionLearnsHowLongItLives(t *testing.T) {
	g, _ := labGate(t, lab.Options{})
	if seen, err := g.Watched(t.Context(), "shop"); err != nil || seen != nil {
		t.Errorf("before anybody watched: %+v, %v", seen, err)
	}
	told := 0
	ticks := make(chan time.Time)
	held := &login.Session{Target: "shop", URL: "https://nobody.invalid/", At: time.Now().Add(-time.Hour)} // it opens nothing
	held.Cookies = []login.Cookie{{Name: "shop_session", Domain: "127.0.0.1", Path: "/"}}
	k := g.Keep("shop", auth.VerifyOptions{}, keeper.Options{
		Every: time.Minute, Held: held, Tell: func(keeper.Event) { told++ },
		After: func(time.Duration) <-chan time.Time { return ticks },
	}, nil)
	defer k.Close()
	go func() { ticks <- time.Now() }()
	if err := k.Run(t.Context()); err == nil {
		t.Fatal("a session that opens nothing was not lost")
	}
	seen, err := g.Watched(t.Context(), "shop")
	if err != nil || seen == nil || seen.Lost < time.Hour || seen.Lost > 2*time.Hour || seen.Held != 0 || told != 1 {
		t.Fatalf("afterwards: %+v, %v, told %d times", seen, err, told)
	}
	// Of another login page it says nothing.
	target := mustTarget(t, g, "shop")
	target.URL += "?other"
	if err := g.Targets.Save(target); err != nil {
		t.Fatal(err)
	}
	if seen, err := g.Watched(t.Context(), "shop"); err != nil || seen != nil {
		t.Errorf("of another page: %+v, %v", seen, err)
	}
}

// A broker that is told to go by the target's clock gives the codes that are right there.
func TestABrokerGoesByTheTargetsClock(t *testing.T) {
	g, l := labGate(t, lab.Options{Switches: map[string][]string{"shop": {lab.SwitchClockAhead}}})
	app, _ := l.Describe().App("shop")
	codes, _, err := g.Passcodes(t.Context(), "shop", "target")
	if err != nil {
		t.Fatal(err)
	}
	code, err := codes.Draw(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seed := key(t, app.OTPAuth)
	right, err := seed.At(seed.Step(code.From.Add(seed.Period()/2 + 2*time.Minute)))
	if err != nil || code.Value.Reveal() != right.Reveal() {
		t.Errorf("the code is not the one of two minutes later (%v)", err)
	}
	if now := time.Now(); now.Before(code.From.Add(-time.Second)) || now.After(code.Until.Add(time.Second)) {
		t.Errorf("it is %v, and the code's window in our time is %v to %v", now, code.From, code.Until)
	}
}

// A login that passes by the target's clock says so to whoever hands it off, and one that
// is refused later takes the proof away.
func TestWhatTheProofRestsOn(t *testing.T) {
	g, _ := labGate(t, lab.Options{Switches: map[string][]string{"shop": {lab.SwitchClockAhead}}})
	if r, err := g.Verify(t.Context(), "shop", auth.VerifyOptions{Clock: "target"}, nil); err != nil || !r.OK() {
		t.Fatalf("%+v, %v", r.Diagnosis, err)
	}
	p, known, err := g.Proven(t.Context(), "shop")
	if err != nil || !known || (p.Ahead-2*time.Minute).Abs() > 5*time.Second {
		t.Errorf("the target's clock was %s ahead (%v, %v)", p.Ahead, known, err)
	}
	offers := func(o auth.HandoffOptions) auth.Offer {
		t.Helper()
		all, err := g.Offers(t.Context(), "shop", o)
		if err != nil {
			t.Fatal(err)
		}
		for _, offer := range all {
			if offer.Scanner == "zap" && offer.Variant.Name == "login" {
				return offer
			}
		}
		t.Fatal("there is no plan for ZAP")
		return auth.Offer{}
	}
	if o := offers(auth.HandoffOptions{}); len(o.Refused) > 0 {
		t.Errorf("what was just proven is refused: %v", o.Refused)
	}
	if err := g.Secrets.Set(t.Context(), store.Ref{Owner: "shop", Kind: store.KindPassword}, store.NewSecret("not the password")); err != nil {
		t.Fatal(err)
	}
	if r, err := g.Verify(t.Context(), "shop", auth.VerifyOptions{}, nil); err != nil || r.Verdict != login.Refused {
		t.Fatalf("with another password: %s, %v", r.Verdict, err)
	}
	if o := offers(auth.HandoffOptions{}); !o.Unproven {
		t.Errorf("after a refusal: %+v", o)
	}
	if o := offers(auth.HandoffOptions{Unproven: true}); len(o.Refused) > 0 {
		t.Errorf("when one insists: %v", o.Refused)
	}
	out, err := g.Handoff(t.Context(), "shop", "zap", auth.HandoffOptions{Unproven: true}, nil)
	if err != nil || !out.Unproven || out.Variant != "login" {
		t.Errorf("%s, unproven %v: %v", out.Variant, out.Unproven, err)
	}
}
