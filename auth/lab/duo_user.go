package lab

import (
	"strings"
	"time"
)

// The statuses of a user; a group has the first three.
const (
	statusActive   = "active"
	statusBypass   = "bypass"
	statusDisabled = "disabled"
	statusLocked   = "locked out" // set by the simulator alone
)

// A duoUser is a user of the tenant.
type duoUser struct {
	id       string
	name     string
	aliases  []string
	facts    map[string]string // "realname", "email" and the like
	status   string
	created  time.Time
	last     time.Time // zero: never signed in
	groups   []*duoGroup
	phones   []*duoPhone
	tokens   []*duoToken
	codes    []*duoBypass
	failures int
	lockEnds time.Time // zero: somebody has to unlock
	reason   string    // for being locked out
	invited  string    // an activation code that waits
	invite   time.Time // when it ends
}

// A duoGroup is a group of users.
type duoGroup struct{ id, name, status string }

// A duoPhone is a phone with Duo's app.
type duoPhone struct{ id, name, number string }

func newDuoPhone() *duoPhone {
	return &duoPhone{id: newDuoID("DP"), name: "Practice phone", number: "XXX-XXX-4788"}
}

// userFacts are the strings of a user that the simulator keeps and does not use.
var userFacts = []string{"realname", "firstname", "lastname", "email", "notes"}

// newUser adds a user. The caller holds t.mu, unless nobody knows the tenant yet.
func (t *tenant) newUser(name string) *duoUser {
	u := &duoUser{id: newDuoID("DU"), name: name, facts: map[string]string{}, status: statusActive, created: t.wall()}
	t.users = append(t.users, u)
	return u
}

// userNamed finds a user by name or alias, whatever the case.
func (t *tenant) userNamed(name string) *duoUser {
	for _, u := range t.users {
		for _, known := range append([]string{u.name}, u.aliases...) {
			if strings.EqualFold(known, name) {
				return u
			}
		}
	}
	return nil
}

func (t *tenant) userByID(id string) *duoUser {
	for _, u := range t.users {
		if u.id == id {
			return u
		}
	}
	return nil
}

// standing gives a user's status now: a lockout ends by itself if the settings say so,
// and is there as long as the bank's switch says so.
func (t *tenant) standing(u *duoUser) string {
	if u == t.own && t.a.panel.on(SwitchLockedOut) {
		return statusLocked
	}
	if u.status == statusLocked && !u.lockEnds.IsZero() && !t.life().Before(u.lockEnds) {
		u.unlock()
	}
	return u.status
}

// bypassed reports whether a user's status, or a group's, skips the second factor.
func (t *tenant) bypassed(u *duoUser) bool { return t.has(u, statusBypass) }

// has reports whether the user or a group of theirs has a status.
func (t *tenant) has(u *duoUser, status string) bool {
	if t.standing(u) == status {
		return true
	}
	for _, g := range u.groups {
		if g.status == status {
			return true
		}
	}
	return false
}

func (u *duoUser) unlock() {
	u.status, u.failures, u.lockEnds, u.reason = statusActive, 0, time.Time{}, ""
}

// fail counts a failure and locks the user out at the threshold.
func (t *tenant) fail(u *duoUser) {
	u.failures++
	if u.status != statusActive || u.failures < t.settings.LockoutThreshold {
		return
	}
	u.status, u.reason = statusLocked, "Failed Attempts"
	if minutes := t.settings.LockoutExpires; minutes > 0 {
		u.lockEnds = t.life().Add(time.Duration(minutes) * time.Minute)
	}
}

// succeed notes a sign-in.
func (t *tenant) succeed(u *duoUser) { u.failures, u.last = 0, t.wall() }

// phonesOf gives the phones that a user has at hand.
func (t *tenant) phonesOf(u *duoUser) []*duoPhone {
	if u == t.own && t.faults.on(FaultNoPhone) {
		return nil
	}
	return u.phones
}

// enrolled reports whether a user has a device.
func (t *tenant) enrolled(u *duoUser) bool { return len(t.phonesOf(u)) > 0 || len(u.tokens) > 0 }
