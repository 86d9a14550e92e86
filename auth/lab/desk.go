package lab

import "net/http"

// deskFlow signs in on a page that a script draws: name and password, then a box
// for each digit of the code.
type deskFlow struct{ *dialogue }

func newDeskFlow(a *app, _ Options) (flow, error) {
	return &deskFlow{a.cookies("desk_csrf", "X-CSRF-Token")}, nil
}

func (f *deskFlow) annexes() []*annex { return nil }
func (f *deskFlow) describe(*App)     {}
func (f *deskFlow) policy(p *policy)  { f.a.leaky(p) }

func (f *deskFlow) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+loginPath, f.a.showSingle("Sign in", "desk.js"))
	mux.HandleFunc("GET "+signInPath, func(w http.ResponseWriter, _ *http.Request) {
		f.a.drawSingle(w, "Sign in", "desk.js")
	})
	mux.HandleFunc("GET /api/session", f.session)
	mux.HandleFunc("POST /api/login", f.take(f.takeBoth))
	mux.HandleFunc("POST /api/login/code", f.take(f.takeCode))
	mux.HandleFunc("POST /api/logout", f.take(f.leave))
	mux.HandleFunc("GET /api/account", f.account)
}

func (f *deskFlow) session(w http.ResponseWriter, r *http.Request) {
	b := f.brief(f.begin(w, r), r, "/api/login")
	b.Boxes = "advance"
	for name, boxes := range map[string]string{
		SwitchBoxesPlain: "plain", SwitchBoxesDisabled: "disabled", SwitchBoxesHidden: "hidden",
	} {
		if f.a.panel.on(name) {
			b.Boxes = boxes
		}
	}
	writeJSON(w, http.StatusOK, b)
}

// account is the members' page for the script that draws it under SwitchBearer.
func (f *deskFlow) account(w http.ResponseWriter, r *http.Request) {
	v, ok := f.a.member(r)
	if !ok {
		sayJSON(w, http.StatusUnauthorized, "Sign in first.")
		return
	}
	m := f.a.spec.site.Members
	writeJSON(w, http.StatusOK, struct {
		User  string     `json:"user"`
		Proof string     `json:"proof"`
		Intro string     `json:"intro"`
		Head  []string   `json:"head"`
		Rows  [][]string `json:"rows"`
	}{v.user, m.Proof, m.Intro, m.Head, m.Rows})
}
