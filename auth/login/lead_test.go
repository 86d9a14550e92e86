package login_test

import (
	"strings"
	"testing"

	"gatepass/auth/login"
)

const (
	smsBesideApp    = `<h1>Check your phone</h1><p>We texted you a code.</p><form method="post"><label>Code<input name="c"></label><button>Verify</button></form><a href="/second/app">Use your authenticator app</a><a href="/help/app">Get help with the authenticator app</a>`
	smsOrApp        = `<h1>Check your phone</h1><p>We texted you a code.</p><form method="post" action="/sms"><label>Code<input name="c"></label><button>Verify</button></form><form method="post" action="/other"><input type="hidden" name="way" value="app"><button>Use an authenticator app</button></form>`
	waysByLink      = `<h1>Choose a second factor</h1><ul><li><a href="/second/key">Security key</a></li><li><a href="/second/app">Authenticator app</a></li><li><a href="/second/list">Backup code</a></li></ul><a href="/logout">Cancel</a>`
	keyWithOtherWay = `<h1>Use your security key</h1><p>Insert your security key and touch it.</p><button type="button">Try again</button><a href="/second">Try another way</a>`
	elsewhereByLink = `<h1>Choose a second factor</h1><ul><li><a href="https://elsewhere.example.org/app">Authenticator app</a></li><li><a href="https://elsewhere.example.org/sms">SMS</a></li></ul>`
	pinAndCode      = `<h1>Log on</h1><form method="post"><label>Passcode<input name="pass" type="password"></label><p>Enter your PIN followed by the code on your token.</p><button>Log on</button></form>`
)

// TestRun_LeavesTheWrongMethod: a login that asks for what no seed gives is led to a
// method that takes one, where the page leads there; by a link as well as by a button.
func TestRun_LeavesTheWrongMethod(t *testing.T) {
	for name, c := range map[string]struct {
		between []string
		opens   string // the link that is followed
	}{
		"a link beside an SMS":         {[]string{smsBesideApp}, "/second/app"},
		"a form beside an SMS":         {[]string{smsOrApp}, ""},
		"methods that are links":       {[]string{waysByLink}, "/second/app"},
		"away from a key, then a list": {[]string{keyWithOtherWay, waysByLink}, "/second/app"},
	} {
		t.Run(name, func(t *testing.T) {
			app := &application{pages: []answer{{body: loginPage}}, proof: answer{body: homePage}, control: answer{body: loginPage}}
			for _, body := range c.between {
				app.pages = append(app.pages, answer{body: body})
			}
			app.pages = append(app.pages, answer{body: codePage}, answer{body: homePage, sets: "sid"})
			o := trial{app: app, proof: goodProof}.run(t)
			if o.result.Verdict != login.SignedIn {
				t.Fatalf("got %s: %+v", o.result.Verdict, o.result.Diagnosis)
			}
			if last := app.opened[len(app.opened)-1]; c.opens != "" && !strings.HasSuffix(last, c.opens) {
				t.Errorf("followed %q", app.opened)
			}
			if n := app.wasSent(login.RoleCode); n != 1 {
				t.Errorf("sent %d codes", n)
			}
		})
	}
}

// TestDecide_StaysWhereNothingLeadsOn: links to other hosts are not followed, and no
// page is left twice.
func TestDecide_StaysWhereNothingLeadsOn(t *testing.T) {
	after := login.Memory{SentUsername: true, SentPassword: true, Told: map[string]bool{}}
	again := after
	again.Answered = map[login.Kind]bool{login.KindOtherCode: true, login.KindMethods: true}
	for name, c := range map[string]struct {
		body   string
		memory login.Memory
		want   login.Code
	}{
		"an SMS that comes again":   {smsBesideApp, again, login.OtherChannel},
		"methods that come again":   {waysByLink, again, login.MethodMissing},
		"an SMS before a password":  {smsBesideApp, login.Memory{}, login.OtherChannel},
		"with an exemption's route": {smsBesideApp, login.Memory{SentPassword: true, Exempt: true}, login.StillAsked},
		"a PIN and the code in one": {pinAndCode, after, login.PersonNeeded},
		"a key that comes again":    {keyWithOtherWay, waited(after), login.PasskeyOnly},
		"a key, at first, again":    {keyWithOtherWay, waited(login.Memory{}), login.PasskeyOnly},
	} {
		if step := login.Decide(document(t, c.body), c.memory); step.Do != login.DoStop || step.Stop != c.want {
			t.Errorf("%s: got %+v", name, step)
		}
	}
	if step := login.Decide(document(t, keyWithOtherWay), login.Memory{}); step.Do != login.DoFollow {
		t.Errorf("a login that begins with a key was not led to another way: %+v", step)
	}
	if step := login.Decide(document(t, elsewhereByLink), after); step.Do == login.DoFollow {
		t.Errorf("methods on another host: got %+v", step)
	}
}

// waited is m after a page that waited was left.
func waited(m login.Memory) login.Memory {
	m.Answered = map[login.Kind]bool{login.KindWaiting: true}
	return m
}
