package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatepass/auth/duo"
	"gatepass/store"
)

// A BypassOrder says which bypass codes Duo is to make. Nothing is left to Duo's own
// defaults, which are ten codes for ever in place of all that are there.
type BypassOrder struct {
	Count   int           // of codes; more than ten take several calls
	Valid   time.Duration // how long they are good for; never for ever
	Uses    int           // how often each can be used, 1 or more
	Replace bool          // delete every other code of the account, whoever made it
}

// A BypassPlan is what an order would do, for people to agree to.
type BypassPlan struct {
	Target, Tenant, Stock, Username string
	Order                           BypassOrder
	Calls                           int      // of Duo's API
	Existing                        int      // codes that the account has at Duo
	Sentences                       []string // what it costs and whom it alerts
}

// DuoPlanBypass looks what an order would do. Nothing is made.
func (g *Gate) DuoPlanBypass(ctx context.Context, name string, o BypassOrder, tell DuoSink) (BypassPlan, error) {
	if err := checkOrder(o); err != nil {
		return BypassPlan{}, err
	}
	a, err := g.duoOf(ctx, name, tell)
	if err != nil {
		return BypassPlan{}, err
	}
	defer a.close()
	user, have, err := a.codes(ctx)
	if err != nil {
		return BypassPlan{}, err
	}
	p := BypassPlan{
		Target: name, Tenant: a.tenant.Name, Stock: a.target.StockName(), Username: a.user, Order: o,
		Calls: (o.Count + duo.CodesPerCall - 1) / duo.CodesPerCall, Existing: len(have),
	}
	if !o.Replace && len(have)+o.Count > duo.CodesPerUser {
		return p, store.WithHint(fmt.Errorf("%w: %s has %d codes at Duo, and an account can have %d", ErrUsage, a.user, len(have), duo.CodesPerUser),
			"Revoke those of an earlier scan: gatepass duo bypass revoke "+name)
	}
	p.Sentences = planSentences(p, user)
	return p, nil
}

func checkOrder(o BypassOrder) error {
	switch {
	case o.Count < 1 || o.Count > duo.CodesPerUser:
		return fmt.Errorf("%w: %d codes; an account can have 1 to %d", ErrUsage, o.Count, duo.CodesPerUser)
	case o.Valid < time.Minute:
		return fmt.Errorf("%w: codes that are good for %s; say how long the scan takes, such as 2h", ErrUsage, o.Valid)
	case o.Uses < 1:
		return fmt.Errorf("%w: %d uses for each code; without a limit none is issued", ErrUsage, o.Uses)
	}
	return nil
}

// codes reads the account and the codes that it has at Duo.
func (a *duoAccount) codes(ctx context.Context) (duo.User, []duo.BypassCode, error) {
	if err := a.needAdmin("bypass codes"); err != nil {
		return duo.User{}, nil, err
	}
	user, err := a.findUser(ctx)
	if err != nil {
		return user, nil, err
	}
	a.tell.doing("reading which bypass codes there are")
	have, err := a.admin.BypassCodes(ctx, user.ID)
	return user, have, err
}

func planSentences(p BypassPlan, user duo.User) []string {
	o := p.Order
	each := "once"
	if o.Uses > 1 {
		each = fmt.Sprintf("%d times", o.Uses)
	}
	out := []string{
		fmt.Sprintf("Duo makes %s for %s, each good %s, for %s. Who has one gets past the second factor.", plural(o.Count, "bypass code"), p.Username, each, spell(o.Valid)),
		"Duo records it, and who watches its alerts sees it: tell them that a scan begins.",
	}
	if o.Replace && p.Existing > 0 {
		out = append(out, fmt.Sprintf("The %s that the account has now are deleted, whoever made them.", plural(p.Existing, "code")))
	}
	if status, group := user.Effective(); status != duo.StatusActive {
		out = append(out, fmt.Sprintf("The account's status is %q%s: a code does not change that.", status, throughGroup(group)))
	}
	return out
}

func throughGroup(group string) string {
	if group == "" {
		return ""
	}
	return fmt.Sprintf(" through the group %q", group)
}

// spell writes a length of time as people say it, "2h" and not "2h0m0s".
func spell(d time.Duration) string {
	switch {
	case d%(24*time.Hour) == 0:
		return plural(int(d/(24*time.Hour)), "day")
	case d%time.Hour == 0:
		return plural(int(d/time.Hour), "hour")
	case d%time.Minute == 0:
		return plural(int(d/time.Minute), "minute")
	}
	return d.String()
}

// BypassIssued is what came of an order. After an error it tells how far it came.
type BypassIssued struct {
	Stock   string
	Codes   []store.Secret // kept in the stock already
	Expires time.Time
	Removed int // codes of the stock that the order replaced
}

