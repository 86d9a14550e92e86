package auth

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
)

// An Enrolment is a target with the secrets that come with it.
type Enrolment struct {
	Target   store.Target
	Password store.Secret // zero: none, or keep the one that is there
	OTP      *otp.Key     // nil: none, or keep the one that is there
	Bypass   *BypassCodes // nil: none, or keep those that are there
	Replace  bool         // the target may exist already
	// Recording is a recorded login as [Gate.ReadRecording] made it fit to be kept; nil:
	// none, or keep the one that is there.
	Recording []byte
}

// Add keeps a target and its secrets. Secrets are written first and the file
// last, so that a file never promises what is not there; if anything fails, what
// was written is taken back and what was there before stays.
func (g *Gate) Add(ctx context.Context, e Enrolment) error {
	_, err := g.Enrol(ctx, e)
	return err
}

// Enrol is Add, and tells what came of the bypass codes.
func (g *Gate) Enrol(ctx context.Context, e Enrolment) (added BypassAdded, err error) {
	err = g.Targets.Change(ctx, func() error {
		added, err = g.add(ctx, e)
		return err
	})
	return added, err
}

func (g *Gate) add(ctx context.Context, e Enrolment) (BypassAdded, error) {
	none := BypassAdded{}
	t := e.Target
	old, err := g.Targets.Get(t.Name)
	exists := err == nil
	switch {
	case exists && !e.Replace:
		return none, store.WithHint(fmt.Errorf("%w: %q", store.ErrTargetExists, t.Name),
			fmt.Sprintf("Choose another name, change it (gatepass edit %s), or replace what is given: gatepass add %s --replace …", t.Name, t.Name))
	case exists:
		t.Secrets = old.Secrets
	case !errors.Is(err, store.ErrNoTarget):
		return none, err
	}
	secrets := map[store.Kind]store.Secret{}
	if !e.Password.IsZero() {
		secrets[store.KindPassword] = e.Password
	}
	if e.OTP != nil {
		secrets[store.KindSeed] = e.OTP.URI()
	}
	for _, kind := range store.OwnKinds() {
		if _, given := secrets[kind]; given && !t.Has(kind) {
			t.Secrets = append(slices.Clone(t.Secrets), kind)
		}
	}
	if err := t.Validate(); err != nil {
		return none, err
	}
	if !exists {
		if err := g.freeStock(ctx, t); err != nil {
			return none, err
		}
	}
	if exists {
		if _, err := g.leaveStock(ctx, old, t); err != nil {
			return none, err
		}
	}
	rebind := func() error { return nil }
	if exists {
		rebind, err = g.changeAccount(ctx, old, t)
	} else {
		err = g.ofOneAccount(ctx, t)
	}
	if err != nil {
		return none, err
	}
	var codes newCodes
	if e.Bypass != nil {
		given := *e.Bypass
		if !given.Terms.Account.Known() {
			given.Terms.Account = g.bypassAccount(t)
		}
		if codes, err = g.sortCodes(ctx, t.StockName(), given); err != nil {
			return none, err
		}
	}
	undo, err := g.keep(ctx, t.Name, secrets)
	if err != nil {
		return none, errors.Join(err, undo())
	}
	if e.Recording != nil {
		takeBack, err := g.writeRecording(&t, e.Recording)
		if err != nil {
			return none, errors.Join(err, undo())
		}
		undo = both(undo, takeBack)
	}
	write := g.Targets.Create
	if exists {
		write = g.Targets.Save
	}
	if err := write(t); err != nil {
		return none, errors.Join(err, undo())
	}
	if err := g.keepCodes(ctx, t, codes); err != nil {
		return none, errors.Join(err, undo(), g.unwrite(t.Name, old, exists))
	}
	return codes.said, rebind()
}

// unwrite takes a target's file back: to what it said before, or away.
func (g *Gate) unwrite(name string, old store.Target, existed bool) error {
	if existed {
		return g.Targets.Save(old)
	}
	return g.Targets.Delete(name)
}

// keep writes a target's own secrets and gives the way to take them back.
func (g *Gate) keep(ctx context.Context, owner string, secrets map[store.Kind]store.Secret) (undo func() error, err error) {
	var list []keptSecret
	for _, kind := range store.OwnKinds() {
		if secret, given := secrets[kind]; given {
			list = append(list, keptSecret{store.Ref{Owner: owner, Kind: kind}, secret})
		}
	}
	return g.keepRefs(ctx, list)
}

// keptSecret is a secret with its place.
type keptSecret struct {
	ref    store.Ref
	secret store.Secret
}

