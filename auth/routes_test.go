package auth_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/lab"
	"gatepass/auth/login"
	"gatepass/store"
)

// onBank verifies the bank, whose second factor is a prompt on an origin of its own.
func onBank(t *testing.T, route store.Route, switches ...string) labLogin {
	t.Helper()
	return newLabLogin(t, "bank", lab.Options{Switches: map[string][]string{"bank": switches}}, func(e *auth.Enrolment, _ lab.App) {
		e.Target.Route, e.OTP = route, nil
	})
}

func codeOf(r login.Result) login.Code {
	if r.Diagnosis == nil {
		return ""
	}
	return r.Diagnosis.Code
}

// approver approves the push as soon as it is told of, with the number that is shown,
// and remembers what was told.
type approver struct {
	lab  *lab.Lab
	told []login.Event
	err  error
}

func (a *approver) event(e login.Event) {
	if e.Until.IsZero() {
		return
	}
	a.told = append(a.told, e)
	if len(a.told) == 1 {
		a.err = a.lab.Approve("bank", e.Number)
	}
}

// TestPush waits while a person approves, and gives them the number to type.
func TestPush(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	for _, verified := range []bool{false, true} {
		var switches []string
		if verified {
			switches = []string{lab.SwitchVerifiedPush}
		}
		l := onBank(t, store.RoutePush, switches...)
		a := &approver{lab: l.lab}
		r := l.verify(t, auth.VerifyOptions{}, a.event)
		if !r.OK() || a.err != nil || len(a.told) == 0 {
			t.Fatalf("verified %v: %s %+v, approving: %v\n%+v", verified, r.Verdict, r.Diagnosis, a.err, r.Stages)
		}
		if e := a.told[0]; e.Stage != login.StagePasscode || (e.Number != "") != verified || verified && !strings.Contains(e.Note, e.Number) {
			t.Errorf("verified %v: told %+v", verified, e)
		}
		if r.MFA != (login.MFA{Challenged: true, Provider: "duo", Factor: "push"}) {
			t.Errorf("got %+v", r.MFA)
		}
		if !slices.ContainsFunc(r.Trail, func(a login.Act) bool { return a.Do == login.ActWait }) {
			t.Errorf("the trail does not tell of the person: %+v", r.Trail)
		}
	}
}

func TestPushThatNobodyApproves(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	l := onBank(t, store.RoutePush)
	r := l.verify(t, auth.VerifyOptions{Patience: 1500 * time.Millisecond}, nil)
	if r.Verdict != login.Refused || codeOf(r) != login.PushTimeout {
		t.Errorf("%s %+v\n%+v", r.Verdict, r.Diagnosis, r.Stages)
	}
}

func TestPushOverHTTPNeedsABrowser(t *testing.T) {
	t.Parallel()
	l := onBank(t, store.RoutePush)
	if r := l.verify(t, auth.VerifyOptions{Driver: "http"}, nil); codeOf(r) != login.NeedsBrowser {
		t.Errorf("%s %+v", r.Verdict, r.Diagnosis)
	}
}

// TestBypassCode goes to where the prompt asks for one, is settled as what became of
// it, and is not tried again.
func TestBypassCode(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	for _, c := range []struct {
		name string
		code func(lab.App) string
		want outcome
		left store.Outcome
	}{
		{"good", func(d lab.App) string { return d.BypassCodes[0] }, outcome{login.SignedIn, ""}, store.OutcomeAccepted},
		{"of somebody else", func(lab.App) string { return "123456789" }, outcome{login.Refused, login.WrongBypass}, store.OutcomeRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLabLogin(t, "bank", lab.Options{}, func(e *auth.Enrolment, d lab.App) {
				e.Target.Route, e.OTP = store.RouteBypassCode, nil
				e.Bypass = &auth.BypassCodes{Codes: []store.Secret{store.NewSecret(c.code(d))}}
			})
			r := l.verify(t, auth.VerifyOptions{}, nil)
			if got := (outcome{r.Verdict, codeOf(r)}); got != c.want {
				t.Fatalf("got %+v, want %+v\n%+v\n%+v", got, c.want, r.Diagnosis, r.Stages)
			}
			if r.MFA.Factor != "bypass_code" || r.MFA.Provider != "duo" {
				t.Errorf("got %+v", r.MFA)
			}
			codes, err := l.Ledger.Bypass(t.Context(), "bank")
			if err != nil || len(codes) != 1 || len(codes[0].Draws) != 1 || codes[0].Draws[0].Outcome != c.left {
				t.Errorf("the ledger has %+v, %v", codes, err)
			}
			l.outsideSawNothing(t)
		})
	}
}

