//go:build unix

package main

import (
	"strings"
	"testing"

	"gatepass/auth/lab"
	"gatepass/auth/otp"
)

// From nothing to a green verdict, by keys alone.
func TestWizardFromNothingToAGreenVerdict(t *testing.T) {
	eachSize(t, func(t *testing.T, cols, rows int) {
		l := startLab(t, lab.Options{})
		app, _ := l.Describe().App("shop")
		w := newWorld(t)
		s := w.open(cols, rows, "setup", "shop")

		s.await("1 of 6")
		s.write(app.URL)
		s.await("asks for username and password")
		s.press("Enter", "Enter")
		s.await("2 of 6", "What fits so far", "otp", "exemption", "bypass-code", "trusted-device", "push")
		s.press("r")
		s.await("recommended")
		s.press("Enter")
		s.await("3 of 6")
		s.write(app.Username)
		s.press("Tab")
		s.paste(app.Password)
		s.press("Enter", "Enter")
		s.await("4 of 6")
		s.paste("not a seed!")
		s.await("✗")
		s.press("C-u")
		s.paste(app.OTPAuth)
		s.await("Shop: scan-bot", "6 digits")
		s.press("Enter")
		s.await("5 of 6")
		s.write(app.ProofURL)
		s.press("Tab")
		s.write(app.ProofText)
		s.press("Enter")
		review := s.await("6 of 6", app.ProofText)
		if strings.Contains(review, app.Password) {
			t.Error("the review shows the password")
		}
		s.press("Enter")
		s.await("✓ reach", "✓ control", "SIGNED IN")
		s.press("q")
		s.await("ended with 0")
		s.clean(app)

		if len(l.Accepted("shop")) != 1 {
			t.Errorf("the application accepted %d codes, want 1", len(l.Accepted("shop")))
		}
		if file := w.read(w.home + "/targets/shop.yaml"); !strings.Contains(file, app.URL) {
			t.Errorf("the target was not kept: %s", file)
		}
	})
}

// clean fails if a secret stands on the screen or in what can be scrolled back to.
func (s *screen) clean(app lab.App) {
	s.t.Helper()
	key, err := otp.Parse(app.OTPAuth)
	if err != nil {
		s.t.Fatal(err)
	}
	left := strings.ReplaceAll(s.all(), "\n", "")
	for _, secret := range []string{app.Password, key.Seed().Reveal()} {
		if strings.Contains(left, secret) {
			s.t.Error("a secret is left on the screen")
		}
	}
}

// What the viewer shows is the code, and after leaving nothing of it is left.
func TestViewerShowsTheCodes(t *testing.T) {
	eachSize(t, func(t *testing.T, cols, rows int) {
		l := startLab(t, lab.Options{})
		app, _ := l.Describe().App("shop")
		w := newWorld(t)
		w.addApp(l, "shop", "shop")
		w.addApp(l, "intranet", "other")
		s := w.open(cols, rows, "codes")
		s.await("shop", "other", "2 codes")
		key, err := otp.Parse(app.OTPAuth)
		if err != nil {
			t.Fatal(err)
		}
		s.press("/")
		s.write("shop")
		s.press("Enter")
		s.await("1 of 2")
		// Codes are covered until they are asked for, and then it is the right one.
		s.await("••• •••")
		s.press("Space")
		var shown string
		s.until(func(now string) bool {
			shown = strings.TrimSpace(w.must("", "code", "shop", "--peek", "--min-left", "0"))
			return strings.Contains(now, shown[:3]+" "+shown[3:])
		}, "the code of "+key.Issuer())
		s.press("Space")
		s.await("••• •••")
		s.press("C-c")
		s.await("ended with 130")
		s.clean(app)
		if strings.Contains(s.all(), shown[:3]+" "+shown[3:]) {
			t.Error("a code is left on the screen")
		}
	})
}

// The viewer opens for the names and tags that it was told, and for no name that only
// looks like one; a name that nobody has is told before there is a screen.
func TestViewerOfSomeTargets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, tag := range map[string]string{"shop": "prod", "shop-admin": "night", "vpn": "night"} {
		w.must(seed("totp", ""), "add", name, "--url", "https://"+name+".example.com/", "--username", "u", "--route", "otp", "--otp-file", "-", "--tag", tag)
	}
	s := w.open(80, 24, "codes", "shop", "night")
	s.await("codes · shop, night", "shop-admin / u", "vpn / u", "3 codes")
	s = w.open(40, 10, "codes", "SHOP")
	if now := s.await("> shop  ", "1 code"); strings.Contains(now, "shop-admin") {
		t.Errorf("a name that only begins so is listed:\n%s", now)
	}
	s.press("q")
	s.await("ended with 0")
	s = w.open(80, 24, "codes", "shpo")
	s.await("Did you mean", "shop", "ended with 4")
}

// A login that fails says why and what to do, and its verdict is the exit code.
func TestFailingVerifySaysWhy(t *testing.T) {
	eachSize(t, func(t *testing.T, cols, rows int) {
		l := startLab(t, lab.Options{})
		app, _ := l.Describe().App("payroll") // its clock is two minutes ahead
		w := newWorld(t)
		w.addApp(l, "payroll", "payroll")
		s := w.open(cols, rows, "verify", "payroll")
		s.await("✓ credentials", "✗ passcode", "REFUSED", "clock-skew", "timedatectl")
		s.press("q")
		s.await("REFUSED", "ended with 3")
		s.clean(app)
	})
}

// The demo's screens: home, a verification, and back.
func TestDemoOnScreen(t *testing.T) {
	w := newWorld(t)
	s := w.open(80, 24, "demo")
	s.await("shop", "intranet", "portal", "payroll", "never")
	s.press("v")
	s.await("SIGNED IN")
	s.press("Escape")
	s.await("just now")
	s.press("?")
	s.await("quit at once")
	s.press("Escape") // with the next key at once it would be another key
	s.await("TARGET")
	s.press("q")
	s.await("ended with 0")
}

// A terminal that goes away, a resize half-way, and a small window.
func TestScreenSurvivesResizing(t *testing.T) {
	w := newWorld(t)
	s := w.open(120, 40, "demo")
	s.await("TARGET")
	s.tmux("resize-window", "-x", "40", "-y", "10")
	s.await("too small")
	s.tmux("resize-window", "-x", "80", "-y", "24")
	s.await("TARGET", "shop")
	s.press("q")
	s.await("ended with 0")
}

// Without a keyring the screens ask where secrets shall live, and nothing is
// chosen behind the user's back.
func TestNoKeyringIsAQuestion(t *testing.T) {
	w := newWorld(t)
	w.env = append(bareEnv(), "GATEPASS_HOME="+w.home, "DBUS_SESSION_BUS_ADDRESS=unix:path="+w.dir+"/no-bus")
	s := w.open(80, 24)
	s.await("keyring", "encrypted file")
	s.press("C-c")
	s.await("ended with 130")
}
