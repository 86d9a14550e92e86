package login_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

// Pages of a prompt that a script draws: their buttons stand outside of forms.
const (
	waitingPage = "<title>Two-Factor Authentication</title><h1>Check for a Duo Push</h1><p>We sent it to your phone.</p><button>Other options</button>"
	methodsPage = "<title>Two-Factor Authentication</title><h1>Choose</h1><button>Duo Push</button><button>Bypass code</button><button>Hardware token</button>"
	browserPage = "<title>Two-Factor Authentication</title><h1>Is this your device?</h1><button>Yes, this is my device</button><button>No, others use it</button>"
	bypassPage  = `<title>Two-Factor Authentication</title><h1>Enter your bypass code</h1><form method=post><label for=p>Bypass code</label><input id=p name=p autocomplete=one-time-code><button>Verify</button></form>`
	nagPage     = "<title>Two-Factor Authentication</title><h1>Add a second way</h1><button>Add one</button><button>Skip for now</button>"
)

// The courses that a login takes; what each stage came to is written with the first
// letters of pass, fail and skip, in the order of login.Stages.
func TestRun_Courses(t *testing.T) {
	page := func(body string) answer { return answer{body: body, takes: time.Second} }
	inside := answer{body: homePage, sets: "sid", takes: time.Second}
	proof, control := page(homePage), page(loginPage)
	skewed := login.Skew{Offset: 2 * time.Minute, Within: time.Second, Known: true}
	good := func(pages ...answer) *application {
		return &application{pages: pages, proof: proof, control: control}
	}
	cancelled := func(t testing.TB) context.Context {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		return ctx
	}
	agreed := login.Skew{Known: true, Within: time.Second}
	remembered := []login.Cookie{{Name: "trusted", Value: store.NewSecret("device-state"), Domain: "api.example.com", HostOnly: true, Path: "/"}}
	stock := func() *codes { return &codes{all: []string{canaryCode}, bypass: true} }
	loop := make([]answer, 20)
	for i := range loop {
		loop[i] = page(samlPage)
	}

	for _, c := range []struct {
		name    string
		trial   trial
		verdict login.Verdict
		code    login.Code
		stages  string
	}{
		{"password, then code", trial{app: good(page(loginPage), page(codePage), inside), proof: goodProof}, login.SignedIn, "", "ppppppp"},
		{"username, password, code", trial{app: good(page(namePage), page(passPage), page(codePage), inside), proof: goodProof}, login.SignedIn, "", "ppppppp"},
		{"everything at once", trial{app: good(page(everything), inside), proof: goodProof}, login.SignedIn, "", "ppppppp"},
		{"code alone", trial{app: good(page(codePage), inside), proof: goodProof}, login.SignedIn, "", "psppppp"},
		{"through an identity provider", trial{app: good(page(samlPage), page(namePage), answer{body: loginPage, at: "https://idp.example.com/"}, page(codePage), page(samlPage), inside), proof: goodProof}, login.SignedIn, "", "ppppppp"},
		{"through a refresh", trial{app: good(page(loginPage), page(`<meta http-equiv="refresh" content="0;url=/next">`), inside), proof: goodProof, route: store.RouteExemption}, login.SignedIn, "", "pppsppp"},
		{"exempt", trial{app: good(page(loginPage), inside), proof: goodProof, route: store.RouteExemption}, login.SignedIn, "", "pppsppp"},
		{"exempt, with a code that may be left out", trial{app: good(page(everything), inside), proof: goodProof, route: store.RouteExemption}, login.SignedIn, "", "pppsppp"},
		{"not asked for a code", trial{app: good(page(loginPage), inside), proof: goodProof}, login.SignedIn, login.NotChallenged, "ppssppp"},
		{"no new cookie, and yet proven", trial{app: good(page(loginPage), page(codePage), page(homePage)), proof: goodProof}, login.SignedIn, "", "ppppspp"},
		{"no proof is named, and the pages differ", trial{app: good(page(loginPage), page(codePage), inside)}, login.SignedIn, "", "ppppppp"},
		{"in doubt, and yet proven", trial{app: good(page(loginPage), answer{body: shellPage, sets: "sid"}), proof: goodProof, route: store.RouteExemption}, login.SignedIn, "", "pppsppp"},
		{"a form like a login on the members' page", trial{app: good(page(loginPage), page(codePage), answer{body: homePage + loginPage, sets: "sid"}), proof: goodProof}, login.SignedIn, "", "ppppppp"},

		{"through a prompt that waits, offers, asks and recommends", trial{app: good(page(loginPage), page(waitingPage), page(methodsPage), page(codePage), page(browserPage), page(nagPage), inside), proof: goodProof}, login.SignedIn, "", "ppppppp"},
		{"a prompt that only waits", trial{app: good(page(loginPage), page(strings.Replace(waitingPage, "<button>Other options</button>", "", 1)))}, login.Refused, login.PushOnly, "ppfssss"},
		{"a prompt without a method for the seed", trial{app: good(page(loginPage), page(waitingPage), page("<h1>Choose</h1><button>Duo Push</button><button>Phone call</button>"))}, login.Errored, login.MethodMissing, "pppfsss"},
		{"a prompt with nothing but a push", trial{app: &application{pages: []answer{page(loginPage), page(waitingPage), page("<h1>Choose</h1><button>Duo Push</button>")}, proof: page(loginPage), control: control}, proof: goodProof}, login.Errored, login.MethodMissing, "pppfsss"},
		{"a prompt in spite of the exemption", trial{app: good(page(loginPage), page(waitingPage)), route: store.RouteExemption}, login.Refused, login.StillAsked, "ppfssss"},

		{"a list with nothing but a push", trial{app: good(page(loginPage), page(waitingPage), page("<h1>Other options to log in</h1><button>Duo Push</button>"))}, login.Refused, login.PushOnly, "pppfsss"},
		{"a policy of the prompt's", trial{app: good(page(loginPage), page(waitingPage), page("<h1>Access denied</h1><p role=alert>Your organization's policy does not allow this network.</p><button>Other options</button>"))}, login.Refused, login.PolicyBlocked, "pppfsss"},
		{"a prompt of an unknown kind", trial{app: good(page(loginPage), answer{body: "<h1>Welcome</h1><p>Something quite new.</p>", at: "https://api-1234.duosecurity.com/next/1"})}, login.Errored, login.UnknownPrompt, "ppfssss"},

		{"a form in the making on the way", trial{app: good(page(loginPage), page(codePage), page(`<form method="post" action="/in"><input type="hidden" name="state" value="x"></form><script src="/go.js"></script>`)), watch: []answer{inside}, proof: goodProof}, login.SignedIn, "", "ppppppp"},
		{"a form that is drawn late in a frame", trial{app: good(page(`<title>Sign in</title><h1>Sign in</h1><iframe src="/form"></iframe><a href="/about">About us</a>`), page(codePage), inside), watch: []answer{page(loginPage)}, proof: goodProof}, login.SignedIn, "", "ppppppp"},
		{"an empty page on the way", trial{app: good(page(loginPage), page(codePage), page("")), watch: []answer{page(""), inside}, proof: goodProof}, login.SignedIn, "", "ppppppp"},
		{"a push that is approved", trial{app: good(page(loginPage), page(waitingPage)), watch: []answer{inside}, route: store.RoutePush, seedless: true, proof: goodProof}, login.SignedIn, "", "ppppppp"},
		{"a push that is chosen and approved", trial{app: good(page(loginPage), page(methodsPage), page(waitingPage), inside), watch: []answer{page(waitingPage), page(browserPage)}, route: store.RoutePush, seedless: true, proof: goodProof}, login.SignedIn, "", "ppppppp"},
		{"a push that is denied", trial{app: good(page(loginPage), page(waitingPage)), watch: []answer{page("<h1>Login request denied</h1><button>Try again</button><button>Other options</button>")}, route: store.RoutePush, seedless: true}, login.Refused, login.PushDenied, "pppfsss"},
		{"a push that runs out at the prompt", trial{app: good(page(loginPage), page(waitingPage)), watch: []answer{page("<h1>Duo Push timed out</h1><button>Try again</button><button>Other options</button>")}, route: store.RoutePush, seedless: true}, login.Refused, login.PushTimeout, "pppfsss"},
		{"a push that nobody answers", trial{app: good(page(loginPage), page(waitingPage)), watch: []answer{{hangs: true}}, patience: time.Millisecond, route: store.RoutePush, seedless: true}, login.Refused, login.PushTimeout, "pppfsss"},
		{"a push over plain HTTP", trial{app: good(page(loginPage), page(waitingPage)), route: store.RoutePush, seedless: true}, login.Errored, login.NeedsBrowser, "pppfsss"},
		{"a push where none is offered", trial{app: good(page(loginPage), page("<h1>Choose</h1><button>Bypass code</button><button>Hardware token</button>")), watch: []answer{}, route: store.RoutePush, seedless: true}, login.Errored, login.MethodMissing, "ppfssss"},

		{"a bypass code", trial{app: good(page(loginPage), page(waitingPage), page(methodsPage), page(bypassPage), inside), codes: stock(), route: store.RouteBypassCode, proof: goodProof}, login.SignedIn, "", "ppppppp"},
		{"a bypass code that is refused", trial{app: good(page(loginPage), page(bypassPage), page(saying(bypassPage, "Invalid passcode"))), codes: stock(), route: store.RouteBypassCode}, login.Refused, login.WrongBypass, "pppfsss"},
		{"no bypass code is left", trial{app: good(page(loginPage), page(bypassPage)), codes: &codes{err: fmt.Errorf("shop: %w", store.ErrNothingLeft)}, route: store.RouteBypassCode}, login.Errored, login.NothingLeft, "pppfsss"},

		{"a device that is trusted", trial{app: good(page(loginPage), inside), route: store.RouteTrustedDevice, device: remembered, seedless: true, proof: goodProof}, login.SignedIn, "", "pppsppp"},
		{"a device that is not trusted any more", trial{app: good(page(loginPage), page(waitingPage)), route: store.RouteTrustedDevice, device: remembered}, login.Refused, login.DeviceForgotten, "ppfssss"},
		{"a device that is not trusted any more, by a code", trial{app: good(page(loginPage), page(codePage)), route: store.RouteTrustedDevice, device: remembered}, login.Refused, login.DeviceForgotten, "ppfssss"},
		{"a device that nobody offers to trust", trial{app: good(page(loginPage), page(codePage), inside), route: store.RouteTrustedDevice, trust: true, proof: goodProof}, login.SignedIn, login.DeviceUntaken, "ppppppp"},

		{"a session that a plain client can use", trial{app: good(page(loginPage), page(codePage), inside), proof: goodProof, bare: &proof}, login.SignedIn, "", "ppppppp"},
		{"a session that a plain client cannot use", trial{app: good(page(loginPage), page(codePage), inside), proof: goodProof, bare: &control}, login.SignedIn, login.NotPortable, "ppppppp"},

		{"wrong code, and the clocks agree", trial{app: &application{pages: []answer{page(loginPage), page(codePage), page(saying(codePage, "Wrong code")), inside}, proof: proof, control: control, skew: agreed}, codes: &codes{all: []string{"111222", canaryCode}}, proof: goodProof}, login.SignedIn, "", "ppppppp"},
		{"two wrong codes", trial{app: &application{pages: []answer{page(loginPage), page(codePage), page(saying(codePage, "Wrong code")), page(saying(codePage, "Wrong code"))}, skew: agreed}, codes: &codes{all: []string{"111222", canaryCode, "333444"}}}, login.Refused, login.WrongCode, "pppfsss"},
		{"a used code, then a fresh one", trial{app: good(page(loginPage), page(codePage), page(saying(codePage, "This code was already used")), inside), codes: &codes{all: []string{"111222", canaryCode}}, proof: goodProof}, login.SignedIn, "", "ppppppp"},

		{"wrong password", trial{app: good(page(loginPage), page(saying(loginPage, "Wrong password")))}, login.Refused, login.WrongCredentials, "pfsssss"},
		{"a cookie that is refused, and the form again", trial{app: &application{pages: []answer{page(loginPage), page(loginPage)}, refused: []login.RefusedCookie{{Name: "sid", Host: "app.example.com", Why: "SameSiteNoneInsecure"}}}}, login.Errored, login.CookiesBlocked, "pfsssss"},
		{"a cookie that is refused, and a word about the password", trial{app: &application{pages: []answer{page(loginPage), page(saying(loginPage, "Wrong password"))}, refused: []login.RefusedCookie{{Name: "sid", Host: "app.example.com", Why: "SameSiteNoneInsecure"}}}}, login.Refused, login.WrongCredentials, "pfsssss"},
		{"unknown username", trial{app: good(page(namePage), page(namePage))}, login.Refused, login.WrongCredentials, "pfsssss"},
		{"locked", trial{app: good(page(loginPage), page(saying(loginPage, "Your account is locked")))}, login.Refused, login.AccountLocked, "pfsssss"},
		{"switched off", trial{app: good(page(loginPage), page(saying(loginPage, "Your account is disabled")))}, login.Refused, login.AccountDisabled, "pfsssss"},
		{"locked at the code", trial{app: good(page(loginPage), page(codePage), page(saying(codePage, "Your account is locked")))}, login.Refused, login.AccountLocked, "pppfsss"},
		{"expired password", trial{app: good(page(loginPage), page(changePage))}, login.Refused, login.PasswordExpired, "pfsssss"},
		{"expired password, found out by the proof", trial{app: &application{pages: []answer{page(loginPage), inside}, proof: page(changePage), control: control}, proof: goodProof, route: store.RouteExemption}, login.Refused, login.PasswordExpired, "pppspfs"},
		{"stale token", trial{app: good(page(loginPage), answer{body: "<h1>Page expired</h1>", status: 419})}, login.Refused, login.CSRFMismatch, "pfsssss"},
		{"no password is stored", trial{app: good(page(loginPage)), keyless: true}, login.Errored, login.NoPassword, "pfsssss"},

		{"wrong code", trial{app: good(page(loginPage), page(codePage), page(saying(codePage, "Wrong code")))}, login.Refused, login.WrongCode, "pppfsss"},
		{"wrong code, asked for together", trial{app: good(page(everything), page(saying(everything, "The code is wrong")))}, login.Refused, login.WrongCode, "pppfsss"},
		{"wrong password, asked for together", trial{app: good(page(everything), page(saying(everything, "Wrong password")))}, login.Refused, login.WrongCredentials, "pfsssss"},
		{"used code", trial{app: good(page(loginPage), page(codePage), page(saying(codePage, "This code was already used")))}, login.Refused, login.ReplayedCode, "pppfsss"},
		{"clocks apart", trial{app: &application{pages: []answer{page(loginPage), page(codePage), page(saying(codePage, "Wrong code"))}, skew: skewed}}, login.Refused, login.ClockSkew, "pppfsss"},
		{"an SMS", trial{app: good(page(loginPage), page(smsPage))}, login.Refused, login.OtherChannel, "ppfssss"},
		{"a backup code", trial{app: good(page(loginPage), page(backupPage))}, login.Refused, login.NeedsBackup, "ppfssss"},
		{"enrolment", trial{app: good(page(loginPage), page(enrolPage))}, login.Refused, login.EnrolmentNeeded, "pfsssss"},
		{"consent, trust and staying signed in", trial{app: good(page(loginPage), page(codePage), page(consentPage), page(trustPage), page(stayPage), inside), proof: goodProof}, login.SignedIn, "", "ppppppp"},
		{"the same question again", trial{app: &application{pages: []answer{page(loginPage), page(consentPage), page(consentPage)}, proof: control}, proof: goodProof}, login.Refused, login.PersonNeeded, "pfsssss"},
		{"terms to accept", trial{app: good(page(loginPage), page(termsPage))}, login.Refused, login.TermsWanted, "pfsssss"},
		{"asked in spite of the exemption", trial{app: good(page(loginPage), page(codePage)), route: store.RouteExemption}, login.Refused, login.StillAsked, "ppfssss"},
		{"asked by SMS in spite of the exemption", trial{app: good(page(loginPage), page(smsPage)), route: store.RouteExemption}, login.Refused, login.StillAsked, "ppfssss"},
		{"the form itself asks in spite of the exemption", trial{app: good(page(strings.Replace(everything, `name="c"`, `name="c" required`, 1))), route: store.RouteExemption}, login.Refused, login.StillAsked, "pfsssss"},
		{"no seed is stored", trial{app: good(page(loginPage), page(codePage)), seedless: true}, login.Errored, login.NoPasscode, "pppfsss"},
		{"a push needs a person", trial{app: good(page(loginPage), page(codePage)), seedless: true, route: store.RoutePush}, login.Refused, login.PersonNeeded, "pppfsss"},
		{"no fresh code", trial{app: good(page(loginPage), page(codePage)), codes: &codes{}}, login.Errored, login.NothingFresh, "pppfsss"},
		{"the seed cannot be read", trial{app: good(page(loginPage), page(codePage)), codes: &codes{err: errBroken}}, login.Errored, login.SecretStore, "pppfsss"},

		{"captcha", trial{app: good(page(captchaPage))}, login.Refused, login.Captcha, "fssssss"},
		{"passkey", trial{app: good(page(passkeyPage))}, login.Refused, login.PasskeyOnly, "fssssss"},
		{"drawn by a script", trial{app: good(page(shellPage))}, login.Errored, login.NeedsBrowser, "fssssss"},
		{"a second step drawn by a script", trial{app: &application{pages: []answer{page(loginPage), page(duoPage)}, proof: page(loginPage)}, proof: goodProof}, login.Errored, login.NeedsBrowser, "pfsssss"},
		{"behind a link", trial{app: good(page(linkPage))}, login.Errored, login.NeedsClick, "fssssss"},
		{"nothing there", trial{app: good(page(textPage))}, login.Errored, login.PageNotFound, "fssssss"},
		{"a window of the browser's", trial{app: good(answer{body: "<h1>401</h1>", status: 401, auth: []string{"basic"}})}, login.Errored, login.HTTPAuth, "fssssss"},
		{"a refresh in a circle", trial{app: good(page(`<meta http-equiv="refresh" content="0;url=/a">`), answer{body: `<meta http-equiv="refresh" content="0;url=/b">`, at: "https://app.example.com/a"}, answer{body: `<meta http-equiv="refresh" content="0;url=/a">`, at: "https://app.example.com/b"})}, login.Errored, login.PageNotFound, "fssssss"},
		{"forbidden", trial{app: good(answer{body: "<h1>Forbidden</h1>", status: 403})}, login.Refused, login.AccessDenied, "fssssss"},
		{"broken", trial{app: good(answer{body: "<h1>Oops</h1>", status: 500})}, login.Errored, login.ServerError, "fssssss"},
		{"broken after the password", trial{app: good(page(loginPage), answer{body: "<h1>Oops</h1>", status: 500})}, login.Errored, login.ServerError, "pfsssss"},
		{"without end", trial{app: good(loop...)}, login.Errored, login.TooManyPages, "fssssss"},
		{"without end after the code", trial{app: good(append([]answer{page(loginPage), page(codePage)}, loop...)...)}, login.Errored, login.TooManyPages, "pppfsss"},

		{"no session came of it", trial{app: &application{pages: []answer{page(loginPage), page(codePage), page(welcomePage)}, proof: control, control: control}, proof: goodProof}, login.Refused, login.NoSession, "ppppsfs"},
		{"the proof is not there", trial{app: &application{pages: []answer{page(loginPage), page(codePage), inside}, proof: page(textPage), control: control}, proof: goodProof}, login.Errored, login.ProofNotSeen, "pppppfs"},
		{"a session that does not last", trial{app: &application{pages: []answer{page(loginPage), page(codePage), inside}, proof: control, control: control}, proof: goodProof}, login.Refused, login.NoSession, "pppppfs"},
		{"the proof refuses", trial{app: &application{pages: []answer{page(loginPage), page(codePage), inside}, proof: answer{body: "{}", status: 401}, control: control}, proof: goodProof}, login.Refused, login.NoSession, "pppppfs"},
		{"no cookie, no login, and no proof", trial{app: &application{pages: []answer{page(loginPage), page(codePage), page(welcomePage)}, proof: page(textPage), control: control}, proof: goodProof}, login.Errored, login.ProofNotSeen, "ppppsfs"},
		{"the proof fails by itself", trial{app: &application{pages: []answer{page(loginPage), page(codePage), inside}, proof: answer{body: homePage, status: 404}, control: control}, proof: goodProof}, login.Errored, login.ProofNotSeen, "pppppfs"},
		{"everybody sees the proof", trial{app: &application{pages: []answer{page(loginPage), page(codePage), inside}, proof: proof, control: proof}, proof: goodProof}, login.Errored, login.Unproven, "ppppppf"},
		{"no proof is named, and the last page is none", trial{app: &application{pages: []answer{page(loginPage), page(codePage), inside}, proof: control, control: control}}, login.Errored, login.Unproven, "pppppfs"},
		{"the proof's address is none", trial{app: good(page(loginPage), page(codePage), inside), proof: store.Proof{URL: "https://[::1"}}, login.Errored, login.ProofNotSeen, "ppppfss"},
		{"the proof breaks", trial{app: &application{pages: []answer{page(loginPage), page(codePage), inside}, proof: answer{err: login.Stop(login.Connect, errBroken, "gone")}}, proof: goodProof}, login.Errored, login.Connect, "pppppfs"},
		{"the control breaks", trial{app: &application{pages: []answer{page(loginPage), page(codePage), inside}, proof: proof, control: answer{err: login.Stop(login.Connect, errBroken, "gone")}}, proof: goodProof}, login.Errored, login.Connect, "ppppppf"},

		{"an error without a name", trial{app: good(answer{err: errBroken})}, login.Errored, login.UnknownFailure, "fssssss"},
		{"an error without a name after the password", trial{app: good(page(loginPage), answer{err: errBroken})}, login.Errored, login.UnknownFailure, "pfsssss"},
		{"the driver stops it", trial{app: good(page(loginPage), answer{err: login.Stop(login.UnexpectedOrigin, nil, "evil")})}, login.Errored, login.UnexpectedOrigin, "pfsssss"},
		{"interrupted", trial{app: good(answer{hangs: true}), context: cancelled}, login.Errored, login.Interrupted, "fssssss"},
		{"no answer in time", trial{app: good(answer{hangs: true}), budget: time.Millisecond}, login.Errored, login.Timeout, "fssssss"},
		{"the pages take too long together", trial{app: good(answer{body: loginPage, takes: 40 * time.Second}, answer{body: codePage, takes: 30 * time.Second}, answer{hangs: true}), budget: time.Minute}, login.Errored, login.Timeout, "pppfsss"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := c.trial.run(t)
			r := o.result
			if r.Verdict != c.verdict || code(r) != c.code || short(r) != c.stages {
				t.Errorf("got %s %s %s, want %s %s %s", r.Verdict, code(r), short(r), c.verdict, c.code, c.stages)
				t.Logf("%s\n%+v", states(r), r.Diagnosis)
			}
			provoked[code(r)] = true
		})
	}
	// Those are for a driver to find out; its own tests provoke them.
	byDriver := []login.Code{login.DNS, login.TLS, login.Proxy, login.RedirectLoop, login.InsecureRedirect, login.UnsafeForm}
	for _, c := range append(byDriver, "") {
		provoked[c] = true
	}
	for _, c := range login.Codes() {
		if !provoked[c] {
			t.Errorf("nothing provokes %s", c)
		}
	}
}

