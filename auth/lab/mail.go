package lab

import "net/http"

// mailFlow signs in on a page that a script draws and that changes its address
// without a request: the name, then the password, then the code.
type mailFlow struct {
	*dialogue
	frame *mailFrame
}

func newMailFlow(a *app, _ Options) (flow, error) {
	d := a.cookies("XSRF-TOKEN", "X-XSRF-TOKEN")
	return &mailFlow{d, newMailFrame(a)}, nil
}

func (f *mailFlow) annexes() []*annex { return []*annex{f.frame.annex} }

func (f *mailFlow) describe(d *App) { d.Origins = []Origin{f.frame.annex.origin()} }

func (f *mailFlow) policy(p *policy) {
	f.a.leaky(p)
	if f.a.panel.on(SwitchFrame) {
		p.allow("frame-src", f.frame.annex.url)
	}
}

func (f *mailFlow) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+loginPath, func(w http.ResponseWriter, r *http.Request) {
		if !f.a.diverted(w, r) {
			f.show(w, r)
		}
	})
	for _, path := range append([]string{signInPath}, mailViews...) {
		mux.HandleFunc("GET "+path, f.show)
	}
	mux.HandleFunc("POST /api/login/ticket", f.take(f.takeTicket))
	f.mailAPI(mux)
}

// mailViews are the addresses that the script gives to its later pages.
var mailViews = []string{"/login/password", "/login/code"}

// show gives the page with the form, or with the frame that has it.
func (f *mailFlow) show(w http.ResponseWriter, r *http.Request) {
	if !f.a.panel.on(SwitchFrame) {
		f.a.drawSingle(w, "Sign in", "mail.js")
		return
	}
	v := f.begin(w, r)
	if v.stage == signedIn {
		http.Redirect(w, r, accountPath, http.StatusFound)
		return
	}
	p := f.a.page(v, "Sign in")
	p.Body = f.frame.invite(v, localPath(r.URL.Query().Get("next")))
	render(w, http.StatusOK, "frame", p)
}

// mailAPI serves what the script asks for, on whichever origin it runs.
func (d *dialogue) mailAPI(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/session", func(w http.ResponseWriter, r *http.Request) {
		b := d.brief(d.begin(w, r), r, "/api/login/password")
		if d.invited {
			b.Parent = d.a.url
		}
		writeJSON(w, http.StatusOK, b)
	})
	mux.HandleFunc("POST /api/login/username", d.take(d.takeUsername))
	mux.HandleFunc("POST /api/login/password", d.take(d.takePassword))
	mux.HandleFunc("POST /api/login/code", d.take(d.takeCode))
}
