package lab

import "net/http"

// member gives who may see the members' pages: a signed-in visitor, or under
// SwitchPublic anybody, who then sees what the account's user would see.
func (a *app) member(r *http.Request) (visitor, bool) {
	v, _ := a.known(r)
	if a.panel.on(SwitchPublic) {
		v.stage, v.user = signedIn, a.account.username
	}
	return v, v.stage == signedIn
}

// members is the page that needs a session.
func (a *app) members(w http.ResponseWriter, r *http.Request) {
	if a.panel.on(SwitchBearer) {
		a.drawSingle(w, "Your account", "desk_account.js") // A browser sends no token by itself.
		return
	}
	v, ok := a.member(r)
	if !ok {
		http.Redirect(w, r, withNext(loginPath, r.URL.RequestURI()), http.StatusFound)
		return
	}
	render(w, http.StatusOK, "account", a.page(v, "Your account"))
}

// me is the same for programs.
func (a *app) me(w http.ResponseWriter, r *http.Request) {
	v, ok := a.member(r)
	if !ok {
		writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "Sign in first."})
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"app": a.spec.site.Name, "username": v.user})
}

// welcome is where SwitchNoSession leads: a page that looks signed in, shown to
// somebody who is not.
func (a *app) welcome(w http.ResponseWriter, r *http.Request) {
	if !a.panel.on(SwitchNoSession) {
		a.notFound(w, r)
		return
	}
	a.message(w, r, http.StatusOK, "Welcome back", "You are signed in. Choose a page from the menu to go on.")
}

func (a *app) logout(w http.ResponseWriter, r *http.Request, v visitor) {
	a.sessions.drop(v.id)
	a.setCookie(w, "", -1)
	seeOther(w, r, loginPath+"?signed-out")
}
