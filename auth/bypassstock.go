package auth

import (
	"context"
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

// forgetCodes deletes the bypass codes that t alone draws from. kept says that they
// were left, because whether another target needs them cannot be told.
func (g *Gate) forgetCodes(ctx context.Context, t store.Target) (kept, err error) {
	codes, err := g.Ledger.Bypass(ctx, t.StockName())
	if err != nil || len(codes) == 0 {
		return nil, err
	}
	sharers, broken := g.sharers(t)
	switch {
	case len(sharers) > 0:
		return nil, nil
	case aboutOthers(broken, g.Targets.Path(t.Name)):
		return fmt.Errorf("the bypass codes in the stock %q were left, because another target may draw from them: %w", t.StockName(), broken), nil
	}
	return nil, g.dropCodes(ctx, t.StockName(), nil)
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
