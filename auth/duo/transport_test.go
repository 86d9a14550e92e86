package duo

import (
	"context"
	"crypto/hmac"
	"crypto/sha512"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatepass/store"
)

const (
	ikey = "DIWJ8X6AEYOR5OMC6TQ1"
	skey = "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep"
	user = "DU3KC77WJ06Y5HIV7XKQ"
)

// tenant serves a handler over TLS with an authority of its own.
func tenant(t *testing.T, handler http.HandlerFunc) Config {
	t.Helper()
	s := httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = nil
	s.StartTLS()
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return Config{Host: strings.TrimPrefix(s.URL, "https://"), IKey: ikey, SKey: store.NewSecret(skey), Roots: roots}
}

// newAdmin does not wait for rate limits; what it would have waited is noted.
func newAdmin(t *testing.T, c Config) (*Admin, *[]time.Duration) {
	t.Helper()
	a, err := NewAdmin(c)
	if err != nil {
		t.Fatal(err)
	}
	var waits []time.Duration
	a.pause = func(ctx context.Context, d time.Duration) error {
		waits = append(waits, d)
		return ctx.Err()
	}
	t.Cleanup(a.Close)
	return a, &waits
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// signed checks the older signature, whose parameters are the form's, as Duo's
// documentation describes it.
func signed(r *http.Request, body string) bool {
	params := r.URL.RawQuery
	if body != "" {
		params = body
	}
	text := strings.Join([]string{r.Header.Get("Date"), r.Method, r.Host, r.URL.Path, strings.ReplaceAll(params, "+", "%20")}, "\n")
	mac := hmac.New(sha512.New, []byte(skey))
	mac.Write([]byte(text))
	_, signature, _ := r.BasicAuth()
	return signature == hex.EncodeToString(mac.Sum(nil))
}

func TestRateLimitedOrderIsMadeAnewWithItsBody(t *testing.T) {
	var calls atomic.Int32
	a, waits := newAdmin(t, tenant(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.ContentLength != int64(len(body)) || len(body) == 0 {
			t.Errorf("a body of %d bytes was said to have %d", len(body), r.ContentLength)
		}
		if !signed(r, string(body)) {
			t.Errorf("call %d: the signature is not that of the body", calls.Load()+1)
		}
		if calls.Add(1) <= 2 {
			say(w, 429, `{"stat":"FAIL","code":42901,"message":"Too Many Requests"}`)
			return
		}
		say(w, 200, `{"stat":"OK","response":["016931781"]}`)
	}))
	codes, err := a.CreateBypassCodes(t.Context(), user, BypassOrder{Count: 1, Valid: time.Hour, Uses: 1})
	if err != nil || len(codes) != 1 || codes[0].Reveal() != "016931781" {
		t.Fatalf("%d codes, %v", len(codes), err)
	}
	if len(*waits) != 2 || (*waits)[0] < time.Second || (*waits)[1] < 2*time.Second {
		t.Errorf("waited %v", *waits)
	}
}

func TestRateLimitForEverIsAnErrorThatSaysSo(t *testing.T) {
	var told []string
	c := tenant(t, func(w http.ResponseWriter, _ *http.Request) {
		say(w, 429, `{"stat":"FAIL","code":42901,"message":"Too Many Requests"}`)
	})
	c.Waiting = func(until time.Time, why string) { told = append(told, why) }
	a, waits := newAdmin(t, c)
	_, err := a.User(t.Context(), "bot")
	if !errors.Is(err, ErrRateLimited) || len(store.Hints(err)) == 0 {
		t.Fatalf("got %v", err)
	}
	if len(*waits) != maxWaits || len(told) != maxWaits {
		t.Errorf("waited %d times and told it %d times", len(*waits), len(told))
	}
}

func TestServerMayNameTheWait(t *testing.T) {
	var calls atomic.Int32
	a, waits := newAdmin(t, tenant(t, func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) == 1 {
			w.Header().Set("Retry-After", "7")
			say(w, 429, `{}`)
			return
		}
		say(w, 200, `{"stat":"OK","response":[]}`)
	}))
	if _, err := a.BypassCodes(t.Context(), user); err != nil {
		t.Fatal(err)
	}
	if len(*waits) != 1 || (*waits)[0] != 7*time.Second {
		t.Errorf("waited %v", *waits)
	}
}