var provoked = map[login.Code]bool{}

func TestRun_TellsWhatItSawOfTheSecondFactor(t *testing.T) {
	inside := answer{body: homePage, sets: "sid"}
	for name, c := range map[string]struct {
		pages []answer
		route store.Route
		want  login.MFA
	}{
		"asked":              {[]answer{{body: loginPage}, {body: codePage}, inside}, store.RouteOTP, login.MFA{Challenged: true, Provider: "app", Factor: "totp"}},
		"asked together":     {[]answer{{body: everything}, inside}, store.RouteOTP, login.MFA{Challenged: true, Provider: "app", Factor: "totp"}},
		"not asked":          {[]answer{{body: loginPage}, inside}, store.RouteOTP, login.MFA{}},
		"asked, not obeyed":  {[]answer{{body: loginPage}, {body: smsPage}}, store.RouteOTP, login.MFA{Challenged: true, Provider: "app"}},
		"asked, and exempt":  {[]answer{{body: loginPage}, {body: codePage}}, store.RouteExemption, login.MFA{Challenged: true, Provider: "app"}},
		"exempt, not asked":  {[]answer{{body: loginPage}, inside}, store.RouteExemption, login.MFA{}},
		"optional, left out": {[]answer{{body: everything}, inside}, store.RouteExemption, login.MFA{}},
	} {
		t.Run(name, func(t *testing.T) {
			o := trial{app: &application{pages: c.pages, proof: answer{body: homePage}, control: answer{body: loginPage}}, route: c.route, proof: goodProof}.run(t)
			if o.result.MFA != c.want {
				t.Errorf("got %+v, want %+v", o.result.MFA, c.want)
			}
		})
	}
}

