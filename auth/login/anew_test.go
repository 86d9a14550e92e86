package login_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

// TestRun_BeginsOnceMore where the prompt that took over after the password stands still:
// once, from the start, and said in the timeline. Where a code was spent, where the page
// is the application's own, and where the prompt may not be talked to, it does not.
func TestRun_BeginsOnceMore(t *testing.T) {
	const prompt, frame = "https://api-1234.duosecurity.com", "<title>Two-Factor Authentication</title><p>Secured by Duo</p>"
	at := func(body string) answer { return answer{body: body, at: prompt + "/prompt/DA"} }
	for name, c := range map[string]struct {
		pages, watch []answer
		stranger     bool
		verdict      login.Verdict
		code         login.Code
		passwords    int
	}{
		"and it goes on":         {[]answer{{body: loginPage}, at(frame), {body: loginPage}, at(codePage), {body: homePage, sets: "sid"}}, []answer{at(frame), at(frame)}, false, login.SignedIn, "", 2},
		"to nothing but a frame": {[]answer{{body: loginPage}, at(""), {body: loginPage}, at(frame)}, []answer{at(""), at(""), at(frame), at(frame)}, false, login.Errored, login.UnknownPrompt, 2},
		"not after a code":       {[]answer{{body: loginPage}, at(codePage), at(frame)}, []answer{at(frame), at(frame)}, false, login.Errored, login.UnknownPrompt, 1},
		"not without leave":      {[]answer{{body: loginPage}, at(frame)}, []answer{at(frame), at(frame)}, true, login.Errored, login.UnknownPrompt, 1},
		"not at home":            {[]answer{{body: loginPage}, {}}, []answer{{}, {}}, false, login.Errored, login.ProofNotSeen, 1},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newClock()
			app := &application{t: t, clock: clock, pages: c.pages, proof: answer{body: homePage}, control: answer{body: loginPage}}
			if !strings.Contains(name, "goes on") {
				app.proof = answer{body: "<h1>Orders</h1>"}
			}
			target := store.Target{Name: "shop", URL: "https://app.example.com/start", Username: "scan-bot", Route: store.RouteOTP, Proof: goodProof}
			if !c.stranger {
				target.Origins = []store.Grant{{Origin: prompt, For: []string{store.ForPasscode}}}
			}
			var notes []string
			r := login.Run(t.Context(), &watchable{app, c.watch}, login.Plan{
				Target: target, Password: store.NewSecret(canaryPassword), Passcodes: &codes{clock: clock, all: []string{canaryCode}},
				Budget: time.Minute, Now: clock.now, Emit: func(e login.Event) { notes = append(notes, e.Note) },
			})
			if r.Verdict != c.verdict || code(r) != c.code || app.wasSent(login.RolePassword) != c.passwords {
				t.Errorf("%s %s, the password was sent %d times: %+v", r.Verdict, code(r), app.wasSent(login.RolePassword), r.Diagnosis)
			}
			if said := slices.ContainsFunc(notes, func(n string) bool { return strings.Contains(n, "begun once more") }); said != (c.passwords > 1) {
				t.Errorf("the timeline says %q", notes)
			}
		})
	}
}
