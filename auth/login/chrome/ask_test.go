package chrome

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatepass/auth/login"
)

// elsewhere is an application whose script signs in at another origin, and goes on
// with other things meanwhile.
func elsewhere(t *testing.T) (app, api *httptest.Server, ticks *atomic.Int64) {
	ticks = &atomic.Int64{}
	api = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), username) {
			_, _ = io.WriteString(w, "Welcome")
		}
	}))
	app = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/tick":
			ticks.Add(1)
		case "/":
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, strings.Replace(form("/in"), "<form ", `<form onsubmit="go();return false" `, 1)+`<p id="p"></p><script>
const of = n => document.querySelector("[name=" + n + "]").value;
async function go() {
  const t = setInterval(() => fetch("/tick"), 50);
  try { document.body.innerHTML = "<h1>" + await (await fetch("`+other(api)+`/login", {method: "POST", body: JSON.stringify({u: of("u"), p: of("p")}), mode: "cors"})).text() + "</h1>" }
  catch (e) { document.getElementById("p").textContent = "It failed." }
  clearInterval(t);
}</script>`)
		}
	}))
	return app, api, ticks
}

// What is not known to be allowed is asked about while it is held; other requests go
// on, and nothing is made of the time that it takes.
func TestARequestWaitsForAnAnswer(t *testing.T) {
	t.Parallel()
	for _, yes := range []bool{true, false} {
		app, api, ticks := elsewhere(t)
		var asked []string
		guard := login.NewGuard([]login.Grant{{Origin: app.URL}}, func(ctx context.Context, origin string, roles []login.Role) (bool, error) {
			asked = append(asked, origin+" "+login.RoleNames(roles))
			before := ticks.Load()
			for ticks.Load() < before+30 { // for a second and a half, and as long as others go on
				select {
				case <-ctx.Done():
					return false, ctx.Err()
				case <-time.After(10 * time.Millisecond):
				}
			}
			return yes, nil
		})
		d := open(t, Options{Guard: guard})
		p := see(t, d, app.URL)
		p, err := d.Submit(within(t), p, fill(t, p))
		if len(asked) != 1 || asked[0] != other(api)+" the password" {
			t.Errorf("asked %q", asked)
		}
		switch {
		case yes:
			learned := guard.Learned()
			if err != nil || !strings.Contains(p.Text, "Welcome") {
				t.Errorf("allowed: %v %q", err, p.Text)
			}
			if len(learned) != 1 || learned[0].Origin != other(api) || !slices.Equal(learned[0].For, []login.Role{login.RolePassword}) {
				t.Errorf("learned %+v", learned)
			}
		case code(err) != login.UnexpectedOrigin || !strings.Contains(explain(err), other(api)):
			t.Errorf("not allowed: %v", err)
		}
	}
}

// Where a redirect after the password leads to another origin, the page there loads;
// before it may talk to its own server somebody is asked, and again before the code is
// typed. What nobody says yes to is not sent.
func TestALoginGoesOnElsewhereIfItMay(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{"yes": "Welcome", "no": "Checking", "nobody": "Checking"} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			var sent atomic.Int64
			factor := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					sent.Add(1)
				}
				if body, _ := io.ReadAll(r.Body); strings.Contains(string(body), passcode) {
					_, _ = io.WriteString(w, "Welcome")
					return
				}
				w.Header().Set("Content-Type", "text/html")
				_, _ = io.WriteString(w, `<h1>Checking</h1><div id="d"></div><script>
const box = '<form method="post"><label>Enter the code from your app <input name="otp" autocomplete="one-time-code"></label><button>Verify</button></form>';
fetch("/talk", {method: "POST", body: "{}"}).then(r => { if (r.ok) d.innerHTML = box });
</script>`)
			}))
			app := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					http.Redirect(w, r, other(factor)+"/prompt", http.StatusSeeOther)
					return
				}
				site{"/": form("/in")}.ServeHTTP(w, r)
			}))
			var asked []string
			ask := func(_ context.Context, origin string, roles []login.Role) (bool, error) {
				asked = append(asked, origin+" "+login.RoleNames(roles))
				return answer == "yes", nil
			}
			if answer == "nobody" {
				ask = nil
			}
			d := open(t, Options{Guard: login.NewGuard([]login.Grant{{Origin: app.URL}}, ask)})
			p := see(t, d, app.URL)
			p, err := d.Submit(within(t), p, fill(t, p))
			if err == nil && answer == "yes" {
				p, err = d.Submit(within(t), p, fill(t, p))
			}
			if err != nil || !strings.Contains(p.Text, want) {
				t.Fatalf("%v %q", err, p.Text)
			}
			var questions []string
			if answer != "nobody" {
				questions = append(questions, other(factor)+" ")
			}
			if answer == "yes" {
				questions = append(questions, other(factor)+" the one-time code")
			}
			if !slices.Equal(asked, questions) || (sent.Load() > 0) != (answer == "yes") {
				t.Errorf("asked %q, want %q; sent %d times", asked, questions, sent.Load())
			}
		})
	}
}

// A run that ends takes back its question.
func TestAQuestionEndsWithTheBrowser(t *testing.T) {
	t.Parallel()
	app, _, _ := elsewhere(t)
	asking, ended := make(chan struct{}), make(chan struct{})
	guard := login.NewGuard([]login.Grant{{Origin: app.URL}}, func(ctx context.Context, _ string, _ []login.Role) (bool, error) {
		close(asking)
		<-ctx.Done()
		close(ended)
		return false, ctx.Err()
	})
	d := open(t, Options{Guard: guard})
	p := see(t, d, app.URL)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asking; cancel() }()
	if _, err := d.Submit(ctx, p, fill(t, p)); err == nil {
		t.Error("the login went on without an answer")
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("the question is still open")
	}
}

// An origin that may have one secret does not get the other.
func TestEachSecretHasItsOwnList(t *testing.T) {
	t.Parallel()
	for _, role := range []login.Role{login.RolePassword, login.RoleCode} {
		app, api, _ := elsewhere(t)
		d := open(t, Options{Guard: login.NewGuard([]login.Grant{{Origin: app.URL}, {Origin: other(api), For: []login.Role{role}}}, nil)})
		p := see(t, d, app.URL)
		p, err := d.Submit(within(t), p, fill(t, p))
		switch role {
		case login.RolePassword:
			if err != nil || !strings.Contains(p.Text, "Welcome") {
				t.Errorf("the password where it may go: %v %q", err, p.Text)
			}
		default:
			if code(err) != login.UnexpectedOrigin || !strings.Contains(explain(err), "not allowed to receive the password") {
				t.Errorf("the password where only the code may go: %v", err)
			}
		}
	}
}
