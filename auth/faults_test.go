package auth_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/lab"
	"gatepass/auth/login"
	"gatepass/auth/login/chrome"
	"gatepass/store"
	"gatepass/store/storetest"
)

// labTarget is one of a lab's applications as a target that sends each of its secrets
// where the application says that it goes, and nowhere else.
func labTarget(app lab.App) store.Target {
	t := store.Target{
		Name: app.Name, URL: app.URL, Username: app.Username, Route: store.RouteExemption,
		Proof: store.Proof{URL: app.ProofURL, Text: app.ProofText},
	}
	for _, o := range app.Origins {
		t.Origins = append(t.Origins, store.Grant{Origin: o.Origin, For: append([]string{store.ForUsername}, o.Secrets...)})
	}
	return t
}

// labLogin is one application of a practice range, enrolled.
type labLogin struct {
	*auth.Gate
	lab *lab.Lab
	app lab.App
}

func newLabLogin(t *testing.T, app string, o lab.Options, change func(*auth.Enrolment, lab.App)) labLogin {
	t.Helper()
	l, err := lab.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	g := newGate(t, time.Now)
	g.Environ = os.Environ()
	d, ok := l.Describe().App(app)
	if !ok {
		t.Fatalf("the lab has no %s", app)
	}
	e := auth.Enrolment{Target: labTarget(d), Password: store.NewSecret(d.Password)}
	if d.OTPAuth != "" {
		e.OTP, e.Target.Route = key(t, d.OTPAuth), store.RouteOTP
	}
	if change != nil {
		change(&e, d)
	}
	add(t, g, e)
	return labLogin{g, l, d}
}

func (l labLogin) verify(t *testing.T, o auth.VerifyOptions, emit auth.Sink) login.Result {
	t.Helper()
	r, err := l.Verify(t.Context(), l.app.Name, o, emit)
	if err != nil {
		t.Error(err)
	}
	return r
}

// outsideSawNothing looks for every secret of the application in all that the outside
// origin was sent.
func (l labLogin) outsideSawNothing(t *testing.T) {
	t.Helper()
	for _, s := range l.lab.Outside() {
		whole := fmt.Sprintf("%s %s %v %s", s.Method, s.Path, s.Headers, s.Body)
		plain, err := url.QueryUnescape(whole)
		if err != nil {
			plain = whole
		}
		for _, secret := range append([]string{l.app.Password}, l.app.BypassCodes...) {
			raw := []byte(secret)
			for _, form := range []string{secret, url.QueryEscape(secret), hex.EncodeToString(raw), base64.StdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw)} {
				if strings.Contains(whole, form) || strings.Contains(plain, form) {
					t.Errorf("the outside origin was sent a secret: %s %s", s.Method, s.Path)
				}
			}
		}
	}
}

// needsBrowser skips a test where no browser is installed and none is required.
// The short run leaves them out: the driver has a short run of its own.
func needsBrowser(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: a real browser is driven")
	}
	if _, err := chrome.Find("", false, os.Environ()); err != nil {
		if storetest.Required("browser") {
			t.Fatal(err)
		}
		t.Skipf("no browser is installed here: %v", err)
	}
}

// outcome is what a verification comes to.
type outcome struct {
	verdict login.Verdict
	code    login.Code
}

