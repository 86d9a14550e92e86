package wizard

import (
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/store"
	"gatepass/tui/internal/form"
)

// step is one screenful of the wizard, or a series of alike ones.
type step int

const (
	where step = iota
	interview
	route
	letter
	who
	account // as Duo knows it
	own     // what the route needs
	proof
	review
	after // what Duo has to do once the target is stored
)

// headings name the steps.
var headings = map[step]string{
	where: "which login?", interview: "which way past the challenge?", route: "which way past the challenge?",
	letter: "the request to who grants it", who: "who signs in?", account: "its account at Duo",
	proof: "what proves it?", review: "all of it, before anything is stored",
}

// ownHeadings name the step of each route's own.
var ownHeadings = map[store.Route]string{
	store.RouteOTP: "the seed of the one-time codes", store.RouteBypassCode: "the bypass codes",
	store.RouteExemption: "where the scanner comes from", store.RouteTrustedDevice: "the device to be trusted",
	store.RoutePush: "the person who approves",
}

func (p *Page) heading() string {
	switch {
	case p.step == own:
		return ownHeadings[p.route()]
	case p.step == review && p.kept:
		return "all of it, once more"
	}
	return headings[p.step]
}

// steps lists the steps that this target needs.
func (p *Page) steps() []step {
	steps := []step{where, interview, route}
	if p.letter.opened || p.somebodyMustGrant() {
		steps = append(steps, letter)
	}
	steps = append(steps, who)
	if len(p.tenants) > 0 && !p.foreign() {
		steps = append(steps, account)
	}
	return append(steps, own, proof, review)
}

// index tells which of the steps the present one is.
func (p *Page) index() int {
	for i, s := range p.steps() {
		if s == p.step {
			return i
		}
	}
	return 0
}

// number tells which of how many steps the present one is, as people count: finding
// the way past the challenge is one.
func (p *Page) number() (n, all int) {
	for _, s := range p.steps() {
		if s == route || s == letter {
			if s == p.step {
				n = all
			}
			continue
		}
		all++
		if s == p.step {
			n = all
		}
	}
	return n, all
}

// fields are those of the present step.
func (p *Page) fields() []*form.Field {
	switch p.step {
	case where:
		if p.elsewhere() != "" {
			return []*form.Field{p.url, p.name, p.allow}
		}
		return []*form.Field{p.url, p.name}
	case letter:
		if p.letter.filling {
			return p.letter.fields(p.user, p.own.addresses)
		}
	case who:
		return []*form.Field{p.user, p.password, p.also}
	case account:
		return []*form.Field{p.duo.tenant, p.duo.integration, p.duo.known}
	case own:
		return p.ownFields()
	case proof:
		return []*form.Field{p.proofURL, p.proofText}
	case interview, route, review, after:
	}
	return nil
}

func (p *Page) forward() tea.Cmd { return p.enter(p.steps()[min(p.index()+1, len(p.steps())-1)]) }

// back goes one step back, and within the interview one question. Everything that was
// typed and answered stays.
func (p *Page) back() tea.Cmd {
	switch {
	case p.step == interview && p.interview.at > 0:
		p.ask1(p.interview.at - 1)
		return nil
	case p.step == letter && p.letter.naming:
		p.letter.naming = false
		p.letter.saving.Stop()
		return nil
	case p.step == letter && p.letter.filling:
		p.letter.filling = false
		p.form.Set()
		return nil
	case p.step == after:
		return p.leaveAfter()
	}
	return p.enter(p.steps()[max(p.index()-1, 0)])
}

// enter goes to a step.
func (p *Page) enter(to step) tea.Cmd {
	p.step = to
	p.failure = nil
	p.letter.filling, p.letter.naming = false, false
	p.scroll.Reset()
	p.form.Set()
	p.form.Set(p.fields()...)
	p.form.Focus(0)
	switch to {
	case interview:
		p.ask1(p.interview.at)
	case route:
		p.rank()
	case account:
		return p.readApps()
	case own:
		p.ownEntered()
	case review:
		e := p.enrolment()
		p.wrong = e.Target.Validate()
	default:
	}
	return nil
}
