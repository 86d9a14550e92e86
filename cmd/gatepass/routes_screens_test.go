//go:build unix

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gatepass/auth/lab"
	"gatepass/auth/login/chrome"
	"gatepass/store/storetest"
)

// A visit is a person at the screen who sets the practice bank up, whose second factor
// is Duo's prompt.
type visit struct {
	*screen
	t   *testing.T
	w   *world
	lab *lab.Lab
	app lab.App
	duo lab.Duo
}

// visitBank begins the wizard, with the practice tenant known if it is wanted.
func visitBank(t *testing.T, tenant bool) *visit {
	t.Helper()
	t.Parallel()
	if _, err := chrome.Find("", false, os.Environ()); err != nil {
		if storetest.Required("browser") {
			t.Fatalf("a browser is required: %v", err)
		}
		t.Skip("no browser is installed, and Duo's prompt is drawn by scripts")
	}
	v := &visit{t: t, w: newWorld(t), lab: startLab(t, lab.Options{})}
	v.app, _ = v.lab.Describe().App("bank")
	v.duo = v.lab.Describe().Duo
	if tenant {
		v.w.must(v.duo.AuthSKey, "duo", "add", "practice", "--api-host", v.duo.APIHost, "--auth-ikey", v.duo.AuthIKey, "--auth-skey-file", "-",
			"--admin-ikey", v.duo.AdminIKey, "--admin-skey-file", v.file("admin.key", v.duo.AdminSKey), "--ca-file", v.file("ca.pem", v.duo.CAPEM))
	}
	v.screen = v.w.open(80, 24, "setup", "bank")
	return v
}

func (v *visit) file(name, content string) string {
	v.t.Helper()
	path := filepath.Join(v.w.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		v.t.Fatal(err)
	}
	return path
}

// route answers the interview's first question and then takes a route by its name.
func (v *visit) route(name string) {
	v.t.Helper()
	v.await("which login?")
	v.paste(v.app.URL)
	v.await("asks for username and password")
	v.press("Enter", "Enter")
	v.await("What asks for the second factor?", "What fits so far")
	v.press("1")
	v.await("question 2")
	v.press("r")
	now := v.await("recommended", name)
	for line := range strings.SplitSeq(now, "\n") {
		if _, row, ok := strings.Cut(line, ") "); ok && strings.Contains(row, name) {
			v.press(row[:1])
			break
		}
	}
	v.until(func(now string) bool {
		for line := range strings.SplitSeq(now, "\n") {
			if strings.Contains(line, "(•)") && strings.Contains(line, name) {
				return true
			}
		}
		return false
	}, name+" marked")
	v.press("Enter")
}

// account says who signs in and, where a tenant is known, which application it is.
func (v *visit) account(tenant bool) {
	v.t.Helper()
	v.await("who signs in?")
	v.write(v.app.Username)
	v.press("Tab")
	v.paste(v.app.Password)
	v.press("Tab")
	v.write(v.app.Origins[0].Origin + "=passcode") // where Duo's prompt is
	v.press("Enter")
	if !tenant {
		return
	}
	v.await("at Duo", "practice", v.duo.Integration)
	v.press("Tab")
	v.write(v.duo.Integration)
	v.press("Tab")
	v.write(v.duo.Username)
	v.press("Enter")
}

// agree goes from the route's own step to the review, and agrees.
func (v *visit) agree() {
	v.t.Helper()
	v.press("Enter")
	v.await("what proves it?")
	v.write(v.app.ProofURL)
	v.press("Tab")
	v.write(v.app.ProofText)
	v.press("Enter")
	v.await("before anything is stored", "stores this")
	v.press("Enter")
}

// green waits for the verdict.
func (v *visit) green(texts ...string) {
	v.t.Helper()
	v.until(func(now string) bool {
		return strings.Contains(now, "SIGNED IN") || strings.Contains(now, "REFUSED") || strings.Contains(now, "NOT STARTED")
	}, "a verdict")
	v.await(append([]string{"SIGNED IN"}, texts...)...)
}

