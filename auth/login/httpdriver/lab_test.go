package httpdriver_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatepass/auth/lab"
	"gatepass/auth/login"
	"gatepass/auth/login/httpdriver"
	"gatepass/auth/otp"
	"gatepass/store"
)

// A clock is shared by the range and the engine. Waiting for the next time step
// takes no time: the clock is moved there.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Microsecond)
	return c.at
}

func (c *clock) advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// A practice is the range with a clock of its own.
type practice struct {
	lab   *lab.Lab
	clock *clock
}

func newPractice(t testing.TB, o lab.Options) practice {
	t.Helper()
	c := &clock{at: time.Now().Truncate(time.Second)}
	if o.Now == nil {
		o.Now = c.now
	}
	l, err := lab.Start(context.WithoutCancel(t.Context()), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return practice{l, c}
}

// a visit is how somebody signs in to an application of the range; zero values are
// the right way.
type visit struct {
	app      string
	route    store.Route // "" for otp, or exemption where no code is asked
	password string
	otpauth  string
	lag      int64 // how many steps too late the code is
	noProof  bool
	budget   time.Duration
}

func (p practice) describe(t testing.TB, name string) lab.App {
	t.Helper()
	app, ok := p.lab.Describe().App(name)
	if !ok {
		t.Fatalf("the range has no %q", name)
	}
	return app
}

func (p practice) signIn(t testing.TB, v visit) login.Result {
	t.Helper()
	app := p.describe(t, v.app)
	plan := login.Plan{
		Target: store.Target{
			Name: app.Name, URL: app.URL, Username: app.Username, Route: v.route,
			Proof: store.Proof{URL: app.ProofURL, Text: app.ProofText},
		},
		Password: store.NewSecret(app.Password), Budget: time.Minute, Now: p.clock.now,
	}
	if v.password != "" {
		plan.Password = store.NewSecret(v.password)
	}
	if v.noProof {
		plan.Target.Proof = store.Proof{}
	}
	if v.budget > 0 {
		plan.Budget = v.budget
	}
	if plan.Target.Route == "" {
		plan.Target.Route = store.RouteOTP
		if app.OTPAuth == "" {
			plan.Target.Route = store.RouteExemption
		}
	}
	uri := v.otpauth
	if uri == "" {
		uri = app.OTPAuth
	}
	if uri != "" {
		key, err := otp.Parse(uri)
		if err != nil {
			t.Fatal(err)
		}
		plan.Passcodes = &authenticator{clock: p.clock, key: key, lag: v.lag}
	}
	start, err := url.Parse(app.URL)
	if err != nil {
		t.Fatal(err)
	}
	origins := []string{login.Origin(start)}
	for _, o := range app.Origins {
		origins = append(origins, o.Origin)
	}
	d, err := httpdriver.New(httpdriver.Options{Guard: allowing(origins...), Now: p.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	return login.Run(t.Context(), d, plan)
}

// authenticator gives codes of a seed, a new time step for each.
type authenticator struct {
	clock *clock
	key   otp.Key
	lag   int64
}

func (a *authenticator) Draw(context.Context, func(time.Time)) (login.Passcode, error) {
	a.clock.advance(a.key.Period())
	code, err := a.key.At(a.key.Step(a.clock.now()) - a.lag)
	if err != nil {
		return login.Passcode{}, err
	}
	return login.Passcode{Value: store.NewSecret(code.Reveal()), Factor: string(a.key.Type()), Period: a.key.Period()}, nil
}

// want checks a verdict, and that a stage after another cannot pass without it.
func want(t testing.TB, r login.Result, verdict login.Verdict, code login.Code) {
	t.Helper()
	got := login.Code("")
	var detail string
	if r.Diagnosis != nil {
		got, detail = r.Diagnosis.Code, r.Diagnosis.Detail
	}
	if r.Verdict != verdict || got != code {
		t.Errorf("got %s %s (%s), want %s %s\n%+v", r.Verdict, got, detail, verdict, code, r.Stages)
	}
}

// TestLab_EveryApplication: what signs in over plain HTTP does, and what needs a
// browser says so.
func TestLab_EveryApplication(t *testing.T) {
	p := newPractice(t, lab.Options{})
	inPlainHTTP := map[string]struct {
		verdict login.Verdict
		code    login.Code
	}{
		"shop":     {login.SignedIn, ""},
		"intranet": {login.SignedIn, ""},
		"portal":   {login.SignedIn, ""},
		"payroll":  {login.Refused, login.ClockSkew}, // its clock is two minutes ahead
		"wiki":     {login.SignedIn, ""},             // through an identity provider
	}
	for _, app := range p.lab.Describe().Apps {
		t.Run(app.Name, func(t *testing.T) {
			expected, ok := inPlainHTTP[app.Name]
			if !ok {
				expected.verdict, expected.code = login.Errored, login.NeedsBrowser
			}
			r := p.signIn(t, visit{app: app.Name})
			want(t, r, expected.verdict, expected.code)
			if r.OK() {
				for _, s := range r.Stages {
					if s.State != login.Pass && (app.OTPAuth != "" || s.Name != login.StagePasscode) {
						t.Errorf("got %+v", s)
					}
				}
				if n := p.lab.SignIns(app.Name); n != 1 {
					t.Errorf("the application counts %d sign-ins", n)
				}
			}
		})
	}
	if got := p.lab.Outside(); len(got) > 0 {
		t.Errorf("somebody else was asked: %+v", got)
	}
}

// TestLab_SingleSignOn takes the ways back from an identity provider that need no
// script of their own.
func TestLab_SingleSignOn(t *testing.T) {
	for _, on := range [][]string{nil, {lab.SwitchFormPost}, {lab.SwitchSAML}, {lab.SwitchConsentAlways}, {lab.SwitchFormPost, lab.SwitchConsentAlways}} {
		t.Run(strings.Join(on, "+"), func(t *testing.T) {
			p := newPractice(t, lab.Options{Switches: map[string][]string{"wiki": on}})
			r := p.signIn(t, visit{app: "wiki"})
			want(t, r, login.SignedIn, "")
			note, told := r.Stages[3].Note, "consent answered with “Allow”"
			if asked := !slices.Contains(on, lab.SwitchSAML); strings.Contains(note, told) != asked {
				t.Errorf("a first sign-in by OpenID Connect asks for consent, one by SAML does not; the stage says %q", note)
			}
		})
	}
}

// TestLab_WithoutANamedProof: the page that the login ends on decides.
func TestLab_WithoutANamedProof(t *testing.T) {
	p := newPractice(t, lab.Options{})
	for _, app := range []string{"shop", "intranet", "portal"} {
		want(t, p.signIn(t, visit{app: app, noProof: true}), login.SignedIn, "")
	}
}

// TestLab_EverySwitch: each way to misbehave has a diagnosis of its own, and none
// makes a secret leave for somebody else's server.
func TestLab_EverySwitch(t *testing.T) {
	expected := map[string]struct {
		verdict login.Verdict
		code    login.Code
	}{
		lab.SwitchClockAhead:    {login.Refused, login.ClockSkew},
		lab.SwitchRedirect307:   {login.Errored, login.UnexpectedOrigin},
		lab.SwitchSlow:          {login.Errored, login.Timeout},
		lab.SwitchError500:      {login.Errored, login.ServerError},
		lab.SwitchNoMFA:         {login.SignedIn, login.NotChallenged},
		lab.SwitchLocked:        {login.Refused, login.AccountLocked},
		lab.SwitchLocked423:     {login.Refused, login.AccountLocked},
		lab.SwitchCSRFBroken:    {login.Refused, login.CSRFMismatch},
		lab.SwitchNeedsScript:   {login.Errored, login.NeedsBrowser},
		lab.SwitchNoForm:        {login.Errored, login.NeedsClick},
		lab.SwitchRedirectLoop:  {login.Errored, login.RedirectLoop},
		lab.SwitchNoSession:     {login.Refused, login.NoSession},
		lab.SwitchForeignAction: {login.Errored, login.UnexpectedOrigin},
		lab.SwitchCaptcha:       {login.Refused, login.Captcha},
		lab.SwitchPublic:        {login.Errored, login.Unproven},
		lab.SwitchNotFound:      {login.Errored, login.PageNotFound},
	}
	for _, app := range []string{"shop", "intranet", "portal", "payroll"} {
		t.Run(app, func(t *testing.T) {
			for _, s := range lab.SwitchesOf(app) {
				t.Run(s.Name, func(t *testing.T) {
					e, ok := expected[s.Name]
					if !ok {
						t.Fatalf("nothing is expected of the switch %q", s.Name)
					}
					on := []string{s.Name}
					if s.Name == lab.SwitchLocked423 {
						on = append(on, lab.SwitchLocked)
					}
					p := newPractice(t, lab.Options{Switches: map[string][]string{app: on}})
					if app == "payroll" { // its clock is another matter
						if err := p.lab.Set(app, lab.SwitchClockAhead, s.Name == lab.SwitchClockAhead); err != nil {
							t.Fatal(err)
						}
					}
					v := visit{app: app}
					if s.Name == lab.SwitchSlow {
						v.budget = 50 * time.Millisecond
					}
					r := p.signIn(t, v)
					if app == "portal" && s.Name == lab.SwitchClockAhead {
						e.verdict, e.code = login.SignedIn, "" // it asks for no code
					}
					want(t, r, e.verdict, e.code)
					for _, s := range p.lab.Outside() {
						holdsNone(t, seen{s.Method, s.Path, "", s.Body, s.Headers}, p.describe(t, app).Password)
					}
				})
			}
		})
	}
}

// TestLab_WhatIsWrongWithTheAccount tells apart what people mix up.
func TestLab_WhatIsWrongWithTheAccount(t *testing.T) {
	p := newPractice(t, lab.Options{Attempts: 4})
	for _, app := range []string{"shop", "intranet"} {
		t.Run(app, func(t *testing.T) {
			other := p.describe(t, "payroll").OTPAuth
			want(t, p.signIn(t, visit{app: app, password: "wrong password"}), login.Refused, login.WrongCredentials)
			want(t, p.signIn(t, visit{app: app}), login.SignedIn, "")
			want(t, p.signIn(t, visit{app: app, otpauth: other}), login.Refused, login.WrongCode)
			want(t, p.signIn(t, visit{app: app, route: store.RouteExemption}), login.Refused, login.StillAsked)
			want(t, p.signIn(t, visit{app: app, lag: 1}), login.SignedIn, "") // one step late is allowed
			want(t, p.signIn(t, visit{app: app, lag: 1}), login.SignedIn, "")
			want(t, p.signIn(t, visit{app: app, lag: 4}), login.Refused, login.WrongCode)
			want(t, p.signIn(t, visit{app: app, password: "wrong password"}), login.Refused, login.WrongCredentials)
			for range 4 {
				p.signIn(t, visit{app: app, password: "wrong password"})
			}
			want(t, p.signIn(t, visit{app: app}), login.Refused, login.AccountLocked)
			if err := p.lab.Reset(app); err != nil {
				t.Fatal(err)
			}
			want(t, p.signIn(t, visit{app: app}), login.SignedIn, "")
			steps := p.lab.Accepted(app)
			slices.Sort(steps)
			if len(slices.Compact(steps)) != p.lab.SignIns(app) {
				t.Errorf("a time step was spent twice: %v", p.lab.Accepted(app))
			}
		})
	}
}

// TestLab_ACodeThatWasUsed: the application says so, and it is told.
func TestLab_ACodeThatWasUsed(t *testing.T) {
	p := newPractice(t, lab.Options{})
	app := p.describe(t, "shop")
	key, err := otp.Parse(app.OTPAuth)
	if err != nil {
		t.Fatal(err)
	}
	code, err := key.At(key.Step(p.clock.now()))
	if err != nil {
		t.Fatal(err)
	}
	for _, expected := range []login.Code{"", login.ReplayedCode} {
		start, _ := url.Parse(app.URL)
		d := drive(t, httpdriver.Options{Guard: allowing(login.Origin(start)), Now: p.clock.now})
		r := login.Run(t.Context(), d, login.Plan{
			Target:   store.Target{Name: "shop", URL: app.URL, Username: app.Username, Route: store.RouteOTP, Proof: store.Proof{URL: app.ProofURL, Text: app.ProofText}},
			Password: store.NewSecret(app.Password), Passcodes: fixed(code.Reveal()), Budget: time.Minute, Now: p.clock.now,
		})
		got := login.Code("")
		if r.Diagnosis != nil {
			got = r.Diagnosis.Code
		}
		if got != expected {
			t.Errorf("got %q, want %q", got, expected)
		}
	}
}

// fixed gives the same code over and over.
type fixed string

func (f fixed) Draw(context.Context, func(time.Time)) (login.Passcode, error) {
	return login.Passcode{Value: store.NewSecret(string(f)), Factor: "totp", Period: 30 * time.Second}, nil
}

// TestLab_Inspect reads every login page as it is.
func TestLab_Inspect(t *testing.T) {
	p := newPractice(t, lab.Options{})
	for app, kind := range map[string]login.Kind{"shop": login.KindBoth, "intranet": login.KindUsername, "portal": login.KindBoth, "payroll": login.KindBoth} {
		d := drive(t, httpdriver.Options{Now: p.clock.now})
		start, _ := url.Parse(p.describe(t, app).URL)
		in, err := login.Inspect(t.Context(), d, start)
		if err != nil || in.Kind != kind || in.Diagnosis != nil {
			t.Errorf("%s: got %+v, %v", app, in, err)
		}
	}
}
