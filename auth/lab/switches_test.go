package lab

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// with starts a lab with one switch on in every application that has it.
func with(t *testing.T, name string) (*Lab, *clock) {
	t.Helper()
	l, c := start(t, Options{})
	for _, a := range l.Describe().Apps {
		if slices.Contains(a.Switches, name) {
			if err := l.Set(a.Name, name, true); err != nil {
				t.Fatal(err)
			}
		}
	}
	return l, c
}

// each runs a test against every application of a lab with one switch on.
func each(t *testing.T, name string, run func(t *testing.T, l *Lab, a App, c *clock)) {
	t.Helper()
	l, c := with(t, name)
	for _, a := range formApps(l) {
		t.Run(a.Name, func(t *testing.T) { run(t, l, a, c) })
	}
}

func TestEverySwitchIsExplainedAndOffered(t *testing.T) {
	l, _ := start(t, Options{})
	var names []string
	for _, s := range Switches() {
		names = append(names, s.Name)
		if !strings.HasSuffix(s.What, ".") {
			t.Errorf("%s is not explained by a sentence: %q", s.Name, s.What)
		}
	}
	offered := map[string]bool{}
	for _, a := range l.Describe().Apps {
		var explained []string
		for _, s := range SwitchesOf(a.Name) {
			explained = append(explained, s.Name)
			offered[s.Name] = true
		}
		if !slices.Equal(a.Switches, explained) {
			t.Errorf("%s offers %v and explains %v", a.Name, a.Switches, explained)
		}
		if a.OTPAuth == "" && slices.Contains(a.Switches, SwitchNoMFA) {
			t.Errorf("%s asks no code and offers not to", a.Name)
		}
	}
	for _, name := range names {
		if !offered[name] {
			t.Errorf("no application has the switch %s", name)
		}
	}
	if got := SwitchesOf("nobody"); got != nil {
		t.Errorf("an application that is none has the switches %v", got)
	}
}

// Tools that know the first four applications count on this.
func TestTheFirstApplicationsHaveTheSharedSwitches(t *testing.T) {
	l, _ := start(t, Options{})
	var want []string
	for _, s := range shared() {
		want = append(want, s.Name)
	}
	for _, name := range []string{"shop", "intranet", "payroll"} {
		if got := describe(t, l, name).Switches; !slices.Equal(got, want) {
			t.Errorf("%s offers %v, want %v", name, got, want)
		}
	}
}

func TestPayrollIsAheadFromTheStart(t *testing.T) {
	l, c := start(t, Options{})
	a := describe(t, l, "payroll")
	b := newBrowser(t)
	b.signIn(a, c.now()).expectAlert(saysWrongCode)
	expectDate(t, b, c.now().Add(120*time.Second))
	b.giveCode(a, codeAt(t, a, c.now().Add(120*time.Second)))
	b.expectInside(a)

	if err := l.Set("payroll", SwitchClockAhead, false); err != nil {
		t.Fatal(err)
	}
	c.move(time.Hour)
	b = newBrowser(t).signIn(a, c.now())
	b.expectInside(a)
	expectDate(t, b, c.now())
}

func expectDate(t *testing.T, b *browser, want time.Time) {
	t.Helper()
	got, err := http.ParseTime(b.header.Get("Date"))
	if err != nil || !got.Equal(want) {
		t.Errorf("%s is dated %s, want %s (%v)", b.at, got, want, err)
	}
}

func TestClockAheadMovesCodesAndDate(t *testing.T) {
	each(t, SwitchClockAhead, func(t *testing.T, _ *Lab, a App, c *clock) {
		b := newBrowser(t).open(a.URL)
		expectDate(t, b, c.now().Add(120*time.Second))
		if a.OTPAuth != "" {
			b.signIn(a, c.now()).expectAlert(saysWrongCode)
		}
		newBrowser(t).signIn(a, c.now().Add(120*time.Second)).expectInside(a)
	})
}