// TestTrustedDevice signs in once with the device to be remembered, and from then on
// without the second factor, until it is not remembered any more.
func TestTrustedDevice(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	l := newLabLogin(t, "bank", lab.Options{}, func(e *auth.Enrolment, _ lab.App) { e.Target.Route = store.RouteTrustedDevice })
	if _, err := l.Verify(t.Context(), "bank", auth.VerifyOptions{}, nil); !errors.Is(err, auth.ErrUsage) || !strings.Contains(strings.Join(store.Hints(err), " "), "--trust-device") {
		t.Errorf("without a device: %v", err)
	}
	first := l.verify(t, auth.VerifyOptions{TrustDevice: true}, nil)
	if !first.OK() || first.Diagnosis != nil || !first.MFA.Challenged {
		t.Fatalf("%s %+v\n%+v", first.Verdict, first.Diagnosis, first.Stages)
	}
	for _, c := range first.Device {
		if at := l.app.Origins[0].Origin; !strings.Contains(at, "//"+c.Domain+":") {
			t.Errorf("a cookie of %s is kept, which is not the second factor's host %s", c.Domain, at)
		}
	}
	now, err := l.Targets.Get("bank")
	if err != nil || !now.Has(store.KindDevice) {
		t.Errorf("the target does not say so: %+v, %v", now.Secrets, err)
	}
	for range 2 {
		r := l.verify(t, auth.VerifyOptions{}, nil)
		if !r.OK() || r.Diagnosis != nil || r.MFA.Challenged {
			t.Errorf("remembered: %s %+v\n%+v", r.Verdict, r.Diagnosis, r.Stages)
		}
	}
	if err := l.Secrets.Set(t.Context(), store.Ref{Owner: "bank", Kind: store.KindDevice}, store.NewSecret(`{"driver":"browser","made":"2026-01-01T00:00:00Z","cookies":[{"name":"trusted_device","value":"unknown-there","domain":"localhost","host_only":true,"path":"/","expires":"2099-01-01T00:00:00Z"}]}`)); err != nil {
		t.Fatal(err)
	}
	r := l.verify(t, auth.VerifyOptions{}, nil)
	if r.Verdict != login.Refused || codeOf(r) != login.DeviceForgotten || !strings.Contains(r.Diagnosis.Detail, "days ago") {
		t.Errorf("forgotten: %s %+v", r.Verdict, r.Diagnosis)
	}
}

// TestOriginsAreLearned: the first verification asks about each origin that would be
// sent a secret; a yes is written into the target, and a no ends the run.
func TestOriginsAreLearned(t *testing.T) {
	t.Parallel()
	for _, yes := range []bool{true, false} {
		// Every login waits for a time step of its own, so that these are short.
		l := newLabLogin(t, "wiki", lab.Options{Period: map[string]time.Duration{"": 4 * time.Second}}, func(e *auth.Enrolment, _ lab.App) { e.Target.Origins = nil })
		provider := l.app.Origins[0].Origin
		var asked []string
		r := l.verify(t, auth.VerifyOptions{Ask: func(_ context.Context, origin string, roles []login.Role) (bool, error) {
			asked = append(asked, origin+" "+login.RoleNames(roles))
			return yes, nil
		}}, nil)
		now, err := l.Targets.Get("wiki")
		if err != nil {
			t.Fatal(err)
		}
		if !yes {
			if codeOf(r) != login.UnexpectedOrigin || !strings.Contains(r.Diagnosis.Detail, provider) || !strings.Contains(r.Diagnosis.Remedy, "--allow-origin") || len(asked) != 1 || len(now.Origins) != 0 {
				t.Errorf("a no: %s %+v, asked %q, kept %+v", r.Verdict, r.Diagnosis, asked, now.Origins)
			}
			continue
		}
		want := []string{provider + " the username", provider + " the password", provider + " the one-time code"}
		if !r.OK() || !slices.Equal(asked, want) {
			t.Errorf("%s %+v, asked %q, want %q", r.Verdict, r.Diagnosis, asked, want)
		}
		if len(now.Origins) != 1 || now.Origins[0].Origin != provider || len(r.Learned) != 1 {
			t.Errorf("kept %+v, learned %+v", now.Origins, r.Learned)
		}
		again := l.verify(t, auth.VerifyOptions{Ask: func(context.Context, string, []login.Role) (bool, error) {
			t.Error("asked again")
			return false, nil
		}}, nil)
		if !again.OK() {
			t.Errorf("again: %s %+v", again.Verdict, again.Diagnosis)
		}
	}
}

