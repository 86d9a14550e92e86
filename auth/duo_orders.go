package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatepass/auth/duo"
	"gatepass/store"
)

const (
	// lateOrder is how long after it was sent an order may yet be carried out by Duo:
	// what is not there by then was not made.
	lateOrder = 2 * time.Minute
	// orderSkew is how far Duo's clock and ours may be apart, by its own rule.
	orderSkew = 5 * time.Minute
	// orderSlack is what a code's life at Duo may differ from what was ordered.
	orderSlack = 5 * time.Second
)

// newOrder is the order of a call, as it is written down before it is sent.
func (i *issue) newOrder(count int, replace bool) store.BypassOrdered {
	return store.BypassOrdered{
		ID: fmt.Sprintf("%s-%02d", i.batch, i.calls+1), Tenant: i.account.tenant.Name, Account: i.account.bypassAccount(),
		Stock: i.done.Stock, Count: count, Uses: i.order.Uses, Valid: i.order.Valid, Replace: replace, Before: duoIDs(i.have),
	}
}

func duoIDs(codes []duo.BypassCode) []string {
	ids := make([]string, len(codes))
	for i, c := range codes {
		ids[i] = c.ID
	}
	return ids
}

// cameOf reports whether a code may have come of an order: it was not there before, is as
// it was ordered, and was made at that time and by no person.
func cameOf(o store.BypassOrdered, c duo.BypassCode) bool {
	made := c.Created()
	return !slices.Contains(o.Before, c.ID) && asOrdered(o, c) && !strings.Contains(c.AdminEmail, "@") &&
		made.After(o.At.Add(-orderSkew)) && made.Before(o.At.Add(orderSkew+lateOrder))
}

// asOrdered reports whether a code is good as long and as often as was ordered; uses
// may have been made of it.
func asOrdered(o store.BypassOrdered, c duo.BypassCode) bool {
	life := c.Expires().Sub(c.Created())
	return c.Uses != nil && *c.Uses >= 1 && *c.Uses <= o.Uses && (life-o.Valid).Abs() <= orderSlack
}

// BypassStray is what there is of orders for an account whose end nobody recorded: a
// gatepass was killed, or Duo's answer got lost.
type BypassStray struct {
	Orders []store.BypassOrdered // the oldest first
	// Codes are at Duo, came of these orders and never arrived here: nobody has them.
	// Unnamed are at Duo and in the stock, or on their way there, and not known by their
	// ids so far.
	Codes, Unnamed []duo.BypassCode
	// Unclear are more codes than were ordered: some came of these orders, and others of
	// somebody else's with the same terms, and Duo does not tell which.
	Unclear []duo.BypassCode
	// Busy says that a gatepass on this machine is at work on the account.
	Busy bool
}

// Count is how many codes were asked for and did not arrive.
func (s BypassStray) Count() int {
	n := 0
	for _, o := range s.Orders {
		if !o.Kept {
			n += o.Count
		}
	}
	return n
}

// findStray looks which codes at Duo came of orders that are not settled. known are all
// codes of all stocks.
func findStray(orders []store.BypassOrdered, account store.BypassAccount, known map[string][]store.BypassCode, have []duo.BypassCode) BypassStray {
	var s BypassStray
	kept, lost := 0, 0
	for _, o := range orders {
		if !account.Known() || !o.Account.Known() || o.Account.Other(account) {
			continue
		}
		s.Orders = append(s.Orders, o)
		if o.Kept {
			kept += o.Count
		} else {
			lost += o.Count
		}
	}
	ours := map[string]bool{}
	for _, codes := range known {
		for _, c := range codes {
			ours[c.DuoID] = true
		}
	}
	var came []duo.BypassCode
	for _, c := range have {
		if !ours[c.ID] && slices.ContainsFunc(s.Orders, func(o store.BypassOrdered) bool { return cameOf(o, c) }) {
			came = append(came, c)
		}
	}
	switch {
	case len(came) > kept+lost:
		s.Unclear = came
	case lost == 0:
		s.Unnamed = came
	case kept == 0:
		s.Codes = came
	default: // some arrived and some did not; which is which only their times tell
		for _, c := range came {
			if slices.ContainsFunc(s.Orders, func(o store.BypassOrdered) bool { return o.Kept && cameOf(o, c) }) && len(s.Unnamed) < kept {
				s.Unnamed = append(s.Unnamed, c)
			} else {
				s.Codes = append(s.Codes, c)
			}
		}
	}
	return s
}