func TestBadSignatureAfterARateLimitIsNotCalledAWrongKey(t *testing.T) {
	var calls atomic.Int32
	bad := `{"stat":"FAIL","code":40103,"message":"Invalid signature in request credentials"}`
	a, _ := newAdmin(t, tenant(t, func(w http.ResponseWriter, _ *http.Request) {
		switch calls.Add(1) {
		case 2:
			say(w, 429, `{}`)
		default:
			say(w, 401, bad)
		}
	}))
	_, err := a.User(t.Context(), "bot")
	if !errors.Is(err, ErrSignature) || !strings.Contains(err.Error(), "secret key of the Admin API") {
		t.Errorf("a wrong key: %v", err)
	}
	_, err = a.User(t.Context(), "bot")
	if !errors.Is(err, ErrSignature) || strings.Contains(err.Error(), "secret key") {
		t.Errorf("after a rate limit: %v", err)
	}
	if hints := strings.Join(store.Hints(err), " "); !strings.Contains(hints, "not mean a wrong key") {
		t.Errorf("after a rate limit, the hint is %q", hints)
	}
}

// The limit is waited for as long as the server says, which may be a minute; and one
// application's limit may be what the other one's refusal comes from.
func TestALimitIsRememberedByTheWholeTenant(t *testing.T) {
	clock := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	c := tenant(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/auth/") {
			say(w, 401, `{"stat":"FAIL","code":40103,"message":"Invalid signature in request credentials"}`)
			return
		}
		w.Header().Set("Retry-After", "60")
		say(w, 429, `{}`)
	})
	c.Now, c.Pace, c.Tenant = func() time.Time { return clock }, &Pace{}, "acme"
	a, err := NewAuth(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	err = a.Check(t.Context())
	if errors.Is(err, ErrRateLimited) || !strings.Contains(strings.Join(store.Hints(err), " "), "gatepass duo add acme --replace --auth-skey-file -") {
		t.Errorf("before any limit: %v %q", err, store.Hints(err))
	}
	m, waits := newAdmin(t, c)
	note := m.pause
	m.pause = func(ctx context.Context, d time.Duration) error {
		clock = clock.Add(d)
		return note(ctx, d)
	}
	if _, err := m.User(t.Context(), "bot"); !errors.Is(err, ErrRateLimited) || len(*waits) != maxWaits || (*waits)[0] != time.Minute {
		t.Errorf("limited for ever: %v after %v", err, *waits)
	}
	if err := a.Check(t.Context()); !errors.Is(err, ErrRateLimited) || !errors.Is(err, ErrSignature) || strings.Contains(err.Error(), "secret key") {
		t.Errorf("the other application's refusal after the limit: %v", err)
	}
	clock = clock.Add(2 * time.Minute)
	if err := a.Check(t.Context()); errors.Is(err, ErrRateLimited) {
		t.Errorf("two minutes later: %v", err)
	}
}

func TestASilentHostIsToldBeforeItIsGivenUp(t *testing.T) {
	told := make(chan time.Time, 10)
	c := Config{Host: silent(t), IKey: ikey, SKey: store.NewSecret(skey), Roots: x509.NewCertPool(), Silent: func(until time.Time) { told <- until }}
	a, err := NewAuth(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	a.patient = time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	began := time.Now()
	go func() { done <- a.Check(ctx) }()
	if until := <-told; until.Before(began.Add(DefaultLimit)) {
		t.Errorf("it is waited for until %s, and began at %s", until, began)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if len(told) > 0 {
		t.Error("the silence of one call is told more than once")
	}
}

// What answers in time is not called silent, and nothing is told once a call is over.
func TestAHostThatAnswersIsNotCalledSilent(t *testing.T) {
	c := tenant(t, func(w http.ResponseWriter, _ *http.Request) { say(w, 200, `{"stat":"OK","response":{"time":1}}`) })
	c.Silent = func(time.Time) { t.Error("a host that answered is called silent") }
	a, err := NewAuth(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	if err := a.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// A peer that takes the connection and never says anything.
func silent(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
		}
	}()
	return l.Addr().String()
}

func everyCall(a *Auth, m *Admin) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"ping":    func(ctx context.Context) error { _, err := a.Ping(ctx); return err },
		"check":   func(ctx context.Context) error { return a.Check(ctx) },
		"preauth": func(ctx context.Context) error { _, err := a.Preauth(ctx, UserRef{Name: "bot"}, ""); return err },
		"auth": func(ctx context.Context) error {
			_, err := a.Passcode(ctx, UserRef{Name: "bot"}, store.NewSecret("016931781"), "")
			return err
		},
		"user":         func(ctx context.Context) error { _, err := m.User(ctx, "bot"); return err },
		"codes":        func(ctx context.Context) error { _, err := m.BypassCodes(ctx, user); return err },
		"policy":       func(ctx context.Context) error { _, err := m.EffectivePolicy(ctx, user, ikey); return err },
		"applications": func(ctx context.Context) error { _, err := m.Applications(ctx); return err },
		"log": func(ctx context.Context) error {
			_, _, err := m.AuthLog(ctx, LogQuery{From: time.Unix(1, 0), To: time.Unix(2, 0)})
			return err
		},
	}
}

