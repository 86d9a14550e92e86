package auth

import (
	"context"
	"errors"
	"fmt"
	"os"
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
	return g.Targets.Change(ctx, func() error { return g.add(ctx, e) })
}

func (g *Gate) add(ctx context.Context, e Enrolment) error {
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
	return g.Targets.Change(ctx, func() error { return g.rename(ctx, from, to) })
}

func (g *Gate) rename(ctx context.Context, from, to string) error {
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
		case errors.Is(err, store.ErrNotFound), noPlaceFor(t, kind, err):
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
	t.Name = from
	return errors.Join(g.forget(ctx, t), g.Ledger.RenameTarget(ctx, from, to), g.moveEvidence(from, to))
}

// Edit changes a target's description while nobody else does.
func (g *Gate) Edit(ctx context.Context, name string, change func(*store.Target)) error {
	return g.Targets.Change(ctx, func() error {
		t, err := g.Targets.Get(name)
		if err != nil {
			return err
		}
		change(&t)
		return g.Targets.Save(t)
	})
}

// Remove deletes a target's secrets, then its file, its history and evidence. What was
// spent of its seed stays known: the account may be enrolled again.
func (g *Gate) Remove(ctx context.Context, name string) error {
	return g.Targets.Change(ctx, func() error { return g.remove(ctx, name) })
}

func (g *Gate) remove(ctx context.Context, name string) error {
	t, err := g.Targets.Get(name)
	if errors.Is(err, store.ErrNoTarget) {
		return err
	}
	if err != nil { // a broken file does not say what it has
		t.Name, t.Secrets = name, store.Kinds()
	}
	if err := g.forget(ctx, t); err != nil {
		return err
	}
	if err := g.Targets.Delete(name); err != nil {
		return err
	}
	return errors.Join(g.Ledger.ForgetTarget(ctx, name), os.RemoveAll(g.Home.EvidenceDir(name)))
}

// noPlaceFor reports whether a secret cannot be looked for, and there is none to
// look for: a target without secrets needs no secret store.
func noPlaceFor(t store.Target, kind store.Kind, err error) bool {
	return !t.Has(kind) && errors.Is(err, store.ErrUnavailable)
}

// forget deletes every secret a target can own, whatever its file says.
func (g *Gate) forget(ctx context.Context, t store.Target) error {
	for _, kind := range store.Kinds() {
		ref := store.Ref{Owner: t.Name, Kind: kind}
		if err := g.Secrets.Delete(ctx, ref); err != nil && !noPlaceFor(t, kind, err) {
			return fmt.Errorf("delete %s: %w", ref, err)
		}
	}
	return nil
}
