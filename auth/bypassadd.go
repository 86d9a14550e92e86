package auth

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"gatepass/store"
)

// BypassTerms say how codes may be used.
type BypassTerms struct {
	Expires time.Time // zero: never
	Uses    int       // how often each can be used; 0: without limit
	Issued  bool      // gatepass had them issued
	Batch   string    // what they are known as together, ""
	Order   string    // the order that they came of, ""
	// Account is whose second factor they stand for; unknown means the target's own.
	Account store.BypassAccount
	DuoIDs  []string // what Duo calls them, one for each code; nil when that is not known
}

// duoID is what Duo calls the code at i.
func (t BypassTerms) duoID(i int) string {
	if i < len(t.DuoIDs) {
		return t.DuoIDs[i]
	}
	return ""
}

// BypassCodes are codes to add with their terms.
type BypassCodes struct {
	Codes []store.Secret
	Terms BypassTerms
}

// BypassAdded tells what came of adding codes. Positions count from 1.
type BypassAdded struct {
	Stock   string
	Added   int
	Repeats []BypassRepeat // given twice in one list: kept once
	Known   []BypassKnown  // in the stock already: they stay as they are
}

// BypassRepeat is a code that is the same as an earlier one.
type BypassRepeat struct{ Position, First int }

// BypassKnown is a code that was added before, and what it is good for now.
type BypassKnown struct {
	Position int
	State    store.CodeState
}

// ErrBadCode is what is given for a bypass code and cannot be one.
var ErrBadCode = errors.New("not a bypass code")

// codePattern is what a bypass code is: Duo's own have nine digits, an administrator's
// may have fewer or more. It is a text and not a number: zeros in front count.
var codePattern = regexp.MustCompile(`^[0-9]{6,32}$`)

// AddBypass adds codes to a target's stock: all that are new, or none when one cannot
// be kept. One that was added before is not taken for new, whatever became of it.
func (g *Gate) AddBypass(ctx context.Context, name string, codes []store.Secret, terms BypassTerms) (added BypassAdded, err error) {
	err = g.Targets.Change(ctx, func() error {
		t, err := g.Targets.Get(name)
		if err != nil {
			return err
		}
		if !terms.Account.Known() {
			terms.Account = g.bypassAccount(t)
		}
		if err := g.ofOneAccount(ctx, t); err != nil {
			return err
		}
		plan, err := g.sortCodes(ctx, t.StockName(), BypassCodes{codes, terms})
		if err != nil {
			return err
		}
		added = plan.said
		return g.keepCodes(ctx, t, plan)
	})
	if err != nil {
		return BypassAdded{}, err
	}
	return added, nil
}

// errNoDrawer says that nobody could use the codes of a stock.
var errNoDrawer = errors.New("no target draws from that stock any more")

// stockUp adds codes to a stock by its name, whichever targets draw from it, and gives
// the ids of those that are new.
func (g *Gate) stockUp(ctx context.Context, stock string, codes BypassCodes) (ids []string, err error) {
	err = g.Targets.Change(ctx, func() error {
		drawers, broken := g.drawers(stock)
		if len(drawers) == 0 {
			return errors.Join(fmt.Errorf("%w: %q", errNoDrawer, stock), broken)
		}
		plan, err := g.sortCodes(ctx, stock, codes)
		if err != nil {
			return err
		}
		if err := g.keepCodes(ctx, drawers[0], plan); err != nil {
			return err
		}
		for _, r := range plan.records {
			ids = append(ids, r.ID)
		}
		return nil
	})
	return ids, err
}

// newCodes is what a list of codes comes to before anything is kept.
type newCodes struct {
	said    BypassAdded
	records []store.BypassCode
	secrets map[string]store.Secret // by id
}