func TestEveryCallEndsWithItsContextAndItsTimeLimit(t *testing.T) {
	slow := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.WriteHeader(200)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	limitedForEver := func(w http.ResponseWriter, _ *http.Request) { say(w, 429, `{}`) }
	dead := Config{Host: silent(t), IKey: ikey, SKey: store.NewSecret(skey), Roots: x509.NewCertPool()}
	for peer, c := range map[string]Config{"dead": dead, "slow": tenant(t, slow), "limited": tenant(t, limitedForEver)} {
		waiting := make(chan struct{}, 100)
		c.Waiting = func(time.Time, string) { waiting <- struct{}{} }
		a, err := NewAuth(c)
		if err != nil {
			t.Fatal(err)
		}
		m, err := NewAdmin(c)
		if err != nil {
			t.Fatal(err)
		}
		for name, call := range everyCall(a, m) {
			t.Run(peer+"/"+name, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- call(ctx) }()
				if peer == "limited" {
					<-waiting // it is in the middle of it
				}
				cancel()
				if err := <-done; !errors.Is(err, context.Canceled) {
					t.Errorf("cancelled: %v", err)
				}
				if peer == "limited" {
					return
				}
				for _, application := range []*client{a.client, m.client} {
					application.limit = 30 * time.Millisecond
				}
				err := call(t.Context())
				var e *Error
				if !errors.Is(err, ErrNoAnswer) || !errors.As(err, &e) || len(e.Hints()) == 0 {
					t.Errorf("out of time: %v", err)
				}
			})
		}
		a.Close()
		m.Close()
	}
}

func TestWebPagesAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		kind   error
		says   string
	}{
		"gateway":     {502, "<html><title>502 Bad Gateway</title></html>", ErrServer, "HTTP 502 and a web page"},
		"hotel":       {302, "<a href=x>sign in</a>", ErrNotDuo, "HTTP 302 and a web page"},
		"other JSON":  {200, `{"hello":"world"}`, ErrNotDuo, "no answer that Duo gives"},
		"empty":       {200, "", ErrNotDuo, "nothing"},
		"half":        {200, `{"stat":"OK","resp`, ErrNotDuo, "no answer that Duo gives"},
		"other shape": {200, `{"stat":"OK","response":"text"}`, ErrNotDuo, "does not know"},
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := newAdmin(t, tenant(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "https://elsewhere.example.com/")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}))
			_, err := a.User(t.Context(), "bot")
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
			if len(store.Hints(err)) == 0 {
				t.Error("there is no hint")
			}
		})
	}
}