func TestRun_AnExemptionDrawsNoCode(t *testing.T) {
	for name, pages := range map[string][]answer{
		"code page":     {{body: loginPage}, {body: codePage}},
		"one form":      {{body: strings.Replace(everything, `name="c"`, `name="c" required`, 1)}},
		"left out":      {{body: everything}, {body: homePage}},
		"SMS page":      {{body: loginPage}, {body: smsPage}},
		"code at first": {{body: codePage}},
	} {
		t.Run(name, func(t *testing.T) {
			o := trial{app: &application{pages: pages, proof: answer{body: homePage}, control: answer{body: loginPage}}, route: store.RouteExemption, proof: goodProof}.run(t)
			if o.codes.drawn != 0 || o.app.wasSent(login.RoleCode) != 0 {
				t.Errorf("%d codes were drawn", o.codes.drawn)
			}
		})
	}
}

func TestRun_NoCodeIsDrawnForWhatCannotUseOne(t *testing.T) {
	for name, body := range map[string]string{"SMS": smsPage, "backup": backupPage, "enrolment": enrolPage, "captcha": captchaPage} {
		t.Run(name, func(t *testing.T) {
			o := trial{app: &application{pages: []answer{{body: loginPage}, {body: body}}}}.run(t)
			if o.codes.drawn != 0 {
				t.Errorf("%d codes were spent for nothing", o.codes.drawn)
			}
		})
	}
}

