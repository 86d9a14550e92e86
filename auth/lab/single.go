package lab

import "net/http"

// A singlePage is an application's page that a script draws.
type singlePage struct {
	Site   site
	Title  string
	Script string // file in static
}

// showSingle answers with the page, unless a switch has taken the login over.
func (a *app) showSingle(title, script string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !a.diverted(w, r) {
			a.drawSingle(w, title, script)
		}
	}
}

func (a *app) drawSingle(w http.ResponseWriter, title, script string) {
	render(w, http.StatusOK, "single", singlePage{a.spec.site, title, script})
}

// A briefing is what a single page's script is told when it begins.
type briefing struct {
	Title  string `json:"title"`
	Stage  string `json:"stage"` // as reply.Next
	User   string `json:"user"`
	Next   string `json:"next"`
	Digits int    `json:"digits"`
	Cookie string `json:"csrf_cookie"` // "" where the session is no cookie
	Header string `json:"csrf_header"`
	// Login is where the password goes: here, or under SwitchForeignAction away.
	Login  string `json:"login"`
	Boxes  string `json:"boxes,omitempty"` // desk: "advance", "plain", "disabled", "hidden"
	Shadow bool   `json:"shadow,omitempty"`
	Parent string `json:"parent,omitempty"`  // the origin that a frame reports to
	Leak   string `json:"leak,omitempty"`    // how a hostile script sends the password away
	LeakTo string `json:"leak_to,omitempty"` // and where
}

// brief makes a briefing. password is the path that takes the password.
func (d *dialogue) brief(v visitor, r *http.Request, password string) briefing {
	a := d.a
	b := briefing{
		Title:  a.spec.site.Title,
		Stage:  "username",
		User:   v.user,
		Next:   localPath(r.URL.Query().Get("next")),
		Digits: a.spec.digits,
		Login:  password,
		Shadow: a.panel.on(SwitchShadow),
	}
	switch v.stage {
	case identified:
		b.Stage = secretPassword
	case halfway:
		b.Stage = "code"
	case signedIn:
		b.Stage = "done"
	case anonymous:
	}
	if !d.header() {
		b.Cookie, b.Header = d.csrfCookie, d.csrfHeader
	}
	if a.panel.on(SwitchForeignAction) {
		b.Login = a.outside + password
	}
	if b.Leak = a.leak(); b.Leak != "" {
		b.LeakTo = a.outside
	}
	return b
}
