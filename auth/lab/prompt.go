package lab

import (
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"
)

const (
	tokenPath  = "/oauth/v1/token"
	healthPath = "/oauth/v1/health_check"
	// deviceCookie remembers a browser that was trusted, for as long as the policy says.
	deviceCookie = "trusted_device"
)

// A promptHost is the origin of the second factor. It is modelled on Duo's
// Universal Prompt as third parties describe it: the way there and back and the
// hooks in its pages. Its talk with its own scripts is the lab's own.
type promptHost struct {
	a       *app
	duo     *tenant
	annex   *annex
	akey    string // names the customer in addresses
	prompts *shelf[*prompt]
	codes   *shelf[promptAnswer]
}

// A prompt is one visitor's way through the second factor.
type prompt struct {
	host               *promptHost
	user, state, nonce string
	from               netip.Addr // of the connection
	agent              string     // what the browser calls itself

	mu      sync.Mutex
	skipped bool   // the complaint about the browser
	denied  string // why there is no way in; "" if there is one
	factor  string // that let the visitor through; "" until one did
	asked   bool   // whether to trust the browser
	push    push
}

func newPromptHost(a *app, duo *tenant) *promptHost {
	h := &promptHost{
		a:       a,
		duo:     duo,
		akey:    newDuoID("DA"),
		prompts: newShelf[*prompt](a.clock, signInTime),
		codes:   newShelf[promptAnswer](a.clock, signInTime),
	}
	h.annex = &annex{foreign: true, secrets: []string{secretPasscode}}
	h.annex.handler = h.serve()
	return h
}

// secret signs what the bank and the prompt say to each other.
func (h *promptHost) secret() sharedKey { return sharedKey(h.duo.bank.skey) }

func (h *promptHost) serve() http.Handler {
	pages := http.NewServeMux()
	pages.HandleFunc("GET /oauth/v1/authorize", h.authorize)
	pages.HandleFunc("GET /prompt/{akey}", h.showPrompt)
	pages.HandleFunc("GET /frame/frameless/v4/auth", h.showPlugin)
	pages.HandleFunc("POST /frame/frameless/v4/auth", h.takePlugin)
	pages.HandleFunc("GET /frame/v4/auth/{view}", h.showPrompt)
	pages.HandleFunc("GET /frame/v4/error", h.showError)
	pages.HandleFunc("POST /talk/{word}", h.talk)
	pages.HandleFunc("GET /static/{name}", func(w http.ResponseWriter, r *http.Request) {
		serveStatic(w, r, r.PathValue("name"))
	})
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+tokenPath, h.token) // Other servers meet no disturbances.
	mux.HandleFunc("POST "+healthPath, h.health)
	mux.Handle("/", h.a.disturbed(pages, func() *policy {
		p := newPolicy()
		p.allow("form-action", "'self'")
		return p
	}))
	return mux
}

// authorize begins a prompt, or sends the visitor straight back if none is needed.
func (h *promptHost) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	var asked promptRequest
	err := unseal(h.secret(), query.Get("request"), &asked)
	if err == nil {
		err = asked.good(h.duo.bank.ikey, h.annex.url, h.a.now())
	}
	if err != nil || query.Get("client_id") != h.duo.bank.ikey || asked.RedirectURI != h.a.url+bankCallback {
		h.showError(w, r)
		return
	}
	p := &prompt{
		host: h, user: asked.Username, state: asked.State, nonce: asked.Nonce,
		from: connection(r), agent: r.UserAgent(),
	}
	if h.duo.greet(p, deviceOf(r)) {
		h.a.account.signedIn()
		http.Redirect(w, r, h.wayBack(p), http.StatusFound)
		return
	}
	h.begin(w, r, p)
}

// wayBack makes the code that the application exchanges, and its address.
func (h *promptHost) wayBack(p *prompt) string {
	now := h.a.now()
	says := promptAnswer{
		claims: claims{
			Issuer: h.annex.url + tokenPath, Subject: p.user, Audience: h.duo.bank.ikey,
			Issued: now.Unix(), Expires: now.Add(tokenTime).Unix(),
		},
		Nonce:    p.nonce,
		Username: p.user,
	}
	says.Result.Result, says.Result.Status = "allow", "allow"
	says.Context.Factor = p.factor
	return h.a.url + bankCallback + "?" + url.Values{"state": {p.state}, "duo_code": {h.codes.put(says)}}.Encode()
}

// knows reports whether a request is the application's own: its parameters, wherever
// they stand, hold a word that the application signed for this very address.
func (h *promptHost) knows(r *http.Request, path string) bool {
	var client claims
	err := unseal(h.secret(), r.FormValue("client_assertion"), &client)
	return err == nil && client.good(h.duo.bank.ikey, h.annex.url+path, h.a.now()) == nil
}

// health tells an application that the prompt is there, and that it knows it.
func (h *promptHost) health(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	now := h.a.now().Unix()
	if r.FormValue("client_id") != h.duo.bank.ikey || !h.knows(r, healthPath) {
		writeJSON(w, http.StatusBadRequest, map[string]any{
			"stat": "FAIL", "code": 40002, "timestamp": now, "message": "invalid_client",
			"message_detail": "The provided client_assertion was invalid.",
		})
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"stat": "OK", "response": map[string]int64{"timestamp": now}})
}

// token gives the application the answer behind a code, once.
func (h *promptHost) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if !h.knows(r, tokenPath) {
		writeJSON(w, http.StatusBadRequest, oauthError{"invalid_client", "The client assertion is not good."})
		return
	}
	says, ok := h.codes.take(r.FormValue("code"))
	if !ok || r.FormValue("redirect_uri") != h.a.url+bankCallback {
		writeJSON(w, http.StatusBadRequest, oauthError{"invalid_grant", "The code is unknown, used or expired."})
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"id_token":     mint(h.secret(), says),
		"access_token": newID(),
		"token_type":   "Bearer",
		"expires_in":   int(tokenTime / time.Second),
	})
}
