package auth_test

import (
	"io"
	"maps"
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
	if first.Trust == nil || !first.Trust.Until.Equal(first.Device[0].Expires) || trust(t, g, "ledger") != *first.Trust {
		t.Errorf("it is trusted by %+v, and %+v is known", first.Trust, trust(t, g, "ledger"))
	}
	if words := auth.DeviceWords(trust(t, g, "ledger"), time.Now()); !strings.HasPrefix(words, "trusted until "+first.Trust.Until.Local().Format("2 Jan")) {
		t.Errorf("it is told as %q", words)
	}
	for range 2 {
		r := verify(auth.VerifyOptions{})
		if !r.OK() || r.Diagnosis != nil || r.MFA.Challenged || r.Driver != "http" {
			t.Errorf("remembered: %s %+v\n%+v", r.Verdict, r.Diagnosis, r.Stages)
		}
		if r.Trust == nil || *r.Trust != *first.Trust {
			t.Errorf("a login with it tells %+v", r.Trust)
		}
	}
	app.mu.Lock()
	if app.asked != 1 {
		t.Errorf("the code was asked for %d times", app.asked)
	}
	remembered := maps.Clone(app.trusted)
	clear(app.trusted)
	app.mu.Unlock()
	m, err := g.Measure(t.Context(), "ledger", "", nil)
	if err != nil || !m.Device {
		t.Errorf("a device that works is measured as %+v, %v", m, err)
	}
	if r := verify(auth.VerifyOptions{}); r.Verdict != login.Refused || codeOf(r) != login.DeviceForgotten {
		t.Errorf("forgotten: %s %+v", r.Verdict, r.Diagnosis)
	}
	gone := trust(t, g, "ledger")
	if gone.Ended.IsZero() || !gone.Made.Equal(first.Trust.Made) || !strings.HasPrefix(auth.DeviceWords(gone, time.Now()), "not trusted any more: the login of ") {
		t.Errorf("after a login was asked, %+v is known: %s", gone, auth.DeviceWords(gone, time.Now()))
	}
	if m, err := g.Measure(t.Context(), "ledger", "", nil); err != nil || m.Device {
		t.Errorf("a device that is not trusted any more is measured as %+v, %v", m, err)
	}
	app.mu.Lock()
	app.trusted = remembered
	app.mu.Unlock()
	if again := verify(auth.VerifyOptions{}); !again.OK() || !trust(t, g, "ledger").Ended.IsZero() {
		t.Errorf("trusted again: %s %+v, and %+v is known", again.Verdict, again.Diagnosis, trust(t, g, "ledger"))
	}
}

// trust is what lists tell of a target's trusted device.
func trust(t *testing.T, g *auth.Gate, name string) store.DeviceTrust {
	t.Helper()
	target, err := g.Targets.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := g.Summary(t.Context(), target)
	if err != nil || s.Device == nil {
		t.Fatalf("nothing is known of a trusted device: %+v, %v", s, err)
	}
	return *s.Device
}

func TestADevicesEndIsTold(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	made, soon := noon.Add(-48*time.Hour), noon.Add(5*24*time.Hour)
	for _, c := range []struct {
		trust       store.DeviceTrust
		long, short string
	}{
		{store.DeviceTrust{Made: made, Until: soon}, "trusted until 28 Nov 12:00, when the browser's cookie for it ends; captured 21 Nov 12:00", "trusted until 28 Nov 12:00"},
		{store.DeviceTrust{Made: made, Until: noon.Add(400 * 24 * time.Hour)}, "trusted until 28 Dec 2027 12:00, when the browser's cookie for it ends; captured 21 Nov 12:00", "trusted until 28 Dec 2027 12:00"},
		{store.DeviceTrust{Made: made}, "trusted, and the browser's cookie for it does not tell until when; captured 21 Nov 12:00", "trusted, end not known"},
		{store.DeviceTrust{}, "kept, and not known until when; the next login finds out", "trusted, end not known"},
		{store.DeviceTrust{Made: made, Until: noon}, "not trusted any more: its time was over on 23 Nov 12:00; captured 21 Nov 12:00", "trust ended 23 Nov 12:00"},
		{store.DeviceTrust{Made: made, Until: soon, Ended: noon.Add(-time.Hour)}, "not trusted any more: the login of 23 Nov 11:00 was asked for a second factor; captured 21 Nov 12:00", "trust ended 23 Nov 11:00"},
	} {
		if got := auth.DeviceWords(c.trust, noon); got != c.long {
			t.Errorf("%+v is told as\n%s, want\n%s", c.trust, got, c.long)
		}
		if got := auth.ShortDeviceWords(c.trust, noon); got != c.short {
			t.Errorf("%+v is told in short as %q, want %q", c.trust, got, c.short)
		}
	}
}
