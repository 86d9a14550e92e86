package auth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/lab"
	"gatepass/store"
)

// second is another process: the same files, the same secrets.
func (p *duoLab) second() *auth.Gate {
	return &auth.Gate{
		Home: p.Home, Targets: store.NewTargets(p.Home.TargetsDir()), Secrets: p.Secrets,
		Ledger: store.NewLedger(p.Home.LedgerFile(), time.Now), Now: time.Now,
	}
}

// beside runs do until it has ended or waits for somebody else; the channel gives what
// came of it.
func beside(do func(auth.DuoSink) error) chan error {
	waits, done := make(chan struct{}, 1), make(chan error, 1)
	go func() {
		done <- do(func(e auth.DuoEvent) {
			if strings.HasPrefix(e.Note, "waiting for another gatepass") {
				waits <- struct{}{}
			}
		})
	}()
	select {
	case <-waits:
		return done
	case err := <-done:
		done <- err
		return done
	}
}

func issueFive(ctx context.Context, g *auth.Gate, tell auth.DuoSink) error {
	plan, err := g.DuoPlanBypass(ctx, "bank", auth.BypassOrder{Count: 5, Valid: time.Hour, Uses: 1}, nil)
	if err == nil {
		_, err = g.DuoIssueBypass(ctx, plan, tell)
	}
	return err
}

func TestRevokingLeavesTheCodesThatAnotherProcessIsIssued(t *testing.T) {
	p := newDuoLab(t)
	before := p.good()
	p.issue(t, auth.BypassOrder{Count: 1, Valid: time.Hour, Uses: 1})
	var other chan error
	r, err := p.DuoRevokeBypass(t.Context(), "bank", false, func(e auth.DuoEvent) {
		if strings.HasPrefix(e.Note, "deleting at Duo") {
			other = beside(func(tell auth.DuoSink) error { return issueFive(t.Context(), p.second(), tell) })
		}
	})
	if err != nil || r.AtDuo != 1 || r.FromStock != 1 {
		t.Errorf("%+v %v", r, err)
	}
	if err := <-other; err != nil {
		t.Fatal(err)
	}
	if s, err := p.BypassStock(t.Context(), "bank"); err != nil || s.Total != 5 || p.good() != before+5 {
		t.Errorf("%d in the stock, %d at Duo, %v", s.Total, p.good()-before, err)
	}
}