// end leaves, and looks for what must not be anywhere.
func (v *visit) end() {
	v.t.Helper()
	v.press("C-c")
	v.await("ended with 130")
	v.clean(v.app)
	secrets := append([]string{v.app.Password, v.duo.AuthSKey, v.duo.AdminSKey}, v.app.BypassCodes...)
	for _, p := range v.lab.Duo().Seen() {
		if p.Kind == "bypass" {
			secrets = append(secrets, p.Code)
		}
	}
	left := strings.ReplaceAll(v.all(), "\n", "")
	err := filepath.WalkDir(v.w.home, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		left += v.w.read(path)
		return nil
	})
	if err != nil {
		v.t.Fatal(err)
	}
	for _, s := range secrets {
		if s != "" && strings.Contains(left, s) {
			v.t.Error("a secret is left on the screen or in a file")
		}
	}
}

// A seed that was given, without any tenant.
func TestScreenRouteOTP(t *testing.T) {
	v := visitBank(t, false)
	v.route("otp")
	v.account(false)
	v.await("the seed of the one-time codes")
	v.paste("duo://ABCDEFGHIJKLMNOPQRST-YXBpLTEyMzQ1Njc4LmR1b3NlY3VyaXR5LmNvbQ")
	v.await("✗", "Duo Mobile")
	v.press("C-u")
	v.paste(v.app.OTPAuth)
	v.await("Bank: scan-bot")
	v.agree()
	v.green("one-time code")
	v.end()
}

// A token that Duo is given, with a seed that nobody ever sees.
func TestScreenRouteOTPByToken(t *testing.T) {
	v := visitBank(t, true)
	v.route("otp")
	v.account(true)
	v.await("Have Duo make a token")
	v.press("Tab", "Space")
	v.await("[x]")
	v.agree()
	v.green("one-time code")
	v.end()
}

// Codes that Duo issues, of which the login uses one.
func TestScreenRouteBypassCode(t *testing.T) {
	v := visitBank(t, true)
	v.route("bypass-code")
	v.await("the request to who grants it", "Still to be filled in")
	v.press("Enter")
	v.account(true)
	v.await("Have Duo issue the codes")
	v.press("Space")
	v.await("[x]", "How many")
	v.press("Tab", "C-u")
	v.write("2")
	v.press("Tab", "Tab")
	v.agree()
	v.await("Have Duo issue them?", "Type issue to confirm")
	v.write("issue")
	v.press("Enter")
	v.green("bypass code")
	if s := v.w.stock("bank").Stock; s.Total != 2 || s.Used != 1 || s.Left != 1 {
		t.Errorf("the stock says %+v", s)
	}
	v.end()
}

// An exemption that an administrator grants for the scanner's address.
func TestScreenRouteExemption(t *testing.T) {
	v := visitBank(t, true)
	var policy map[string]json.RawMessage
	if err := json.Unmarshal([]byte(`{"authorized_networks":{"no_2fa_required":{"ip_list":["127.0.0.1"],"require_enrollment":false}}}`), &policy); err != nil {
		t.Fatal(err)
	}
	if err := v.lab.Duo().SetPolicy(lab.PolicyBank, policy); err != nil {
		t.Fatal(err)
	}
	v.route("exemption")
	v.await("the request to who grants it")
	v.press("w")
	v.await("Save the request as")
	letter := filepath.Join(v.w.dir, "request.txt")
	v.press("C-u")
	v.write(letter)
	v.press("Enter")
	v.await("Saved the request")
	if text := v.w.read(letter); !strings.Contains(text, v.app.URL) || !strings.Contains(text, "authorized_networks") {
		t.Errorf("the request says %q", text)
	}
	if info, err := os.Stat(letter); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("the request is %v, %v", info, err)
	}
	v.press("w")
	v.await("Save the request as")
	v.press("Enter") // it is there by now
	v.await("Replace the file?")
	v.press("n")
	v.await("Save the request as")
	v.press("Escape")
	v.await("Subject:")
	v.press("Enter")
	v.account(true)
	v.await("where the scanner comes from")
	v.write("127.0.0.1")
	v.agree()
	v.await("What the policy says", "✓ The policy asks for no second factor from 127.0.0.1")
	v.press("Enter")
	v.green("no second factor")
	v.end()
}

