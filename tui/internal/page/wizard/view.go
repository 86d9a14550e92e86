package wizard

import (
	"strings"

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
	var lines []string
	switch {
	case p.ask != nil:
		lines = p.ask.View(s, p.readable())
	case p.step == review:
		p.scroll.SetHeight(p.h)
		return p.scroll.View(s, p.reviewLines())
	case p.step == route:
		lines = p.routeLines()
	default:
		lines = p.formLines()
	}
	if len(lines) > p.h {
		lines = lines[:p.h]
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
	for i, f := range p.fields() {
		if f == p.allow {
			f.label = "The login is at " + p.elsewhere() + ": username and password may go there too."
			lines = append(lines, "")
		}
		lines = append(lines, f.view(s, i == p.at, w)...)
	}
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
	case seed:
		return text.Wrap("What the authenticator app is given when it is enrolled: the otpauth:// link, or the letters below the QR code. It goes to "+place+", and is not shown.", w)
	case proof:
		return text.Wrap("A page that only a signed-in user gets, and a text on it, prove the login: gatepass asks for the page with the session and without, and the two must differ.", w)
	case route, review:
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
		if p.password.input.Empty() {
			return dimLines(s, "Without a password the login stops where one is asked for.", w)
		}
	case seed:
		if p.key != nil {
			return p.keyLines(w)
		}
	case proof:
		if p.proofURL.input.Empty() {
			return dimLines(s, "Without an address, the page that the login ends on is looked at.", w)
		}
	case route, review:
	}
	return nil
}

func dimLines(s *theme.Styles, t string, w int) []string {
	lines := text.Wrap(t, w)
	for i := range lines {
		lines[i] = s.Dim.Of(lines[i])
	}
	return lines
}

// routeLines draw the routes, and all about the marked one.
func (p *Page) routeLines() []string {
	s, w := p.env.Styles, p.readable()
	lines := p.routes.View(s, w)
	way := p.way()
	mark := s.Good.Of("✓ ")
	if !way.byItself() {
		mark = s.Warn.Of("! ")
	}
	lines = append(lines, "")
	lines = append(lines, ui.Hanging(s.Dim.Of("how  "), way.how, w)...)
	lines = append(lines, ui.Hanging(s.Dim.Of("who  "), way.who, w)...)
	lines = append(lines, ui.Hanging(s.Dim.Of("here ")+mark, way.here, w)...)
	if p.seen != nil && p.seen.Title != "" && asks(*p.seen) != "" {
		lines = append(lines, "", s.Dim.Of(text.Cut("Seen: “"+text.Clean(p.seen.Title)+"” "+asks(*p.seen)+".", w)))
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
	add("also allowed", strings.Join(store.Origins(e.Target.Origins), ", "))
	add("username", e.Target.Username)
	add("route", string(e.Target.Route)+", "+p.way().brief)
	add("proof", proofText(e.Target.Proof))
	lines = append(lines, "", s.Bright.Of("In "+ui.Named(p.env.Place.Backend)))
	kept := len(lines)
	if !e.Password.IsZero() {
		add("password", "given, not shown")
	}
	if e.OTP != nil {
		add("OTP seed", aboutKey(*e.OTP))
	}
	if len(lines) == kept {
		lines = append(lines, "  nothing")
	}
	return append(append(lines, ""), p.lastWord(w)...)
}

func (p *Page) problem() error {
	if p.wrong != nil {
		return p.wrong
	}
	return p.failure
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
	what := "stores this, and then signs in once to see whether it works"
	if !p.way().byItself() {
		what = "stores this; signing in by this route is for a later version"
	}
	return ui.Hanging(s.Key.Of("enter")+" ", what, w)
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
