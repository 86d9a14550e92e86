package login

import "net/url"

// Memory is what has happened in a run so far, as far as deciding needs it.
type Memory struct {
	Exempt       bool            // the route is an exemption: answer no challenge
	Trusted      bool            // a trusted device is to let the login through: answer no challenge
	Push         bool            // a person approves on a phone
	Bypass       bool            // the passcodes are bypass codes
	Trust        bool            // the browser is to be trusted
	Attended     bool            // a person is there to do what we cannot
	Seedless     bool            // no passcode can be given
	SentUsername bool            //
	UsernameTo   string          // the origin that was sent the username
	SentPassword bool            //
	PasswordTo   string          // the origin that was sent the password
	SentCode     bool            //
	Challenged   bool            // a page asked for a code
	Waited       bool            // a person was waited for
	WaitedAt     string          // on which origin
	Refreshed    map[string]bool // addresses that a refresh led to
	Answered     map[Kind]bool   // questions that were answered
	Told         map[string]bool // what stood on the page before the last submit
}

// Do is what to do next.
type Do int

// What can be done.
const (
	DoStop     Do = iota // nothing more: Step.Stop says why
	DoFill               // fill in Step.Roles and send the form
	DoContinue           // send the form as it is, with Reading.Button: it only carries the login on
	DoFollow             // go where the page refreshes to
	DoWait               // wait until a person has acted elsewhere
	DoFinish             // the pages of the login are through
)

// leads is where DoFollow goes.
func (s Step) leads(p Page) *url.URL {
	if s.Reading.Lead != nil {
		return s.Reading.Lead
	}
	return p.Refresh
}

// A Step is a decision.
type Step struct {
	Do      Do
	Reading Reading
	Roles   []Role  // what goes into the form: username, password, code
	Choice  *Choice // what is chosen before Reading.Button is pressed, with DoContinue; or nil
	Stop    Code
	Said    string // what the page said about it, or ""
	// Doubt is what it means if the login was not through after all. With DoFinish
	// only; "" if the page gives no reason for doubt.
	Doubt Code
}

// Decide names the next step of a login. It is a pure function of the page and
// of what has happened so far, and the only place where a login's course is set.
func Decide(p Page, m Memory) Step {
	r := Read(p)
	if code, said := byStatus(p, r, m); code != "" {
		return Step{Reading: r, Stop: code, Said: said}
	}
	switch r.Kind {
	case KindUsername, KindPassword, KindBoth, KindBothCode:
		return credentials(p, r, m)
	case KindCode:
		return passcode(p, r, m)
	case KindOtherCode:
		return otherCode(p, r, m, OtherChannel)
	case KindBackupCode:
		if m.Bypass {
			return passcode(p, r, m)
		}
		return otherCode(p, r, m, NeedsBackup)
	case KindCaptcha:
		return captcha(p, r, m)
	case KindAutoSubmit:
		return Step{Do: DoContinue, Reading: r}
	case KindConsent, KindStay, KindTrust, KindNag:
		return question(p, r, m)
	case KindWaiting, KindMethods:
		return factorChoice(p, r, m)
	case KindTerms:
		return afterPassword(p, r, m, TermsWanted)
	case KindEnrolment:
		return afterPassword(p, r, m, EnrolmentNeeded)
	case KindPasswordChange:
		return passwordChange(p, r, m)
	}
	return noLogin(p, r, m)
}

// credentials decides on a page that asks for username or password. The same
// question twice is the answer no: nothing is ever sent a second time, because
// accounts lock.
func credentials(p Page, r Reading, m Memory) Step {
	again := m.SentPassword
	if r.Kind == KindUsername && m.SentUsername {
		// Another origin may ask for the name once more: an application hands it
		// to its identity provider by leading there.
		again = again || m.UsernameTo == Origin(p.Action(r.Form, r.Button))
	}
	if !again {
		return Step{Do: DoFill, Reading: r, Roles: rolesOf(p, r, m)}
	}
	if logoutLink(p) { // a members' page with a form of the same shape
		return Step{Do: DoFinish, Reading: r, Doubt: WrongCredentials}
	}
	code, said := whyRefused(p, m)
	if m.SentCode && m.Challenged && code == WrongCredentials && len(r.Code) == 0 {
		code = WrongCode // sent back to the start after the code
	}
	return Step{Reading: r, Stop: code, Said: said}
}

