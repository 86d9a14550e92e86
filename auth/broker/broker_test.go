package broker

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"gatepass/auth/login"
	"gatepass/store"
)

const token = "canary-token-0123456789abcdef"

// steps gives a new code each time, and fails those that come too late.
type steps struct {
	next  atomic.Int64
	until int64         // how many there are before waiting begins
	more  chan struct{} // each lets one more go
}

func (s *steps) Draw(ctx context.Context) (Code, error) {
	n := s.next.Add(1)
	if n > s.until {
		select {
		case <-s.more:
		case <-ctx.Done():
			s.next.Add(-1)
			return Code{}, ctx.Err()
		}
	}
	now := time.Now()
	return Code{Value: store.NewSecret(fmt.Sprintf("%06d", n)), Type: "totp", From: now, Until: now.Add(30 * time.Second)}, nil
}

type sessions func() (login.Session, error)

func (s sessions) Session(context.Context) (login.Session, error) { return s() }

func start(t testing.TB, o Options) (string, *[]Asked) {
	t.Helper()
	var mu sync.Mutex
	told := &[]Asked{}
	o.Token, o.Now = store.NewSecret(token), time.Now
	if o.Tell == nil {
		o.Tell = func(a Asked) {
			mu.Lock()
			defer mu.Unlock()
			*told = append(*told, a)
		}
	}
	l, err := Listen(Where{})
	if err != nil {
		t.Fatal(err)
	}
	o.Hosts = l.Hosts
	b, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- b.Serve(ctx, l) }()
	t.Cleanup(func() {
		end()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.URL, told
}

// ask sends a request with the token and gives status, headers and body.
func ask(t testing.TB, method, url string, change func(*http.Request)) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if change != nil {
		change(r)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(body)
}

func TestACodeIsGivenOnceAndNotKept(t *testing.T) {
	url, told := start(t, Options{Codes: &steps{until: 10}})
	status, header, body := ask(t, "GET", url+"/code", func(r *http.Request) { r.Header.Set("User-Agent", "zap\u009b31m") })
	var a codeAnswer
	if err := json.Unmarshal([]byte(body), &a); err != nil || status != 200 || a.Code != "000001" || a.Type != "totp" || a.Remaining == nil {
		t.Errorf("%d %s", status, body)
	}
	if header.Get("Cache-Control") != "no-store" || header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%v", header)
	}
	if _, _, plain := ask(t, "GET", url+"/code?format=text", nil); plain != "000002\n" {
		t.Errorf("%q", plain)
	}
	if _, _, plain := ask(t, "GET", url+"/code", func(r *http.Request) { r.Header.Set("Accept", "text/plain") }); plain != "000003\n" {
		t.Errorf("%q", plain)
	}
	if n := len(*told); n != 3 || (*told)[0].Path != "/code" || strings.Contains((*told)[0].Client, "\u009b") {
		t.Errorf("told %+v", *told)
	}
	for _, a := range *told {
		if strings.Contains(fmt.Sprintf("%+v", a), "000001") {
			t.Errorf("the code is told: %+v", a)
		}
	}
}

func TestATokenThatAnAddressCarries(t *testing.T) {
	url, _ := start(t, Options{Codes: &steps{until: 10}})
	status, _, _ := ask(t, "GET", strings.Replace(url, "http://", "http://gatepass:"+token+"@", 1)+"/code", func(r *http.Request) {
		r.Header.Del("Authorization")
		r.SetBasicAuth("gatepass", token)
	})
	if status != 200 {
		t.Error(status)
	}
}

