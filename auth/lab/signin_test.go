package lab

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// serverTime is the time by an application's own clock.
func serverTime(a App, c *clock) time.Time {
	if a.Name == "payroll" {
		return c.now().Add(clockAhead)
	}
	return c.now()
}

func TestTheAccountSignsInToEveryApplication(t *testing.T) {
	l, c := start(t, Options{})
	for _, a := range formApps(l) {
		t.Run(a.Name, func(t *testing.T) {
			b := newBrowser(t)
			b.expectOutside(a)
			b.signIn(a, serverTime(a, c))
			b.expectInside(a)
			if last := b.trail[len(b.trail)-1]; last != "303 /account" {
				t.Errorf("the last form was answered by %q", last)
			}
			if got := l.SignIns(a.Name); got != 1 {
				t.Errorf("%d sign-ins were counted, want 1", got)
			}
			b.open("/api/me")
			b.expectStatus(http.StatusOK)
			if want := `"username":"scan-bot"`; !strings.Contains(b.text, want) {
				t.Errorf("/api/me says %s, want %s in it", b.text, want)
			}
		})
	}
}

func TestAcceptedStepsAreKept(t *testing.T) {
	l, c := start(t, Options{})
	a := describe(t, l, "shop")
	var want []int64
	for range 3 {
		newBrowser(t).signIn(a, c.now()).expectInside(a)
		want = append(want, c.now().Unix()/30)
		c.move(30 * time.Second)
	}
	if got := l.Accepted("shop"); !slices.Equal(got, want) {
		t.Errorf("accepted %v, want %v", got, want)
	}
	if got := l.Accepted("portal"); len(got) != 0 {
		t.Errorf("portal accepted %v and asks no code", got)
	}
}

func TestAWrongPasswordDoesNotTellWhatWasWrong(t *testing.T) {
	l, _ := start(t, Options{})
	for _, a := range formApps(l) {
		t.Run(a.Name, func(t *testing.T) {
			for _, who := range [][2]string{{a.Username, "wrong"}, {"nobody", a.Password}, {"nobody", "wrong"}, {a.Username, ""}} {
				b := newBrowser(t).givePassword(a, who[0], who[1])
				b.expectStatus(http.StatusOK)
				b.expectAlert(saysWrongPassword)
				b.expectOutside(a)
			}
		})
	}
}

func TestAPasswordIsNeverSentBack(t *testing.T) {
	l, _ := start(t, Options{})
	a := describe(t, l, "shop")
	b := newBrowser(t).givePassword(a, a.Username, "not-the-password")
	if strings.Contains(b.text, "not-the-password") {
		t.Error("the page after an error holds the password that was typed")
	}
	if !strings.Contains(b.text, `value="scan-bot"`) {
		t.Error("the page after an error forgot the username")
	}
}

func TestAWrongCodeIsRefused(t *testing.T) {
	l, c := start(t, Options{})
	for _, name := range []string{"shop", "intranet", "payroll"} {
		t.Run(name, func(t *testing.T) {
			a := describe(t, l, name)
			b := newBrowser(t).givePassword(a, a.Username, a.Password)
			b.giveCode(a, codeAt(t, a, serverTime(a, c).Add(time.Hour)))
			b.expectStatus(http.StatusOK)
			b.expectAlert(saysWrongCode)
			b.expectOutside(a)
		})
	}
}

func TestACodeMayBeTypedInGroups(t *testing.T) {
	l, c := start(t, Options{})
	a := describe(t, l, "shop")
	code := codeAt(t, a, c.now())
	b := newBrowser(t).givePassword(a, a.Username, a.Password).giveCode(a, " "+code[:3]+" "+code[3:])
	b.expectInside(a)
}

func TestOneStepOfDriftIsForgiven(t *testing.T) {
	l, c := start(t, Options{})
	a := describe(t, l, "shop")
	for _, drift := range []time.Duration{-30 * time.Second, 30 * time.Second} {
		newBrowser(t).signIn(a, c.now().Add(drift)).expectInside(a)
		c.move(time.Hour)
	}
	for _, drift := range []time.Duration{-60 * time.Second, 60 * time.Second} {
		newBrowser(t).signIn(a, c.now().Add(drift)).expectAlert(saysWrongCode)
	}
}

func TestACodeWorksOnce(t *testing.T) {
	l, c := start(t, Options{})
	a := describe(t, l, "shop")
	used := c.now()
	newBrowser(t).signIn(a, used).expectInside(a)

	b := newBrowser(t).signIn(a, used)
	b.expectAlert(saysUsedCode)
	b.giveCode(a, codeAt(t, a, used.Add(-30*time.Second)))
	b.expectAlert(saysUsedCode)
	c.move(30 * time.Second)
	b.giveCode(a, codeAt(t, a, used))
	b.expectAlert(saysUsedCode)
	b.giveCode(a, codeAt(t, a, c.now()))
	b.expectInside(a)
}

