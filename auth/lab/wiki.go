package lab

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
)

const (
	callbackPath = "/callback"
	wikiClient   = "wiki"
)

// wikiFlow signs in at an identity provider, by OpenID Connect's code flow.
type wikiFlow struct {
	a        *app
	provider *identity
	secret   string // that the provider knows the application by
	pending  *shelf[request]
	back     *backChannel
}

// A request is a sign-in that the application sent to its provider.
type request struct {
	owner    string // the id of the visitor who began it
	next     string
	nonce    string
	verifier string // RFC 7636 §4.1
}

func newWikiFlow(a *app, _ Options) (flow, error) {
	f := &wikiFlow{
		a:       a,
		secret:  newID(),
		pending: newShelf[request](a.clock, signInTime),
		back:    newBackChannel(),
	}
	f.provider = newIdentity(a, client{id: wikiClient, secret: f.secret, app: a})
	return f, nil
}

func (f *wikiFlow) annexes() []*annex { return []*annex{f.provider.annex} }

func (f *wikiFlow) describe(d *App) { d.Origins = []Origin{f.provider.annex.origin()} }

func (f *wikiFlow) policy(p *policy) {
	p.allow("form-action", "'self'")
	if f.a.panel.on(SwitchSAML) {
		p.allow("form-action", f.provider.annex.url)
	}
}

func (f *wikiFlow) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+loginPath, func(w http.ResponseWriter, r *http.Request) {
		if f.a.panel.on(SwitchNoForm) {
			f.a.landing(w, r)
			return
		}
		f.begin(w, r)
	})
	mux.HandleFunc("GET "+signInPath, f.begin)
	mux.HandleFunc("GET "+callbackPath, f.callback)
	mux.HandleFunc("POST "+callbackPath, f.callback)
	mux.HandleFunc("POST "+samlPath, f.takeAssertion)
}

// begin sends the visitor to the provider.
func (f *wikiFlow) begin(w http.ResponseWriter, r *http.Request) {
	v := f.a.visitor(w, r)
	next := localPath(r.URL.Query().Get("next"))
	if v.stage == signedIn {
		http.Redirect(w, r, next, http.StatusFound)
		return
	}
	req := request{owner: v.id, next: next, nonce: newID(), verifier: newID()}
	state := f.pending.put(req)
	if f.a.panel.on(SwitchSAML) {
		f.askByForm(w, state)
		return
	}
	query := url.Values{
		"response_type":         {"code"},
		"client_id":             {wikiClient},
		"redirect_uri":          {f.a.url + callbackPath},
		"scope":                 {"openid profile"},
		"state":                 {state},
		"nonce":                 {req.nonce},
		"code_challenge":        {codeChallenge(req.verifier)},
		"code_challenge_method": {"S256"},
	}
	if f.a.panel.on(SwitchFormPost) {
		query.Set("response_mode", "form_post")
	}
	http.Redirect(w, r, f.provider.annex.url+"/authorize?"+query.Encode(), http.StatusFound)
}

// codeChallenge is the transformation S256 (RFC 7636 §4.2).
func codeChallenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// callback takes the provider's answer.
func (f *wikiFlow) callback(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	answer := r.URL.Query()
	if r.Method == http.MethodPost {
		if err := r.ParseForm(); err != nil {
			f.fail(w, r, http.StatusBadRequest, "The answer of the identity provider could not be read.")
			return
		}
		answer = r.PostForm
	}
	req, ok := f.owned(r, answer.Get("state"))
	if !ok {
		f.fail(w, r, http.StatusBadRequest, "This sign-in was not begun here, or it has expired.")
		return
	}
	if answer.Has("error") {
		f.fail(w, r, http.StatusForbidden, "The identity provider did not sign you in: "+answer.Get("error")+".")
		return
	}
	if issuer := answer.Get("iss"); issuer != f.provider.annex.url { // RFC 9207 §2.4
		f.fail(w, r, http.StatusBadRequest, "The answer came from another identity provider.")
		return
	}
	user, err := f.exchange(r.Context(), answer.Get("code"), req)
	if err != nil {
		f.fail(w, r, http.StatusBadGateway, "The sign-in could not be confirmed: "+err.Error()+".")
		return
	}
	v, _ := f.a.known(r)
	f.a.goIn(w, r, v, session{user: user, next: req.next})
}

// owned finds the request of a state, which is spent by it, if it is the
// visitor's own: otherwise somebody could sign others in as themselves.
func (f *wikiFlow) owned(r *http.Request, state string) (request, bool) {
	req, ok := f.pending.take(state)
	v, known := f.a.known(r)
	return req, ok && known && req.owner == v.id
}

func (f *wikiFlow) fail(w http.ResponseWriter, r *http.Request, status int, text string) {
	f.a.message(w, r, status, "You are not signed in", text)
}
