package lab

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// A person is somebody at the bank's prompt.
type person struct {
	*browser
	name, token string
}

func startBank(t *testing.T, switches ...string) (*Lab, *clock, App) {
	t.Helper()
	l, c := start(t, Options{Switches: map[string][]string{"bank": switches}})
	return l, c, describe(t, l, "bank")
}

// prompted gives the password and arrives at the prompt.
func prompted(t *testing.T, a App) *person {
	t.Helper()
	return at(t, newBrowser(t).givePassword(a, a.Username, a.Password), a)
}

func at(t *testing.T, b *browser, a App) *person {
	t.Helper()
	if b.browserOrigin() != a.Origins[0].Origin {
		t.Fatalf("the password led to %s with %q", b.at, b.alert())
	}
	for _, form := range elements(b.doc, "form") {
		if attr(form, "id") == "plugin_form" {
			b.post(attr(form, "action"), hiddenValues(form))
		}
	}
	root := withData(b.doc, "data-xsrf")
	if root == nil {
		t.Fatalf("%s is no prompt:\n%s", b.at, b.text)
	}
	return &person{b, attr(root, "data-name"), attr(root, "data-xsrf")}
}

func withData(doc *html.Node, name string) *html.Node {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && hasAttr(n, name) {
			return n
		}
	}
	return nil
}

func (p *person) say(word string, w promptWord) promptView {
	p.t.Helper()
	w.Name = p.name
	s := &script{browser: p.browser, at: p.browserOrigin()}
	req := s.request(http.MethodPost, "/talk/"+word, w)
	req.Header.Set("X-Xsrftoken", p.token)
	p.do(req)
	return answer[promptView](p.t, p.browser)
}

// end answers the question about trust and goes where the prompt leads.
func (p *person) end(trust bool) *browser {
	p.t.Helper()
	v := p.say("trust", promptWord{Trust: trust})
	if v.View != "done" {
		p.t.Fatalf("after trust: %+v", v)
	}
	return p.open(v.Go)
}

func TestBankOffersItsFactors(t *testing.T) {
	_, c, a := startBank(t)
	if !slices.Equal(a.Origins[0].Secrets, []string{"passcode"}) || !strings.HasPrefix(a.Origins[0].Origin, "http://localhost:") || len(a.BypassCodes) != firstCodes {
		t.Fatalf("the bank is described as %+v", a)
	}
	p := prompted(t, a)
	v := p.say("look", promptWord{})
	if v.View != "challenge" || v.Push != "waits" || !slices.Equal(v.Methods, []string{"push", "mobile", "bypass", "token"}) {
		t.Fatalf("the prompt begins with %+v", v)
	}
	if v := p.say("passcode", promptWord{Method: "token", Passcode: codeAt(t, a, c.now())}); v.View != "trust" {
		t.Fatalf("after the token's code: %+v", v)
	}
	p.end(false).expectInside(a)
	p.open("/api/me").expectStatus(http.StatusOK)
}

func TestEachMethodTakesItsOwnCode(t *testing.T) {
	for _, try := range []struct{ method, kind string }{
		{"token", "bypass"}, {"bypass", "token"}, {"mobile", "token"}, {"mobile", "bypass"}, {"token", ""}, {"bypass", ""},
	} {
		_, c, a := startBank(t)
		code := map[string]string{"bypass": a.BypassCodes[0], "token": codeAt(t, a, c.now())}[try.kind]
		v := prompted(t, a).say("passcode", promptWord{Method: try.method, Passcode: code})
		if v.View != "challenge" || v.Error != saysWrongPasscode {
			t.Errorf("%s took a code of %q: %+v", try.method, try.kind, v)
		}
	}
}

func TestABypassCodeWorksOnce(t *testing.T) {
	l, _, a := startBank(t)
	for i, want := range []string{"trust", "challenge"} {
		p := prompted(t, a)
		if v := p.say("passcode", promptWord{Method: "bypass", Passcode: a.BypassCodes[4]}); v.View != want {
			t.Errorf("use %d: %+v", i+1, v)
		}
		if want == "trust" {
			p.end(false).expectInside(a)
		}
	}
	if l.SignIns("bank") != 1 || len(l.Accepted("bank")) != 0 {
		t.Errorf("%d sign-ins with the steps %v", l.SignIns("bank"), l.Accepted("bank"))
	}
}

func TestACodeOfTheTokenWorksOnce(t *testing.T) {
	_, c, a := startBank(t)
	code := promptWord{Method: "token", Passcode: codeAt(t, a, c.now())}
	prompted(t, a).say("passcode", code)
	if v := prompted(t, a).say("passcode", code); v.Error != saysWrongPasscode {
		t.Errorf("a used code: %+v", v)
	}
}

