package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

// A BypassStock is the bypass codes that a target draws from.
type BypassStock struct {
	store.Stock
	Codes  []store.BypassCode // in the order in which they were added
	Shared []string           // the other targets that draw from it, by name
}

// BypassStock tells what is left of a target's bypass codes. The codes themselves are
// not read.
func (g *Gate) BypassStock(ctx context.Context, name string) (BypassStock, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return BypassStock{}, err
	}
	codes, err := g.Ledger.Bypass(ctx, t.StockName())
	if err != nil {
		return BypassStock{}, fmt.Errorf("read what is left: %w", err)
	}
	shared, err := g.sharers(t)
	return BypassStock{Stock: store.StockOf(t.StockName(), codes, g.Now()), Codes: codes, Shared: shared}, err
}

// sharers names the other targets that draw from t's stock. With an error, there may
// be more: a file that cannot be read does not say.
func (g *Gate) sharers(t store.Target) ([]string, error) {
	all, broken := g.Targets.List()
	var names []string
	for _, o := range all {
		if o.Name != t.Name && o.StockName() == t.StockName() {
			names = append(names, o.Name)
		}
	}
	return names, broken
}

// A DrawnBypass is one use of a bypass code, which nobody else is given.
type DrawnBypass struct {
	Code store.Secret
	store.BypassReservation

	gate *Gate
}

// Again says that the code was handed out before and nobody knows what became of it; ""
// where that is not so. Such a use counts as gone.
func (d DrawnBypass) Again() string {
	if d.Unknown == 0 {
		return ""
	}
	left := "its last use"
	if n := d.BypassReservation.Code.Left(d.gate.Now()); n != 0 {
		left = fmt.Sprintf("one of its %d uses", d.BypassReservation.Code.Uses)
		if n < 0 {
			left = "one use of a code without limit"
		}
	}
	return fmt.Sprintf("this code was handed out %s before, and whether it was accepted is not known: each counts as a use, and this is %s", plural(d.Unknown, "time"), left)
}

// Settle records what became of the code. Without it the outcome is unknown, and the
// use counts as gone.
func (d DrawnBypass) Settle(ctx context.Context, o store.Outcome) error {
	return d.gate.Ledger.SettleBypass(ctx, d.BypassReservation, o)
}

// DrawBypass hands out one use of one of a target's bypass codes. The use is recorded
// before the code leaves the secret store, and nobody is given it again. by is who
// asks, "code" or "verify", and run the verification's id, if there is one. It answers
// [store.ErrNothingLeft] when all are used, refused or expired.
func (g *Gate) DrawBypass(ctx context.Context, name, by, run string) (DrawnBypass, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return DrawnBypass{}, err
	}
	return g.drawBypass(ctx, t, by, run)
}

func (g *Gate) drawBypass(ctx context.Context, t store.Target, by, run string) (DrawnBypass, error) {
	// A store that is locked says so here, before a use is taken.
	if _, err := g.ledgerKey(ctx); err != nil {
		return DrawnBypass{}, err
	}
	codes, err := g.Ledger.Bypass(ctx, t.StockName())
	if err != nil {
		return DrawnBypass{}, fmt.Errorf("read what is left: %w", err)
	}
	if err := g.foreignCodes(t, codes); err != nil {
		return DrawnBypass{}, err
	}
	for {
		r, err := g.Ledger.ReserveBypass(ctx, t.StockName(), by, run)
		if err != nil {
			return DrawnBypass{}, moreCodes(t.Name, err)
		}
		code, err := g.Secrets.Get(ctx, store.BypassRef(r.Stock, r.ID))
		if err == nil {
			return DrawnBypass{Code: code, BypassReservation: r, gate: g}, nil
		}
		// The code has not left the store. One that is not there never will; the next
		// one may.
		lost := errors.Is(err, store.ErrNotFound)
		outcome := store.OutcomeReturned
		if lost {
			outcome = store.OutcomeLost
		}
		if settled := g.settle(ctx, r, outcome); settled != nil || !lost {
			return DrawnBypass{}, errors.Join(fmt.Errorf("read a bypass code of %q: %w", t.Name, err), settled)
		}
	}
}

// settle records an outcome, even when what it was drawn for has ended.
func (g *Gate) settle(ctx context.Context, r store.BypassReservation, o store.Outcome) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return g.Ledger.SettleBypass(ctx, r, o)
}

