package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

// A Gate is what all doors share: the targets, where their secrets live, what
// has been spent, and a clock. It is safe for concurrent use.
type Gate struct {
	Home    store.Home
	Targets *store.Targets
	Secrets store.Secrets
	Ledger  *store.Ledger
	Now     func() time.Time // required
	Environ []string         // the environment, of which a browser gets what it needs; may be nil
	// Guardian is the command line of a process that removes what a browser leaves
	// behind if this one is killed, as in the browser driver's options; may be nil.
	Guardian []string
	// APIProxy is the URL of a proxy to Duo's API, "" for none. Logins do not use it.
	APIProxy string

	key   store.LedgerKey
	keyed bool
	mu    sync.Mutex // guards key and keyed
}

// Sink is told what happens in a run, in order, from one goroutine, and never
// after the call that it was given to has returned.
type Sink func(login.Event)

// A Summary is a target as lists show it.
type Summary struct {
	Target store.Target
	Last   *store.Verification // nil: never verified
	Stock  *store.Stock        // its bypass codes; nil: it never had any
	Device *store.DeviceTrust  // its trusted device; nil: none is kept
}

// Overview lists the targets by name. Targets whose files are fine are listed
// even if others are not; the error then tells about those.
func (g *Gate) Overview(ctx context.Context) ([]Summary, error) {
	targets, broken := g.Targets.List()
	summarise, err := g.summaries(ctx)
	list := make([]Summary, 0, len(targets))
	for _, t := range targets {
		list = append(list, summarise(t))
	}
	return list, errors.Join(broken, err)
}

// Summary is one target as Overview lists it. With an error it is as whole as what
// could be read.
func (g *Gate) Summary(ctx context.Context, t store.Target) (Summary, error) {
	summarise, err := g.summaries(ctx)
	return summarise(t), err
}

// summaries reads the ledger once for any number of targets.
func (g *Gate) summaries(ctx context.Context) (func(store.Target) Summary, error) {
	last, err := g.Ledger.Verifications(ctx)
	stocks, stockErr := g.Ledger.Stocks(ctx)
	device, trustErr := g.trusts(ctx)
	if err == nil { // else they say the same
		err = cmp.Or(stockErr, trustErr)
	}
	return func(t store.Target) Summary {
		s := Summary{Target: t, Device: device(t)}
		if v, ok := last[t.Name]; ok {
			s.Last = &v
		}
		if stock, ok := stocks[t.StockName()]; ok {
			s.Stock = &stock
		}
		return s
	}, err
}

// Key reads a target's seed from the secret store. The errors are those of the
// store: [store.ErrNoTarget], [store.ErrNotFound], [store.ErrLocked] and the like.
func (g *Gate) Key(ctx context.Context, name string) (otp.Key, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return otp.Key{}, err
	}
	return g.keyOf(ctx, t)
}

func (g *Gate) keyOf(ctx context.Context, t store.Target) (otp.Key, error) {
	seed, err := g.Secrets.Get(ctx, store.Ref{Owner: t.Name, Kind: store.KindSeed})
	if errors.Is(err, store.ErrNotFound) {
		return otp.Key{}, store.WithHint(fmt.Errorf("the seed of %q: %w", t.Name, err), missing(t, store.KindSeed, g.Secrets.Backend()))
	}
	if err != nil {
		return otp.Key{}, fmt.Errorf("read the seed of %q: %w", t.Name, err)
	}
	key, err := otp.Parse(seed.Reveal())
	if err != nil {
		return otp.Key{}, fmt.Errorf("the seed kept for %q: %w", t.Name, err)
	}
	return key, nil
}

// missing says what to do about a secret that is not there: not stored yet, or
// stored where this run does not look.
func missing(t store.Target, kind store.Kind, in store.Backend) string {
	flag := map[store.Kind]string{store.KindSeed: "--otp-file", store.KindPassword: "--password-file"}[kind]
	if t.Has(kind) {
		return fmt.Sprintf("The target says that one was stored, but the %s has none: look whether it is in the other store (gatepass store), or store it again: gatepass add %s --replace %s -", in, t.Name, flag)
	}
	return fmt.Sprintf("Store it: gatepass add %s --replace %s -", t.Name, flag)
}

// Account is the name under which the ledger counts what was spent of a seed:
// the same for every target that holds this seed.
func (g *Gate) Account(ctx context.Context, k otp.Key) (store.Account, error) {
	key, err := g.ledgerKey(ctx)
	if err != nil {
		return "", err
	}
	return key.Account(k.Seed()), nil
}

// ledgerKey is read once for each process: each read costs a round trip to the
// keyring.
func (g *Gate) ledgerKey(ctx context.Context) (store.LedgerKey, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.keyed {
		return g.key, nil
	}
	key, err := store.LoadLedgerKey(ctx, g.Secrets, g.Home.LedgerKeyLock())
	if err != nil {
		return store.LedgerKey{}, fmt.Errorf("read the ledger's key: %w", err)
	}
	if err := g.Ledger.Bind(ctx, key); err != nil {
		return store.LedgerKey{}, err
	}
	g.key, g.keyed = key, true
	return key, nil
}

// Spent is the time step last spent of a seed; false when none is known, and for a
// counting key, which has none.
func (g *Gate) Spent(ctx context.Context, k otp.Key) (store.Spent, bool, error) {
	if k.Type() == otp.HOTP {
		return store.Spent{}, false, nil
	}
	account, err := g.Account(ctx, k)
	if err != nil {
		return store.Spent{}, false, err
	}
	return g.Ledger.LastStep(ctx, account, k.Period())
}