func TestWrongPasscodesLockTheAccount(t *testing.T) {
	l, c, a := startBank(t)
	p := prompted(t, a)
	for range duoLockout - 1 {
		p.say("passcode", promptWord{Method: "mobile", Passcode: "123456"})
	}
	if v := p.say("passcode", promptWord{Method: "bypass", Passcode: "1"}); v.View != "denied" || v.Error != saysLockedOut || v.Why != saysLockedOut {
		t.Errorf("after ten failures: %+v", v)
	}
	if v := p.say("passcode", promptWord{Method: "token", Passcode: codeAt(t, a, c.now())}); v.View != "denied" {
		t.Errorf("a right code unlocked: %+v", v)
	}
	if v := prompted(t, a).say("look", promptWord{}); v.View != "denied" {
		t.Errorf("the next prompt: %+v", v)
	}
	if err := l.Reset("bank"); err != nil {
		t.Fatal(err)
	}
	if v := prompted(t, a).say("passcode", promptWord{Method: "token", Passcode: codeAt(t, a, c.now())}); v.View != "trust" {
		t.Errorf("after the account was unlocked: %+v", v)
	}
}

func TestAPushWaitsForItsPerson(t *testing.T) {
	for _, switches := range [][]string{{}, {SwitchPushOnly}, {SwitchPrompt2021}} {
		l, c, a := startBank(t, switches...)
		if err := l.Approve("bank", ""); !errors.Is(err, ErrNoPush) {
			t.Errorf("before a push: %v", err)
		}
		p := prompted(t, a)
		p.say("look", promptWord{})
		c.move(pushTime)
		if v := p.say("look", promptWord{}); v.Push != "expired" {
			t.Errorf("after %s: %+v", pushTime, v)
		}
		if err := l.Approve("bank", ""); !errors.Is(err, ErrNoPush) {
			t.Errorf("an expired push: %v", err)
		}
		if v := p.say("push", promptWord{}); v.Push != "waits" {
			t.Errorf("the second push: %+v", v)
		}
		ask(t, http.MethodPost, l.Describe().Control+"/approve?app=bank", nil).expectStatus(http.StatusNoContent)
		if v := p.say("look", promptWord{}); v.View != "trust" {
			t.Errorf("after approval: %+v", v)
		}
		p.end(false).expectInside(a)
	}
}

func TestPushOnlyTakesNoCode(t *testing.T) {
	_, c, a := startBank(t, SwitchPushOnly)
	p := prompted(t, a)
	v := p.say("passcode", promptWord{Method: "token", Passcode: codeAt(t, a, c.now())})
	if v.View != "challenge" || !slices.Equal(v.Methods, []string{"push"}) {
		t.Errorf("push only: %+v", v)
	}
}

func TestAVerifiedPushWantsItsNumber(t *testing.T) {
	l, _, a := startBank(t, SwitchVerifiedPush)
	p := prompted(t, a)
	v := p.say("look", promptWord{})
	if len(v.Number) < 3 || len(v.Number) > 6 {
		t.Fatalf("the number is %q", v.Number)
	}
	for _, wrong := range []string{"", "0" + v.Number} {
		if err := l.Approve("bank", wrong); !errors.Is(err, ErrPushNumber) {
			t.Errorf("the number %q: %v", wrong, err)
		}
	}
	if err := l.Approve("bank", v.Number); err != nil {
		t.Fatal(err)
	}
	p.end(false).expectInside(a)
}

func TestOnlyTheBankSendsPushes(t *testing.T) {
	l, _, _ := startBank(t)
	if err := l.Approve("shop", ""); !errors.Is(err, ErrNoPush) {
		t.Errorf("a push of the shop: %v", err)
	}
	ask(t, http.MethodPost, l.Describe().Control+"/approve?app=nope", nil).expectStatus(http.StatusBadRequest)
}

func TestATrustedBrowserIsNotAskedAgain(t *testing.T) {
	_, c, a := startBank(t)
	for _, trust := range []bool{true, false} {
		p := prompted(t, a)
		p.say("passcode", promptWord{Method: "token", Passcode: codeAt(t, a, c.now())})
		b := p.end(trust)
		b.expectInside(a)
		c.move(time.Hour) // The session is over, the trust is not.
		b.givePassword(a, a.Username, a.Password)
		if got := b.at.String() == a.ProofURL; got != trust {
			t.Errorf("trusted %v, and the second time leads to %s", trust, b.at)
		}
		if !trust {
			at(t, b, a)
		}
	}
}

