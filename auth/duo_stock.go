package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gatepass/auth/duo"
	"gatepass/store"
)

// A BypassList is a target's bypass codes as gatepass counts them, beside what Duo
// tells of them.
type BypassList struct {
	Target string
	BypassStock
	Lines []BypassLine
	// Asked says that Duo was asked, and Problem why it was not.
	Asked   bool
	Problem error
	// AtDuo is every code that the account has at Duo; Elsewhere are those of them that
	// gatepass does not know: made by others, or lost.
	AtDuo, Elsewhere []duo.BypassCode
	Reminders        []string // sentences: what is to be revoked, and when
}

// A BypassLine is one code. Which one it is nobody sees: codes are told apart by when
// they were added and what became of them.
type BypassLine struct {
	store.BypassCode
	State store.CodeState
	Left  int // uses; -1 without limit
	// AtDuo says whether Duo has it yet: Yes, No, or "" where that is not known. Of codes
	// that were made in one call it is known only while all or none of them are there.
	AtDuo Presence
}

// Presence says whether something is there.
type Presence string

// Whether Duo has a code.
const (
	Yes Presence = "yes"
	No  Presence = "no"
)

// DuoListBypass tells what is left of a target's bypass codes, and what Duo says of
// them. That Duo cannot be asked is no error.
func (g *Gate) DuoListBypass(ctx context.Context, name string, tell DuoSink) (BypassList, error) {
	stock, err := g.BypassStock(ctx, name)
	if err != nil && stock.Name == "" {
		return BypassList{}, err
	}
	l := BypassList{Target: name, BypassStock: stock}
	known, err2 := g.Ledger.KnownBypass(ctx)
	if err2 != nil {
		return BypassList{}, errors.Join(err, err2)
	}
	l.AtDuo, l.Problem = g.askCodes(ctx, name, tell)
	if ctx.Err() != nil {
		return BypassList{}, ctx.Err()
	}
	l.Asked = l.Problem == nil
	l.join(known, g.Now())
	return l, err
}

func (g *Gate) askCodes(ctx context.Context, name string, tell DuoSink) ([]duo.BypassCode, error) {
	a, err := g.duoOf(ctx, name, tell)
	if err != nil {
		return nil, err
	}
	defer a.close()
	_, have, err := a.codes(ctx)
	return have, err
}

// join lays Duo's list beside ours. known are all codes of all stocks: the account may
// have codes of a target with another.
func (l *BypassList) join(known map[string][]store.BypassCode, now time.Time) {
	there := map[string]bool{}
	for _, c := range l.AtDuo {
		there[c.ID] = true
	}
	ours := map[string]bool{}
	for _, codes := range known {
		for _, c := range codes {
			ours[c.DuoID] = true
		}
	}
	for _, c := range l.AtDuo {
		if !ours[c.ID] {
			l.Elsewhere = append(l.Elsewhere, c)
		}
	}
	for _, c := range l.Codes {
		line := BypassLine{BypassCode: c, State: c.State(now), Left: c.Left(now)}
		if l.Asked {
			line.AtDuo = presence(c, l.Codes, there)
		}
		l.Lines = append(l.Lines, line)
	}
	l.Reminders = bypassReminders(l.Target, known[l.Name], there, l.Asked, now)
}

// presence settles whether Duo has a code, as far as can be told.
func presence(c store.BypassCode, all []store.BypassCode, there map[string]bool) Presence {
	if c.DuoID == "" {
		return ""
	}
	made, left := 0, 0
	for _, o := range all {
		if o.DuoID != "" && o.Batch == c.Batch {
			made++
			if there[o.DuoID] {
				left++
			}
		}
	}
	switch left {
	case 0:
		return No
	case made:
		return Yes
	}
	return ""
}

