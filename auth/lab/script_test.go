package lab

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A script is what a single page's script does, without the page.
type script struct {
	*browser
	brief briefing
	token string // the session's id, where no cookie has it
	at    string // the origin
}

type said struct {
	reply
	Error string `json:"error"`
}

// openScript opens a login page and asks what its script asks first.
func openScript(t *testing.T, address string) *script {
	t.Helper()
	s := &script{browser: newBrowser(t)}
	s.open(address).expectStatus(http.StatusOK)
	u := *s.browser.at
	s.at = u.Scheme + "://" + u.Host
	s.token = u.Query().Get("tx")
	s.do(s.request(http.MethodGet, "/api/session?"+u.RawQuery, nil))
	s.brief = answer[briefing](t, s.browser)
	return s
}

func (s *script) request(method, path string, body any) *http.Request {
	s.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.at+path, strings.NewReader(string(raw)))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	if s.brief.Cookie != "" {
		u, _ := url.Parse(s.at)
		for _, c := range s.client.Jar.Cookies(u) {
			if c.Name == s.brief.Cookie {
				req.Header.Set(s.brief.Header, c.Value)
			}
		}
	}
	return req
}

func (s *script) say(path string, g given) said {
	s.t.Helper()
	s.do(s.request(http.MethodPost, path, g))
	a := answer[said](s.t, s.browser)
	if a.Token != "" {
		s.token = a.Token
	}
	return a
}

// scripted are the applications with a script's login, and how each is given a
// name and a password.
var scripted = map[string]func(s *script, name, password string) said{
	"desk": func(s *script, name, password string) said {
		return s.say("/api/login", given{Username: name, Password: password, Next: s.brief.Next})
	},
	"mail": func(s *script, name, password string) said {
		s.say("/api/login/username", given{Username: name, Next: s.brief.Next})
		return s.say("/api/login/password", given{Password: password})
	},
}

// eachScripted runs a test against both, with a switch on; "" for none.
func eachScripted(t *testing.T, name string, run func(t *testing.T, l *Lab, a App, c *clock, give func(*script, string, string) said)) {
	t.Helper()
	for app, give := range scripted {
		t.Run(app, func(t *testing.T) {
			o := Options{}
			if name != "" {
				o.Switches = map[string][]string{app: {name}}
			}
			l, c := start(t, o)
			run(t, l, describe(t, l, app), c, give)
		})
	}
}

func TestAScriptSignsIn(t *testing.T) {
	eachScripted(t, "", func(t *testing.T, l *Lab, a App, c *clock, give func(*script, string, string) said) {
		s := openScript(t, a.ProofURL+"?page=2")
		if s.brief.Stage != "username" || s.brief.Next != "/account?page=2" {
			t.Errorf("the script is told %+v", s.brief)
		}
		if got := give(s, a.Username, a.Password); got.Next != "code" {
			t.Fatalf("after the password: %+v", got)
		}
		s.open(a.ProofURL)
		if strings.Contains(s.text, a.ProofText) {
			t.Error("the password alone shows the members' page")
		}
		if got := s.say("/api/login/code", given{Code: codeAt(t, a, c.now())}); got.Next != "done" || got.Go != "/account?page=2" || got.Token != "" {
			t.Fatalf("after the code: %+v", got)
		}
		s.open(a.ProofURL).expectInside(a)
		s.open("/api/me").expectStatus(http.StatusOK)
		if l.SignIns(a.Name) != 1 || len(l.Accepted(a.Name)) != 1 {
			t.Errorf("%d sign-ins with the steps %v", l.SignIns(a.Name), l.Accepted(a.Name))
		}
	})
}

func TestAScriptIsToldWhatWasWrong(t *testing.T) {
	eachScripted(t, "", func(t *testing.T, l *Lab, a App, c *clock, give func(*script, string, string) said) {
		s := openScript(t, a.URL)
		if got := give(s, a.Username, "wrong"); got.Error != saysWrongPassword || s.status != http.StatusUnauthorized {
			t.Errorf("a wrong password: %d %+v", s.status, got)
		}
		if got := give(s, "nobody", a.Password); got.Error != saysWrongPassword {
			t.Errorf("a wrong name: %+v", got)
		}
		give(s, a.Username, a.Password)
		if got := s.say("/api/login/code", given{Code: "no"}); got.Error != saysWrongCode || s.status != http.StatusUnauthorized {
			t.Errorf("a wrong code: %d %+v", s.status, got)
		}
		s.say("/api/login/code", given{Code: codeAt(t, a, c.now())})
		again := openScript(t, a.URL)
		give(again, a.Username, a.Password)
		if got := again.say("/api/login/code", given{Code: codeAt(t, a, c.now())}); got.Error != saysUsedCode {
			t.Errorf("a used code: %+v", got)
		}
		for range 5 {
			give(again, a.Username, "wrong")
		}
		if got := give(again, a.Username, a.Password); got.Error != saysLocked || again.status != http.StatusForbidden {
			t.Errorf("a locked account: %d %+v", again.status, got)
		}
		turn(t, l, a, SwitchLocked423, true)
		give(again, a.Username, a.Password)
		again.expectStatus(http.StatusLocked)
	})
}

