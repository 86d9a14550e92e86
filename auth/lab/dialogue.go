package lab

import (
	"crypto/hmac"
	"encoding/json"
	"mime"
	"net/http"
	"strings"
)

// saysExpired is for a script whose session is unknown here.
const saysExpired = "This page has expired. Please reload it and try again."

// A dialogue is a sign-in that a script leads, in JSON.
type dialogue struct {
	a *app
	// header says that a session's id comes in the Authorization header and goes
	// out in the answer. Otherwise it is in a cookie, and another cookie has the
	// token that the script repeats in the header csrfHeader.
	header     func() bool
	csrfCookie string
	csrfHeader string
	// invited says that only sessions begun elsewhere may sign in here.
	invited bool
	// enter ends a sign-in that proved everything.
	enter func(w http.ResponseWriter, v visitor, s session) reply
}

// What a visitor gives, whichever page asks for it.
type given struct {
	Username string `json:"username"`
	Password string `json:"password"`
	Code     string `json:"code"`
	Ticket   string `json:"ticket"`
	Next     string `json:"next"`
}

// A reply says what comes next.
type reply struct {
	Next   string `json:"next"`             // "username", "password", "code", or "done"
	User   string `json:"user,omitempty"`   // who has been named
	Go     string `json:"go,omitempty"`     // where to go when done
	Token  string `json:"token,omitempty"`  // the session's id, where no cookie has it
	Ticket string `json:"ticket,omitempty"` // what the application is shown, see mail's frame
}

// cookies makes the usual dialogue of an application: the session in a cookie,
// unless SwitchBearer is on.
func (a *app) cookies(csrfCookie, csrfHeader string) *dialogue {
	d := &dialogue{
		a:          a,
		header:     func() bool { return a.panel.on(SwitchBearer) },
		csrfCookie: csrfCookie,
		csrfHeader: csrfHeader,
	}
	d.enter = d.goIn
	return d
}

// begin gives a visitor who opens the page a session and its token.
func (d *dialogue) begin(w http.ResponseWriter, r *http.Request) visitor {
	if d.header() {
		v, _ := d.a.byHeader(r)
		return v
	}
	v := d.a.visitor(w, r)
	d.setToken(w, v.id)
	return v
}

func (d *dialogue) setToken(w http.ResponseWriter, id string) {
	http.SetCookie(w, &http.Cookie{
		Name: d.csrfCookie, Value: d.a.csrf(id), Path: "/", SameSite: http.SameSiteLaxMode,
		// The script reads it, so it is not HttpOnly.
	})
}

// take wraps the handler of a script's request.
func (d *dialogue) take(judge func(http.ResponseWriter, *http.Request, visitor, given)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var g given
		kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // An unreadable type is not JSON.
		if kind != "application/json" {
			sayJSON(w, http.StatusUnsupportedMediaType, "Send JSON.")
			return
		}
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&g); err != nil {
			sayJSON(w, http.StatusBadRequest, "The request could not be read.")
			return
		}
		v, ok := d.trusted(r)
		if !ok {
			sayJSON(w, d.a.spec.tokenRefused, saysExpired)
			return
		}
		judge(w, r, v, g)
	}
}

// trusted finds the visitor and makes sure that the application's own script asks.
func (d *dialogue) trusted(r *http.Request) (visitor, bool) {
	if d.header() {
		// Nothing that a browser adds by itself says who it is.
		v, ok := d.a.byHeader(r)
		return v, !d.a.panel.on(SwitchCSRFBroken) && (!d.invited || ok && v.owner != "")
	}
	v, ok := d.a.byCookie(r)
	token := r.Header.Get(d.csrfHeader)
	return v, ok && !d.a.panel.on(SwitchCSRFBroken) && hmac.Equal([]byte(token), []byte(d.a.csrf(v.id)))
}

// takeUsername remembers a name, known or not.
func (d *dialogue) takeUsername(w http.ResponseWriter, _ *http.Request, v visitor, g given) {
	s := session{stage: identified, user: strings.TrimSpace(g.Username), next: localPath(g.Next), owner: v.owner}
	d.a.sessions.put(v.id, s)
	writeJSON(w, http.StatusOK, reply{Next: secretPassword, User: s.user})
}

