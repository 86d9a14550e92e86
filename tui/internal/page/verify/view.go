package verify

import (
	"strings"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// readable is the width of what is read: as wide as the page, but not so wide
// that the eye loses the line.
func (p *Page) readable() int { return min(p.w, 110) }

// View implements ui.Page.
func (p *Page) View() string {
	tall := 3
	lines := p.lines(tall)
	if len(lines) > p.h { // shorter notes before scrolling
		lines = p.lines(1)
	}
	p.scroll.SetHeight(p.h)
	return p.scroll.View(p.env.Styles, lines)
}

func (p *Page) lines(tall int) []string {
	lines := []string{p.subject(), ""}
	if len(p.stages) > 0 || p.run.Busy() {
		lines = append(lines, widget.Steps(p.env.Styles, p.steps(), p.frame(), p.readable(), tall)...)
		lines = append(lines, p.waiting()...)
	}
	switch {
	case p.ended():
		lines = append(lines, p.outcome()...)
	case !p.run.Busy():
		lines = append(lines, p.ready()...)
	}
	return lines
}

// subject says who signs in where.
func (p *Page) subject() string {
	s := p.env.Styles
	if p.target == nil {
		return s.Dim.Of(text.Cut(p.name, p.w))
	}
	t := p.target.Target
	about := text.Clean(t.Username) + " · route " + string(t.Route)
	room := p.readable() - text.Width(about) - 3
	if room < 20 {
		return s.Dim.Of(text.Cut(text.Clean(t.URL)+" · "+about, p.readable()))
	}
	return s.Dim.Of(text.Cut(text.Clean(t.URL), room) + " · " + about)
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
	if t.Has(store.KindSeed) {
		lines = append(lines, text.Wrap("If a one-time code is asked for, one is used up.", p.readable())...)
	}
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
	}
	return nil
}

// steps lists all stages, those to come as well.
func (p *Page) steps() []widget.Step {
	steps := make([]widget.Step, 0, len(login.Stages()))
	for _, name := range login.Stages() {
		st, begun := p.stages[name]
		step := widget.Step{Name: string(name), Note: text.Clean(st.Note)}
		if begun {
			step.Mark = stageMark(st.State)
			step.Took = p.took(st)
		}
		steps = append(steps, step)
	}
	return steps
}

func stageMark(st login.State) widget.Mark {
	switch st {
	case login.Running:
		return widget.MarkRunning
	case login.Pass:
		return widget.MarkGood
	case login.Fail:
		return widget.MarkBad
	default:
		return widget.MarkNone
	}
}

func (p *Page) took(st login.StageResult) string {
	switch st.State {
	case login.Running:
		return text.Took(p.env.Now().Sub(p.began) - st.At)
	case login.Skip:
		return ""
	default:
		return text.Took(st.Took)
	}
}

func (p *Page) frame() int { return int(p.env.Now().UnixMilli() / 100) }

// waiting counts down to the next code that may be used.
func (p *Page) waiting() []string {
	if p.until.IsZero() {
		return nil
	}
	left := p.until.Sub(p.env.Now())
	if left <= 0 {
		return nil
	}
	s := p.env.Styles
	bar := widget.Bar(s, left, max(p.whole, left), 12)
	if p.person {
		return p.forPerson("  "+bar+" "+text.Left(left), s)
	}
	return []string{"", "  " + bar + " " + text.Left(left) + s.Dim.Of(text.Cut("  until the next code that was not used yet", p.w-30))}
}

// numberTall is how many lines the number for the phone may take.
const numberTall = 7

// forPerson tells what a person has to do. The number is as large as there is room
// for: it is read from across a desk.
func (p *Page) forPerson(head string, s *theme.Styles) []string {
	if p.number == "" {
		return []string{"", head + text.Cut("  until somebody has to have approved it on the phone", p.w-text.Width(head))}
	}
	lines := []string{"", head + text.Cut("  type this number into the phone, and approve: "+p.number, p.w-text.Width(head))}
	room := p.h - len(p.steps()) - len(lines) - 4
	if big := widget.Big([]string{p.number}, p.readable()-4, min(room, numberTall)); big != nil {
		lines = append(lines, "")
		for _, l := range big {
			lines = append(lines, "  "+s.Bright.Of(l))
		}
	}
	return lines
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

// outcome draws the verdict and what to do about it.
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
	if p.result != nil && p.result.Evidence != "" {
		lines = append(lines, "", s.Dim.Of("  evidence  "+text.CutLeft(text.Clean(p.result.Evidence), p.readable()-12)))
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
	return head + s.Dim.Of(text.Cut(about, p.w-text.Width(head)))
}

// mfa says what was seen of the second factor.
func mfa(m login.MFA) string {
	switch {
	case !m.Challenged:
		return " · no second factor was asked for"
	case m.Factor == "":
		return " · a second factor was asked for"
	case m.Factor == "push":
		return " · somebody approved a push"
	case m.Factor == auth.FactorBypass:
		return " · a bypass code was asked for and taken"
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
