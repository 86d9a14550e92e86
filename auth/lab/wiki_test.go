package lab

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// atProvider signs in at the identity provider, up to what comes after the code.
func (b *browser) atProvider(a App, at time.Time) *browser {
	b.t.Helper()
	s := identityPages().signIn
	b.open(a.URL)
	if got := b.browserOrigin(); got != a.Origins[0].Origin {
		b.t.Fatalf("%s does not lead to the identity provider but to %s", a.URL, b.at)
	}
	b.submit(map[string]string{s.username.Name: a.Username})
	b.submit(map[string]string{s.password.Name: a.Password})
	return b.submit(map[string]string{s.code.Name: codeAt(b.t, a, at)})
}

func (b *browser) browserOrigin() string { return b.at.Scheme + "://" + b.at.Host }

// press sends the form at hand with one of its buttons.
func (b *browser) press(name, value string) *browser {
	b.t.Helper()
	form := b.formWith(map[string]string{name: value})
	values := hiddenValues(form)
	values.Set(name, value)
	return b.post(attr(form, "action"), values)
}

// autopost sends the page's form as its script would.
func (b *browser) autopost() *browser {
	b.t.Helper()
	forms := elements(b.doc, "form")
	if len(forms) != 1 || attr(forms[0], "id") != "autopost" || !strings.Contains(b.text, "/static/autopost.js") {
		b.t.Fatalf("%s submits nothing by itself:\n%s", b.at, b.text)
	}
	return b.post(attr(forms[0], "action"), hiddenValues(forms[0]))
}

func startWiki(t *testing.T, switches ...string) (*Lab, *clock, App) {
	t.Helper()
	l, c := start(t, Options{Switches: map[string][]string{"wiki": switches}})
	return l, c, describe(t, l, "wiki")
}

func TestWikiSignsInAtItsProvider(t *testing.T) {
	l, c, a := startWiki(t)
	if want := []string{"password", "passcode"}; len(a.Origins) != 1 || !slices.Equal(a.Origins[0].Secrets, want) {
		t.Fatalf("the further origins are %+v", a.Origins)
	}
	b := newBrowser(t).atProvider(a, c.now())
	if b.heading() != "Allow access?" || !strings.Contains(b.text, "Wiki") {
		t.Fatalf("after the code there is %q at %s", b.heading(), b.at)
	}
	b.press("decision", "allow").expectInside(a)
	b.open("/api/me").expectStatus(http.StatusOK)
	if l.SignIns("wiki") != 1 || len(l.Accepted("wiki")) != 1 {
		t.Errorf("%d sign-ins with the steps %v", l.SignIns("wiki"), l.Accepted("wiki"))
	}
	if seen := l.Outside(); len(seen) != 0 {
		t.Errorf("the outside saw %+v", seen)
	}

	c.move(30 * time.Second)
	newBrowser(t).atProvider(a, c.now()).expectInside(a) // Consent was given.
	turn(t, l, a, SwitchConsentAlways, true)
	c.move(30 * time.Second)
	if b := newBrowser(t).atProvider(a, c.now()); b.heading() != "Allow access?" {
		t.Errorf("with %s there is %q", SwitchConsentAlways, b.heading())
	}
}

func TestTheProviderKnowsWhoSignedInBefore(t *testing.T) {
	l, c, a := startWiki(t)
	b := newBrowser(t).atProvider(a, c.now()).press("decision", "allow")
	u, _ := url.Parse(a.URL)
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: "wiki_session", Value: "", Path: "/", MaxAge: -1}})
	b.open(a.ProofURL).expectInside(a)
	if l.SignIns("wiki") != 1 {
		t.Errorf("%d sign-ins for one password", l.SignIns("wiki"))
	}
}

func TestWithoutConsentNobodyIsSignedIn(t *testing.T) {
	_, c, a := startWiki(t)
	b := newBrowser(t).atProvider(a, c.now()).press("decision", "deny")
	b.expectStatus(http.StatusForbidden)
	if !strings.Contains(b.text, "access_denied") {
		t.Errorf("the wiki says %s", b.text)
	}
}

