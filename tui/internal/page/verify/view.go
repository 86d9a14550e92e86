package verify

import (
	"strings"

	"gatepass/auth/login"
	"gatepass/store"
	"gatepass/tui/internal/signin"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// readable is the width of what is read: as wide as the page, but not so wide
// that the eye loses the line, and leaving room for the picture beside it.
func (p *Page) readable() int {
	if p.pictured() {
		return max(min(p.w-max(minPicture, p.w*35/100)-pictureGap, 110), minText)
	}
	return min(p.w, 110)
}

const (
	minText    = 72 // cells for the text beside a picture
	minPicture = 30 // a smaller picture tells nothing
	pictureGap = 3
)

// pictured reports whether a picture of the page stands beside the text.
func (p *Page) pictured() bool {
	return !p.noShots && p.run.HasPicture() && p.w >= minText+pictureGap+minPicture
}

// View implements ui.Page.
func (p *Page) View() string {
	p.scroll.SetHeight(p.h)
	if p.kept != nil {
		return p.scroll.View(p.env.Styles, p.evidence())
	}
	lines := p.lines()
	if p.pictured() {
		w := p.readable()
		picture := p.run.Picture(p.w-w-pictureGap, p.h-2)
		beside := append([]string{"", ""}, picture...)
		for i := range beside[:2] {
			beside[i] = text.Blank(text.Width(beside[len(beside)-1]))
		}
		if len(lines) <= p.h {
			return strings.Join(signin.Beside(lines, beside, p.w), "\n")
		}
	}
	return p.scroll.View(p.env.Styles, lines)
}

func (p *Page) lines() []string {
	lines := []string{p.subject(), ""}
	var below []string
	switch {
	case p.ended():
		below = p.outcome()
	case !p.run.Busy():
		below = p.ready()
	}
	if p.run.Begun() {
		lines = append(lines, p.run.Lines(p.readable(), p.h-len(lines)-len(below))...)
	}
	return append(lines, below...)
}

// subject says who signs in where, and how.
func (p *Page) subject() string {
	s := p.env.Styles
	if p.target == nil {
		return s.Dim.Of(text.Cut(p.name, p.readable()))
	}
	t := p.target.Target
	about := text.Clean(t.Username) + " · route " + string(t.Route) + p.manner()
	room := p.readable() - text.Width(about) - 3
	if room < 20 {
		return s.Dim.Of(text.Cut(text.Clean(t.URL)+" · "+about, p.readable()))
	}
	return s.Dim.Of(text.Cut(text.Clean(t.URL), room) + " · " + about)
}

// manner says what is out of the ordinary in how the login is made.
func (p *Page) manner() string {
	s := ""
	if p.window {
		s += " · in a browser window"
	}
	if p.o.Trust {
		s += " · trusting this device"
	}
	if p.clock == "target" {
		s += " · by the target's clock"
	}
	return s
}

// ready tells what a login will do before it is done.
func (p *Page) ready() []string {
	s := p.env.Styles
	var lines []string
	if p.target == nil {
		return append(lines, s.Key.Of("enter")+" sign in")
	}
	t := p.target.Target
	lines = append(lines, text.Wrap("This signs in for real: a wrong password or code counts there as a failed attempt.", p.readable())...)
	for _, say := range p.before(t) {
		lines = append(lines, text.Wrap(say, p.readable())...)
	}
	if v := p.target.Last; v != nil {
		mark, word := verdictMark(login.Verdict(v.Verdict))
		about := " · " + text.Ago(v.At, p.env.Now()) + " · took " + text.Took(v.Took)
		if v.Diagnosis != "" {
			about = " · " + text.Clean(v.Diagnosis) + about
		}
		lines = append(lines, "", text.Cut("Last time  "+mark.Of(s, 0)+" "+mark.Paint(s).Of(word)+about, p.w))
	}
	return append(lines, "", s.Key.Of("enter")+" sign in")
}

// before says what the target's route wants to be known before a login.
func (p *Page) before(t store.Target) []string {
	switch {
	case p.o.Trust:
		return []string{"The device is to be remembered: somebody has to pass the second factor, unless a seed is kept. Later logins go without, as long as the policy lets them."}
	case t.Route == store.RouteBypassCode:
		return []string{"One use of a bypass code is spent."}
	case t.Route == store.RoutePush:
		return []string{"A push goes to the phone, and somebody has to approve it. gatepass never does."}
	case t.Route == store.RouteTrustedDevice && !t.Has(store.KindDevice):
		return []string{"No device is remembered yet. t signs in with somebody there, and has it remembered."}
	case t.Route == store.RouteTrustedDevice && p.target.Device != nil:
		return []string{"The device is " + p.deviceWords(p.target.Device)}
	case t.Has(store.KindSeed):
		return []string{"If a one-time code is asked for, one is used up."}
	}
	return nil
}

// verdictMark puts a verdict into a mark and words.
func verdictMark(v login.Verdict) (widget.Mark, string) {
	switch v {
	case login.SignedIn:
		return widget.MarkGood, "signed in"
	case login.Refused:
		return widget.MarkBad, "refused"
	default:
		return widget.MarkWarn, "error"
	}
}

// outcome draws the verdict, what to do about it, and what is known of the session.
func (p *Page) outcome() []string {
	s := p.env.Styles
	lines := []string{""}
	if p.result != nil {
		lines = append(lines, p.verdict(*p.result))
		lines = append(lines, p.diagnosis(p.result.Diagnosis)...)
	} else {
		lines = append(lines, widget.MarkBad.Of(s, 0)+" "+s.Bright.Of("NOT STARTED"))
	}
	if p.err != nil {
		lines = append(lines, indent(ui.ErrorLines(s, p.err, p.readable()-2))...)
	}
	if p.result != nil {
		lines = append(lines, p.facts(*p.result)...)
	}
	return lines
}

// verdict is the banner.
func (p *Page) verdict(r login.Result) string {
	s := p.env.Styles
	mark, word := verdictMark(r.Verdict)
	head := mark.Of(s, 0) + " " + mark.Paint(s).Of(strings.ToUpper(word))
	if r.Diagnosis != nil {
		head += "  " + s.Bright.Of(text.Clean(string(r.Diagnosis.Code)))
	}
	about := "  after " + text.Took(r.Elapsed)
	if r.OK() {
		about = "  proven in " + text.Took(r.Elapsed) + mfa(r.MFA)
	}
	return head + s.Dim.Of(text.Cut(about, p.readable()-text.Width(head)))
}

// factors are what answered the second factor, in a sentence.
var factors = map[string]string{
	"bypass_code": "a bypass code was asked for and taken",
	"push":        "somebody approved a push",
}

// mfa says what was seen of the second factor.
func mfa(m login.MFA) string {
	switch {
	case !m.Challenged:
		return " · no second factor was asked for"
	case m.Factor == "":
		return " · a second factor was asked for"
	case factors[m.Factor] != "":
		return " · " + factors[m.Factor]
	}
	return " · a one-time code was asked for and taken"
}

func (p *Page) diagnosis(d *login.Diagnosis) []string {
	if d == nil {
		return nil
	}
	s := p.env.Styles
	w := p.readable() - 2
	var lines []string
	for _, l := range text.Wrap(text.Clean(d.Title)+".", w) {
		lines = append(lines, s.Bright.Of(l))
	}
	lines = append(lines, text.Wrap(text.Clean(d.Detail), w)...)
	lines = append(lines, ui.Hanging(s.Accent.Of("→ "), text.Clean(d.Remedy), w)...)
	return indent(lines)
}

func indent(lines []string) []string {
	for i := range lines {
		lines[i] = "  " + lines[i]
	}
	return lines
}
