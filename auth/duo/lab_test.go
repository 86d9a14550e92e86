package duo_test

import (
	"context"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gatepass/auth/duo"
	"gatepass/auth/lab"
	"gatepass/auth/otp"
	"gatepass/store"
)

// practice is a simulated tenant with a client for each of its applications.
type practice struct {
	*lab.Lab
	d     lab.Duo
	auth  *duo.Auth
	admin *duo.Admin
	waits []string
}

func config(t *testing.T, d lab.Duo, ikey, skey string) duo.Config {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(d.CAPEM)) {
		t.Fatal("the lab's authority cannot be read")
	}
	return duo.Config{Host: d.APIHost, IKey: ikey, SKey: store.NewSecret(skey), Roots: roots}
}

func start(t *testing.T) *practice {
	t.Helper()
	l, err := lab.Start(t.Context(), lab.Options{Delay: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p := &practice{Lab: l, d: l.Describe().Duo}
	c := config(t, p.d, p.d.AuthIKey, p.d.AuthSKey)
	c.Waiting = func(_ time.Time, why string) { p.waits = append(p.waits, why) }
	if p.auth, err = duo.NewAuth(c); err != nil {
		t.Fatal(err)
	}
	c = config(t, p.d, p.d.AdminIKey, p.d.AdminSKey)
	c.Waiting = func(_ time.Time, why string) { p.waits = append(p.waits, why) }
	if p.admin, err = duo.NewAdmin(c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.auth.Close(); p.admin.Close() })
	return p
}

func (p *practice) fault(t *testing.T, name string, on bool) {
	t.Helper()
	if err := p.Duo().SetFault(name, on); err != nil {
		t.Fatal(err)
	}
}

func (p *practice) policy(t *testing.T, of, sections string) {
	t.Helper()
	var set map[string]json.RawMessage
	if err := json.Unmarshal([]byte(sections), &set); err != nil {
		t.Fatal(err)
	}
	if err := p.Duo().SetPolicy(of, set); err != nil {
		t.Fatal(err)
	}
}

func (p *practice) who() duo.UserRef { return duo.UserRef{Name: p.d.Username} }

func (p *practice) codes(t *testing.T, o duo.BypassOrder) []store.Secret {
	t.Helper()
	codes, err := p.admin.CreateBypassCodes(t.Context(), p.d.UserID, o)
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

func TestKeysAreProven(t *testing.T) {
	p := start(t)
	if err := p.auth.Check(t.Context()); err != nil {
		t.Errorf("right keys: %v", err)
	}
	wrong := p.d.AuthSKey[1:] + p.d.AuthSKey[:1]
	for name, c := range map[string]struct {
		ikey, skey string
		want       error
	}{
		"another secret key":             {p.d.AuthIKey, wrong, duo.ErrSignature},
		"an integration key nobody has":  {"DIAAAAAAAAAAAAAAAAAA", p.d.AuthSKey, duo.ErrIKey},
		"the Admin API's on the other":   {p.d.AdminIKey, p.d.AdminSKey, duo.ErrWrongKind},
		"the protected application's":    {p.d.Integration, p.d.AuthSKey, duo.ErrSignature},
		"one application's, other's key": {p.d.AdminIKey, p.d.AuthSKey, duo.ErrSignature},
	} {
		a, err := duo.NewAuth(config(t, p.d, c.ikey, c.skey))
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Check(t.Context()); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		a.Close()
	}
	m, err := duo.NewAdmin(config(t, p.d, p.d.AuthIKey, p.d.AuthSKey))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if _, err := m.User(t.Context(), p.d.Username); !errors.Is(err, duo.ErrWrongKind) {
		t.Errorf("the Auth API's key on the Admin API: %v", err)
	}
}

func TestClockThatIsOffIsMeasured(t *testing.T) {
	p := start(t)
	if skew, err := p.auth.Skew(t.Context()); err != nil || skew != 0 {
		t.Errorf("clocks that agree differ by %s (%v)", skew, err)
	}
	p.Duo().Skew(64 * time.Second)
	if skew, err := p.admin.Skew(t.Context()); err != nil || (skew-64*time.Second).Abs() > 2*time.Second {
		t.Errorf("64 s were measured as %s (%v)", skew, err)
	}
	if err := p.auth.Check(t.Context()); err != nil {
		t.Errorf("64 s are within Duo's tolerance: %v", err)
	}
	for _, off := range []time.Duration{302 * time.Second, -303 * time.Second} {
		p.Duo().Skew(off)
		err := p.auth.Check(t.Context())
		var e *duo.Error
		if !errors.Is(err, duo.ErrClock) || !errors.As(err, &e) || (e.Skew-off).Abs() > 2*time.Second {
			t.Errorf("%s off: %v", off, err)
		}
		if word := strings.Fields(duo.Ahead(off))[1]; !strings.Contains(err.Error(), word) {
			t.Errorf("%s off, it says %v", off, err)
		}
	}
}

func TestOrderTurnedAwayOnceIsFilledOnce(t *testing.T) {
	p := start(t)
	before := len(p.Duo().Codes())
	p.fault(t, lab.FaultRetryAfter, true)
	p.fault(t, lab.FaultRateLimitOnce, true)
	codes := p.codes(t, duo.BypassOrder{Count: 3, Valid: time.Hour, Uses: 1})
	if made := len(p.Duo().Codes()) - before; len(codes) != 3 || made != 3 {
		t.Errorf("%d codes came and %d were made", len(codes), made)
	}
	if len(p.waits) != 1 {
		t.Errorf("it waited for %v", p.waits)
	}
}

func TestRateLimitForEverEndsWithTheContext(t *testing.T) {
	p := start(t)
	p.fault(t, lab.FaultRateLimit, true)
	ctx, cancel := context.WithCancel(t.Context())
	c := config(t, p.d, p.d.AdminIKey, p.d.AdminSKey)
	c.Waiting = func(time.Time, string) { cancel() }
	a, err := duo.NewAdmin(c)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if _, err := a.BypassCodes(ctx, p.d.UserID); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestPeersThatDoNotAnswerAreLeft(t *testing.T) {
	for fault, want := range map[string]error{
		lab.FaultDead: duo.ErrNoAnswer, lab.FaultSlow: duo.ErrNoAnswer, lab.FaultDrip: duo.ErrNoAnswer,
		lab.FaultDrop: duo.ErrUnreachable, lab.FaultLostAnswer: duo.ErrUnreachable, lab.FaultHTML502: duo.ErrServer,
	} {
		t.Run(fault, func(t *testing.T) {
			p := start(t)
			c := config(t, p.d, p.d.AdminIKey, p.d.AdminSKey)
			c.Limit = 200 * time.Millisecond
			a, err := duo.NewAdmin(c)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			p.fault(t, fault, true)
			if _, err := a.CreateBypassCodes(t.Context(), p.d.UserID, duo.BypassOrder{Count: 1, Valid: time.Hour, Uses: 1}); !errors.Is(err, want) || len(store.Hints(err)) == 0 {
				t.Errorf("got %v", err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := p.admin.User(ctx, p.d.Username); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
		})
	}
}

func TestMissingPermissionsAreNamed(t *testing.T) {
	p := start(t)
	hour := duo.LogQuery{From: time.Now().Add(-time.Hour), To: time.Now()}
	for fault, c := range map[string]struct {
		permission string
		call       func() error
	}{
		lab.FaultNoRead:     {duo.NeedsRead, func() error { _, err := p.admin.User(t.Context(), p.d.Username); return err }},
		lab.FaultNoWrite:    {duo.NeedsWrite, func() error { return p.admin.DeleteBypassCode(t.Context(), "DBAAAAAAAAAAAAAAAAAA") }},
		lab.FaultNoLog:      {duo.NeedsLog, func() error { _, _, err := p.admin.AuthLog(t.Context(), hour); return err }},
		lab.FaultNoInfo:     {duo.NeedsInformation, func() error { return p.admin.Probe(t.Context(), duo.NeedsInformation) }},
		lab.FaultNoSettings: {duo.NeedsSettings, func() error { _, err := p.admin.Settings(t.Context()); return err }},
		lab.FaultNoApps:     {duo.NeedsApplications, func() error { _, err := p.admin.Applications(t.Context()); return err }},
		lab.FaultForeignNet: {"Networks for API access", func() error { _, err := p.admin.User(t.Context(), p.d.Username); return err }},
	} {
		if err := c.call(); err != nil {
			t.Errorf("%s: before: %v", c.permission, err)
		}
		p.fault(t, fault, true)
		err := c.call()
		if !errors.Is(err, duo.ErrForbidden) || !strings.Contains(strings.Join(store.Hints(err), " "), c.permission) {
			t.Errorf("%s: %v, %v", fault, err, store.Hints(err))
		}
		p.fault(t, fault, false)
	}
}

func TestUsersAreFoundOrNot(t *testing.T) {
	p := start(t)
	u, err := p.admin.User(t.Context(), p.d.Username)
	if err != nil || u.ID != p.d.UserID || u.Status != duo.StatusActive || len(u.Phones) == 0 || len(u.Tokens) == 0 {
		t.Fatalf("%+v, %v", u, err)
	}
	for _, name := range []string{"nobody", "jürgen müller", "a~b*c(d)!'", "50% off+more", "\x1b[31mred"} {
		_, err := p.admin.User(t.Context(), name)
		if !errors.Is(err, duo.ErrNoUser) || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestPreauthKnowsNetworksOnlyWhenToldOne(t *testing.T) {
	p := start(t)
	p.policy(t, lab.PolicyAuth, `{"authorized_networks":{"no_2fa_required":{"ip_list":["203.0.113.10/32"],"require_enrollment":false}}}`)
	for ip, want := range map[string]string{"": duo.PreauthAuth, "203.0.113.10": duo.PreauthAllow, "203.0.113.11": duo.PreauthAuth} {
		got, err := p.auth.Preauth(t.Context(), p.who(), ip)
		if err != nil || got.Result != want {
			t.Errorf("from %q: %s %v", ip, got.Result, err)
		}
	}
	if len(p.Duo().Seen()) != 0 {
		t.Error("something was spent")
	}
	for status, want := range map[string]string{"disabled": duo.PreauthDeny, "locked out": duo.PreauthDeny, "bypass": duo.PreauthAllow} {
		if err := p.Duo().SetStatus(status); err != nil {
			t.Fatal(err)
		}
		if got, err := p.auth.Preauth(t.Context(), p.who(), ""); err != nil || got.Result != want {
			t.Errorf("%s: %s %v", status, got.Result, err)
		}
	}
	if got, err := p.auth.Preauth(t.Context(), duo.UserRef{Name: "nobody"}, ""); err != nil || got.Result != duo.PreauthEnroll || got.EnrollURL == "" {
		t.Errorf("a user that Duo does not know: %+v %v", got, err)
	}
}

func TestBypassCodesLiveAsLongAsOrdered(t *testing.T) {
	p := start(t)
	try := func(code store.Secret) duo.Answer {
		t.Helper()
		answer, err := p.auth.Passcode(t.Context(), p.who(), code, "")
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	codes := p.codes(t, duo.BypassOrder{Count: 2, Valid: time.Hour, Uses: 1})
	if answer := try(codes[0]); !answer.Allowed() {
		t.Errorf("a fresh code: %+v", answer)
	}
	if answer := try(codes[0]); answer.Allowed() || answer.Message != "Incorrect passcode. Please try again." {
		t.Errorf("the same again: %+v", answer)
	}
	p.Duo().Advance(61 * time.Minute)
	if answer := try(codes[1]); answer.Allowed() {
		t.Error("a code was good after its time")
	}
	twice := p.codes(t, duo.BypassOrder{Count: 1, Valid: time.Hour, Uses: 2})[0]
	for i, want := range []bool{true, true, false} {
		if try(twice).Allowed() != want {
			t.Errorf("use %d of 2", i+1)
		}
	}
}

func TestOnlyReplaceDeletesOtherCodes(t *testing.T) {
	p := start(t)
	before, err := p.admin.BypassCodes(t.Context(), p.d.UserID)
	if err != nil || len(before) == 0 {
		t.Fatalf("%d codes, %v", len(before), err)
	}
	p.codes(t, duo.BypassOrder{Count: 2, Valid: time.Hour, Uses: 1})
	after, err := p.admin.BypassCodes(t.Context(), p.d.UserID)
	if err != nil || len(after) != len(before)+2 {
		t.Fatalf("%d of %d codes are there after 2 were added (%v)", len(after), len(before), err)
	}
	ids := duo.NewIDs(before, after)
	if len(ids) != 2 {
		t.Errorf("the new ones are %v", ids)
	}
	for range 2 { // one that is gone is no error
		if err := p.admin.DeleteBypassCode(t.Context(), ids[0]); err != nil {
			t.Error(err)
		}
	}
	p.codes(t, duo.BypassOrder{Count: 1, Valid: time.Hour, Uses: 1, Replace: true})
	if after, err = p.admin.BypassCodes(t.Context(), p.d.UserID); err != nil || len(after) != 1 {
		t.Errorf("%d codes are there after replacing (%v)", len(after), err)
	}
}

func TestLockoutIsToldByDuo(t *testing.T) {
	p := start(t)
	var last duo.Answer
	for range 12 {
		var err error
		if last, err = p.auth.Passcode(t.Context(), p.who(), store.NewSecret("000000"), ""); err != nil {
			t.Fatal(err)
		}
	}
	u, err := p.admin.User(t.Context(), p.d.Username)
	if err != nil || u.Status != duo.StatusLocked || last.Allowed() {
		t.Errorf("%s after twelve refusals: %+v %v", u.Status, last, err)
	}
}

func TestTokenOfOurOwnSeedIsAcceptedOncePerStep(t *testing.T) {
	p := start(t)
	seed := store.NewSecret("canary seed of 20 by")
	token, err := p.admin.CreateToken(t.Context(), duo.TokenOrder{Serial: "gatepass-test-1", Seed: seed, Digits: 6, Period: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.admin.AttachToken(t.Context(), p.d.UserID, token.ID); err != nil {
		t.Fatal(err)
	}
	pre, err := p.auth.Preauth(t.Context(), p.who(), "")
	if err != nil {
		t.Fatal(err)
	}
	listed := false
	for _, d := range pre.Devices {
		listed = listed || d.Type == "token" && d.Name == "gatepass-test-1"
	}
	if !listed {
		t.Errorf("preauth does not list it: %+v", pre.Devices)
	}
	key, err := otp.New(otp.Params{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	code, err := key.At(key.Step(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, false} {
		answer, err := p.auth.Passcode(t.Context(), p.who(), store.NewSecret(code.Reveal()), "")
		if err != nil || answer.Allowed() != want {
			t.Errorf("time %d: %+v %v", i+1, answer, err)
		}
	}
	found, ok, err := p.admin.TokenBySerial(t.Context(), "t6", "gatepass-test-1")
	if err != nil || !ok || found.Step == nil || *found.Step != 30 || len(found.Users) != 1 {
		t.Errorf("%+v %v %v", found, ok, err)
	}
	for range 2 {
		if err := p.admin.DetachToken(t.Context(), p.d.UserID, token.ID); err != nil {
			t.Error(err)
		}
	}
	for range 2 {
		if err := p.admin.DeleteToken(t.Context(), token.ID); err != nil && !errors.Is(err, duo.ErrNotThere) {
			t.Error(err)
		}
	}
	if _, there, err := p.admin.TokenBySerial(t.Context(), "t6", "gatepass-test-1"); err != nil || there {
		t.Errorf("it is there after it was deleted (%v)", err)
	}
}

func TestTenantThatTakesNoTOTPTokenIsRecognised(t *testing.T) {
	p := start(t)
	order := duo.TokenOrder{Serial: "gatepass-test-1", Seed: store.NewSecret("canary seed of 20 by"), Digits: 6, Period: 30 * time.Second}
	p.fault(t, lab.FaultStrictTokens, true)
	_, err := p.admin.CreateToken(t.Context(), order)
	if !errors.Is(err, duo.ErrNoTOTP) {
		t.Errorf("got %v", err)
	}
	for _, form := range []string{"canary", hex.EncodeToString([]byte("canary seed of 20 by"))} {
		if strings.Contains(fmt.Sprint(err, store.Hints(err)), form) {
			t.Error("the error holds the seed")
		}
	}
	p.fault(t, lab.FaultStrictTokens, false)
	if _, err := p.admin.CreateToken(t.Context(), order); err != nil {
		t.Fatal(err)
	}
	if _, err := p.admin.CreateToken(t.Context(), order); !errors.Is(err, duo.ErrInvalid) || errors.Is(err, duo.ErrNoTOTP) {
		t.Errorf("a serial number that is taken: %v", err)
	}
}

func TestEffectivePolicyIsRead(t *testing.T) {
	p := start(t)
	p.policy(t, lab.PolicyBank, `{"authentication_methods":{"blocked_auth_list":["bypass"]},"authorized_networks":{"no_2fa_required":{"ip_list":["203.0.113.10"],"require_enrollment":false}}}`)
	u, err := p.admin.User(t.Context(), p.d.Username)
	if err != nil {
		t.Fatal(err)
	}
	policy, err := p.admin.EffectivePolicy(t.Context(), u.ID, p.d.Integration)
	if err != nil {
		t.Fatal(err)
	}
	states := map[store.Route]duo.State{}
	for _, v := range duo.Judge(policy, duo.Circumstances{User: u, IP: netip.MustParseAddr("198.51.100.1")}) {
		states[v.Route] = v.State
	}
	if states[store.RouteBypassCode] != duo.Blocked || states[store.RouteOTP] != duo.Open || states[store.RouteExemption] != duo.Blocked {
		t.Errorf("%v", states)
	}
	apps, err := p.admin.Applications(t.Context())
	if err != nil || len(apps) < 3 {
		t.Errorf("%d applications, %v", len(apps), err)
	}
	own, err := p.admin.Application(t.Context(), p.d.AdminIKey)
	if rights := own.Rights(); err != nil || !rights[duo.NeedsWrite] || len(rights) != 6 {
		t.Errorf("%v %v", rights, err)
	}
}

func TestLogShowsLoginsTwoMinutesLater(t *testing.T) {
	p := start(t)
	if _, err := p.auth.Passcode(t.Context(), p.who(), p.codes(t, duo.BypassOrder{Count: 1, Valid: time.Hour, Uses: 1})[0], "198.51.100.7"); err != nil {
		t.Fatal(err)
	}
	hour := duo.LogQuery{From: time.Now().Add(-time.Hour), To: time.Now().Add(time.Minute), UserID: p.d.UserID, Application: p.d.AuthIKey}
	if entries, _, err := p.admin.AuthLog(t.Context(), hour); err != nil || len(entries) != 0 {
		t.Errorf("at once: %d entries, %v", len(entries), err)
	}
	p.Duo().Advance(duo.LogDelay + time.Second)
	entries, more, err := p.admin.AuthLog(t.Context(), hour)
	if err != nil || more || len(entries) != 1 || entries[0].Factor != "bypass_code" || entries[0].Access.IP != "198.51.100.7" || entries[0].Refused() {
		t.Fatalf("%+v %v %v", entries, more, err)
	}
	if s := entries[0].Sentence(); !strings.HasPrefix(s, "Let in with a bypass code.") {
		t.Error(s)
	}
	hour.Application = p.d.Integration
	if entries, _, err := p.admin.AuthLog(t.Context(), hour); err != nil || len(entries) != 0 {
		t.Errorf("of another application: %d entries, %v", len(entries), err)
	}
}

func TestNothingOfDuosReachesTheTerminalRaw(t *testing.T) {
	p := start(t)
	p.fault(t, lab.FaultEscapes, true)
	var all strings.Builder
	show := func(v any, err error) { fmt.Fprintf(&all, "%+v %v\n", v, err) }
	show(p.admin.User(t.Context(), p.d.Username))
	show(p.auth.Preauth(t.Context(), p.who(), ""))
	show(p.auth.Passcode(t.Context(), p.who(), store.NewSecret("000000"), ""))
	show(p.admin.Applications(t.Context()))
	show(nil, p.admin.DeleteToken(t.Context(), "DHAAAAAAAAAAAAAAAAAA"))
	show(p.admin.EffectivePolicy(t.Context(), p.d.UserID, "DIAAAAAAAAAAAAAAAAAA"))
	p.Duo().Advance(time.Hour)
	entries, _, err := p.admin.AuthLog(t.Context(), duo.LogQuery{From: time.Now().Add(-time.Hour), To: time.Now().Add(time.Minute)})
	show(entries, err)
	for _, r := range all.String() {
		if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 {
			t.Fatalf("%q came through", r)
		}
	}
	if !strings.Contains(all.String(), "Incorrect passcode") || len(entries) == 0 {
		t.Error("there was nothing to look at")
	}
}
