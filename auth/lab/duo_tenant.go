package lab

import (
	"crypto/tls"
	"net/netip"
	"sync"
	"time"
)

// A tenant is one customer of Duo's, simulated: the accounts, devices, codes,
// policies and log that the API and the bank's prompt share.
type tenant struct {
	a     *app // the bank, whose second factor this is
	host  string
	delay time.Duration
	tls   *tls.Config
	caPEM string

	faults *panel
	phones phoneLine

	// The integrations that are there from the start.
	auth, admin, bank *integration
	// own is the user that the bank's account is, and ownPhone their phone.
	own      *duoUser
	ownPhone *duoPhone

	mu           sync.Mutex
	ahead, skew  time.Duration
	users        []*duoUser
	groups       []*duoGroup
	tokens       []*duoToken
	policies     []*duoPolicy // the global one first
	integrations []*integration
	settings     duoSettings
	transactions map[string]*transaction
	order        []string // the ids of the transactions, oldest first
	trusted      map[string]trustedDevice
	log          []logEntry
	seen         []*Presented
	issued       []*duoBypass // all that there ever were
	calls        []DuoCall
	buckets      map[string]bucket
	changed      chan struct{} // closed when anything may have changed
}

// newTenant makes a tenant with the bank's account as its only user. The codes of
// the bank's description are the first bypass codes, and its key is a hardware token.
func newTenant(a *app, o Options) (*tenant, error) {
	t := &tenant{
		a: a, delay: o.Delay,
		faults:       newPanel(duoFaultNames()),
		transactions: map[string]*transaction{},
		trusted:      map[string]trustedDevice{},
		buckets:      map[string]bucket{},
		changed:      make(chan struct{}),
		settings:     newDuoSettings(o.duoLockout),
	}
	var err error
	if t.tls, t.caPEM, err = newCertificate(); err != nil {
		return nil, err
	}
	for _, i := range []struct {
		of         **integration
		kind, name string
	}{
		{&t.auth, kindAuthAPI, "Practice Auth API"},
		{&t.admin, kindAdminAPI, "Practice Admin API"},
		{&t.bank, kindWebSDK, a.spec.site.Title},
	} {
		if *i.of, err = newIntegration(i.kind, i.name, o.Rand); err != nil {
			return nil, err
		}
		t.integrations = append(t.integrations, *i.of)
	}
	t.policies = []*duoPolicy{newGlobalPolicy()}
	bank := newDuoPolicy(a.spec.site.Title)
	t.policies = append(t.policies, bank)
	t.bank.policy = bank
	if err := t.settle(o); err != nil {
		return nil, err
	}
	return t, nil
}

// settle lets the bank's customer move in.
func (t *tenant) settle(o Options) error {
	t.own = t.newUser(t.a.account.username)
	t.ownPhone = newDuoPhone()
	t.own.phones = []*duoPhone{t.ownPhone}
	group := &duoGroup{id: newDuoID("DG"), name: "Practice", status: statusActive}
	t.groups = []*duoGroup{group}
	t.own.groups = []*duoGroup{group}
	f := t.a.account.factor
	token := &duoToken{id: newDuoID("DH"), serial: firstSerial, kind: "t6", step: f.period, factor: *f, last: neverUsed}
	t.tokens = []*duoToken{token}
	t.own.tokens = []*duoToken{token}
	for range firstCodes {
		code, err := newBypassCode(o.Rand)
		if err != nil {
			return err
		}
		t.addBypass(t.own, code, 1, 0)
	}
	return nil
}

// wall is the time that the simulator shows and judges dates and one-time codes by.
// The caller holds t.mu.
func (t *tenant) wall() time.Time { return t.a.now().Add(t.skew) }

// life is the time that things expire by: it runs ahead of wall when a test does not
// want to wait. The caller holds t.mu.
func (t *tenant) life() time.Time { return t.wall().Add(t.ahead) }

// lifeNow is life for callers that do not hold t.mu.
func (t *tenant) lifeNow() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.life()
}

// stir wakes whoever waits for a change. The caller holds t.mu.
func (t *tenant) stir() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// A duoVisit is somebody's attempt to get past the second factor of an integration.
type duoVisit struct {
	name    string   // as given
	user    *duoUser // nil: not known here
	at      *integration
	from    netip.Addr // not valid: not told
	agent   string     // the browser's name for itself, from the prompt
	trusted string     // the name of a trusted device, or ""
	browser bool       // at the prompt
}