func TestTheVariantsOfThePrompt(t *testing.T) {
	code := func(t *testing.T, p *person, a App, c *clock) promptView {
		return p.say("passcode", promptWord{Method: "token", Passcode: codeAt(t, a, c.now())})
	}
	t.Run(SwitchNag, func(t *testing.T) {
		_, c, a := startBank(t, SwitchNag)
		p := prompted(t, a)
		if v := p.say("look", promptWord{}); v.View != "nag" {
			t.Errorf("it begins with %+v", v)
		}
		if v := code(t, p, a, c); v.View != "nag" {
			t.Errorf("a code before it was skipped: %+v", v)
		}
		if v := p.say("skip", promptWord{}); v.View != "challenge" {
			t.Errorf("skipping leads to %+v", v)
		}
	})
	t.Run(SwitchNoTrust, func(t *testing.T) {
		_, c, a := startBank(t, SwitchNoTrust)
		p := prompted(t, a)
		v := code(t, p, a, c)
		if v.View != "done" {
			t.Fatalf("the code leads to %+v", v)
		}
		p.open(v.Go).expectInside(a)
	})
	t.Run(SwitchLockedOut, func(t *testing.T) {
		_, c, a := startBank(t, SwitchLockedOut)
		p := prompted(t, a)
		if v := code(t, p, a, c); v.View != "denied" {
			t.Errorf("it shows %+v", v)
		}
	})
	t.Run(SwitchExempt, func(t *testing.T) {
		l, _, a := startBank(t, SwitchExempt)
		newBrowser(t).givePassword(a, a.Username, a.Password).expectInside(a)
		if l.SignIns("bank") != 1 || len(l.Accepted("bank")) != 0 {
			t.Errorf("%d sign-ins with the steps %v", l.SignIns("bank"), l.Accepted("bank"))
		}
	})
	t.Run(SwitchNoMFA, func(t *testing.T) {
		_, _, a := startBank(t, SwitchNoMFA)
		newBrowser(t).givePassword(a, a.Username, a.Password).expectInside(a)
	})
}

func TestExemptionGoesByTheAddressOfTheConnection(t *testing.T) {
	l, _, _ := startBank(t, SwitchExempt)
	for from, want := range map[string]bool{
		"127.0.0.1:5": true, "127.3.2.1:5": true, "[::1]:5": true, "[::ffff:127.0.0.1]:5": true, "192.0.2.1:5": false, "": false,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = from
		r.Header.Set("X-Forwarded-For", "127.0.0.1")
		p := &prompt{host: nil, user: user, from: connection(r)}
		if got := l.tenant.greet(p, ""); got != want {
			t.Errorf("%q is exempt: %v, want %v", from, got, want)
		}
	}
}

func TestThePromptsPagesHaveTheirHooks(t *testing.T) {
	for name, want := range map[string][]string{
		SwitchNoTrust:    {"/prompt/", `id="pwl-prompt-root"`, "data-akey=", "data-authkey=", "data-req-trace-group="},
		SwitchPrompt2021: {"/frame/v4/auth/prompt", `id="auth-view-wrapper"`},
	} {
		_, _, a := startBank(t, name)
		p := prompted(t, a)
		if !strings.Contains(p.at.Path, want[0]) {
			t.Errorf("%s: the address is %s", name, p.at)
		}
		for _, hook := range want[1:] {
			if !strings.Contains(p.text, hook) {
				t.Errorf("%s: the page lacks %s:\n%s", name, hook, p.text)
			}
		}
	}
}

func TestAPromptIsForItsOwnVisitor(t *testing.T) {
	_, c, a := startBank(t)
	p := prompted(t, a)
	p.say("passcode", promptWord{Method: "token", Passcode: codeAt(t, a, c.now())})
	way := p.say("trust", promptWord{}).Go
	newBrowser(t).open(way).expectStatus(http.StatusBadRequest) // A stranger, and the state is spent.
	p.open(way).expectStatus(http.StatusBadRequest)
	p.open(a.ProofURL)
	if strings.Contains(p.text, a.ProofText) {
		t.Error("somebody is signed in")
	}

	p = prompted(t, a)
	p.token = "wrong"
	if p.say("look", promptWord{}); p.status != http.StatusForbidden {
		t.Error("a stranger may talk to the prompt")
	}
}

func TestARequestMustBeSignedByTheBank(t *testing.T) {
	_, _, a := startBank(t)
	b := newBrowser(t)
	forged := mint(sharedKey("guess"), promptRequest{Username: a.Username})
	for _, query := range []url.Values{{}, {"request": {forged}, "client_id": {"DI"}}} {
		b.open(a.Origins[0].Origin + "/oauth/v1/authorize?" + query.Encode()).expectStatus(http.StatusBadRequest)
	}
	b.open(a.Origins[0].Origin + "/prompt/DA?authkey=AXunknown").expectStatus(http.StatusBadRequest)
	b.post(a.Origins[0].Origin+tokenPath, url.Values{"client_assertion": {forged}}).expectStatus(http.StatusBadRequest)
}

func TestShelvesAreBounded(t *testing.T) {
	c := newClock()
	s := newShelf[int](c.now, time.Minute)
	first := s.put(-1)
	for i := range maxShelved {
		c.move(time.Millisecond)
		s.put(i)
	}
	if _, ok := s.get(first); ok || len(s.by) > maxShelved {
		t.Errorf("%d things are kept, the oldest among them: %v", len(s.by), ok)
	}
	last := s.put(1)
	if _, ok := s.take(last); !ok {
		t.Error("the newest is gone")
	}
	if _, ok := s.take(last); ok {
		t.Error("a thing was taken twice")
	}
	late := s.put(2)
	c.move(time.Minute)
	if _, ok := s.get(late); ok {
		t.Error("an expired thing was found")
	}
}
