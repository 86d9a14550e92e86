package lab

import (
	"crypto/hmac"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// framelessPrefix begins the session's name in the addresses of the older prompt.
const framelessPrefix = "frameless-"

// begin sends the visitor to the prompt's first page.
func (h *promptHost) begin(w http.ResponseWriter, r *http.Request, p *prompt) {
	name := h.prompts.put(p)
	if h.a.panel.on(SwitchPrompt2021) {
		query := url.Values{"sid": {framelessPrefix + name}, "tx": {mint(h.secret(), claims{Issuer: h.duo.bank.ikey, Audience: h.annex.url})}}
		http.Redirect(w, r, "/frame/frameless/v4/auth?"+query.Encode(), http.StatusFound)
		return
	}
	query := url.Values{"authkey": {"AX" + name}, "req_trace_group": {newID()[:24]}}
	http.Redirect(w, r, "/prompt/"+h.akey+"?"+query.Encode(), http.StatusFound)
}

// A promptPage is the empty page that the prompt's script fills.
type promptPage struct {
	Old   bool
	Name  string // of the prompt
	Token string // for the script's requests
	AKey  string
	Trace string
	Error string // shown instead of a prompt
	Form  string // the address of the older prompt's first form; "" after it
}

// named finds a page's prompt by its address.
func (h *promptHost) named(r *http.Request) (name string, p *prompt, ok bool) {
	query := r.URL.Query()
	if name, ok = strings.CutPrefix(query.Get("sid"), framelessPrefix); !ok {
		name, ok = strings.CutPrefix(query.Get("authkey"), "AX")
	}
	if ok {
		p, ok = h.prompts.get(name)
	}
	return name, p, ok
}

func (h *promptHost) page(name string, r *http.Request) promptPage {
	return promptPage{
		Old: strings.HasPrefix(r.URL.Path, "/frame/"), Name: name, Token: h.a.csrf(name),
		AKey: h.akey, Trace: r.URL.Query().Get("req_trace_group"),
	}
}

func (h *promptHost) showPrompt(w http.ResponseWriter, r *http.Request) {
	name, _, ok := h.named(r)
	if !ok || r.PathValue("akey") != "" && r.PathValue("akey") != h.akey {
		h.showError(w, r)
		return
	}
	render(w, http.StatusOK, "prompt", h.page(name, r))
}

// showPlugin is the page before the older prompt: a form about the browser that
// submits itself.
func (h *promptHost) showPlugin(w http.ResponseWriter, r *http.Request) {
	name, _, ok := h.named(r)
	if !ok {
		h.showError(w, r)
		return
	}
	p := h.page(name, r)
	p.Form = r.URL.RequestURI()
	render(w, http.StatusOK, "prompt", p)
}

func (h *promptHost) takePlugin(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	name, _, ok := h.named(r)
	if !ok || !hmac.Equal([]byte(r.PostFormValue("_xsrf")), []byte(h.a.csrf(name))) {
		h.showError(w, r)
		return
	}
	seeOther(w, r, "/frame/v4/auth/prompt?"+url.Values{"sid": {framelessPrefix + name}}.Encode())
}

func (h *promptHost) showError(w http.ResponseWriter, r *http.Request) {
	p := h.page("", r)
	p.Error = "This request has expired or is not known. Go back to the application and sign in again."
	render(w, http.StatusBadRequest, "prompt", p)
}

// What the prompt's script says.
type promptWord struct {
	Name     string `json:"name"`
	Method   string `json:"method"`
	Passcode string `json:"passcode"`
	Trust    bool   `json:"trust"`
}

// A promptView is what the script shows next.
type promptView struct {
	View    string   `json:"view"` // "nag", "denied", "challenge", "trust", "done"
	Methods []string `json:"methods,omitempty"`
	Push    string   `json:"push,omitempty"`   // "waits", "expired", "denied"; "" without a push
	Number  string   `json:"number,omitempty"` // to be typed into the phone
	Error   string   `json:"error,omitempty"`
	Why     string   `json:"why,omitempty"` // it is denied
	Go      string   `json:"go,omitempty"`  // where to go when done
}

const (
	saysWrongPasscode = "Incorrect passcode. Type another one."
	saysLockedOut     = "Your account is locked out. Ask your administrator to unlock it."
)

// talk answers the script of the prompt.
func (h *promptHost) talk(w http.ResponseWriter, r *http.Request) {
	var word promptWord
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&word); err != nil {
		sayJSON(w, http.StatusBadRequest, "The request could not be read.")
		return
	}
	p, ok := h.prompts.get(word.Name)
	if !ok || !hmac.Equal([]byte(r.Header.Get("X-Xsrftoken")), []byte(h.a.csrf(word.Name))) {
		sayJSON(w, http.StatusForbidden, saysExpired)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	said := ""
	switch r.PathValue("word") {
	case "look":
	case "skip":
		p.skipped = true
	case "push":
		h.send(p)
	case "passcode":
		said = h.takePasscode(p, word)
	case "trust":
		h.takeTrust(w, p, word.Trust)
	default:
		sayJSON(w, http.StatusNotFound, "There is no such word.")
		return
	}
	view := h.view(p)
	view.Error = said
	if view.View == "done" {
		if _, ok := h.prompts.take(word.Name); !ok {
			sayJSON(w, http.StatusForbidden, saysExpired) // Another tab was faster.
			return
		}
		view.Go = h.wayBack(p)
	}
	writeJSON(w, http.StatusOK, view)
}