// A device that is trusted at an attended login, and then no second factor.
func TestScreenRouteTrustedDevice(t *testing.T) {
	v := visitBank(t, false)
	v.route("trusted-device")
	v.account(false)
	v.await("the device to be trusted")
	v.paste(v.app.OTPAuth)
	v.await("Bank: scan-bot")
	v.agree()
	v.green()
	v.press("r")
	v.await("SIGNED IN", "no second factor")
	v.end()
}

// typed is how the screen says which number is for the phone.
var typed = regexp.MustCompile(`to type ([0-9]+) into the phone`)

// A push that somebody approves on the phone, with the number that the screen shows.
func TestScreenRoutePush(t *testing.T) {
	v := visitBank(t, false)
	if err := v.lab.Set("bank", lab.SwitchVerifiedPush, true); err != nil {
		t.Fatal(err)
	}
	v.route("push")
	v.account(false)
	v.await("never approves a push")
	v.agree()
	var number []string
	v.until(func(now string) bool {
		number = typed.FindStringSubmatch(strings.Join(strings.Fields(now), " "))
		return number != nil
	}, "the number for the phone")
	if err := v.lab.Approve("bank", number[1]); err != nil {
		t.Fatal(err)
	}
	v.green()
	v.end()
}

// From no tenant to one, and what Duo knows of an account, by keys alone. A rate limit
// without end, a slow peer and a dead one are seen, and left at once.
func TestScreenDuoPage(t *testing.T) {
	t.Parallel()
	w, l := newWorld(t), startLab(t, lab.Options{Delay: time.Minute})
	app, _ := l.Describe().App("bank")
	d := l.Describe().Duo
	w.addApp(l, "bank", "bank")
	ca := filepath.Join(w.dir, "ca.pem")
	if err := os.WriteFile(ca, []byte(d.CAPEM), 0o600); err != nil {
		t.Fatal(err)
	}
	s := w.open(120, 40)
	s.await("bank", "never")
	s.press("d")
	s.await("No Duo tenant is known yet.")
	s.press("n")
	s.await("One of the two is enough")
	for _, v := range []string{"practice", d.APIHost, d.AuthIKey, d.AuthSKey, d.AdminIKey, d.AdminSKey, ca} {
		s.paste(v)
		s.press("Enter")
	}
	s.await("Keep the Duo tenant practice?")
	s.press("y")
	s.await("✓ Auth API", "✓ Admin API", "Account scan-bot", "Routes")
	s.press("a")
	s.await("Which of the tenant's applications is it?", d.Integration)
	for i := 0; !strings.Contains(marked(s.text()), d.Integration); i++ {
		if i > 20 {
			t.Fatal("the bank's application cannot be marked")
		}
		before := s.text()
		s.press("Down")
		s.until(func(now string) bool { return now != before }, "another mark")
	}
	s.press("Enter")
	s.await("✓ bypass-code")
	for _, fault := range []string{lab.FaultRateLimit, lab.FaultSlow, lab.FaultDead} {
		if err := l.Duo().SetFault(fault, true); err != nil {
			t.Fatal(err)
		}
		s.press("c")
		s.await("checking the tenant")
		if fault == lab.FaultRateLimit {
			s.until(func(now string) bool { return strings.Contains(now, " s  Duo limits") }, "what is waited for, and how long")
		}
		before := s.text()
		s.until(func(now string) bool { return now != before }, "a screen that moves")
		if fault == lab.FaultDead {
			break
		}
		s.press("Escape")
		s.until(func(now string) bool { return !strings.Contains(now, "checking the tenant") }, "the end of the wait")
		if err := l.Duo().SetFault(fault, false); err != nil {
			t.Fatal(err)
		}
	}
	s.tmux("resize-window", "-x", "80", "-y", "24")
	s.await("checking the tenant")
	began := time.Now()
	s.press("C-c")
	s.await("ended with 130")
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s to leave", took)
	}
	s.clean(app)
	if left := strings.ReplaceAll(s.all(), "\n", ""); strings.Contains(left, d.AuthSKey) || strings.Contains(left, d.AdminSKey) {
		t.Error("a secret key is left on the screen")
	}
}

// marked is the line that is marked.
func marked(screen string) string {
	for line := range strings.SplitSeq(screen, "\n") {
		if strings.Contains(line, "(•)") {
			return line
		}
	}
	return ""
}