// expected is what each switch comes to, with a driver that can go through the
// application at all.
var expected = map[string]outcome{
	"":                      {login.SignedIn, ""},
	lab.SwitchClockAhead:    {login.Refused, login.ClockSkew},
	lab.SwitchRedirect307:   {login.Errored, login.UnexpectedOrigin},
	lab.SwitchSlow:          {login.Errored, login.Timeout},
	lab.SwitchError500:      {login.Errored, login.ServerError},
	lab.SwitchNoMFA:         {login.SignedIn, login.NotChallenged},
	lab.SwitchLocked:        {login.Refused, login.AccountLocked},
	lab.SwitchLocked423:     {login.Refused, login.AccountLocked},
	lab.SwitchCSRFBroken:    {login.Refused, login.CSRFMismatch},
	lab.SwitchNeedsScript:   {login.SignedIn, ""},
	lab.SwitchNoForm:        {login.Errored, login.NeedsClick},
	lab.SwitchRedirectLoop:  {login.Errored, login.RedirectLoop},
	lab.SwitchNoSession:     {login.Refused, login.NoSession},
	lab.SwitchForeignAction: {login.Errored, login.UnexpectedOrigin},
	lab.SwitchCaptcha:       {login.Refused, login.Captcha},
	lab.SwitchPublic:        {login.Errored, login.Unproven},
	lab.SwitchNotFound:      {login.Errored, login.PageNotFound},

	lab.SwitchBoxesPlain:    {login.SignedIn, ""},
	lab.SwitchBoxesDisabled: {login.SignedIn, ""},
	lab.SwitchBoxesHidden:   {login.SignedIn, ""},
	lab.SwitchBearer:        {login.SignedIn, ""},
	lab.SwitchShadow:        {login.SignedIn, ""},
	lab.SwitchFrame:         {login.SignedIn, ""},
	lab.SwitchFormPost:      {login.SignedIn, ""},
	lab.SwitchSAML:          {login.SignedIn, ""},
	lab.SwitchConsentAlways: {login.SignedIn, ""},
	lab.SwitchPrompt2021:    {login.SignedIn, ""},
	lab.SwitchPushOnly:      {login.Refused, login.PushOnly},
	lab.SwitchVerifiedPush:  {login.SignedIn, ""},
	lab.SwitchLockedOut:     {login.Refused, login.AccountLocked},
	lab.SwitchExempt:        {login.SignedIn, login.NotChallenged},
	lab.SwitchNag:           {login.SignedIn, ""},
	lab.SwitchNoTrust:       {login.SignedIn, ""},
	lab.SwitchLeakFetch:     {login.Errored, login.UnexpectedOrigin},
	lab.SwitchLeakBeacon:    {login.Errored, login.UnexpectedOrigin},
	lab.SwitchLeakImage:     {login.Errored, login.UnexpectedOrigin},
	lab.SwitchLeakWebSocket: {login.SignedIn, ""}, // the socket does not open, and the login goes on
	lab.SwitchLeakFrame:     {login.Errored, login.UnexpectedOrigin},
}

// overHTTP is what is different where a reader without scripts cannot go on.
func overHTTP(app, name string, want outcome) outcome {
	cannot := outcome{login.Errored, login.NeedsBrowser}
	before := slices.Contains([]string{lab.SwitchError500, lab.SwitchNoForm, lab.SwitchRedirectLoop, lab.SwitchNotFound, lab.SwitchSlow}, name)
	switch {
	case name == lab.SwitchNeedsScript:
		return cannot
	case app == "desk" || app == "mail": // drawn by scripts from the first page on
		if before {
			return want
		}
		return cannot
	case app == "bank": // its second factor is
		passed := slices.Contains([]string{lab.SwitchNoMFA, lab.SwitchExempt, lab.SwitchPublic, lab.SwitchLocked, lab.SwitchLocked423,
			lab.SwitchCSRFBroken, lab.SwitchCaptcha, lab.SwitchRedirect307, lab.SwitchForeignAction}, name)
		if before || passed {
			return want
		}
		return cannot
	}
	return want
}

// special is what is different for an application, whichever the driver.
func special(app, name string, want outcome) outcome {
	switch {
	case app == "portal" && name == lab.SwitchClockAhead: // it asks for no code
		return outcome{login.SignedIn, ""}
	case app == "wiki" && name == lab.SwitchNoSession: // the identity provider keeps one, the application does not
		return outcome{login.Errored, login.ProofNotSeen}
	}
	return want
}

// faults verifies an application with one switch after the other. The clock of
// payroll is wrong by itself; here it is right but for its switch.
func faults(t *testing.T, app, driver string, only func(string) bool) {
	names := []string{""}
	for _, s := range lab.SwitchesOf(app) {
		names = append(names, s.Name)
	}
	for _, name := range names {
		if only != nil && !only(name) {
			continue
		}
		want, known := expected[name]
		if !known {
			t.Errorf("nothing is expected of the switch %q", name)
		}
		if want = special(app, name, want); driver == "http" {
			want = overHTTP(app, name, want)
		}
		title := name
		if title == "" {
			title = "as it is"
		}
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			on := []string{name}
			switch name {
			case "":
				on = nil
			case lab.SwitchLocked423:
				on = append(on, lab.SwitchLocked)
			}
			o := auth.VerifyOptions{Driver: driver, Timeout: 30 * time.Second}
			if name == lab.SwitchSlow {
				o.Timeout = 100 * time.Millisecond
			}
			l := newLabLogin(t, app, lab.Options{Switches: map[string][]string{app: on}, Delay: time.Second}, nil)
			if app == "payroll" {
				if err := l.lab.Set(app, lab.SwitchClockAhead, name == lab.SwitchClockAhead); err != nil {
					t.Fatal(err)
				}
			}
			r := l.verify(t, o, nil)
			got := outcome{r.Verdict, ""}
			if r.Diagnosis != nil {
				got.code = r.Diagnosis.Code
			}
			if got != want {
				t.Errorf("got %s %s, want %s %s\n%+v\n%+v", got.verdict, got.code, want.verdict, want.code, r.Diagnosis, r.Stages)
			}
			l.outsideSawNothing(t)
		})
	}
}