func TestRun_FillsInWhereItBelongs(t *testing.T) {
	boxes := strings.Repeat(`<input maxlength="1" inputmode="numeric">`, 6)
	o := trial{app: &application{pages: []answer{
		{body: namePage},
		{body: `<form method="post"><input type="hidden" name="t" value="1"><input type="password" name="pw"><button name="go" value="1">Sign in</button></form>`},
		{body: `<h1>Authentication code</h1><form method="post">` + boxes + `<button>Verify</button></form>`},
		{body: homePage, sets: "sid"},
	}, proof: answer{body: homePage}, control: answer{body: loginPage}}, proof: goodProof}.run(t)
	if !o.result.OK() || len(o.app.sent) != 3 {
		t.Fatalf("got %+v", o.result)
	}
	var got []string
	for _, s := range o.app.sent {
		for _, in := range s.Inputs {
			got = append(got, fmt.Sprintf("%d=%s", in.Field, in.Value.Reveal()))
		}
		got = append(got, fmt.Sprintf("button %d bearer %v", s.Button, s.Bearer))
	}
	want := "0=scan-bot|button 0 bearer false|1=" + canaryPassword + "|button 0 bearer true|0=7|1=3|2=1|3=9|4=0|5=4|button 0 bearer true"
	if strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
}

