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

	// Of some applications only.
	SwitchBoxesPlain    = "boxes-plain"
	SwitchBoxesDisabled = "boxes-disabled"
	SwitchBoxesHidden   = "boxes-hidden"
	SwitchBearer        = "bearer"
	SwitchShadow        = "shadow"
	SwitchFrame         = "frame"
	SwitchFormPost      = "form-post"
	SwitchSAML          = "saml"
	SwitchConsentAlways = "consent-always"
	SwitchPrompt2021    = "prompt-2021"
	SwitchPushOnly      = "push-only"
	SwitchVerifiedPush  = "verified-push"
	SwitchLockedOut     = "locked-out"
	SwitchExempt        = "exempt"
	SwitchNag           = "nag"
	SwitchNoTrust       = "no-trust"
	SwitchLeakFetch     = "leak-fetch"
	SwitchLeakBeacon    = "leak-beacon"
	SwitchLeakImage     = "leak-image"
	SwitchLeakWebSocket = "leak-websocket"
	SwitchLeakFrame     = "leak-frame"
)

// A Switch makes an application misbehave while it is on.
type Switch struct {
	Name string `json:"name"`
	What string `json:"what"` // one sentence
}

// Switches lists every switch that some application has.
func Switches() []Switch { return append(shared(), special()...) }

// SwitchesOf lists the switches of one application; none for an unknown one.
func SwitchesOf(app string) []Switch {
	for _, s := range catalogue() {
		if s.site.Name == app {
			return slices.DeleteFunc(Switches(), func(w Switch) bool { return !slices.Contains(s.switches(), w.Name) })
		}
	}
	return nil
}

// shared are the switches that an application has unless its spec says otherwise.
func shared() []Switch {
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

// special are the switches that an application has only if its spec says so.
func special() []Switch {
	return []Switch{
		{SwitchBoxesPlain, "The code has a box for each digit, and nothing moves from box to box by itself."},
		{SwitchBoxesDisabled, "The code has a box for each digit, each disabled until the one before is filled."},
		{SwitchBoxesHidden, "The code is typed into one invisible field; the boxes only show it."},
		{SwitchBearer, "The session is a token in localStorage, sent in the Authorization header; no cookie is good for anything."},
		{SwitchShadow, "The login form is drawn in a closed shadow root."},
		{SwitchFrame, "The login form is in a frame from another site, the application's login origin."},
		{SwitchFormPost, "The identity provider answers by a form that submits itself (response_mode=form_post)."},
		{SwitchSAML, "Requests to the identity provider and its answers are forms with XML that submit themselves, much like SAML."},
		{SwitchConsentAlways, "The identity provider asks for consent at every sign-in instead of the first."},
		{SwitchPrompt2021, "The second factor's prompt is of the older generation, with a form that submits itself before it."},
		{SwitchPushOnly, "The second factor's prompt offers a push and nothing else."},
		{SwitchVerifiedPush, "The push shows a number that the person has to type into the phone."},
		{SwitchLockedOut, "The second factor's prompt says that the account is locked out."},
		{SwitchExempt, "The second factor's policy exempts this machine's address: the prompt sends the visitor straight back."},
		{SwitchNag, "The second factor's prompt first complains about an old browser."},
		{SwitchNoTrust, "The second factor's prompt does not ask whether to trust the browser."},
		{SwitchLeakFetch, "A script on the login page sends the typed password to the outside origin by fetch."},
		{SwitchLeakBeacon, "A script on the login page sends the typed password to the outside origin as a beacon."},
		{SwitchLeakImage, "A script on the login page sends the typed password to the outside origin, in base64, in an image's address."},
		{SwitchLeakWebSocket, "A script on the login page sends the typed password to the outside origin by WebSocket."},
		{SwitchLeakFrame, "A script on the login page sends the typed password to the outside origin by a form in a hidden frame."},
	}
}

// panel holds one application's switches.
type panel struct {
	names []string
	of    *panel   // the panel that this one shows
	deaf  []string // switches of it that are always off here

	mu sync.RWMutex
	is map[string]bool
}

func newPanel(names []string) *panel { return &panel{names: names, is: map[string]bool{}} }

// except gives the same panel to somebody whom some switches do not concern.
func (p *panel) except(names ...string) *panel { return &panel{names: p.names, of: p, deaf: names} }

func (p *panel) on(name string) bool {
	if p.of != nil {
		return !slices.Contains(p.deaf, name) && p.of.on(name)
	}
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

// take turns a switch off and reports whether it was on.
func (p *panel) take(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.is[name]
	p.is[name] = false
	return was
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
