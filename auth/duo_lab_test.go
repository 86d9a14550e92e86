package auth_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/duo"
	"gatepass/auth/lab"
	"gatepass/auth/otp"
	"gatepass/store"
)

// duoLab is a Gate that knows the lab's bank and the tenant behind it.
type duoLab struct {
	*auth.Gate
	*lab.Lab
	d      lab.Duo
	events []auth.DuoEvent
}

func (p *duoLab) tell(e auth.DuoEvent) { p.events = append(p.events, e) }

func newDuoLab(t *testing.T) *duoLab {
	t.Helper()
	l, err := lab.Start(t.Context(), lab.Options{Delay: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p := &duoLab{Gate: newGate(t, time.Now), Lab: l, d: l.Describe().Duo}
	if err := p.AddTenant(t.Context(), p.tenant(t)); err != nil {
		t.Fatal(err)
	}
	bank, _ := l.Describe().App("bank")
	add(t, p.Gate, auth.Enrolment{
		Target: store.Target{
			Name: "bank", URL: bank.URL, Username: bank.Username, Route: store.RouteBypassCode,
			Proof: store.Proof{URL: bank.ProofURL, Text: bank.ProofText},
			Duo:   store.TargetDuo{Tenant: "practice", Integration: p.d.Integration, Username: p.d.Username},
		},
		Password: store.NewSecret(bank.Password),
	})
	return p
}

func (p *duoLab) tenant(t *testing.T) auth.TenantEnrolment {
	t.Helper()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, []byte(p.d.CAPEM), 0o600); err != nil {
		t.Fatal(err)
	}
	return auth.TenantEnrolment{
		Tenant:  store.Tenant{Name: "practice", APIHost: p.d.APIHost, AuthIKey: p.d.AuthIKey, AdminIKey: p.d.AdminIKey, CAFile: ca},
		AuthKey: store.NewSecret(p.d.AuthSKey), AdminKey: store.NewSecret(p.d.AdminSKey),
	}
}

func (p *duoLab) fault(t *testing.T, name string, on bool) {
	t.Helper()
	if err := p.Duo().SetFault(name, on); err != nil {
		t.Fatal(err)
	}
}

func (p *duoLab) policy(t *testing.T, of, sections string) {
	t.Helper()
	var set map[string]json.RawMessage
	if err := json.Unmarshal([]byte(sections), &set); err != nil {
		t.Fatal(err)
	}
	if err := p.Duo().SetPolicy(of, set); err != nil {
		t.Fatal(err)
	}
}

// good counts the account's codes that open something, by the lab's own count.
func (p *duoLab) good() int {
	n := 0
	for _, c := range p.Duo().Codes() {
		if c.Good {
			n++
		}
	}
	return n
}

func (p *duoLab) issue(t *testing.T, o auth.BypassOrder) auth.BypassIssued {
	t.Helper()
	plan, err := p.DuoPlanBypass(t.Context(), "bank", o, p.tell)
	if err != nil {
		t.Fatal(err)
	}
	issued, err := p.DuoIssueBypass(t.Context(), plan, p.tell)
	if err != nil {
		t.Fatal(err)
	}
	return issued
}

func states(c auth.TenantCheck) map[string]auth.CheckState {
	all := map[string]auth.CheckState{}
	for _, k := range c.Checks {
		all[strings.TrimSpace(k.Application+" "+k.What)] = k.State
	}
	return all
}

func TestTenantIsProvenApplicationByApplication(t *testing.T) {
	p := newDuoLab(t)
	before := len(p.Duo().Codes())
	c, err := p.CheckTenant(t.Context(), "practice", p.tell)
	if err != nil || !c.OK() {
		t.Fatalf("%+v %v", c, err)
	}
	for what, want := range map[string]auth.CheckState{
		"reachable": auth.CheckGood, "clock": auth.CheckGood, "Auth API keys": auth.CheckGood, "Auth API kind": auth.CheckGood,
		"Admin API keys": auth.CheckGood, "Admin API kind": auth.CheckGood, "Admin API " + duo.NeedsRead: auth.CheckGood,
		"Admin API " + duo.NeedsWrite: auth.CheckGood, "Admin API " + duo.NeedsLog: auth.CheckGood,
	} {
		if got := states(c)[what]; got != want {
			t.Errorf("%s is %q", what, got)
		}
	}
	for _, call := range p.Duo().Calls() {
		if call.Method != "GET" {
			t.Errorf("a check called %s %s", call.Method, call.Path)
		}
	}
	if len(p.Duo().Codes()) != before {
		t.Error("a check made codes")
	}
}

func TestWhatIsWrongWithATenantIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		fault string
		what  string
		state auth.CheckState
		ok    bool
	}{
		"no read":             {lab.FaultNoRead, "Admin API " + duo.NeedsRead, auth.CheckBad, false},
		"no write":            {lab.FaultNoWrite, "Admin API " + duo.NeedsWrite, auth.CheckWarning, true},
		"no log":              {lab.FaultNoLog, "Admin API " + duo.NeedsLog, auth.CheckWarning, true},
		"another's network":   {lab.FaultForeignNet, "Admin API " + duo.NeedsRead, auth.CheckBad, false},
		"a gateway's page":    {lab.FaultHTML502, "reachable", auth.CheckBad, false},
		"connections dropped": {lab.FaultDrop, "reachable", auth.CheckBad, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := newDuoLab(t)
			p.fault(t, c.fault, true)
			got, err := p.CheckTenant(t.Context(), "practice", nil)
			if err != nil || states(got)[c.what] != c.state || got.OK() != c.ok {
				t.Errorf("%+v %v", got.Checks, err)
			}
		})
	}
}

