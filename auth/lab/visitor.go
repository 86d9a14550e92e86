package lab

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// A visitor is who a request comes from.
type visitor struct {
	id string // session id
	session
}

// signedInUser gives the username of a signed-in visitor, else "".
func (v visitor) signedInUser() string {
	if v.stage != signedIn {
		return ""
	}
	return v.user
}

// known reads the request's session. ok is false if it brings no usable id.
func (a *app) known(r *http.Request) (v visitor, ok bool) {
	if a.panel.on(SwitchBearer) {
		return a.byHeader(r)
	}
	return a.byCookie(r)
}

// byHeader takes the session's id from the Authorization header.
func (a *app) byHeader(r *http.Request) (v visitor, ok bool) {
	id, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || !wellFormed(id) {
		return visitor{}, false
	}
	v.id = id
	v.session, _ = a.sessions.get(id)
	return v, true
}

func (a *app) byCookie(r *http.Request) (v visitor, ok bool) {
	cookie, err := r.Cookie(a.spec.cookie)
	if err != nil || !wellFormed(cookie.Value) {
		return visitor{}, false
	}
	v.id = cookie.Value
	v.session, _ = a.sessions.get(v.id)
	return v, true
}

// visitor reads the request's session or begins an anonymous one, in a cookie: the
// forms that stand on every page are tied to it.
func (a *app) visitor(w http.ResponseWriter, r *http.Request) visitor {
	v, ok := a.byCookie(r)
	if !ok {
		v.id = newID()
		a.setCookie(w, v.id, 0)
	}
	return v
}

// promote gives a visitor who proved something a new session under a new id, so
// that an id planted before sign-in is worth nothing after it. It gives the id.
func (a *app) promote(w http.ResponseWriter, v visitor, s session) string {
	id := newID()
	a.sessions.put(id, s)
	a.sessions.drop(v.id)
	a.setCookie(w, id, 0)
	return id
}

func (a *app) setCookie(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name:     a.spec.cookie,
		Value:    value,
		Path:     "/",
		MaxAge:   maxAge,
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
		// Not Secure: the range is plain HTTP on loopback.
	})
}

// csrf gives the token of a session's forms.
func (a *app) csrf(id string) string {
	mac := hmac.New(sha256.New, a.csrfKey)
	mac.Write([]byte(id))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// form wraps the handler of a form: the body is read and its token checked.
func (a *app) form(take func(http.ResponseWriter, *http.Request, visitor)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if err := r.ParseForm(); err != nil {
			a.message(w, r, http.StatusBadRequest, "Bad request", "The form could not be read.")
			return
		}
		v, ok := a.byCookie(r)
		token := r.PostFormValue(a.spec.token)
		if !ok || a.panel.on(SwitchCSRFBroken) || !hmac.Equal([]byte(token), []byte(a.csrf(v.id))) {
			a.refuseToken(w, r)
			return
		}
		take(w, r, v)
	}
}

func (a *app) refuseToken(w http.ResponseWriter, r *http.Request) {
	if a.spec.tokenRefused == statusPageExpired {
		a.message(w, r, statusPageExpired, "Page expired", "This page has expired. Please reload it and try again.")
		return
	}
	a.message(w, r, a.spec.tokenRefused, "Forbidden", "CSRF verification failed. Your request was not carried out.")
}

// statusPageExpired is what some frameworks answer to a stale CSRF token. It is
// in no registry.
const statusPageExpired = 419