func TestTheProviderAnswersByForm(t *testing.T) {
	for _, name := range []string{SwitchFormPost, SwitchSAML} {
		t.Run(name, func(t *testing.T) {
			_, c, a := startWiki(t, name)
			b := newBrowser(t)
			if name == SwitchSAML {
				b.open(a.URL).autopost() // The request is a form too.
				s := identityPages().signIn
				b.submit(map[string]string{s.username.Name: a.Username})
				b.submit(map[string]string{s.password.Name: a.Password})
				b.submit(map[string]string{s.code.Name: codeAt(t, a, c.now())})
			} else {
				b.atProvider(a, c.now()).press("decision", "allow")
			}
			policy := b.header.Get("Content-Security-Policy")
			if !strings.Contains(policy, "form-action 'self' "+strings.TrimSuffix(a.URL, loginPath)) {
				t.Errorf("a browser would not send the form: %s", policy)
			}
			answer := hiddenValues(elements(b.doc, "form")[0])
			b.autopost().expectInside(a)

			thief := newBrowser(t).open(a.URL)
			thief.post(strings.TrimSuffix(a.URL, loginPath)+map[string]string{SwitchFormPost: callbackPath, SwitchSAML: samlPath}[name], answer)
			thief.expectStatus(http.StatusBadRequest)
		})
	}
}

func TestASAMLAnswerCannotBeChanged(t *testing.T) {
	_, c, a := startWiki(t, SwitchSAML)
	b := newBrowser(t).open(a.URL).autopost()
	s := identityPages().signIn
	b.submit(map[string]string{s.username.Name: a.Username})
	b.submit(map[string]string{s.password.Name: a.Password})
	b.submit(map[string]string{s.code.Name: codeAt(t, a, c.now())})
	form := elements(b.doc, "form")[0]
	values := hiddenValues(form)
	values.Set("SAMLResponse", strings.Replace(values.Get("SAMLResponse"), "c", "d", 1))
	b.post(attr(form, "action"), values).expectStatus(http.StatusForbidden)
	b.open("/api/me").expectStatus(http.StatusUnauthorized)
}

// tampered signs in with one parameter of the request to the provider changed.
func tampered(t *testing.T, a App, c *clock, name, value string) *browser {
	t.Helper()
	b := newBrowser(t)
	stop := http.ErrUseLastResponse
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return stop }
	b.open(a.URL)
	_, address, _ := strings.Cut(b.trail[0], " ")
	b.client.CheckRedirect = nil
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set(name, value)
	u.RawQuery = query.Encode()
	b.open(u.String())
	if b.browserOrigin() != a.Origins[0].Origin || b.status != http.StatusOK {
		return b
	}
	s := identityPages().signIn
	b.submit(map[string]string{s.username.Name: a.Username})
	b.submit(map[string]string{s.password.Name: a.Password})
	b.submit(map[string]string{s.code.Name: codeAt(t, a, c.now())})
	return b.press("decision", "allow")
}

func TestAChangedRequestSignsNobodyIn(t *testing.T) {
	for name, try := range map[string]struct {
		value string
		want  int
		says  string
	}{
		"state":          {newID(), http.StatusBadRequest, "not begun here"},
		"nonce":          {newID(), http.StatusBadGateway, "nonce"},
		"code_challenge": {codeChallenge("another"), http.StatusBadGateway, "invalid_grant"},
		"redirect_uri":   {"http://127.0.0.1:1/callback", http.StatusBadRequest, "No application"},
		"client_id":      {"somebody", http.StatusBadRequest, "No application"},
		"response_type":  {"token", http.StatusForbidden, "unsupported_response_type"},
	} {
		t.Run(name, func(t *testing.T) {
			_, c, a := startWiki(t)
			b := tampered(t, a, c, name, try.value)
			if b.status != try.want || !strings.Contains(b.text, try.says) {
				t.Errorf("%d, want %d and %q:\n%s", b.status, try.want, try.says, b.text)
			}
			b.open(strings.TrimSuffix(a.URL, loginPath) + "/api/me").expectStatus(http.StatusUnauthorized)
		})
	}
}

func TestPKCEIsRequired(t *testing.T) {
	_, c, a := startWiki(t)
	if b := tampered(t, a, c, "code_challenge_method", "plain"); b.status != http.StatusForbidden || !strings.Contains(b.text, "invalid_request") {
		t.Errorf("without S256: %d\n%s", b.status, b.text)
	}
}

