package httpdriver_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/auth/login/httpdriver"
)

// sets answers every address with the cookies that are named for it.
func sets(cookies map[string][]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, c := range cookies[r.URL.Path] {
			w.Header().Add("Set-Cookie", c)
		}
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
		}
	}
}

// jar is what a driver holds, by name@host.
func jar(d *httpdriver.Driver) map[string]string {
	all := map[string]string{}
	s, err := d.Session(context.Background())
	if err != nil {
		return all
	}
	for _, c := range s.Cookies {
		all[c.Name+"@"+c.Domain] = c.Value.Reveal()
	}
	return all
}

func held(d *httpdriver.Driver) string {
	return strings.Join(slices.Sorted(maps.Keys(jar(d))), " ")
}

func sent(s seen) string { return s.header.Get("Cookie") }

func TestCookies_AreSentBack(t *testing.T) {
	app := serve(t, sets(map[string][]string{
		"/":       {"a=1", "deep=2; Path=/deep", "gone=3; Max-Age=0", "past=4; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "safe=5; Secure", `q="quoted"`},
		"/change": {"a=other"},
		"/delete": {"a=; Max-Age=0"},
		"/hop":    {"hop=1"},
	}))
	d := drive(t, httpdriver.Options{}, app)
	open(t, d, app.at("/"))
	if got, want := held(d), "a@127.0.0.1 deep@127.0.0.1 q@127.0.0.1 safe@127.0.0.1"; got != want {
		t.Errorf("held: %s, want %s", got, want)
	}
	for path, want := range map[string]string{"/x": `a=1; safe=5; q="quoted"`, "/deep/x": `deep=2; a=1; safe=5; q="quoted"`} {
		open(t, d, app.at(path))
		if got := sent(app.last(t)); !sameCookies(got, want) {
			t.Errorf("%s: sent %s, want %s", path, got, want)
		}
	}
	if got := jar(d)["a@127.0.0.1"]; got != "1" {
		t.Errorf("the cookie is %q before it was changed", got)
	}
	open(t, d, app.at("/change"))
	if got := jar(d)["a@127.0.0.1"]; got != "other" {
		t.Errorf("the cookie is %q after it was changed", got)
	}
	open(t, d, app.at("/hop?to=/x"))
	if got := sent(app.last(t)); !strings.Contains(got, "hop=1") {
		t.Errorf("the cookie of a hop was not sent: %s", got)
	}
	open(t, d, app.at("/delete"))
	if strings.HasPrefix(held(d), "a@") {
		t.Errorf("still held: %s", held(d))
	}
}

func sameCookies(a, b string) bool {
	as, bs := strings.Split(a, "; "), strings.Split(b, "; ")
	slices.Sort(as)
	slices.Sort(bs)
	return slices.Equal(as, bs)
}

// TestCookies_OfOthers: hosts keep theirs apart, and nobody sets one for a public
// suffix or for a stranger.
func TestCookies_OfOthers(t *testing.T) {
	authority := newAuthority(t)
	certificate := authority.sign(t, time.Now().Add(time.Hour), "app.example.co.uk", "idp.example.co.uk", "other.co.uk")
	app := serveTLS(t, certificate, sets(map[string][]string{"/": {"own=1", "wide=2; Domain=example.co.uk", "suffix=3; Domain=co.uk", "foreign=4; Domain=other.co.uk"}}))
	idp := serveTLS(t, certificate, sets(map[string][]string{"/": {"own=5"}}))
	other := serveTLS(t, certificate, nil)
	d := drive(t, httpdriver.Options{RootCAs: authority.pool})
	names(d, map[string]*host{"app.example.co.uk": app, "idp.example.co.uk": idp, "other.co.uk": other})
	for _, u := range []string{"https://app.example.co.uk/", "https://idp.example.co.uk/", "https://other.co.uk/", "https://app.example.co.uk/x"} {
		open(t, d, address(t, u))
	}
	for who, c := range map[string]struct{ got, want string }{
		"the application":       {sent(app.last(t)), "own=1; wide=2"},
		"the identity provider": {sent(idp.last(t)), "wide=2"},
		"a stranger":            {sent(other.last(t)), ""},
	} {
		if !sameCookies(c.got, c.want) {
			t.Errorf("%s was sent %q, want %q", who, c.got, c.want)
		}
	}
	for _, name := range []string{"suffix", "foreign"} {
		if strings.Contains(held(d), name) {
			t.Errorf("held: %s", held(d))
		}
	}
	if all := jar(d); all["own@app.example.co.uk"] != "1" || all["own@idp.example.co.uk"] != "5" {
		t.Errorf("two hosts' cookies of one name were taken for one: %v", all)
	}
}

// TestCookies_SecureOnesNeedEncryption, but on this very machine.
func TestCookies_SecureOnesNeedEncryption(t *testing.T) {
	authority := newAuthority(t)
	app := serveTLS(t, authority.sign(t, time.Now().Add(time.Hour), "app.example.com"), sets(map[string][]string{"/": {"safe=1; Secure", "plain=2"}}))
	plain := serve(t, nil)
	d := drive(t, httpdriver.Options{RootCAs: authority.pool})
	names(d, map[string]*host{"app.example.com": app})
	open(t, d, address(t, "https://app.example.com/"))
	names(d, map[string]*host{"app.example.com": plain})
	if _, err := d.Fetch(t.Context(), address(t, "http://app.example.com/"), true); err != nil {
		t.Fatal(detail(err))
	}
	if got := sent(plain.last(t)); got != "plain=2" {
		t.Errorf("sent without encryption: %q", got)
	}
}

// TestFetch_TheControlIsSomebodyElse: nothing of the session comes along, and
// nothing of the control's stays.
func TestFetch_TheControlIsSomebodyElse(t *testing.T) {
	app := serve(t, sets(map[string][]string{"/": {"sid=secret"}, "/proof": {"visitor=1"}}))
	d := drive(t, httpdriver.Options{}, app)
	open(t, d, app.at("/"))
	if _, err := d.Fetch(t.Context(), app.at("/proof?to=/next"), false); err != nil {
		t.Fatal(detail(err))
	}
	all := app.all()
	if got := sent(all[1]); got != "" {
		t.Errorf("the control carried %q", got)
	}
	if got := sent(all[2]); got != "visitor=1" {
		t.Errorf("after a redirect the control carried %q", got)
	}
	for _, s := range all[1:] {
		if s.header.Get("Referer") != "" || s.header.Get("Origin") != "" || s.header.Get("Cache-Control") != "no-cache" {
			t.Errorf("the control's headers: %v", s.header)
		}
	}
	if held(d) != "sid@127.0.0.1" {
		t.Errorf("held: %s", held(d))
	}
	if _, err := d.Fetch(t.Context(), app.at("/proof"), true); err != nil {
		t.Fatal(detail(err))
	}
	if got := sent(app.last(t)); got != "sid=secret" {
		t.Errorf("the proof carried %q", got)
	}
}

// TestFetch_LeavesThePageAlone: a request beside the login changes nothing about the
// page in front.
func TestFetch_LeavesThePageAlone(t *testing.T) {
	app := serve(t, func(w http.ResponseWriter, r *http.Request) { html(w, form) })
	d := drive(t, httpdriver.Options{}, app)
	p := open(t, d, app.at("/login"))
	if _, err := d.Fetch(t.Context(), app.at("/elsewhere"), true); err != nil {
		t.Fatal(detail(err))
	}
	mustSignIn(t, d, p)
	got := app.last(t)
	if got.path != "/in" || got.header.Get("Referer") != app.URL+"/login" {
		t.Errorf("got %+v", got)
	}
	if r := login.Read(p); r.Kind != login.KindBoth {
		t.Errorf("the page is now %+v", r)
	}
}
