package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatepass/auth/duo"
	"gatepass/store"
)

// BypassIssued is what came of an order. After an error it tells how far it came.
type BypassIssued struct {
	Stock   string
	Codes   []store.Secret // kept in the stock already
	Expires time.Time
	Removed int // codes of the stock that the order replaced
	// Unnamed are those of Codes of which Duo did not say what it calls them: revoking
	// takes them out of the stock, and at Duo they end by themselves.
	Unnamed int
}

// DuoIssueBypass has Duo make what was planned, and keeps the codes call by call, each
// time before anything else is asked. What Duo made and could not be kept is deleted at
// Duo again, and the error says whether that worked. Each call is written down before it
// is made: what is left of one that never ends is found by the next look. Of several
// gatepass on this machine one changes the account at a time.
func (g *Gate) DuoIssueBypass(ctx context.Context, p BypassPlan, tell DuoSink) (BypassIssued, error) {
	if err := checkOrder(p.Order); err != nil {
		return BypassIssued{}, err
	}
	a, err := g.duoOf(ctx, p.Target, tell)
	if err != nil {
		return BypassIssued{}, err
	}
	defer a.close()
	if err := a.asPlanned(p); err != nil {
		return BypassIssued{}, err
	}
	// What cannot be kept is not asked for.
	if _, err := g.ledgerKey(ctx); err != nil {
		return BypassIssued{}, err
	}
	if err := g.Ledger.Check(ctx); err != nil {
		return BypassIssued{}, err
	}
	release, err := g.alone(ctx, a)
	if err != nil {
		return BypassIssued{}, err
	}
	defer release()
	known, err := g.Ledger.KnownBypass(ctx)
	if err != nil {
		return BypassIssued{}, err
	}
	user, have, err := a.codes(ctx)
	if err != nil {
		return BypassIssued{}, err
	}
	i := issue{
		gate: g, account: a, user: user.ID, have: have, order: p.Order,
		old: ofAccount(known, p.Stock, have), batch: newBatch(g.Now()),
	}
	i.done.Stock = p.Stock
	for len(i.done.Codes) < p.Order.Count {
		if err := i.call(ctx); err != nil {
			return i.done, i.told(err)
		}
	}
	return i.done, nil
}

// newBatch names the codes of an order. Another may be on its way in the same second, for
// another account.
func newBatch(now time.Time) string {
	return now.UTC().Format("20060102t150405") + "-" + strings.ToLower(rand.Text()[:6])
}

// asPlanned refuses an order for another account or stock than was agreed to.
func (a *duoAccount) asPlanned(p BypassPlan) error {
	if a.tenant.Name == p.Tenant && a.user == p.Username && a.target.StockName() == p.Stock {
		return nil
	}
	return store.WithHint(fmt.Errorf("%w: %q was changed since the order was planned, and nothing was sent to Duo", ErrUsage, p.Target),
		"Look what the order would do now, and agree to that.")
}

// ofAccount gives, by stock, the ids of the codes that are an account's: all of its own
// stock, and those of others that Duo lists for it. A target that shares the account
// without sharing its stock has such.
func ofAccount(known map[string][]store.BypassCode, own string, have []duo.BypassCode) map[string][]string {
	all := map[string][]string{}
	for stock, codes := range known {
		for _, c := range codes {
			listed := slices.ContainsFunc(have, func(b duo.BypassCode) bool { return b.ID == c.DuoID })
			if !c.Gone && (stock == own || listed) {
				all[stock] = append(all[stock], c.ID)
			}
		}
	}
	return all
}

// issue is an order on its way.
type issue struct {
	gate    *Gate
	account *duoAccount
	user    string              // Duo's id
	have    []duo.BypassCode    // what Duo had when it was last looked
	old     map[string][]string // the account's codes here before the order, by stock
	unnamed []string            // codes of this order that are kept, and Duo's ids of which are not known yet
	order   BypassOrder
	batch   string
	calls   int
	done    BypassIssued
}

// told says how far it came before it failed.
func (i *issue) told(err error) error {
	if len(i.done.Codes) == 0 {
		return err
	}
	return fmt.Errorf("%d of %d codes were issued and kept; then: %w", len(i.done.Codes), i.order.Count, err)
}