// The client here follows a 307 blindly and so sends the password again: that it
// arrives proves that the record would show it.
func TestRedirect307LeadsAwayWithThePassword(t *testing.T) {
	each(t, SwitchRedirect307, func(t *testing.T, l *Lab, a App, _ *clock) {
		s := specOf(t, a.Name).signIn
		before := len(l.Outside())
		b := newBrowser(t).givePassword(a, a.Username, a.Password)
		if want := "307 " + l.Describe().Outside + s.passwordPath; b.trail[0] != want {
			t.Errorf("the password was answered by %q, want %q", b.trail[0], want)
		}
		seen := l.Outside()[before:]
		if len(seen) != 1 || seen[0].Method != http.MethodPost || seen[0].Path != s.passwordPath {
			t.Fatalf("the outside saw %+v", seen)
		}
		body, err := url.ParseQuery(seen[0].Body)
		if err != nil || body.Get(s.password.Name) != a.Password {
			t.Errorf("the outside saw the body %q", seen[0].Body)
		}
		if cookie := seen[0].Headers.Get("Cookie"); cookie != "" {
			t.Errorf("the outside is not foreign: it was sent the cookie %s", cookie)
		}
		if l.SignIns(a.Name) != 0 {
			t.Error("somebody is signed in")
		}
	})
}

func TestForeignActionAddressesThePasswordElsewhere(t *testing.T) {
	each(t, SwitchForeignAction, func(t *testing.T, l *Lab, a App, _ *clock) {
		s := specOf(t, a.Name).signIn
		b := newBrowser(t).open(a.URL)
		if s.usernameFirst() {
			if action := attr(b.formWith(map[string]string{s.username.Name: ""}), "action"); action != "/login" {
				t.Errorf("the username goes to %q", action)
			}
			b.submit(map[string]string{s.username.Name: a.Username})
		}
		form := b.formWith(map[string]string{s.password.Name: ""})
		if want := l.Describe().Outside + s.passwordPath; attr(form, "action") != want {
			t.Errorf("the password goes to %q, want %q", attr(form, "action"), want)
		}
		if len(l.Outside()) != 0 {
			t.Errorf("a password left by itself: %+v", l.Outside())
		}
	})
}

func TestSlowHoldsAnswersBack(t *testing.T) {
	const delay = 40 * time.Millisecond
	l, _ := start(t, Options{Delay: delay})
	a := describe(t, l, "shop")
	if err := l.Set("shop", SwitchSlow, true); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	newBrowser(t).open(a.URL).expectStatus(http.StatusOK)
	if took := time.Since(began); took < delay {
		t.Errorf("the answer took %s, want at least %s", took, delay)
	}
}

func TestSlowOutlastsAnImpatientClient(t *testing.T) {
	l, _ := start(t, Options{Delay: time.Hour, Switches: map[string][]string{"shop": {SwitchSlow}}})
	a := describe(t, l, "shop")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := newBrowser(t).send(req); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a client that waits 50 ms got %v", err)
	}
	newBrowser(t).open(describe(t, l, "portal").URL).expectStatus(http.StatusOK)
}

func TestError500IsEverywhereButInTheStyleSheet(t *testing.T) {
	each(t, SwitchError500, func(t *testing.T, _ *Lab, a App, _ *clock) {
		b := newBrowser(t)
		for _, path := range []string{a.URL, "/", "/account", "/api/me"} {
			b.open(path).expectStatus(http.StatusInternalServerError)
		}
		b.open("/static/style.css").expectStatus(http.StatusOK)
	})
}

func TestNoMFAAsksNoCode(t *testing.T) {
	each(t, SwitchNoMFA, func(t *testing.T, l *Lab, a App, _ *clock) {
		newBrowser(t).givePassword(a, a.Username, a.Password).expectInside(a)
		if got := l.SignIns(a.Name); got != 1 || len(l.Accepted(a.Name)) != 0 {
			t.Errorf("%d sign-ins, codes %v", got, l.Accepted(a.Name))
		}
	})
}

func TestLockedRefusesTheRightPasswordAndCode(t *testing.T) {
	each(t, SwitchLocked, func(t *testing.T, l *Lab, a App, c *clock) {
		b := newBrowser(t).givePassword(a, a.Username, a.Password)
		b.expectAlert(saysLocked)
		b.expectStatus(http.StatusOK)
		b.expectOutside(a)
		if a.OTPAuth == "" {
			return
		}
		turn(t, l, a, SwitchLocked, false)
		b.givePassword(a, a.Username, a.Password)
		turn(t, l, a, SwitchLocked, true)
		b.giveCode(a, codeAt(t, a, serverTime(a, c))).expectAlert(saysLocked)
	})
}

func turn(t *testing.T, l *Lab, a App, name string, on bool) {
	t.Helper()
	if err := l.Set(a.Name, name, on); err != nil {
		t.Fatal(err)
	}
}

