package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gatepass/store"
)

// freeStock refuses a new target whose bypass codes would be those of others that
// share a stock under its name, perhaps of another account.
func (g *Gate) freeStock(ctx context.Context, t store.Target) error {
	if t.Stock != "" {
		return nil // that is meant
	}
	taken, err := g.stockInUse(ctx, t)
	if err != nil || !taken {
		return err
	}
	return store.WithHint(fmt.Errorf("%w: a stock of bypass codes is called %q", store.ErrTargetExists, t.Name),
		"Choose another name for the target; or, if those codes are for its account, give it with --stock "+t.Name)
}

// stockInUse reports whether t's stock has codes, or another target draws from it. A
// target's file that cannot be read is none.
func (g *Gate) stockInUse(ctx context.Context, t store.Target) (bool, error) {
	stocks, err := g.Ledger.Stocks(ctx)
	if err != nil {
		return false, fmt.Errorf("read which stocks there are: %w", err)
	}
	sharers, _ := g.sharers(t)
	_, has := stocks[t.StockName()]
	return has || len(sharers) > 0, nil
}

// pinStock writes the name of t's bypass codes into its file before it is renamed, if
// it has any: they stay under the name that it had when they came.
func (g *Gate) pinStock(ctx context.Context, t store.Target, to string) error {
	if t.Stock != "" {
		return nil
	}
	inUse, err := g.stockInUse(ctx, t)
	if err != nil {
		return err
	}
	if !inUse {
		t.Name = to
		return g.freeStock(ctx, t)
	}
	t.Stock = t.Name
	return g.Targets.Save(t)
}

// drawers gives the targets that draw from a stock. With an error, there may be more: a
// file that cannot be read does not say.
func (g *Gate) drawers(stock string) ([]store.Target, error) {
	all, broken := g.Targets.List()
	return slices.DeleteFunc(all, func(t store.Target) bool { return t.StockName() != stock }), broken
}

// forgetCodes deletes the bypass codes that t alone draws from, and those that stayed
// behind under its name, if nobody draws from them. kept says that some were left,
// because whether another target needs them cannot be told.
func (g *Gate) forgetCodes(ctx context.Context, t store.Target) (kept, err error) {
	stocks := []string{t.StockName(), t.Name}
	for _, stock := range slices.Compact(stocks) {
		left, err := g.forgetStock(ctx, stock, t.Name)
		if kept = errors.Join(kept, left); err != nil {
			return kept, err
		}
	}
	return kept, nil
}

func (g *Gate) forgetStock(ctx context.Context, stock, leaving string) (kept, err error) {
	codes, err := g.Ledger.Bypass(ctx, stock)
	if err != nil || len(codes) == 0 {
		return nil, err
	}
	drawers, broken := g.drawers(stock)
	switch {
	case slices.ContainsFunc(drawers, func(o store.Target) bool { return o.Name != leaving }):
		return nil, nil
	case aboutOthers(broken, g.Targets.Path(leaving)):
		return fmt.Errorf("the bypass codes in the stock %q were left, because another target may draw from them: %w", stock, broken), nil
	}
	_, err = g.dropCodes(ctx, stock, idsOf(codes), g.Ledger.LeaveBypass)
	return nil, err
}

func idsOf(codes []store.BypassCode) []string {
	ids := make([]string, len(codes))
	for i, c := range codes {
		ids[i] = c.ID
	}
	return ids
}

// leaveStock refuses a change that has t draw from another stock while the old one has
// codes that nobody else draws: they would be kept for ever, and for nobody. spent are
// those that are of no more use; they go when the change is made.
func (g *Gate) leaveStock(ctx context.Context, t, now store.Target) (spent []string, err error) {
	if t.StockName() == now.StockName() {
		return nil, nil
	}
	codes, err := g.Ledger.Bypass(ctx, t.StockName())
	if err != nil {
		return nil, fmt.Errorf("read what is left: %w", err)
	}
	sharers, broken := g.sharers(t)
	if len(codes) == 0 || len(sharers) > 0 || broken != nil {
		return nil, nil // whoever draws from them still takes them along
	}
	if left := store.StockOf(t.StockName(), codes, g.Now()).Codes; left > 0 {
		return nil, store.WithHint(fmt.Errorf("%w: the stock %q has %s that %q alone draws from, and nobody could use them any more", ErrUsage, t.StockName(), plural(left, "code"), t.Name),
			"If another target has the same account, let that one draw from here: gatepass edit OTHER --stock "+t.StockName(),
			"If they are not needed any more: gatepass duo bypass revoke "+t.Name+" --all, or remove the target and add it again")
	}
	return idsOf(codes), nil
}

// aboutOthers reports whether any of the errors of a list of files is not about the
// one at path.
func aboutOthers(err error, path string) bool {
	switch e := err.(type) {
	case nil:
		return false
	case *store.FieldError:
		return e.Path != path
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(e.Unwrap(), func(one error) bool { return aboutOthers(one, path) })
	default:
		return true
	}
}
