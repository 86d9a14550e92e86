package auth

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"gatepass/auth/duo"
	"gatepass/auth/login"
	"gatepass/store"
)

// A DuoPreauth is what Duo would do with a target's account, said for the Auth API
// application.
type DuoPreauth struct {
	Username string
	IP       string // "" when none was named
	duo.Preauth
	Sentence string   // what it means
	Caveats  []string // sentences on what it does not mean
}

// DuoPreauth asks Duo what it would do with a target's account: let in, ask, deny,
// or ask to enrol. Nothing is spent and no push is sent. ip is where the scanner comes
// from, "" if it is not known.
func (g *Gate) DuoPreauth(ctx context.Context, name, ip string, tell DuoSink) (DuoPreauth, error) {
	a, err := g.duoOf(ctx, name, tell)
	if err != nil {
		return DuoPreauth{}, err
	}
	defer a.close()
	return a.preauth(ctx, ip)
}

func (a *duoAccount) preauth(ctx context.Context, ip string) (DuoPreauth, error) {
	if err := a.needAuth("preauth"); err != nil {
		return DuoPreauth{}, err
	}
	address, err := parseIP(ip)
	if err != nil {
		return DuoPreauth{}, err
	}
	p := DuoPreauth{Username: a.user}
	if address.IsValid() {
		p.IP = address.String()
	}
	a.tell.doing("asking what Duo would do with %q", a.user)
	if p.Preauth, err = a.auth.Preauth(ctx, duo.UserRef{Name: a.user}, p.IP); err != nil {
		return DuoPreauth{}, err
	}
	p.Sentence = preauthSentence(p)
	p.Caveats = []string{fmt.Sprintf("This is the policy of the Auth API application, and not of the one that %s signs in to. Of that one: gatepass duo policy %s", a.target.Name, a.target.Name)}
	if p.IP == "" {
		p.Caveats = append(p.Caveats, "Without an address Duo leaves out what its policies say of networks and places: --ip ADDRESS")
	}
	return p, nil
}

func preauthSentence(p DuoPreauth) string {
	from := ""
	if p.IP != "" {
		from = " from " + p.IP
	}
	switch p.Result {
	case duo.PreauthAllow:
		return fmt.Sprintf("Duo would let %s in%s without a second factor.", p.Username, from)
	case duo.PreauthAuth:
		return fmt.Sprintf("Duo would ask %s%s for a second factor; %s.", p.Username, from, devices(p.Devices))
	case duo.PreauthDeny:
		return fmt.Sprintf("Duo would turn %s away%s: %s", p.Username, from, login.Quote(p.Message))
	case duo.PreauthEnroll:
		return fmt.Sprintf("Duo would ask %s to enrol a device first: it does not know the user, or the user has none.", p.Username)
	}
	return fmt.Sprintf("Duo's answer %s is one that this version does not know: %s", login.Quote(p.Result), login.Quote(p.Message))
}

func devices(list []duo.Device) string {
	tokens, phones := 0, 0
	for _, d := range list {
		if d.Type == "token" {
			tokens++
		} else {
			phones++
		}
	}
	return fmt.Sprintf("the account has %s and %s", plural(phones, "phone"), plural(tokens, "token"))
}