// bypassReminders says what is to be revoked: codes whose time is over and those that
// wait for the end of a scan. Without an answer from Duo it goes by our record.
func bypassReminders(target string, codes []store.BypassCode, there map[string]bool, asked bool, now time.Time) []string {
	open, over := 0, 0
	var ends time.Time
	for _, c := range codes {
		if !c.Issued || asked && c.DuoID != "" && !there[c.DuoID] {
			continue
		}
		past := !c.Expires.IsZero() && !now.Before(c.Expires)
		atDuo := asked && there[c.DuoID]
		switch ended := c.Gone || c.Left(now) == 0; {
		case past && (atDuo || !c.Gone && c.State(now) == store.CodeExpired):
			over++
		case !past && (atDuo || !ended): // handed out is not used: as long as Duo has it, it opens the account
			open++
			if c.Expires.After(ends) {
				ends = c.Expires
			}
		}
	}
	var out []string
	if over > 0 {
		out = append(out, fmt.Sprintf("The time of %s is over. Revoke what is left: gatepass duo bypass revoke %s", plural(over, "code"), target))
	}
	if open > 0 && !ends.IsZero() {
		out = append(out, fmt.Sprintf("%s that gatepass had issued open the account until %s. When the scan is done, revoke them: gatepass duo bypass revoke %s",
			capital(plural(open, "code")), ends.Local().Format("Mon 2 Jan 15:04"), target))
	}
	return out
}

func capital(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

// BypassReminders says what of a target's codes is to be revoked, by our own record
// alone. It asks nobody.
func (g *Gate) BypassReminders(ctx context.Context, name string) ([]string, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return nil, err
	}
	known, err := g.Ledger.Bypass(ctx, t.StockName())
	if err != nil {
		return nil, err
	}
	return bypassReminders(t.Name, known, nil, false, g.Now()), nil
}

// BypassRevoked is what came of revoking codes. After an error it tells how far it
// came.
type BypassRevoked struct {
	AtDuo     int // codes deleted at Duo
	FromStock int // codes removed from the stock and the secret store
	Left      int // codes that the account still has at Duo
	// Unnamed are codes that gatepass had issued and does not know Duo's ids of: they
	// are removed here and end by themselves.
	Unnamed int
}

// DuoRevokeBypass deletes a target's bypass codes at Duo and takes them out of the
// stock: those that gatepass had issued, or with all every code that the account has,
// whoever made it. Codes that come into the stock meanwhile stay there.
func (g *Gate) DuoRevokeBypass(ctx context.Context, name string, all bool, tell DuoSink) (BypassRevoked, error) {
	a, err := g.duoOf(ctx, name, tell)
	if err != nil {
		return BypassRevoked{}, err
	}
	defer a.close()
	if err := a.needAdmin("bypass codes"); err != nil {
		return BypassRevoked{}, err
	}
	release, err := g.alone(ctx, a)
	if err != nil {
		return BypassRevoked{}, err
	}
	defer release()
	stock := a.target.StockName()
	// What is here is looked at before what is there: what is in neither list came
	// later, and what is in the first alone is gone from Duo.
	known, err := g.Ledger.KnownBypass(ctx)
	if err != nil {
		return BypassRevoked{}, err
	}
	_, have, err := a.codes(ctx)
	if err != nil {
		return BypassRevoked{}, err
	}
	var r BypassRevoked
	deleted, err := a.deleteCodes(ctx, have, func(c duo.BypassCode) bool {
		return all || slices.ContainsFunc(known[stock], func(o store.BypassCode) bool { return o.Issued && o.DuoID == c.ID })
	})
	r.AtDuo, r.Left = len(deleted), len(have)-len(deleted)
	dead := func(c store.BypassCode) bool {
		listed := slices.ContainsFunc(have, func(b duo.BypassCode) bool { return b.ID == c.DuoID })
		return slices.Contains(deleted, c.DuoID) || err == nil && (all || c.Issued && !listed)
	}
	var ids []string
	unnamed := 0
	for _, c := range known[stock] {
		if c.Gone || !dead(c) {
			continue
		}
		ids = append(ids, c.ID)
		if c.Issued && c.DuoID == "" {
			unnamed++
		}
	}
	tidied := a.afterwards(ctx, func(ctx context.Context) (err error) {
		r.FromStock, err = g.dropAll(ctx, map[string][]string{stock: ids})
		return err
	})
	if r.FromStock > 0 {
		r.Unnamed = unnamed
	}
	return r, errors.Join(err, tidied)
}