// DuoIssueBypass has Duo make what was planned, and keeps the codes call by call. What
// Duo made and could not be kept is deleted at Duo again, and the error says whether
// that worked.
func (g *Gate) DuoIssueBypass(ctx context.Context, p BypassPlan, tell DuoSink) (BypassIssued, error) {
	if err := checkOrder(p.Order); err != nil {
		return BypassIssued{}, err
	}
	a, err := g.duoOf(ctx, p.Target, tell)
	if err != nil {
		return BypassIssued{}, err
	}
	defer a.close()
	// What cannot be kept is not asked for.
	if _, err := g.ledgerKey(ctx); err != nil {
		return BypassIssued{}, err
	}
	if err := g.Ledger.Check(ctx); err != nil {
		return BypassIssued{}, err
	}
	user, have, err := a.codes(ctx)
	if err != nil {
		return BypassIssued{}, err
	}
	i := issue{gate: g, account: a, user: user.ID, have: have, order: p.Order, batch: g.Now().UTC().Format("20060102t150405")}
	i.done.Stock = a.target.StockName()
	for len(i.done.Codes) < p.Order.Count {
		if err := i.call(ctx); err != nil {
			return i.done, i.told(err)
		}
	}
	return i.done, nil
}

// issue is an order on its way.
type issue struct {
	gate    *Gate
	account *duoAccount
	user    string           // Duo's id
	have    []duo.BypassCode // what Duo had before the next call
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
	codes, err := a.admin.CreateBypassCodes(ctx, i.user, duo.BypassOrder{
		Count: count, Valid: i.order.Valid, Uses: i.order.Uses, Replace: replace,
	})
	if err != nil {
		return i.unsure(ctx, err)
	}
	i.calls++
	if replace {
		i.have = nil
		if err := i.forgetReplaced(ctx); err != nil {
			return errors.Join(err, i.takeBack(ctx, len(codes)))
		}
	}
	return i.keep(ctx, codes)
}

// forgetReplaced removes what Duo has just deleted from the stock.
func (i *issue) forgetReplaced(ctx context.Context) error {
	g, a := i.gate, i.account
	return a.afterwards(ctx, func(ctx context.Context) error {
		old, err := g.Ledger.Bypass(ctx, i.done.Stock)
		if err != nil || len(old) == 0 {
			return err
		}
		i.done.Removed = len(old)
		return g.RemoveBypass(ctx, a.target.Name)
	})
}

// keep puts codes into the stock, whatever became of the caller's context: they exist.
func (i *issue) keep(ctx context.Context, codes []store.Secret) error {
	g, a := i.gate, i.account
	return a.afterwards(ctx, func(ctx context.Context) error {
		after, err := a.admin.BypassCodes(ctx, i.user)
		ids := i.ordered(after)
		terms := BypassTerms{Expires: g.Now().Add(i.order.Valid), Uses: i.order.Uses, Issued: true, Batch: i.batch}
		if err == nil && len(ids) == len(codes) {
			// Duo does not tell which id is which code's. As a set they are right, and
			// they are revoked as a set.
			terms.DuoIDs = ids
			terms.Expires = expiryOf(after, ids[0], terms.Expires)
		}
		if err == nil {
			i.have = after
		}
		a.tell.doing("keeping them in the %s", g.Secrets.Backend())
		if _, err := g.AddBypass(ctx, a.target.Name, codes, terms); err != nil {
			return errors.Join(fmt.Errorf("keep the codes: %w", err), a.revokeNew(ctx, ids, len(codes), len(codes)))
		}
		i.done.Codes = append(i.done.Codes, codes...)
		i.done.Expires = terms.Expires
		return nil
	})
}

func expiryOf(codes []duo.BypassCode, id string, otherwise time.Time) time.Time {
	for _, c := range codes {
		if c.ID == id && !c.Expires().IsZero() {
			return c.Expires()
		}
	}
	return otherwise
}

// unsure looks, after an error that does not say whether Duo made codes, whether it
// did, and deletes what nobody was given.
func (i *issue) unsure(ctx context.Context, err error) error {
	var refused *duo.Error
	if errors.As(err, &refused) && refused.Code != 0 {
		return err // Duo says no: nothing was made
	}
	return errors.Join(err, i.takeBack(ctx, 0))
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

// takeBack deletes codes at Duo that came into being since the last look. made is how
// many did, 0 where that is not known.
func (i *issue) takeBack(ctx context.Context, made int) error {
	return i.account.afterwards(ctx, func(ctx context.Context) error {
		i.account.tell.doing("looking whether Duo made codes")
		after, err := i.account.admin.BypassCodes(ctx, i.user)
		if err != nil {
			return fmt.Errorf("whether Duo made codes is not known, and it cannot be asked: %w", err)
		}
		most := min(duo.CodesPerCall, i.order.Count-len(i.done.Codes))
		return i.account.revokeNew(ctx, i.ordered(after), made, most)
	})
}

// revokeNew deletes codes that nobody has, and says so. made is how many are known to
// have been made, and most how many can have been: where there are others than that,
// some are somebody else's.
func (a *duoAccount) revokeNew(ctx context.Context, ids []string, made, most int) error {
	if len(ids) == 0 && made == 0 {
		return nil
	}
	byHand := "Delete them in the Admin Panel, on the page of the user " + a.user + "; nobody has them."
	if len(ids) < made || len(ids) > most {
		return store.WithHint(fmt.Errorf("up to %d codes that nobody has stay at Duo, because it does not tell which they are", most), byHand)
	}
	for n, id := range ids {
		a.tell.doing("deleting code %d of %d at Duo again", n+1, len(ids))
		if err := a.admin.DeleteBypassCode(ctx, id); err != nil {
			return store.WithHint(fmt.Errorf("%d codes stay at Duo: %w", len(ids)-n, err), byHand)
		}
	}
	return fmt.Errorf("the %s that Duo had made were deleted there again", plural(len(ids), "code"))
}
