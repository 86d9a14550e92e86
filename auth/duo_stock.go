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
	Target   string
	Username string // the account's name at Duo
	BypassStock
	Lines []BypassLine
	// Asked says that Duo was asked, and Problem why it was not.
	Asked   bool
	Problem error
	// AtDuo is every code that the account has at Duo; Elsewhere are those of them that
	// gatepass does not know: made by others, or lost.
	AtDuo, Elsewhere []duo.BypassCode
	Stray            BypassStray // codes that were asked for and never arrived here
	Reminders        []string    // sentences: what is to be revoked, and when
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
// them. That Duo cannot be asked is no error. Of codes that Duo does not have any more
// it is recorded, so that they are not drawn.
func (g *Gate) DuoListBypass(ctx context.Context, name string, tell DuoSink) (BypassList, error) {
	return g.listBypass(ctx, name, func(l *BypassList, known map[string][]store.BypassCode) error {
		return g.askCodes(ctx, l, known, tell)
	})
}

// listBypass lists what is left, with what ask finds out at Duo.
func (g *Gate) listBypass(ctx context.Context, name string, ask func(l *BypassList, known map[string][]store.BypassCode) error) (BypassList, error) {
	stock, err := g.BypassStock(ctx, name)
	if err != nil && stock.Name == "" {
		return BypassList{}, err
	}
	l := BypassList{Target: name, BypassStock: stock}
	known, err2 := g.Ledger.KnownBypass(ctx)
	if err2 != nil {
		return BypassList{}, errors.Join(err, err2)
	}
	l.Problem = ask(&l, known)
	if ctx.Err() != nil {
		return BypassList{}, ctx.Err()
	}
	l.Asked = l.Problem == nil
	if !l.Asked {
		if l.Stray, err2 = g.openOrders(ctx, name); err2 != nil {
			return BypassList{}, errors.Join(err, err2)
		}
	}
	l.join(known, g.Now())
	return l, err
}

// askCodes asks Duo for the account's codes, and records what that says of ours.
func (g *Gate) askCodes(ctx context.Context, l *BypassList, known map[string][]store.BypassCode, tell DuoSink) error {
	a, err := g.duoOf(ctx, l.Target, tell)
	if err != nil {
		return err
	}
	defer a.close()
	l.Username = a.user
	busy := g.busy(ctx, a.tenant.Name, a.user)
	if _, l.AtDuo, err = a.codes(ctx); err != nil {
		return err
	}
	l.Elsewhere = elsewhere(known, l.AtDuo)
	if l.Stray, err = a.strayOf(ctx, g, known, l.AtDuo, busy); err != nil {
		return err
	}
	if slices.ContainsFunc(l.Codes, func(c store.BypassCode) bool { return c.Account.Other(a.bypassAccount()) }) {
		return nil // another account's: what Duo says of this one's tells nothing of them
	}
	if l.Codes, err = g.miss(ctx, l.Name, l.Codes, l.AtDuo, l.Elsewhere); err != nil {
		return err
	}
	l.Stock = store.StockOf(l.Name, l.Codes, g.Now())
	return nil
}