// settled gives the orders of which is known what became of them: long ago, and with
// nothing at Duo that came of them; or so long ago that what came of them has ended.
func (s BypassStray) settled(now time.Time) []string {
	var ids []string
	for _, o := range s.Orders {
		came := slices.ContainsFunc(slices.Concat(s.Codes, s.Unnamed, s.Unclear), func(c duo.BypassCode) bool { return cameOf(o, c) })
		if !s.Busy && !came && now.Sub(o.At) > lateOrder || orderOver(o, now) {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// orderOver reports whether what came of an order has ended by itself.
func orderOver(o store.BypassOrdered, now time.Time) bool {
	return now.After(o.At.Add(o.Valid + orderSkew + lateOrder))
}

// strayOf looks what there is of unsettled orders, and settles those that can be. have
// is what the account has at Duo, seen after known was read.
func (a *duoAccount) strayOf(ctx context.Context, g *Gate, known map[string][]store.BypassCode, have []duo.BypassCode, busy bool) (BypassStray, error) {
	orders, err := g.Ledger.BypassOrders(ctx)
	if err != nil || len(orders) == 0 {
		return BypassStray{}, err
	}
	s := findStray(orders, a.bypassAccount(), known, have)
	if s.Busy = busy; busy {
		s.Unnamed, s.Codes, s.Unclear = slices.Concat(s.Unnamed, s.Codes, s.Unclear), nil, nil
	}
	done := s.settled(g.Now())
	s.Orders = slices.DeleteFunc(s.Orders, func(o store.BypassOrdered) bool { return slices.Contains(done, o.ID) })
	return s, g.Ledger.SettleBypassOrders(ctx, done...)
}

// busy reports whether another gatepass on this machine is changing the account.
func (g *Gate) busy(ctx context.Context, tenant, user string) bool {
	release, err := store.Exclusive(ctx, g.Home.DuoAccountLock(tenant, user), time.Millisecond, nil)
	if err == nil {
		release()
	}
	return errors.Is(err, store.ErrBusy)
}

// lostSentences say what there is of orders whose codes did not arrive. asked says
// whether Duo was asked; revoke is the command that deletes them.
func (s BypassStray) lostSentences(asked bool, now time.Time, list, revoke string) []string {
	count := s.Count()
	if count == 0 && len(s.Unclear) == 0 {
		return nil
	}
	asks, user := "", ""
	for _, o := range s.Orders {
		user = o.Account.User
		if asks == "" && !o.Kept {
			asks = clockWords(o.At, now)
		}
	}
	if s.Busy && count > 0 {
		return []string{fmt.Sprintf("Another gatepass on this machine is having %s made for %s right now.", plural(count, "code"), user)}
	}
	switch {
	case len(s.Unclear) > 0:
		return []string{fmt.Sprintf("Of the %s that came to %s since %s, %d may be those that were asked for here and never arrived; the others are perhaps another machine's. Duo does not tell which, so they are left alone. To delete every code of the account: %s --all",
			plural(len(s.Unclear), "code"), user, clockWords(s.Orders[0].At, now), max(count, 1), revoke)}
	case len(s.Codes) > 0:
		return []string{fmt.Sprintf("%s that %s asked for at %s %s made for %s and never arrived here: nobody has %s, and %s the account until %s. Delete %s at Duo: %s",
			capital(plural(len(s.Codes), "code")), wereWas(len(s.Codes)), asks, wereWas(len(s.Codes)), user, themIt(len(s.Codes)),
			openOpens(len(s.Codes)), clockWords(lastEnd(s.Codes), now), themIt(len(s.Codes)), revoke)}
	case asked:
		return []string{fmt.Sprintf("%s asked for at %s for %s and never arrived here; Duo has none of %s so far. Look again in a minute: %s",
			capital(plural(count, "code"))+" "+wereWas(count), asks, user, themIt(count), list)}
	default:
		return []string{fmt.Sprintf("%s asked for at %s for %s may have been made and never arrived here. When Duo answers, look whether it has %s: %s",
			capital(plural(count, "code")), asks, user, themIt(count), list)}
	}
}

func wereWas(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func themIt(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

func openOpens(n int) string {
	if n == 1 {
		return "it opens"
	}
	return "they open"
}

func lastEnd(codes []duo.BypassCode) time.Time {
	var end time.Time
	for _, c := range codes {
		if c.Expires().After(end) {
			end = c.Expires()
		}
	}
	return end
}

// clockWords writes a time for people: the time of day, with the day where it is not
// today's.
func clockWords(at, now time.Time) string {
	at, now = at.Local(), now.Local()
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return at.Format("15:04")
	}
	return at.Format("Mon 2 Jan 15:04")
}