// TestRun_GuardsWhatSignsIn: what an identity provider sends on after the password
// is as good as one; what leads to it is not.
func TestRun_GuardsWhatSignsIn(t *testing.T) {
	o := trial{app: &application{pages: []answer{
		{body: strings.Replace(samlPage, "SAMLResponse", "SAMLRequest", 1)}, {body: loginPage}, {body: samlPage}, {body: homePage, sets: "sid"},
	}, proof: answer{body: homePage}, control: answer{body: loginPage}}, proof: goodProof}.run(t)
	var got []bool
	for _, s := range o.app.sent {
		got = append(got, s.Bearer)
	}
	if fmt.Sprint(got) != "[false true true]" {
		t.Errorf("got %v", got)
	}
}

func TestRun_TellsThatItWaitsForACode(t *testing.T) {
	o := trial{
		app:   &application{pages: []answer{{body: loginPage}, {body: codePage}, {body: homePage, sets: "sid"}}, proof: answer{body: homePage}, control: answer{body: loginPage}},
		codes: &codes{all: []string{canaryCode}, waits: 70 * time.Second}, proof: goodProof, budget: 10 * time.Second,
	}.run(t)
	if !o.result.OK() {
		t.Fatalf("the wait was taken off the time for the pages: %+v", o.result.Diagnosis)
	}
	found := false
	for _, e := range o.events {
		found = found || e.Stage == login.StagePasscode && e.State == login.Running && e.Note == "waiting 70 s for an unused code"
	}
	if !found {
		t.Errorf("the wait was not told: %+v", o.events)
	}
}