// moreCodes says where more codes come from.
func moreCodes(name string, err error) error {
	if !errors.Is(err, store.ErrNothingLeft) {
		return fmt.Errorf("reserve a bypass code: %w", err)
	}
	return store.WithHint(err,
		"Have Duo issue more: gatepass duo bypass issue "+name+" --count 10 --valid 2h",
		"Or add codes that an administrator gave you: gatepass edit "+name+" --bypass-codes-file FILE")
}

// bypassCodes gives the login run its passcodes out of t's stock. It answers
// [store.ErrNothingLeft] before anything is sent.
func (g *Gate) bypassCodes(ctx context.Context, t store.Target, run string) (login.Passcodes, error) {
	if _, err := g.ledgerKey(ctx); err != nil {
		return nil, err
	}
	codes, err := g.Ledger.Bypass(ctx, t.StockName())
	if err != nil {
		return nil, fmt.Errorf("read what is left: %w", err)
	}
	if err := g.foreignCodes(t, codes); err != nil {
		return nil, err
	}
	if err := g.Ledger.CheckBypass(ctx, t.StockName()); err != nil {
		return nil, moreCodes(t.Name, err)
	}
	return stockDrawer{g, t, run}, nil
}

// stockDrawer gives a login bypass codes out of a stock.
type stockDrawer struct {
	gate   *Gate
	target store.Target
	run    string
}

// FactorBypass is what a login calls a bypass code.
const FactorBypass = "bypass_code"

// Draw implements [login.Passcodes]. There is nothing to wait for.
func (d stockDrawer) Draw(ctx context.Context, _ func(time.Time)) (login.Passcode, error) {
	drawn, err := d.gate.drawBypass(ctx, d.target, "verify", d.run)
	if errors.Is(err, store.ErrNothingLeft) {
		err = fmt.Errorf("%w: %w", login.ErrNothingFresh, err)
	}
	if err != nil {
		return login.Passcode{}, err
	}
	return login.Passcode{Value: drawn.Code, Factor: FactorBypass, Note: drawn.Again(), Settle: func(accepted bool) {
		outcome := store.OutcomeRefused
		if accepted {
			outcome = store.OutcomeAccepted
		}
		// What cannot be recorded stays unknown, which is how it is already.
		_ = d.gate.settle(ctx, drawn.BypassReservation, outcome)
	}}, nil
}

// RemoveBypass removes the codes with these ids from a target's stock and from the
// secret store. What was drawn stays known.
func (g *Gate) RemoveBypass(ctx context.Context, name string, ids ...string) error {
	return g.Targets.Change(ctx, func() error {
		t, err := g.Targets.Get(name)
		if err != nil {
			return err
		}
		_, err = g.dropCodes(ctx, t.StockName(), ids, g.Ledger.RemoveBypass)
		return err
	})
}

// dropAll removes codes from their stocks, whoever draws from those, and says how many
// there were.
func (g *Gate) dropAll(ctx context.Context, ids map[string][]string) (n int, err error) {
	err = g.Targets.Change(ctx, func() error {
		for stock, these := range ids {
			dropped, err := g.dropCodes(ctx, stock, these, g.Ledger.RemoveBypass)
			if n += dropped; err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// dropCodes removes the codes with these ids, and says how many of them there were. What
// fails on its way leaves the rest where it was, in both places. remove takes codes out
// of the ledger.
func (g *Gate) dropCodes(ctx context.Context, stock string, ids []string, remove func(context.Context, string, ...string) error) (int, error) {
	codes, err := g.Ledger.Bypass(ctx, stock)
	if err != nil {
		return 0, fmt.Errorf("read what is left: %w", err)
	}
	var going []string
	var failed error
	for _, c := range codes {
		if !slices.Contains(ids, c.ID) {
			continue
		}
		if err := g.Secrets.Delete(ctx, store.BypassRef(stock, c.ID)); err != nil {
			failed = fmt.Errorf("delete a bypass code of the stock %q: %w", stock, err)
			break
		}
		going = append(going, c.ID)
	}
	if len(going) == 0 {
		return 0, failed
	}
	// Those are gone, whatever ended the deleting.
	err = within(ctx, ledgerTime, func(ctx context.Context) error { return remove(ctx, stock, going...) })
	if err != nil {
		return 0, errors.Join(failed, err)
	}
	return len(going), failed
}
