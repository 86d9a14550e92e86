package auth

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gatepass/store"
)

// bypassAccount is the account whose bypass codes a target draws: its name at Duo, and
// the host of its tenant where one is known.
func (g *Gate) bypassAccount(t store.Target) store.BypassAccount {
	a := store.BypassAccount{User: t.Duo.Username}
	if a.User == "" {
		a.User = t.Username
	}
	if tenant, err := g.tenantOf(t); err == nil {
		a.Host = tenant.APIHost
	}
	return a
}

// bypassAccount is the account that is asked about.
func (a *duoAccount) bypassAccount() store.BypassAccount {
	return store.BypassAccount{Host: a.tenant.APIHost, User: a.user}
}

// ofOneAccount refuses to have t draw codes that are another account's: those that are
// in its stock, and those of other targets which draw from there.
func (g *Gate) ofOneAccount(ctx context.Context, t store.Target) error {
	codes, err := g.Ledger.Bypass(ctx, t.StockName())
	if err != nil {
		return fmt.Errorf("read what is left: %w", err)
	}
	own := g.bypassAccount(t)
	others, _ := g.drawers(t.StockName())
	for _, o := range others {
		if theirs := g.bypassAccount(o); o.Name != t.Name && own.Other(theirs) {
			return g.foreignStock(t, theirs, fmt.Sprintf("those that %q draws too", o.Name))
		}
	}
	return g.foreignCodes(t, codes)
}

// changeAccount refuses a change by which t would draw another account's codes. Codes
// that others gave us and that t alone draws are taken to be for the account that it has
// now, when the change is made: its name was wrong.
func (g *Gate) changeAccount(ctx context.Context, was, t store.Target) (rebind func() error, err error) {
	nothing := func() error { return nil }
	before, now := g.bypassAccount(was), g.bypassAccount(t)
	if was.StockName() == t.StockName() && !before.Other(now) {
		return nothing, nil
	}
	codes, err := g.Ledger.Bypass(ctx, t.StockName())
	if err != nil {
		return nothing, fmt.Errorf("read what is left: %w", err)
	}
	sharers, broken := g.sharers(t)
	issued := slices.ContainsFunc(codes, func(c store.BypassCode) bool { return c.Issued && c.Left(g.Now()) != 0 })
	if was.StockName() == t.StockName() && len(sharers) == 0 && broken == nil && !issued {
		if len(codes) == 0 {
			return nothing, nil
		}
		return func() error { return g.Ledger.BindBypass(ctx, t.StockName(), now) }, nil
	}
	return nothing, g.ofOneAccount(ctx, t)
}

// foreignCodes refuses codes that another account's than t's are.
func (g *Gate) foreignCodes(t store.Target, codes []store.BypassCode) error {
	own, now := g.bypassAccount(t), g.Now()
	for _, c := range codes {
		if !c.Gone && c.Left(now) != 0 && own.Other(c.Account) {
			return g.foreignStock(t, c.Account, plural(store.StockOf("", codes, now).Codes, "code")+" that can be drawn yet")
		}
	}
	return nil
}

func (g *Gate) foreignStock(t store.Target, theirs store.BypassAccount, what string) error {
	own := g.bypassAccount(t)
	whose := func(a store.BypassAccount) string {
		if a.Host != "" && own.Host != "" && !strings.EqualFold(theirs.Host, own.Host) {
			return fmt.Sprintf("%s at %s", a.User, a.Host)
		}
		return a.User
	}
	hints := []string{"Codes of one account are refused for another, and refusals lock accounts. Have it draw its own: gatepass edit " + t.Name + " --stock ''"}
	if t.StockName() == t.Name {
		hints = []string{"Codes of one account are refused for another, and refusals lock accounts. Revoke them first: gatepass duo bypass revoke " + t.Name}
	}
	if theirs.User != own.User {
		hints = append(hints, fmt.Sprintf("If Duo knows both as %s: gatepass edit %s --duo-username %s", theirs.User, t.Name, store.QuoteShell(theirs.User)))
	}
	return store.WithHint(fmt.Errorf("%w: the bypass codes in the stock %q are for %s (%s), and %q signs in as %s", ErrUsage, t.StockName(), whose(theirs), what, t.Name, whose(own)), hints...)
}

// CheckStock refuses the name of a stock that nobody draws from and that has no codes:
// it is a slip, unless a new one is meant.
func (g *Gate) CheckStock(ctx context.Context, target, stock string) error {
	if stock == "" || stock == target {
		return nil
	}
	taken, err := g.stockNames(ctx)
	if err != nil || taken[stock] {
		return err
	}
	names := make([]string, 0, len(taken))
	for name := range taken {
		names = append(names, name)
	}
	slices.Sort(names)
	hints := store.DidYouMean(stock, names)
	return store.WithHint(fmt.Errorf("%w: there is no stock of bypass codes %q", ErrUsage, stock),
		append(hints, "A stock has the name of the target that its codes came for: gatepass list",
			"To begin one of that name, give it as --new-stock "+stock+".")...)
}