func TestDuosErrorsBecomeSentences(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		kind   error
		says   string // in the error
		hints  string // in its hints
	}{
		"unknown key":  {401, `{"stat":"FAIL","code":40102,"message":"Invalid integration key in request credentials"}`, ErrIKey, "does not know the integration key", "API hostname"},
		"wrong key":    {401, `{"stat":"FAIL","code":40103,"message":"Invalid signature in request credentials"}`, ErrSignature, "secret key", "--admin-skey-file"},
		"other kind":   {403, `{"stat":"FAIL","code":40301,"message":"Access forbidden","message_detail":"Wrong integration type for this API."}`, ErrWrongKind, "another kind of application", "keys of their own"},
		"permission":   {403, `{"stat":"FAIL","code":40301,"message":"Access forbidden"}`, ErrForbidden, "does not let", NeedsRead},
		"network":      {403, `{"stat":"FAIL","code":40301,"message":"Access forbidden"}`, ErrForbidden, "does not let", "Networks for API access"},
		"bad value":    {400, `{"stat":"FAIL","code":40002,"message":"Invalid request parameters","message_detail":"username"}`, ErrInvalid, "username", ""},
		"not there":    {404, `{"stat":"FAIL","code":40401,"message":"Resource not found"}`, ErrNotThere, "nothing there", ""},
		"own problem":  {500, `{"stat":"FAIL","code":50000,"message":"Oops"}`, ErrServer, "problem of its own", "status.duo.com"},
		"text as code": {401, `{"stat":"FAIL","code":"40102","message":"x"}`, ErrIKey, "does not know", ""},
		"escapes":      {400, `{"stat":"FAIL","code":40002,"message":"\u001b]0;PWNED\u0007\u001b[1;31mred\u009b31m","message_detail":"a\u202eb\r\nc"}`, ErrInvalid, "“red31m: ab c”", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := newAdmin(t, tenant(t, func(w http.ResponseWriter, _ *http.Request) { say(w, c.status, c.body) }))
			_, err := a.User(t.Context(), "bot")
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
			if hints := strings.Join(store.Hints(err), " "); !strings.Contains(hints, c.hints) {
				t.Errorf("the hints are %q", hints)
			}
			if strings.ContainsAny(err.Error(), "\x1b\x07\u009b\u202e\r\n") {
				t.Errorf("a control character came through: %q", err)
			}
		})
	}
}

func TestRefusedTimeNamesTheDifference(t *testing.T) {
	ahead := 7 * time.Minute
	a, _ := newAdmin(t, tenant(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/auth/v2/ping" {
			if r.Header.Get("Authorization") != "" {
				t.Error("the ping was signed")
			}
			say(w, 200, fmt.Sprintf(`{"stat":"OK","response":{"time":%d}}`, time.Now().Add(ahead).Unix()))
			return
		}
		say(w, 401, `{"stat":"FAIL","code":40105,"message":"Bad request timestamp"}`)
	}))
	_, err := a.User(t.Context(), "bot")
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, ErrClock) || (e.Skew-ahead).Abs() > 5*time.Second {
		t.Fatalf("got %v", err)
	}
	if !strings.Contains(err.Error(), "ahead of this machine's") {
		t.Errorf("it says %v", err)
	}
}

func TestStrangersCertificateNamesItsAuthority(t *testing.T) {
	c := tenant(t, func(w http.ResponseWriter, _ *http.Request) { say(w, 200, `{"stat":"OK","response":{"time":1}}`) })
	c.Roots = x509.NewCertPool() // nobody
	a, _ := newAdmin(t, c)
	_, err := a.Ping(t.Context())
	if !errors.Is(err, ErrUntrusted) || !strings.Contains(strings.Join(store.Hints(err), " "), "--ca-file") {
		t.Errorf("got %v, %v", err, store.Hints(err))
	}
}

func TestDuosOwnAuthoritiesStayPinned(t *testing.T) {
	c := Config{Host: "api-12345678.duosecurity.com", IKey: ikey, SKey: store.NewSecret(skey)}
	a, _ := newAdmin(t, c)
	tls := a.base.TLSClientConfig
	if tls == nil || tls.RootCAs == nil || tls.InsecureSkipVerify {
		t.Fatal("any authority of this machine would do")
	}
	if a.base.Proxy != nil {
		t.Error("a proxy was taken from the environment")
	}
	c.Proxy = &url.URL{Scheme: "http", Host: "proxy.example.com:3128"}
	b, _ := newAdmin(t, c)
	if u, err := b.base.Proxy(&http.Request{URL: &url.URL{Scheme: "https", Host: c.Host}}); err != nil || u.Host != c.Proxy.Host {
		t.Errorf("the proxy that was named is not used: %v %v", u, err)
	}
}

func TestUnreachableSaysWhy(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	a, _ := newAdmin(t, Config{Host: l.Addr().String(), IKey: ikey, SKey: store.NewSecret(skey), Roots: x509.NewCertPool()})
	if _, err := a.Ping(t.Context()); !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "refused") {
		t.Errorf("got %v", err)
	}
}

