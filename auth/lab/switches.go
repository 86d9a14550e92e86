package lab

import (
	"slices"
	"sync"
)

// The switches. [Switches] says what each does.
const (
	SwitchClockAhead    = "clock-ahead"
	SwitchRedirect307   = "redirect-307"
	SwitchSlow          = "slow"
	SwitchError500      = "error-500"
	SwitchNoMFA         = "no-mfa"
	SwitchLocked        = "locked"
	SwitchLocked423     = "locked-423"
	SwitchCSRFBroken    = "csrf-broken"
	SwitchNeedsScript   = "needs-script"
	SwitchNoForm        = "no-form"
	SwitchRedirectLoop  = "redirect-loop"
	SwitchNoSession     = "no-session"
	SwitchForeignAction = "foreign-action"
	SwitchCaptcha       = "captcha"
	SwitchPublic        = "public"
	SwitchNotFound      = "not-found"
)

// A Switch makes an application misbehave while it is on.
type Switch struct {
	Name string `json:"name"`
	What string `json:"what"` // one sentence
}

// Switches lists every switch that some application has.
func Switches() []Switch {
	return []Switch{
		{SwitchClockAhead, "The application's clock, and with it its codes and its Date header, is 120 s ahead."},
		{SwitchRedirect307, "The form with the password is answered by a 307 to the outside origin, which asks the client to send the password there."},
		{SwitchSlow, "Every page takes its time to answer."},
		{SwitchError500, "Every page answers 500 Internal Server Error."},
		{SwitchNoMFA, "The password is enough; no code is asked."},
		{SwitchLocked, "The account is locked, whatever is given."},
		{SwitchLocked423, "A locked account is answered with status 423 instead of 200."},
		{SwitchCSRFBroken, "Every CSRF token is refused, as behind a proxy that loses cookies."},
		{SwitchNeedsScript, "The login page is empty until its script has drawn it."},
		{SwitchNoForm, "The login address shows a page without a form, with a link to the form."},
		{SwitchRedirectLoop, "The login page redirects in a circle."},
		{SwitchNoSession, "Signing in looks successful, but no session comes of it and no cookie is set."},
		{SwitchForeignAction, "The form with the password is addressed to the outside origin."},
		{SwitchCaptcha, "The login page wants a captcha solved, and refuses to sign in without it."},
		{SwitchPublic, "The members' page and /api/me are visible to everybody."},
		{SwitchNotFound, "The login page answers 404 Not Found."},
	}
}

// panel holds one application's switches.
type panel struct {
	names []string

	mu sync.RWMutex
	is map[string]bool
}

// newPanel offers all switches but those that mean nothing to the application.
func newPanel(without ...string) *panel {
	p := &panel{is: map[string]bool{}}
	for _, s := range Switches() {
		if !slices.Contains(without, s.Name) {
			p.names = append(p.names, s.Name)
		}
	}
	return p
}

func (p *panel) on(name string) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.is[name]
}

// set reports whether there is such a switch.
func (p *panel) set(name string, on bool) bool {
	if !slices.Contains(p.names, name) {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.is[name] = on
	return true
}

// all gives every switch with its position.
func (p *panel) all() map[string]bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	all := make(map[string]bool, len(p.names))
	for _, name := range p.names {
		all[name] = p.is[name]
	}
	return all
}