func TestAScriptNeedsItsTokenAndItsTurn(t *testing.T) {
	eachScripted(t, "", func(t *testing.T, l *Lab, a App, c *clock, give func(*script, string, string) said) {
		s := openScript(t, a.URL)
		s.say("/api/login/code", given{Code: codeAt(t, a, c.now())})
		s.expectStatus(http.StatusConflict)
		header := s.brief.Header
		s.brief.Header = "X-Something-Else"
		s.say("/api/login/code", given{})
		s.expectStatus(http.StatusForbidden)
		s.brief.Header = header
		form := s.request(http.MethodPost, "/api/login/code", given{})
		form.Header.Set("Content-Type", "text/plain")
		s.do(form).expectStatus(http.StatusUnsupportedMediaType)
		turn(t, l, a, SwitchCSRFBroken, true)
		give(s, a.Username, a.Password)
		s.expectStatus(http.StatusForbidden)
	})
}

func TestAScriptMeetsTheSwitches(t *testing.T) {
	eachScripted(t, "", func(t *testing.T, l *Lab, a App, c *clock, give func(*script, string, string) said) {
		turn(t, l, a, SwitchNoMFA, true)
		if got := give(openScript(t, a.URL), a.Username, a.Password); got.Next != "done" {
			t.Errorf("without a second factor: %+v", got)
		}
		turn(t, l, a, SwitchNoMFA, false)

		turn(t, l, a, SwitchNoSession, true)
		s := openScript(t, a.URL)
		give(s, a.Username, a.Password)
		if got := s.say("/api/login/code", given{Code: codeAt(t, a, c.now())}); got.Go != "/welcome" {
			t.Errorf("without a session: %+v", got)
		}
		s.expectOutside(a)
		turn(t, l, a, SwitchNoSession, false)

		turn(t, l, a, SwitchForeignAction, true)
		s = openScript(t, a.URL)
		if want := l.Describe().Outside + "/api/login"; !strings.HasPrefix(s.brief.Login, want) {
			t.Errorf("the password goes to %s, want %s", s.brief.Login, want)
		}
		turn(t, l, a, SwitchForeignAction, false)

		turn(t, l, a, SwitchRedirect307, true)
		s = openScript(t, a.URL)
		if a.Name == "mail" {
			s.say("/api/login/username", given{Username: a.Username})
		}
		s.do(s.request(http.MethodPost, s.brief.Login, given{Username: a.Username, Password: a.Password}))
		seen := l.Outside()
		if len(seen) != 1 || !strings.Contains(seen[0].Body, a.Password) {
			t.Errorf("the outside saw %+v", seen)
		}
		turn(t, l, a, SwitchRedirect307, false)

		turn(t, l, a, SwitchNotFound, true)
		newBrowser(t).open(a.URL).expectStatus(http.StatusNotFound)
		turn(t, l, a, SwitchNotFound, false)
		turn(t, l, a, SwitchPublic, true)
		newBrowser(t).open(a.ProofURL).expectInside(a)
	})
}

func TestTheDeskNamesItsBoxes(t *testing.T) {
	for name, want := range map[string]string{
		SwitchSlow: "advance", SwitchBoxesPlain: "plain", SwitchBoxesDisabled: "disabled", SwitchBoxesHidden: "hidden",
	} {
		l, _ := start(t, Options{Delay: 1, Switches: map[string][]string{"desk": {name}}})
		if got := openScript(t, describe(t, l, "desk").URL).brief.Boxes; got != want {
			t.Errorf("%s: the boxes are %q, want %q", name, got, want)
		}
	}
}

