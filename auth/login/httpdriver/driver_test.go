package httpdriver_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login/httpdriver"
)

// ticking gives a clock that goes on by a step each time it is looked at.
func ticking(from time.Time, step time.Duration) func() time.Time {
	at := from.Add(-step)
	return func() time.Time {
		at = at.Add(step)
		return at
	}
}

func TestSkew_SaysWhichClockIsAhead(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		date   string
		age    string
		offset time.Duration // of the target's clock; right within a second
		known  bool
	}{
		"the same":      {now.Format(http.TimeFormat), "", 0, true},
		"target ahead":  {now.Add(2 * time.Minute).Format(http.TimeFormat), "", 2 * time.Minute, true},
		"target behind": {now.Add(-64 * time.Second).Format(http.TimeFormat), "", -64 * time.Second, true},
		"from a cache":  {now.Add(-10 * time.Minute).Format(http.TimeFormat), "600", 0, true},
		"no date":       {"", "", 0, false},
		"no time":       {"yesterday", "", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			app := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Date"] = nil
				if c.date != "" {
					w.Header().Set("Date", c.date)
				}
				if c.age != "" {
					w.Header().Set("Age", c.age)
				}
			})
			d := drive(t, httpdriver.Options{Now: ticking(now, 100*time.Millisecond)}, app)
			open(t, d, app.at("/"))
			got := d.Skew()
			if got.Known != c.known {
				t.Fatalf("got %+v", got)
			}
			if !c.known {
				return
			}
			if (got.Offset-c.offset).Abs() > time.Second || (got.Offset-c.offset).Abs() > got.Within+100*time.Millisecond {
				t.Errorf("got %+v, want an offset of %s", got, c.offset)
			}
			if got.Within != 550*time.Millisecond {
				t.Errorf("uncertain by %s; an answer that took 100 ms leaves 550 ms", got.Within)
			}
		})
	}
}

// TestSkew_IsTheTargets: another host's clock says nothing, and the quickest answer
// is the sharpest.
func TestSkew_IsTheTargets(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	dated := func(at time.Time) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", at.Format(http.TimeFormat))
		}
	}
	app, other := serve(t, dated(now.Add(time.Minute))), serve(t, dated(now.Add(-time.Hour)))
	tick := time.Millisecond
	at := now
	d := drive(t, httpdriver.Options{Now: func() time.Time { at = at.Add(tick); return at }}, app)
	open(t, d, other.at("/"))
	if d.Skew().Known {
		t.Errorf("got %+v from a stranger", d.Skew())
	}
	open(t, d, app.at("/"))
	first := d.Skew()
	open(t, d, other.at("/"))
	tick = time.Hour // what follows takes an hour to come, and says little
	open(t, d, app.at("/"))
	if got := d.Skew(); got != first || got.Offset < 59*time.Second {
		t.Errorf("got %+v after %+v", got, first)
	}
}

func TestTraffic_KeepsNoQueryAndNoValue(t *testing.T) {
	app := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "cookievalue"})
		switch {
		case r.Method == http.MethodPost:
			http.Redirect(w, r, "/echo/"+url.PathEscape(password)+"?code=queryvalue#fragment", http.StatusFound)
		case strings.HasPrefix(r.URL.Path, "/echo/"):
			w.Header().Set("Content-Type", "application/json; x=parametervalue")
			w.WriteHeader(http.StatusTeapot)
		default:
			html(w, strings.Replace(form, "/in", "/in?state=queryvalue", 1))
		}
	})
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	d := drive(t, httpdriver.Options{Now: ticking(now, time.Second)}, app)
	mustSignIn(t, d, open(t, d, app.at("/login?next=queryvalue")))
	if _, err := d.Fetch(t.Context(), app.at("/proof?x=queryvalue"), false); err != nil {
		t.Fatal(detail(err))
	}
	if _, err := d.Fetch(t.Context(), address(t, "http://"+closed(t)+"/gone?x=queryvalue"), false); err == nil {
		t.Fatal("somebody answered")
	}
	var got []string
	for _, e := range d.Traffic() {
		got = append(got, fmt.Sprintf("%s %s %d %s %v %s", e.Method, strings.TrimPrefix(e.URL, app.URL), e.Status, e.Type, e.Cookies, e.Note))
	}
	want := []string{
		"GET /login 200 text/html [sid] ", "POST /in 302  [sid] ", "GET /[secret] 418 application/json [sid] ", "GET /proof 200 text/html [sid] control",
	}
	if strings.Join(got[:4], "\n") != strings.Join(want, "\n") || !strings.HasSuffix(got[4], "/gone 0  [] control, no answer") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	whole := fmt.Sprintf("%+v", d.Traffic())
	for _, value := range []string{"queryvalue", "cookievalue", "parametervalue", "fragment", password, url.PathEscape(password)} {
		if strings.Contains(whole, value) {
			t.Errorf("%q is in the list", value)
		}
	}
	for i, e := range d.Traffic() {
		if e.At.Before(now) || i > 0 && e.At.Before(d.Traffic()[i-1].At) {
			t.Errorf("at %s", e.At)
		}
	}
}

func TestTraffic_IsBounded(t *testing.T) {
	app := serve(t, nil)
	d := drive(t, httpdriver.Options{}, app)
	for range 520 {
		open(t, d, app.at("/"))
	}
	if n := len(d.Traffic()); n != 500 {
		t.Errorf("%d are kept", n)
	}
}

func TestUserAgent(t *testing.T) {
	app := serve(t, nil)
	open(t, drive(t, httpdriver.Options{}, app), app.at("/"))
	if got := app.last(t).header.Get("User-Agent"); !strings.Contains(got, "gatepass") {
		t.Errorf("got %q", got)
	}
	open(t, drive(t, httpdriver.Options{UserAgent: "Scanner/1.0"}, app), app.at("/"))
	if got := app.last(t).header.Get("User-Agent"); got != "Scanner/1.0" {
		t.Errorf("got %q", got)
	}
}

// TestHTTP2 signs in over it, since that is what most applications speak.
func TestHTTP2(t *testing.T) {
	authority := newAuthority(t)
	app := serveTLS(t, authority.sign(t, time.Now().Add(time.Hour), "app.example.com"), func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			http.SetCookie(w, &http.Cookie{Name: "sid", Value: "1", Secure: true, HttpOnly: true})
			http.Redirect(w, r, "/home", http.StatusSeeOther)
			return
		}
		html(w, "<title>"+r.Proto+" "+r.Header.Get("Cookie")+"</title>"+form)
	})
	d := drive(t, httpdriver.Options{Guard: allowing("https://app.example.com"), RootCAs: authority.pool})
	names(d, map[string]*host{"app.example.com": app})
	p := mustSignIn(t, d, open(t, d, address(t, "https://app.example.com/login")))
	if p.Title != "HTTP/2.0 sid=1" {
		t.Errorf("got %q", p.Title)
	}
}