// keepRefs writes secrets in their order and gives the way to take them back, which
// counts when it failed as well.
func (g *Gate) keepRefs(ctx context.Context, secrets []keptSecret) (undo func() error, err error) {
	var before []keptSecret
	undo = func() error { return g.putBack(ctx, before) }
	for _, s := range secrets {
		was, err := g.Secrets.Get(ctx, s.ref)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return undo, fmt.Errorf("look for %s: %w", s.ref, err)
		}
		before = append(before, keptSecret{s.ref, was})
		if err := g.Secrets.Set(ctx, s.ref, s.secret); err != nil {
			return undo, fmt.Errorf("keep %s: %w", s.ref, err)
		}
	}
	return undo, nil
}

// putBack restores what was there before; a zero secret was not there.
func (g *Gate) putBack(ctx context.Context, before []keptSecret) error {
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

// Rename gives a target another name, with its secrets and its history.
func (g *Gate) Rename(ctx context.Context, from, to string) error {
	return g.Targets.Change(ctx, func() error { return g.rename(ctx, from, to) })
}

func (g *Gate) rename(ctx context.Context, from, to string) error {
	t, err := g.Targets.Get(from)
	if err != nil {
		return err
	}
	if err := store.CheckName(to); err != nil {
		return err
	}
	if _, err := g.Targets.Get(to); !errors.Is(err, store.ErrNoTarget) {
		if err == nil {
			err = fmt.Errorf("%w: %q", store.ErrTargetExists, to)
		}
		return err
	}
	secrets := map[store.Kind]store.Secret{}
	for _, kind := range store.OwnKinds() {
		s, err := g.Secrets.Get(ctx, store.Ref{Owner: t.Name, Kind: kind})
		switch {
		case errors.Is(err, store.ErrNotFound), noPlaceFor(t, kind, err):
		case err != nil:
			return fmt.Errorf("read %s of %q: %w", kind, from, err)
		default:
			secrets[kind] = s
		}
	}
	if err := g.pinStock(ctx, t, to); err != nil {
		return err
	}
	undo, err := g.keep(ctx, to, secrets)
	if err != nil {
		return errors.Join(err, undo())
	}
	if err := g.Targets.Rename(from, to); err != nil {
		return errors.Join(err, undo())
	}
	moved := g.moveRecording(t, to)
	t.Name = from
	return errors.Join(moved, g.forget(ctx, t), g.Ledger.RenameTarget(ctx, from, to), g.moveEvidence(from, to))
}

// Edit changes a target's description while nobody else does. It refuses to leave a
// stock of bypass codes behind that nobody else draws from.
func (g *Gate) Edit(ctx context.Context, name string, change func(*store.Target)) error {
	return g.Targets.Change(ctx, func() error {
		t, err := g.Targets.Get(name)
		if err != nil {
			return err
		}
		was := t
		change(&t)
		return g.changed(ctx, was, t, func() error { return g.Targets.Save(t) })
	})
}

// Rewrite puts text in place of a target's file, as [store.Targets.Rewrite] does and
// with the care of Edit. t is what the text says.
func (g *Gate) Rewrite(ctx context.Context, t store.Target, before, text []byte) error {
	return g.Targets.Change(ctx, func() error {
		write := func() error { return g.Targets.Rewrite(t.Name, before, text) }
		was, err := g.Targets.Get(t.Name)
		if err != nil { // a file that is not right is just what is being mended
			return write()
		}
		return g.changed(ctx, was, t, write)
	})
}

// changed writes a change, and clears away what it leaves behind.
func (g *Gate) changed(ctx context.Context, was, t store.Target, write func() error) error {
	spent, err := g.leaveStock(ctx, was, t)
	if err != nil {
		return err
	}
	rebind, err := g.changeAccount(ctx, was, t)
	if err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	_, err = g.dropCodes(ctx, was.StockName(), spent, g.Ledger.LeaveBypass)
	return errors.Join(err, rebind())
}

// Remove deletes a target's secrets, then its file, its history and evidence; its
// bypass codes too, unless another target draws from them. What was spent stays known:
// the account may be enrolled again.
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
	kept, err := g.forgetCodes(ctx, t)
	if err != nil {
		return err
	}
	if err := g.Targets.Delete(name); err != nil {
		return err
	}
	return errors.Join(kept, g.removeRecording(name), g.Ledger.ForgetTarget(ctx, name), os.RemoveAll(g.Home.EvidenceDir(name)))
}

// noPlaceFor reports whether a secret cannot be looked for, and there is none to
// look for: a target without secrets needs no secret store.
func noPlaceFor(t store.Target, kind store.Kind, err error) bool {
	return !t.Has(kind) && errors.Is(err, store.ErrUnavailable)
}

// forget deletes every secret a target can own, whatever its file says.
func (g *Gate) forget(ctx context.Context, t store.Target) error {
	for _, kind := range store.OwnKinds() {
		ref := store.Ref{Owner: t.Name, Kind: kind}
		if err := g.Secrets.Delete(ctx, ref); err != nil && !noPlaceFor(t, kind, err) {
			return fmt.Errorf("delete %s: %w", ref, err)
		}
	}
	return nil
}
