package login_test

import (
	"strings"
	"testing"

	"gatepass/auth/login"
	"gatepass/store"
)

// choosing is a prompt whose methods are radio buttons.
func choosing(methods ...string) string {
	var s strings.Builder
	s.WriteString(`<h1>Choose how to verify</h1><form method="post" action="/way">`)
	for i, m := range methods {
		s.WriteString(`<label><input type="radio" name="m" value="` + string(rune('a'+i)) + `"> ` + m + `</label>`)
	}
	return s.String() + `<button type="button">Cancel</button><button>Continue</button></form>`
}

// listing is one whose methods are the options of a list.
func listing(methods ...string) string {
	return `<h1>Choose how to verify</h1><form method="post"><label>Method <select name="m"><option value="">Please choose</option><option>` +
		strings.Join(methods, "</option><option>") + `</option></select></label><button>Continue</button></form>`
}

const (
	hiddenRadios     = `<style>.dot{opacity:0}</style><h1>Choose how to verify</h1><form method="post"><input class="dot" type="radio" name="m" value="sms" id="m1" checked><label for="m1">Text message</label><input class="dot" type="radio" name="m" value="app" id="m2"><label for="m2">Authenticator app</label><button>Continue</button></form>`
	hiddenAltogether = `<h1>Choose how to verify</h1><form method="post"><div hidden><input type="radio" name="m" value="sms" id="m1"><label for="m1">Text message</label><input type="radio" name="m" value="app" id="m2"><label for="m2">Authenticator app</label></div><button>Continue</button></form>`
)

// TestDecide_ChoosesWhatTheRouteServes: a method that is marked before a button is
// pressed is the one that the route can go on with, and never an SMS, a call or a mail.
func TestDecide_ChoosesWhatTheRouteServes(t *testing.T) {
	pages := bodies(t)
	duo := func(body string) string { return body + "<footer>Secured by Duo</footer>" }
	otp := login.Memory{SentUsername: true, SentPassword: true, Told: map[string]bool{}}
	bypass, push, exempt, again := otp, otp, otp, otp
	bypass.Bypass, push.Push, exempt.Exempt = true, true, true
	again.Answered = map[login.Kind]bool{login.KindMethods: true}
	for name, c := range map[string]struct {
		body   string
		memory login.Memory
		want   string // the label of the choice; "" for none
		stop   login.Code
	}{
		"from the corpus, English":          {pages["en4-method-choice"], otp, "Authenticator app", ""},
		"from the corpus, German":           {pages["de12-methodenwahl-radio"], otp, "Authenticator-App", ""},
		"the corpus for a bypass code":      {pages["en4-method-choice"], bypass, "", login.MethodMissing},
		"a token before an app":             {choosing("Authenticator app", "Hardware token", "SMS"), otp, "Hardware token", ""},
		"a passcode":                        {choosing("Duo Push", "Passcode", "Phone call"), otp, "Passcode", ""},
		"a list":                            {listing("E-mail", "Text message", "Authenticator app"), otp, "Authenticator app", ""},
		"radio buttons behind their labels": {hiddenRadios, otp, "Authenticator app", ""},
		"radio buttons that nobody sees":    {hiddenAltogether, otp, "", ""},
		"no method of ours":                 {choosing("SMS", "E-mail", "Phone call"), otp, "", login.MethodMissing},
		"a code to a number":                {choosing("Verification code to ••• 22", "E-mail"), otp, "", login.MethodMissing},
		"a code to an address":              {choosing("Verification code to k***@example.com", "Phone call"), otp, "", login.MethodMissing},
		"backup codes are not for a seed":   {choosing("Backup code", "SMS"), otp, "", login.MethodMissing},
		"a bypass code":                     {choosing("Duo Push", "Passcode", "Bypass code"), bypass, "Bypass code", ""},
		"Duo's word for it":                 {duo(choosing("Duo Push", "Backup code", "Hardware token")), bypass, "Backup code", ""},
		"a backup code of somebody else's":  {choosing("Text message", "Backup code", "Authenticator app"), bypass, "", login.MethodMissing},
		"a push":                            {choosing("Passcode", "Duo Push"), push, "Duo Push", ""},
		"a push where none is offered":      {choosing("Passcode", "SMS"), push, "", login.MethodMissing},
		"in spite of the exemption":         {choosing("Authenticator app", "SMS"), exempt, "", login.StillAsked},
		"the same page again":               {choosing("Authenticator app", "SMS"), again, "", login.MethodMissing},
		"nothing to send the choice with":   {strings.Replace(choosing("Authenticator app", "SMS"), "<button>Continue</button>", "", 1), otp, "", login.MethodMissing},
		"a page before the password":        {choosing("Authenticator app", "SMS"), login.Memory{}, "", login.PageNotFound},
		"ways to be reached, and no prompt": {`<h1>Your profile</h1><form method="post"><select name="reach"><option>Phone</option><option>E-mail</option></select><button>Save</button></form>`, otp, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := document(t, c.body)
			step := login.Decide(p, c.memory)
			if step.Stop != c.stop {
				t.Errorf("stopped with %q, want %q", step.Stop, c.stop)
			}
			if c.want == "" {
				if step.Choice != nil {
					t.Errorf("chose %+v", step.Choice)
				}
				return
			}
			if step.Do != login.DoContinue || step.Choice == nil || step.Choice.Label != c.want {
				t.Fatalf("got %+v, chose %+v", step, step.Choice)
			}
			b := p.Buttons[step.Reading.Button]
			if b.Label == "Cancel" || b.Form != step.Reading.Form || p.Fields[step.Choice.Field].Form != b.Form {
				t.Errorf("sent with %+v", b)
			}
		})
	}
}

