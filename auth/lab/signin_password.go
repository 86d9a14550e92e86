package lab

import "net/http"

// askPassword is the second page of a username-first sign-in.
func (a *app) askPassword(w http.ResponseWriter, r *http.Request) {
	v := a.visitor(w, r)
	if v.stage != identified {
		http.Redirect(w, r, loginPath, http.StatusFound)
		return
	}
	a.showPassword(w, http.StatusOK, v, "")
}

func (a *app) showPassword(w http.ResponseWriter, status int, v visitor, alert string) {
	p := a.page(v, "Enter your password")
	p.Alert = alert
	password := a.spec.signIn.password
	password.Invalid = alert != ""
	p.Body = signInPage{
		Action: a.passwordAction(),
		Fields: []field{password},
		Submit: "Sign in",
		Known:  v.user,
	}
	render(w, status, "signin", p)
}

func (a *app) takePassword(w http.ResponseWriter, r *http.Request, v visitor) {
	if v.stage != identified {
		seeOther(w, r, loginPath)
		return
	}
	a.judgePassword(w, r, v, v.session, func(status int, alert string) {
		a.showPassword(w, status, v, alert)
	})
}

// judgePassword decides about the password in the form and goes on to the code
// or to the goal; again shows the form once more.
func (a *app) judgePassword(w http.ResponseWriter, r *http.Request, v visitor, s session, again func(status int, alert string)) {
	if a.panel.on(SwitchRedirect307) {
		http.Redirect(w, r, a.outside+r.URL.Path, http.StatusTemporaryRedirect)
		return
	}
	switch a.tryPassword(s.user, r.PostFormValue(a.spec.signIn.password.Name)) {
	case locked:
		again(a.lockedStatus(), saysLocked)
	case refused, replayed:
		again(http.StatusOK, saysWrongPassword)
	case accepted:
		if a.account.factor != nil && !a.panel.on(SwitchNoMFA) {
			a.goHalfway(w, r, v, s)
			return
		}
		a.account.signedIn()
		a.goIn(w, r, v, s)
	}
}

func (a *app) tryPassword(username, password string) verdict {
	switch {
	case username != a.account.username:
		return refused
	case a.panel.on(SwitchLocked):
		return locked
	default:
		return a.account.tryPassword(password)
	}
}

func (a *app) lockedStatus() int {
	if a.panel.on(SwitchLocked423) {
		return http.StatusLocked
	}
	return http.StatusOK
}

// goHalfway leads from an accepted password to the code.
func (a *app) goHalfway(w http.ResponseWriter, r *http.Request, v visitor, s session) {
	s.stage = halfway
	if a.panel.on(SwitchNoSession) {
		a.sessions.put(v.id, s) // No new id: this switch sets no cookie.
	} else {
		a.promote(w, v, s)
	}
	seeOther(w, r, a.spec.signIn.codePath)
}

// goIn leads a visitor who proved everything to where they wanted to go.
func (a *app) goIn(w http.ResponseWriter, r *http.Request, v visitor, s session) {
	if a.panel.on(SwitchNoSession) {
		a.sessions.drop(v.id)
		seeOther(w, r, "/welcome")
		return
	}
	s.stage = signedIn
	a.promote(w, v, s)
	seeOther(w, r, s.next)
}
