package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
)

// What [Gate.Give] gives to a program that signs in by itself. Bypass codes are not among
// it: nobody would count their uses.
const (
	GiveUsername = "username"
	GivePassword = "password"
	GiveSeed     = "seed" // in upper-case base32 without padding
)

// Gifts lists what there is to be given.
func Gifts() []string { return []string{GiveUsername, GivePassword, GiveSeed} }

// Give reads parts of a target's credentials for a program that signs in by itself, in
// the order in which they were asked for. It answers ErrUsage for what there is not.
func (g *Gate) Give(ctx context.Context, name string, what []string) ([]store.Secret, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return nil, err
	}
	var given []store.Secret
	for _, gift := range what {
		secret, err := g.give(ctx, t, gift)
		if err != nil {
			return nil, err
		}
		given = append(given, secret)
	}
	return given, nil
}

func (g *Gate) give(ctx context.Context, t store.Target, gift string) (store.Secret, error) {
	switch kind := map[string]store.Kind{GivePassword: store.KindPassword, GiveSeed: store.KindSeed}[gift]; {
	case gift == GiveUsername:
		return store.NewSecret(t.Username), nil
	case kind == "":
		return store.Secret{}, store.WithHint(fmt.Errorf("%w: %q is nothing that can be given (%s)", ErrUsage, gift, strings.Join(Gifts(), ", ")), "Bypass codes are given to nobody: hand the session on instead.")
	case !t.Has(kind):
		return store.Secret{}, fmt.Errorf("%w: %q has no %s", ErrUsage, t.Name, gift)
	case gift == GiveSeed:
		key, err := g.keyOf(ctx, t)
		return key.Seed(), err
	}
	password, err := g.Secrets.Get(ctx, store.Ref{Owner: t.Name, Kind: store.KindPassword})
	if errors.Is(err, store.ErrNotFound) {
		err = store.WithHint(err, missing(t, store.KindPassword, g.Secrets.Backend()))
	}
	if err != nil {
		return store.Secret{}, fmt.Errorf("read the password of %q: %w", t.Name, err)
	}
	return password, nil
}

// AfterStep gives when the time step is over whose code was used last, by whomever; the
// zero time where none was, and for a target whose codes are not bound to the time.
func (g *Gate) AfterStep(ctx context.Context, name string) (time.Time, error) {
	t, err := g.Targets.Get(name)
	if err != nil || !t.Has(store.KindSeed) {
		return time.Time{}, err
	}
	key, err := g.keyOf(ctx, t)
	if err != nil || key.Type() == otp.HOTP {
		return time.Time{}, err
	}
	account, err := g.Account(ctx, key)
	if err != nil {
		return time.Time{}, err
	}
	last, known, err := g.Ledger.LastStep(ctx, account, key.Period())
	if err != nil || !known {
		return time.Time{}, err
	}
	// Codes of a clock that is far ahead are none that ours will come to soon.
	_, until := key.Window(min(last.Step, key.Step(g.Now())+1))
	return until, nil
}