func TestListsAreReadToTheirEnd(t *testing.T) {
	var offsets []string
	a, _ := newAdmin(t, tenant(t, func(w http.ResponseWriter, r *http.Request) {
		offset := r.URL.Query().Get("offset")
		offsets = append(offsets, offset)
		switch offset {
		case "0":
			say(w, 200, `{"stat":"OK","response":[{"bypass_code_id":"DBAAAAAAAAAAAAAAAAA1"}],"metadata":{"next_offset":100,"total_objects":2}}`)
		default:
			say(w, 200, `{"stat":"OK","response":[{"bypass_code_id":"DBAAAAAAAAAAAAAAAAA2","expiration":1522260759}],"metadata":{"prev_offset":0}}`)
		}
	}))
	list, err := a.BypassCodes(t.Context(), user)
	if err != nil || len(list) != 2 || list[0].ID != "DBAAAAAAAAAAAAAAAAA1" || list[1].Expires().Unix() != 1522260759 || !list[0].Expires().IsZero() {
		t.Fatalf("%+v, %v", list, err)
	}
	if strings.Join(offsets, " ") != "0 100" {
		t.Errorf("asked for %v", offsets)
	}
}

func TestListThatDoesNotEndIsAnError(t *testing.T) {
	next := 0
	a, _ := newAdmin(t, tenant(t, func(w http.ResponseWriter, _ *http.Request) {
		next++
		say(w, 200, fmt.Sprintf(`{"stat":"OK","response":[],"metadata":{"next_offset":%d}}`, next))
	}))
	if _, err := a.BypassCodes(t.Context(), user); !errors.Is(err, ErrNotDuo) {
		t.Errorf("got %v", err)
	}
}

