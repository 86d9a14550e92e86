package wizard

import (
	"gatepass/store"
	"gatepass/tui/internal/widget"
)

// A way is what a person must know to choose a route.
type way struct {
	route store.Route
	brief string // beside the name
	how   string // what makes it work
	who   string // who must act, and how often
	here  string // what this version does with it
}

// ways are the routes, each told honestly.
var ways = []way{
	{store.RouteExemption, "a policy asks this account for nothing",
		"A policy of the MFA's administrator asks this account, or the scanner's address, for no second factor.",
		"An administrator sets it up once, and should end it after the scan.",
		"gatepass checks that nothing is asked."},
	{store.RouteOTP, "gatepass makes the codes from a seed",
		"The account has an authenticator app whose seed gatepass knows too, so that it makes the same codes.",
		"Whoever enrols the app hands you the seed, once; nobody after that.",
		"gatepass passes it by itself, with a browser where the login needs one."},
	{store.RouteBypassCode, "an administrator issues codes",
		"Codes that an administrator issues stand in for the second factor, each for one login or for some hours.",
		"An administrator, for every batch; a nightly scan uses many.",
		"Only recorded: this version sends nothing by this route."},
	{store.RouteTrustedDevice, "a browser that is remembered",
		"A browser in which somebody signed in and chose to be remembered is not asked for some days.",
		"A person signs in there, and again each time the trust ends.",
		"Only recorded: this version keeps no remembered browser."},
	{store.RoutePush, "a person approves on a phone",
		"The application sends a push to a phone, and waits.",
		"A person taps “approve” at every single login, also at night.",
		"Only recorded: gatepass never approves a push, and this version does not wait for one."},
}

func routeChoice() widget.Choice {
	options := make([]widget.Option, len(ways))
	for i, w := range ways {
		options[i] = widget.Option{Name: string(w.route), Note: w.brief}
	}
	c := widget.NewChoice(options...)
	c.Select(1) // otp: what most people come for, and nobody else need act
	return c
}

// route is the one that is marked.
func (p *Page) route() store.Route { return p.way().route }

func (p *Page) way() way { return ways[max(p.routes.Cursor(), 0)] }

// byItself reports whether this version passes the challenge without a person.
func (w way) byItself() bool { return w.route == store.RouteExemption || w.route == store.RouteOTP }
