package auth_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/store"
)

// A ledgerApp is an application without scripts that asks for its own second factor,
// and for trust in the device after it. Its sessions live in its memory.
type ledgerApp struct {
	good func(code string) bool

	mu       sync.Mutex
	stage    map[string]string // by session: "password", "code", "trust", "in"
	trusted  map[string]bool   // devices
	sessions int
	asked    int // for the code
}

func (a *ledgerApp) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	session := ""
	if c, err := r.Cookie("ledger_session"); err == nil {
		session = c.Value
	}
	if r.Method == http.MethodPost {
		a.take(w, r, session)
		return
	}
	page := `<h1>Sign in</h1><form method="post" action="/login"><label>Username <input name="u" autocomplete="username"></label><label>Password <input name="p" type="password"></label><button>Sign in</button></form>`
	switch a.stage[session] {
	case "code":
		a.asked++
		page = `<h1>Two-step verification</h1><form method="post" action="/code"><label>Code from your authenticator app <input name="c" autocomplete="one-time-code"></label><button>Verify</button></form>`
	case "trust":
		page = `<h1>Trust this browser?</h1><form method="post" action="/trust"><button name="t" value="yes">Yes, trust browser</button><button name="t" value="no">No, other people use this device</button></form>`
	case "in":
		page = `<h1>Ledger of scan-bot</h1><a href="/logout">Sign out</a>`
	}
	_, _ = io.WriteString(w, `<!doctype html><title>Ledger</title>`+page)
}

// take takes a form's answer and leads back to the page, which says what comes next.
func (a *ledgerApp) take(w http.ResponseWriter, r *http.Request, session string) {
	cookie := func(name, value string, age int) {
		http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true})
	}
	device, err := r.Cookie("ledger_device")
	known := err == nil && a.trusted[device.Value]
	switch {
	case r.URL.Path == "/login" && r.FormValue("u") == "scan-bot" && r.FormValue("p") == "a ledger's password":
		a.sessions++
		session = strings.Repeat("s", 20) + string(rune('a'+a.sessions))
		a.stage[session] = "code"
		if known {
			a.stage[session] = "in"
		}
		cookie("ledger_session", session, 0)
	case r.URL.Path == "/code" && a.stage[session] == "code" && a.good(r.FormValue("c")):
		a.stage[session] = "trust"
	case r.URL.Path == "/trust" && a.stage[session] == "trust":
		if r.FormValue("t") == "yes" {
			name := "device-of-" + session
			a.trusted[name] = true
			cookie("ledger_device", name, 3600)
		}
		a.stage[session] = "in"
	}
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// TestTrustedDeviceOverHTTP is the route without a browser: what remembers the device
// is kept, signs in without the second factor, and its end is told.
func TestTrustedDeviceOverHTTP(t *testing.T) {
	k := key(t, "otpauth://totp/Ledger:scan-bot?secret="+testSeed)
	app := &ledgerApp{stage: map[string]string{}, trusted: map[string]bool{}, good: func(code string) bool {
		now := k.Step(time.Now())
		for _, step := range []int64{now, now - 1} { // it may have been drawn just before
			if c, err := k.At(step); err == nil && c.Reveal() == code {
				return true
			}
		}
		return false
	}}
	server := httptest.NewServer(app)
	t.Cleanup(server.Close)
	g := newGate(t, time.Now)
	add(t, g, auth.Enrolment{
		Target: store.Target{
			Name: "ledger", URL: server.URL + "/login", Username: "scan-bot", Route: store.RouteTrustedDevice,
			Proof: store.Proof{URL: server.URL + "/login", Text: "Ledger of scan-bot"},
		},
		Password: store.NewSecret("a ledger's password"), OTP: k,
	})
	verify := func(o auth.VerifyOptions) login.Result {
		o.Driver = "http"
		r, err := g.Verify(t.Context(), "ledger", o, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := verify(auth.VerifyOptions{TrustDevice: true})
	if !first.OK() || first.Diagnosis != nil || !first.MFA.Challenged {
		t.Fatalf("%s %+v\n%+v", first.Verdict, first.Diagnosis, first.Stages)
	}
	if len(first.Device) != 1 || first.Device[0].Name != "ledger_device" {
		t.Errorf("kept as the device: %+v", first.Device)
	}
	for range 2 {
		if r := verify(auth.VerifyOptions{}); !r.OK() || r.Diagnosis != nil || r.MFA.Challenged || r.Driver != "http" {
			t.Errorf("remembered: %s %+v\n%+v", r.Verdict, r.Diagnosis, r.Stages)
		}
	}
	app.mu.Lock()
	if app.asked != 1 {
		t.Errorf("the code was asked for %d times", app.asked)
	}
	clear(app.trusted)
	app.mu.Unlock()
	if r := verify(auth.VerifyOptions{}); r.Verdict != login.Refused || codeOf(r) != login.DeviceForgotten {
		t.Errorf("forgotten: %s %+v", r.Verdict, r.Diagnosis)
	}
}