func TestNamesArriveAsTheyAre(t *testing.T) {
	for _, name := range []string{"bot", "jürgen müller", "a+b@c.example", "50%~*'()!", "ぼっと"} {
		a, _ := newAdmin(t, tenant(t, func(w http.ResponseWriter, r *http.Request) {
			if got := r.URL.Query().Get("username"); got != name {
				t.Errorf("%q arrived as %q", name, got)
			}
			if !signed(r, "") {
				t.Errorf("the signature of %q is wrong", name)
			}
			say(w, 200, `{"stat":"OK","response":[{"user_id":"`+user+`","username":"x"}]}`)
		}))
		if u, err := a.User(t.Context(), name); err != nil || u.ID != user {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestNothingIsSentForWhatCannotBeAnID(t *testing.T) {
	a, _ := newAdmin(t, tenant(t, func(http.ResponseWriter, *http.Request) { t.Error("something was sent") }))
	for _, id := range []string{"", "DU/../../settings", "du3kc77wj06y5hiv7xkq", user + "0", "DU3KC77WJ06Y5HIV7XK\n"} {
		_, err := a.BypassCodes(t.Context(), id)
		_, err2 := a.CreateBypassCodes(t.Context(), id, BypassOrder{Count: 1})
		_, err3 := a.EffectivePolicy(t.Context(), user, id)
		for _, err := range []error{err, err2, err3, a.DeleteBypassCode(t.Context(), id), a.DeleteToken(t.Context(), id), a.AttachToken(t.Context(), id, user), a.DetachToken(t.Context(), user, id)} {
			if !errors.Is(err, ErrConfig) {
				t.Errorf("%q: %v", id, err)
			}
		}
	}
}

func TestBypassOrderLeavesNothingToDuosDefaults(t *testing.T) {
	var got url.Values
	a, _ := newAdmin(t, tenant(t, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		got = r.PostForm
		say(w, 200, `{"stat":"OK","response":["016931781","006165274"]}`)
	}))
	if _, err := a.CreateBypassCodes(t.Context(), user, BypassOrder{Count: 2, Valid: time.Hour, Uses: 3}); err != nil {
		t.Fatal(err)
	}
	want := url.Values{"count": {"2"}, "valid_secs": {"3600"}, "reuse_count": {"3"}, "preserve_existing": {"true"}}
	if got.Encode() != want.Encode() {
		t.Errorf("ordered %s", got.Encode())
	}
	if _, err := a.CreateBypassCodes(t.Context(), user, BypassOrder{Count: 2, Valid: time.Hour, Uses: 3, Replace: true}); err != nil || got.Get("preserve_existing") != "false" {
		t.Errorf("replacing: %v %v", got, err)
	}
	for _, bad := range []BypassOrder{{Count: 0}, {Count: 11}, {Count: 1, Valid: time.Millisecond}, {Count: 1, Uses: -1}} {
		if _, err := a.CreateBypassCodes(t.Context(), user, bad); !errors.Is(err, ErrConfig) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestOtherTextsThanCodesAreNotTakenForCodes(t *testing.T) {
	a, _ := newAdmin(t, tenant(t, func(w http.ResponseWriter, _ *http.Request) {
		say(w, 200, `{"stat":"OK","response":["canary-not-a-code"]}`)
	}))
	_, err := a.CreateBypassCodes(t.Context(), user, BypassOrder{Count: 1})
	if !errors.Is(err, ErrNotDuo) || strings.Contains(err.Error(), "canary") {
		t.Errorf("got %v", err)
	}
}

func TestClientCannotBePrinted(t *testing.T) {
	c := Config{Host: "api-12345678.duosecurity.com", IKey: ikey, SKey: store.NewSecret(skey)}
	a, _ := newAdmin(t, c)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, v := range []any{a, *a, a.client, c, &c} {
			if text := fmt.Sprintf(verb, v); strings.Contains(text, skey) || strings.Contains(text, hex.EncodeToString([]byte(skey))) {
				t.Errorf("%s prints the secret key", verb)
			}
		}
	}
}

func TestTenantsThatCannotBe(t *testing.T) {
	good := Config{Host: "api-12345678.duosecurity.com", IKey: ikey, SKey: store.NewSecret(skey)}
	for name, spoil := range map[string]func(*Config){
		"scheme":        func(c *Config) { c.Host = "https://api-12345678.duosecurity.com" },
		"path":          func(c *Config) { c.Host += "/admin" },
		"other host":    func(c *Config) { c.Host = "api-12345678.duosecurity.com.example.com" },
		"other host 2":  func(c *Config) { c.Host = "evilduosecurity.com" },
		"port":          func(c *Config) { c.Host += ":8443" },
		"user":          func(c *Config) { c.Host = "a@" + c.Host },
		"space":         func(c *Config) { c.Host = "api-12345678 .duosecurity.com" },
		"ikey":          func(c *Config) { c.IKey = "DI123" },
		"skey missing":  func(c *Config) { c.SKey = store.Secret{} },
		"skey short":    func(c *Config) { c.SKey = store.NewSecret(ikey) },
		"skey and line": func(c *Config) { c.SKey = store.NewSecret(skey + "\nmore") },
	} {
		c := good
		spoil(&c)
		if _, err := NewAdmin(c); !errors.Is(err, ErrConfig) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), skey) {
			t.Errorf("%s: the error holds the secret key", name)
		}
	}
	if _, err := NewAuth(good); err != nil {
		t.Errorf("a good one: %v", err)
	}
}

// Duo refuses a seed that is not hexadecimal, or a serial number that is taken, by the
// same code as a type that it does not take.
func TestOnlyTheTypeMeansNoTOTP(t *testing.T) {
	for detail, noTOTP := range map[string]bool{"type": true, "totp_step": true, "": true, "secret": false, "serial": false} {
		a, _ := newAdmin(t, tenant(t, func(w http.ResponseWriter, r *http.Request) {
			if err := r.ParseForm(); err != nil || r.PostForm.Get("secret") != hex.EncodeToString([]byte("12345678901234567890")) {
				t.Error("the seed was not sent in hexadecimal")
			}
			say(w, 400, `{"stat":"FAIL","code":40002,"message":"Invalid request parameters","message_detail":"`+detail+`"}`)
		}))
		_, err := a.CreateToken(t.Context(), TokenOrder{Serial: "x", Seed: store.NewSecret("12345678901234567890"), Digits: 6, Period: 30 * time.Second})
		if !errors.Is(err, ErrInvalid) || errors.Is(err, ErrNoTOTP) != noTOTP {
			t.Errorf("%q: %v", detail, err)
		}
	}
}