// TestRun_TheBudgetIsForAllPagesTogether: each step is given what is left.
func TestRun_TheBudgetIsForAllPagesTogether(t *testing.T) {
	o := trial{app: &application{
		pages: []answer{{body: loginPage, takes: 40 * time.Second}, {body: codePage, takes: 10 * time.Second}, {body: homePage, takes: 5 * time.Second}},
		proof: answer{body: homePage}, control: answer{body: loginPage},
	}, proof: goodProof, budget: time.Minute}.run(t)
	want := []time.Duration{60 * time.Second, 20 * time.Second, 10 * time.Second, 5 * time.Second, 5 * time.Second}
	if len(o.app.left) != len(want) {
		t.Fatalf("got %v", o.app.left)
	}
	for i, left := range o.app.left {
		if left > want[i] || left < want[i]-3*time.Second {
			t.Errorf("step %d was given %s, want %s", i, left, want[i])
		}
	}
}

// TestRun_IsOverWhenItIsOver: a source of codes that speaks late is not heard.
func TestRun_IsOverWhenItIsOver(t *testing.T) {
	o := trial{app: &application{pages: []answer{{body: loginPage}, {body: codePage}, {body: homePage}}, proof: answer{body: homePage}, control: answer{body: loginPage}}, proof: goodProof}.run(t)
	o.codes.tell(o.app.clock.now()) // the sink reports an error if it is told anything now
	for _, s := range o.result.Stages {
		if strings.Contains(s.Note, "waiting") {
			t.Errorf("got %+v", s)
		}
	}
}

func TestRun_AClockThatIsSetBackBreaksNothing(t *testing.T) {
	app := &application{pages: []answer{{body: loginPage}, {body: homePage, sets: "sid", takes: time.Minute}}, proof: answer{body: homePage, takes: -50 * time.Second}, control: answer{body: loginPage}}
	o := trial{app: app, proof: goodProof, route: store.RouteExemption, budget: 2 * time.Minute}.run(t)
	if !o.result.OK() {
		t.Errorf("got %+v", o.result.Diagnosis)
	}
}