// The application may not read its own page, so nobody can tell whether it may write.
func TestWhatOnlyAChangeWouldTellIsUnknown(t *testing.T) {
	p := newDuoLab(t)
	p.fault(t, lab.FaultNoApps, true)
	c, err := p.CheckTenant(t.Context(), "practice", nil)
	if err != nil || states(c)["Admin API "+duo.NeedsWrite] != auth.CheckUnknown || states(c)["Admin API "+duo.NeedsLog] != auth.CheckGood || !c.OK() {
		t.Fatalf("%+v %v", c.Checks, err)
	}
	// Duo wants to be asked for its log once a minute.
	again, err := p.CheckTenant(t.Context(), "practice", nil)
	if err != nil || states(again)["Admin API "+duo.NeedsLog] != auth.CheckGood {
		t.Fatalf("%+v %v", again.Checks, err)
	}
	logs := 0
	for _, call := range p.Duo().Calls() {
		if strings.Contains(call.Path, "/logs/") {
			logs++
		}
	}
	if logs != 1 {
		t.Errorf("the log was asked for %d times in a minute", logs)
	}
}

func TestClockIsWarnedAboutAndThenRefused(t *testing.T) {
	p := newDuoLab(t)
	for off, want := range map[time.Duration]auth.CheckState{
		2 * time.Second: auth.CheckGood, 9 * time.Second: auth.CheckWarning, -64 * time.Second: auth.CheckWarning, 250 * time.Second: auth.CheckBad,
	} {
		p.Duo().Skew(off)
		signed := len(p.Duo().Calls())
		c, err := p.CheckTenant(t.Context(), "practice", nil)
		if err != nil || states(c)["clock"] != want {
			t.Errorf("%s: %+v %v", off, c.Checks, err)
		}
		if want == auth.CheckBad {
			for _, call := range p.Duo().Calls()[signed:] {
				if call.IKey != "" {
					t.Errorf("%s: something signed was sent: %s", off, call.Path)
				}
			}
		}
	}
}

