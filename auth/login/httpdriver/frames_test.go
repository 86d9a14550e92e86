package httpdriver_test

import (
	"net/http"
	"testing"

	"gatepass/auth/login"
	"gatepass/auth/login/httpdriver"
	"gatepass/store"
)

const framedForm = `<title>Sign in</title><form method="post" action="/in"><input name="u"><input type="password" name="p"><button>Sign in</button></form>`

// TestOpen_ReadsALoginInAFrame of the page's own origin, or of one that is allowed,
// and of nobody else.
func TestOpen_ReadsALoginInAFrame(t *testing.T) {
	inner := serve(t, func(w http.ResponseWriter, r *http.Request) { html(w, framedForm) })
	outer := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/own":
			html(w, `<h1>Portal</h1><iframe src="/ads"></iframe><iframe src="/form"></iframe>`)
		case "/other":
			html(w, `<h1>Portal</h1><iframe src="`+inner.at("/form").String()+`"></iframe>`)
		case "/form":
			html(w, framedForm)
		case "/ads":
			html(w, `<p>Buy something.</p>`)
		case "/both":
			html(w, framedForm+`<iframe src="/form?second"></iframe>`)
		case "/inside":
			html(w, `<a href="/logout">Sign out</a><iframe src="/form"></iframe>`)
		}
	})
	for path, c := range map[string]struct {
		allowed bool // the other origin
		at      string
		kind    login.Kind
	}{
		"/own":    {false, outer.at("/form").String(), login.KindBoth},
		"/other":  {false, outer.at("/other").String(), login.KindNone},
		"/both":   {false, outer.at("/both").String(), login.KindBoth},
		"/inside": {false, outer.at("/inside").String(), login.KindNone},
	} {
		d := drive(t, httpdriver.Options{}, outer)
		p := open(t, d, outer.at(path))
		if p.URL.String() != c.at || login.Read(p).Kind != c.kind {
			t.Errorf("%s: read %s as %s", path, p.URL, login.Read(p).Kind)
		}
	}
	if n := len(inner.all()); n != 0 {
		t.Errorf("a frame of somebody else's was asked for %d times", n)
	}
	d := drive(t, httpdriver.Options{}, outer, inner)
	p := open(t, d, outer.at("/other"))
	if login.Origin(p.URL) != login.Origin(inner.at("/")) {
		t.Errorf("read %s", p.URL)
	}
	mustSignIn(t, d, p)
	if got := inner.last(t); got.path != "/in" || got.method != http.MethodPost {
		t.Errorf("got %+v", got)
	}
}

// TestSubmit_CollectsACodeFromBoxesWithoutNames where the page's script would.
func TestSubmit_CollectsACodeFromBoxesWithoutNames(t *testing.T) {
	boxes := ""
	for range 6 {
		boxes += `<input maxlength="1" inputmode="numeric" aria-label="Digit">`
	}
	for name, c := range map[string]struct{ extra, body string }{
		"hidden":          {`<input type="hidden" name="csrf" value="x"><input type="hidden" name="otp_code">`, "csrf=x&otp_code=" + passcode},
		"styled away":     {`<input name="code" style="display:none">`, "code=" + passcode},
		"no place for it": {`<input type="hidden" name="csrf" value="x">`, ""},
		"two places":      {`<input type="hidden" name="otp_code"><input type="hidden" name="otp">`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			app := serve(t, func(w http.ResponseWriter, r *http.Request) {
				html(w, `<h1>Enter the 6-digit code from your authenticator app</h1><form method="post" action="/in">`+boxes+c.extra+`<button>Verify</button></form>`)
			})
			d := drive(t, httpdriver.Options{}, app)
			p := open(t, d, app.at("/code"))
			r := login.Read(p)
			if r.Kind != login.KindCode || len(r.Code) != 6 {
				t.Fatalf("read %+v", r)
			}
			var inputs []login.Input
			for i, field := range r.Code {
				inputs = append(inputs, login.Input{Field: field, Role: login.RoleCode, Value: store.NewSecret(passcode[i : i+1])})
			}
			_, err := d.Submit(t.Context(), p, login.Submission{Form: r.Form, Inputs: inputs, Button: r.Button})
			got := app.last(t)
			if c.body == "" {
				if stopCode(err) != login.NeedsBrowser || got.method == http.MethodPost {
					t.Errorf("got %v, %+v", err, got)
				}
				return
			}
			if err != nil || got.body != c.body {
				t.Errorf("got %q, %v; want %q", got.body, err, c.body)
			}
		})
	}
}