// TestRun_APageThatRepeatsSecrets is told without them: the texts of every run are
// searched.
func TestRun_APageThatRepeatsSecrets(t *testing.T) {
	repeat := func(secrets string) string {
		return `<title>` + htmlOf(secrets) + `</title><p role="alert">` + htmlOf(secrets) + ` is wrong` + "\x1b[31m\u202e" + `</p>`
	}
	early, echo := repeat(canaryPassword), repeat(canaryPassword+" "+canaryCode)
	for name, pages := range map[string][]answer{
		"in the message after the password": {{body: loginPage}, {body: early + loginPage}},
		"in the title of the next page":     {{body: loginPage}, {body: early + codePage}, {body: echo + codePage}},
		"in the address":                    {{body: loginPage}, {body: codePage}, {body: textPage, status: 404, at: "https://app.example.com/x/Pa55%3Ccanary%3E&%22word%27+%25/731904"}},
		"in a driver's error":               {{body: loginPage}, {err: fmt.Errorf("parse %q", canaryPassword)}},
		"on the last page":                  {{body: loginPage}, {body: early + codePage}, {body: echo + homePage, sets: "sid"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := trial{app: &application{pages: pages, proof: answer{body: echo + homePage}, control: answer{body: echo}}, proof: goodProof}.run(t)
			if d := o.result.Diagnosis; d != nil && name == "in the message after the password" && !strings.Contains(d.Detail, "[secret]") {
				t.Errorf("nothing was blotted out of %q", d.Detail)
			}
		})
	}
}

