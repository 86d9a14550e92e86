package login_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"gatepass/auth/login"
	"gatepass/store"
)

// recorded makes a recording of lines: "fill username #u", "press aria/Sign in",
// "enter", "open URL". Several selectors stand with " | " between, shadow roots with
// " >> ".
func recorded(t testing.TB, lines ...string) *login.Recording {
	t.Helper()
	r := &login.Recording{}
	for i, line := range lines {
		do, rest, _ := strings.Cut(line, " ")
		step := login.Recorded{Number: i + 1, Do: login.RecordedAct(do)}
		switch step.Do {
		case login.RecordedOpen:
			u, err := url.Parse(rest)
			if err != nil {
				t.Fatal(err)
			}
			step.URL, rest = u, ""
		case login.RecordedFill:
			role, selectors, _ := strings.Cut(rest, " ")
			step.Role, rest = login.Role(role), selectors
		}
		if rest != "" {
			for way := range strings.SplitSeq(rest, " | ") {
				step.Selectors = append(step.Selectors, strings.Split(way, " >> "))
			}
		}
		r.Steps = append(r.Steps, step)
	}
	return r
}

// filled says what was typed where: the field's place among the page's fields.
func filled(s login.Submission) string {
	var parts []string
	for _, in := range s.Inputs {
		parts = append(parts, string(in.Role)+"@"+string(rune('0'+in.Field)))
	}
	return strings.Join(parts, " ")
}

func note(r login.Result, s login.Stage) string {
	i := slices.IndexFunc(r.Stages, func(st login.StageResult) bool { return st.Name == s })
	return r.Stages[i].Note
}

const (
	// mute is a login that cannot be read: nothing is called anything.
	mute     = `<form method=post action=/in><input name=a1 type=password><input name=a2><input name=a3><button>→</button></form>`
	muteCode = `<form method=post action=/c><input name=b1><input name=b2><button>→</button></form>`
	home     = `<h1>Your orders</h1><a href=/logout>Sign out</a>`
	plain    = `<form method=post action=/in><label>Username<input name=u></label><label>Password<input name=p type=password></label><button>Sign in</button></form>`
	askCode  = `<h1>Two-step verification</h1><form method=post action=/c><label>Code from your authenticator app<input name=otp></label><button>Verify</button></form>`
)

// TestReplay_DoesWhatWasRecorded signs in where reading alone would not.
func TestReplay_DoesWhatWasRecorded(t *testing.T) {
	app := &application{pages: []answer{{body: mute}, {body: muteCode}, {body: home, sets: "sid"}}, proof: answer{body: home}, control: answer{body: plain}}
	o := trial{app: app, proof: goodProof, replay: recorded(t,
		"open https://app.example.com/start",
		"press #nothing-of-note | css/form",
		"fill username input[name=a3]", "fill password #gone | xpath//html/body/form/input[1]", "press button",
		"fill otp form > input:nth-of-type(2)", "enter",
	)}.run(t)
	if !o.result.OK() {
		t.Fatalf("%s %+v", states(o.result), o.result.Diagnosis)
	}
	if got := filled(app.sent[0]) + ", " + filled(app.sent[1]); got != "username@2 password@0, otp@1" {
		t.Errorf("typed %s", got)
	}
	if slices.ContainsFunc(o.result.Stages, func(s login.StageResult) bool { return strings.Contains(s.Note, "recording") }) {
		t.Errorf("it says that the recording did not fit: %+v", o.result.Stages)
	}
	if len(o.result.Trail) < 6 {
		t.Errorf("the trail is %+v", o.result.Trail)
	}
}

// TestReplay_FallsBack goes on by reading the page when a selector no longer fits, and
// says at which step.
func TestReplay_FallsBack(t *testing.T) {
	app := &application{pages: []answer{{body: plain}, {body: askCode}, {body: home, sets: "sid"}}, proof: answer{body: home}, control: answer{body: plain}}
	o := trial{app: app, proof: goodProof, replay: recorded(t,
		"fill username [name=u]", "fill password [name=p]", "press text/Sign in",
		"fill otp #moved | aria/Six digits", "press aria/Verify",
	)}.run(t)
	if !o.result.OK() || o.app.wasSent(login.RoleCode) != 1 {
		t.Fatalf("%s %+v", states(o.result), o.result.Diagnosis)
	}
	if got := note(o.result, login.StagePasscode); !strings.Contains(got, "the recording no longer fits at step 4: nothing to fill in on the page is “Six digits”; went on by reading the page") {
		t.Errorf("the note is %q", got)
	}
}

// TestReplay_ASkippedBannerIsNoMisfit goes on with the next step that fits.
func TestReplay_ASkippedBannerIsNoMisfit(t *testing.T) {
	app := &application{pages: []answer{{body: plain}, {body: home, sets: "sid"}}, proof: answer{body: home}, control: answer{body: plain}}
	o := trial{app: app, proof: goodProof, route: store.RouteExemption, replay: recorded(t,
		"press text/Accept all cookies", "fill username [name=u]", "fill password [name=p]", "press text/Sign in",
		"fill otp #code", "press aria/Verify", "press text/Show me around",
	)}.run(t)
	if !o.result.OK() {
		t.Fatalf("%s %+v", states(o.result), o.result.Diagnosis)
	}
	for _, s := range o.result.Stages {
		if strings.Contains(s.Note, "no longer fits") {
			t.Errorf("the note of %s is %q", s.Name, s.Note)
		}
	}
}

