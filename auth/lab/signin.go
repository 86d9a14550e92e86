package lab

import (
	"net/http"
	"strings"
)

// What the sign-in pages say. The first does not tell which of the two was wrong.
const (
	saysWrongPassword = "The username or password is incorrect."
	saysWrongCode     = "Incorrect code. Try again."
	saysUsedCode      = "This code was already used. Wait for the next one."
	saysLocked        = "This account is locked. Ask the help desk to unlock it."
	saysCaptcha       = "Please confirm that you are not a robot."
	saysSignedOut     = "You have signed out."
)

// captchaField is where the captcha's widget puts its answer.
const captchaField = "g-recaptcha-response"

// A signInPage is the body of each page of the sign-in.
type signInPage struct {
	Action   string  `json:"action"`
	Next     string  `json:"next"`
	Fields   []field `json:"fields"`
	Submit   string  `json:"submit"`
	Token    hidden  `json:"token"`
	Intro    string  `json:"-"`
	Known    string  `json:"-"` // the username that was given before
	Remember bool    `json:"-"`
	Cancel   bool    `json:"-"`
	Links    bool    `json:"-"` // to sign-up and recovery
	Captcha  string  `json:"-"` // the widget's origin
}

// usernameFirst reports whether username and password have pages of their own.
func (s signIn) usernameFirst() bool { return s.passwordPath != loginPath }

// login shows the first page of the sign-in.
func (a *app) login(w http.ResponseWriter, r *http.Request) {
	if !a.diverted(w, r) {
		a.signInForm(w, r)
	}
}

func (a *app) signInForm(w http.ResponseWriter, r *http.Request) {
	v := a.visitor(w, r)
	next := localPath(r.URL.Query().Get("next"))
	if v.stage == signedIn {
		http.Redirect(w, r, next, http.StatusFound)
		return
	}
	notice := ""
	if r.URL.Query().Has("signed-out") {
		notice = saysSignedOut
	}
	a.showLogin(w, http.StatusOK, v, a.loginBody(v, next, ""), "", notice)
}

// signInFields tells the script of SwitchNeedsScript what to draw.
func (a *app) signInFields(w http.ResponseWriter, r *http.Request) {
	v := a.visitor(w, r)
	writeJSON(w, http.StatusOK, a.loginBody(v, localPath(r.URL.Query().Get("next")), ""))
}

// loginBody makes the first form, with the username typed before an error.
func (a *app) loginBody(v visitor, next, username string) signInPage {
	s := a.spec.signIn
	name := s.username
	name.Value = username
	body := signInPage{
		Action: loginPath,
		Next:   next,
		Fields: []field{name},
		Submit: "Next",
		Token:  hidden{a.spec.token, a.csrf(v.id)},
		Links:  true,
	}
	if !s.usernameFirst() {
		body.Fields = append(body.Fields, s.password)
		body.Submit = "Sign in"
		body.Remember = s.remember
		body.Action = a.passwordAction()
	}
	if a.panel.on(SwitchCaptcha) {
		body.Captcha = a.outside
	}
	return body
}

// passwordAction is where the form with the password is addressed to.
func (a *app) passwordAction() string {
	path := a.spec.signIn.passwordPath
	if a.panel.on(SwitchForeignAction) {
		return a.outside + path
	}
	return path
}

func (a *app) showLogin(w http.ResponseWriter, status int, v visitor, body signInPage, alert, notice string) {
	p := a.page(v, "Sign in")
	p.Alert, p.Notice = alert, notice
	for i := range body.Fields {
		body.Fields[i].Invalid = alert != ""
	}
	p.Body = body
	render(w, status, "signin", p)
}

// takeLogin answers the first form: with both fields, or with the username only.
func (a *app) takeLogin(w http.ResponseWriter, r *http.Request, v visitor) {
	s := a.spec.signIn
	username := strings.TrimSpace(r.PostFormValue(s.username.Name))
	next := localPath(r.PostFormValue("next"))
	if a.panel.on(SwitchCaptcha) && r.PostFormValue(captchaField) == "" {
		a.showLogin(w, http.StatusOK, v, a.loginBody(v, next, username), saysCaptcha, "")
		return
	}
	if s.usernameFirst() {
		// An unknown name gets no further than a wrong password does, so that
		// nobody can try out which names exist.
		a.sessions.put(v.id, session{stage: identified, user: username, next: next})
		seeOther(w, r, s.passwordPath)
		return
	}
	a.judgePassword(w, r, v, session{user: username, next: next}, func(status int, alert string) {
		a.showLogin(w, status, v, a.loginBody(v, next, username), alert, "")
	})
}