// TestRun_ChoosesAMethodOnce: the choice is made, told and recorded, and not made a
// second time where the page comes back.
func TestRun_ChoosesAMethodOnce(t *testing.T) {
	ways := choosing("SMS to ••• 22", "Authenticator app")
	app := &application{
		pages: []answer{{body: loginPage}, {body: ways}, {body: codePage}, {body: homePage, sets: "sid"}},
		proof: answer{body: homePage}, control: answer{body: loginPage},
	}
	o := trial{app: app, proof: goodProof}.run(t)
	if o.result.Verdict != login.SignedIn {
		t.Fatalf("got %s: %+v", o.result.Verdict, o.result.Diagnosis)
	}
	if sent := app.sent[1]; sent.Choice == nil || sent.Choice.Value != "b" || sent.Button != 1 || len(sent.Inputs) > 0 {
		t.Errorf("sent %+v, chose %+v", sent, sent.Choice)
	}
	for i, s := range app.sent {
		if s.Choice != nil && i != 1 {
			t.Errorf("page %d: chose %+v", i, s.Choice)
		}
	}
	told := false
	for _, s := range o.result.Stages {
		told = told || strings.Contains(s.Note, "method-choice answered with “Authenticator app”")
	}
	if !told {
		t.Errorf("the choice was not told: %+v", o.result.Stages)
	}
	var pressed []string
	for _, a := range o.result.Trail {
		if a.Kind == login.KindMethods {
			pressed = append(pressed, a.At.CSS)
		}
	}
	if len(pressed) != 2 || !strings.Contains(pressed[0], "input") {
		t.Errorf("recorded %q", pressed)
	}

	app = &application{pages: []answer{{body: loginPage}, {body: ways}, {body: ways}}}
	o = trial{app: app, proof: goodProof, route: store.RouteOTP}.run(t)
	if d := o.result.Diagnosis; d == nil || d.Code != login.MethodMissing || len(app.sent) != 2 {
		t.Errorf("the page again: got %+v after %d forms", o.result.Diagnosis, len(app.sent))
	}
}
