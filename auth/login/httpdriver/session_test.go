package httpdriver_test

import (
	"net/http"
	"reflect"
	"slices"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/auth/login/httpdriver"
	"gatepass/store"
)

// TestSession_KeepsWhatDecidesWhereACookieGoes.
func TestSession_KeepsWhatDecidesWhereACookieGoes(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	app := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for _, line := range []string{
			"plain=1", "lasting=2; Max-Age=3600; Path=/app; Secure; HttpOnly; SameSite=Strict",
			"dated=3; Expires=Sun, 01 Mar 2126 13:00:00 GMT; SameSite=Lax",
			"gone=4; Max-Age=0", "foreign=5; Domain=evil.example", "plain=6",
		} {
			w.Header().Add("Set-Cookie", line)
		}
	})
	d := drive(t, httpdriver.Options{Now: func() time.Time { return now }}, app)
	open(t, d, app.at("/app/login"))
	s, err := d.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	host := app.at("/").Hostname()
	want := []login.Cookie{
		{Name: "lasting", Domain: host, HostOnly: true, Path: "/app", Expires: now.Add(time.Hour), Secure: true, HTTPOnly: true, SameSite: "Strict"},
		{Name: "dated", Domain: host, HostOnly: true, Path: "/app", Expires: time.Date(2126, 3, 1, 13, 0, 0, 0, time.UTC), SameSite: "Lax"},
		{Name: "plain", Domain: host, HostOnly: true, Path: "/app"},
	}
	if len(s.Cookies) != len(want) {
		t.Fatalf("got %+v", s.Cookies)
	}
	for _, w := range want {
		i := slices.IndexFunc(s.Cookies, func(c login.Cookie) bool { return c.Name == w.Name })
		if i < 0 {
			t.Errorf("%s is not there", w.Name)
			continue
		}
		got := s.Cookies[i]
		got.Value = store.Secret{}
		if !got.Expires.Equal(w.Expires) {
			t.Errorf("%s ends at %s, want %s", w.Name, got.Expires, w.Expires)
		}
		if got.Expires = w.Expires; !reflect.DeepEqual(got, w) {
			t.Errorf("got %+v, want %+v", got, w)
		}
	}
	if s.Driver != "http" || s.Agent == "" {
		t.Errorf("got %q by %q", s.Driver, s.Agent)
	}
}

// TestRestore_SendsAnotherRunsCookies, where they belong and as long as they live; an
// Authorization header goes to its own origin and not along on redirects.
func TestRestore_SendsAnotherRunsCookies(t *testing.T) {
	other := serve(t, nil)
	app := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/leave" {
			http.Redirect(w, r, other.at("/there").String(), http.StatusFound)
			return
		}
		html(w, "<p>Hello</p>")
	})
	host := app.at("/").Hostname()
	s := login.Session{
		URL: app.at("/account").String(), Authorization: store.NewSecret("Bearer canary-token"),
		Cookies: []login.Cookie{
			{Name: "sid", Value: store.NewSecret("canary-sid"), Domain: host, HostOnly: true, Path: "/"},
			{Name: "narrow", Value: store.NewSecret("n"), Domain: host, HostOnly: true, Path: "/only"},
			{Name: "over", Value: store.NewSecret("o"), Domain: host, HostOnly: true, Path: "/", Expires: time.Now().Add(-time.Hour)},
			{Name: "elsewhere", Value: store.NewSecret("e"), Domain: "elsewhere.example", HostOnly: true, Path: "/"},
		},
	}
	d, err := httpdriver.New(httpdriver.Options{Now: time.Now, Session: &s})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if _, err := d.Fetch(t.Context(), app.at("/account"), true); err != nil {
		t.Fatal(err)
	}
	if got := app.last(t).header; got.Get("Cookie") != "sid=canary-sid" || got.Get("Authorization") != "Bearer canary-token" {
		t.Errorf("sent %v", got)
	}
	if _, err := d.Fetch(t.Context(), app.at("/account"), false); err != nil {
		t.Fatal(err)
	}
	if got := app.last(t).header; got.Get("Cookie") != "" || got.Get("Authorization") != "" {
		t.Errorf("the control was sent %v", got)
	}
	if _, err := d.Fetch(t.Context(), app.at("/leave"), true); err != nil {
		t.Fatal(err)
	}
	if got := other.last(t).header; got.Get("Authorization") != "" {
		t.Errorf("somebody else was sent %v", got)
	}
}