// rolesOf lists what to fill in. A code that is asked for together with the
// password may be left out where the page allows it: that is how one form serves
// those who have a second factor and those who have none.
func rolesOf(p Page, r Reading, m Memory) []Role {
	var roles []Role
	if r.Username >= 0 {
		roles = append(roles, RoleUsername)
	}
	if r.Password >= 0 {
		roles = append(roles, RolePassword)
	}
	if len(r.Code) > 0 && (p.Fields[r.Code[0]].Required || m.unasked() == "" && !m.Seedless) {
		roles = append(roles, RoleCode)
	}
	return roles
}

// passcode decides on a page that asks for a one-time code.
func passcode(p Page, r Reading, m Memory) Step {
	switch {
	case m.unasked() != "":
		return Step{Reading: r, Stop: m.unasked(), Said: first(p.Headings)}
	case !m.SentCode && (m.Seedless || r.Joined) && m.Attended:
		return Step{Do: DoWait, Reading: r}
	case !m.SentCode && r.Joined: // a code alone would be wrong, and wrong ones lock tokens
		return Step{Reading: r, Stop: PersonNeeded, Said: first(p.Headings)}
	case !m.SentCode:
		roles := []Role{RoleCode}
		if r.Username >= 0 && !m.SentUsername {
			roles = []Role{RoleUsername, RoleCode}
		}
		return Step{Do: DoFill, Reading: r, Roles: roles}
	}
	said, text := news(p, m)
	code := WrongCode
	switch {
	case barred(text) != "":
		return Step{Reading: r, Stop: barred(text), Said: said}
	case m.Bypass:
		code = WrongBypass
	case usedCodeWords.in(text):
		code = ReplayedCode
	}
	return Step{Reading: r, Stop: code, Said: said}
}

// unasked is what it means that a challenge is met where none was to be; "" where one
// may be.
func (m Memory) unasked() Code {
	switch {
	case m.Exempt:
		return StillAsked
	case m.Trusted:
		return DeviceForgotten
	}
	return ""
}

// otherCode turns from a code that the seed does not give to one that it gives, where
// the page leads there.
func otherCode(p Page, r Reading, m Memory, why Code) Step {
	if m.unasked() != "" || m.Seedless || m.Bypass || m.Push || m.SentCode || m.Answered[r.Kind] || !m.SentPassword && !m.SentUsername {
		return challenged(p, r, m, why)
	}
	switch {
	case r.Away >= 0:
		r.Button, r.Form = r.Away, p.Buttons[r.Away].Form
		return Step{Do: DoContinue, Reading: r}
	case r.Lead != nil:
		return Step{Do: DoFollow, Reading: r}
	}
	return challenged(p, r, m, why)
}

// challenged stops at a challenge that a code from a seed cannot answer.
func challenged(p Page, r Reading, m Memory, why Code) Step {
	switch {
	case m.unasked() != "":
		why = m.unasked()
	case m.Attended && !m.SentCode:
		return Step{Do: DoWait, Reading: r}
	}
	return Step{Reading: r, Stop: why, Said: first(p.Headings)}
}

// captcha stops at a robots' gate. One that comes up only after a refusal is the
// refusal's consequence, and the refusal what matters.
func captcha(p Page, r Reading, m Memory) Step {
	if m.SentPassword && (r.Username >= 0 || r.Password >= 0) {
		if said, text := news(p, m); refusedWords.in(text) || lockedWords.in(text) {
			code, _ := whyRefused(p, m)
			return Step{Reading: r, Stop: code, Said: said}
		}
	}
	return Step{Reading: r, Stop: Captcha}
}

// afterPassword stops at a page that makes sense only once the password was
// accepted.
func afterPassword(p Page, r Reading, m Memory, why Code) Step {
	if !m.SentPassword {
		return Step{Reading: r, Stop: PageNotFound}
	}
	said, _ := news(p, m)
	if said == "" {
		said = first(p.Headings)
	}
	return Step{Reading: r, Stop: why, Said: said}
}

