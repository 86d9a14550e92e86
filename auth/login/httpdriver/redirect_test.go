package httpdriver_test

import (
	"fmt"
	"net/http"
	"testing"

	"gatepass/auth/login"
	"gatepass/auth/login/httpdriver"
)

func TestRedirects_BecomeAGet(t *testing.T) {
	for _, status := range []int{301, 302, 303} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			app := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					http.Redirect(w, r, "../home?x=1", status)
					return
				}
				html(w, form)
			})
			d := drive(t, httpdriver.Options{}, app)
			p := mustSignIn(t, d, open(t, d, app.at("/deep/login")))
			got := app.last(t)
			if got.method != "GET" || got.path != "/home" || got.query != "x=1" || got.body != "" || got.header.Get("Content-Type") != "" {
				t.Errorf("got %+v", got)
			}
			if p.URL.Path != "/home" {
				t.Errorf("the page says that it is at %s", p.URL)
			}
		})
	}
}

func TestRedirects_Addresses(t *testing.T) {
	for name, c := range map[string]struct{ location, want string }{
		"absolute path":       {"/b?c=d", "/b?c=d"},
		"relative":            {"b", "/a/b"},
		"up":                  {"../b", "/b"},
		"query alone":         {"?c=d", "/a/start?c=d"},
		"with spaces":         {"/b c", "/b%20c"},
		"surrounded by space": {"  /b  ", "/b"},
		"fragment":            {"/b#part", "/b#part"},
	} {
		t.Run(name, func(t *testing.T) {
			app := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.RequestURI() == "/a/start" {
					w.Header().Set("Location", c.location)
					w.WriteHeader(http.StatusFound)
				}
			})
			d := drive(t, httpdriver.Options{}, app)
			if p := open(t, d, app.at("/a/start")); p.URL.String() != app.URL+c.want {
				t.Errorf("got %s, want %s", p.URL, c.want)
			}
		})
	}
}

func TestRedirects_KeepTheFragment(t *testing.T) {
	app := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/a" {
			http.Redirect(w, r, "/b", http.StatusFound)
		}
	})
	d := drive(t, httpdriver.Options{}, app)
	if p := open(t, d, app.at("/a#part")); p.URL.String() != app.URL+"/b#part" {
		t.Errorf("got %s", p.URL)
	}
}

func TestRedirects_ThatLeadNowhere(t *testing.T) {
	for name, c := range map[string]struct {
		status   int
		location string
		want     login.Code
	}{
		"without an address":     {302, "", ""},
		"not modified":           {304, "/b", ""},
		"a choice":               {300, "/b", ""},
		"broken":                 {302, "http://[::1", login.ServerError},
		"for an app here":        {302, "msauth://callback", login.NeedsBrowser},
		"to nobody":              {302, "https://", login.NeedsBrowser},
		"in a circle":            {302, "/loop", login.RedirectLoop},
		"in a circle, repeating": {307, "/loop", login.RedirectLoop},
	} {
		t.Run(name, func(t *testing.T) {
			app := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if c.location != "" {
					w.Header().Set("Location", c.location)
				}
				w.WriteHeader(c.status)
			})
			d := drive(t, httpdriver.Options{}, app)
			p, err := d.Open(t.Context(), app.at("/"))
			if c.want != "" {
				wantStop(t, err, c.want)
			} else if err != nil || p.Status != c.status {
				t.Errorf("got status %d, %v", p.Status, err)
			}
			if n := len(app.all()); n > 20 {
				t.Errorf("it went round %d times", n)
			}
		})
	}
}