// call orders up to ten codes and keeps them.
func (i *issue) call(ctx context.Context) error {
	a, first := i.account, len(i.done.Codes)+1
	count := min(duo.CodesPerCall, i.order.Count-len(i.done.Codes))
	replace := i.order.Replace && i.calls == 0
	order := i.newOrder(count, replace)
	if err := i.gate.Ledger.OrderBypass(ctx, order); err != nil {
		return err // what may get lost is not asked for
	}
	a.tell.doing("having Duo make codes %d to %d of %d", first, first+count-1, i.order.Count)
	began := i.gate.Now()
	asking, sent := duo.Sent(ctx)
	codes, err := a.admin.CreateBypassCodes(asking, i.user, duo.BypassOrder{
		Count: count, Valid: i.order.Valid, Uses: i.order.Uses, Replace: replace,
	})
	switch {
	case err == nil:
		return i.keep(ctx, order, codes, began.Add(i.order.Valid))
	case !sent(), len(codes) == 0 && refusedByDuo(err): // nothing was made
		return errors.Join(err, i.settle(ctx, order))
	case len(codes) > 0:
		order.Count = len(codes)
	}
	return errors.Join(err, i.takeBack(ctx, order, len(codes) > 0))
}

// settle forgets an order of which it is known what became of it.
func (i *issue) settle(ctx context.Context, o store.BypassOrdered) error {
	return within(ctx, ledgerTime, func(ctx context.Context) error { return i.gate.Ledger.SettleBypassOrders(ctx, o.ID) })
}

// keep puts codes into the stock, whatever became of the caller's context: they exist.
// Only then is Duo asked anything more.
func (i *issue) keep(ctx context.Context, order store.BypassOrdered, codes []store.Secret, expires time.Time) error {
	g, a := i.gate, i.account
	i.calls++
	a.tell.doing("keeping them in the %s", g.Secrets.Backend())
	err := a.afterwards(ctx, func(ctx context.Context) error {
		ids, err := g.stockUp(ctx, i.done.Stock, BypassCodes{codes, BypassTerms{
			Expires: expires, Uses: i.order.Uses, Issued: true, Batch: i.batch, Order: order.ID, Account: order.Account,
		}})
		i.unnamed = append(i.unnamed, ids...)
		return err
	})
	if err != nil {
		return errors.Join(fmt.Errorf("keep the codes: %w", err), i.takeBack(ctx, order, true))
	}
	i.done.Codes = append(i.done.Codes, codes...)
	i.done.Expires = expires
	if order.Replace {
		i.have = nil
		err = i.forgetOld(ctx)
	}
	i.name(ctx, order)
	return err
}

// forgetOld removes from the stocks what Duo has deleted because it was ordered to.
func (i *issue) forgetOld(ctx context.Context) error {
	return i.account.afterwards(ctx, func(ctx context.Context) error {
		n, err := i.gate.dropAll(ctx, i.old)
		if i.done.Removed += n; err != nil {
			return fmt.Errorf("take the codes that Duo has deleted out of the stock: %w", err)
		}
		return nil
	})
}

// name asks what Duo calls the codes that are kept. It is good to know, for revoking
// them, and nothing is lost without it.
func (i *issue) name(ctx context.Context, order store.BypassOrdered) {
	a := i.account
	a.tell.doing("asking what Duo calls them")
	_ = within(ctx, lookTime, func(ctx context.Context) error {
		after, err := a.admin.BypassCodes(ctx, i.user)
		if err != nil {
			return err
		}
		// Duo does not tell which id is which code's. As a set they are right, and they
		// are revoked as a set.
		ids := i.ordered(order, after)
		if len(ids) == len(i.unnamed) && len(ids) > 0 {
			expires := expiryOf(after, ids[0], i.done.Expires)
			if err := i.gate.Ledger.NameBypass(ctx, i.done.Stock, i.unnamed, ids, expires); err != nil {
				return err
			}
			i.unnamed, i.done.Expires = nil, expires
		}
		i.have = after
		return nil
	})
	i.done.Unnamed = len(i.unnamed)
}

func expiryOf(codes []duo.BypassCode, id string, otherwise time.Time) time.Time {
	for _, c := range codes {
		if c.ID == id && !c.Expires().IsZero() {
			return c.Expires()
		}
	}
	return otherwise
}

// ordered gives the ids of codes that came since the last look and are as they were
// ordered. Somebody else may make codes at the same time, with other terms.
func (i *issue) ordered(o store.BypassOrdered, after []duo.BypassCode) []string {
	var ours []duo.BypassCode
	for _, c := range after {
		if asOrdered(o, c) {
			ours = append(ours, c)
		}
	}
	return duo.NewIDs(i.have, ours)
}