// TestReplay_FollowsLinks goes where a recorded link leads.
func TestReplay_FollowsLinks(t *testing.T) {
	landing := `<h1>Shop</h1><a href=/in?x=1><span>My account</span></a>`
	app := &application{pages: []answer{{body: landing}, {body: plain}, {body: home, sets: "sid"}}, proof: answer{body: home}, control: answer{body: plain}}
	o := trial{app: app, proof: goodProof, route: store.RouteExemption, replay: recorded(t,
		"press a > span", "fill username [name=u]", "fill password [name=p]", "enter",
	)}.run(t)
	if !o.result.OK() || app.opened[1] != "https://app.example.com/in?x=1" {
		t.Fatalf("opened %q: %+v", app.opened, o.result.Diagnosis)
	}
}

// TestReplay_KeepsTheRules: a recording overrides what a page is read as, and none of
// the rules that keep secrets and accounts safe.
func TestReplay_KeepsTheRules(t *testing.T) {
	signIn := []string{"fill username [name=u]", "fill password [name=p]", "press text/Sign in"}
	refused := strings.Replace(plain, "<form", "<p role=alert>Wrong username or password.</p><form", 1)
	for name, c := range map[string]struct {
		pages []answer
		lines []string
		route store.Route
		want  login.Code
		typed int // secrets
	}{
		"a refused password is not sent again":   {[]answer{{body: plain}, {body: refused}}, append(signIn, signIn...), "", login.WrongCredentials, 1},
		"no password into a field for a code":    {[]answer{{body: strings.Replace(askCode, "name=otp", "name=otp type=password", 1)}}, []string{"fill password [name=otp]", "press text/Verify"}, store.RouteExemption, login.StillAsked, 0},
		"no code into a field for an SMS":        {[]answer{{body: plain}, {body: `<h1>Check your phone</h1><p>We sent an SMS to ••• 42.</p><form method=post><label>SMS code<input name=c1></label><button>Go</button></form>`}}, append(signIn, "fill otp [name=c1]", "press text/Go"), "", login.OtherChannel, 1},
		"no code into a field for a backup code": {[]answer{{body: plain}, {body: `<form method=post><label>Backup code<input name=c1></label><button>Go</button></form>`}}, append(signIn, "fill otp [name=c1]", "press text/Go"), "", login.NeedsBackup, 1},
		"no code where the route wants none":     {[]answer{{body: plain}, {body: askCode}}, append(signIn, "fill otp [name=otp]", "press text/Verify"), store.RouteExemption, login.StillAsked, 1},
		"nothing past a robots' gate":            {[]answer{{body: strings.Replace(plain, "<button", "<div class=g-recaptcha data-sitekey=x></div><button", 1)}}, signIn, "", login.Captcha, 0},
		"nothing where a password is made":       {[]answer{{body: `<h1>Create account</h1><form method=post><input name=u><input type=password name=p><input type=password name=p2><button>Sign up</button></form>`}}, append(signIn[:2:2], "press text/Sign up"), "", login.PageNotFound, 0},
	} {
		t.Run(name, func(t *testing.T) {
			app := &application{pages: c.pages}
			o := trial{app: app, proof: goodProof, route: c.route, replay: recorded(t, c.lines...)}.run(t)
			if code(o.result) != c.want {
				t.Errorf("%s %+v", states(o.result), o.result.Diagnosis)
			}
			if got := app.wasSent(login.RolePassword) + app.wasSent(login.RoleCode); got != c.typed {
				t.Errorf("%d secrets were sent, not %d", got, c.typed)
			}
		})
	}
}

// TestReplay_SignsNobodyOut does not press what was pressed after the login.
func TestReplay_SignsNobodyOut(t *testing.T) {
	app := &application{pages: []answer{{body: plain}, {body: home, sets: "sid"}}, proof: answer{body: home}, control: answer{body: plain}}
	o := trial{app: app, proof: goodProof, route: store.RouteExemption, replay: recorded(t,
		"fill username [name=u]", "fill password [name=p]", "press text/Sign in", "press text/Sign out")}.run(t)
	if !o.result.OK() || len(app.opened) != 1 {
		t.Errorf("opened %q: %+v", app.opened, o.result.Diagnosis)
	}
}

// TestReplay_SpreadsACodeOverBoxes types a digit into each box, however it was recorded.
func TestReplay_SpreadsACodeOverBoxes(t *testing.T) {
	boxes := `<h1>Two-step verification</h1><form method=post action=/c>` + strings.Repeat(`<input maxlength=1 class=d>`, 6) + `<input type=hidden name=otp><button>Verify</button></form>`
	for name, lines := range map[string][]string{
		"at once": {"fill otp input.d", "press text/Verify"},
		"one by one": {
			"fill otp input:nth-of-type(1)", "fill otp input:nth-of-type(2)", "fill otp input:nth-of-type(3)",
			"fill otp input:nth-of-type(4)", "fill otp input:nth-of-type(5)", "fill otp input:nth-of-type(6)",
		},
	} {
		app := &application{pages: []answer{{body: plain}, {body: boxes}, {body: home, sets: "sid"}}, proof: answer{body: home}, control: answer{body: plain}}
		o := trial{app: app, proof: goodProof, replay: recorded(t, append([]string{"fill username [name=u]", "fill password [name=p]", "enter"}, lines...)...)}.run(t)
		if !o.result.OK() || len(app.sent) != 2 || filled(app.sent[1]) != "otp@0 otp@1 otp@2 otp@3 otp@4 otp@5" {
			t.Errorf("%s: %+v\n%+v", name, o.result.Diagnosis, app.sent)
		}
	}
}
