package httpdriver_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/auth/login/httpdriver"
	"gatepass/store"
)

// TestGuard_NothingReachesSomebodyElse is the heart of the matter: an application
// that was taken over, or that is careless, asks for the password to be sent
// elsewhere in every way that HTTP and HTML know.
func TestGuard_NothingReachesSomebodyElse(t *testing.T) {
	evil := serve(t, func(w http.ResponseWriter, r *http.Request) { html(w, form) })
	redirect := func(status int, to string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && r.URL.Path == "/login" {
				html(w, form)
				return
			}
			w.Header().Set("Location", to)
			w.WriteHeader(status)
		}
	}
	page := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { html(w, body) }
	}
	b64 := base64.StdEncoding.EncodeToString
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		want    login.Code
		asked   bool // whether somebody else may be asked at all, without a secret
	}{
		"307 after the form":                       {redirect(307, evil.URL), login.UnexpectedOrigin, false},
		"308 after the form":                       {redirect(308, evil.URL), login.UnexpectedOrigin, false},
		"307 to no scheme":                         {redirect(307, "//"+evil.address()), login.UnexpectedOrigin, false},
		"302 with the password in the query":       {redirect(302, evil.URL+"/?p="+url.QueryEscape(password)), login.UnexpectedOrigin, false},
		"302 with it in the path":                  {redirect(302, evil.URL+"/"+url.PathEscape(password)), login.UnexpectedOrigin, false},
		"302 with it escaped in another way":       {redirect(302, evil.URL+"/?p="+everyByte(password)), login.UnexpectedOrigin, false},
		"302 with an escape that is none":          {redirect(302, evil.URL+"/?x=%zz&p="+everyByte(password)), login.UnexpectedOrigin, false},
		"302 with it escaped twice":                {redirect(302, evil.URL+"/?p="+url.QueryEscape(url.QueryEscape(password))), login.UnexpectedOrigin, false},
		"302 with it in base64":                    {redirect(302, evil.URL+"/?p="+url.QueryEscape(b64([]byte(password)))), login.UnexpectedOrigin, false},
		"302 with user and password in base64":     {redirect(302, evil.URL+"/?p="+url.QueryEscape(b64([]byte("scan-bot:"+password)))), login.UnexpectedOrigin, false},
		"302 with another user's name before it":   {redirect(302, evil.URL+"/?p="+url.QueryEscape(b64([]byte("bot:"+password+":")))), login.UnexpectedOrigin, false},
		"302 with a third user's":                  {redirect(302, evil.URL+"/?p="+base64.RawURLEncoding.EncodeToString([]byte("robot:"+password+"!"))), login.UnexpectedOrigin, false},
		"302 with it in hexadecimal":               {redirect(302, evil.URL+"/?p="+hex.EncodeToString([]byte(password))), login.UnexpectedOrigin, false},
		"302 without a secret":                     {redirect(302, evil.URL), "", true},
		"303 without a secret":                     {redirect(303, evil.URL), "", true},
		"form addressed to somebody else":          {page(strings.Replace(form, "/in", evil.URL+"/in", 1)), login.UnexpectedOrigin, false},
		"button addressed to somebody else":        {page(strings.Replace(form, "<button", `<button formaction="`+evil.URL+`"`, 1)), login.UnexpectedOrigin, false},
		"base addressed to somebody else":          {page(`<base href="` + evil.URL + `/">` + strings.Replace(form, "/in", "in", 1)), login.UnexpectedOrigin, false},
		"form sent with GET":                       {page(strings.Replace(form, "post", "get", 1)), login.UnsafeForm, false},
		"button that makes it GET":                 {page(strings.Replace(form, "<button", `<button formmethod="get"`, 1)), login.UnsafeForm, false},
		"the login page itself is somebody else's": {redirectAll(evil.URL), login.UnexpectedOrigin, true},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(evil.all())
			app := serve(t, c.handler)
			d := drive(t, httpdriver.Options{}, app)
			p := open(t, d, app.at("/login"))
			_, err := signIn(t.Context(), d, p)
			if c.want == "" && err != nil {
				t.Fatalf("got %v", detail(err))
			}
			if c.want != "" {
				wantStop(t, err, c.want)
			}
			if n := len(evil.all()) - before; n > 0 && !c.asked {
				t.Errorf("somebody else was asked %d times", n)
			}
			evil.sawNothing(t)
		})
	}
}

// everyByte escapes more than anybody must.
func everyByte(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02x", c)
	}
	return b.String()
}

func redirectAll(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to+"/login", http.StatusFound) }
}

// TestGuard_LetsThroughWhatIsAllowed: the same requests between allowed origins.
func TestGuard_LetsThroughWhatIsAllowed(t *testing.T) {
	for _, status := range []int{307, 308} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			idp := serve(t, func(w http.ResponseWriter, r *http.Request) { html(w, "ok") })
			app := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					http.Redirect(w, r, idp.URL+"/take?x=1", status)
					return
				}
				html(w, form)
			})
			d := drive(t, httpdriver.Options{}, app, idp)
			mustSignIn(t, d, open(t, d, app.at("/login")))
			got := idp.last(t)
			if want := "u=scan-bot&p=" + url.QueryEscape(password); got.method != "POST" || got.body != want || got.query != "x=1" || got.header.Get("Content-Type") != login.EncURL {
				t.Errorf("got %+v", got)
			}
			if got.header.Get("Origin") != "null" || got.header.Get("Referer") != app.URL+"/" {
				t.Errorf("after crossing origins: got %v", got.header)
			}
		})
	}
}

