package chrome

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
)

// code is the diagnosis that an error stands for.
func code(err error) login.Code {
	if s := stopOf(err); s != nil {
		return s.Diagnosis.Code
	}
	return ""
}

// What gets in the way of a page is named, and nothing hangs.
func TestWhatGetsInTheWay(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	nobody := closed.URL
	closed.Close()
	secure := httptest.NewTLSServer(site{"/": form("/in")})
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer secure.Close()
	loop := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/again?"+r.URL.RawQuery+"x", http.StatusFound)
	}))
	basic := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Www-Authenticate", `Basic realm="x"`)
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, "<title>Who</title>")
	}))
	empty := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	d := open(t, Options{})
	for where, want := range map[string]login.Code{
		nobody:                    login.Connect,
		"http://nowhere.invalid/": login.DNS,
		secure.URL:                login.TLS,
		loop.URL:                  login.RedirectLoop,
		"http://127.0.0.1:1/":     login.Connect,
	} {
		if _, err := d.Open(within(t), address(t, where)); code(err) != want {
			t.Errorf("%s: %v, want %s", where, err, want)
		}
	}
	if p := see(t, d, basic.URL); p.Status != http.StatusUnauthorized || len(p.Auth) != 1 || p.Auth[0] != "basic" {
		t.Errorf("HTTP authentication: %d %q", p.Status, p.Auth)
	}
	if p := see(t, d, empty.URL); p.Status != http.StatusServiceUnavailable {
		t.Errorf("an error without a page: %d", p.Status)
	}
}

// A page that asks for a passkey is answered at once and told of.
func TestAPasskeyIsAskedFor(t *testing.T) {
	t.Parallel()
	s := serve(t, site{
		"/only": `<!doctype html><title>Sign in</title><h1>Hello</h1><p id="s">…</p><script>navigator.credentials.get({publicKey:{challenge:new Uint8Array(16)}}).catch(e=>{document.getElementById("s").textContent=e.name})</script>`,
		"/both": form("/in") + `<script>navigator.credentials.get({mediation:"conditional",publicKey:{challenge:new Uint8Array(16)}})</script>`,
	})
	d := open(t, Options{Guard: allowing(s.URL)})
	if _, err := d.Open(within(t), address(t, s.URL+"/only")); code(err) != login.PasskeyOnly {
		t.Errorf("a page that takes only a passkey: %v", err)
	}
	if d.PasskeyAsked() != 1 {
		t.Errorf("asked %d times", d.PasskeyAsked())
	}
	if p := see(t, d, s.URL+"/both"); login.Read(p).Kind != login.KindBoth || d.PasskeyAsked() != 0 {
		t.Errorf("a passkey in a field's list: %s, asked %d times", login.Read(p).Kind, d.PasskeyAsked())
	}
}

// A prompt that begins with a ceremony, as Duo's does, is seen and does not hang: the
// ceremony is over before anything is pressed, so other options can be taken.
func TestAPromptThatBeginsWithACeremony(t *testing.T) {
	t.Parallel()
	s := serve(t, site{
		"/": `<!doctype html><title>Two-Factor Authentication</title><h1 id="webauthn-request-header">Waiting for your security key</h1><p id="p">Waiting…</p><button type="button" class="other-options-link">Other options</button><script>
let flying = true;
const stop = new AbortController(), made = navigator.credentials.create({publicKey: {challenge: new Uint8Array(16), rp: {name: "x"}, user: {id: new Uint8Array(1), name: "x", displayName: "x"}, pubKeyCredParams: []}}).catch(e => e.name);
navigator.credentials.get({publicKey: {challenge: new Uint8Array(16)}, signal: stop.signal}).then(() => "?", e => e.name).then(async n => { flying = false; document.getElementById("p").textContent = "Ceremonies: " + n + ", " + await made });
document.querySelector("button").onclick = () => location = flying ? "/error" : "/code";
</script>`,
		"/code":  `<!doctype html><title>Two-Factor Authentication</title><h1>Enter your passcode</h1><form method="post"><label>Passcode <input id="passcode-input" name="passcode-input" autocomplete="one-time-code"></label><button data-testid="verify-button">Verify</button></form>`,
		"/error": `<!doctype html><title>Error</title><h1>Something went wrong</h1>`,
	})
	for _, o := range bothKinds {
		path := o.Path
		o.Guard = allowing(s.URL)
		d := open(t, o)
		p := see(t, d, s.URL)
		if !strings.Contains(p.Text, "Ceremonies: NotAllowedError, NotAllowedError") || d.PasskeyAsked() != 1 {
			t.Errorf("%s: %q, asked %d times", path, p.Text, d.PasskeyAsked())
		}
		next, err := d.Submit(within(t), p, login.Submission{Form: login.NoForm, Button: 0})
		if err != nil || login.Read(next).Kind != login.KindCode {
			t.Errorf("%s: after other options: %v %q", path, err, next.Text)
		}
	}
}