func htmlOf(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

func TestRun_WhatTheStagesSay(t *testing.T) {
	o := trial{app: &application{
		pages: []answer{{body: loginPage, sets: "visitor"}, {body: codePage, sets: "csrf"}, {body: homePage, sets: "sid", at: "https://app.example.com/home?token=x"}},
		proof: answer{body: homePage}, control: answer{body: loginPage, at: "https://app.example.com/login?next=/orders"},
	}, proof: goodProof}.run(t)
	var got []string
	for _, s := range o.result.Stages {
		got = append(got, fmt.Sprintf("%s | %s | %s", s.Name, s.Note, s.URL))
	}
	want := []string{
		"reach | “Sign in” | https://app.example.com/start",
		"credentials | scan-bot, password accepted | https://app.example.com/start",
		"challenge | asked for a one-time code | https://app.example.com/start",
		"passcode | accepted | https://app.example.com/home",
		"session | cookies: csrf, sid | https://app.example.com/home",
		"proof | “Your orders” is there | https://app.example.com/orders",
		"control | without the session: asked for a login | https://app.example.com/login",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if want := "[https://app.example.com/orders true https://app.example.com/orders false]"; fmt.Sprint(o.app.fetched) != want {
		t.Errorf("fetched %v, want %v", o.app.fetched, want)
	}
}

func TestRun_HowProofAndControlMustDiffer(t *testing.T) {
	proofAt, text := "https://app.example.com/orders", "Your orders"
	for name, c := range map[string]struct {
		proof         store.Proof
		with, without answer
		want          string // what the control says, or a code
	}{
		"a login":                     {store.Proof{URL: proofAt, Text: text}, answer{body: homePage}, answer{body: loginPage}, "without the session: asked for a login"},
		"a status":                    {store.Proof{URL: proofAt, Text: text}, answer{body: homePage}, answer{body: textPage, status: 401}, "without the session: status 401"},
		"the text":                    {store.Proof{URL: proofAt, Text: text}, answer{body: homePage}, answer{body: textPage}, "without the session: the text is not there"},
		"the text beside a login":     {store.Proof{URL: proofAt, Text: text}, answer{body: homePage}, answer{body: `<p>Your orders</p>` + loginPage}, "unproven"},
		"nothing":                     {store.Proof{URL: proofAt, Text: text}, answer{body: homePage}, answer{body: homePage}, "unproven"},
		"the address":                 {store.Proof{URL: proofAt}, answer{body: textPage}, answer{body: textPage, at: "https://app.example.com/"}, "without the session: sent to https://app.example.com/"},
		"a way out":                   {store.Proof{URL: proofAt}, answer{body: homePage}, answer{body: textPage}, "without the session: no way to sign out"},
		"the name":                    {store.Proof{URL: proofAt}, answer{body: textPage + "Hello, scan-bot"}, answer{body: textPage + "Hello"}, "without the session: the username is not there"},
		"nothing, without a text":     {store.Proof{URL: proofAt}, answer{body: textPage}, answer{body: textPage}, "unproven"},
		"a text with entities":        {store.Proof{URL: proofAt, Text: "Tom & Jerry's"}, answer{body: "<p>Tom &amp; Jerry&#39;s</p>"}, answer{body: textPage}, "without the session: the text is not there"},
		"a text broken over lines":    {store.Proof{URL: proofAt, Text: "Your orders today"}, answer{body: "<p>Your\n   orders <b>today</b></p>"}, answer{body: textPage}, "without the session: the text is not there"},
		"a text in what is no HTML":   {store.Proof{URL: proofAt, Text: `"user":"scan-bot"`}, answer{body: `{"user":"scan-bot"}`}, answer{body: `{}`}, "without the session: the text is not there"},
		"a login again":               {store.Proof{URL: proofAt}, answer{body: loginPage}, answer{body: loginPage}, "no-session"},
		"a login again, for the text": {store.Proof{URL: proofAt, Text: "Sign in"}, answer{body: loginPage}, answer{body: loginPage}, "no-session"},
	} {
		t.Run(name, func(t *testing.T) {
			o := trial{app: &application{pages: []answer{{body: loginPage}, {body: homePage, sets: "sid"}}, proof: c.with, control: c.without}, proof: c.proof, route: store.RouteExemption}.run(t)
			got := o.result.Stages[6].Note
			if !o.result.OK() {
				got = string(code(o.result))
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestRun_WhenTheClockIsToBlame(t *testing.T) {
	for name, c := range map[string]struct {
		skew login.Skew
		want login.Code
	}{
		"unknown":             {login.Skew{}, login.WrongCode},
		"none":                {login.Skew{Known: true, Within: time.Second}, login.WrongCode},
		"within a step":       {login.Skew{Known: true, Offset: 29 * time.Second, Within: time.Second}, login.WrongCode},
		"a step, uncertain":   {login.Skew{Known: true, Offset: 31 * time.Second, Within: 5 * time.Second}, login.WrongCode},
		"a step ahead":        {login.Skew{Known: true, Offset: 31 * time.Second, Within: time.Second}, login.ClockSkew},
		"two minutes behind":  {login.Skew{Known: true, Offset: -2 * time.Minute, Within: time.Second}, login.ClockSkew},
		"a huge uncertainty":  {login.Skew{Known: true, Offset: 2 * time.Minute, Within: 2 * time.Minute}, login.WrongCode},
		"ahead, as in detail": {login.Skew{Known: true, Offset: 2 * time.Minute, Within: 600 * time.Millisecond}, login.ClockSkew},
	} {
		t.Run(name, func(t *testing.T) {
			o := trial{app: &application{pages: []answer{{body: loginPage}, {body: codePage}, {body: saying(codePage, "Wrong")}}, skew: c.skew}}.run(t)
			if got := code(o.result); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if name == "ahead, as in detail" && !strings.Contains(o.result.Diagnosis.Detail, "2 min 0 s ahead of this machine's (± 0.6 s") {
				t.Errorf("got %q", o.result.Diagnosis.Detail)
			}
		})
	}
}

func TestRun_WithoutASinkOrACode(t *testing.T) {
	c := newClock()
	app := &application{t: t, clock: c, pages: []answer{{body: loginPage}, {body: homePage}}, proof: answer{body: homePage}, control: answer{body: loginPage}}
	r := login.Run(t.Context(), app, login.Plan{
		Target:   store.Target{Name: "shop", URL: "https://app.example.com/", Username: "u", Route: store.RouteExemption, Proof: goodProof},
		Password: store.NewSecret("x"), Budget: time.Minute, Now: c.now,
	})
	if !r.OK() {
		t.Errorf("got %+v", r.Diagnosis)
	}
}

func TestInspect(t *testing.T) {
	for name, c := range map[string]struct {
		app   *application
		want  login.Inspection
		code  login.Code
		notes int
	}{
		"a login":           {&application{pages: []answer{{body: loginPage}}}, login.Inspection{URL: "https://app.example.com/start", Status: 200, Title: "Sign in", Kind: login.KindBoth, Username: true, Password: true}, "", 0},
		"with a code":       {&application{pages: []answer{{body: everything}}}, login.Inspection{URL: "https://app.example.com/start", Status: 200, Kind: login.KindBothCode, Username: true, Password: true, OTP: true}, "", 0},
		"drawn by a script": {&application{pages: []answer{{body: shellPage}}}, login.Inspection{URL: "https://app.example.com/start", Status: 200, Title: "App", Kind: login.KindScript}, login.NeedsBrowser, 0},
		"elsewhere":         {&application{pages: []answer{{body: namePage, at: "https://idp.example.com/x?y=z"}}}, login.Inspection{URL: "https://idp.example.com/x", Status: 200, Title: "Sign in", Kind: login.KindUsername, Username: true}, "", 1},
		"not encrypted":     {&application{pages: []answer{{body: namePage, at: "http://app.example.com/"}}}, login.Inspection{URL: "http://app.example.com/", Status: 200, Title: "Sign in", Kind: login.KindUsername, Username: true}, "", 2},
		"another clock":     {&application{pages: []answer{{body: namePage}}, skew: login.Skew{Known: true, Offset: time.Minute}}, login.Inspection{URL: "https://app.example.com/start", Status: 200, Title: "Sign in", Kind: login.KindUsername, Username: true}, "", 1},
		"unreachable":       {&application{pages: []answer{{err: login.Stop(login.DNS, errBroken, "no")}}}, login.Inspection{URL: "https://app.example.com/start", Kind: login.KindNone}, login.DNS, 0},
		"silent":            {&application{pages: []answer{{err: context.DeadlineExceeded}}}, login.Inspection{URL: "https://app.example.com/start", Kind: login.KindNone}, login.Timeout, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c.app.t, c.app.clock = t, newClock()
			got, err := login.Inspect(t.Context(), c.app, parse(t, "https://app.example.com/start"))
			if err != nil {
				t.Fatal(err)
			}
			diagnosis, notes := got.Diagnosis, got.Notes
			got.Diagnosis, got.Notes = nil, nil
			if fmt.Sprint(got) != fmt.Sprint(c.want) || len(notes) != c.notes {
				t.Errorf("got %+v %q, want %+v and %d notes", got, notes, c.want, c.notes)
			}
			if (diagnosis == nil) != (c.code == "") || diagnosis != nil && diagnosis.Code != c.code {
				t.Errorf("got %+v, want %q", diagnosis, c.code)
			}
		})
	}
	app := &application{t: t, clock: newClock(), pages: []answer{{err: errBroken}}}
	if _, err := login.Inspect(t.Context(), app, parse(t, "https://app.example.com/")); err == nil {
		t.Error("an error without a name was swallowed")
	}
}