func TestWhoIsRefused(t *testing.T) {
	drawn := &steps{until: 10}
	url, told := start(t, Options{Codes: drawn})
	table := []struct {
		name   string
		method string
		path   string
		change func(*http.Request)
		status int
	}{
		{"no token", "GET", "/code", func(r *http.Request) { r.Header.Del("Authorization") }, 401},
		{"a wrong token", "GET", "/code", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token[1:]) }, 401},
		{"an empty token", "GET", "/code", func(r *http.Request) { r.Header.Set("Authorization", "Bearer ") }, 401},
		{"a foreign host, as after DNS rebinding", "GET", "/code", func(r *http.Request) { r.Host = "attacker.example:80" }, 421},
		{"a host that only begins like ours", "GET", "/code", func(r *http.Request) { r.Host = "127.0.0.1.attacker.example" }, 421},
		{"a page's script", "GET", "/code", func(r *http.Request) { r.Header.Set("Origin", "https://attacker.example") }, 403},
		{"a picture in a page", "GET", "/code", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		{"another page on this machine", "GET", "/code", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, 403},
		{"a preflight", "OPTIONS", "/code", func(r *http.Request) { r.Header.Set("Origin", "https://attacker.example") }, 403},
		{"a post", "POST", "/code", nil, 405},
		{"a head, which would spend a code for nothing", "HEAD", "/code", nil, 405},
		{"a body", "GET", "/code", func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(strings.NewReader("x")), 1 }, 413},
		{"a body of unknown length", "POST", "/code", func(r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader("x")), -1
		}, 413},
		{"a path that is not there", "GET", "/codes", nil, 404},
		{"a session where there is none", "GET", "/session.json", nil, 404},
	}
	for _, c := range table {
		t.Run(c.name, func(t *testing.T) {
			status, header, body := ask(t, c.method, url+c.path, c.change)
			if status != c.status {
				t.Errorf("answered %d %s, want %d", status, body, c.status)
			}
			if header.Get("Access-Control-Allow-Origin") != "" {
				t.Error("a page may read it")
			}
			if strings.Contains(body, token) {
				t.Error("the token is in the answer")
			}
		})
	}
	if n := drawn.next.Load(); n != 0 {
		t.Errorf("%d codes were spent on those who were refused", n)
	}
	for _, a := range *told {
		if strings.Contains(fmt.Sprintf("%+v", a), token) {
			t.Errorf("the token is told: %+v", a)
		}
	}
}

func TestHeadersWithoutEndAreRefused(t *testing.T) {
	url, _ := start(t, Options{Codes: &steps{until: 10}})
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	// The server may hang up while this is still being sent.
	_, _ = io.WriteString(c, "GET /code HTTP/1.1\r\nHost: x\r\nX-Long: "+strings.Repeat("a", 64<<10))
	if answer, _ := bufio.NewReader(c).ReadString('\n'); answer != "" && !strings.Contains(answer, "431") {
		t.Errorf("answered %q", answer)
	}
}

func TestASlowRequestIsEnded(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the server's patience, 5 seconds")
	}
	t.Parallel()
	url, _ := start(t, Options{Codes: &steps{until: 10}})
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := io.WriteString(c, "GET /code HTTP/1.1\r\nHost: "); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(c).ReadString(0); err != io.EOF {
		t.Errorf("the connection was not ended: %v", err)
	}
}

func TestFiftyAtOnceGetDifferentCodesOrAreToldWhenToComeBack(t *testing.T) {
	drawn := &steps{until: 7, more: make(chan struct{})}
	url, _ := start(t, Options{Codes: drawn, Patience: 500 * time.Millisecond})
	var mu sync.Mutex
	var codes []string
	later := 0
	var all sync.WaitGroup
	for range 50 {
		all.Add(1)
		go func() {
			defer all.Done()
			status, header, body := ask(t, "GET", url+"/code?format=text", nil)
			mu.Lock()
			defer mu.Unlock()
			switch status {
			case http.StatusOK:
				codes = append(codes, body)
			case http.StatusServiceUnavailable, http.StatusTooManyRequests:
				later++
				if n, err := strconv.Atoi(header.Get("Retry-After")); err != nil || n < 1 {
					t.Errorf("Retry-After is %q", header.Get("Retry-After"))
				}
			default:
				t.Errorf("somebody was answered %d %s", status, body)
			}
		}()
	}
	all.Wait()
	slices.Sort(codes)
	if len(codes) != 7 || len(slices.Compact(slices.Clone(codes))) != 7 || later != 43 {
		t.Errorf("%d codes %q, %d told to come back", len(codes), codes, later)
	}
}

func TestWhatEndsWithTheLogin(t *testing.T) {
	failing := errors.New("the password was refused")
	view := View{Path: "/session.json", Type: "application/json", What: "The session.", Render: func(s login.Session) ([]byte, error) {
		return []byte(`{"url":"` + s.URL + `"}`), nil
	}}
	var err error
	url, _ := start(t, Options{Views: []View{view}, Sessions: sessions(func() (login.Session, error) {
		return login.Session{URL: "https://app.example.com/"}, err
	})})
	if status, _, body := ask(t, "GET", url+"/session.json", nil); status != 200 || body != `{"url":"https://app.example.com/"}` {
		t.Errorf("%d %s", status, body)
	}
	err = failing
	if status, _, body := ask(t, "GET", url+"/session.json", nil); status != 502 || !strings.Contains(body, "refused") {
		t.Errorf("%d %s", status, body)
	}
	if status, _, _ := ask(t, "GET", url+"/code", nil); status != 404 {
		t.Errorf("codes are offered where there are none: %d", status)
	}
}

type usedUp struct{}

func (usedUp) Draw(context.Context) (Code, error) { return Code{}, fmt.Errorf("shop: %w", ErrUsedUp) }

