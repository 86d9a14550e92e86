package lab

import "strings"

// leaks are the switches of a page with a hostile script.
var leaks = []string{SwitchLeakFetch, SwitchLeakBeacon, SwitchLeakImage, SwitchLeakWebSocket, SwitchLeakFrame}

// leak says how the page's script sends the typed password away: "fetch",
// "beacon", "image", "websocket", "frame"; "" if it does not.
func (a *app) leak() string {
	for _, name := range leaks {
		if a.panel.on(name) {
			return strings.TrimPrefix(name, "leak-")
		}
	}
	return ""
}

// leaky lets a page do what its switches make it do, and nothing else that is
// outside. A policy that stopped the leak would leave a guard nothing to stop.
func (a *app) leaky(p *policy) {
	p.allow("connect-src", "'self'")
	p.allow("form-action", "'self'")
	switch a.leak() {
	case "fetch", "beacon":
		p.allow("connect-src", a.outside)
	case "image":
		p.allow("img-src", a.outside)
	case "websocket":
		p.allow("connect-src", "ws"+strings.TrimPrefix(a.outside, "http"))
	case "frame":
		p.allow("form-action", a.outside)
		p.allow("frame-src", a.outside)
	}
	if a.panel.on(SwitchForeignAction) || a.panel.on(SwitchRedirect307) {
		p.allow("connect-src", a.outside)
	}
}
