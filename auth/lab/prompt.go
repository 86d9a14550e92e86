package lab

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	tokenPath = "/oauth/v1/token"
	// deviceCookie remembers a browser that was trusted, for deviceTime.
	deviceCookie = "trusted_device"
	deviceTime   = 30 * 24 * time.Hour
)

// exemptNetworks are the addresses that SwitchExempt's policy lets through.
var exemptNetworks = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// A promptHost is the origin of the second factor. It is modelled on Duo's
// Universal Prompt as third parties describe it: the way there and back and the
// hooks in its pages. Its talk with its own scripts is the lab's own.
type promptHost struct {
	a        *app
	annex    *annex
	clientID string
	secret   sharedKey
	akey     string // names the customer in addresses
	bypass   *bypassList
	prompts  *shelf[*prompt]
	codes    *shelf[promptAnswer]
	devices  *shelf[string] // the users of trusted browsers

	mu     sync.Mutex
	pushed []*prompt // oldest first
}

// A prompt is one visitor's way through the second factor.
type prompt struct {
	user, state, nonce string

	mu      sync.Mutex
	skipped bool // the complaint about the browser
	denied  bool
	factor  string // that let the visitor through; "" until one did
	asked   bool   // whether to trust the browser
	push    push
}

func newPromptHost(a *app, o Options) (*promptHost, error) {
	bypass, err := newBypassList(o.Rand)
	if err != nil {
		return nil, err
	}
	h := &promptHost{
		a:        a,
		clientID: "DI" + strings.ToUpper(newID()[:18]),
		secret:   sharedKey(newID()[:40]),
		akey:     "DA" + strings.ToUpper(newID()[:18]),
		bypass:   bypass,
		prompts:  newShelf[*prompt](a.clock, signInTime),
		codes:    newShelf[promptAnswer](a.clock, signInTime),
		devices:  newShelf[string](a.clock, deviceTime),
	}
	h.annex = &annex{foreign: true, secrets: []string{secretPasscode}}
	h.annex.handler = h.serve()
	return h, nil
}

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
	err := unseal(h.secret, query.Get("request"), &asked)
	if err == nil {
		err = asked.good(h.clientID, h.annex.url, h.a.now())
	}
	if err != nil || query.Get("client_id") != h.clientID || asked.RedirectURI != h.a.url+bankCallback {
		h.showError(w, r)
		return
	}
	p := &prompt{user: asked.Username, state: asked.State, nonce: asked.Nonce}
	switch {
	case h.exempt(r):
		p.factor = "bypass_user"
	case h.remembers(r, p.user):
		p.factor = "remembered_device"
	}
	if p.factor != "" {
		h.a.account.signedIn()
		http.Redirect(w, r, h.wayBack(p), http.StatusFound)
		return
	}
	h.begin(w, r, p)
}

// exempt decides by the address that the connection comes from; what a header
// says about it is not asked.
func (h *promptHost) exempt(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !h.a.panel.on(SwitchExempt) {
		return false
	}
	for _, network := range exemptNetworks {
		if network.Contains(from.Addr().Unmap()) {
			return true
		}
	}
	return false
}

func (h *promptHost) remembers(r *http.Request, user string) bool {
	cookie, err := r.Cookie(deviceCookie)
	if err != nil {
		return false
	}
	who, ok := h.devices.get(cookie.Value)
	return ok && who == user
}

// wayBack makes the code that the application exchanges, and its address.
func (h *promptHost) wayBack(p *prompt) string {
	now := h.a.now()
	says := promptAnswer{
		claims: claims{
			Issuer: h.annex.url + tokenPath, Subject: p.user, Audience: h.clientID,
			Issued: now.Unix(), Expires: now.Add(tokenTime).Unix(),
		},
		Nonce:    p.nonce,
		Username: p.user,
	}
	says.Result.Result, says.Result.Status = "allow", "allow"
	says.Context.Factor = p.factor
	return h.a.url + bankCallback + "?" + url.Values{"state": {p.state}, "duo_code": {h.codes.put(says)}}.Encode()
}

// token gives the application the answer behind a code, once.
func (h *promptHost) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	var client claims
	err := unseal(h.secret, r.FormValue("client_assertion"), &client)
	if err == nil {
		err = client.good(h.clientID, h.annex.url+tokenPath, h.a.now())
	}
	if err != nil {
		writeJSON(w, http.StatusBadRequest, oauthError{"invalid_client", "The client assertion is not good."})
		return
	}
	says, ok := h.codes.take(r.FormValue("code"))
	if !ok || r.FormValue("redirect_uri") != h.a.url+bankCallback {
		writeJSON(w, http.StatusBadRequest, oauthError{"invalid_grant", "The code is unknown, used or expired."})
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"id_token":     mint(h.secret, says),
		"access_token": newID(),
		"token_type":   "Bearer",
		"expires_in":   int(tokenTime / time.Second),
	})
}
