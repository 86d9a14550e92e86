package login_test

import (
	"slices"
	"strings"
	"testing"

	"gatepass/auth/login"
)

// TestRun_FindsAProof: where none is named and the last page does not tell, the
// application's own requests are tried out, and the one that knows the user is taken.
func TestRun_FindsAProof(t *testing.T) {
	shell := "<h1>Dashboard</h1><div id=app>Loading</div>"
	api := func(path string) login.Exchange {
		return login.Exchange{Method: "GET", URL: "https://app.example.com" + path, Status: 200, Type: "application/json"}
	}
	for name, c := range map[string]struct {
		traffic []login.Exchange
		proofs  map[string][]answer
		control answer
		verdict login.Verdict
		code    login.Code
		proof   string
	}{
		"data that knows the user": {
			[]login.Exchange{api("/api/news"), api("/api/me"), api("/api/logout"), {Method: "POST", URL: "https://app.example.com/api/login", Status: 200, Type: "application/json"}, {Method: "GET", URL: "https://other.example.com/me", Status: 200, Type: "application/json"}},
			map[string][]answer{"https://app.example.com/api/news": {{body: `{"news":[]}`}}, "https://app.example.com/api/me": {{body: `{"user":"scan-bot"}`}}},
			answer{body: `{"error":"sign in"}`, status: 401}, login.SignedIn, "", "https://app.example.com/api/me",
		},
		"data that everybody gets": {
			[]login.Exchange{api("/api/me")},
			map[string][]answer{"https://app.example.com/api/me": {{body: `{"user":"scan-bot"}`}}},
			answer{body: `{"user":"scan-bot"}`}, login.Errored, login.Unproven, "",
		},
		"data that comes and goes": {
			[]login.Exchange{api("/api/me")},
			map[string][]answer{"https://app.example.com/api/me": {{body: `{"user":"scan-bot"}`}, {body: `{"user":"scan-bot"}`}, {body: `{}`, status: 503}}},
			answer{body: `{}`, status: 401}, login.Errored, login.Unproven, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			app := &application{pages: []answer{{body: loginPage}, {body: codePage}, {body: shell, sets: "sid"}}, traffic: c.traffic, proofs: c.proofs, control: c.control}
			r := trial{app: app}.run(t).result
			if r.Verdict != c.verdict || code(r) != c.code || r.Proof.URL != c.proof {
				t.Errorf("got %s %s by %q, want %s %s by %q: %+v", r.Verdict, code(r), r.Proof.URL, c.verdict, c.code, c.proof, r.Diagnosis)
			}
			if slices.ContainsFunc(app.fetched, func(s string) bool { return strings.Contains(s, "logout") || strings.Contains(s, "other.") }) {
				t.Errorf("asked for %q", app.fetched)
			}
			if with := len(app.fetched); c.verdict == login.SignedIn && with < 6 {
				t.Errorf("asked only %d times: %q", with, app.fetched)
			}
		})
	}
}