func TestOneApplicationIsEnoughForWhatItCanDo(t *testing.T) {
	p := newDuoLab(t)
	full := p.tenant(t)
	only := full
	only.Tenant.Name, only.Tenant.AdminIKey, only.AdminKey = "auth-only", "", store.Secret{}
	if err := p.AddTenant(t.Context(), only); err != nil {
		t.Fatal(err)
	}
	if err := p.Edit(t.Context(), "bank", func(b *store.Target) { b.Duo.Tenant = "auth-only" }); err != nil {
		t.Fatal(err)
	}
	c, err := p.CheckTenant(t.Context(), "auth-only", nil)
	if err != nil || !c.OK() || states(c)["Admin API keys"] != auth.CheckSkipped {
		t.Errorf("%+v %v", c.Checks, err)
	}
	if pre, err := p.DuoPreauth(t.Context(), "bank", "", nil); err != nil || pre.Result != duo.PreauthAuth {
		t.Errorf("%+v %v", pre, err)
	}
	if _, err := p.DuoPolicy(t.Context(), "bank", "", nil); !errors.Is(err, auth.ErrNoDuo) || !strings.Contains(strings.Join(store.Hints(err), ""), "--admin-ikey") {
		t.Errorf("got %v", err)
	}
	only = full
	only.Tenant.Name, only.Tenant.AuthIKey, only.AuthKey = "admin-only", "", store.Secret{}
	if err := p.AddTenant(t.Context(), only); err != nil {
		t.Fatal(err)
	}
	if err := p.Edit(t.Context(), "bank", func(b *store.Target) { b.Duo.Tenant = "admin-only" }); err != nil {
		t.Fatal(err)
	}
	if _, err := p.DuoPreauth(t.Context(), "bank", "", nil); !errors.Is(err, auth.ErrNoDuo) {
		t.Errorf("got %v", err)
	}
	e, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{}, nil)
	if err != nil || e.TokenID == "" || e.Accepted || len(e.Notes) == 0 {
		t.Errorf("a token that cannot be proven: %+v %v", e, err)
	}
}

