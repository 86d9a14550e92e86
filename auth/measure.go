package auth

import (
	"context"
	"fmt"

	"gatepass/auth/advice"
	"gatepass/auth/duo"
	"gatepass/auth/login"
	"gatepass/store"
)

// Measured is what was found out about a target's routes, and what could not be.
type Measured struct {
	advice.Measured
	Notes []string // whole sentences: where each came from, and what was not to be had
}

// Measure finds out what the interview would otherwise have to ask: what the last
// proven login met, what is kept here, and, where the target names a Duo tenant, what
// Duo says of the account. ip is where the scanner comes from, "" if it is not known.
// Nothing is spent and no push is sent. What cannot be found out is a note.
func (g *Gate) Measure(ctx context.Context, name, ip string, tell DuoSink) (Measured, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return Measured{}, err
	}
	var m Measured
	m.Seed = t.Has(store.KindSeed)
	if err := g.measureDevice(ctx, t, &m); err != nil {
		return Measured{}, err
	}
	if t.Route == store.RouteBypassCode || t.Stock != "" {
		stock, err := g.BypassStock(ctx, name)
		if err != nil {
			return Measured{}, err
		}
		m.BypassLeft = max(stock.Uses, 0)
		if stock.Uses < 0 {
			m.BypassLeft = len(stock.Codes)
		}
	}
	if err := g.measureProven(ctx, t, &m); err != nil {
		return Measured{}, err
	}
	if t.Duo.Tenant != "" {
		g.measureDuo(ctx, name, ip, tell, &m)
	}
	return m, ctx.Err()
}

func (m *Measured) note(format string, args ...any) {
	m.Notes = append(m.Notes, fmt.Sprintf(format, args...))
}

// measureDevice takes in a trusted device, unless it is known not to be trusted any more.
func (g *Gate) measureDevice(ctx context.Context, t store.Target, m *Measured) error {
	device, err := g.trusts(ctx)
	if err != nil {
		return err
	}
	if d := device(t); d != nil {
		now := g.Now()
		_, over := d.Over(now)
		m.Device = !over
		m.note("The device that is kept is %s.", DeviceWords(*d, now))
	}
	return nil
}

// measureProven takes in what the last proven login met.
func (g *Gate) measureProven(ctx context.Context, t store.Target, m *Measured) error {
	p, known, err := g.Proven(ctx, t.Name)
	switch {
	case err != nil:
		return err
	case !known || !p.still(t):
		m.note("No login has been proven yet: gatepass verify %s", t.Name)
	case p.MFA.Challenged:
		m.Provider = p.MFA.Provider
		m.note("The last login, at %s, was asked for a second factor by %s.", p.At.Format("2006-01-02 15:04"), asker(p.MFA))
	case t.Route == store.RouteTrustedDevice:
		m.note("The last login was not asked, as its trusted device wants it.")
	default:
		m.Unasked = true
		m.note("The last login, at %s, was not asked for a second factor.", p.At.Format("2006-01-02 15:04"))
	}
	return nil
}

func asker(m login.MFA) string {
	switch m.Provider {
	case "duo":
		return "Duo"
	case "app", "":
		return "the application itself"
	}
	return login.Clean(m.Provider)
}

// measureDuo asks Duo. That it cannot be asked is no error: the answers go on without.
func (g *Gate) measureDuo(ctx context.Context, name, ip string, tell DuoSink, m *Measured) {
	if p, err := g.DuoPreauth(ctx, name, ip, tell); err != nil {
		m.note("Duo's preauth could not be asked: %v.", err)
	} else {
		m.Preauth, m.AddressSent = p.Result, p.IP != ""
		phone := false
		for _, d := range p.Devices {
			m.Token = m.Token || d.Type == "token"
			phone = phone || d.Type == "phone"
		}
		if p.Result == duo.PreauthAuth {
			m.Phone = &phone
		}
		m.note("%s", p.Sentence)
	}
	policy, err := g.DuoPolicy(ctx, name, ip, tell)
	if err != nil {
		m.note("The effective policy could not be read: %v.", err)
		return
	}
	m.Blocked, m.Allowed = map[store.Route]string{}, map[store.Route]bool{}
	for _, v := range policy.Verdicts {
		switch {
		case v.State == duo.Open:
			m.Allowed[v.Route] = true
		case v.State == duo.Blocked && v.Route != store.RouteExemption:
			m.Blocked[v.Route] = v.Section // an exemption that is not there yet can be asked for
		}
	}
	m.note("The effective policy of the application was read.")
}
