package lab

import (
	"net/http"
	"strings"
)

// askCode is the page for the one-time code.
func (a *app) askCode(w http.ResponseWriter, r *http.Request) {
	v := a.visitor(w, r)
	if v.stage != halfway {
		http.Redirect(w, r, loginPath, http.StatusFound)
		return
	}
	a.showCode(w, http.StatusOK, v, "")
}

func (a *app) showCode(w http.ResponseWriter, status int, v visitor, alert string) {
	p := a.page(v, "Two-step verification")
	p.Alert = alert
	code := a.spec.signIn.code
	code.Invalid = alert != ""
	p.Body = signInPage{
		Action: a.spec.signIn.codePath,
		Fields: []field{code},
		Submit: "Verify",
		Intro:  "Open your authenticator app and type the code that it shows for " + a.spec.site.Title + ".",
		Cancel: a.spec.signIn.cancel,
	}
	render(w, status, "signin", p)
}

func (a *app) takeCode(w http.ResponseWriter, r *http.Request, v visitor) {
	if v.stage != halfway {
		seeOther(w, r, loginPath)
		return
	}
	if r.PostFormValue("action") == "cancel" {
		a.sessions.drop(v.id)
		seeOther(w, r, loginPath)
		return
	}
	verdict := locked
	if !a.panel.on(SwitchLocked) {
		// People type codes as their app shows them, in groups.
		code := strings.ReplaceAll(r.PostFormValue(a.spec.signIn.code.Name), " ", "")
		verdict = a.account.tryCode(code, a.now())
	}
	switch verdict {
	case locked:
		a.showCode(w, a.lockedStatus(), v, saysLocked)
	case replayed:
		a.showCode(w, http.StatusOK, v, saysUsedCode)
	case refused:
		a.showCode(w, http.StatusOK, v, saysWrongCode)
	case accepted:
		a.goIn(w, r, v, v.session)
	}
}