// TestEveryFaultOverHTTP: each way in which an application of the practice range can
// misbehave has its diagnosis, and none makes a secret leave for somebody else.
func TestEveryFaultOverHTTP(t *testing.T) {
	for _, app := range []string{"shop", "intranet", "portal", "payroll", "wiki", "bank", "desk", "mail"} {
		t.Run(app, func(t *testing.T) { faults(t, app, "http", nil) })
	}
}

// inABrowser is which switches each application is tried with in a browser: what is its
// own, and where a secret might leave for somebody else. What all of them have in common
// goes the same way through the driver, and over plain HTTP each of them meets all of it;
// so what is wrong with a page is tried with one that a server makes, and what is wrong
// with an account with one whose scripts sign in. As they are, the driver's own tests have
// the others.
var inABrowser = map[string]func(string) bool{
	"shop": own(lab.SwitchNeedsScript, lab.SwitchCaptcha, lab.SwitchSlow, lab.SwitchError500, lab.SwitchNoForm,
		lab.SwitchRedirectLoop, lab.SwitchNoSession, lab.SwitchPublic, lab.SwitchNotFound, lab.SwitchCSRFBroken),
	"desk": own("", lab.SwitchClockAhead, lab.SwitchNoMFA, lab.SwitchLocked, lab.SwitchLocked423,
		lab.SwitchCSRFBroken, lab.SwitchNoSession, lab.SwitchPublic),
	"mail":    own(),
	"wiki":    own("", lab.SwitchNoMFA, lab.SwitchNoSession),
	"bank":    own(lab.SwitchNoMFA),
	"payroll": onlyAsItIs,
}

func own(more ...string) func(string) bool {
	more = append(more, lab.SwitchRedirect307, lab.SwitchForeignAction)
	return func(name string) bool { return slices.Contains(more, name) || name != "" && !isShared(name) }
}

func onlyAsItIs(name string) bool { return name == "" }

// TestEveryFaultInABrowser is the same with a browser. Where the table is required it
// takes all applications with all switches.
func TestEveryFaultInABrowser(t *testing.T) {
	needsBrowser(t)
	notInShort(t)
	for app, some := range inABrowser {
		if storetest.Required("table") {
			some = nil
		}
		t.Run(app, func(t *testing.T) { faults(t, app, "browser", some) })
	}
}

// notInShort skips what starts so many browsers that it is for the full run.
func notInShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("many browsers take long; without -short they are started")
	}
}

// isShared reports whether an ordinary application has the switch.
func isShared(name string) bool {
	return slices.ContainsFunc(lab.SwitchesOf("shop"), func(s lab.Switch) bool { return s.Name == name })
}

// TestEveryApplicationIsGreen with the driver that nobody has to choose, which is the
// browser where scripts draw the pages, and only there.
func TestEveryApplicationIsGreen(t *testing.T) {
	needsBrowser(t)
	for app, driver := range map[string]string{
		"shop": "http", "intranet": "http", "portal": "http", "wiki": "http",
		"desk": "browser", "mail": "browser", "bank": "browser",
	} {
		t.Run(app, func(t *testing.T) {
			t.Parallel()
			l := newLabLogin(t, app, lab.Options{}, nil)
			if r := l.verify(t, auth.VerifyOptions{}, nil); !r.OK() || r.Diagnosis != nil || r.Driver != driver {
				t.Errorf("%s with %s: %+v\n%+v", r.Verdict, r.Driver, r.Diagnosis, r.Stages)
			}
		})
	}
}
