package lab

import (
	"net/http"
	"strings"
	"time"
)

// disturbed wraps an application's pages with what befalls all of them: its
// clock, and the switches that make it slow or broken. Style sheets and scripts
// are spared, so that a person still sees a decent page.
func (a *app) disturbed(pages http.Handler, p func() *policy) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.setHeaders(w.Header(), p())
		if !strings.HasPrefix(r.URL.Path, "/static/") {
			if a.panel.on(SwitchSlow) && !a.dawdle(r) {
				panic(http.ErrAbortHandler) // No answer, rather than an empty one.
			}
			if a.panel.on(SwitchError500) {
				a.message(w, r, http.StatusInternalServerError, "Something went wrong", "We are sorry. The error has been reported.")
				return
			}
		}
		pages.ServeHTTP(w, r)
	})
}

// policy is what the application's own pages may load and where their forms may go.
func (a *app) policy() *policy {
	p := newPolicy()
	if a.panel.on(SwitchCaptcha) {
		p.allow("script-src", "'self'", a.outside)
		p.allow("frame-src", a.outside)
	}
	if a.flow != nil {
		a.flow.policy(p)
	}
	return p
}

func (a *app) setHeaders(h http.Header, p *policy) {
	h.Set("Content-Security-Policy", p.String())
	h.Set("Date", a.now().UTC().Format(http.TimeFormat))
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
}

// dawdle waits for the delay; it reports false if the client went away first or
// the lab was closed.
func (a *app) dawdle(r *http.Request) bool {
	timer := time.NewTimer(a.delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// diverted answers the login page if a switch has taken it over.
func (a *app) diverted(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case a.panel.on(SwitchNotFound):
		a.notFound(w, r)
	case a.panel.on(SwitchRedirectLoop):
		http.Redirect(w, r, "/login/session", http.StatusFound)
	case a.panel.on(SwitchNoForm):
		a.landing(w, r)
	case a.panel.on(SwitchNeedsScript):
		a.visitor(w, r) // The script's own request must find the cookie set.
		render(w, http.StatusOK, "script", a.spec.site)
	default:
		return false
	}
	return true
}

// loginAgain is the other half of SwitchRedirectLoop's circle.
func (a *app) loginAgain(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, loginPath, http.StatusFound)
}

// landing stands at the login address while the form is elsewhere.
func (a *app) landing(w http.ResponseWriter, r *http.Request) {
	v, _ := a.known(r)
	p := a.page(v, "Welcome")
	p.Plain = true
	p.Body = withNext(signInPath, localPath(r.URL.Query().Get("next")))
	render(w, http.StatusOK, "landing", p)
}