func TestTheTokenEndpointGivesNothingToStrangers(t *testing.T) {
	l, _, a := startWiki(t)
	app, err := l.find("wiki")
	if err != nil {
		t.Fatal(err)
	}
	f := app.flow.(*wikiFlow)
	good := url.Values{
		"grant_type": {"authorization_code"}, "redirect_uri": {f.a.url + callbackPath}, "code_verifier": {"v"},
	}
	ask := func(secret string, change url.Values) *browser {
		values := maps.Clone(good)
		values.Set("code", f.provider.codes.put(authorization{challenge: codeChallenge("v"), user: a.Username}))
		maps.Copy(values, change)
		b := newBrowser(t)
		req := b.form(a.Origins[0].Origin+"/token", values)
		req.SetBasicAuth(wikiClient, secret)
		return b.do(req)
	}
	ask(f.secret, nil).expectStatus(http.StatusOK)
	ask("wrong", nil).expectStatus(http.StatusUnauthorized)
	for name, value := range map[string]string{
		"code": newID(), "code_verifier": "w", "redirect_uri": "http://127.0.0.1:1/", "grant_type": "password",
	} {
		ask(f.secret, url.Values{name: {value}}).expectStatus(http.StatusBadRequest)
	}
	code := f.provider.codes.put(authorization{challenge: codeChallenge("v")})
	ask(f.secret, url.Values{"code": {code}}).expectStatus(http.StatusOK)
	ask(f.secret, url.Values{"code": {code}}).expectStatus(http.StatusBadRequest)
}

func TestTheProviderDescribesItself(t *testing.T) {
	_, _, a := startWiki(t)
	base := a.Origins[0].Origin
	got := answer[map[string]any](t, newBrowser(t).open(base+"/.well-known/openid-configuration"))
	if got["issuer"] != base || got["authorization_endpoint"] != base+"/authorize" || got["token_endpoint"] != base+"/token" {
		t.Errorf("the provider says %v", got)
	}
	if keys := answer[keySet](t, newBrowser(t).open(base+"/jwks.json")); len(keys.Keys) != 1 || keys.Keys[0].Algorithm != "RS256" {
		t.Errorf("the keys are %+v", keys)
	}
}

func TestTheSwitchesOfTheWikiWorkAtItsProvider(t *testing.T) {
	l, c, a := startWiki(t, SwitchForeignAction)
	s := identityPages().signIn
	b := newBrowser(t).open(a.URL).submit(map[string]string{s.username.Name: a.Username})
	if action := attr(b.formWith(map[string]string{s.password.Name: ""}), "action"); action != l.Describe().Outside+s.passwordPath {
		t.Errorf("the password goes to %s", action)
	}
	turn(t, l, a, SwitchForeignAction, false)

	turn(t, l, a, SwitchNoSession, true)
	b = newBrowser(t).atProvider(a, c.now()).press("decision", "allow")
	if b.at.Path != "/welcome" || b.browserOrigin()+loginPath != a.URL {
		t.Errorf("without a session the way ends at %s", b.at)
	}
	turn(t, l, a, SwitchNoSession, false)

	turn(t, l, a, SwitchNoForm, true)
	if b := newBrowser(t).open(a.URL); b.browserOrigin()+loginPath != a.URL || !strings.Contains(b.text, "Log in") {
		t.Errorf("without a form there is %s", b.at)
	}
	turn(t, l, a, SwitchNoForm, false)

	turn(t, l, a, SwitchLocked, true)
	b = newBrowser(t).open(a.URL).submit(map[string]string{s.username.Name: a.Username})
	b.submit(map[string]string{s.password.Name: a.Password}).expectAlert(saysLocked)
}

func TestTokensAreChecked(t *testing.T) {
	now := newClock().now()
	key, other := sharedKey("one"), sharedKey("another")
	good := claims{Issuer: "a", Audience: "b", Issued: now.Unix(), Expires: now.Add(time.Minute).Unix()}
	token := mint(key, good)
	var got claims
	if err := unseal(key, token, &got); err != nil || got != good {
		t.Errorf("a good token: %+v %v", got, err)
	}
	head, rest, _ := strings.Cut(token, ".")
	for what, bad := range map[string]string{
		"another key": mint(other, good), "another algorithm": mint(identityKey(), good), "no signature": head + "." + rest[:strings.Index(rest, ".")+1],
		"two parts": rest, "nothing": "", "alg none": "eyJhbGciOiJub25lIn0." + rest[:strings.Index(rest, ".")+1],
	} {
		if err := unseal(key, bad, &got); err == nil {
			t.Errorf("%s: the token was taken", what)
		}
	}
	if err := good.good("a", "b", now); err != nil {
		t.Error(err)
	}
	for what, err := range map[string]error{
		"issuer": good.good("x", "b", now), "audience": good.good("a", "x", now),
		"late": good.good("a", "b", now.Add(time.Hour)), "early": good.good("a", "b", now.Add(-time.Hour)),
	} {
		if err == nil {
			t.Errorf("%s: the claims were taken", what)
		}
	}
}