// question answers what a login asks on its way, once. A page that asks before
// anything was filled in is none of a login.
func question(p Page, r Reading, m Memory) Step {
	switch {
	case !m.SentPassword && !m.SentCode:
		return noLogin(p, r, m)
	case m.Trust && r.Kind == KindTrust && r.Yes >= 0 && !m.Answered[r.Kind]:
		r.Button = r.Yes
		return Step{Do: DoContinue, Reading: r}
	case m.Answered[r.Kind] || r.Button < 0:
		return Step{Do: DoFinish, Reading: r, Doubt: PersonNeeded}
	}
	return Step{Do: DoContinue, Reading: r}
}

// passwordChange decides on a page that wants a new password. Members' pages have
// such a form too; whether this one must be filled in first, the proof will tell.
func passwordChange(p Page, r Reading, m Memory) Step {
	top := proseOf(append([]string{p.Title}, p.Headings...)...)
	_, text := news(p, m)
	if m.SentPassword && logoutLink(p) && !expiredPasswordWords.in(top) && !expiredPasswordWords.in(text) {
		return Step{Do: DoFinish, Reading: r, Doubt: PasswordExpired}
	}
	return afterPassword(p, r, m, PasswordExpired)
}

// noLogin decides on a page that asks for nothing that belongs to a login:
// before the credentials there is something amiss, after them it is the end.
func noLogin(p Page, r Reading, m Memory) Step {
	switch {
	case refreshes(p, m):
		return Step{Do: DoFollow, Reading: r}
	case m.SentPassword || m.SentCode:
		return finished(p, r, m)
	case r.Kind == KindScript:
		return Step{Reading: r, Stop: NeedsBrowser}
	case r.Kind == KindPasskey:
		return Step{Reading: r, Stop: PasskeyOnly}
	case m.SentUsername:
		return afterName(p, r, m)
	case len(p.Frames) > 0:
		return Step{Reading: r, Stop: NeedsBrowser}
	}
	if link, ok := loginLink(p); ok && Bare(link.URL) != Bare(p.URL) {
		return Step{Reading: r, Stop: NeedsClick, Said: Bare(link.URL)}
	}
	return Step{Reading: r, Stop: PageNotFound}
}

// refreshes reports whether the page is only a stop on the way. One that leads to
// itself, or to where a refresh has led before, is a page that keeps itself fresh.
func refreshes(p Page, m Memory) bool {
	return p.Refresh != nil && !m.Refreshed[Bare(p.Refresh)] && Bare(p.Refresh) != Bare(p.URL) && !logoutLink(p)
}

// finished decides on a page without a login form that came after the password.
func finished(p Page, r Reading, m Memory) Step {
	code, said := whyRefused(p, m)
	if why, says := promptRefuses(p, m); why != "" && !logoutLink(p) && (m.Waited && Origin(p.URL) == m.WaitedAt || why == PolicyBlocked && m.Challenged && !m.SentCode) {
		return Step{Reading: r, Stop: why, Said: says}
	}
	if p.Status >= 400 {
		return Step{Reading: r, Stop: code, Said: said}
	}
	if duoHost(p.URL) {
		return Step{Reading: r, Stop: UnknownPrompt, Said: first(p.Headings)}
	}
	text := proseOf(said)
	if said != "" && !logoutLink(p) && (lockedWords.in(text) || marked(p, said) && refusedWords.in(text)) {
		return Step{Reading: r, Stop: code, Said: said}
	}
	s := Step{Do: DoFinish, Reading: r}
	switch {
	case m.Answered[KindWaiting] && !m.SentCode: // other ways were asked for, and this came
		s.Doubt = MethodMissing
	case r.Kind == KindScript || r.Kind == KindPasskey:
		s.Doubt = NeedsBrowser
	case len(p.Frames) > 0 && !logoutLink(p):
		s.Doubt = NeedsBrowser
	}
	return s
}

// afterName decides on a page without a login form that came after the username
// alone: what was asked for next is not to be seen, or came by another way.
func afterName(p Page, r Reading, m Memory) Step {
	said, text := news(p, m)
	switch {
	case refusedWords.in(text) || lockedWords.in(text):
		code, _ := whyRefused(p, m)
		return Step{Reading: r, Stop: code, Said: said}
	case sentWords.in(proseOf(append(clipList(p.Headings, 5), clip(p.Plain, maxProse))...)):
		return Step{Reading: r, Stop: OtherChannel, Said: first(p.Headings)}
	case len(p.Frames) > 0:
		return Step{Reading: r, Stop: NeedsBrowser}
	}
	return Step{Reading: r, Stop: PageNotFound}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