// TestAllowedOriginsArePinned, each for no more than it says.
func TestAllowedOriginsArePinned(t *testing.T) {
	t.Parallel()
	l := newLabLogin(t, "wiki", lab.Options{}, func(e *auth.Enrolment, _ lab.App) { e.Target.Origins = nil })
	provider := l.app.Origins[0].Origin
	r := l.verify(t, auth.VerifyOptions{AllowOrigins: []store.Grant{{Origin: provider, For: []string{store.ForUsername, store.ForPassword}}}}, nil)
	if codeOf(r) != login.UnexpectedOrigin || !strings.Contains(r.Diagnosis.Detail, "one-time code") {
		t.Errorf("%s %+v", r.Verdict, r.Diagnosis)
	}
	r = l.verify(t, auth.VerifyOptions{AllowOrigins: []store.Grant{{Origin: provider, For: []string{store.ForPasscode}}}}, nil)
	if !r.OK() {
		t.Errorf("%s %+v", r.Verdict, r.Diagnosis)
	}
	if now, err := l.Targets.Get("wiki"); err != nil || len(now.Origins) != 1 || len(now.Origins[0].For) != 0 {
		t.Errorf("kept %+v, %v", now.Origins, err)
	}
	if _, err := l.Verify(t.Context(), "wiki", auth.VerifyOptions{AllowOrigins: []store.Grant{{Origin: "nonsense"}}}, nil); err == nil {
		t.Error("an origin that is none was taken")
	}
}

// TestProvenIsKept with what a scanner has to be told, and without a secret; and the
// session of it is found to be signed in, and a foreign one not.
func TestProvenIsKept(t *testing.T) {
	t.Parallel()
	l := newLabLogin(t, "shop", lab.Options{}, nil)
	if _, known, err := l.Proven(t.Context(), "shop"); known || err != nil {
		t.Errorf("before: %v %v", known, err)
	}
	r, err := l.Login(t.Context(), "shop", auth.VerifyOptions{}, nil)
	if err != nil || !r.OK() || r.Session == nil || r.Facts.BareClient != login.Yes {
		t.Fatalf("%+v %v", r, err)
	}
	p, known, err := l.Proven(t.Context(), "shop")
	if err != nil || !known || p.Run != r.Run || p.ProofURL != l.app.ProofURL || p.Facts.BareClient != login.Yes || len(p.Logout) == 0 {
		t.Errorf("got %+v, %v, %v", p, known, err)
	}
	roles := map[login.Role]string{}
	for _, a := range p.Trail {
		if a.Do == login.ActFill {
			roles[a.Role] = a.At.CSS
		}
	}
	if roles[login.RoleUsername] != "#username" || roles[login.RolePassword] != "#password" || roles[login.RoleCode] != "#code" {
		t.Errorf("the trail is %+v", p.Trail)
	}
	check, err := l.Check(t.Context(), "shop", *r.Session, auth.VerifyOptions{})
	if err != nil || check.SignedIn != login.Yes {
		t.Errorf("its session: %+v, %v", check, err)
	}
	stale := *r.Session
	stale.Cookies = slices.Clone(stale.Cookies)
	for i := range stale.Cookies {
		stale.Cookies[i].Value = store.NewSecret("not-a-session-any-more")
	}
	check, err = l.Check(t.Context(), "shop", stale, auth.VerifyOptions{})
	if err != nil || check.SignedIn != login.No {
		t.Errorf("a stale one: %+v, %v", check, err)
	}
	check, err = l.Check(t.Context(), "shop", login.Session{URL: r.Session.URL}, auth.VerifyOptions{})
	if err != nil || check.SignedIn != login.Untried {
		t.Errorf("one without cookies: %+v, %v", check, err)
	}
}

// TestTargetClock: with a target whose clock is wrong, codes that go by its clock are
// right.
func TestTargetClock(t *testing.T) {
	t.Parallel()
	l := newLabLogin(t, "shop", lab.Options{Switches: map[string][]string{"shop": {lab.SwitchClockAhead}}}, nil)
	if r := l.verify(t, auth.VerifyOptions{Clock: "target"}, nil); !r.OK() {
		t.Errorf("%s %+v", r.Verdict, r.Diagnosis)
	}
	if _, err := l.Verify(t.Context(), "shop", auth.VerifyOptions{Clock: "wall"}, nil); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("a clock that is none: %v", err)
	}
}