func TestTenantIsKeptWholeOrNotAtAll(t *testing.T) {
	p := newDuoLab(t)
	e := p.tenant(t)
	if err := p.AddTenant(t.Context(), e); !errors.Is(err, store.ErrTenantExists) {
		t.Errorf("twice: %v", err)
	}
	e.Tenant.Name = "second"
	memory := p.Secrets
	p.Secrets = failing{memory, store.KindAdminKey}
	if err := p.AddTenant(t.Context(), e); !errors.Is(err, errFull) {
		t.Errorf("a full store: %v", err)
	}
	p.Secrets = memory
	if _, err := memory.Get(t.Context(), store.TenantRef("second", store.KindAuthKey)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a secret key stayed: %v", err)
	}
	for name, spoil := range map[string]func(*auth.TenantEnrolment){
		"no key at all": func(e *auth.TenantEnrolment) {
			e.Tenant.AuthIKey, e.Tenant.AdminIKey = "", ""
			e.AuthKey, e.AdminKey = store.Secret{}, store.Secret{}
		},
		"half a pair":          func(e *auth.TenantEnrolment) { e.AuthKey = store.Secret{} },
		"the other half":       func(e *auth.TenantEnrolment) { e.Tenant.AuthIKey = "" },
		"integration key":      func(e *auth.TenantEnrolment) { e.AuthKey = store.NewSecret(e.Tenant.AuthIKey) },
		"somebody else's":      func(e *auth.TenantEnrolment) { e.Tenant.CAFile = "" },
		"no certificate":       func(e *auth.TenantEnrolment) { e.Tenant.CAFile = p.Home.LedgerFile() },
		"an address of a page": func(e *auth.TenantEnrolment) { e.Tenant.APIHost = "https://" + e.Tenant.APIHost },
	} {
		bad := e
		spoil(&bad)
		if err := p.AddTenant(t.Context(), bad); err == nil || strings.Contains(err.Error(), p.d.AuthSKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all, _ := p.TenantsOverview(); len(all) != 1 || !slices.Equal(all[0].Targets, []string{"bank"}) {
		t.Errorf("%+v", all)
	}
	if err := p.RemoveTenant(t.Context(), "practice"); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("removing one that a target is in: %v", err)
	}
	if err := p.Edit(t.Context(), "bank", func(b *store.Target) { b.Duo = store.TargetDuo{} }); err != nil {
		t.Fatal(err)
	}
	if err := p.RemoveTenant(t.Context(), "practice"); err != nil {
		t.Error(err)
	}
	if _, err := memory.Get(t.Context(), store.TenantRef("practice", store.KindAdminKey)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a secret key stayed: %v", err)
	}
	if _, err := p.DuoPreauth(t.Context(), "bank", "", nil); !errors.Is(err, auth.ErrNoDuo) {
		t.Errorf("without a tenant: %v", err)
	}
}

func TestIssuedCodesGoStraightIntoTheStore(t *testing.T) {
	p := newDuoLab(t)
	before := p.good()
	plan, err := p.DuoPlanBypass(t.Context(), "bank", auth.BypassOrder{Count: 23, Valid: 2 * time.Hour, Uses: 1}, p.tell)
	if err != nil || plan.Calls != 3 || plan.Existing != before || p.good() != before {
		t.Fatalf("%+v %v", plan, err)
	}
	said := strings.Join(plan.Sentences, " ")
	for _, want := range []string{"23 bypass codes", "2 hours", "alerts"} {
		if !strings.Contains(said, want) {
			t.Errorf("the plan does not say %q: %s", want, said)
		}
	}
	issued, err := p.DuoIssueBypass(t.Context(), plan, p.tell)
	if err != nil || len(issued.Codes) != 23 || p.good() != before+23 {
		t.Fatalf("%d codes, %v", len(issued.Codes), err)
	}
	l, err := p.DuoListBypass(t.Context(), "bank", nil)
	if err != nil || !l.Asked || l.Stock.Codes != 23 || len(l.Elsewhere) != before || len(l.Reminders) != 1 {
		t.Fatalf("%+v %v", l, err)
	}
	ids := map[string]bool{}
	for _, line := range l.Lines {
		ids[line.DuoID] = true
		if !line.Issued || line.DuoID == "" || line.AtDuo != auth.Yes || line.Uses != 1 || (time.Until(line.Expires)-2*time.Hour).Abs() > time.Minute {
			t.Errorf("%+v", line)
		}
	}
	if len(ids) != 23 {
		t.Errorf("%d ids of 23 codes", len(ids))
	}
	drawn, err := p.DrawBypass(t.Context(), "bank", "verify", "")
	if err != nil || !slices.ContainsFunc(issued.Codes, drawn.Code.Equal) {
		t.Errorf("what is drawn was not issued: %v", err)
	}
}

func TestCodesThatCannotBeKeptAreDeletedAtDuoAgain(t *testing.T) {
	p := newDuoLab(t)
	before := p.good()
	plan, err := p.DuoPlanBypass(t.Context(), "bank", auth.BypassOrder{Count: 12, Valid: time.Hour, Uses: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	full := &fullAfter{Secrets: p.Secrets, left: 10}
	p.Secrets = full
	issued, err := p.DuoIssueBypass(t.Context(), plan, nil)
	if !errors.Is(err, errFull) || !strings.Contains(err.Error(), "deleted there again") || !strings.Contains(err.Error(), "10 of 12") {
		t.Errorf("got %v", err)
	}
	if len(issued.Codes) != 10 || p.good() != before+10 {
		t.Errorf("%d are kept, and %d are at Duo", len(issued.Codes), p.good()-before)
	}
	if l, err := p.DuoListBypass(t.Context(), "bank", nil); err != nil || l.Total != 10 || len(l.Elsewhere) != before {
		t.Errorf("%d in the stock, %d elsewhere, %v", l.Total, len(l.Elsewhere), err)
	}
}

// fullAfter is a secret store that takes some bypass codes and then no more.
type fullAfter struct {
	store.Secrets
	left int
}

func (f *fullAfter) Set(ctx context.Context, ref store.Ref, s store.Secret) error {
	if strings.HasPrefix(string(ref.Kind), string(store.KindBypass)) {
		if f.left == 0 {
			return errFull
		}
		f.left--
	}
	return f.Secrets.Set(ctx, ref, s)
}

// The order arrives and its answer does not: nobody was given the codes.
func TestCodesOfALostAnswerAreDeletedAgain(t *testing.T) {
	for name, mends := range map[string]bool{"Duo answers again": true, "Duo stays silent": false} {
		t.Run(name, func(t *testing.T) {
			p := newDuoLab(t)
			before := p.good()
			plan, err := p.DuoPlanBypass(t.Context(), "bank", auth.BypassOrder{Count: 5, Valid: time.Hour, Uses: 1}, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = p.DuoIssueBypass(t.Context(), plan, func(e auth.DuoEvent) {
				switch {
				case strings.HasPrefix(e.Note, "having Duo make"):
					p.fault(t, lab.FaultLostAnswer, true)
				case strings.HasPrefix(e.Note, "looking whether") && mends:
					p.fault(t, lab.FaultLostAnswer, false)
				}
			})
			p.fault(t, lab.FaultLostAnswer, false)
			made := 0
			for _, c := range p.Duo().Codes()[before:] {
				if c.Uses == 1 {
					made++
				}
			}
			want, left := "deleted there again", 0
			if !mends {
				want, left = "not known", 5
			}
			if err == nil || !strings.Contains(err.Error(), want) || made != 5 || p.good() != before+left {
				t.Errorf("%d were made, %d are left: %v", made, p.good()-before, err)
			}
			l, err := p.DuoListBypass(t.Context(), "bank", nil)
			if err != nil || l.Total != 0 || len(l.Elsewhere) != before+left {
				t.Errorf("%d in the stock, %d elsewhere, %v", l.Total, len(l.Elsewhere), err)
			}
		})
	}
}

func TestOrdersThatCannotBe(t *testing.T) {
	p := newDuoLab(t)
	for _, o := range []auth.BypassOrder{
		{Count: 0, Valid: time.Hour, Uses: 1}, {Count: 101, Valid: time.Hour, Uses: 1}, {Count: 1, Uses: 1},
		{Count: 1, Valid: time.Hour}, {Count: 1, Valid: -time.Hour, Uses: 1}, {Count: 95, Valid: time.Hour, Uses: 1},
	} {
		if _, err := p.DuoPlanBypass(t.Context(), "bank", o, nil); !errors.Is(err, auth.ErrUsage) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func TestReplacingTakesTheOldCodesOutOfTheStock(t *testing.T) {
	p := newDuoLab(t)
	p.issue(t, auth.BypassOrder{Count: 3, Valid: time.Hour, Uses: 1})
	issued := p.issue(t, auth.BypassOrder{Count: 12, Valid: time.Hour, Uses: 1, Replace: true})
	if issued.Removed != 3 || p.good() != 12 {
		t.Errorf("%d were removed, %d are at Duo", issued.Removed, p.good())
	}
	if l, err := p.DuoListBypass(t.Context(), "bank", nil); err != nil || l.Total != 12 || len(l.Elsewhere) != 0 {
		t.Errorf("%d in the stock, %d elsewhere, %v", l.Total, len(l.Elsewhere), err)
	}
}

func TestRevokingLeavesWhatOthersMade(t *testing.T) {
	p := newDuoLab(t)
	before := p.good()
	p.issue(t, auth.BypassOrder{Count: 11, Valid: time.Hour, Uses: 1})
	if _, err := p.AddBypass(t.Context(), "bank", []store.Secret{store.NewSecret(p.Duo().Codes()[0].Code)}, auth.BypassTerms{Uses: 1}); err != nil {
		t.Fatal(err)
	}
	r, err := p.DuoRevokeBypass(t.Context(), "bank", false, nil)
	if err != nil || r.AtDuo != 11 || r.FromStock != 11 || r.Left != before || p.good() != before {
		t.Errorf("%+v %v", r, err)
	}
	l, err := p.DuoListBypass(t.Context(), "bank", nil)
	if err != nil || l.Total != 1 || len(l.Reminders) != 0 {
		t.Errorf("%+v %v", l.Stock, err)
	}
	r, err = p.DuoRevokeBypass(t.Context(), "bank", true, nil)
	if err != nil || r.AtDuo != before || r.FromStock != 1 || r.Left != 0 || p.good() != 0 {
		t.Errorf("%+v %v", r, err)
	}
}

func TestEndOfAScanIsRemindedOf(t *testing.T) {
	p := newDuoLab(t)
	p.issue(t, auth.BypassOrder{Count: 2, Valid: time.Hour, Uses: 1})
	reminders, err := p.BypassReminders(t.Context(), "bank")
	if err != nil || len(reminders) != 1 || !strings.Contains(reminders[0], "duo bypass revoke bank") {
		t.Errorf("%v %v", reminders, err)
	}
	p.Now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	reminders, err = p.BypassReminders(t.Context(), "bank")
	if err != nil || len(reminders) != 1 || !strings.Contains(reminders[0], "is over") {
		t.Errorf("%v %v", reminders, err)
	}
}

func TestTokenIsKeptAttachedAndProven(t *testing.T) {
	p := newDuoLab(t)
	e, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{}, p.tell)
	if err != nil || e.TokenID == "" || !e.Seen || !e.Accepted || e.ByHand || !strings.HasPrefix(e.Serial, "gatepass-bank-") {
		t.Fatalf("%+v %v", e, err)
	}
	key, err := p.Key(t.Context(), "bank")
	if err != nil || !key.Equal(e.Key) || key.Account() != e.Serial {
		t.Errorf("the seed is not the target's: %v", err)
	}
	if spent, known, err := p.Spent(t.Context(), key); err != nil || !known || spent.By != "duo token" {
		t.Errorf("the passcode of the proof is not spent: %+v %v %v", spent, known, err)
	}
	if _, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{}, nil); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("a second time: %v", err)
	}
	removed, err := p.DuoRemoveToken(t.Context(), "bank", p.tell)
	if err != nil || removed != (auth.TokenRemoval{Serial: e.Serial, AtDuo: true}) {
		t.Errorf("%+v %v", removed, err)
	}
	if _, err := p.Key(t.Context(), "bank"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the seed stayed: %v", err)
	}
	if b, _ := p.Targets.Get("bank"); b.Has(store.KindSeed) {
		t.Error("the target's file promises a seed")
	}
	pre, err := p.DuoPreauth(t.Context(), "bank", "", nil)
	if err != nil || slices.ContainsFunc(pre.Devices, func(d duo.Device) bool { return d.Name == e.Serial }) {
		t.Errorf("%+v %v", pre.Devices, err)
	}
}

func TestSeedIsKeptBeforeDuoIsTold(t *testing.T) {
	for name, fault := range map[string]string{"no permission": lab.FaultNoWrite, "no such type": lab.FaultStrictTokens} {
		t.Run(name, func(t *testing.T) {
			p := newDuoLab(t)
			p.fault(t, fault, true)
			e, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{}, nil)
			if byHand := fault == lab.FaultStrictTokens; e.ByHand != byHand || (err == nil) != byHand || e.TokenID != "" {
				t.Fatalf("%+v %v", e, err)
			}
			if e.ByHand != (len(e.Steps) > 0) {
				t.Errorf("the steps are %q", e.Steps)
			}
			key, err := p.Key(t.Context(), "bank")
			if err != nil || !key.Equal(e.Key) {
				t.Errorf("the seed is lost: %v", err)
			}
			serial, line, err := p.DuoTokenCSV(t.Context(), "bank")
			if parts := strings.Split(strings.TrimSpace(line.Reveal()), ","); err != nil || len(parts) != 2 || parts[0] != serial || len(parts[1]) != 40 {
				t.Errorf("the line for the Admin Panel has %d parts, %v", len(parts), err)
			}
			p.fault(t, fault, false)
			again, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{UseKept: true}, nil)
			if err != nil || !again.Accepted || again.Serial != serial {
				t.Errorf("with the seed that was kept: %+v %v", again, err)
			}
		})
	}
}

func TestTokenThatIsBlockedIsNotProven(t *testing.T) {
	p := newDuoLab(t)
	p.policy(t, lab.PolicyAuth, `{"authentication_methods":{"blocked_auth_list":["hardware-token"]}}`)
	e, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{}, nil)
	if err == nil || e.TokenID == "" || e.Seen || e.Accepted {
		t.Errorf("%+v %v", e, err)
	}
}

