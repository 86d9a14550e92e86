package lab

import (
	"net/http"
	"time"
)

// clockAhead is how far ahead an application's clock is under [SwitchClockAhead].
const clockAhead = 120 * time.Second

// An app is one running application.
type app struct {
	spec     spec
	url      string // scheme://host:port
	outside  string // the foreign origin
	clock    func() time.Time
	delay    time.Duration // of SwitchSlow
	csrfKey  []byte
	password string
	account  *account
	sessions *sessions
	panel    *panel
	flow     flow // nil: the forms are the whole sign-in
}

// now is the application's own time, which its codes and Date header follow.
func (a *app) now() time.Time {
	if a.panel.on(SwitchClockAhead) {
		return a.clock().Add(clockAhead)
	}
	return a.clock()
}

func (a *app) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.home)
	mux.HandleFunc("GET /pages/{slug}", a.section)
	mux.HandleFunc("GET /search", a.search)
	mux.HandleFunc("POST /newsletter", a.form(a.subscribe))
	mux.HandleFunc("GET /signup", a.signUp)
	mux.HandleFunc("POST /signup", a.form(a.takeSignUp))
	mux.HandleFunc("GET /forgot", a.forgot)
	mux.HandleFunc("POST /forgot", a.form(a.takeForgot))

	if a.flow != nil {
		a.flow.routes(mux)
	} else {
		a.passwordForms(mux)
		a.codeForms(mux)
	}
	mux.HandleFunc("GET /login/session", a.loginAgain)
	mux.HandleFunc("POST /logout", a.form(a.logout))

	mux.HandleFunc("GET "+accountPath, a.members)
	mux.HandleFunc("GET /api/me", a.me)
	mux.HandleFunc("GET /welcome", a.welcome)

	mux.HandleFunc("GET /static/{name}", func(w http.ResponseWriter, r *http.Request) {
		serveStatic(w, r, r.PathValue("name"))
	})
	mux.HandleFunc("/", a.notFound)
	return a.disturbed(mux, a.policy)
}

// passwordForms serves the forms up to the password.
func (a *app) passwordForms(mux *http.ServeMux) {
	mux.HandleFunc("GET "+loginPath, a.login)
	mux.HandleFunc("POST "+loginPath, a.form(a.takeLogin))
	if path := a.spec.signIn.passwordPath; path != loginPath {
		mux.HandleFunc("GET "+path, a.askPassword)
		mux.HandleFunc("POST "+path, a.form(a.takePassword))
	}
	mux.HandleFunc("GET "+signInPath, a.signInForm)
	mux.HandleFunc("GET /login/fields", a.signInFields)
}

// codeForms serves the form for the code.
func (a *app) codeForms(mux *http.ServeMux) {
	if path := a.spec.signIn.codePath; path != "" {
		mux.HandleFunc("GET "+path, a.askCode)
		mux.HandleFunc("POST "+path, a.form(a.takeCode))
	}
}

const (
	loginPath = "/login"
	// signInPath is where the form is while SwitchNoForm keeps it off loginPath.
	signInPath  = "/signin"
	accountPath = "/account"
)

// page begins a page for a visitor.
func (a *app) page(v visitor, title string) page {
	p := page{
		Site:       a.spec.site,
		Title:      title,
		User:       v.signedInUser(),
		Token:      hidden{a.spec.token, a.csrf(v.id)},
		SignInPath: loginPath,
	}
	if a.panel.on(SwitchNoForm) {
		p.SignInPath = signInPath
	}
	return p
}

// message shows a page with nothing but a message.
func (a *app) message(w http.ResponseWriter, r *http.Request, status int, title, text string) {
	v, _ := a.known(r)
	p := a.page(v, title)
	p.Plain = true
	p.Body = text
	render(w, status, "message", p)
}

func (a *app) notFound(w http.ResponseWriter, r *http.Request) {
	a.message(w, r, http.StatusNotFound, "Page not found", "There is nothing at this address.")
}

// seeOther answers a form: 303, so that the next request is a GET whatever the
// client would do with a 302.
func seeOther(w http.ResponseWriter, r *http.Request, path string) {
	http.Redirect(w, r, path, http.StatusSeeOther)
}
