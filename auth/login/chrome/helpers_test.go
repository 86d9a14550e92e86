package chrome

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

// open makes a driver that is closed with the test.
func open(t testing.TB, o Options) *Driver {
	t.Helper()
	return openWith(t, o, os.Environ())
}

func openWith(t testing.TB, o Options, environ []string) *Driver {
	t.Helper()
	if testing.Short() && o.Path == "chromium" {
		t.Skip("-short: a whole browser takes its time")
	}
	o.Path = program(t, o.Path)
	if o.Now == nil {
		o.Now = time.Now
	}
	o.TempDir, o.Environ = profiles, environ
	d, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// bothKinds are a browser in which frames of other sites share a process with their
// page, and a whole one, in which they do not.
var bothKinds = []Options{{}, {Path: "chromium"}}

// allowing makes a guard that gives everything to these origins.
func allowing(origins ...string) *login.Guard {
	var grants []login.Grant
	for _, o := range origins {
		grants = append(grants, login.Grant{Origin: o})
	}
	return login.NewGuard(grants, nil)
}

// serve runs a site for one test.
func serve(t testing.TB, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// site is a handler of pages by path.
type site map[string]string

func (s site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	page, ok := s[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(page))
}

// within gives a context that ends before the test does.
func within(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func address(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// see opens an address and answers what is seen there.
func see(t testing.TB, d *Driver, where string) login.Page {
	t.Helper()
	p, err := d.Open(within(t), address(t, where))
	if err != nil {
		t.Fatalf("open %s: %v", where, explain(err))
	}
	return p
}

// explain adds what a stop was about.
func explain(err error) string {
	if s := stopOf(err); s != nil {
		return string(s.Diagnosis.Code) + ": " + s.Diagnosis.Detail
	}
	return err.Error()
}

const (
	username = "scan-bot"
	password = `S3cr€t "q" & <x>`
	passcode = "271828"
)

// fill answers the page with what its reading asks for.
func fill(t testing.TB, p login.Page) login.Submission {
	t.Helper()
	r := login.Read(p)
	s := login.Submission{Form: r.Form, Button: r.Button}
	if r.Username >= 0 {
		s.Inputs = append(s.Inputs, login.Input{Field: r.Username, Role: login.RoleUsername, Value: store.NewSecret(username)})
	}
	if r.Password >= 0 {
		s.Inputs = append(s.Inputs, login.Input{Field: r.Password, Role: login.RolePassword, Value: store.NewSecret(password)})
	}
	for i, f := range r.Code {
		value := passcode
		if len(r.Code) > 1 {
			value = passcode[i : i+1]
		}
		s.Inputs = append(s.Inputs, login.Input{Field: f, Role: login.RoleCode, Value: store.NewSecret(value)})
	}
	if len(s.Inputs) == 0 {
		t.Fatalf("nothing to fill in on %q (%s)", p.Title, r.Kind)
	}
	return s
}

// answer fills the page in and gives the next one.
func answer(t testing.TB, d *Driver, p login.Page) login.Page {
	t.Helper()
	next, err := d.Submit(within(t), p, fill(t, p))
	if err != nil {
		t.Fatalf("submit at %s: %s", p.URL, explain(err))
	}
	return next
}

// codes draws passcodes for an engine run, each step once.
type codes struct {
	key  otp.Key
	now  func() time.Time
	last int64
}

func (c *codes) Draw(_ context.Context, _ func(time.Time)) (login.Passcode, error) {
	step := c.key.Step(c.now())
	if step <= c.last {
		step = c.last + 1
	}
	c.last = step
	code, err := c.key.At(step)
	if err != nil {
		return login.Passcode{}, err
	}
	return login.Passcode{Value: store.NewSecret(code.Reveal()), Factor: "totp", Period: c.key.Period()}, nil
}

// catcher is a second server that keeps everything it is sent.
type catcher struct {
	mu  sync.Mutex
	got []string
}

func (c *catcher) add(s string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.got = append(c.got, s)
}

func (c *catcher) all() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.got, "\n")
}
