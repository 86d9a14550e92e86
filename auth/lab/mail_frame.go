package lab

import (
	"net/http"
	"net/url"
)

// A mailFrame is the login origin of mail: the form in a frame from another site.
// Browsers keep such a frame's cookies away, so its sessions travel in a header.
// The application invites a visitor, the frame's script signs them in and hands
// the application's page a ticket, and that page turns it into a session. Only
// the visitor who was invited can: a ticket of somebody else's is worth nothing.
type mailFrame struct {
	*dialogue
	annex   *annex
	tickets *shelf[ticket]
}

// A ticket says who signed in at the login origin.
type ticket struct{ owner, user, next string }

func newMailFrame(a *app) *mailFrame {
	f := &mailFrame{tickets: newShelf[ticket](a.clock, signInTime)}
	f.dialogue = &dialogue{a: a, header: func() bool { return true }, invited: true, enter: f.issue}
	mux := http.NewServeMux()
	for _, path := range append([]string{loginPath}, mailViews...) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			a.drawSingle(w, "Sign in", "mail.js")
		})
	}
	mux.HandleFunc("GET /static/{name}", func(w http.ResponseWriter, r *http.Request) {
		serveStatic(w, r, r.PathValue("name"))
	})
	f.mailAPI(mux)
	f.annex = &annex{
		foreign: true,
		secrets: []string{secretPassword, secretPasscode},
		handler: a.disturbed(mux, f.policy),
	}
	return f
}

func (f *mailFrame) policy() *policy {
	p := newPolicy()
	p.only("frame-ancestors", f.a.url)
	f.a.leaky(p)
	return p
}

// invite gives the address of a frame in which the visitor can sign in.
func (f *mailFrame) invite(v visitor, next string) string {
	id := newID()
	f.a.sessions.put(id, session{next: next, owner: v.id})
	return f.annex.url + loginPath + "?" + url.Values{"tx": {id}, "next": {next}}.Encode()
}

// issue ends the sign-in in the frame.
func (f *mailFrame) issue(_ http.ResponseWriter, v visitor, s session) reply {
	f.a.sessions.drop(v.id)
	return reply{Next: "done", Ticket: f.tickets.put(ticket{owner: s.owner, user: s.user, next: s.next})}
}

// takeTicket ends the sign-in on the page around the frame.
func (f *mailFlow) takeTicket(w http.ResponseWriter, _ *http.Request, v visitor, g given) {
	t, ok := f.frame.tickets.take(g.Ticket)
	if !ok || t.owner != v.id {
		sayJSON(w, http.StatusForbidden, saysExpired)
		return
	}
	writeJSON(w, http.StatusOK, f.enter(w, v, session{user: t.user, next: t.next}))
}
