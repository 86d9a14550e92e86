package auth_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/store"
)

func TestWhatAWrongClockSpentCanBeTakenBack(t *testing.T) {
	c := &clock{at: noon.Add(72 * time.Hour)}
	g := newGate(t, c.now)
	add(t, g, auth.Enrolment{Target: target("shop"), OTP: key(t, testSeed)})
	ahead, _, err := g.Code(t.Context(), "shop", auth.CodeOptions{By: "verify"})
	if err != nil {
		t.Fatal(err)
	}
	c.set(noon)
	_, _, err = g.Code(t.Context(), "shop", auth.CodeOptions{})
	if hints := strings.Join(store.Hints(err), "\n"); !errors.Is(err, auth.ErrNothingFresh) || !strings.Contains(hints, "gatepass code shop --forget-spent") {
		t.Errorf("it says %v, and hints at %s", err, hints)
	}
	lead, far, err := g.SpentAhead(t.Context(), "shop")
	if err != nil || !far || lead.Step != ahead.Step || lead.By != "verify" || lead.Ahead < 71*time.Hour {
		t.Errorf("what lies ahead: %+v %v %v", lead, far, err)
	}
	if _, err := g.ForgetSpent(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	// The present code may have been used before the clock went wrong: the next is given.
	waited := false
	code, k, err := g.Code(t.Context(), "shop", auth.CodeOptions{Waiting: func(until time.Time) { waited = true; c.set(until) }})
	if err != nil || !waited || code.Step != k.Step(noon)+1 {
		t.Errorf("waited %v, and the code is that of step %d, %v", waited, code.Step, err)
	}
	if _, err := g.ForgetSpent(t.Context(), "shop"); !errors.Is(err, store.ErrNothingAhead) {
		t.Errorf("a second time: %v", err)
	}
}

// A step or two ahead is what --next spends: that is waited for, never taken back.
func TestACodeOfTheNextStepIsNotTakenBack(t *testing.T) {
	c := &clock{at: noon}
	g := newGate(t, c.now)
	add(t, g, auth.Enrolment{Target: target("shop"), OTP: key(t, testSeed)})
	if _, _, err := g.Code(t.Context(), "shop", auth.CodeOptions{Next: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.ForgetSpent(t.Context(), "shop"); !errors.Is(err, store.ErrNothingAhead) {
		t.Errorf("it was taken back: %v", err)
	}
}

func TestACounterHasNothingAheadToTakeBack(t *testing.T) {
	g := newGate(t, time.Now)
	add(t, g, auth.Enrolment{Target: target("bank"), OTP: countingKey(t, "0")})
	_, err := g.ForgetSpent(t.Context(), "bank")
	if hints := strings.Join(store.Hints(err), "\n"); !errors.Is(err, auth.ErrUsage) || !strings.Contains(hints, "--resync") {
		t.Errorf("it says %v, and hints at %s", err, hints)
	}
}

func TestCodesAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"755224 287082":                "755224 287082",
		"755 224\n287 082\n":           "755224 287082",
		"755 224 287 082":              "755224 287082",
		"755-224, 287-082; 359 152":    "755224 287082 359152",
		"75 52 24\t287082":             "755224 287082",
		"\r\n755224\r\n\r\n287082\r\n": "755224 287082",
		"755 224 28":                   "755224 28", // not swallowed: it is refused by name
		"755 2241":                     "7552241",
		"":                             "",
	} {
		var got []string
		for _, c := range auth.CodesIn(store.NewSecret(text), 6) {
			got = append(got, c.Reveal())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
}