// plural counts things: "no phone", "1 phone", "2 phones".
func plural(n int, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func parseIP(text string) (netip.Addr, error) {
	if text == "" {
		return netip.Addr{}, nil
	}
	ip, err := netip.ParseAddr(text)
	if err != nil || ip.Zone() != "" {
		return netip.Addr{}, fmt.Errorf("%w: --ip wants one address, such as 203.0.113.10", ErrUsage)
	}
	return ip.Unmap(), nil
}

// A DuoPolicy is the effective policy for a target's account in its application, as
// far as it decides about routes.
type DuoPolicy struct {
	Application string // integration key
	Username    string
	Known       bool // Duo has the user
	IP          string
	Verdicts    []duo.Verdict // one for each of store.Routes
	// Everywhere is what the policy says of an exemption from an address that is
	// nobody's: if it is open from there, it is no exemption of the scanner.
	Everywhere duo.Verdict
}

// Verdict finds what is said of a route.
func (p DuoPolicy) Verdict(route store.Route) duo.Verdict {
	for _, v := range p.Verdicts {
		if v.Route == route {
			return v
		}
	}
	return duo.Verdict{Route: route, State: duo.Unknown}
}

// DuoPolicy reads the policy that applies to a target's account in the target's
// application, and says for every route whether it lets it through.
func (g *Gate) DuoPolicy(ctx context.Context, name, ip string, tell DuoSink) (DuoPolicy, error) {
	a, err := g.duoOf(ctx, name, tell)
	if err != nil {
		return DuoPolicy{}, err
	}
	defer a.close()
	return a.policy(ctx, ip)
}

func (a *duoAccount) policy(ctx context.Context, ip string) (DuoPolicy, error) {
	if err := a.needAdmin("the effective policy"); err != nil {
		return DuoPolicy{}, err
	}
	address, err := parseIP(ip)
	if err != nil {
		return DuoPolicy{}, err
	}
	if a.target.Duo.Integration == "" {
		return DuoPolicy{}, store.WithHint(fmt.Errorf("%w: %q does not say which application of Duo's it is", ErrNoDuo, a.target.Name),
			fmt.Sprintf("See which there are (gatepass duo apps %s) and name it: gatepass edit %s --duo-integration KEY", a.tenant.Name, a.target.Name))
	}
	user, err := a.findUser(ctx)
	if err != nil {
		return DuoPolicy{}, err
	}
	return a.judge(ctx, user, address)
}

func (a *duoAccount) judge(ctx context.Context, user duo.User, ip netip.Addr) (DuoPolicy, error) {
	a.tell.doing("reading the effective policy")
	policy, err := a.admin.EffectivePolicy(ctx, user.ID, a.target.Duo.Integration)
	if errors.Is(err, duo.ErrNotThere) || errors.Is(err, duo.ErrInvalid) {
		err = store.WithHint(err, fmt.Sprintf("Look whether %s is the application's integration key: gatepass duo apps %s", a.target.Duo.Integration, a.tenant.Name))
	}
	if err != nil {
		return DuoPolicy{}, err
	}
	p := DuoPolicy{Application: a.target.Duo.Integration, Username: a.user, Known: true}
	if ip.IsValid() {
		p.IP = ip.String()
	}
	p.Verdicts = duo.Judge(policy, duo.Circumstances{User: user, IP: ip})
	for i := range p.Verdicts {
		for n, note := range p.Verdicts[i].Notes {
			p.Verdicts[i].Notes[n] = aimed(note, a.target.Name)
		}
	}
	p.Everywhere = exemptionIn(duo.Judge(policy, duo.Circumstances{User: user, IP: nobodysIP}))
	return p, nil
}

// nobodysIP is an address of documents (RFC 5737), which no scanner can have.
var nobodysIP = netip.MustParseAddr("198.51.100.77")

func exemptionIn(all []duo.Verdict) duo.Verdict {
	return DuoPolicy{Verdicts: all}.Verdict(store.RouteExemption)
}

// DuoApplications lists the applications of a tenant, among which a target's is.
func (g *Gate) DuoApplications(ctx context.Context, tenant string, tell DuoSink) ([]duo.Application, error) {
	t, err := g.tenants().Get(tenant)
	if err != nil {
		return nil, err
	}
	a, err := g.openTenant(ctx, t, tell)
	if err != nil {
		return nil, err
	}
	defer a.close()
	if err := a.needAdmin("listing applications"); err != nil {
		return nil, err
	}
	tell.doing("reading the applications")
	return a.admin.Applications(ctx)
}