// takeBack deletes the codes of an order that nobody was given: as many as it says, which
// are sure to have been made or may have been. After an order to replace it also finds
// out whether the old codes are gone. An order that cannot be cleared up stays written
// down.
func (i *issue) takeBack(ctx context.Context, o store.BypassOrdered, made bool) error {
	a := i.account
	tidying := tidyTime
	if ctx.Err() == nil {
		a.tell.doing("looking whether Duo made codes")
	} else {
		// Whoever interrupts waits for this, and not for long: the order is written down,
		// and what is not deleted now is found later.
		tidying = lookTime
		a.tell.atMost(i.gate.Now().Add(lookTime), "looking whether Duo made codes that nobody has, to delete them (interrupt once more to leave that to gatepass duo bypass revoke "+a.target.Name+")")
	}
	var after []duo.BypassCode
	err := within(ctx, lookTime, func(ctx context.Context) (err error) {
		after, err = a.admin.BypassCodes(ctx, i.user)
		return err
	})
	if err != nil {
		return i.unasked(o, err)
	}
	return errors.Join(i.reconcile(ctx, after, o.Replace), within(ctx, tidying, func(ctx context.Context) error {
		ids := i.ordered(o, after)
		if len(ids) == 0 && !made {
			return i.maybeLater(o)
		}
		cleared, told := a.revokeNew(ctx, ids, o.Count)
		if cleared {
			return errors.Join(told, i.settle(ctx, o))
		}
		return told
	}))
}

// unasked says that nobody knows whether Duo made the codes, and how to find out.
func (i *issue) unasked(o store.BypassOrdered, err error) error {
	name := i.account.target.Name
	err = fmt.Errorf("whether Duo made %s for %s is not known, and it cannot be asked: %w", plural(o.Count, "code"), i.account.user, inTime(err))
	hints := []string{
		"When it answers again, look whether it has them: gatepass duo bypass list " + name,
		"To delete them there: gatepass duo bypass revoke " + name,
	}
	if o.Replace {
		err = fmt.Errorf("%w; nor whether it deleted the old ones", err)
		hints = append(hints, "Before any of the old ones is used, look which Duo still has; the list takes those that are gone out of the count.")
	}
	return store.WithHint(err, hints...)
}

// maybeLater says that none of the codes is there so far: what was sent may be on its
// way yet.
func (i *issue) maybeLater(o store.BypassOrdered) error {
	return store.WithHint(fmt.Errorf("%s asked for, and Duo has none of %s so far", plural(o.Count, "code")+" "+wereWas(o.Count), themIt(o.Count)),
		"In a few minutes, look whether it has: gatepass duo bypass list "+i.account.target.Name)
}

// reconcile takes the old codes out of the stock after an order to replace them, if
// none of those is left that Duo had.
func (i *issue) reconcile(ctx context.Context, after []duo.BypassCode, replace bool) error {
	if !replace || len(i.have) == 0 || len(duo.NewIDs(after, i.have)) < len(i.have) {
		return nil
	}
	i.have = nil
	if err := i.forgetOld(ctx); err != nil {
		return err
	}
	return fmt.Errorf("the codes that the account had were deleted at Duo, as ordered, and %d taken out of the stock", i.done.Removed)
}

// revokeNew deletes codes that nobody has, and says so. count is how many were ordered:
// where there are others than that, some are somebody else's. cleared says that none is
// left.
func (a *duoAccount) revokeNew(ctx context.Context, ids []string, count int) (cleared bool, told error) {
	name := a.target.Name
	if len(ids) != count {
		return false, store.WithHint(fmt.Errorf("up to %s that nobody has %s at Duo for %s, because it does not tell which they are", plural(count, "code"), stays(count), a.user),
			"Delete them in the Admin Panel, on the page of the user "+a.user+".",
			"Or delete every code that the account has, whoever made it: gatepass duo bypass revoke "+name+" --all")
	}
	for n, id := range ids {
		a.tell.doing("deleting code %d of %d at Duo again", n+1, len(ids))
		if err := a.admin.DeleteBypassCode(ctx, id); err != nil {
			left := len(ids) - n
			upTo := "up to " // Duo may have deleted it, and not said so
			if refusedByDuo(err) {
				upTo = ""
			}
			return false, store.WithHint(fmt.Errorf("%s%s that nobody has %s at Duo for %s: %w", upTo, plural(left, "code"), stays(left), a.user, inTime(err)),
				"When Duo answers again, delete "+themIt(left)+": gatepass duo bypass revoke "+name)
		}
	}
	return true, fmt.Errorf("the %s that Duo had made %s deleted there again", plural(len(ids), "code"), wereWas(len(ids)))
}

// inTime says that Duo's answer did not come before we stopped waiting for it.
func inTime(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("no answer came in time")
	}
	return err
}

func stays(n int) string {
	if n == 1 {
		return "stays"
	}
	return "stay"
}