func TestOfManyThatSendOneCodeAtOnceOneGetsIn(t *testing.T) {
	l, c := start(t, Options{Attempts: 100})
	a := describe(t, l, "shop")
	code := codeAt(t, a, c.now())
	waiting := make([]*browser, 8)
	for i := range waiting {
		waiting[i] = newBrowser(t).givePassword(a, a.Username, a.Password)
	}
	var all sync.WaitGroup
	for _, b := range waiting {
		values := hiddenValues(b.formWith(map[string]string{"code": ""}))
		values.Set("code", code)
		form := b.form("/login/code", values)
		all.Go(func() {
			if err := b.send(form); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	inside := 0
	for _, b := range waiting {
		if b.at.String() == a.ProofURL {
			inside++
		} else {
			b.expectAlert(saysUsedCode)
		}
	}
	if inside != 1 || len(l.Accepted("shop")) != 1 {
		t.Errorf("%d got in with one code, %v were accepted", inside, l.Accepted("shop"))
	}
}

func TestRepeatedFailuresLockTheAccount(t *testing.T) {
	for _, name := range []string{"shop", "intranet", "portal", "payroll"} {
		t.Run(name, func(t *testing.T) {
			l, c := start(t, Options{})
			a := describe(t, l, name)
			for range 4 {
				newBrowser(t).givePassword(a, a.Username, "wrong").expectAlert(saysWrongPassword)
			}
			b := newBrowser(t).givePassword(a, a.Username, "wrong")
			b.expectAlert(saysLocked)
			b.expectStatus(http.StatusOK)
			b = newBrowser(t).givePassword(a, a.Username, a.Password)
			b.expectAlert(saysLocked)
			b.expectOutside(a)

			if err := l.Reset(name); err != nil {
				t.Fatal(err)
			}
			newBrowser(t).signIn(a, serverTime(a, c)).expectInside(a)
		})
	}
}

func TestPasswordsAndCodesCountAlike(t *testing.T) {
	l, c := start(t, Options{Attempts: 4})
	a := describe(t, l, "shop")
	newBrowser(t).givePassword(a, a.Username, "wrong").expectAlert(saysWrongPassword)
	newBrowser(t).givePassword(a, a.Username, "wrong").expectAlert(saysWrongPassword)
	b := newBrowser(t).givePassword(a, a.Username, a.Password) // A right password forgives nothing.
	b.giveCode(a, "no").expectAlert(saysWrongCode)
	b.giveCode(a, "no").expectAlert(saysLocked)
	b.giveCode(a, codeAt(t, a, c.now())).expectAlert(saysLocked)
	b.expectOutside(a)
}

func TestASignInForgivesTheFailuresBeforeIt(t *testing.T) {
	l, c := start(t, Options{Attempts: 3})
	a := describe(t, l, "shop")
	for range 4 {
		newBrowser(t).givePassword(a, a.Username, "wrong").expectAlert(saysWrongPassword)
		newBrowser(t).givePassword(a, a.Username, "wrong").expectAlert(saysWrongPassword)
		newBrowser(t).signIn(a, c.now()).expectInside(a)
		c.move(30 * time.Second)
	}
}

func TestNobodyIsLockedOutByUnknownNames(t *testing.T) {
	l, c := start(t, Options{Attempts: 2})
	a := describe(t, l, "shop")
	for range 5 {
		newBrowser(t).givePassword(a, "nobody", "wrong").expectAlert(saysWrongPassword)
	}
	newBrowser(t).signIn(a, c.now()).expectInside(a)
}

func TestTheVisitorArrivesWhereTheyWantedToGo(t *testing.T) {
	l, c := start(t, Options{})
	for _, a := range formApps(l) {
		t.Run(a.Name, func(t *testing.T) {
			s := specOf(t, a.Name).signIn
			b := newBrowser(t).open(a.ProofURL + "?page=2")
			if s.usernameFirst() {
				b.submit(map[string]string{s.username.Name: a.Username})
				b.submit(map[string]string{s.password.Name: a.Password})
			} else {
				b.submit(map[string]string{s.username.Name: a.Username, s.password.Name: a.Password})
			}
			if a.OTPAuth != "" {
				b.giveCode(a, codeAt(t, a, serverTime(a, c)))
			}
			if got := b.at.RequestURI(); got != "/account?page=2" {
				t.Errorf("arrived at %s", got)
			}
		})
	}
}

func TestTheWayAfterSignInStaysInTheApplication(t *testing.T) {
	for next, want := range map[string]string{
		"/account?x=1": "/account?x=1", "/": "/", "": "/account",
		"//evil.example": "/account", "///evil.example": "/account", `/\evil.example`: "/account", "https://evil.example/": "/account",
		"javascript:alert(1)": "/account", "account": "/account", "/a\r\nSet-Cookie: x": "/account", "/\t/evil.example": "/account",
	} {
		if got := localPath(next); got != want {
			t.Errorf("next=%q leads to %q, want %q", next, got, want)
		}
	}
}

func TestTheCodePageNeedsAPassword(t *testing.T) {
	l, c := start(t, Options{})
	for _, name := range []string{"shop", "intranet", "payroll"} {
		a := describe(t, l, name)
		s := specOf(t, name)
		b := newBrowser(t).open(a.URL)
		values := hiddenValues(b.formWith(map[string]string{s.signIn.username.Name: ""}))
		values.Set(s.signIn.code.Name, codeAt(t, a, serverTime(a, c)))
		b.post(s.signIn.codePath, values)
		if b.at.Path != loginPath || b.trail[0] != "303 /login" {
			t.Errorf("%s: a code without a password led to %s %v", name, b.at, b.trail)
		}
		b.open(s.signIn.codePath)
		if b.at.Path != loginPath {
			t.Errorf("%s: the code page opens without a password", name)
		}
		b.expectOutside(a)
	}
}

func TestThePasswordPageNeedsAUsername(t *testing.T) {
	l, _ := start(t, Options{})
	a := describe(t, l, "intranet")
	b := newBrowser(t).open(a.URL)
	values := hiddenValues(b.formWith(map[string]string{"user_id": ""}))
	values.Set("pass", a.Password)
	if b.post("/login/password", values); b.trail[0] != "303 /login" {
		t.Errorf("a password without a username led to %v", b.trail)
	}
	if b.open("/login/password"); b.at.Path != loginPath {
		t.Errorf("the password page opens without a username")
	}
}

func TestASignInThatIsNotFinishedExpires(t *testing.T) {
	l, c := start(t, Options{})
	a := describe(t, l, "shop")
	b := newBrowser(t).givePassword(a, a.Username, a.Password)
	c.move(signInTime)
	b.giveCode(a, codeAt(t, a, c.now()))
	if b.at.Path != loginPath {
		t.Errorf("after %s the code page led to %s", signInTime, b.at)
	}
	b.expectOutside(a)
}

func TestTheCodePageCanBeLeft(t *testing.T) {
	l, c := start(t, Options{})
	a := describe(t, l, "intranet")
	b := newBrowser(t).givePassword(a, a.Username, a.Password)
	form := b.formWith(map[string]string{"otp": ""})
	buttons := elements(form, "button")
	if len(buttons) != 2 || attr(buttons[0], "value") != "verify" || attr(buttons[1], "value") != "cancel" {
		t.Fatalf("the buttons are %v", buttons)
	}
	values := hiddenValues(form)
	values.Set("otp", codeAt(t, a, c.now()))
	values.Set("action", "cancel")
	b.post(attr(form, "action"), values)
	b.expectOutside(a)
	if got := l.Accepted("intranet"); len(got) != 0 {
		t.Errorf("a cancelled code was accepted: %v", got)
	}
}

func TestAFormWithoutItsTokenIsRefused(t *testing.T) {
	l, _ := start(t, Options{})
	for _, a := range formApps(l) {
		t.Run(a.Name, func(t *testing.T) {
			s := specOf(t, a.Name)
			good := url.Values{s.signIn.username.Name: {a.Username}, s.signIn.password.Name: {a.Password}}
			stranger := newBrowser(t).open(a.URL)
			strange := hiddenValues(stranger.formWith(map[string]string{s.signIn.username.Name: ""})).Get(s.token)
			for what, token := range map[string]string{"no": "", "a made-up": "x", "somebody else's": strange} {
				values := url.Values{}
				for name, v := range good {
					values[name] = v
				}
				values.Set(s.token, token)
				b := newBrowser(t).open(a.URL).post("/login", values)
				if b.status != s.tokenRefused {
					t.Errorf("%s token: %d, want %d", what, b.status, s.tokenRefused)
				}
				b.expectOutside(a)
			}
		})
	}
}

func TestAFormWithoutCookiesIsRefused(t *testing.T) {
	l, _ := start(t, Options{})
	a := describe(t, l, "portal")
	b := newBrowser(t).open(a.URL)
	values := hiddenValues(b.formWith(map[string]string{"user[login]": ""}))
	other := newBrowser(t)
	other.post(a.URL, values)
	other.expectStatus(http.StatusForbidden)
}

func TestAHugeFormIsRefused(t *testing.T) {
	l, _ := start(t, Options{})
	a := describe(t, l, "shop")
	b := newBrowser(t).open(a.URL)
	b.post("/login", url.Values{"username": {strings.Repeat("x", maxBody)}})
	b.expectStatus(http.StatusBadRequest)
}
