package wizard

import (
	"strconv"
	"strings"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// readable is the width of what is read and filled in.
func (p *Page) readable() int { return min(p.w, 92) }

// View implements ui.Page.
func (p *Page) View() string {
	s := p.env.Styles
	if p.ask != nil {
		return first(p.ask.View(s, p.readable()), p.h)
	}
	p.scroll.SetHeight(p.h)
	switch p.step {
	case interview:
		return first(p.interviewLines(), p.h)
	case route:
		return p.scroll.View(s, p.routeLines())
	case letter:
		return first(strings.Split(p.letterView(), "\n"), p.h)
	case review:
		return p.scroll.View(s, p.reviewLines())
	case after:
		return p.scroll.View(s, p.afterLines())
	default:
		return first(p.formLines(), p.h)
	}
}

func first(lines []string, h int) string {
	if len(lines) > h {
		lines = lines[:max(h, 0)]
	}
	return strings.Join(lines, "\n")
}

// formLines draw a step that is filled in.
func (p *Page) formLines() []string {
	s, w := p.env.Styles, p.readable()
	lines := p.preface(w)
	if len(lines) > 0 {
		lines = append(lines, "")
	}
	p.allow.Label = "The login is at " + p.elsewhere() + ": username and password may go there too."
	lines = append(lines, p.form.View(s, w)...)
	if more := p.postscript(w); len(more) > 0 {
		lines = append(append(lines, ""), more...)
	}
	return lines
}

// preface says in a sentence what a step is for.
func (p *Page) preface(w int) []string {
	place := ui.Named(p.env.Place.Backend)
	switch p.step {
	case where:
		return text.Wrap("The page on which the account signs in. gatepass looks at it as soon as the address is there, without signing in.", w)
	case who:
		return text.Wrap("A test account of its own is best: scans lock accounts. The password goes to "+place+" and nowhere else.", w)
	case account:
		return text.Wrap("Where a tenant is known, gatepass asks Duo what it would do with the account, and has it make codes or a token. Without one everything works too, by hand.", w)
	case own:
		return p.ownPreface(w, place)
	case proof:
		return text.Wrap("A page that only a signed-in user gets, and a text on it, prove the login: gatepass asks for the page with the session and without, and the two must differ.", w)
	default:
		return nil
	}
}

// ownPreface says what a route needs.
func (p *Page) ownPreface(w int, place string) []string {
	say := func(paragraphs ...string) []string {
		var lines []string
		for i, t := range paragraphs {
			if i > 0 {
				lines = append(lines, "")
			}
			lines = append(lines, text.Wrap(t, w)...)
		}
		return lines
	}
	switch p.route() {
	case store.RouteOTP:
		return say("What the authenticator app is given when it is enrolled: the otpauth:// link, the letters below the QR code, or a picture of it. It goes to " + place + ", and is not shown.")
	case store.RouteBypassCode:
		return say("What an administrator issued, one code for each login. They go to " + place + ", are not shown, and none is sent twice. They may also come later.")
	case store.RouteExemption:
		return say("The public addresses that the scanner comes from, as the policy has to name them. They stand in the request, and Duo is asked about the first of them.")
	case store.RouteTrustedDevice:
		return say("When this is stored, gatepass signs in once with a person there, answers “Yes, trust browser”, and keeps in "+place+" what the device is remembered by. Later logins are not asked, until the time ends, or the address or the browser changes.",
			"For that first login somebody approves the push, or its code comes from a seed, if there is one.")
	case store.RoutePush:
		return say("gatepass signs in and waits, and a person approves on the phone: at every single login, also at night. gatepass never approves a push, and nothing else should.",
			"If Duo shows a number, it stands large on the screen: the person types it into the phone.",
			"Have somebody with the phone ready before the review: the login begins right after it.")
	}
	return nil
}

// postscript is what a step found out about what was filled in.
func (p *Page) postscript(w int) []string {
	s := p.env.Styles
	switch p.step {
	case where:
		return p.seenLines(w)
	case who:
		lines := dimLines(s, "Secrets go to the login's own origin, and to those that are allowed: one alone is for everything, https://sso.example.com=password,passcode for no more than that. What is not allowed is asked about when it comes.", w)
		if p.password.Empty() {
			lines = append(lines, dimLines(s, "Without a password the login stops where one is asked for.", w)...)
		}
		return lines
	case account:
		return p.accountLines(w)
	case own:
		return p.ownPostscript(w)
	case proof:
		if p.proofURL.Empty() {
			return dimLines(s, "Without an address, the page that the login ends on is looked at.", w)
		}
	default:
	}
	return nil
}

func (p *Page) ownPostscript(w int) []string {
	s, o := p.env.Styles, &p.own
	switch {
	case o.reading.Busy():
		return []string{widget.MarkRunning.Of(s, int(p.env.Now().UnixMilli()/150)) + " reading the file…"}
	case p.route() == store.RouteOTP && o.token:
		return text.Wrap("A seed is made here and kept first. Then Duo imports it as a token of this account, and one passcode proves it. It stays until it is removed: T on the Duo page.", w)
	case p.key != nil && (p.route() == store.RouteOTP || p.route() == store.RouteTrustedDevice):
		return p.keyLines(w)
	case p.route() == store.RouteBypassCode:
		return p.codesLines(w)
	}
	return nil
}

func (p *Page) codesLines(w int) []string {
	s, n := p.env.Styles, len(p.own.read)
	switch {
	case p.own.issued:
		return text.Wrap("Each code is a way past the second factor. Duo records that they are made and may alert those who watch: what it costs is said again before it is done.", w)
	case n == 1:
		return []string{s.Good.Of("✓ ") + "1 code"}
	case n > 1:
		return []string{s.Good.Of("✓ ") + strconv.Itoa(n) + " codes"}
	}
	return dimLines(s, "One a line, or with commas between; zeros in front count.", w)
}

func dimLines(s *theme.Styles, t string, w int) []string {
	lines := text.Wrap(t, w)
	for i := range lines {
		lines[i] = s.Dim.Of(lines[i])
	}
	return lines
}

// keyLines draw what a seed was taken for, and its present code to compare.
func (p *Page) keyLines(w int) []string {
	s, k, now := p.env.Styles, *p.key, p.env.Now()
	lines := ui.Hanging(s.Good.Of("✓ "), aboutKey(k), w)
	for _, n := range k.Notes() {
		lines = append(lines, ui.Hanging(s.Dim.Of("· "), text.Clean(n), w)...)
	}
	lines = append(lines, "")
	if k.Type() == otp.HOTP {
		return append(lines, text.Wrap("It counts instead of following the clock, so there is no code to compare: each one that is made is used up.", w)...)
	}
	step := k.Step(now)
	code, err := k.At(step)
	if err != nil {
		return append(lines, ui.ErrorLines(s, err, w)...)
	}
	shown := s.Bright.Of(grouped(code.Reveal()))
	if p.covered {
		shown = s.Dim.Of(strings.Repeat("•", k.Digits()+1))
	}
	lines = append(lines, "  "+shown+"  "+widget.Countdown(s, code.Left(now), k.Period(), 12), "")
	return append(lines, text.Wrap("Compare with the phone: if it shows the same, seed and clock are right. Do not use this code now; the login will need one.", w)...)
}

// grouped sets a code in two halves.
func grouped(code string) string {
	if len(code) < 6 {
		return code
	}
	return code[:len(code)/2] + " " + code[len(code)/2:]
}

// enrolment is what would be stored.
func (p *Page) enrolment() auth.Enrolment {
	e := auth.Enrolment{
		Target: store.Target{
			Name: p.name.Value(), URL: p.url.Value(), Username: p.user.Value(), Route: p.route(),
			Proof: store.Proof{URL: p.proofURL.Value(), Text: p.proofText.Value()},
		},
		Password: p.password.Input.Secret(), Bypass: p.bypass(), Replace: p.kept,
	}
	if t, ok := p.tenant(); ok {
		e.Target.Duo = store.TargetDuo{
			Tenant: t.Name, Integration: p.duo.integration.Value(), Username: strings.TrimSpace(p.duo.known.Value()),
		}
		if p.sendsPasscodes() { // Duo's prompt is at the tenant's own host
			e.Target.Origins = append(e.Target.Origins, store.Grant{Origin: "https://" + t.APIHost, For: []string{store.ForPasscode}})
		}
	}
	if origin := p.elsewhere(); origin != "" && p.allowed {
		e.Target.Origins = append(e.Target.Origins, store.Grants(origin)...)
	}
	more, _ := p.alsoAllowed()
	e.Target.Origins = store.Granted(append(e.Target.Origins, more...))
	seeded := p.route() == store.RouteOTP && !p.own.token || p.route() == store.RouteTrustedDevice
	if seeded && p.key != nil {
		k := *p.key
		e.OTP = &k
	}
	return e
}

// sendsPasscodes reports whether the route answers the challenge itself.
func (p *Page) sendsPasscodes() bool {
	r := p.route()
	return r == store.RouteOTP || r == store.RouteBypassCode || r == store.RouteTrustedDevice && p.key != nil
}

func grantText(g store.Grant) string {
	if len(g.For) == 0 {
		return g.Origin + ", for everything"
	}
	return g.Origin + ", for the " + strings.Join(g.For, " and the ")
}

// reviewLines draw everything that will be stored, and where.
func (p *Page) reviewLines() []string {
	s, w := p.env.Styles, p.readable()
	e := p.enrolment()
	var lines []string
	if problem := p.problem(); problem != nil {
		lines = append(ui.ErrorLines(s, problem, w), s.Dim.Of("Nothing was stored. All that you typed is still here."), "")
	}
	add := func(name, value string) {
		if value != "" {
			lines = append(lines, ui.Hanging("  "+s.Dim.Of(text.Pad(name, 15)), text.Clean(value), w)...)
		}
	}
	lines = append(lines, s.Bright.Of("In a file that you can read and edit"))
	add("name", e.Target.Name)
	add("login page", e.Target.URL)
	for _, g := range e.Target.Origins {
		add("also allowed", grantText(g))
	}
	add("username", e.Target.Username)
	add("route", string(e.Target.Route)+", "+briefs[e.Target.Route])
	add("at Duo", duoText(e.Target.Duo))
	add("proof", proofText(e.Target.Proof))
	lines = append(lines, "", s.Bright.Of("In "+ui.Named(p.env.Place.Backend)))
	kept := len(lines)
	if !e.Password.IsZero() {
		add("password", "given, not shown")
	}
	if e.OTP != nil {
		add("OTP seed", aboutKey(*e.OTP))
	}
	if e.Bypass != nil {
		add("bypass codes", strconv.Itoa(len(e.Bypass.Codes))+", not shown")
	}
	if len(lines) == kept {
		lines = append(lines, "  nothing")
	}
	return append(append(lines, ""), p.lastWord(w)...)
}

// duoText says as whom Duo knows the account.
func duoText(d store.TargetDuo) string {
	if d.Tenant == "" {
		return ""
	}
	parts := []string{"tenant " + d.Tenant}
	if d.Integration != "" {
		parts = append(parts, "application "+d.Integration)
	}
	if d.Username != "" {
		parts = append(parts, "known as "+d.Username)
	}
	return strings.Join(parts, ", ")
}

func (p *Page) problem() error {
	if p.wrong != nil {
		return p.wrong
	}
	return p.failure
}

// lastWords say what storing leads to.
func (p *Page) lastWords() string {
	switch p.following() {
	case issuing:
		return "stores this, and has Duo issue " + strings.TrimSpace(p.own.count.Value()) + " codes once you have seen what that costs"
	case enroling:
		return "stores this, has Duo make the token, and signs in"
	case checking:
		return "stores this, asks Duo whether the exemption was granted, and signs in"
	case nothing:
	}
	switch p.route() {
	case store.RouteTrustedDevice:
		return "stores this, and signs in once with somebody there: the device is trusted then"
	case store.RoutePush:
		return "stores this, and signs in: have the phone ready"
	case store.RouteBypassCode:
		if p.bypass() == nil {
			return "stores this; a login needs codes, from an administrator or from the Duo page (d on the first page)"
		}
	}
	return "stores this, and then signs in once to see whether it works"
}

func (p *Page) lastWord(w int) []string {
	s := p.env.Styles
	switch {
	case p.storing.Busy():
		frame := int(p.env.Now().UnixMilli() / 150)
		return []string{widget.MarkRunning.Of(s, frame) + " storing…"}
	case p.wrong != nil:
		return []string{s.Key.Of("esc") + " back, to mend it"}
	}
	return ui.Hanging(s.Key.Of("enter")+" ", p.lastWords(), w)
}

func proofText(p store.Proof) string {
	switch {
	case p.URL == "" && p.Text == "":
		return "the page that the login ends on"
	case p.Text == "":
		return p.URL
	case p.URL == "":
		return "“" + p.Text + "” on the page that the login ends on"
	}
	return "“" + p.Text + "” on " + p.URL
}