// takePassword judges the password of the name that was given before.
func (d *dialogue) takePassword(w http.ResponseWriter, r *http.Request, v visitor, g given) {
	if v.stage != identified {
		sayJSON(w, http.StatusConflict, saysExpired)
		return
	}
	d.judgePassword(w, r, v, v.session, g.Password)
}

// takeBoth judges name and password.
func (d *dialogue) takeBoth(w http.ResponseWriter, r *http.Request, v visitor, g given) {
	s := session{user: strings.TrimSpace(g.Username), next: localPath(g.Next), owner: v.owner}
	d.judgePassword(w, r, v, s, g.Password)
}

func (d *dialogue) judgePassword(w http.ResponseWriter, r *http.Request, v visitor, s session, password string) {
	a := d.a
	if a.panel.on(SwitchRedirect307) {
		http.Redirect(w, r, a.outside+r.URL.Path, http.StatusTemporaryRedirect)
		return
	}
	switch a.tryPassword(s.user, password) {
	case locked:
		d.sayLocked(w)
	case refused, replayed:
		sayJSON(w, http.StatusUnauthorized, saysWrongPassword)
	case accepted:
		if a.account.factor == nil || a.panel.on(SwitchNoMFA) {
			a.account.signedIn()
			writeJSON(w, http.StatusOK, d.enter(w, v, s))
			return
		}
		s.stage = halfway
		writeJSON(w, http.StatusOK, reply{Next: "code", Token: d.promote(w, v, s)})
	}
}

func (d *dialogue) takeCode(w http.ResponseWriter, _ *http.Request, v visitor, g given) {
	if v.stage != halfway {
		sayJSON(w, http.StatusConflict, saysExpired)
		return
	}
	verdict := locked
	if !d.a.panel.on(SwitchLocked) {
		verdict = d.a.account.tryCode(strings.ReplaceAll(g.Code, " ", ""), d.a.now())
	}
	switch verdict {
	case locked:
		d.sayLocked(w)
	case replayed:
		sayJSON(w, http.StatusUnauthorized, saysUsedCode)
	case refused:
		sayJSON(w, http.StatusUnauthorized, saysWrongCode)
	case accepted:
		writeJSON(w, http.StatusOK, d.enter(w, v, v.session))
	}
}

// goIn is the usual end: a session.
func (d *dialogue) goIn(w http.ResponseWriter, v visitor, s session) reply {
	if d.a.panel.on(SwitchNoSession) {
		d.a.sessions.drop(v.id)
		return reply{Next: "done", Go: "/welcome"}
	}
	s.stage, s.owner = signedIn, ""
	return reply{Next: "done", Go: s.next, Token: d.promote(w, v, s)}
}

// promote gives the visitor a new session. It gives its id if no cookie has it.
func (d *dialogue) promote(w http.ResponseWriter, v visitor, s session) string {
	if d.header() {
		id := newID()
		d.a.sessions.put(id, s)
		d.a.sessions.drop(v.id)
		return id
	}
	if d.a.panel.on(SwitchNoSession) {
		d.a.sessions.put(v.id, s) // No new id: this switch sets no cookie.
		return ""
	}
	d.setToken(w, d.a.promote(w, v, s))
	return ""
}

// leave signs a visitor out.
func (d *dialogue) leave(w http.ResponseWriter, _ *http.Request, v visitor, _ given) {
	d.a.sessions.drop(v.id)
	if !d.header() {
		d.a.setCookie(w, "", -1)
	}
	writeJSON(w, http.StatusOK, reply{Next: "done", Go: loginPath})
}

func (d *dialogue) sayLocked(w http.ResponseWriter) {
	status := http.StatusForbidden
	if d.a.panel.on(SwitchLocked423) {
		status = http.StatusLocked
	}
	sayJSON(w, status, saysLocked)
}

// sayJSON refuses a script's request in a sentence for its reader.
func sayJSON(w http.ResponseWriter, status int, sentence string) {
	writeJSON(w, status, map[string]string{"error": sentence})
}
