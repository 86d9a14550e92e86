package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

var (
	// ErrNoUser is returned when the bank's customer was deleted at the Duo simulator.
	ErrNoUser = errors.New("the user was deleted")
	// ErrPolicy is returned for sections of a policy that Duo would refuse.
	ErrPolicy = errors.New("that is no part of a policy")
)

// DuoControl turns the simulated Duo: what a test needs to see and to change that no
// client of Duo's could.
type DuoControl struct{ t *tenant }

// Duo gives the controls of the simulated Duo.
func (l *Lab) Duo() DuoControl { return DuoControl{l.tenant} }

// SetFault turns a fault on or off. The error is ErrNoSwitch.
func (d DuoControl) SetFault(name string, on bool) error {
	if !d.t.faults.set(name, on) {
		return noChoice(fmt.Errorf("%w of the Duo simulator", ErrNoSwitch), name, d.t.faults.names)
	}
	d.t.mu.Lock()
	defer d.t.mu.Unlock()
	d.t.stir()
	return nil
}

// Faults gives every fault with its position.
func (d DuoControl) Faults() map[string]bool { return d.t.faults.all() }

// Advance makes time pass for things that expire or ripen: bypass codes, pushes, trusted
// browsers, lockouts, log entries. The clock that clients see, that signs requests and
// that one-time codes follow stays as it is, so that a client need not come along.
func (d DuoControl) Advance(by time.Duration) {
	d.t.mu.Lock()
	defer d.t.mu.Unlock()
	d.t.ahead += by
	d.t.stir()
}

// Skew puts the clock that clients see ahead of the true time, or behind it: ping and
// check tell it, and requests are dated and one-time codes judged by it.
func (d DuoControl) Skew(by time.Duration) {
	d.t.mu.Lock()
	defer d.t.mu.Unlock()
	d.t.skew = by
	d.t.stir()
}

// Seen lists every passcode that was given at the prompt or to the API, oldest first;
// the last 10,000 at most.
func (d DuoControl) Seen() []Presented {
	d.t.mu.Lock()
	defer d.t.mu.Unlock()
	all := []Presented{}
	for _, p := range d.t.seen {
		all = append(all, *p)
	}
	return all
}

// Codes lists every bypass code that there ever was, oldest first.
func (d DuoControl) Codes() []BypassCode {
	d.t.mu.Lock()
	defer d.t.mu.Unlock()
	life, all := d.t.life(), []BypassCode{}
	for _, b := range d.t.issued {
		all = append(all, BypassCode{
			ID: b.id, Code: b.code, Username: b.user.name, Uses: b.uses, Used: b.used, Expires: b.shown, Good: b.good(life),
		})
	}
	return all
}

// Calls lists the requests that the API was sent, oldest first; the last 10,000 at most.
// Requests that a fault kept from the API are not among them.
func (d DuoControl) Calls() []DuoCall {
	d.t.mu.Lock()
	defer d.t.mu.Unlock()
	return append([]DuoCall{}, d.t.calls...)
}

// Deny answers the newest push that waits with no; as a fraud, if the person reports it
// so. The error is ErrNoPush.
func (d DuoControl) Deny(fraud bool) error {
	if fraud {
		return d.t.phones.answer(phoneReports, "")
	}
	return d.t.phones.answer(phoneDenies, "")
}

// SetStatus gives the bank's customer a status: "active" (which unlocks), "bypass",
// "disabled" or "locked out". Errors are ErrNoUser and ErrNoSwitch.
func (d DuoControl) SetStatus(status string) error {
	all := []string{statusActive, statusBypass, statusDisabled, statusLocked}
	if !slices.Contains(all, status) {
		return noChoice(fmt.Errorf("%w: a status", ErrNoSwitch), status, all)
	}
	d.t.mu.Lock()
	defer d.t.mu.Unlock()
	if !slices.Contains(d.t.users, d.t.own) {
		return ErrNoUser
	}
	d.t.own.unlock()
	d.t.own.status = status
	d.t.stir()
	return nil
}

// The applications of DuoControl.SetPolicy and DuoControl.Policy.
const (
	PolicyGlobal = "global" // for everything
	PolicyBank   = "bank"   // for the bank's prompt
	PolicyAuth   = "auth"   // for the Auth API
)

// SetPolicy puts sections, in Duo's JSON, into the policy of an application or into the
// global one. A section that is null is taken out. Errors are ErrNoApp and ErrPolicy.
func (d DuoControl) SetPolicy(of string, given map[string]json.RawMessage) error {
	d.t.mu.Lock()
	defer d.t.mu.Unlock()
	p, err := d.t.policyOf(of)
	if err != nil {
		return err
	}
	set, remove := sections{}, []string{}
	for name, raw := range given {
		if string(raw) == "null" {
			remove = append(remove, name)
			continue
		}
		set[name] = raw
	}
	if failure := d.t.setSections(p, set, remove); failure != nil {
		return advised{fmt.Errorf("%w: %s", ErrPolicy, failure.Detail), "Give sections as the Admin API has them, a key for each."}
	}
	d.t.stir()
	return nil
}

// policyOf finds the policy of an application, and makes one where there is none.
func (t *tenant) policyOf(of string) (*duoPolicy, error) {
	i := map[string]*integration{PolicyBank: t.bank, PolicyAuth: t.auth}[of]
	switch {
	case of == PolicyGlobal:
		return t.policies[0], nil
	case i == nil:
		return nil, noChoice(ErrNoApp, of, []string{PolicyGlobal, PolicyBank, PolicyAuth})
	case i.policy == nil:
		i.policy = newDuoPolicy(i.name)
		t.policies = append(t.policies, i.policy)
	}
	return i.policy, nil
}

// Policy gives the sections that hold for the bank's customer at an application, or
// for everybody. The error is ErrNoApp.
func (d DuoControl) Policy(of string) (map[string]json.RawMessage, error) {
	d.t.mu.Lock()
	defer d.t.mu.Unlock()
	if of == PolicyGlobal {
		return maps.Clone(d.t.policies[0].sections), nil
	}
	i := map[string]*integration{PolicyBank: d.t.bank, PolicyAuth: d.t.auth}[of]
	if i == nil {
		return nil, noChoice(ErrNoApp, of, []string{PolicyGlobal, PolicyBank, PolicyAuth})
	}
	all, _ := d.t.effective(d.t.own, i)
	return all, nil
}

// unlockOwn unlocks the bank's customer.
func (t *tenant) unlockOwn() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.own.failures = 0
	if t.own.status == statusLocked {
		t.own.unlock()
	}
	t.stir()
}

func (t *tenant) describe() Duo {
	t.mu.Lock()
	defer t.mu.Unlock()
	return Duo{
		APIHost: t.host, AuthIKey: t.auth.ikey, AuthSKey: t.auth.skey, AdminIKey: t.admin.ikey, AdminSKey: t.admin.skey,
		CAPEM: t.caPEM, Integration: t.bank.ikey, IntegrationName: t.bank.name, Username: t.own.name, UserID: t.own.id,
		Faults: slices.Clone(t.faults.names),
	}
}
