package auth

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatepass/store"
)

// A BypassLeft is codes that stay good at Duo when what knows of them is removed here.
type BypassLeft struct {
	Tenant, Username string    // "" for a tenant that is not known here
	Issued           int       // that gatepass had issued
	Given            int       // that others gave us
	Lost             int       // that were asked for here and may have been made without arriving
	Until            time.Time // when the last of those that were issued ends; zero: never
}

// Sentences say what stays. first is the command that revokes it while that can be done;
// "" leaves it out.
func (b BypassLeft) Sentences(now time.Time, first string) []string {
	var out []string
	if b.Issued > 0 {
		until := ""
		if !b.Until.IsZero() {
			until = " until " + clockWords(b.Until, now)
		}
		said := fmt.Sprintf("%s that gatepass had issued for %s %s not known to be used and %s good at Duo%s: who has one gets past the second factor.",
			capital(plural(b.Issued, "bypass code")), b.Username, isAre(b.Issued), stays(b.Issued), until)
		if first != "" {
			said += fmt.Sprintf(" To revoke %s: %s", themIt(b.Issued), first)
		}
		out = append(out, said)
	}
	if b.Lost > 0 {
		said := fmt.Sprintf("%s asked for here for %s may have been made at Duo and never arrived: nobody has %s.", capital(plural(b.Lost, "bypass code")), b.Username, themIt(b.Lost))
		if first != "" && b.Issued == 0 {
			said += fmt.Sprintf(" To revoke %s: %s", themIt(b.Lost), first)
		}
		out = append(out, said)
	}
	if b.Given > 0 {
		out = append(out, fmt.Sprintf("%s that you were given for %s %s not known to be used and %s good at Duo: an administrator deletes %s in the Admin Panel.",
			capital(plural(b.Given, "bypass code")), b.Username, isAre(b.Given), stays(b.Given), themIt(b.Given)))
	}
	return out
}

// RevokeCommand revokes what is left when no target is.
func (b BypassLeft) RevokeCommand() string {
	return "gatepass duo bypass revoke --tenant " + store.QuoteShell(b.Tenant) + " --account " + store.QuoteShell(b.Username)
}

func (b *BypassLeft) count(c store.BypassCode, now time.Time) {
	switch {
	case !c.Opens(now):
	case !c.Issued:
		if !c.Gone {
			b.Given++
		}
	default:
		b.Issued++
		if c.Expires.After(b.Until) {
			b.Until = c.Expires
		}
	}
}

// BypassLeftBy tells which of a target's codes stay good at Duo when it is removed. Those
// that another target draws too are left to that one.
func (g *Gate) BypassLeftBy(ctx context.Context, name string) (BypassLeft, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return BypassLeft{}, err
	}
	sharers, broken := g.sharers(t)
	if len(sharers) > 0 || broken != nil {
		return BypassLeft{}, nil
	}
	codes, err := g.Ledger.Bypass(ctx, t.StockName())
	if err != nil {
		return BypassLeft{}, fmt.Errorf("read what is left: %w", err)
	}
	left := BypassLeft{Username: g.bypassAccount(t).User}
	if tenant, err := g.tenantOf(t); err == nil {
		left.Tenant = tenant.Name
	}
	for _, c := range codes {
		left.count(c, g.Now())
	}
	stray, err := g.openOrders(ctx, name)
	if err != nil {
		return BypassLeft{}, fmt.Errorf("read which codes were asked for: %w", err)
	}
	left.Lost = stray.Count()
	return left, nil
}

// BypassLeftIn tells, by account, which codes that gatepass had issued are good in a
// tenant yet, those too whose target was removed.
func (g *Gate) BypassLeftIn(ctx context.Context, tenant string) ([]BypassLeft, error) {
	t, err := g.tenants().Get(tenant)
	if err != nil {
		return nil, err
	}
	known, err := g.Ledger.KnownBypass(ctx)
	if err != nil {
		return nil, fmt.Errorf("read which codes are known: %w", err)
	}
	orders, err := g.Ledger.BypassOrders(ctx)
	if err != nil {
		return nil, fmt.Errorf("read which codes were asked for: %w", err)
	}
	var all []BypassLeft
	of := func(a store.BypassAccount) *BypassLeft {
		at := slices.IndexFunc(all, func(b BypassLeft) bool { return strings.EqualFold(b.Username, a.User) })
		if at < 0 {
			at = len(all)
			all = append(all, BypassLeft{Tenant: tenant, Username: a.User})
		}
		return &all[at]
	}
	for _, codes := range known {
		for _, c := range codes {
			if c.Issued && strings.EqualFold(c.Account.Host, t.APIHost) {
				of(c.Account).count(c, g.Now())
			}
		}
	}
	for _, o := range orders {
		if !o.Kept && !orderOver(o, g.Now()) && strings.EqualFold(o.Account.Host, t.APIHost) {
			of(o.Account).Lost += o.Count
		}
	}
	all = slices.DeleteFunc(all, func(b BypassLeft) bool { return b.Issued+b.Lost == 0 })
	slices.SortFunc(all, func(a, b BypassLeft) int { return strings.Compare(a.Username, b.Username) })
	return all, nil
}