// elsewhere gives the codes at Duo that are in none of our stocks.
func elsewhere(known map[string][]store.BypassCode, have []duo.BypassCode) []duo.BypassCode {
	ours := map[string]bool{}
	for _, codes := range known {
		for _, c := range codes {
			ours[c.DuoID] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(have), func(c duo.BypassCode) bool { return ours[c.ID] })
}

// join lays Duo's list beside ours. known are all codes of all stocks: the account may
// have codes of a target with another.
func (l *BypassList) join(known map[string][]store.BypassCode, now time.Time) {
	there := map[string]bool{}
	for _, c := range l.AtDuo {
		there[c.ID] = true
	}
	for _, c := range l.Codes {
		line := BypassLine{BypassCode: c, State: c.State(now), Left: c.Left(now)}
		if l.Asked {
			line.AtDuo = presence(c, l.Codes, there)
		}
		l.Lines = append(l.Lines, line)
	}
	list, revoke := bypassCommands(l.Target)
	l.Reminders = slices.Concat(
		l.Stray.lostSentences(l.Asked, now, list, revoke),
		missingSentences(l.Lines, l.Username, revoke),
		bypassReminders(l.Target, l.Username, known[l.Name], there, l.Asked, now))
}

// bypassCommands are the commands that look at a target's codes and that revoke them.
func bypassCommands(target string) (list, revoke string) {
	return "gatepass duo bypass list " + target, "gatepass duo bypass revoke " + target
}

// missingSentences say that Duo has deleted codes that we counted on, and what that
// means for those that were made together with them.
func missingSentences(lines []BypassLine, user, revoke string) []string {
	gone, doubt := 0, 0
	for _, c := range lines {
		switch {
		case c.State == store.CodeMissing:
			gone++
		case c.Left != 0 && c.AtDuo == "" && slices.ContainsFunc(lines, func(o BypassLine) bool {
			return o.State == store.CodeMissing && o.DuoID != "" && o.Order == c.Order && o.Batch == c.Batch
		}):
			doubt++
		}
	}
	if gone == 0 {
		return nil
	}
	out := []string{fmt.Sprintf("Duo does not have %s of %s's any more: somebody deleted %s there. %s drawn.", plural(gone, "code"), user, themIt(gone), notDrawn(gone))}
	if doubt > 0 {
		out = append(out, fmt.Sprintf("Which of the codes that were made together those are Duo does not tell, so that %s that can be drawn yet may be refused. To be sure, revoke them and have new ones issued: %s", plural(doubt, "code"), revoke))
	}
	return out
}

func notDrawn(n int) string {
	if n == 1 {
		return "It is not"
	}
	return "They are not"
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
func bypassReminders(target, user string, codes []store.BypassCode, there map[string]bool, asked bool, now time.Time) []string {
	var sum store.Stock
	for _, c := range codes {
		if !c.Issued || asked && c.DuoID != "" && !there[c.DuoID] {
			continue
		}
		past := !c.Expires.IsZero() && !now.Before(c.Expires)
		atDuo := asked && there[c.DuoID]
		switch ended := c.Gone || c.Left(now) == 0; {
		case past && (atDuo || !c.Gone && c.State(now) == store.CodeExpired):
			sum.Over++
		case !past && (atDuo || !ended): // handed out is not used: as long as Duo has it, it opens the account
			sum.Open++
			if c.Expires.After(sum.OpenUntil) {
				sum.OpenUntil = c.Expires
			}
		}
	}
	sum.Account.User = user
	return StockReminders(sum, target, now)
}

// StockReminders says what of a stock's codes is to be revoked, by our own record alone:
// those whose time is over, and those that wait for the end of a scan.
func StockReminders(s store.Stock, target string, now time.Time) []string {
	_, revoke := bypassCommands(target)
	user := "the account"
	if s.Account.User != "" {
		user = "the account " + s.Account.User
	}
	var out []string
	if s.Over > 0 {
		out = append(out, fmt.Sprintf("The time of %s for %s is over. Take %s away, and what is left: %s", plural(s.Over, "code"), user, themIt(s.Over), revoke))
	}
	if s.Open > 0 && !s.OpenUntil.IsZero() {
		verb, them := "open", "them"
		if s.Open == 1 {
			verb, them = "opens", "it"
		}
		out = append(out, fmt.Sprintf("%s that gatepass had issued %s %s until %s. When the scan is done, revoke %s: %s",
			capital(plural(s.Open, "code")), verb, user, s.OpenUntil.In(now.Location()).Format("Mon 2 Jan 15:04"), them, revoke))
	}
	return out
}

func capital(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

// BypassReminders says what of a target's codes is to be revoked, and which were asked
// for and never arrived, by our own record alone. It asks nobody.
func (g *Gate) BypassReminders(ctx context.Context, name string) ([]string, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return nil, err
	}
	known, err := g.Ledger.Bypass(ctx, t.StockName())
	if err != nil {
		return nil, err
	}
	stray, err := g.openOrders(ctx, name)
	if err != nil {
		return nil, err
	}
	list, revoke := bypassCommands(t.Name)
	user := g.bypassAccount(t).User
	return append(stray.lostSentences(false, g.Now(), list, revoke), bypassReminders(t.Name, user, known, nil, false, g.Now())...), nil
}

// LostBypass says, for each account of these targets once, which codes were asked for and
// may never have arrived, by our own record alone.
func (g *Gate) LostBypass(ctx context.Context, targets []store.Target) ([]string, error) {
	orders, err := g.Ledger.BypassOrders(ctx)
	if err != nil || len(orders) == 0 {
		return nil, err
	}
	var said []string
	var told []store.BypassAccount
	for _, t := range targets {
		own := g.bypassAccount(t)
		if t.Duo.Tenant == "" && t.Route != store.RouteBypassCode || slices.ContainsFunc(told, func(a store.BypassAccount) bool { return !a.Other(own) }) {
			continue
		}
		told = append(told, own)
		stray, err := g.openOrders(ctx, t.Name)
		if err != nil {
			return said, err
		}
		list, revoke := bypassCommands(t.Name)
		said = append(said, stray.lostSentences(false, g.Now(), list, revoke)...)
	}
	return said, nil
}

// openOrders gives the orders for a target's account that are not settled, by our own
// record alone.
func (g *Gate) openOrders(ctx context.Context, name string) (BypassStray, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return BypassStray{}, err
	}
	orders, err := g.Ledger.BypassOrders(ctx)
	if err != nil || len(orders) == 0 {
		return BypassStray{}, err
	}
	s := findStray(orders, g.bypassAccount(t), nil, nil)
	s.Orders = slices.DeleteFunc(s.Orders, func(o store.BypassOrdered) bool { return orderOver(o, g.Now()) })
	if len(s.Orders) > 0 {
		s.Busy = g.busy(ctx, s.Orders[0].Tenant, s.Orders[0].Account.User)
	}
	return s, nil
}
