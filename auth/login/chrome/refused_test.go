package chrome

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

// An application whose cookie no browser takes shows its form again without a word,
// or says that the form has expired. The cookie is named as the cause.
func TestACookieThatTheBrowserRefuses(t *testing.T) {
	t.Parallel()
	for _, says := range []string{"", `<p role="alert">The form has expired (invalid CSRF token).</p>`} {
		s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Add("Set-Cookie", "lang=en; Path=/")
			w.Header().Add("Set-Cookie", "sid=0123456789abcdef; Path=/; SameSite=None")
			if _, err := r.Cookie("sid"); err == nil {
				t.Error("the cookie was taken after all")
			}
			page := form("/login")
			if r.Method == http.MethodPost {
				page = strings.Replace(page, "<form", says+"<form", 1)
			}
			_, _ = io.WriteString(w, page)
		}))
		guard := allowing(s.URL)
		d := open(t, Options{Guard: guard})
		r := login.Run(within(t), d, login.Plan{
			Target: store.Target{Name: "app", URL: s.URL + "/login", Username: username, Route: store.RouteExemption}, Guard: guard,
			Password: store.NewSecret(password), Budget: 20 * time.Second, Now: time.Now,
		})
		if r.Diagnosis == nil || r.Diagnosis.Code != login.CookiesBlocked || !strings.Contains(r.Diagnosis.Detail, "sid") || strings.Contains(r.Diagnosis.Detail, "lang") {
			t.Errorf("%q: %s %+v", says, r.Verdict, r.Diagnosis)
		}
	}
}
