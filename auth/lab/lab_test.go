package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestTheDescriptionHasTheKeysThatArePromised(t *testing.T) {
	l, _ := start(t, Options{})
	raw, err := json.Marshal(l.Describe())
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	expectKeys(t, got, "apps", "control", "outside", "duo")
	expectKeys(t, got["duo"].(map[string]any), "api_host", "auth_ikey", "auth_skey", "admin_ikey", "admin_skey", "ca_pem",
		"integration", "integration_name", "username", "user_id", "faults")
	more := map[string][]string{"mail": {"origins"}, "wiki": {"origins"}, "bank": {"origins", "bypass_codes"}}
	for _, a := range got["apps"].([]any) {
		app := a.(map[string]any)
		expectKeys(t, app, append(more[app["name"].(string)],
			"name", "url", "username", "password", "otpauth", "proof_url", "proof_text", "switches")...)
	}
}

func expectKeys(t *testing.T, got map[string]any, want ...string) {
	t.Helper()
	var keys []string
	for key := range got {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	slices.Sort(want)
	if !slices.Equal(keys, want) {
		t.Errorf("the keys are %v, want %v", keys, want)
	}
}

func TestTheApplicationsAreAsDescribed(t *testing.T) {
	l, _ := start(t, Options{})
	d := l.Describe()
	origins := map[string]bool{d.Control: true, d.Outside: true}
	for _, a := range d.Apps {
		origin := strings.TrimSuffix(a.URL, "/login")
		if origins[origin] {
			t.Errorf("%s shares an origin", a.Name)
		}
		origins[origin] = true
		if a.ProofURL != origin+"/account" || a.Username != "scan-bot" || a.ProofText == "" {
			t.Errorf("%s is described as %+v", a.Name, a)
		}
	}
	for name, want := range map[string]string{
		"shop":     "otpauth://totp/Shop:scan-bot?secret=SECRET&issuer=Shop&algorithm=SHA1&digits=6&period=30",
		"intranet": "otpauth://totp/Intranet:scan-bot?secret=SECRET&issuer=Intranet&algorithm=SHA256&digits=8&period=30",
		"desk":     "otpauth://totp/Desk:scan-bot?secret=SECRET&issuer=Desk&algorithm=SHA1&digits=6&period=30",
		"bank":     "otpauth://totp/Bank:scan-bot?secret=SECRET&issuer=Bank&algorithm=SHA1&digits=6&period=30",
		"payroll":  "otpauth://totp/Payroll:scan-bot?secret=SECRET&issuer=Payroll&algorithm=SHA1&digits=6&period=30",
		"portal":   "",
	} {
		a := describe(t, l, name)
		got := a.OTPAuth
		if want != "" {
			f := authenticator(t, a)
			if len(f.seed) != f.hash.seedLen {
				t.Errorf("%s has a seed of %d bytes", name, len(f.seed))
			}
			_, rest, _ := strings.Cut(got, "secret=")
			secret, _, _ := strings.Cut(rest, "&")
			got = strings.Replace(got, secret, "SECRET", 1)
		}
		if got != want {
			t.Errorf("%s has the key %s, want %s", name, got, want)
		}
	}
}

func TestSecretsAreFreshUnlessTheyAreFixed(t *testing.T) {
	secrets := func(options Options) []string {
		l, _ := start(t, options)
		var all []string
		for _, a := range l.Describe().Apps {
			all = append(all, a.Password, a.OTPAuth)
		}
		return all
	}
	fixed := func() Options { return Options{Rand: bytes.NewReader(bytes.Repeat([]byte("practice"), 100))} }
	if a, b := secrets(fixed()), secrets(fixed()); !slices.Equal(a, b) {
		t.Errorf("with the same bytes: %v and %v", a, b)
	}
	first, second := secrets(Options{}), secrets(Options{})
	for i := range first {
		if first[i] != "" && first[i] == second[i] {
			t.Errorf("the secret %d is the same at two starts", i)
		}
	}
	if _, err := Start(t.Context(), Options{Rand: strings.NewReader("too little")}); err == nil {
		t.Error("secrets were drawn from nothing")
	}
}

func TestPeriodsCanBeShort(t *testing.T) {
	l, c := start(t, Options{Period: map[string]time.Duration{"": 2 * time.Second, "intranet": 5 * time.Second}})
	for name, want := range map[string]time.Duration{"shop": 2 * time.Second, "intranet": 5 * time.Second} {
		a := describe(t, l, name)
		if got := authenticator(t, a).period; got != want {
			t.Errorf("%s has a period of %s, want %s", name, got, want)
		}
		newBrowser(t).signIn(a, c.now()).expectInside(a)
		c.move(want)
		newBrowser(t).signIn(a, c.now()).expectInside(a)
	}
}

func TestOptionsThatCannotBeAreRefused(t *testing.T) {
	for what, try := range map[string]struct {
		options Options
		want    error
	}{
		"every interface":     {Options{Addr: "0.0.0.0:0"}, ErrNotLoopback},
		"another machine":     {Options{Addr: "192.0.2.1:0"}, ErrNotLoopback},
		"all IPv6":            {Options{Addr: "[::]:0"}, ErrNotLoopback},
		"half a second":       {Options{Period: map[string]time.Duration{"shop": time.Second / 2}}, ErrPeriod},
		"a broken second":     {Options{Period: map[string]time.Duration{"": 1500 * time.Millisecond}}, ErrPeriod},
		"negative":            {Options{Period: map[string]time.Duration{"": -time.Second}}, ErrPeriod},
		"period of nothing":   {Options{Period: map[string]time.Duration{"shpo": time.Second}}, ErrNoApp},
		"switch of nothing":   {Options{Switches: map[string][]string{"shpo": {SwitchSlow}}}, ErrNoApp},
		"switch that is none": {Options{Switches: map[string][]string{"shop": {"fast"}}}, ErrNoSwitch},
	} {
		l, err := Start(t.Context(), try.options)
		if !errors.Is(err, try.want) || l != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, addr := range []string{"nonsense", "127.0.0.1", ":8100", "evil.example:80", "xlocalhost:80"} {
		if _, err := Start(t.Context(), Options{Addr: addr}); err == nil {
			t.Errorf("the address %q was taken", addr)
		}
	}
}

func TestPortsFollowOneAnother(t *testing.T) {
	l, first := startInARow(t)
	d := l.Describe()
	got := []string{d.Control, d.Outside}
	for _, a := range d.Apps {
		got = append(got, strings.TrimSuffix(a.URL, loginPath))
		for _, o := range a.Origins {
			got = append(got, o.Origin)
		}
	}
	got = append(got, "http://"+d.Duo.APIHost) // It speaks TLS, and its port is the last.
	for i, origin := range got {
		origin = strings.Replace(origin, "localhost", "127.0.0.1", 1)
		want := "http://" + netip.AddrPortFrom(first.Addr(), first.Port()+uint16(i)).String()
		if origin != want {
			t.Errorf("origin %d is %s, want %s", i, origin, want)
		}
	}
	if _, err := Start(t.Context(), Options{Addr: first.String()}); err == nil {
		t.Error("two labs listen on one port")
	}
}

// startInARow starts a lab from a port that was free a moment ago. Somebody else
// may take one of the ports in that moment; then another row is tried.
func startInARow(t *testing.T) (*Lab, netip.AddrPort) {
	t.Helper()
	var failure error
	for range 50 {
		probe, err := listen(t.Context(), netip.MustParseAddrPort("127.0.0.1:0"), 1)
		if err != nil {
			t.Fatal(err)
		}
		first := netip.MustParseAddrPort(probe[0].host())
		_ = probe[0].listener.Close()
		var l *Lab
		if l, failure = Start(t.Context(), Options{Addr: first.String()}); failure == nil {
			t.Cleanup(func() { _ = l.Close() })
			return l, first
		}
	}
	t.Fatalf("no free ports in a row: %v", failure)
	return nil, netip.AddrPort{}
}

func TestLocalhostIsAnAddress(t *testing.T) {
	l, _ := start(t, Options{Addr: "localhost:0"})
	if got := l.Describe().Control; !strings.HasPrefix(got, "http://127.0.0.1:") {
		t.Errorf("localhost became %s", got)
	}
}

func TestTheLabEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	l, err := Start(ctx, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := l.Wait(); err != nil {
		t.Errorf("the lab ended with %v", err)
	}
	expectClosed(t, l)
	if err := l.Close(); err != nil {
		t.Errorf("closing what has ended: %v", err)
	}
}

func TestClosingIsQuickWhileAnAnswerIsSlow(t *testing.T) {
	arrived := make(chan struct{})
	arrive := sync.OnceFunc(func() { close(arrived) })
	l, err := Start(t.Context(), Options{
		// The first thing that an application does with a request is to date it.
		Now:      func() time.Time { arrive(); return time.Now() },
		Delay:    time.Hour,
		Switches: map[string][]string{"shop": {SwitchSlow}},
	})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, describe(t, l, "shop").URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t)
	asked := make(chan error, 1)
	go func() { asked <- b.send(req) }()
	<-arrived
	began := time.Now()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("closing took %s", took)
	}
	if err := <-asked; err == nil {
		t.Errorf("a page that was not ready was answered with %d and %q", b.status, b.text)
	}
	expectClosed(t, l)
}

func expectClosed(t *testing.T, l *Lab) {
	t.Helper()
	for _, o := range l.origins {
		if c, err := net.DialTimeout("tcp", o.host(), time.Second); err == nil {
			_ = c.Close()
			t.Errorf("%s still listens", o.url())
		}
	}
}

func TestALabThatBreaksSaysWhy(t *testing.T) {
	l, err := Start(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	_ = l.origins[3].listener.Close()
	if err := l.Wait(); !errors.Is(err, net.ErrClosed) || !strings.Contains(err.Error(), l.origins[3].host()) {
		t.Errorf("the lab ended with %v", err)
	}
	expectClosed(t, l)
}

func TestNothingButTheStandardLibraryIsImported(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range parsed.Imports {
			path := strings.Trim(i.Path.Value, `"`)
			first, _, _ := strings.Cut(path, "/")
			if strings.Contains(first, ".") || first == "gatepass" {
				t.Errorf("%s imports %s", file, path)
			}
		}
	}
}
