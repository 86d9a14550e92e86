package lab

import "net/http"

// A flow is a way to sign in that is more than an application's own forms.
type flow interface {
	// routes serves the sign-in on the application's own origin.
	routes(mux *http.ServeMux)
	// annexes are the further origins, in the order of their ports.
	annexes() []*annex
	// policy completes the application's content security policy.
	policy(p *policy)
	// describe completes the application's description.
	describe(d *App)
}

// What an origin may be given, in the words of an [Origin].
const (
	secretPassword = "password"
	secretPasscode = "passcode"
)

// An annex is a further origin of an application.
type annex struct {
	// foreign puts it under the name localhost, and so on another site than the
	// application; otherwise it is another origin of the same site.
	foreign bool
	secrets []string // what a visitor types there
	handler http.Handler
	app     *app   // nil: its pages are no application of their own
	url     string // scheme://host:port
}

// An Origin is an origin beside the application's own that asks for secrets.
type Origin struct {
	Origin string `json:"origin"` // scheme://host:port
	// Secrets says what is typed there: "password", "passcode". What no further
	// origin asks for is typed on the application's own.
	Secrets []string `json:"secrets"`
}

func (x *annex) origin() Origin { return Origin{x.url, x.secrets} }