func TestLocked423ChangesTheStatusOfALockedAccount(t *testing.T) {
	each(t, SwitchLocked423, func(t *testing.T, l *Lab, a App, _ *clock) {
		newBrowser(t).givePassword(a, a.Username, "wrong").expectStatus(http.StatusOK)
		turn(t, l, a, SwitchLocked, true)
		b := newBrowser(t).givePassword(a, a.Username, a.Password)
		b.expectStatus(http.StatusLocked)
		b.expectAlert(saysLocked)
	})
}

func TestCSRFBrokenRefusesEveryForm(t *testing.T) {
	for name, want := range map[string]int{"shop": 403, "intranet": 419, "portal": 403, "payroll": 403} {
		t.Run(name, func(t *testing.T) {
			l, _ := with(t, SwitchCSRFBroken)
			a := describe(t, l, name)
			s := specOf(t, name).signIn
			fields := map[string]string{s.username.Name: a.Username}
			if !s.usernameFirst() {
				fields[s.password.Name] = a.Password
			}
			newBrowser(t).open(a.URL).submit(fields).expectStatus(want)
		})
	}
}

func TestNeedsScriptLeavesThePageEmpty(t *testing.T) {
	each(t, SwitchNeedsScript, func(t *testing.T, _ *Lab, a App, c *clock) {
		b := newBrowser(t).open(a.URL)
		b.expectStatus(http.StatusOK)
		if n := len(elements(b.doc, "form")) + len(elements(b.doc, "input")); n != 0 {
			t.Errorf("%d forms and fields are on the page", n)
		}
		root, script, noscript := false, elements(b.doc, "script"), elements(b.doc, "noscript")
		for _, div := range elements(b.doc, "div") {
			root = root || attr(div, "id") == "root" && div.FirstChild == nil
		}
		if !root || len(script) != 1 || len(noscript) != 1 {
			t.Errorf("the page is not an empty root and a script:\n%s", b.text)
		}
		// What the script would do.
		b.open(attr(script[0], "src")).expectStatus(http.StatusOK)
		s := specOf(t, a.Name)
		b.open("/login/fields").expectStatus(http.StatusOK)
		for _, want := range []string{`"action":"/login"`, `"name":"` + s.token + `"`, `"name":"` + s.signIn.username.Name + `"`} {
			if !strings.Contains(b.text, want) {
				t.Errorf("the script is not told %s: %s", want, b.text)
			}
		}
	})
}

func TestNoFormHasALinkToTheForm(t *testing.T) {
	each(t, SwitchNoForm, func(t *testing.T, _ *Lab, a App, c *clock) {
		b := newBrowser(t).open(a.ProofURL + "?page=2")
		b.expectStatus(http.StatusOK)
		if n := len(elements(b.doc, "form")); n != 0 {
			t.Errorf("%d forms are on the page", n)
		}
		way := ""
		for _, link := range elements(b.doc, "a") {
			if content(link) == "Log in" {
				way = attr(link, "href")
			}
		}
		s := specOf(t, a.Name).signIn
		b.open(way)
		if b.formWith(map[string]string{s.username.Name: ""}); !strings.Contains(b.text, `name="next" value="/account?page=2"`) {
			t.Error("the form forgot where the visitor wanted to go")
		}
		if s.usernameFirst() {
			return
		}
		b.submit(map[string]string{s.username.Name: a.Username, s.password.Name: a.Password})
		if a.OTPAuth != "" {
			b.giveCode(a, codeAt(t, a, serverTime(a, c)))
		}
		if !strings.Contains(b.text, a.ProofText) {
			t.Errorf("the form behind the link led to %s", b.at)
		}
	})
}

func TestRedirectLoopNeverEnds(t *testing.T) {
	each(t, SwitchRedirectLoop, func(t *testing.T, _ *Lab, a App, _ *clock) {
		b := newBrowser(t)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.send(req); err == nil {
			t.Fatalf("the circle ended at %s", b.at)
		}
		if want := []string{"302 /login/session", "302 /login", "302 /login/session"}; !slices.Equal(b.trail[:3], want) {
			t.Errorf("the circle is %v", b.trail)
		}
	})
}