func TestSeedsThatDuoCannotTake(t *testing.T) {
	p := newDuoLab(t)
	for _, link := range []string{
		"otpauth://hotp/x?counter=1&secret=" + testSeed, "otpauth://totp/x?algorithm=SHA256&secret=" + testSeed,
		"otpauth://totp/x?digits=7&secret=" + testSeed, "otpauth://steam/x?secret=" + testSeed,
	} {
		if _, err := p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{Seed: key(t, link)}, nil); !errors.Is(err, auth.ErrUsage) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := p.Key(t.Context(), "bank"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("one of them was kept: %v", err)
	}
}

func TestLogIsJoinedWithOurOwnRecord(t *testing.T) {
	p := newDuoLab(t)
	p.issue(t, auth.BypassOrder{Count: 2, Valid: time.Hour, Uses: 1})
	if err := p.Edit(t.Context(), "bank", func(b *store.Target) { b.Duo.Integration = "" }); err != nil {
		t.Fatal(err)
	}
	drawn, err := p.DrawBypass(t.Context(), "bank", "code", "")
	if err != nil {
		t.Fatal(err)
	}
	client, err := duo.NewAuth(duo.Config{Host: p.d.APIHost, IKey: p.d.AuthIKey, SKey: store.NewSecret(p.d.AuthSKey), Roots: pool(t, p.d.CAPEM)})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if answer, err := client.Passcode(t.Context(), duo.UserRef{Name: p.d.Username}, drawn.Code, ""); err != nil || !answer.Allowed() {
		t.Fatal(answer, err)
	}
	l, err := p.DuoLog(t.Context(), "bank", time.Hour, p.tell)
	if err != nil || len(l.Lines) != 0 || len(l.Recent) != 1 || len(l.Missing) != 0 {
		t.Fatalf("at once: %+v %v", l, err)
	}
	// Both clocks go on by five minutes.
	p.Duo().Advance(5 * time.Minute)
	p.Now = func() time.Time { return time.Now().Add(5 * time.Minute) }
	l, err = p.DuoLog(t.Context(), "bank", time.Hour, p.tell)
	if err != nil || len(l.Lines) != 1 || l.Lines[0].Ours == nil || l.Lines[0].Ours.What != "code" || len(l.Missing)+len(l.Recent) != 0 {
		t.Fatalf("later: %+v %v", l, err)
	}
	if !strings.Contains(l.Lines[0].Sentence, "bypass code") {
		t.Error(l.Lines[0].Sentence)
	}
	if _, err := p.DuoLog(t.Context(), "bank", time.Minute, nil); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("a minute of a log that is two minutes late: %v", err)
	}
}

