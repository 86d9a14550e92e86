package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"gatepass/auth/otp"
	"gatepass/store"
)

// A tokenSeed is the seed that a token is to have.
type tokenSeed struct {
	key    otp.Key
	serial string
	// pending says that it is kept beside the target's own seed, which works until the
	// token does.
	pending bool
	// fresh says that the serial number was thought of just now: Duo cannot have it.
	fresh bool
}

// newSeedRef is where a seed waits to take the place of a target's own.
func newSeedRef(target string) store.Ref { return store.Ref{Owner: target, Kind: store.KindNewSeed} }

// pendingSeed gives the seed that waits to take the place of a target's own.
func (g *Gate) pendingSeed(ctx context.Context, target string) (otp.Key, bool, error) {
	text, err := g.Secrets.Get(ctx, newSeedRef(target))
	if errors.Is(err, store.ErrNotFound) {
		return otp.Key{}, false, nil
	}
	if err != nil {
		return otp.Key{}, false, fmt.Errorf("read the new seed of %q: %w", target, err)
	}
	key, err := otp.Parse(text.Reveal())
	if err != nil {
		return otp.Key{}, false, fmt.Errorf("the new seed kept for %q: %w", target, err)
	}
	return key, true, nil
}

// giveUpPending drops a seed whose enrolment did not end, and its token if Duo has that.
func (g *Gate) giveUpPending(ctx context.Context, a *duoAccount) error {
	key, waits, err := g.pendingSeed(ctx, a.target.Name)
	if err != nil || !waits {
		return err
	}
	if _, err := a.dropToken(ctx, key, serialOf(key)); err != nil {
		return fmt.Errorf("give up the enrolment that did not end: %w", err)
	}
	return g.Secrets.Delete(ctx, newSeedRef(a.target.Name))
}

// keepTokenSeed settles which seed it is, and keeps it, by what the target's file says
// now.
func (g *Gate) keepTokenSeed(ctx context.Context, a *duoAccount, o TokenOrder) (s tokenSeed, err error) {
	err = g.Targets.Change(ctx, func() error {
		t, err := g.Targets.Get(a.target.Name)
		if err != nil {
			return err
		}
		if t.Username != a.target.Username || t.Duo != a.target.Duo {
			return fmt.Errorf("%w: %q was given another account meanwhile", ErrUsage, t.Name)
		}
		if s, err = g.chooseSeed(ctx, t, o); err != nil {
			return err
		}
		a.tell.doing("keeping the seed of %s", s.serial)
		if s.pending {
			return g.Secrets.Set(ctx, newSeedRef(t.Name), s.key.URI())
		}
		return g.setSeed(ctx, t, s.key)
	})
	if err != nil {
		err = fmt.Errorf("nothing was sent to Duo: %w", err)
	}
	return s, err
}

// chooseSeed settles which seed it is, what it is called, and where it is kept.
func (g *Gate) chooseSeed(ctx context.Context, t store.Target, o TokenOrder) (tokenSeed, error) {
	key, waits, err := g.tokenKey(ctx, t, o)
	if err != nil {
		return tokenSeed{}, err
	}
	if key.Type() != otp.TOTP || key.Algorithm() != otp.SHA1 || key.Digits() != 6 && key.Digits() != 8 {
		return tokenSeed{}, store.WithHint(fmt.Errorf("%w: this seed is %s with %s and %d digits, and Duo takes TOTP with SHA1 and 6 or 8", ErrUsage, key.Type(), key.Algorithm(), key.Digits()),
			"Leave the seed away to have a new one made.")
	}
	s := tokenSeed{key: key, serial: serialOf(key), pending: waits}
	if s.serial == "" {
		s.serial, s.fresh = newSerial(t.Name), true
		if s.key, err = key.Named(tokenIssuer, s.serial); err != nil {
			return s, err
		}
	}
	if s.pending || !t.Has(store.KindSeed) {
		return s, nil
	}
	own, err := g.keyOf(ctx, t)
	switch {
	case errors.Is(err, store.ErrNotFound): // there is nothing that works
	case err != nil:
		return s, err
	default:
		s.pending = !own.Seed().Equal(s.key.Seed())
	}
	return s, nil
}