func TestNoSessionOnlyLooksLikeSuccess(t *testing.T) {
	each(t, SwitchNoSession, func(t *testing.T, _ *Lab, a App, c *clock) {
		b := newBrowser(t).open(a.URL)
		cookie := b.cookie(a)
		b.signIn(a, serverTime(a, c))
		if b.at.Path != "/welcome" || b.heading() != "Welcome back" || b.alert() != "" {
			t.Errorf("%s with the heading %q does not look like success", b.at, b.heading())
		}
		b.expectStatus(http.StatusOK)
		if b.cookie(a) != cookie || len(b.set) != 0 {
			t.Error("a cookie was set at sign-in")
		}
		if strings.Contains(b.text, a.ProofText) {
			t.Error("the welcome shows the proof")
		}
		b.expectOutside(a)
	})
}

func TestCaptchaIsShownAndWanted(t *testing.T) {
	each(t, SwitchCaptcha, func(t *testing.T, l *Lab, a App, _ *clock) {
		s := specOf(t, a.Name).signIn
		b := newBrowser(t).open(a.URL)
		if !strings.Contains(b.text, `class="g-recaptcha"`) {
			t.Errorf("there is no captcha:\n%s", b.text)
		}
		if len(elements(b.doc, "iframe")) != 0 {
			t.Error("the frame is there before the script has run")
		}
		if policy := b.header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-src "+l.Describe().Outside) {
			t.Errorf("a browser would not show the captcha: %s", policy)
		}
		fields := map[string]string{s.username.Name: a.Username}
		if !s.usernameFirst() {
			fields[s.password.Name] = a.Password
		}
		b.submit(fields).expectAlert(saysCaptcha)
		fields[captchaField] = "solved"
		b.submit(fields)
		if b.alert() != "" {
			t.Errorf("with the captcha solved it says %q", b.alert())
		}
		newBrowser(t).open(l.Describe().Outside + "/recaptcha/api.js").expectStatus(http.StatusOK)
		if b := newBrowser(t).open(l.Describe().Outside + "/recaptcha/api2/anchor?k=x"); !strings.Contains(b.text, "not a robot") {
			t.Errorf("the frame shows %q", b.text)
		}
	})
}

func TestPublicShowsTheMembersPageToEverybody(t *testing.T) {
	each(t, SwitchPublic, func(t *testing.T, _ *Lab, a App, c *clock) {
		stranger := newBrowser(t).open(a.ProofURL)
		stranger.expectStatus(http.StatusOK)
		stranger.expectInside(a)
		member := newBrowser(t).signIn(a, serverTime(a, c))
		member.expectInside(a)
		if got, want := bare(stranger), bare(member); got != want {
			t.Errorf("a stranger sees another page:\n%s\nwant:\n%s", got, want)
		}
		stranger.open("/api/me").expectStatus(http.StatusOK)
	})
}

// bare gives a page's text, in which tokens do not appear.
func bare(b *browser) string { return content(b.doc) }

func TestNotFoundHidesTheLoginPage(t *testing.T) {
	each(t, SwitchNotFound, func(t *testing.T, _ *Lab, a App, _ *clock) {
		b := newBrowser(t).open(a.URL)
		b.expectStatus(http.StatusNotFound)
		if n := len(elements(b.doc, "form")); n != 0 {
			t.Errorf("%d forms are on the page", n)
		}
		b.open("/").expectStatus(http.StatusOK)
	})
}

func TestASwitchTurnedBackIsOff(t *testing.T) {
	l, c := start(t, Options{})
	a := describe(t, l, "shop")
	for _, name := range a.Switches {
		turn(t, l, a, name, true)
		turn(t, l, a, name, false)
	}
	newBrowser(t).signIn(a, c.now()).expectInside(a)
}

func TestUnknownNamesAreRefusedWithTheKnownOnes(t *testing.T) {
	l, _ := start(t, Options{})
	for _, try := range []struct {
		app, name string
		want      error
		hint      string
	}{
		{"shpo", SwitchSlow, ErrNoApp, "There are shop, intranet, portal, payroll, desk, mail, wiki, bank."},
		{"shop", "fast", ErrNoSwitch, "clock-ahead"},
		{"portal", SwitchNoMFA, ErrNoSwitch, "clock-ahead"},
	} {
		err := l.Set(try.app, try.name, true)
		var hinter interface{ Hints() []string }
		if !errors.Is(err, try.want) || !errors.As(err, &hinter) || !strings.Contains(hinter.Hints()[0], try.hint) {
			t.Errorf("Set(%s, %s): %v", try.app, try.name, err)
		}
	}
	if err := l.Reset("shpo"); !errors.Is(err, ErrNoApp) {
		t.Errorf("Reset of an unknown application: %v", err)
	}
}