func TestABearerNeedsNoCookie(t *testing.T) {
	l, c := start(t, Options{Switches: map[string][]string{"desk": {SwitchBearer}}})
	a := describe(t, l, "desk")
	s := openScript(t, a.URL)
	scripted["desk"](s, a.Username, a.Password)
	half := s.token
	done := s.say("/api/login/code", given{Code: codeAt(t, a, c.now())})
	if done.Token == "" || done.Token == half || len(s.set) != 0 {
		t.Fatalf("signed in by %+v with the cookies %v", done, s.set)
	}
	s.do(s.request(http.MethodGet, "/api/account", nil)).expectStatus(http.StatusOK)
	if !strings.Contains(s.text, a.ProofText) {
		t.Errorf("the account says %s", s.text)
	}
	s.do(s.request(http.MethodGet, "/api/me", nil)).expectStatus(http.StatusOK)
	page := s.open(a.ProofURL)
	if strings.Contains(page.text, a.ProofText) {
		t.Error("the page shows the proof to a browser that sent no token")
	}
	s.say("/api/logout", given{})
	s.do(s.request(http.MethodGet, "/api/account", nil)).expectStatus(http.StatusUnauthorized)
	s.token = half
	s.do(s.request(http.MethodGet, "/api/account", nil)).expectStatus(http.StatusUnauthorized)
}

func TestMailIsOnePageUnderManyAddresses(t *testing.T) {
	l, _ := start(t, Options{Switches: map[string][]string{"mail": {SwitchShadow}}})
	a := describe(t, l, "mail")
	b := newBrowser(t)
	for _, path := range []string{"/login", "/login/password", "/login/code"} {
		b.open(strings.TrimSuffix(a.URL, loginPath) + path).expectStatus(http.StatusOK)
		if !strings.Contains(b.text, "/static/mail.js") {
			t.Errorf("%s has no script", path)
		}
	}
	if !openScript(t, a.URL).brief.Shadow {
		t.Error("the script is not told to hide")
	}
}

// framed opens the login frame of mail on a page of its own.
func framed(t *testing.T, a App) (around *script, frame *script) {
	t.Helper()
	around = openScript(t, a.URL)
	around.open(a.URL)
	frames := elements(around.doc, "iframe")
	if len(frames) != 1 {
		t.Fatalf("%d frames are on the page:\n%s", len(frames), around.text)
	}
	src := attr(frames[0], "src")
	if !strings.HasPrefix(src, a.Origins[0].Origin+"/login?") {
		t.Fatalf("the frame is %s, want one of %s", src, a.Origins[0].Origin)
	}
	if policy := around.header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-src "+a.Origins[0].Origin) {
		t.Errorf("a browser would not show the frame: %s", policy)
	}
	return around, openScript(t, src)
}

func TestMailSignsInThroughItsFrame(t *testing.T) {
	l, c := start(t, Options{Switches: map[string][]string{"mail": {SwitchFrame}}})
	a := describe(t, l, "mail")
	around, frame := framed(t, a)
	own := strings.TrimSuffix(a.URL, loginPath)
	if frame.brief.Parent != own {
		t.Errorf("the frame reports to %s, want %s", frame.brief.Parent, own)
	}
	if policy := frame.header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors "+own) {
		t.Errorf("a browser would not frame it: %s", policy)
	}
	scripted["mail"](frame, a.Username, a.Password)
	done := frame.say("/api/login/code", given{Code: codeAt(t, a, c.now())})
	if done.Ticket == "" || len(frame.set) != 0 {
		t.Fatalf("the frame ends with %+v and the cookies %v", done, frame.set)
	}
	thief := openScript(t, a.URL)
	if thief.say("/api/login/ticket", given{Ticket: done.Ticket}); thief.status != http.StatusForbidden {
		t.Error("somebody else's ticket was taken")
	}
	if around.say("/api/login/ticket", given{Ticket: done.Ticket}); around.status != http.StatusForbidden {
		t.Error("a ticket was taken twice")
	}

	c.move(30 * time.Second)
	around, frame = framed(t, a)
	scripted["mail"](frame, a.Username, a.Password)
	done = frame.say("/api/login/code", given{Code: codeAt(t, a, c.now())})
	if got := around.say("/api/login/ticket", given{Ticket: done.Ticket}); got.Go != accountPath {
		t.Fatalf("the ticket was answered by %+v", got)
	}
	around.open(a.ProofURL).expectInside(a)
}

func TestNobodySignsInToAFrameUninvited(t *testing.T) {
	l, _ := start(t, Options{Switches: map[string][]string{"mail": {SwitchFrame}}})
	a := describe(t, l, "mail")
	s := openScript(t, a.Origins[0].Origin+loginPath)
	for _, token := range []string{"", newID()} {
		s.token = token
		s.say("/api/login/username", given{Username: a.Username})
		s.expectStatus(http.StatusForbidden)
	}
}
