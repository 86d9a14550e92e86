package chrome

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

// keeper is an application that keeps a session in every way there is: its login is
// on an origin of its own, its pages hold a frame of that origin, and its requests
// carry a header.
func keeper(t *testing.T) (app, provider *httptest.Server) {
	provider = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/login":
			_, _ = io.WriteString(w, form("/in")+`<script>localStorage.setItem("device", "d1"); sessionStorage.setItem("step", "s1")</script>`)
		case "/in":
			http.SetCookie(w, &http.Cookie{Name: "idp", Value: "i1", HttpOnly: true, Path: "/"})
			_, _ = io.WriteString(w, `<!doctype html><title>…</title><script>sessionStorage.setItem("step", "s2"); location = "`+app.URL+`/home"</script>`)
		case "/frame":
			_, _ = io.WriteString(w, `<p>inner</p><script>localStorage.setItem("framed", "f1")</script>`)
		default:
			http.NotFound(w, r)
		}
	}))
	app = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/home":
			w.Header().Set("Content-Type", "text/html")
			http.SetCookie(w, &http.Cookie{Name: "sid", Value: "v1", Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Expires: time.Now().Add(time.Hour)})
			http.SetCookie(w, &http.Cookie{Name: "theme", Value: "dark", Path: "/home"})
			http.SetCookie(w, &http.Cookie{Name: "__Host-part", Value: "p1", Path: "/", Secure: true, SameSite: http.SameSiteNoneMode, Partitioned: true})
			_, _ = io.WriteString(w, `<!doctype html><title>Home</title><h1>Welcome</h1><iframe src="http://127.0.0.1:`+port(provider)+`/frame"></iframe>
<script>localStorage.setItem("token", "t1"); sessionStorage.setItem("tab", "b1");
const go = (to, h) => fetch(to, {headers: {Authorization: h}});
go("/api/one", "Bearer old").then(() => go("/api/two", "Bearer new")).then(() => go("`+strings.Replace(app.URL, "127.0.0.1", "localhost", 1)+`/api/three", "Bearer elsewhere")).catch(() => 0)</script>`)
		default:
			_, _ = io.WriteString(w, "{}")
		}
	}))
	return app, provider
}

func port(s *httptest.Server) string { return s.URL[strings.LastIndex(s.URL, ":")+1:] }

// The session of a login is all of it: cookies with what decides where they go, what
// scripts keep in the page, in its frames and at the provider that was left behind,
// the header of the application's own requests, and who made it.
func TestASessionIsAllOfIt(t *testing.T) {
	t.Parallel()
	for _, o := range bothKinds {
		t.Run("browser "+o.Path, func(t *testing.T) {
			app, provider := keeper(t)
			idp := other(provider)
			o.Guard = allowing(app.URL, idp)
			d := open(t, o)
			p := answer(t, d, see(t, d, idp+"/login"))
			if !strings.Contains(p.Text, "Welcome") {
				t.Fatalf("after the login: %s %q", p.URL, p.Text)
			}
			before := len(d.Traffic())
			s, err := d.Session(within(t))
			if err != nil {
				t.Fatal(err)
			}
			if got := len(d.Traffic()); got != before {
				t.Errorf("asking for the session made %d requests", got-before)
			}
			if s.Driver != "browser" || !strings.Contains(s.Agent, " Chrome/") || strings.Contains(s.Agent, "Headless") {
				t.Errorf("made by %q, %q", s.Driver, s.Agent)
			}
			if got := s.Authorization.Reveal(); got != "Bearer new" {
				t.Errorf("Authorization: %q", got)
			}
			cookies := map[string]login.Cookie{}
			for _, c := range s.Cookies {
				cookies[c.Name] = c
			}
			if c := cookies["sid"]; c.Value.Reveal() != "v1" || c.Domain != "127.0.0.1" || !c.HostOnly || !c.HTTPOnly || c.SameSite != "Strict" || c.Path != "/" || time.Until(c.Expires).Round(time.Minute) != time.Hour {
				t.Errorf("the session's cookie: %+v", c)
			}
			if c := cookies["theme"]; c.Path != "/home" || c.HTTPOnly || c.SameSite != "" || !c.Expires.IsZero() {
				t.Errorf("a plain cookie: %+v", c)
			}
			if c := cookies["__Host-part"]; !c.Secure || c.SameSite != "None" || c.Value.Reveal() != "p1" || c.Partition != (login.Partition{Site: "http://127.0.0.1"}) {
				t.Errorf("a partitioned cookie: %+v", c)
			}
			if c := cookies["idp"]; c.Domain != "localhost" || c.Value.Reveal() != "i1" {
				t.Errorf("the provider's cookie: %+v", c)
			}
			for _, want := range []string{
				app.URL + " token=t1 tab=b1",
				"http://127.0.0.1:" + port(provider) + " framed=f1",
				idp + " device=d1 step=s2",
			} {
				if got := listed(s.Storage); !slices.Contains(got, want) {
					t.Errorf("%q is not among what scripts keep: %q", want, got)
				}
			}
			// The window in front is still the login's, and the login goes on.
			if again := see(t, d, app.URL+"/home"); !strings.Contains(again.Text, "Welcome") {
				t.Errorf("afterwards: %q", again.Text)
			}
		})
	}
}