// deleteCodes deletes codes at Duo, and gives the ids of those that are deleted.
func (a *duoAccount) deleteCodes(ctx context.Context, have []duo.BypassCode, going func(duo.BypassCode) bool) (deleted []string, err error) {
	for n, c := range have {
		if !going(c) {
			continue
		}
		a.tell.doing("deleting at Duo, %d of %d", n+1, len(have))
		if err := a.admin.DeleteBypassCode(ctx, c.ID); err != nil {
			return deleted, err
		}
		deleted = append(deleted, c.ID)
	}
	return deleted, nil
}

// A DuoStatus is a target's account at a glance.
type DuoStatus struct {
	Tenant   string
	Username string
	// User is the account as the Admin API has it, and UserErr why it could not be read.
	User    duo.User
	UserErr error
	// Settings tell after how many refusals an account locks; zero where not known.
	Settings   duo.Settings
	Policy     DuoPolicy
	PolicyErr  error
	Preauth    DuoPreauth
	PreauthErr error
	Bypass     BypassList
	Sentences  []string // what to know before a scan
}

// DuoStatus reads everything about a target's account that can be read without doing
// anything: the account, its devices, the policy, what preauth says, and the stock of
// bypass codes. Each part stands for itself: what could not be read has its error, and
// the rest is there.
func (g *Gate) DuoStatus(ctx context.Context, name, ip string, tell DuoSink) (DuoStatus, error) {
	if _, err := parseIP(ip); err != nil {
		return DuoStatus{}, err
	}
	a, err := g.duoOf(ctx, name, tell)
	if err != nil {
		return DuoStatus{}, err
	}
	defer a.close()
	s := DuoStatus{Tenant: a.tenant.Name, Username: a.user}
	if s.UserErr = a.needAdmin("reading the account"); s.UserErr == nil {
		s.User, s.UserErr = a.findUser(ctx)
	}
	if s.UserErr == nil {
		s.Settings, _ = a.admin.Settings(ctx) // an extra: the permission is seldom granted
	}
	s.Policy, s.PolicyErr = a.policy(ctx, ip)
	s.Preauth, s.PreauthErr = a.preauth(ctx, ip)
	if s.Bypass, err = g.DuoListBypass(ctx, name, tell); err != nil {
		return DuoStatus{}, err
	}
	s.Sentences = append(accountSentences(s), s.Bypass.Reminders...)
	return s, ctx.Err()
}

func accountSentences(s DuoStatus) []string {
	if s.UserErr != nil {
		return nil
	}
	var out []string
	switch status, group := s.User.Effective(); status {
	case duo.StatusActive:
	case duo.StatusLocked:
		out = append(out, "The account is locked out: an administrator sets its status to active"+unlocks(s.Settings)+".")
	case duo.StatusBypass:
		out = append(out, fmt.Sprintf("The account's status is bypass%s: Duo asks it for nothing, in every application, for as long as that stays.", throughGroup(group)))
	default:
		out = append(out, fmt.Sprintf("The account's status is %q%s: Duo does not let it in.", status, throughGroup(group)))
	}
	if n := s.Settings.LockoutThreshold; n > 0 {
		out = append(out, fmt.Sprintf("%d refusals in a row lock the account%s.", n, unlocks(s.Settings)))
	}
	if slices.ContainsFunc(s.User.Phones, func(p duo.Phone) bool { return slices.Contains(p.Capabilities, "push") }) {
		out = append(out, "The account has a phone: Duo's prompt sends it a push by itself, even where a code is used. A scan wants an account without one.")
	}
	return out
}

func unlocks(s duo.Settings) string {
	if s.LockoutExpires <= 0 {
		return ""
	}
	return fmt.Sprintf(", or it opens by itself after %s", plural(s.LockoutExpires, "minute"))
}
