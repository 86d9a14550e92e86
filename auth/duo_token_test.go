package auth_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"gatepass/auth"
	"gatepass/auth/duo"
	"gatepass/auth/lab"
	"gatepass/store"
)

// tokenAtDuo looks for a token with another program's eyes.
func (p *duoLab) tokenAtDuo(t *testing.T, serial string) (duo.Token, bool) {
	t.Helper()
	admin, err := duo.NewAdmin(duo.Config{Host: p.d.APIHost, IKey: p.d.AdminIKey, SKey: store.NewSecret(p.d.AdminSKey), Roots: pool(t, p.d.CAPEM)})
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	token, found, err := admin.TokenBySerial(t.Context(), "t6", serial)
	if err != nil {
		t.Fatal(err)
	}
	return token, found
}

func TestASeedThatWorksStaysUntilDuoHasTheNewOne(t *testing.T) {
	p := newDuoLab(t)
	first, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	works := func(when string, want auth.TokenEnrolment) {
		t.Helper()
		if k, err := p.Key(t.Context(), "bank"); err != nil || !k.Equal(want.Key) {
			t.Errorf("%s the target's seed is another (%v)", when, err)
		}
	}
	p.fault(t, lab.FaultNoWrite, true)
	if _, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{Replace: true}, nil); err == nil {
		t.Fatal("Duo took a token that it refuses")
	}
	works("after Duo said no,", first)
	p.fault(t, lab.FaultNoWrite, false)

	// A tenant that wants it done by hand gets the new seed, and the old one works on.
	p.fault(t, lab.FaultStrictTokens, true)
	byHand, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{Replace: true}, nil)
	if err != nil || !byHand.ByHand || !strings.Contains(strings.Join(byHand.Steps, "\n"), "--use-kept") {
		t.Fatalf("%+v %v", byHand, err)
	}
	works("before the administrator is done,", first)
	if serial, _, err := p.DuoTokenCSV(t.Context(), "bank"); err != nil || serial != byHand.Serial {
		t.Errorf("the line for the Admin Panel is for %q, %v", serial, err)
	}
	if _, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{}, nil); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("a third seed: %v", err)
	}
	p.fault(t, lab.FaultStrictTokens, false)
	last, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{UseKept: true}, nil)
	if err != nil || !last.Accepted || last.Serial != byHand.Serial {
		t.Errorf("%+v %v", last, err)
	}
	works("at the end", byHand)
}

func TestTwoEnrolmentsAtOnceMakeOneToken(t *testing.T) {
	p := newDuoLab(t)
	var other chan error
	e, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{}, func(ev auth.DuoEvent) {
		if strings.HasPrefix(ev.Note, "keeping the seed") {
			other = beside(func(tell auth.DuoSink) error {
				_, err := p.second().DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{}, tell)
				return err
			})
		}
	})
	if err != nil || !e.Accepted {
		t.Errorf("%+v %v", e, err)
	}
	if err := <-other; !errors.Is(err, auth.ErrUsage) {
		t.Errorf("the second one: %v", err)
	}
	if k, err := p.Key(t.Context(), "bank"); err != nil || k.Account() != e.Serial {
		t.Errorf("the seed that is kept is not the token's, %v", err)
	}
}

func TestEnrollingATokenKeepsWhatIsEditedMeanwhile(t *testing.T) {
	p := newDuoLab(t)
	edited := false
	_, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{}, func(ev auth.DuoEvent) {
		if strings.HasPrefix(ev.Note, "looking for") && !edited {
			edited = true
			if err := p.second().Edit(t.Context(), "bank", func(b *store.Target) { b.Tags = []string{"edited"} }); err != nil {
				t.Error(err)
			}
		}
	})
	if b, _ := p.Targets.Get("bank"); err != nil || !slices.Equal(b.Tags, []string{"edited"}) || !b.Has(store.KindSeed) {
		t.Errorf("%+v %v", b, err)
	}
}

func TestATargetThatIsRemovedMeanwhileGetsNoToken(t *testing.T) {
	for _, when := range []string{"looking for \"", "importing the token"} {
		t.Run(when, func(t *testing.T) {
			p := newDuoLab(t)
			removed := false
			e, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{}, func(ev auth.DuoEvent) {
				if strings.HasPrefix(ev.Note, when) && !removed {
					removed = true
					if err := p.second().Remove(t.Context(), "bank"); err != nil {
						t.Error(err)
					}
				}
			})
			if !errors.Is(err, store.ErrNoTarget) || e.TokenID != "" {
				t.Errorf("%+v %v", e, err)
			}
			if _, err := p.Targets.Get("bank"); !errors.Is(err, store.ErrNoTarget) {
				t.Errorf("the target is back: %v", err)
			}
			if e.Serial == "" {
				return
			}
			if _, found := p.tokenAtDuo(t, e.Serial); found {
				t.Error("Duo has a token without a seed")
			}
		})
	}
}

func TestATokenWhoseAnswerIsLostIsFound(t *testing.T) {
	for name, mends := range map[string]bool{"Duo answers again": true, "Duo stays silent": false} {
		t.Run(name, func(t *testing.T) {
			p := newDuoLab(t)
			lost := false
			e, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{}, func(ev auth.DuoEvent) {
				switch {
				case strings.HasPrefix(ev.Note, "importing the token"):
					lost = true
					p.fault(t, lab.FaultLostAnswer, true)
				case strings.HasPrefix(ev.Note, "looking whether") && lost && mends:
					p.fault(t, lab.FaultLostAnswer, false)
				}
			})
			p.fault(t, lab.FaultLostAnswer, false)
			if !mends {
				if err == nil || !strings.Contains(strings.Join(store.Hints(err), ""), "--use-kept") {
					t.Errorf("%v %v", err, store.Hints(err))
				}
				e, err = p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{UseKept: true}, nil)
			}
			if err != nil || !e.Accepted {
				t.Errorf("%+v %v", e, err)
			}
			if token, found := p.tokenAtDuo(t, e.Serial); !found || len(token.Users) != 1 || token.ID != e.TokenID {
				t.Errorf("%+v", token)
			}
		})
	}
}

func TestATenantIsNotRemovedWhileATargetCannotBeRead(t *testing.T) {
	p := newDuoLab(t)
	if err := p.Remove(t.Context(), "bank"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p.Targets.Path("other"), []byte("url: [\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var broken *store.FieldError
	if err := p.RemoveTenant(t.Context(), "practice"); !errors.As(err, &broken) {
		t.Errorf("removed: %v", err)
	}
	if _, err := p.CheckTenant(t.Context(), "practice", nil); err != nil {
		t.Error(err)
	}
}