func listed(all []login.Storage) []string {
	var lines []string
	for _, place := range all {
		line := place.Origin
		for _, item := range append(slices.Clone(place.Local), place.Session...) {
			line += " " + item.Name + "=" + item.Value.Reveal()
		}
		lines = append(lines, line)
	}
	return lines
}

// Cookies of an earlier login are there from the first request on, each where it
// belongs, and those whose time is over are not.
func TestCookiesAreRestored(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	got := map[string]string{}
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		got[r.Host+r.URL.Path] = r.Header.Get("Cookie")
		_, _ = io.WriteString(w, "<title>x</title><p>here")
		if r.URL.Path == "/around" {
			_, _ = io.WriteString(w, `<iframe src="http://127.0.0.1`+r.Host[strings.LastIndex(r.Host, ":"):]+`/inside"></iframe>`)
		}
	}))
	d := open(t, Options{})
	cookie := func(name string, c login.Cookie) login.Cookie {
		c.Name, c.Value = name, store.NewSecret(name+"-value")
		if c.Domain == "" {
			c.Domain, c.HostOnly = "127.0.0.1", true
		}
		return c
	}
	err := d.Restore(within(t), []login.Cookie{
		cookie("plain", login.Cookie{Path: "/"}),
		cookie("kept", login.Cookie{Path: "/", HTTPOnly: true, SameSite: "Lax", Expires: time.Now().Add(time.Hour)}),
		cookie("over", login.Cookie{Path: "/", Expires: time.Now().Add(-time.Hour)}),
		cookie("deep", login.Cookie{Path: "/deep"}),
		cookie("__Host-own", login.Cookie{Path: "/", Secure: true}),
		cookie("__Host-framed", login.Cookie{Path: "/", Secure: true, SameSite: "None", Partition: login.Partition{Site: "http://localhost", CrossSite: true}}),
		cookie("foreign", login.Cookie{Path: "/", Domain: "example.org"}),
	})
	if err != nil {
		t.Fatal(err)
	}
	see(t, d, s.URL+"/")
	see(t, d, s.URL+"/deep")
	see(t, d, other(s)+"/around")
	mu.Lock()
	defer mu.Unlock()
	host := strings.TrimPrefix(s.URL, "http://")
	for path, want := range map[string]string{"/": "__Host-own kept plain", "/deep": "__Host-own deep kept plain", "/inside": "__Host-framed"} {
		var names []string
		for pair := range strings.SplitSeq(got[host+path], "; ") {
			name, value, _ := strings.Cut(pair, "=")
			if value != name+"-value" {
				t.Errorf("%s: the value of %s changed", path, name)
			}
			names = append(names, name)
		}
		slices.Sort(names)
		if strings.Join(names, " ") != want {
			t.Errorf("%s was sent %q, want %q", path, names, want)
		}
	}
	after, err := d.Session(within(t))
	if err != nil || !slices.ContainsFunc(after.Cookies, func(c login.Cookie) bool { return c.Name == "foreign" && c.Domain == "example.org" && !c.HostOnly }) {
		t.Errorf("another host's cookie was not kept: %+v, %v", after.Cookies, err)
	}
}
