package auth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/duo"
	"gatepass/auth/lab"
	"gatepass/store"
)

// hour is an order of five codes that end in an hour.
var hour = auth.BypassOrder{Count: 5, Valid: time.Hour, Uses: 1}

// loses has Duo make what was ordered while nothing that it answers arrives, not even
// afterwards: what a gatepass that is killed leaves behind.
func (p *duoLab) loses(t *testing.T, g *auth.Gate, o auth.BypassOrder) error {
	t.Helper()
	plan, err := g.DuoPlanBypass(t.Context(), "bank", o, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = g.DuoIssueBypass(t.Context(), plan, func(e auth.DuoEvent) {
		if strings.HasPrefix(e.Note, "having Duo make") {
			p.fault(t, lab.FaultLostAnswer, true)
		}
	})
	p.fault(t, lab.FaultLostAnswer, false)
	if err == nil {
		t.Fatal("the answer arrived")
	}
	return err
}

// machine is another machine that knows the same tenant and account, and nothing of what
// the first one did.
func (p *duoLab) machine(t *testing.T) *auth.Gate {
	t.Helper()
	g := newGate(t, time.Now)
	if err := g.AddTenant(t.Context(), p.tenant(t)); err != nil {
		t.Fatal(err)
	}
	bank, err := p.Targets.Get("bank")
	if err != nil {
		t.Fatal(err)
	}
	bank.Secrets = nil
	add(t, g, auth.Enrolment{Target: bank})
	return g
}

func (p *duoLab) admin(t *testing.T) *duo.Admin {
	t.Helper()
	admin, err := duo.NewAdmin(duo.Config{Host: p.d.APIHost, IKey: p.d.AdminIKey, SKey: store.NewSecret(p.d.AdminSKey), Roots: pool(t, p.d.CAPEM)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(admin.Close)
	return admin
}

func list(t *testing.T, g *auth.Gate) auth.BypassList {
	t.Helper()
	l, err := g.DuoListBypass(t.Context(), "bank", nil)
	if err != nil || l.Problem != nil {
		t.Fatal(err, l.Problem)
	}
	return l
}

func says(t *testing.T, what string, sentences []string, want ...string) {
	t.Helper()
	said := strings.Join(sentences, "\n")
	for _, w := range want {
		if !strings.Contains(said, w) {
			t.Errorf("%s does not say %q:\n%s", what, w, said)
		}
	}
}

func TestCodesThatNeverArrivedAreFoundAndRevoked(t *testing.T) {
	p := newDuoLab(t)
	before := p.good()
	p.issue(t, auth.BypassOrder{Count: 2, Valid: 3 * time.Hour, Uses: 1})
	err := p.loses(t, p.Gate, hour)
	says(t, "the error", append(store.Hints(err), err.Error()), "is not known", "gatepass duo bypass list bank", "gatepass duo bypass revoke bank")

	// Until Duo is asked it goes by the record alone.
	reminders, err := p.BypassReminders(t.Context(), "bank")
	if err != nil {
		t.Fatal(err)
	}
	says(t, "the reminder", reminders, "5 codes asked for at ", "may have been made and never arrived here", "gatepass duo bypass list bank")

	l := list(t, p.Gate)
	if len(l.Stray.Codes) != 5 || len(l.Elsewhere) != before+5 || l.Total != 2 {
		t.Errorf("%d never arrived, %d elsewhere, %d in the stock", len(l.Stray.Codes), len(l.Elsewhere), l.Total)
	}
	says(t, "the list", l.Reminders, "5 codes that were asked for at ", "for "+p.d.Username, "never arrived here", "gatepass duo bypass revoke bank")
	next, err := p.DuoPlanBypass(t.Context(), "bank", hour, nil)
	if err != nil {
		t.Fatal(err)
	}
	says(t, "the next order", next.Sentences, "never arrived here")

	plan, err := p.DuoPlanRevoke(t.Context(), auth.BypassOwner{Target: "bank"}, false, nil)
	if err != nil || plan.AtDuo != before+7 || plan.Ours != 2 || plan.Lost != 5 || plan.Going != 7 || plan.Here != 2 {
		t.Errorf("%+v %v", plan, err)
	}
	says(t, "the question", plan.Sentences, p.d.Username, "2 that gatepass had issued here, 5 that were asked for here and never arrived", "10 that are unknown here")
	if p.good() != before+7 {
		t.Error("looking deleted something")
	}
	r, err := p.DuoRevokeBypass(t.Context(), "bank", false, nil)
	if err != nil || r.AtDuo != 7 || r.Lost != 5 || r.FromStock != 2 || p.good() != before {
		t.Errorf("%+v %v", r, err)
	}
	if l := list(t, p.Gate); len(l.Stray.Orders) != 0 || len(l.Reminders) != 0 {
		t.Errorf("afterwards: %+v %q", l.Stray, l.Reminders)
	}
}

// Nothing was made; that is certain only when it cannot come any more.
func TestAnOrderThatDuoNeverGotIsForgottenLater(t *testing.T) {
	p := newDuoLab(t)
	before := p.good()
	plan, err := p.DuoPlanBypass(t.Context(), "bank", hour, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = p.DuoIssueBypass(t.Context(), plan, func(e auth.DuoEvent) {
		p.fault(t, lab.FaultDrop, strings.HasPrefix(e.Note, "having Duo make"))
	}); err == nil || !strings.Contains(err.Error(), "none of them so far") {
		t.Errorf("got %v", err)
	}
	says(t, "the list", list(t, p.Gate).Reminders, "Duo has none of them so far")
	p.Now = func() time.Time { return time.Now().Add(3 * time.Minute) }
	if l := list(t, p.Gate); len(l.Stray.Orders) != 0 || len(l.Reminders) != 0 || p.good() != before {
		t.Errorf("%+v %q", l.Stray, l.Reminders)
	}
	if orders, err := p.Ledger.BypassOrders(t.Context()); err != nil || len(orders) != 0 {
		t.Errorf("%+v %v", orders, err)
	}
}

func TestAnOrderThatDuoRefusesLeavesNothingOpen(t *testing.T) {
	p := newDuoLab(t)
	plan, err := p.DuoPlanBypass(t.Context(), "bank", hour, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.fault(t, lab.FaultNoWrite, true)
	if _, err := p.DuoIssueBypass(t.Context(), plan, nil); err == nil {
		t.Error("it was issued without permission")
	}
	if orders, err := p.Ledger.BypassOrders(t.Context()); err != nil || len(orders) != 0 {
		t.Errorf("%+v %v", orders, err)
	}
}

// Ctrl+c while Duo has made the codes and has not answered: nobody was given them.
func TestCodesOfAnInterruptedOrderAreDeletedAgain(t *testing.T) {
	p := newDuoLab(t)
	before := p.good()
	plan, err := p.DuoPlanBypass(t.Context(), "bank", hour, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	p.fault(t, lab.FaultHeldAnswer, true)
	go func() {
		look := time.NewTicker(5 * time.Millisecond)
		defer look.Stop()
		for p.good() == before && ctx.Err() == nil {
			<-look.C
		}
		cancel()
	}()
	var told string
	_, err = p.DuoIssueBypass(ctx, plan, func(e auth.DuoEvent) {
		if strings.HasPrefix(e.Note, "looking whether") {
			p.fault(t, lab.FaultHeldAnswer, false)
		}
		if e.Silent {
			told += e.Note
		}
	})
	if !strings.Contains(told, "interrupt once more") || !strings.Contains(told, "gatepass duo bypass revoke bank") {
		t.Errorf("whoever interrupts is not told what is waited for: %q", told)
	}
	if err == nil || !strings.Contains(err.Error(), "the 5 codes that Duo had made were deleted there again") || p.good() != before {
		t.Errorf("%d are left: %v", p.good()-before, err)
	}
	if orders, err := p.Ledger.BypassOrders(t.Context()); err != nil || len(orders) != 0 {
		t.Errorf("%+v %v", orders, err)
	}
}

// Another machine orders the same at the same time, and its codes arrive there.
func TestCodesOfAnotherMachineAreNotTakenForOurs(t *testing.T) {
	for name, c := range map[string]struct {
		theirs auth.BypassOrder
		takes  int // codes that revoking deletes
		says   string
	}{
		"other terms":    {auth.BypassOrder{Count: 5, Valid: 8 * time.Hour, Uses: 1}, 5, "never arrived here: nobody has them"},
		"the same terms": {hour, 0, "perhaps another machine's"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newDuoLab(t)
			before := p.good()
			other := p.machine(t)
			if err := p.loses(t, p.Gate, hour); err == nil {
				t.Fatal("the answer arrived")
			}
			plan, err := other.DuoPlanBypass(t.Context(), "bank", c.theirs, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := other.DuoIssueBypass(t.Context(), plan, nil); err != nil {
				t.Fatal(err)
			}
			says(t, "the list", list(t, p.Gate).Reminders, c.says)
			r, err := p.DuoRevokeBypass(t.Context(), "bank", false, nil)
			if err != nil || r.AtDuo != c.takes || p.good() != before+10-c.takes {
				t.Errorf("%+v %v", r, err)
			}
			if l := list(t, other); l.Stock.Codes != 5 || len(l.Stray.Orders) != 0 {
				t.Errorf("the other machine has %d codes and %+v", l.Stock.Codes, l.Stray)
			}
		})
	}
}

func TestCodesThatWereDeletedAtDuoAreNotDrawn(t *testing.T) {
	p := newDuoLab(t)
	admin := p.admin(t)
	deleteSome := func(n int) {
		t.Helper()
		l := list(t, p.Gate)
		for _, id := range duo.NewIDs(l.Elsewhere, l.AtDuo)[:n] {
			if err := admin.DeleteBypassCode(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
	}
	p.issue(t, hour)
	deleteSome(2)
	l := list(t, p.Gate)
	if l.Stock.Codes != 3 || l.States[store.CodeMissing] != 2 {
		t.Errorf("of five codes of which two were deleted: %+v", l.Stock)
	}
	says(t, "the list", l.Reminders, "Duo does not have 2 codes of "+p.d.Username+"'s any more", "They are not drawn", "3 codes that can be drawn yet may be refused", "gatepass duo bypass revoke bank")
	if s, err := p.BypassStock(t.Context(), "bank"); err != nil || s.Stock.Codes != 3 {
		t.Errorf("what is counted afterwards: %+v %v", s.Stock, err)
	}
	draw(t, p.Gate, "bank")
	deleteSome(3)
	l = list(t, p.Gate)
	if l.Stock.Codes != 0 || l.States[store.CodeMissing] != 4 || l.States[store.CodeUnknown] != 1 {
		t.Errorf("with all deleted: %+v", l.Stock)
	}
	_, err := p.DrawBypass(t.Context(), "bank", "code", "")
	if !errors.Is(err, store.ErrNothingLeft) || !strings.Contains(err.Error(), "4 deleted at Duo") {
		t.Errorf("drawing one: %v", err)
	}
	says(t, "the error", store.Hints(err), "gatepass duo bypass issue bank --count 10 --valid 2h")
}

// Codes that others gave us have no id; where Duo lists fewer than we have, some are gone.
func TestImportedCodesThatDuoHasNotAreNotDrawn(t *testing.T) {
	p := newDuoLab(t)
	if _, err := p.AddBypass(t.Context(), "bank", secrets("111111", "222222"), auth.BypassTerms{Uses: 1}); err != nil {
		t.Fatal(err)
	}
	if l := list(t, p.Gate); l.Stock.Codes != 2 {
		t.Errorf("while Duo has others that may be these: %+v", l.Stock)
	}
	for _, c := range p.Duo().Codes() {
		if err := p.admin(t).DeleteBypassCode(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
	}
	if l := list(t, p.Gate); l.Stock.Codes != 0 || l.States[store.CodeMissing] != 2 {
		t.Errorf("when Duo has none for the account: %+v", l.Stock)
	}
}

func TestWhatStaysAtDuoIsSaidAndCanBeRevokedWithoutATarget(t *testing.T) {
	p := newDuoLab(t)
	before := p.good()
	p.issue(t, hour)
	draw(t, p.Gate, "bank")
	bank, err := p.Targets.Get("bank")
	if err != nil {
		t.Fatal(err)
	}
	twin := bank
	twin.Name, twin.Stock, twin.Secrets = "twin", "bank", nil
	add(t, p.Gate, auth.Enrolment{Target: twin})
	if left, err := p.BypassLeftBy(t.Context(), "bank"); err != nil || left.Issued != 0 {
		t.Errorf("what another target draws is left behind: %+v %v", left, err)
	}
	if err := p.Remove(t.Context(), "twin"); err != nil {
		t.Fatal(err)
	}
	left, err := p.BypassLeftBy(t.Context(), "bank")
	if err != nil || left.Issued != 5 {
		t.Errorf("%+v %v", left, err)
	}
	says(t, "removing it", left.Sentences(time.Now(), "gatepass duo bypass revoke bank"), "5 bypass codes that gatepass had issued for "+p.d.Username+" are not known to be used and stay good at Duo until ", "gatepass duo bypass revoke bank")
	if want := "gatepass duo bypass revoke --tenant practice --account " + p.d.Username; left.RevokeCommand() != want {
		t.Errorf("the command is %s", left.RevokeCommand())
	}
	if err := p.Remove(t.Context(), "bank"); err != nil {
		t.Fatal(err)
	}
	in, err := p.BypassLeftIn(t.Context(), "practice")
	if err != nil || len(in) != 1 || in[0].Issued != 5 || in[0].Username != p.d.Username {
		t.Errorf("in the tenant: %+v %v", in, err)
	}
	owner := auth.BypassOwner{Tenant: "practice", Username: p.d.Username}
	if plan, err := p.DuoPlanRevoke(t.Context(), owner, false, nil); err != nil || plan.Going != 5 {
		t.Errorf("%+v %v", plan, err)
	}
	r, err := p.DuoRevoke(t.Context(), owner, false, nil)
	if err != nil || r.AtDuo != 5 || p.good() != before {
		t.Errorf("%+v %v", r, err)
	}
	if in, err := p.BypassLeftIn(t.Context(), "practice"); err != nil || len(in) != 0 {
		t.Errorf("afterwards: %+v %v", in, err)
	}
}

func TestUselessCodesAreWarnedAboutBeforeTheyAreMade(t *testing.T) {
	for name, c := range map[string]struct {
		make func(p *duoLab)
		want string
	}{
		"a policy that blocks them": {func(p *duoLab) {
			p.policy(t, lab.PolicyBank, `{"authentication_methods":{"blocked_auth_list":["bypass"]}}`)
		}, "blocks bypass codes (authentication_methods)"},
		"an account that is locked":   {func(p *duoLab) { p.status(t, "locked out") }, "is locked out"},
		"an account that is disabled": {func(p *duoLab) { p.status(t, "disabled") }, `has the status "disabled"`},
		"an account that is let in":   {func(p *duoLab) { p.status(t, "bypass") }, "would not be asked for"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newDuoLab(t)
			if plan, err := p.DuoPlanBypass(t.Context(), "bank", hour, nil); err != nil || len(plan.Useless) != 0 {
				t.Errorf("while all is well: %q %v", plan.Useless, err)
			}
			c.make(p)
			plan, err := p.DuoPlanBypass(t.Context(), "bank", hour, nil)
			if err != nil {
				t.Fatal(err)
			}
			says(t, "the plan", plan.Useless, c.want)
			says(t, "the plan", plan.Sentences, c.want)
			if len(plan.Useless) != 1 {
				t.Errorf("one reason is given as several: %q", plan.Useless)
			}
		})
	}
}

func (p *duoLab) status(t *testing.T, status string) {
	t.Helper()
	if err := p.Duo().SetStatus(status); err != nil {
		t.Fatal(err)
	}
}

func TestAStockIsOneAccounts(t *testing.T) {
	p := newDuoLab(t)
	p.issue(t, hour)
	bank, err := p.Targets.Get("bank")
	if err != nil {
		t.Fatal(err)
	}
	other := bank
	other.Name, other.Stock, other.Secrets, other.Username, other.Duo.Username = "other", "bank", nil, "somebody-else", ""
	err = p.Add(t.Context(), auth.Enrolment{Target: other})
	if !errors.Is(err, auth.ErrUsage) || !strings.Contains(err.Error(), "are for "+p.d.Username) || !strings.Contains(err.Error(), "somebody-else") {
		t.Errorf("a target of another user: %v", err)
	}
	says(t, "the refusal", store.Hints(err), "gatepass edit other --duo-username "+p.d.Username)
	other.Stock = ""
	add(t, p.Gate, auth.Enrolment{Target: other})
	toBank := func(b *store.Target) { b.Stock = "bank" }
	if err := p.Edit(t.Context(), "other", toBank); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("edited to another user's stock: %v", err)
	}
	// A file that was written by hand is refused before a code leaves the store.
	other.Stock = "bank"
	if err := p.Targets.Save(other); err != nil {
		t.Fatal(err)
	}
	if _, err := p.DrawBypass(t.Context(), "other", "code", ""); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("drawn for another user: %v", err)
	}
	other.Stock = ""
	if err := p.Targets.Save(other); err != nil {
		t.Fatal(err)
	}
	// As whom Duo knows it is what counts, capitals or not.
	if err := p.Edit(t.Context(), "other", func(b *store.Target) { b.Duo.Username = strings.ToUpper(p.d.Username); toBank(b) }); err != nil {
		t.Errorf("the same account under another name: %v", err)
	}
	if err := p.Edit(t.Context(), "bank", func(b *store.Target) { b.Duo.Username = "third" }); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("the codes that were issued go to another user: %v", err)
	}
}

func TestImportedCodesFollowACorrectedName(t *testing.T) {
	g := stocked(t, time.Now, auth.BypassTerms{Uses: 1}, "111111")
	if err := g.Edit(t.Context(), "shop", func(b *store.Target) { b.Username = "the-right-name" }); err != nil {
		t.Fatal(err)
	}
	if got := draw(t, g, "shop").Code.Reveal(); got != "111111" {
		t.Error("not the code that was given")
	}
	to, err := g.Targets.Get("shop")
	if err != nil {
		t.Fatal(err)
	}
	to.Username = "the-last-name"
	add(t, g, auth.Enrolment{Target: to, Replace: true})
	if s, err := g.BypassStock(t.Context(), "shop"); err != nil || s.Account.User != "the-last-name" {
		t.Errorf("%+v %v", s.Stock, err)
	}
}

func TestASlipInTheNameOfAStockIsSaid(t *testing.T) {
	g := stocked(t, time.Now, auth.BypassTerms{Uses: 1}, "111111")
	for _, known := range []string{"", "shop", "twin"} {
		if err := g.CheckStock(t.Context(), "twin", known); err != nil {
			t.Errorf("%q: %v", known, err)
		}
	}
	err := g.CheckStock(t.Context(), "twin", "shpo")
	if !errors.Is(err, auth.ErrUsage) {
		t.Errorf("got %v", err)
	}
	says(t, "the refusal", store.Hints(err), `Did you mean "shop"?`, "--new-stock shpo")
}
