package handoff

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

func token(claims string) string {
	part := base64.RawURLEncoding.EncodeToString
	return "Bearer " + part([]byte(`{"alg":"none"}`)) + "." + part([]byte(claims)) + "." + part([]byte("x"))
}

func TestHowLongASessionLasts(t *testing.T) {
	for name, want := range map[string]struct {
		change func(*login.Session)
		until  time.Time
		by     string
	}{
		"the first cookie that ends": {func(*login.Session) {}, noon.Add(3 * time.Hour), "the cookie remember"},
		"one that was there before":  {func(s *login.Session) { s.Cookies[1].Fresh = false }, time.Time{}, ""},
		"a token": {func(s *login.Session) {
			s.Authorization = store.NewSecret(token(fmt.Sprintf(`{"exp":%d}`, noon.Add(time.Hour).Unix())))
		}, noon.Add(time.Hour), "the bearer token"},
		"a token that is none": {func(s *login.Session) { s.Authorization = store.NewSecret("Bearer a.b.c"); s.Cookies = s.Cookies[:1] }, time.Time{}, ""},
		"a token without an end": {func(s *login.Session) {
			s.Authorization = store.NewSecret(token(`{"sub":"x"}`))
			s.Cookies = s.Cookies[:1]
		}, time.Time{}, ""},
		"an end that is no number": {func(s *login.Session) {
			s.Authorization = store.NewSecret(token(`{"exp":"soon"}`))
			s.Cookies = s.Cookies[:1]
		}, time.Time{}, ""},
		"another host's cookie": {func(s *login.Session) { s.Cookies[2].Expires = noon.Add(time.Minute) }, noon.Add(3 * time.Hour), "the cookie remember"},
	} {
		in := signedIn(shop())
		want.change(in.Session)
		ticket, err := Write("header", in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !ticket.Life.Until.Equal(want.until) || ticket.Life.By != want.by {
			t.Errorf("%s: ends %v by %q", name, ticket.Life.Until, ticket.Life.By)
		}
	}
}

func TestASessionThatEndsTooEarlyIsRefused(t *testing.T) {
	in := signedIn(shop())
	for needed, refused := range map[time.Duration]bool{0: false, 2 * time.Hour: false, 3 * time.Hour: false, 3*time.Hour + time.Second: true} {
		in.Options.Needed = needed
		_, err := Write("cookies.txt", in)
		if errors.Is(err, ErrTooShort) != refused {
			t.Errorf("%s of 3 h: %v", needed, err)
		}
		if refused && !strings.Contains(strings.Join(store.Hints(err), " "), "gatepass exec shop") {
			t.Errorf("hints: %q", store.Hints(err))
		}
	}
	in.Options.Needed = 0
	in.Session.Authorization = store.NewSecret(token(fmt.Sprintf(`{"exp":%d}`, noon.Add(-time.Second).Unix())))
	if _, err := Write("header", in); !errors.Is(err, ErrTooShort) {
		t.Errorf("a token that is over: %v", err)
	}
}

// What was seen of an earlier session counts for the next one.
func TestAMeasuredLifeCounts(t *testing.T) {
	seen := &Watched{At: noon.Add(-24 * time.Hour), Held: 30 * time.Minute, Lost: 31 * time.Minute}
	in := signedIn(shop())
	in.Session.Cookies = in.Session.Cookies[:1] // which does not tell when it ends
	in.Watched = seen
	for needed, refused := range map[time.Duration]bool{0: false, 29 * time.Minute: false, 30 * time.Minute: true, 2 * time.Hour: true} { // it is a minute old
		in.Options.Needed = needed
		_, err := Write("cookies.txt", in)
		if errors.Is(err, ErrTooShort) != refused {
			t.Errorf("%s: %v", needed, err)
		}
		if refused && (!strings.Contains(err.Error(), "ended a session after 31 min 00 s, on 22 November 2026") || !strings.Contains(strings.Join(store.Hints(err), " "), "gatepass watch shop --for")) {
			t.Errorf("%s: %v, %q", needed, err, store.Hints(err))
		}
	}
	in.Options.Needed = 2 * time.Hour
	if err := Enough(in); !errors.Is(err, ErrTooShort) {
		t.Errorf("before anybody signs in: %v", err)
	}
	// What renews the session is chosen instead, and what signs in by itself fits.
	if out := must(t, "stackhawk", in); out.Variant != "command" || !strings.Contains(out.Refusals[0].Reasons[0], "2 h 00 min are needed") {
		t.Errorf("%s: %v", out.Variant, out.Refusals)
	}
	if out := must(t, "zap", in); out.Variant != "login" {
		t.Errorf("%s: %v", out.Variant, out.Refusals)
	}
	if _, err := Choose("nuclei", in); !errors.Is(err, ErrRefused) || !strings.Contains(strings.Join(store.Hints(err), " "), "gatepass serve shop") {
		t.Errorf("nuclei: %v, %q", err, store.Hints(err))
	}
	in.Options.Needed = 0
	ticket, err := Write("header", in)
	if err != nil || ticket.Life.Watched != seen {
		t.Fatalf("%+v, %v", ticket.Life, err)
	}
	wantText(t, "the notes", strings.Join(ticket.Notes, "\n"), "This application ended a session after 31 min 00 s, on 22 November 2026; after 30 min 00 s it still held.")
	wantText(t, "ZAP's notes", strings.Join(must(t, "zap", variantOf(in, "session")).Notes, "\n"), "This application ended a session")
	held := &Watched{At: noon, Held: 3 * time.Hour}
	if got := held.Sentence(); got != "A session of this application still held after 3 h 00 min, on 23 November 2026." {
		t.Error(got)
	}
	if (*Watched)(nil).Sentence() != "" || held.tooShort(0, 9*time.Hour) {
		t.Error("nothing is known, and something is said")
	}
}

// A login that passed by the target's clock says what that means for the scanner's.
func TestWhoseClockTheCodesGoBy(t *testing.T) {
	ahead := with(shop(), func(in *Input) { in.Proven.Ahead = 2 * time.Minute })
	for _, row := range []struct{ scanner, variant, want string }{
		{"zap", "login", "2 min 00 s ahead of this machine's. This scanner makes its codes by the clock"},
		{"zap", "session", "Say --clock target to gatepass exec"},
		{"appscan", "url", "gatepass serve shop --clock target"},
		{"invicti", "enterprise", "unless that clock is set"},
	} {
		out := must(t, row.scanner, variantOf(ahead, row.variant))
		wantText(t, row.scanner, strings.Join(out.Notes, "\n"), row.want)
	}
	behind := with(shop(), func(in *Input) { in.Proven.Ahead = -time.Minute })
	wantText(t, "behind", strings.Join(must(t, "zap", behind).Notes, "\n"), "1 min 00 s behind this machine's")
	for name, in := range map[string]Input{"no difference": shop(), "no codes": with(exempt(shop()), func(in *Input) { in.Proven.Ahead = time.Hour })} {
		if notes := strings.Join(must(t, "zap", in).Notes, "\n"); strings.Contains(notes, "clock") {
			t.Errorf("%s: %s", name, notes)
		}
	}
}

func TestWhichCookiesAreSentWhere(t *testing.T) {
	cookie := func(domain, path string, hostOnly, secure bool) login.Cookie {
		return login.Cookie{Name: "c", Value: store.NewSecret("v"), Domain: domain, Path: path, HostOnly: hostOnly, Secure: secure}
	}
	for _, row := range []struct {
		c    login.Cookie
		to   string
		sent bool
	}{
		{cookie("shop.example.com", "/", true, false), "https://shop.example.com/account", true},
		{cookie("shop.example.com", "/", true, false), "https://www.shop.example.com/", false},
		{cookie("example.com", "/", false, false), "https://shop.example.com/account", true},
		{cookie("example.com", "/", true, false), "https://shop.example.com/account", false},
		{cookie("ample.com", "/", false, false), "https://shop.example.com/account", false},
		{cookie("Shop.Example.com", "/", true, false), "https://shop.example.com/account", true},
		{cookie("shop.example.com", "/account", true, false), "https://shop.example.com/account", true},
		{cookie("shop.example.com", "/account", true, false), "https://shop.example.com/accounts", false},
		{cookie("shop.example.com", "/account", true, false), "https://shop.example.com/account/x", true},
		{cookie("shop.example.com", "/admin", true, false), "https://shop.example.com/account", false},
		{cookie("127.0.0.1", "/", true, true), "http://127.0.0.1:4711/account", true},
		{cookie("shop.example.com", "/", true, true), "http://shop.example.com/account", false},
	} {
		u, err := url.Parse(row.to)
		if err != nil {
			t.Fatal(err)
		}
		v := &view{cookies: []login.Cookie{row.c}}
		if sent := len(v.sentTo(u)) == 1; sent != row.sent {
			t.Errorf("%+v to %s: %v", row.c, row.to, sent)
		}
	}
}

func TestCookiesOfOtherHostsStayBehind(t *testing.T) {
	in := signedIn(shop())
	ticket, err := Write("cookies.txt", in)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(ticket.File.Content.Reveal(), canaryIdP) {
		t.Error("the identity provider's cookie is in it")
	}
	wantText(t, "the notes", strings.Join(ticket.Notes, "\n"), "Left out, because they belong to other hosts: sso of sso.example.net.", "Mozilla/5.0 gatepass", "ends at 2026-11-23 15:00:00 UTC")
}

func TestLongerPathsComeFirst(t *testing.T) {
	in := signedIn(shop())
	in.Session.Cookies = append(in.Session.Cookies, login.Cookie{Name: "deep", Value: store.NewSecret("d"), Domain: "shop.example.com", HostOnly: true, Path: "/account"})
	ticket, err := Write("cookie", in)
	if err != nil || !strings.HasPrefix(ticket.File.Content.Reveal(), "deep=d; ") {
		t.Errorf("%q, %v", ticket.File.Content.Reveal(), err)
	}
}

func TestScopeIsTheApplicationAndNotItsLogin(t *testing.T) {
	in := with(shop(), func(in *Input) {
		in.Target.URL = "https://sso.example.net/start?app=shop"
		in.Proven.DuoHost = "api-1234abcd.duosecurity.com"
		in.Proven.Landed = "https://www.example.com/"
	})
	v := look(in)
	if strings.Join(v.scope, " ") != "https://shop.example.com https://www.example.com" {
		t.Errorf("scope: %v", v.scope)
	}
	if strings.Join(v.outside, " ") != "sso.example.net api-1234abcd.duosecurity.com" {
		t.Errorf("outside: %v", v.outside)
	}
	// A logout at the root cannot be excluded.
	v = look(with(shop(), func(in *Input) {
		in.Proven.Logout = []string{"https://shop.example.com/", "https://elsewhere.example.com/logout"}
	}))
	if len(v.logout) != 0 || len(v.notes) != 1 || !strings.Contains(v.notes[0], "by hand") {
		t.Errorf("logout: %v, %v", v.logout, v.notes)
	}
}