func TestNoCodeLeftIsSaid(t *testing.T) {
	url, _ := start(t, Options{Codes: usedUp{}})
	if status, _, _ := ask(t, "GET", url+"/code", nil); status != http.StatusGone {
		t.Error(status)
	}
}

func TestTooManyAreSentAway(t *testing.T) {
	url, _ := start(t, Options{Codes: &steps{until: 1 << 30}, Rate: rate.Limit(0.001)})
	refused := 0
	for range burst + 20 {
		if status, header, _ := ask(t, "GET", url+"/code", nil); status == http.StatusTooManyRequests {
			refused++
			if header.Get("Retry-After") == "" {
				t.Fatal("nobody says when to come back")
			}
		}
	}
	if refused < 15 {
		t.Errorf("only %d were sent away", refused)
	}
}

// Strangers have a rate of their own, and cannot use up the others'.
func TestStrangersCannotKeepOutWhoHasTheToken(t *testing.T) {
	url, told := start(t, Options{Codes: &steps{until: 1 << 30}, Rate: rate.Limit(0.001)})
	stranger := func(r *http.Request) { r.Header.Del("Authorization") }
	for range burst + 50 {
		ask(t, "GET", url+"/healthz", stranger)
		ask(t, "GET", url+"/code", stranger)
	}
	if status, _, _ := ask(t, "GET", url+"/code", stranger); status != http.StatusTooManyRequests {
		t.Errorf("strangers are answered %d without end", status)
	}
	if len(*told) > burst {
		t.Errorf("%d refusals of strangers were told", len(*told))
	}
	if status, _, _ := ask(t, "GET", url+"/code", nil); status != 200 {
		t.Errorf("who has the token is answered %d", status)
	}
}

// Whoever is being answered when the end comes gets the answer.
func TestTheEndWaitsForAnAnswer(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	l, err := Listen(Where{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := New(Options{Token: store.NewSecret(token), Hosts: l.Hosts, Now: time.Now, Codes: drawing(func() Code {
		close(begun)
		<-release
		return Code{Value: store.NewSecret("123456"), Type: "hotp"}
	})})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- b.Serve(ctx, l) }()
	got := make(chan int, 1)
	go func() {
		status, _, _ := ask(t, "GET", l.URL+"/code", nil)
		got <- status
	}()
	<-begun
	end()
	close(release)
	if err := <-served; err != nil {
		t.Fatal(err)
	}
	select {
	case status := <-got:
		if status != 200 {
			t.Errorf("answered %d", status)
		}
	case <-time.After(10 * time.Second):
		t.Error("nobody was answered")
	}
}

type drawing func() Code

func (d drawing) Draw(context.Context) (Code, error) { return d(), nil }

func TestTheDescriptionNamesWhatThereIs(t *testing.T) {
	view := View{Path: "/cookies.txt", Type: "text/plain", What: "Cookies."}
	url, _ := start(t, Options{Codes: &steps{}, Views: []View{view}, Sessions: sessions(nil)})
	status, _, body := ask(t, "GET", url+"/", func(r *http.Request) { r.Header.Del("Authorization") })
	var d struct {
		OpenAPI string         `json:"openapi"`
		Paths   map[string]any `json:"paths"`
	}
	if err := json.Unmarshal([]byte(body), &d); err != nil || status != 200 || d.OpenAPI != "3.1.0" {
		t.Fatalf("%d %v %s", status, err, body)
	}
	for _, path := range []string{"/code", "/cookies.txt", "/healthz"} {
		if d.Paths[path] == nil {
			t.Errorf("%s is not described", path)
		}
	}
}

func TestWhereToListen(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:8080"} {
		if _, err := Listen(Where{Addr: addr}); !errors.Is(err, ErrPublic) {
			t.Errorf("%s: %v", addr, err)
		}
		if _, err := Listen(Where{Addr: addr, Public: true}); !errors.Is(err, ErrPublic) {
			t.Errorf("%s without TLS: %v", addr, err)
		}
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "s")
	if _, err := Listen(Where{Unix: path}); !errors.Is(err, ErrPublic) {
		t.Errorf("a folder that others may enter: %v", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := Listen(Where{Unix: path})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if _, err := Listen(Where{Unix: path}); err == nil {
		t.Error("two listen on one socket")
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(Where{Unix: path}); err == nil {
		t.Error("a file was taken for a socket")
	}
	if text, _ := os.ReadFile(path); string(text) != "mine" {
		t.Error("a file was removed")
	}
}

func TestAShortTokenIsRefused(t *testing.T) {
	if _, err := New(Options{Token: store.NewSecret("short"), Now: time.Now}); err == nil {
		t.Error("it was taken")
	}
}
