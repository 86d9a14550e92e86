package wizard

import (
	"fmt"
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth/advice"
	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// routeState is the choice of a route. Until one was chosen, the best that is known of
// is the one.
type routeState struct {
	route  store.Route
	chosen bool // by a person
}

// briefs say in a few words what a route is.
var briefs = map[store.Route]string{
	store.RouteExemption:     "a policy asks this account for nothing",
	store.RouteOTP:           "gatepass makes the codes from a seed",
	store.RouteBypassCode:    "codes that an administrator issues",
	store.RouteTrustedDevice: "a browser that is remembered",
	store.RoutePush:          "a person approves on a phone",
}

// heres say what gatepass does on a route.
var heres = map[store.Route]string{
	store.RouteExemption:     "gatepass signs in and checks that nothing is asked.",
	store.RouteOTP:           "gatepass passes it by itself, with a browser where the login needs one.",
	store.RouteBypassCode:    "gatepass passes it by itself, and counts the codes: none is used twice.",
	store.RouteTrustedDevice: "gatepass keeps what the device is remembered by, after one login that somebody attends.",
	store.RoutePush:          "gatepass signs in and waits for the person. It never approves a push.",
}

// route is the one that is marked.
func (p *Page) route() store.Route {
	if p.routes.route == "" {
		return p.ranking()[0].Route
	}
	return p.routes.route
}

// rank marks the best route, unless a person chose another.
func (p *Page) rank() {
	if !p.routes.chosen {
		p.routes.route = p.ranking()[0].Route
	}
}

func (p *Page) choose(i int) {
	all := p.ranking()
	p.routes.route = all[max(min(i, len(all)-1), 0)].Route
	p.routes.chosen = true
	p.letter.opened = false
	p.scroll.Reset()
}

// place is which of the ranked routes is marked.
func (p *Page) place() int {
	return slices.IndexFunc(p.ranking(), func(r advice.Ranked) bool { return r.Route == p.route() })
}

func (p *Page) routeKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	if n := digit(msg); n >= 1 && n <= len(store.Routes()) {
		p.choose(n - 1)
		return nil
	}
	switch {
	case key.Matches(msg, k.Next):
		return p.forward()
	case key.Matches(msg, k.Letter):
		p.letter.opened = true
		return p.enter(letter)
	case key.Matches(msg, k.List.Up):
		p.choose(p.place() - 1)
	case key.Matches(msg, k.List.Down):
		p.choose(p.place() + 1)
	default:
		p.scroll.Update(msg, k.List)
	}
	return nil
}

// somebodyMustGrant reports whether the route waits for somebody else, who is best
// asked in writing.
func (p *Page) somebodyMustGrant() bool {
	switch p.route() {
	case store.RouteExemption, store.RouteBypassCode:
		return true
	case store.RouteOTP:
		return p.interview.answers[advice.Token] == advice.TokenAdmin
	}
	return false
}

// routeLines draw the routes, best first, and all about the marked one.
func (p *Page) routeLines() []string {
	s, w := p.env.Styles, p.readable()
	var lines []string
	ranking, at := p.ranking(), p.place()
	for i, r := range ranking {
		lines = append(lines, routeRow(s, i, r, i == at, w))
	}
	r := ranking[at]
	lines = append(lines, "")
	say := func(head, what string) {
		if what != "" {
			lines = append(lines, ui.Hanging(s.Dim.Of(text.Pad(head, 7)), what, w)...)
		}
	}
	for i, why := range r.Why {
		say([]string{"why", ""}[min(i, 1)], why)
	}
	if r.Fit != advice.Blocked {
		say("who", r.Who)
		say("costs", r.Cost)
		say("lasts", r.Lasts)
		say("check", r.Check)
	}
	say("better", r.Better)
	say("here", heres[r.Route])
	return lines
}

func routeRow(s *theme.Styles, i int, r advice.Ranked, marked bool, w int) string {
	mark, name := "( ) ", text.Pad(string(r.Route), 14)
	if marked {
		mark, name = s.Accent.Of("(•) "), s.Bright.Of(name)
	}
	note := briefs[r.Route]
	if i == 0 {
		note = "recommended: " + note
	}
	row := mark + s.Key.Of(fmt.Sprint(i+1)) + " " + name + " " + gauge(s, r, 6) + " " + text.Pad(fitWord(s, r.Fit), 10)
	return row + s.Dim.Of(text.Cut(note, w-text.Width(row)))
}

// gauge draws how well a route fits. A blocked one fits nothing.
func gauge(s *theme.Styles, r advice.Ranked, w int) string {
	score := r.Score
	if r.Fit == advice.Blocked {
		score = 0
	}
	return widget.Gauge(s, score, 100, w)
}

// fitWord says how well a route fits, with a mark where it does not.
func fitWord(s *theme.Styles, f advice.Fit) string {
	switch f {
	case advice.Fits:
		return s.Good.Of(string(f))
	case advice.Blocked:
		return s.Bad.Of("✗ " + string(f))
	default:
		return string(f)
	}
}