// TestGuard_APageOfSomebodyElse gets no password typed into it, even if its form goes
// to the application: what it does with the typing is its own affair.
func TestGuard_APageOfSomebodyElse(t *testing.T) {
	app := serve(t, nil)
	evil := serve(t, func(w http.ResponseWriter, r *http.Request) { html(w, strings.Replace(form, "/in", app.URL+"/in", 1)) })
	d := drive(t, httpdriver.Options{}, app)
	_, err := signIn(t.Context(), d, open(t, d, evil.at("/login")))
	wantStop(t, err, login.UnexpectedOrigin)
	if len(app.all()) != 0 {
		t.Error("the form was sent")
	}
}

// TestGuard_WhatSignsInIsGuardedToo: a form that an identity provider sends on.
func TestGuard_WhatSignsInIsGuardedToo(t *testing.T) {
	evil := serve(t, nil)
	app := serve(t, func(w http.ResponseWriter, r *http.Request) {
		html(w, `<form method="post" action="`+evil.URL+`/acs"><input type="hidden" name="SAMLResponse" value="assertion"></form>`)
	})
	d := drive(t, httpdriver.Options{}, app)
	p := open(t, d, app.at("/"))
	_, err := d.Submit(t.Context(), p, login.Submission{Form: 0, Button: -1, Bearer: true})
	wantStop(t, err, login.UnexpectedOrigin)
	if len(evil.all()) != 0 {
		t.Error("the assertion was sent to somebody else")
	}
	if _, err := d.Submit(t.Context(), p, login.Submission{Form: 0, Button: -1}); err != nil || len(evil.all()) != 1 {
		t.Errorf("a form that carries no secret was stopped: %v", detail(err))
	}
}

// TestGuard_ACookieThatHoldsThePassword goes to a sister host, if the application
// sets it for the whole domain.
func TestGuard_ACookieThatHoldsThePassword(t *testing.T) {
	authority := newAuthority(t)
	certificate := authority.sign(t, time.Now().Add(time.Hour), "app.example.com", "sister.example.com")
	sister := serveTLS(t, certificate, nil)
	app := serveTLS(t, certificate, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.Header().Set("Set-Cookie", "remember="+base64.StdEncoding.EncodeToString([]byte(r.FormValue("p")))+"; Domain=example.com; Path=/")
			http.Redirect(w, r, "https://sister.example.com/", http.StatusFound)
			return
		}
		html(w, form)
	})
	d := drive(t, httpdriver.Options{Guard: allowing("https://app.example.com"), RootCAs: authority.pool})
	names(d, map[string]*host{"app.example.com": app, "sister.example.com": sister})
	_, err := signIn(t.Context(), d, open(t, d, address(t, "https://app.example.com/login")))
	wantStop(t, err, login.UnexpectedOrigin)
	if len(sister.all()) != 0 {
		t.Error("the cookie was sent")
	}
}

// TestGuard_NoWayBackToPlainHTTP: neither by a redirect nor by a page's refresh.
func TestGuard_NoWayBackToPlainHTTP(t *testing.T) {
	authority := newAuthority(t)
	plain := serve(t, nil)
	app := serveTLS(t, authority.sign(t, time.Now().Add(time.Hour), "app.example.com"), func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "http://app.example.com/", http.StatusFound)
			return
		}
		html(w, "ok")
	})
	d := drive(t, httpdriver.Options{Guard: allowing("https://app.example.com"), RootCAs: authority.pool})
	names(d, map[string]*host{"app.example.com": app, "other.example.com": plain})
	_, err := d.Open(t.Context(), address(t, "https://app.example.com/away"))
	wantStop(t, err, login.InsecureRedirect)
	open(t, d, address(t, "https://app.example.com/"))
	_, err = d.Open(t.Context(), address(t, "http://other.example.com/"))
	wantStop(t, err, login.InsecureRedirect)
	if len(plain.all()) != 0 {
		t.Error("it went there")
	}
}

// TestGuard_APageThatIsNotEncrypted gets no password, even if it is the target's own.
func TestGuard_APageThatIsNotEncrypted(t *testing.T) {
	app := serve(t, func(w http.ResponseWriter, r *http.Request) { html(w, form) })
	d := drive(t, httpdriver.Options{Guard: allowing("http://app.example.com")})
	names(d, map[string]*host{"app.example.com": app})
	_, err := signIn(t.Context(), d, open(t, d, address(t, "http://app.example.com/login")))
	wantStop(t, err, login.UnexpectedOrigin)
	if !strings.Contains(detail(err), "not encrypted") {
		t.Errorf("got %s", detail(err))
	}
	if n := len(app.all()); n != 1 {
		t.Errorf("%d requests were made", n)
	}
}

// TestGuard_CodesInBoxes: the whole code is known, though each box took one figure.
func TestGuard_CodesInBoxes(t *testing.T) {
	evil := serve(t, nil)
	app := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			http.Redirect(w, r, evil.URL+"/?code="+passcode, http.StatusFound)
			return
		}
		html(w, `<form method="post">`+strings.Repeat(`<input name="d" maxlength="1">`, 6)+`<button>Verify</button></form>`)
	})
	d := drive(t, httpdriver.Options{}, app)
	p := open(t, d, app.at("/"))
	s := login.Submission{Form: 0, Button: 0}
	for i, c := range passcode {
		s.Inputs = append(s.Inputs, login.Input{Field: i, Role: login.RoleCode, Value: store.NewSecret(string(c))})
	}
	_, err := d.Submit(t.Context(), p, s)
	wantStop(t, err, login.UnexpectedOrigin)
	evil.sawNothing(t)
}
