package auth_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/lab"
	"gatepass/auth/login"
	"gatepass/store"
)

// Servlet containers put the session's id into the addresses of the first page after a
// login.
func TestASessionIDInAnAddressIsNotKept(t *testing.T) {
	const sid = "9F2C4E0A6B7D81335C1E77AA02BD94F1"
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, _ := r.Cookie("JSESSIONID")
		in := c != nil && c.Value == sid
		switch path, _, _ := strings.Cut(r.URL.Path, ";"); {
		case r.Method == http.MethodPost:
			http.SetCookie(w, &http.Cookie{Name: "JSESSIONID", Value: sid, Path: "/", HttpOnly: true})
			http.Redirect(w, r, "/home;jsessionid="+sid, http.StatusSeeOther)
		case path == "/home" && in:
			_, _ = fmt.Fprintf(w, `<title>Home</title><p>Orders of scan-bot</p><a href="/logout;jsessionid=%s">Log out</a>`, sid)
		case path == "/home":
			http.Redirect(w, r, "/login", http.StatusSeeOther)
		default:
			_, _ = io.WriteString(w, `<title>Sign in</title><h1>Sign in</h1><form method="post" action="/login"><label>Username <input name="username"></label><label>Password <input type="password" name="password"></label><button>Sign in</button></form>`)
		}
	}))
	defer s.Close()
	g := newGate(t, time.Now)
	add(t, g, auth.Enrolment{
		Target:   store.Target{Name: "app", URL: s.URL + "/login", Username: "scan-bot", Route: store.RouteExemption, Proof: store.Proof{Text: "Orders of scan-bot"}},
		Password: store.NewSecret("a-password-of-tests"),
	})
	r, err := g.Verify(t.Context(), "app", auth.VerifyOptions{Driver: "http"}, nil)
	if err != nil || !r.OK() {
		t.Fatalf("%s %v %v", r.Verdict, r.Diagnosis, err)
	}
	if len(r.Logout) != 1 || r.Logout[0] != s.URL+"/logout" {
		t.Errorf("the way out is %q", r.Logout)
	}
	ledger, err := os.ReadFile(g.Home.LedgerFile())
	if err != nil || bytes.Contains(ledger, []byte(sid)) {
		t.Errorf("the session's id is in the ledger (%v)", err)
	}
	for _, scanner := range []string{"gitlab", "zap"} {
		out, err := g.Handoff(t.Context(), "app", scanner, auth.HandoffOptions{Variant: "session"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range out.Files {
			if !f.Secret && strings.Contains(f.Content.Reveal(), sid) || strings.Contains(f.Mask(), sid) {
				t.Errorf("%s: the session's id is in %s", scanner, f.Name)
			}
		}
	}
}

// A session is looked at the way that it was made.
func TestASessionIsLookedAtThroughTheProxy(t *testing.T) {
	g, _ := labGate(t, lab.Options{})
	var asked atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		r.RequestURI = ""
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer func() { _ = res.Body.Close() }()
		for name, values := range res.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(res.StatusCode)
		_, _ = io.Copy(w, res.Body)
	}))
	defer proxy.Close()
	o := auth.VerifyOptions{Driver: "http", Proxy: proxy.URL}
	r, err := g.Login(t.Context(), "shop", o, nil)
	if err != nil || r.Session == nil {
		t.Fatalf("%v %v", r.Diagnosis, err)
	}
	before := asked.Load()
	seen, err := g.Check(t.Context(), "shop", *r.Session, o)
	if err != nil || seen.SignedIn != login.Yes {
		t.Fatalf("%+v %v", seen, err)
	}
	if asked.Load()-before < 2 {
		t.Errorf("%d requests of the look went through the proxy", asked.Load()-before)
	}
}

// Many at once must not try one wrong password many times.
func TestAWrongPasswordIsTriedByOneOfMany(t *testing.T) {
	g, _ := labGate(t, lab.Options{Attempts: 50})
	if err := g.Secrets.Set(t.Context(), store.Ref{Owner: "shop", Kind: store.KindPassword}, store.NewSecret("not the password")); err != nil {
		t.Fatal(err)
	}
	sum, err := g.Rehearse(t.Context(), "shop", auth.RehearsalOptions{Times: 16, Parallel: 16}, nil)
	if err != nil || sum.Made() != 1 || sum.Stopped == "" {
		t.Errorf("%d logins were made (%q): %v", sum.Made(), sum.Stopped, err)
	}
}

// What a broker gives is the target's as it is now.
func TestABrokerFollowsItsTarget(t *testing.T) {
	g, _ := labGate(t, lab.Options{Period: map[string]time.Duration{"": time.Second}})
	codes, _, err := g.Passcodes(t.Context(), "shop", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := codes.Draw(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := key(t, "otpauth://totp/Shop:scan-bot?secret="+testSeed+"&period=1")
	add(t, g, auth.Enrolment{Target: mustTarget(t, g, "shop"), OTP: other, Replace: true})
	code, err := codes.Draw(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	right, err := other.At(other.Step(code.From))
	if err != nil || code.Value.Reveal() != right.Reveal() {
		t.Errorf("the code is of the seed that was replaced (%v)", err)
	}
	if err := g.Remove(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	if _, err := codes.Draw(t.Context()); err == nil {
		t.Error("a code of a target that was removed was given")
	}
}

// Two brokers of a target have a token each, and a file that is somebody's is left alone.
func TestTokensDoNotTakeEachOthersFiles(t *testing.T) {
	g, _ := labGate(t, lab.Options{})
	mine := t.TempDir() + "/mine"
	if err := os.WriteFile(mine, []byte("not a token"), 0o644); err != nil {
		t.Fatal(err)
	}
	err := g.Serve(t.Context(), "shop", auth.ServeOptions{TokenFile: mine, Ready: func(auth.Serving) error { return nil }})
	if !errors.Is(err, auth.ErrUsage) {
		t.Errorf("a file that was there: %v", err)
	}
	if text, err := os.ReadFile(mine); err != nil || string(text) != "not a token" {
		t.Errorf("it holds %q now, %v", text, err)
	}
}

func mustTarget(t *testing.T, g *auth.Gate, name string) store.Target {
	t.Helper()
	target, err := g.Targets.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// A server whose clock is years ahead does not take a seed's codes away for years.
func TestAClockThatIsYearsAheadSpendsNothing(t *testing.T) {
	c := &clock{at: noon}
	g := newGate(t, c.now)
	k := key(t, testSeed)
	add(t, g, auth.Enrolment{Target: target("shop"), OTP: k})
	if _, err := g.Draw(t.Context(), *k, auth.CodeOptions{By: "test", Ahead: 3 * 365 * 24 * time.Hour}); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("it answered %v", err)
	}
	if _, err := g.Draw(t.Context(), *k, auth.CodeOptions{By: "test", NoWait: true}); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
