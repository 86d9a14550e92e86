package lab

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"sync"
)

// An identity is an identity provider: an application of its own, with its own
// pages and sessions, which knows the account of the application behind it.
type identity struct {
	*app
	annex    *annex
	client   client
	waiting  *shelf[authorization] // for the user's consent
	codes    *shelf[authorization]
	requests *shelf[samlRequest]

	mu        sync.Mutex
	consented bool
}

// A client is the application that an identity provider works for.
type client struct {
	id, secret string
	app        *app
}

// An authorization is what an application asked for, and what became of it.
type authorization struct {
	state, nonce, challenge string
	byForm                  bool // response_mode=form_post
	user                    string
	at                      int64
}

func newIdentity(a *app, c client) *identity {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // crypto/rand ends the program rather than fail.
	i := &identity{
		app: &app{
			spec:     identityPages(),
			clock:    a.clock,
			delay:    a.delay,
			csrfKey:  key,
			password: a.password,
			account:  a.account,
			sessions: newSessions(a.clock),
			// What becomes of the sign-in is the application's affair, and so is
			// what it shows to whom.
			panel: a.panel.except(SwitchNoSession, SwitchPublic),
		},
		client:   c,
		waiting:  newShelf[authorization](a.clock, signInTime),
		codes:    newShelf[authorization](a.clock, signInTime),
		requests: newShelf[samlRequest](a.clock, signInTime),
	}
	i.flow = i
	i.annex = &annex{secrets: []string{secretPassword, secretPasscode}, app: i.app}
	i.annex.handler = i.serve()
	return i
}

// serve answers visitors like any application, and other servers without the
// disturbances that befall pages.
func (i *identity) serve() http.Handler {
	pages := i.handler()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.configuration)
	mux.HandleFunc("GET /jwks.json", i.keys)
	mux.HandleFunc("POST /token", i.token)
	mux.Handle("/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pages.ServeHTTP(w, r)
	}))
	return mux
}

func (i *identity) annexes() []*annex { return nil }
func (i *identity) describe(*App)     {}

// policy lets forms lead to the application: browsers hold the redirects after a
// form to the policy too.
func (i *identity) policy(p *policy) {
	p.allow("form-action", "'self'", i.client.app.url)
	if i.panel.on(SwitchForeignAction) || i.panel.on(SwitchRedirect307) {
		p.allow("form-action", i.client.app.outside)
	}
}

func (i *identity) routes(mux *http.ServeMux) {
	i.passwordForms(mux)
	i.codeForms(mux)
	mux.HandleFunc("GET /authorize", i.authorize)
	mux.HandleFunc("POST /consent", i.form(i.takeConsent))
	mux.HandleFunc("POST /saml/sso", i.takeSAMLRequest)
	mux.HandleFunc("GET /saml/continue", i.continueSAML)
}

// authorize begins a code flow (OpenID Connect Core §3.1.2).
func (i *identity) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if query.Get("client_id") != i.client.id || query.Get("redirect_uri") != i.client.app.url+callbackPath {
		// An unknown application is not sent anything, not even an error.
		i.message(w, r, http.StatusBadRequest, "Unknown application", "No application is registered under this name and address.")
		return
	}
	asked := authorization{
		state:     query.Get("state"),
		nonce:     query.Get("nonce"),
		challenge: query.Get("code_challenge"),
		byForm:    query.Get("response_mode") == "form_post",
	}
	switch {
	case query.Get("response_type") != "code":
		i.answer(w, r, asked, url.Values{"error": {"unsupported_response_type"}})
		return
	case asked.challenge == "" || query.Get("code_challenge_method") != "S256":
		i.answer(w, r, asked, url.Values{"error": {"invalid_request"}, "error_description": {"PKCE with S256 is required."}})
		return
	}
	v := i.visitor(w, r)
	if v.stage != signedIn {
		http.Redirect(w, r, withNext(loginPath, r.URL.RequestURI()), http.StatusFound)
		return
	}
	asked.user, asked.at = v.user, i.now().Unix()
	if i.mayTell() {
		i.answer(w, r, asked, url.Values{"code": {i.codes.put(asked)}})
		return
	}
	p := i.page(v, "Allow access?")
	p.Body = struct{ Client, Request string }{i.client.app.spec.site.Title, i.waiting.put(asked)}
	render(w, http.StatusOK, "consent", p)
}

// mayTell reports whether the user has consented before.
func (i *identity) mayTell() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.consented && !i.panel.on(SwitchConsentAlways)
}

func (i *identity) takeConsent(w http.ResponseWriter, r *http.Request, v visitor) {
	asked, ok := i.waiting.take(r.PostFormValue("request"))
	if !ok || v.stage != signedIn || asked.user != v.user {
		i.message(w, r, http.StatusBadRequest, "Page expired", saysExpired)
		return
	}
	if r.PostFormValue("decision") != "allow" {
		i.answer(w, r, asked, url.Values{"error": {"access_denied"}})
		return
	}
	i.mu.Lock()
	i.consented = true
	i.mu.Unlock()
	i.answer(w, r, asked, url.Values{"code": {i.codes.put(asked)}})
}

// answer sends the visitor back to the application, by address or by form.
func (i *identity) answer(w http.ResponseWriter, r *http.Request, asked authorization, result url.Values) {
	result.Set("state", asked.state)
	result.Set("iss", i.annex.url)
	to := i.client.app.url + callbackPath
	if !asked.byForm {
		w.Header().Set("Cache-Control", "no-store")
		seeOther(w, r, to+"?"+result.Encode())
		return
	}
	showAutopost(w, to, result)
}
