package lab

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// chromium finds a browser. None is a reason to skip, unless GATEPASS_TEST_REQUIRE
// asks for one.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium-headless-shell", "chrome-headless-shell", "chromium", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	required := strings.FieldsFunc(os.Getenv("GATEPASS_TEST_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' })
	if slices.Contains(required, "browser") {
		t.Fatal("GATEPASS_TEST_REQUIRE lists browser, but there is no Chromium")
	}
	t.Skip("There is no Chromium to draw the pages with.")
	return ""
}

// drawn gives a page as the browser's scripts left it.
func drawn(t *testing.T, path, address string) string {
	t.Helper()
	args := []string{
		"--headless", "--disable-gpu", "--no-first-run", "--virtual-time-budget=3000",
		"--user-data-dir=" + t.TempDir(), "--dump-dom",
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // Chromium refuses to run as root with it.
	}
	out, err := exec.CommandContext(t.Context(), path, append(args, address)...).Output()
	if err != nil {
		t.Fatalf("draw %s: %v", address, err)
	}
	return string(out)
}

// What a browser makes of the pages: that the policy lets their scripts run, and
// that the scripts draw what a visitor needs.
func TestABrowserDrawsThePages(t *testing.T) {
	if testing.Short() {
		t.Skip("Starting a browser for each page takes too long for a short run.")
	}
	path := chromium(t)
	for _, page := range []struct {
		app, name string
		want      []string
	}{
		{"desk", "", []string{`id="login-name"`, `id="login-password"`}},
		{"mail", "", []string{`id="identifier"`}},
		{"mail", SwitchShadow, []string{"<mail-login>"}},
		{"mail", SwitchFrame, []string{"<iframe", "http://localhost:"}},
		{"wiki", "", []string{`name="identifier"`, "Keyring"}},
		{"wiki", SwitchSAML, []string{`name="identifier"`, "Keyring"}},
		{"bank", "", []string{`name="customer"`, `name="pin"`}},
	} {
		t.Run(page.app+" "+page.name, func(t *testing.T) {
			o := Options{Now: time.Now}
			if page.name != "" {
				o.Switches = map[string][]string{page.app: {page.name}}
			}
			l, _ := start(t, o)
			dom := drawn(t, path, describe(t, l, page.app).URL)
			for _, want := range page.want {
				if !strings.Contains(dom, want) {
					t.Errorf("the page lacks %s:\n%s", want, dom)
				}
			}
		})
	}
}

// What the policy and the phone leave of the prompt.
func TestABrowserDrawsWhatThePolicyLeaves(t *testing.T) {
	if testing.Short() {
		t.Skip("Starting a browser for each page takes too long for a short run.")
	}
	path := chromium(t)
	for name, try := range map[string]struct {
		sections, want, lacks string
		deny                  bool
	}{
		"no push":    {sections: `{"authentication_methods":{"blocked_auth_list":["duo-push"]}}`, want: "test-id-bypass", lacks: "Duo Push"},
		"no network": {sections: `{"authorized_networks":{"blocked":{"ip_list":["127.0.0.1"]}}}`, want: saysNetwork, lacks: "locked out"},
		"a no":       {sections: `{}`, want: "Login request denied", lacks: "Check for a Duo Push", deny: true},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := Start(t.Context(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = l.Close() }()
			setPolicy(t, l, PolicyBank, try.sections)
			p := prompted(t, describe(t, l, "bank"))
			page := p.at.String() // Before the talk moves on.
			if try.deny {
				p.say("look", promptWord{})
				if err := l.Duo().Deny(false); err != nil {
					t.Fatal(err)
				}
			}
			if dom := drawn(t, path, page); !strings.Contains(dom, try.want) || strings.Contains(dom, try.lacks) {
				t.Errorf("the page shows\n%s", dom)
			}
		})
	}
}

// The prompt needs a password first; its address is good without the cookies of
// whoever gave it.
func TestABrowserDrawsThePrompt(t *testing.T) {
	if testing.Short() {
		t.Skip("Starting a browser for each page takes too long for a short run.")
	}
	path := chromium(t)
	for name, want := range map[string][]string{
		SwitchNoTrust:      {"Check for a Duo Push", "button--link", "Other options"},
		SwitchPrompt2021:   {"Check for a Duo Push", `id="header-text"`, `id="auth-view"`, "action-link other-options-link"},
		SwitchVerifiedPush: {"verification-code"},
		SwitchNag:          {"Skip for now"},
		SwitchLockedOut:    {"locked out"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := Start(t.Context(), Options{Switches: map[string][]string{"bank": {name}}})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = l.Close() }()
			p := newBrowser(t).givePassword(describe(t, l, "bank"), user, describe(t, l, "bank").Password)
			dom := drawn(t, path, p.at.String())
			for _, w := range want {
				if !strings.Contains(dom, w) {
					t.Errorf("the page lacks %s:\n%s", w, dom)
				}
			}
		})
	}
}
