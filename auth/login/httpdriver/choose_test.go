package httpdriver_test

import (
	"net/http"
	"testing"

	"gatepass/auth/login"
	"gatepass/auth/login/httpdriver"
)

// TestSubmit_AChoice: what was chosen is sent in the place of what was marked, once, and
// the rest of the form as it was.
func TestSubmit_AChoice(t *testing.T) {
	const head, tail = `<h1>Choose how to verify</h1><form action="/way" method="post"><input type="hidden" name="csrf" value="1">`, `<input type="radio" name="lang" value="en" checked><button name="go" value="on">Continue</button></form>`
	for name, c := range map[string]struct {
		ways, want string
		stop       login.Code
	}{
		"a radio button":            {`<label><input type="radio" name="m" value="sms" checked>Text message</label><label><input type="radio" name="m" value="app">Authenticator app</label>`, "csrf=1&m=app&lang=en&go=on", ""},
		"one that has no value":     {`<label><input type="radio" name="m" value="sms" checked>Text message</label><label><input type="radio" name="m">Authenticator app</label>`, "csrf=1&m=on&lang=en&go=on", ""},
		"an option":                 {`<select name="m" aria-label="Method"><option value="sms" selected>Text message</option><option>Authenticator app</option></select>`, "csrf=1&m=Authenticator+app&lang=en&go=on", ""},
		"one that only scripts can": {`<label><input type="radio" value="sms">Text message</label><label><input type="radio" value="app">Authenticator app</label>`, "", login.NeedsBrowser},
	} {
		t.Run(name, func(t *testing.T) {
			app := serve(t, func(w http.ResponseWriter, _ *http.Request) { html(w, head+c.ways+tail) })
			d := drive(t, httpdriver.Options{}, app)
			p := open(t, d, app.at("/second"))
			step := login.Decide(p, login.Memory{SentUsername: true, SentPassword: true})
			if step.Choice == nil {
				t.Fatalf("nothing was chosen: %+v", step)
			}
			_, err := d.Submit(t.Context(), p, login.Submission{Form: step.Reading.Form, Choice: step.Choice, Button: step.Reading.Button, Bearer: true})
			if c.stop != "" {
				wantStop(t, err, c.stop)
				return
			}
			if err != nil {
				t.Fatal(detail(err))
			}
			if got := app.last(t); got.path != "/way" || got.body != c.want {
				t.Errorf("sent %q to %s, want %q", got.body, got.path, c.want)
			}
		})
	}
}
