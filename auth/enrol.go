package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
)

// An Enrolment is a target with the secrets that come with it.
type Enrolment struct {
	Target   store.Target
	Password store.Secret // zero: none, or keep the one that is there
	OTP      *otp.Key     // nil: none, or keep the one that is there
	Replace  bool         // the target may exist already
}

// Add keeps a target and its secrets. Secrets are written first and the file
// last, so that a file never promises what is not there; if anything fails, what
// was written is taken back and what was there before stays.
func (g *Gate) Add(ctx context.Context, e Enrolment) error {
	t := e.Target
	old, err := g.Targets.Get(t.Name)
	exists := err == nil
	switch {
	case exists && !e.Replace:
		return store.WithHint(fmt.Errorf("%w: %q", store.ErrTargetExists, t.Name),
			fmt.Sprintf("Choose another name, change it (gatepass edit %s), or replace what is given: gatepass add %s --replace …", t.Name, t.Name))
	case exists:
		t.Secrets = old.Secrets
	case !errors.Is(err, store.ErrNoTarget):
		return err
	}
	secrets := map[store.Kind]store.Secret{}
	if !e.Password.IsZero() {
		secrets[store.KindPassword] = e.Password
	}
	if e.OTP != nil {
		secrets[store.KindSeed] = e.OTP.URI()
	}
	for _, kind := range store.Kinds() {
		if _, given := secrets[kind]; given && !t.Has(kind) {
			t.Secrets = append(t.Secrets, kind)
		}
	}
	if err := t.Validate(); err != nil {
		return err
	}
	undo, err := g.keep(ctx, t.Name, secrets)
	if err != nil {
		return errors.Join(err, undo())
	}
	write := g.Targets.Create
	if exists {
		write = g.Targets.Save
	}
	if err := write(t); err != nil {
		return errors.Join(err, undo())
	}
	return nil
}

// keep writes secrets and gives the way to take them back.
func (g *Gate) keep(ctx context.Context, owner string, secrets map[store.Kind]store.Secret) (undo func() error, err error) {
	type previous struct {
		ref    store.Ref
		secret store.Secret
	}
	var before []previous
	undo = func() error {
		// The caller's context may be what ended.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		var errs []error
		for _, p := range before {
			var err error
			if p.secret.IsZero() {
				err = g.Secrets.Delete(ctx, p.ref)
			} else {
				err = g.Secrets.Set(ctx, p.ref, p.secret)
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("take back %s: %w", p.ref, err))
			}
		}
		return errors.Join(errs...)
	}
	for _, kind := range store.Kinds() {
		secret, given := secrets[kind]
		if !given {
			continue
		}
		ref := store.Ref{Owner: owner, Kind: kind}
		was, err := g.Secrets.Get(ctx, ref)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return undo, fmt.Errorf("look for %s: %w", ref, err)
		}
		before = append(before, previous{ref, was})
		if err := g.Secrets.Set(ctx, ref, secret); err != nil {
			return undo, fmt.Errorf("keep %s: %w", ref, err)
		}
	}
	return undo, nil
}

// Rename gives a target another name, with its secrets and its history.
func (g *Gate) Rename(ctx context.Context, from, to string) error {
	t, err := g.Targets.Get(from)
	if err != nil {
		return err
	}
	if _, err := g.Targets.Get(to); !errors.Is(err, store.ErrNoTarget) {
		if err == nil {
			err = fmt.Errorf("%w: %q", store.ErrTargetExists, to)
		}
		return err
	}
	secrets := map[store.Kind]store.Secret{}
	for _, kind := range store.Kinds() {
		s, err := g.Secrets.Get(ctx, store.Ref{Owner: t.Name, Kind: kind})
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return fmt.Errorf("read %s of %q: %w", kind, from, err)
		default:
			secrets[kind] = s
		}
	}
	undo, err := g.keep(ctx, to, secrets)
	if err != nil {
		return errors.Join(err, undo())
	}
	if err := g.Targets.Rename(from, to); err != nil {
		return errors.Join(err, undo())
	}
	return errors.Join(g.forget(ctx, from), g.Ledger.RenameTarget(ctx, from, to))
}

// Remove deletes a target's secrets, then its file, then its history. What was
// spent of its seed stays known: the account may be enrolled again.
func (g *Gate) Remove(ctx context.Context, name string) error {
	if _, err := g.Targets.Get(name); errors.Is(err, store.ErrNoTarget) {
		return err
	}
	if err := g.forget(ctx, name); err != nil {
		return err
	}
	if err := g.Targets.Delete(name); err != nil {
		return err
	}
	return g.Ledger.ForgetTarget(ctx, name)
}

// forget deletes every secret a target can own, whatever its file says.
func (g *Gate) forget(ctx context.Context, owner string) error {
	for _, kind := range store.Kinds() {
		ref := store.Ref{Owner: owner, Kind: kind}
		if err := g.Secrets.Delete(ctx, ref); err != nil {
			return fmt.Errorf("delete %s: %w", ref, err)
		}
	}
	return nil
}