// sortCodes finds out which codes are new, and refuses what is no code.
func (g *Gate) sortCodes(ctx context.Context, stock string, b BypassCodes) (newCodes, error) {
	plan := newCodes{said: BypassAdded{Stock: stock}, secrets: map[string]store.Secret{}}
	if err := checkTerms(b.Terms, g.Now()); err != nil {
		return plan, err
	}
	key, err := g.ledgerKey(ctx)
	if err != nil {
		return plan, err
	}
	all, err := g.Ledger.KnownBypass(ctx)
	if err != nil {
		return plan, fmt.Errorf("read which codes are known: %w", err)
	}
	first := map[string]int{}
	for i, code := range b.Codes {
		if !codePattern.MatchString(code.Reveal()) {
			return plan, fmt.Errorf("code %d of %d is %w: one has 6 to 32 digits and nothing else", i+1, len(b.Codes), ErrBadCode)
		}
		id := key.CodeID(code)
		if at, again := first[id]; again {
			plan.said.Repeats = append(plan.said.Repeats, BypassRepeat{i + 1, at})
			continue
		}
		first[id] = i + 1
		state, known, err := knownCode(all, stock, id, i+1, g.Now())
		if err != nil {
			return plan, err
		}
		if known {
			plan.said.Known = append(plan.said.Known, BypassKnown{i + 1, state})
			continue
		}
		plan.secrets[id] = code
		plan.records = append(plan.records, store.BypassCode{
			ID: id, Expires: b.Terms.Expires, Uses: b.Terms.Uses, Issued: b.Terms.Issued, Batch: b.Terms.Batch,
			DuoID: b.Terms.duoID(i), Order: b.Terms.Order, Account: b.Terms.Account,
		})
	}
	plan.said.Added = len(plan.records)
	return plan, nil
}

func checkTerms(terms BypassTerms, now time.Time) error {
	switch {
	case terms.Uses < 0:
		return fmt.Errorf("%w: a bypass code can be used once or more often, or 0 for as often as you like", ErrUsage)
	case !terms.Expires.IsZero() && !terms.Expires.After(now):
		return fmt.Errorf("%w: the codes would be expired already", ErrUsage)
	}
	return nil
}

// knownCode looks for a code among those that were added before. In another stock it
// is an error: what is drawn from two stocks is drawn twice.
func knownCode(all map[string][]store.BypassCode, stock, id string, position int, now time.Time) (store.CodeState, bool, error) {
	for name, codes := range all {
		at := slices.IndexFunc(codes, func(c store.BypassCode) bool { return c.ID == id })
		switch {
		case at < 0:
		case codes[at].Renewable() && name == stock:
			return "", false, nil
		case name != stock:
			return "", false, store.WithHint(
				fmt.Errorf("code %d: %w, to the stock %q", position, store.ErrKnownCode, name),
				"Targets of one account share one stock: gatepass edit NAME --stock "+name)
		default:
			return codes[at].State(now), true, nil
		}
	}
	return "", false, nil
}

// keepCodes keeps new codes: the secrets first and the ledger last, so that the ledger
// never promises what is not there. What fails is taken back.
func (g *Gate) keepCodes(ctx context.Context, t store.Target, plan newCodes) error {
	if len(plan.records) == 0 {
		return nil
	}
	undo, err := g.keepRefs(ctx, plan.refs())
	if err != nil {
		return errors.Join(err, undo())
	}
	marked := t
	if !marked.Has(store.KindBypass) {
		marked.Secrets = append(slices.Clone(t.Secrets), store.KindBypass)
		if err := g.Targets.Save(marked); err != nil {
			return errors.Join(err, undo())
		}
	}
	if err := g.Ledger.AddBypass(ctx, plan.said.Stock, plan.records); err != nil {
		return errors.Join(err, undo(), g.Targets.Save(t))
	}
	return nil
}

func (p newCodes) refs() []keptSecret {
	var all []keptSecret
	for _, r := range p.records {
		all = append(all, keptSecret{store.BypassRef(p.said.Stock, r.ID), p.secrets[r.ID]})
	}
	return all
}
