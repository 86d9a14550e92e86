package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"unicode/utf8"
)

// take waits for the turn to look for the key pair.
func (f *File) take(ctx context.Context) error {
	select {
	case f.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return contextError(ctx.Err())
	}
}

func (f *File) release() { <-f.turn }

// forget drops keys, if they are still the ones in use.
func (f *File) forget(ctx context.Context, keys *keyPair) {
	if f.take(ctx) != nil {
		return
	}
	defer f.release()
	if f.keys == keys {
		f.keys = nil
	}
}

// unlock gives the key pair, asking the user the first time.
func (f *File) unlock(ctx context.Context) (*keyPair, error) {
	if err := f.take(ctx); err != nil {
		return nil, err
	}
	defer f.release()
	if f.keys != nil {
		return f.keys, nil
	}
	find := f.passphraseKeys
	if f.o.Identity != "" {
		find = f.namedKeys
	}
	keys, err := find(ctx)
	if err == nil {
		f.keys = keys
	}
	return keys, err
}

// namedKeys reads the identity that GATEPASS_IDENTITY names.
func (f *File) namedKeys(ctx context.Context) (*keyPair, error) {
	text, err := f.readIdentity()
	if err != nil {
		return nil, err
	}
	if !looksEncrypted(text) {
		return parseIdentities(f.o.Identity, text)
	}
	return f.unwrap(ctx, f.o.Identity, text)
}

func (f *File) readIdentity() ([]byte, error) {
	if isNative(f.o.Identity) {
		return nil, WithHint(fmt.Errorf("%w: GATEPASS_IDENTITY holds an identity, not the name of a file with one", ErrLocked),
			"Environments are seen by other programs. Put the identity into a file of mode 600, name that file in GATEPASS_IDENTITY, and consider this identity known.")
	}
	text, err := readPrivate(f.o.Identity, maxIdentity, followLinks)
	if errors.Is(err, fs.ErrNotExist) {
		hint := "Name the right file in GATEPASS_IDENTITY, or make one: gatepass store init --identity " + QuoteShell(f.o.Identity)
		if there, _ := f.exists(f.o.Path); there {
			hint = "Name the right file in GATEPASS_IDENTITY: only the identity that the secrets were encrypted to opens them."
		}
		return nil, WithHint(fmt.Errorf("%w: the identity file %q is not there", ErrLocked, f.o.Identity), hint)
	}
	return text, err
}

// passphraseKeys opens identity.age, or makes it.
func (f *File) passphraseKeys(ctx context.Context) (*keyPair, error) {
	wrapped, err := readPrivate(f.o.IdentityPath, maxIdentity, refuseLinks)
	if errors.Is(err, fs.ErrNotExist) {
		return f.createKeys(ctx)
	}
	if err != nil {
		return nil, err
	}
	return f.unwrap(ctx, f.o.IdentityPath, wrapped)
}

func (f *File) unwrap(ctx context.Context, path string, wrapped []byte) (*keyPair, error) {
	passphrase, err := f.ask(ctx, PassphraseUnlock)
	if err != nil {
		return nil, err
	}
	keys, err := inBackground(ctx, func() (*keyPair, error) { return unwrapIdentity(path, wrapped, passphrase) })
	if errors.Is(err, ErrPassphrase) {
		return nil, WithHint(err, "Try again; capitals count. Nobody can recover a passphrase that is lost.")
	}
	return keys, err
}

// minPassphrase is the length of a new passphrase, in characters. Each guess costs
// an attacker about a second; shorter ones could be tried one after the other.
const minPassphrase = 8

// createKeys makes identity.age. Should another process have made it meanwhile,
// that one stands and the passphrase must open it.
func (f *File) createKeys(ctx context.Context) (*keyPair, error) {
	if there, err := f.exists(f.o.Path); err != nil || there {
		if err == nil {
			err = WithHint(fmt.Errorf("%w: %q is there but %q, which opens it, is not", ErrLocked, f.o.Path, f.o.IdentityPath),
				"Put identity.age back from a backup, or name the identity that the secrets were encrypted to in GATEPASS_IDENTITY.")
		}
		return nil, err
	}
	passphrase, err := f.ask(ctx, PassphraseCreate)
	if err != nil {
		return nil, err
	}
	if n := utf8.RuneCountInString(passphrase.Reveal()); n < minPassphrase {
		return nil, WithHint(fmt.Errorf("%w: a new one has at least %d characters, this has %d", ErrPassphrase, minPassphrase, n),
			"Several words are easy to remember and hard to guess.")
	}
	type made struct {
		keys    *keyPair
		wrapped []byte
	}
	fresh, err := inBackground(ctx, func() (made, error) {
		keys, wrapped, err := newWrappedIdentity(passphrase, f.o.WorkFactor)
		return made{keys, wrapped}, err
	})
	if err != nil {
		return nil, err
	}
	if err := ensureFolder(filepath.Dir(f.o.IdentityPath)); err != nil {
		return nil, err
	}
	if err := checkFolder(f.o.IdentityPath); err != nil {
		return nil, err
	}
	err = createFile(f.o.IdentityPath, fresh.wrapped)
	if !errors.Is(err, fs.ErrExist) {
		return fresh.keys, err
	}
	theirs, err := readPrivate(f.o.IdentityPath, maxIdentity, refuseLinks)
	if err != nil {
		return nil, err
	}
	return inBackground(ctx, func() (*keyPair, error) { return unwrapIdentity(f.o.IdentityPath, theirs, passphrase) })
}

// ask gets a passphrase from the user.
func (f *File) ask(ctx context.Context, purpose PassphrasePurpose) (Secret, error) {
	if f.o.Passphrase == nil {
		return Secret{}, WithHint(fmt.Errorf("%w: it needs its passphrase and there is nobody to ask", ErrLocked),
			"Run gatepass in a terminal, or name an identity file in GATEPASS_IDENTITY.")
	}
	s, err := f.o.Passphrase(ctx, purpose)
	if err != nil {
		return Secret{}, fmt.Errorf("ask for the passphrase: %w", err)
	}
	if s.IsZero() {
		return Secret{}, fmt.Errorf("%w: it is empty", ErrPassphrase)
	}
	return s, nil
}