func TestLogIsAskedForOnceAMinute(t *testing.T) {
	p := newDuoLab(t)
	if _, err := p.DuoLog(t.Context(), "bank", time.Hour, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var until time.Time
	_, err := p.DuoLog(ctx, "bank", time.Hour, func(e auth.DuoEvent) {
		if !e.Until.IsZero() {
			until = e.Until
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || time.Until(until) < 30*time.Second {
		t.Errorf("it waits until %s: %v", until, err)
	}
}

func TestPeersThatDoNotAnswerAreLeftAtOnce(t *testing.T) {
	for _, fault := range []string{lab.FaultDead, lab.FaultSlow, lab.FaultDrip, lab.FaultRateLimit} {
		t.Run(fault, func(t *testing.T) {
			p := newDuoLab(t)
			p.fault(t, fault, true)
			for name, do := range map[string]func(context.Context, auth.DuoSink) error{
				"check": func(ctx context.Context, s auth.DuoSink) error {
					_, err := p.CheckTenant(ctx, "practice", s)
					return err
				},
				"preauth": func(ctx context.Context, s auth.DuoSink) error {
					_, err := p.DuoPreauth(ctx, "bank", "", s)
					return err
				},
				"policy": func(ctx context.Context, s auth.DuoSink) error { _, err := p.DuoPolicy(ctx, "bank", "", s); return err },
				"status": func(ctx context.Context, s auth.DuoSink) error { _, err := p.DuoStatus(ctx, "bank", "", s); return err },
				"list":   func(ctx context.Context, s auth.DuoSink) error { _, err := p.DuoListBypass(ctx, "bank", s); return err },
				"revoke": func(ctx context.Context, s auth.DuoSink) error {
					_, err := p.DuoRevokeBypass(ctx, "bank", false, s)
					return err
				},
				"token": func(ctx context.Context, s auth.DuoSink) error {
					_, err := p.DuoEnrolToken(ctx, "bank", auth.TokenOrder{}, s)
					return err
				},
				"log": func(ctx context.Context, s auth.DuoSink) error {
					_, err := p.DuoLog(ctx, "bank", time.Hour, s)
					return err
				},
			} {
				ctx, cancel := context.WithCancel(t.Context())
				err := do(ctx, func(auth.DuoEvent) { time.AfterFunc(20*time.Millisecond, cancel) })
				cancel()
				if !errors.Is(err, context.Canceled) {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

func pool(t *testing.T, pem string) *x509.CertPool {
	t.Helper()
	p := x509.NewCertPool()
	if !p.AppendCertsFromPEM([]byte(pem)) {
		t.Fatal("the authority cannot be read")
	}
	return p
}

// Somebody else makes codes while ours cannot be kept. What is theirs stays.
func TestCodesOfOthersAreNotTakenBack(t *testing.T) {
	for name, c := range map[string]struct {
		theirs duo.BypassOrder
		left   int // of the 3 that are ours and the 2 that are theirs
		says   string
	}{
		"other terms":    {duo.BypassOrder{Count: 2, Valid: 8 * time.Hour, Uses: 1}, 2, "deleted there again"},
		"the same terms": {duo.BypassOrder{Count: 2, Valid: time.Hour, Uses: 1}, 5, "does not tell which"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newDuoLab(t)
			before := p.good()
			admin, err := duo.NewAdmin(duo.Config{Host: p.d.APIHost, IKey: p.d.AdminIKey, SKey: store.NewSecret(p.d.AdminSKey), Roots: pool(t, p.d.CAPEM)})
			if err != nil {
				t.Fatal(err)
			}
			defer admin.Close()
			plan, err := p.DuoPlanBypass(t.Context(), "bank", auth.BypassOrder{Count: 3, Valid: time.Hour, Uses: 1}, nil)
			if err != nil {
				t.Fatal(err)
			}
			p.Secrets = &fullAfter{Secrets: p.Secrets}
			_, err = p.DuoIssueBypass(t.Context(), plan, func(e auth.DuoEvent) {
				if strings.HasPrefix(e.Note, "having Duo make") {
					if _, err := admin.CreateBypassCodes(t.Context(), p.d.UserID, c.theirs); err != nil {
						t.Error(err)
					}
				}
			})
			if !errors.Is(err, errFull) || !strings.Contains(err.Error(), c.says) || p.good() != before+c.left {
				t.Errorf("%d are left: %v", p.good()-before, err)
			}
		})
	}
}

// Everything is done once and goes wrong once; all that is told and written is searched
// for every secret that there was.
func TestNothingSecretIsToldOrWritten(t *testing.T) {
	p := newDuoLab(t)
	var told strings.Builder
	show := func(v any, err error) {
		text, _ := json.Marshal(v)
		fmt.Fprintf(&told, "%+v %#v %s %v %v\n", v, v, text, err, store.Hints(err))
	}
	all := func() {
		plan, err := p.DuoPlanBypass(t.Context(), "bank", auth.BypassOrder{Count: 11, Valid: time.Hour, Uses: 1}, p.tell)
		show(plan, err)
		if err == nil {
			show(p.DuoIssueBypass(t.Context(), plan, p.tell))
		}
		show(p.CheckTenant(t.Context(), "practice", p.tell))
		show(p.DuoStatus(t.Context(), "bank", "203.0.113.10", p.tell))
		show(p.DuoListBypass(t.Context(), "bank", p.tell))
		show(p.DuoEnrolToken(t.Context(), "bank", auth.TokenOrder{Replace: true}, p.tell))
		if err := os.Remove(filepath.Join(p.Home.State, "duo", "practice.log.json")); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Error(err)
		}
		show(p.DuoLog(t.Context(), "bank", time.Hour, p.tell))
	}
	all()
	key, err := p.Key(t.Context(), "bank")
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range []string{lab.FaultNoWrite, lab.FaultHTML502, lab.FaultEscapes, lab.FaultStrictTokens, lab.FaultDrop} {
		p.fault(t, fault, true)
		all()
		p.fault(t, fault, false)
	}
	show(p.DuoRevokeBypass(t.Context(), "bank", true, p.tell))
	for _, e := range p.events {
		fmt.Fprintln(&told, e)
	}
	texts := map[string]string{"what was told": told.String()}
	err = filepath.WalkDir(p.Home.State, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			b, err := os.ReadFile(path)
			texts[path] = string(b)
			return err
		}
		return err
	})
	if err != nil || len(texts) < 3 {
		t.Fatalf("%d texts, %v", len(texts), err)
	}
	raw, err := otp.ParseSeed(key.Seed().Reveal(), otp.SeedBase32)
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{p.d.AuthSKey, p.d.AdminSKey, key.Seed().Reveal(), raw.Reveal(), duo.HexSeed(raw).Reveal()}
	for _, c := range p.Duo().Codes() {
		secrets = append(secrets, c.Code)
	}
	for where, text := range texts {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds a secret", where)
			}
		}
	}
}