// tokenKey gives the seed that was asked for; waits says that it is the one that waits
// to take the place of the target's own.
func (g *Gate) tokenKey(ctx context.Context, t store.Target, o TokenOrder) (key otp.Key, waits bool, err error) {
	pending, waits, err := g.pendingSeed(ctx, t.Name)
	switch {
	case err != nil:
		return otp.Key{}, false, err
	case o.UseKept && waits:
		return pending, true, nil
	case o.UseKept:
		key, err := g.keyOf(ctx, t)
		return key, false, err
	case waits && !o.Replace:
		return otp.Key{}, false, store.WithHint(fmt.Errorf("%w: enrolling another seed for %q was begun and did not end", ErrUsage, t.Name),
			"To go on with it: --use-kept", "To give it up and begin anew: --replace")
	case t.Has(store.KindSeed) && !o.Replace:
		return otp.Key{}, false, store.WithHint(fmt.Errorf("%w: %q has a seed already, and a new one would take its place", ErrUsage, t.Name),
			"To make that seed a token of Duo's: --use-kept", "To give it up: --replace")
	case o.Seed != nil:
		return *o.Seed, false, nil
	}
	raw := make([]byte, seedSize)
	_, _ = rand.Read(raw) // never fails
	key, err = otp.New(otp.Params{Seed: store.NewSecret(string(raw))})
	return key, false, err
}

// setSeed makes key the target's own seed, and leaves all else of the target as it is.
func (g *Gate) setSeed(ctx context.Context, t store.Target, key otp.Key) error {
	undo, err := g.keep(ctx, t.Name, map[store.Kind]store.Secret{store.KindSeed: key.URI()})
	if err != nil {
		return errors.Join(err, undo())
	}
	if t.Has(store.KindSeed) {
		return nil
	}
	t.Secrets = append(slices.Clone(t.Secrets), store.KindSeed)
	if err := g.Targets.Save(t); err != nil {
		return errors.Join(err, undo())
	}
	return nil
}

// settleSeed makes the seed of a token that Duo has the target's own, if it is not yet.
// A token whose target is gone is taken out of Duo again.
func (g *Gate) settleSeed(ctx context.Context, a *duoAccount, s tokenSeed, e *TokenEnrolment) error {
	name := a.target.Name
	err := a.afterwards(ctx, func(ctx context.Context) error {
		return g.Targets.Change(ctx, func() error {
			t, err := g.Targets.Get(name)
			if err != nil {
				return err
			}
			if !s.pending {
				return g.stillOwn(ctx, t, s.key)
			}
			if err := g.setSeed(ctx, t, s.key); err != nil {
				return err
			}
			return g.Secrets.Delete(ctx, newSeedRef(name))
		})
	})
	if errors.Is(err, store.ErrNoTarget) {
		gone := a.afterwards(ctx, func(ctx context.Context) error {
			_, err := a.dropToken(ctx, s.key, s.serial)
			return err
		})
		if gone == nil {
			e.TokenID = ""
			return fmt.Errorf("%w: it was removed meanwhile, so the token was taken out of Duo again", err)
		}
		return errors.Join(err, fmt.Errorf("the token %s stays in Duo: %w", s.serial, gone))
	}
	if err != nil {
		return store.WithHint(fmt.Errorf("the token is attached; keeping its seed: %w", err),
			"To go on when the reason is gone: gatepass duo token enrol "+name+" --use-kept")
	}
	return nil
}

// stillOwn makes sure that the seed of a token that Duo has is the target's own. One
// that somebody kept meanwhile stays, and ours beside it.
func (g *Gate) stillOwn(ctx context.Context, t store.Target, key otp.Key) error {
	own, err := g.keyOf(ctx, t)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return g.setSeed(ctx, t, key)
	case err != nil || own.Seed().Equal(key.Seed()):
		return err
	}
	if err := g.Secrets.Set(ctx, newSeedRef(t.Name), key.URI()); err != nil {
		return err
	}
	return fmt.Errorf("%w: another seed was kept for %q meanwhile, and the token's stands beside it", ErrUsage, t.Name)
}
