package lab

import (
	"net/netip"
	"time"
)

// maxTrusted bounds the devices that are remembered.
const maxTrusted = 2048

// A trustedDevice is a browser, or a client of the API, that need not prove the
// second factor again for a while.
type trustedDevice struct {
	user  *duoUser
	at    *integration
	since time.Time
	from  netip.Addr
	agent string
}

// trust remembers a device and gives its name.
func (t *tenant) trust(v duoVisit) string {
	name := newID()
	for old := range t.trusted {
		if len(t.trusted) < maxTrusted {
			break
		}
		delete(t.trusted, old)
	}
	t.trusted[name] = trustedDevice{v.user, v.at, t.life(), v.from, v.agent}
	return name
}

// remembers decides by the policy of now whether a device's name is good: for as long
// as devices are remembered, and not at all once they are not. Where that depends on
// the risk, another browser or address is one.
func (t *tenant) remembers(v duoVisit, r duoRules) bool {
	d, ok := t.trusted[v.trusted]
	if !ok || d.user != v.user || d.at != v.at || !t.life().Before(d.since.Add(r.remembered())) {
		return false
	}
	return r.Devices.Browsers.Method != "risk-based" || d.from == v.from && d.agent == v.agent
}