// A dialog is dismissed and what it says is read; a login in a new window is
// followed there and back.
func TestDialogsAndWindows(t *testing.T) {
	t.Parallel()
	s := serve(t, accept(site{
		"/alert": strings.Replace(form("/in"), "<form ", `<form onsubmit="alert('Maintenance tonight');return false" `, 1),
		"/opens": `<!doctype html><title>Sign in</title><h1>Sign in</h1><form onsubmit="window.open('/login','x','width=500,height=400');return false"><label>Username <input name="username" autocomplete="username"></label><button>Continue</button></form>`,
		"/login": strings.Replace(form("/in"), "<form ", `<form target="_self" `, 1),
	}))
	d := open(t, Options{Guard: allowing(s.URL)})
	p := answer(t, d, see(t, d, s.URL+"/alert"))
	if len(p.Messages) == 0 || p.Messages[0] != "Maintenance tonight" {
		t.Errorf("what the dialog said: %q", p.Messages)
	}
	p = answer(t, d, see(t, d, s.URL+"/opens"))
	if login.Read(p).Kind != login.KindBoth || p.URL.Path != "/login" {
		t.Fatalf("the new window was not followed: %s %q", p.URL, p.Text)
	}
	if p = answer(t, d, p); !strings.Contains(p.Text, "Welcome") {
		t.Errorf("after the login: %q", p.Text)
	}
}

// A page that never answers is given up when the time is up, at once.
func TestAPageThatHangs(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-stop:
		case <-r.Context().Done():
		}
	}))
	defer close(stop)
	d := open(t, Options{})
	see(t, d, "about:blank")
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	begun := time.Now()
	_, err := d.Open(ctx, address(t, s.URL))
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) > 2*time.Second {
		t.Errorf("after %s: %v", time.Since(begun), err)
	}
}

// A picture that never comes does not keep a page from being read.
func TestAPictureThatHangs(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	page := form("/in") + `<img src="/never">`
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/never" {
			select {
			case <-stop:
			case <-r.Context().Done():
			}
			return
		}
		_, _ = io.WriteString(w, page)
	}))
	defer close(stop)
	d := open(t, Options{})
	if p := see(t, d, s.URL); login.Read(p).Kind != login.KindBoth {
		t.Errorf("read as %s", login.Read(p).Kind)
	}
}

// A browser that dies is an error and no hang.
func TestABrowserThatDies(t *testing.T) {
	t.Parallel()
	s := serve(t, site{"/": form("/in")})
	d := open(t, Options{Guard: allowing(s.URL)})
	p := see(t, d, s.URL)
	killAll(d.proc.cmd)
	if _, err := d.Submit(within(t), p, fill(t, p)); !errors.Is(err, errGone) {
		t.Errorf("after the browser's end: %v", err)
	}
}

// A proxy that is not there is called by its name.
func TestAProxyThatIsNotThere(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	where := "http://" + l.Addr().String()
	_ = l.Close()
	d := open(t, Options{Proxy: address(t, where)})
	if _, err := d.Open(within(t), address(t, "http://example.invalid/")); code(err) != login.Proxy {
		t.Errorf("no proxy: %v", err)
	}
}