func TestAnInterruptedOrderLeavesTheCodesOfAnotherProcess(t *testing.T) {
	p := newDuoLab(t)
	before := p.good()
	plan, err := p.DuoPlanBypass(t.Context(), "bank", auth.BypassOrder{Count: 5, Valid: time.Hour, Uses: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var other chan error
	_, err = p.DuoIssueBypass(ctx, plan, func(e auth.DuoEvent) {
		if strings.HasPrefix(e.Note, "having Duo make") {
			other = beside(func(tell auth.DuoSink) error { return issueFive(t.Context(), p.second(), tell) })
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the interrupted one: %v", err)
	}
	if err := <-other; err != nil {
		t.Fatal(err)
	}
	if s, err := p.BypassStock(t.Context(), "bank"); err != nil || s.Stock.Codes != 5 || p.good() != before+5 {
		t.Errorf("%d in the stock, %d at Duo, %v", s.Stock.Codes, p.good()-before, err)
	}
}

// Duo makes the codes and answers nothing more. They are in hand, and stay.
func TestCodesInHandStayWhenDuoAnswersNothingMore(t *testing.T) {
	t.Parallel() // it waits out a rate limit
	p := newDuoLab(t)
	before := p.good()
	plan, err := p.DuoPlanBypass(t.Context(), "bank", auth.BypassOrder{Count: 5, Valid: time.Hour, Uses: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	issued, err := p.DuoIssueBypass(t.Context(), plan, func(e auth.DuoEvent) {
		if strings.HasPrefix(e.Note, "asking what Duo calls them") {
			p.fault(t, lab.FaultDrop, true)
		}
	})
	p.fault(t, lab.FaultDrop, false)
	if err != nil || len(issued.Codes) != 5 || issued.Unnamed != 5 {
		t.Errorf("%d codes, %d without a name, %v", len(issued.Codes), issued.Unnamed, err)
	}
	if s, err := p.BypassStock(t.Context(), "bank"); err != nil || s.Stock.Codes != 5 || p.good() != before+5 {
		t.Errorf("%d in the stock, %d at Duo, %v", s.Stock.Codes, p.good()-before, err)
	}
	// Which they are at Duo is found out later, and they are revoked with the others.
	r, err := p.DuoRevokeBypass(t.Context(), "bank", false, nil)
	if err != nil || r.AtDuo != 5 || r.Lost != 0 || r.FromStock != 5 || r.Unnamed != 0 || p.good() != before {
		t.Errorf("%+v %v", r, err)
	}
}

func TestAReplacementWhoseAnswerIsLostLeavesNoDeadCodes(t *testing.T) {
	p := newDuoLab(t)
	p.issue(t, auth.BypassOrder{Count: 5, Valid: time.Hour, Uses: 1})
	plan, err := p.DuoPlanBypass(t.Context(), "bank", auth.BypassOrder{Count: 5, Valid: time.Hour, Uses: 1, Replace: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	issued, err := p.DuoIssueBypass(t.Context(), plan, func(e auth.DuoEvent) {
		switch {
		case strings.HasPrefix(e.Note, "having Duo make"):
			p.fault(t, lab.FaultLostAnswer, true)
		case strings.HasPrefix(e.Note, "looking whether"):
			p.fault(t, lab.FaultLostAnswer, false)
		}
	})
	if err == nil || issued.Removed != 5 || p.good() != 0 {
		t.Errorf("%d were removed, %d are at Duo: %v", issued.Removed, p.good(), err)
	}
	if s, err := p.BypassStock(t.Context(), "bank"); err != nil || s.Total != 0 {
		t.Errorf("the stock still has %d codes that Duo has not, %v", s.Total, err)
	}
}

// The target draws from another account's codes by the time that Duo has answered.
func TestAReplacementTouchesOnlyTheStockThatWasAgreedTo(t *testing.T) {
	p := newDuoLab(t)
	bank, err := p.Targets.Get("bank")
	if err != nil {
		t.Fatal(err)
	}
	add(t, p.Gate, auth.Enrolment{Target: store.Target{Name: "other", URL: bank.URL, Username: bank.Username, Duo: bank.Duo, Route: store.RouteBypassCode}})
	twin := bank
	twin.Name, twin.Stock, twin.Secrets = "twin", "bank", nil
	add(t, p.Gate, auth.Enrolment{Target: twin})
	if _, err := p.AddBypass(t.Context(), "other", secrets("123456789", "123456780"), auth.BypassTerms{Uses: 1}); err != nil {
		t.Fatal(err)
	}
	p.issue(t, auth.BypassOrder{Count: 2, Valid: time.Hour, Uses: 1})
	plan, err := p.DuoPlanBypass(t.Context(), "bank", auth.BypassOrder{Count: 3, Valid: time.Hour, Uses: 1, Replace: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	move := func() {
		if err := p.second().Edit(t.Context(), "bank", func(b *store.Target) { b.Stock = "other" }); err != nil {
			t.Error(err)
		}
	}
	issued, err := p.DuoIssueBypass(t.Context(), plan, func(e auth.DuoEvent) {
		if strings.HasPrefix(e.Note, "having Duo make") {
			move()
		}
	})
	if err != nil || issued.Stock != "bank" || issued.Removed != 2 {
		t.Errorf("%+v %v", issued, err)
	}
	for name, want := range map[string]int{"other": 2, "twin": 3} {
		if s, err := p.BypassStock(t.Context(), name); err != nil || s.Stock.Codes != want {
			t.Errorf("%s has %d codes, not %d, %v", name, s.Stock.Codes, want, err)
		}
	}
	if _, err := p.DuoIssueBypass(t.Context(), plan, nil); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("an order that was planned for another stock: %v", err)
	}
}

// hooked calls hook once, before the first secret is kept.
type hooked struct {
	store.Secrets
	hook func()
}

func (h *hooked) Set(ctx context.Context, ref store.Ref, s store.Secret) error {
	if f := h.hook; f != nil {
		h.hook = nil
		f()
	}
	return h.Secrets.Set(ctx, ref, s)
}

func TestATenantThatIsAddedTwiceAtOnceKeepsItsKeys(t *testing.T) {
	p := newDuoLab(t)
	e := p.tenant(t)
	e.Tenant.Name = "corp"
	other := p.second()
	p.Secrets = &hooked{p.Secrets, func() {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_ = other.AddTenant(ctx, e) // it comes too late, or not at all
	}}
	if err := p.AddTenant(t.Context(), e); err != nil {
		t.Errorf("the first one: %v", err)
	}
	corp, err := store.NewTenants(p.Home.TenantsDir()).Get("corp")
	if err != nil || len(corp.Secrets) != 2 {
		t.Fatalf("%+v %v", corp, err)
	}
	for _, kind := range corp.Secrets {
		if _, err := other.Secrets.Get(t.Context(), store.TenantRef("corp", kind)); err != nil {
			t.Errorf("the file promises %s: %v", kind, err)
		}
	}
}
