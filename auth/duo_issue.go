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
// Duo again, and the error says whether that worked. Of several gatepass on this
// machine one changes the account at a time.
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
		old: ofAccount(known, p.Stock, have), batch: g.Now().UTC().Format("20060102t150405"),
	}
	i.done.Stock = p.Stock
	for len(i.done.Codes) < p.Order.Count {
		if err := i.call(ctx); err != nil {
			return i.done, i.told(err)
		}
	}
	return i.done, nil
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
	a.tell.doing("having Duo make codes %d to %d of %d", first, first+count-1, i.order.Count)
	began := i.gate.Now()
	asking, sent := duo.Sent(ctx)
	codes, err := a.admin.CreateBypassCodes(asking, i.user, duo.BypassOrder{
		Count: count, Valid: i.order.Valid, Uses: i.order.Uses, Replace: replace,
	})
	switch {
	case err == nil:
		return i.keep(ctx, codes, began.Add(i.order.Valid), replace)
	case !sent(), len(codes) == 0 && refusedByDuo(err):
		return err // nothing was made
	case len(codes) > 0:
		count = len(codes)
	}
	return errors.Join(err, i.takeBack(ctx, count, len(codes) > 0, replace))
}

// keep puts codes into the stock, whatever became of the caller's context: they exist.
// Only then is Duo asked anything more.
func (i *issue) keep(ctx context.Context, codes []store.Secret, expires time.Time, replaced bool) error {
	g, a := i.gate, i.account
	i.calls++
	a.tell.doing("keeping them in the %s", g.Secrets.Backend())
	err := a.afterwards(ctx, func(ctx context.Context) error {
		ids, err := g.stockUp(ctx, i.done.Stock, BypassCodes{codes, BypassTerms{
			Expires: expires, Uses: i.order.Uses, Issued: true, Batch: i.batch,
		}})
		i.unnamed = append(i.unnamed, ids...)
		return err
	})
	if err != nil {
		return errors.Join(fmt.Errorf("keep the codes: %w", err), i.takeBack(ctx, len(codes), true, replaced))
	}
	i.done.Codes = append(i.done.Codes, codes...)
	i.done.Expires = expires
	if replaced {
		i.have = nil
		err = i.forgetOld(ctx)
	}
	i.name(ctx)
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
func (i *issue) name(ctx context.Context) {
	a := i.account
	a.tell.doing("asking what Duo calls them")
	_ = within(ctx, lookTime, func(ctx context.Context) error {
		after, err := a.admin.BypassCodes(ctx, i.user)
		if err != nil {
			return err
		}
		// Duo does not tell which id is which code's. As a set they are right, and they
		// are revoked as a set.
		ids := i.ordered(after)
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
func (i *issue) ordered(after []duo.BypassCode) []string {
	const slack = 5 * time.Second
	var ours []duo.BypassCode
	for _, c := range after {
		life := c.Expires().Sub(c.Created())
		if c.Uses != nil && *c.Uses == i.order.Uses && (life-i.order.Valid).Abs() <= slack {
			ours = append(ours, c)
		}
	}
	return duo.NewIDs(i.have, ours)
}

// takeBack deletes codes at Duo that nobody was given: count of them, which are sure to
// have been made or may have been. After an order to replace it also finds out whether
// the old codes are gone.
func (i *issue) takeBack(ctx context.Context, count int, made, replace bool) error {
	a := i.account
	a.tell.doing("looking whether Duo made codes")
	var after []duo.BypassCode
	err := a.afterwards(ctx, func(ctx context.Context) (err error) {
		after, err = a.admin.BypassCodes(ctx, i.user)
		return err
	})
	if err != nil {
		err = fmt.Errorf("whether Duo made codes is not known, and it cannot be asked: %w", err)
		if replace {
			err = store.WithHint(fmt.Errorf("%w; nor whether it deleted the old ones", err),
				"Before any of them is used, look which Duo still has: gatepass duo bypass list "+a.target.Name,
				"To take out of the stock what it has not: gatepass duo bypass revoke "+a.target.Name)
		}
		return err
	}
	return errors.Join(i.reconcile(ctx, after, replace), a.afterwards(ctx, func(ctx context.Context) error {
		return a.revokeNew(ctx, i.ordered(after), count, made)
	}))
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

// revokeNew deletes codes that nobody has, and says so. count is how many were ordered,
// and made says that they are sure to exist: where there are others than that, some are
// somebody else's.
func (a *duoAccount) revokeNew(ctx context.Context, ids []string, count int, made bool) error {
	if len(ids) == 0 && !made {
		return nil
	}
	byHand := "Delete them in the Admin Panel, on the page of the user " + a.user + "; nobody has them."
	if len(ids) != count {
		return store.WithHint(fmt.Errorf("up to %d codes that nobody has stay at Duo, because it does not tell which they are", count), byHand)
	}
	for n, id := range ids {
		a.tell.doing("deleting code %d of %d at Duo again", n+1, len(ids))
		if err := a.admin.DeleteBypassCode(ctx, id); err != nil {
			return store.WithHint(fmt.Errorf("%d codes stay at Duo: %w", len(ids)-n, err), byHand)
		}
	}
	return fmt.Errorf("the %s that Duo had made were deleted there again", plural(len(ids), "code"))
}
