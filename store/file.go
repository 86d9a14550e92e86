package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// maxSecretsFile bounds secrets.age, in bytes; sealedMore is ample for what age adds,
// which is 16 bytes for each 64 KiB and a header.
const (
	maxSecretsFile = 64 << 20
	sealedMore     = 1 << 20
)

// A PassphrasePurpose says what a passphrase is asked for.
type PassphrasePurpose string

// The purposes.
const (
	PassphraseUnlock PassphrasePurpose = "unlock" // one that was chosen earlier
	PassphraseCreate PassphrasePurpose = "create" // a new one: ask twice and compare
)

// FileOptions says where the encrypted file is and how it is opened.
type FileOptions struct {
	Path         string // secrets.age
	IdentityPath string // identity.age, wrapped with a passphrase; made at the first Set
	// Identity is the file that GATEPASS_IDENTITY names: an age identity, plain
	// or itself closed with a passphrase. It takes the place of IdentityPath; ""
	// is none.
	Identity string
	// Passphrase asks the user. It is called at most once at a time, and not
	// again after the right answer. nil means that nobody can be asked.
	Passphrase func(ctx context.Context, purpose PassphrasePurpose) (Secret, error)
	// WorkFactor is scrypt's cost for a new identity.age, as an exponent of two;
	// 0 is 18, over a second and 256 MiB for each guess.
	WorkFactor int
}

// File is the [Secrets] in secrets.age, a JSON document that is encrypted with age:
//
//	{"version": 1, "generation": 7, "secrets": {"shop/otp": "otpauth://…"}}
//
// It is unlocked at the first call that needs it and stays so in this File. The
// file is read anew by every call, so another process's changes are seen; writers
// take turns through secrets.lock beside it. Names and values are all encrypted;
// the size of the whole shows.
type File struct {
	o    FileOptions
	turn chan struct{} // held while the key pair is looked for
	keys *keyPair      // guarded by turn
}

// OpenFile touches nothing yet; the first call does.
func OpenFile(o FileOptions) *File {
	if o.WorkFactor == 0 {
		o.WorkFactor = defaultWorkFactor
	}
	return &File{o: o, turn: make(chan struct{}, 1)}
}

// Backend implements [Secrets].
func (*File) Backend() Backend { return BackendFile }

// Get implements [Secrets]. Beyond ErrNotFound it answers ErrLocked when nobody can
// be asked for the passphrase, ErrPassphrase when it is wrong, ErrDamaged when the
// file is, ErrNotPrivate when others may open it and ErrNewer when a newer gatepass
// wrote it. A store that nobody has written to yet is empty and asks for nothing.
func (f *File) Get(ctx context.Context, ref Ref) (Secret, error) {
	err := admit(ctx, ref)
	var kept *contents
	if err == nil {
		kept, err = f.read(ctx)
	}
	var s Secret
	if err == nil {
		var ok bool
		if s, ok = kept.get(ref); !ok {
			err = ErrNotFound
		}
	}
	if err != nil {
		return Secret{}, fmt.Errorf("read %s: %w", ref, err)
	}
	return s, nil
}

// Set implements [Secrets]. The first one makes the identity, for which the user
// chooses a passphrase.
func (f *File) Set(ctx context.Context, ref Ref, s Secret) error {
	err := admitSet(ctx, ref, s)
	if err == nil {
		err = f.Unlock(ctx)
	}
	if err == nil {
		err = f.change(ctx, func(c *contents) bool { return c.set(ref, s) })
	}
	if err != nil {
		return fmt.Errorf("keep %s: %w", ref, err)
	}
	return nil
}

// Delete implements [Secrets].
func (f *File) Delete(ctx context.Context, ref Ref) error {
	err := admit(ctx, ref)
	var there bool
	if err == nil {
		there, err = f.exists(f.o.Path)
	}
	if err == nil && there {
		err = f.Unlock(ctx) // before the lock is taken: people type slowly
		if err == nil {
			err = f.change(ctx, func(c *contents) bool { return c.remove(ref) })
		}
	}
	if err != nil {
		return fmt.Errorf("remove %s: %w", ref, err)
	}
	return nil
}

// Needs says for which purpose the next call that opens the file will ask the
// user: PassphraseUnlock, PassphraseCreate when there is no store yet, or "" when
// it will not ask. A screen that asks by itself uses it.
func (f *File) Needs(ctx context.Context) (PassphrasePurpose, error) {
	if err := f.take(ctx); err != nil {
		return "", err
	}
	defer f.release()
	if f.keys != nil {
		return "", nil
	}
	if f.o.Identity != "" {
		text, err := f.readIdentity()
		if err != nil || !looksEncrypted(text) {
			return "", err
		}
		return PassphraseUnlock, nil
	}
	there, err := f.exists(f.o.IdentityPath)
	if err != nil {
		return "", err
	}
	if there {
		return PassphraseUnlock, nil
	}
	return PassphraseCreate, nil
}

// Unlock gets hold of the identity, and makes one where there is none, so that the
// calls that follow ask for nothing.
func (f *File) Unlock(ctx context.Context) error {
	_, err := f.unlock(ctx)
	return err
}

// read gives what the file holds.
func (f *File) read(ctx context.Context) (*contents, error) {
	sealed, err := readPrivate(f.o.Path, maxSecretsFile, refuseLinks)
	if errors.Is(err, fs.ErrNotExist) {
		return newContents(), nil
	}
	if err != nil {
		return nil, err
	}
	if err := checkFolder(f.o.Path); err != nil {
		return nil, err
	}
	keys, err := f.unlock(ctx)
	if err != nil {
		return nil, err
	}
	plain, err := openAge(f.o.Path, sealed, keys.identities...)
	if errors.Is(err, ErrPassphrase) {
		f.forget(ctx, keys)
		return nil, WithHint(err, f.wrongIdentityHint())
	}
	if err != nil {
		return nil, err
	}
	return parseContents(f.o.Path, plain)
}

func (f *File) wrongIdentityHint() string {
	if f.o.Identity != "" {
		return "The secrets were encrypted to another identity than the one that GATEPASS_IDENTITY names. Name that one, or unset GATEPASS_IDENTITY to use the passphrase."
	}
	return "identity.age and secrets.age do not belong together. Put both back from one backup."
}

// change reads the file, lets edit change what it holds, and writes it if edit says
// that it did; all while no other process writes.
func (f *File) change(ctx context.Context, edit func(*contents) bool) error {
	unlock, err := f.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	kept, err := f.read(ctx)
	if err != nil || !edit(kept) {
		return err
	}
	keys, err := f.unlock(ctx)
	if err != nil {
		return err
	}
	kept.Generation++
	plain, err := kept.encode()
	if err != nil {
		return err
	}
	if len(plain) > maxSecretsFile-sealedMore { // it could be written, and never be read again
		return fmt.Errorf("%w: with this, all secrets together have %d MB, and the file holds at most %d", ErrTooBig, len(plain)>>20, maxSecretsFile>>20)
	}
	sealed, err := closeAge(plain, keys.recipient)
	if err != nil {
		return err
	}
	if err := checkFolder(f.o.Path); err != nil {
		return err
	}
	return writeFile(f.o.Path, sealed)
}

// lock takes the lock between processes: secrets.lock for secrets.age.
func (f *File) lock(ctx context.Context) (func(), error) {
	unlock, err := lockFile(ctx, strings.TrimSuffix(f.o.Path, filepath.Ext(f.o.Path))+".lock", lockToWrite)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, WithHint(fmt.Errorf("%w: %w", ErrTimeout, err), "Another gatepass is writing to the file. Try again.")
	}
	return unlock, err
}

func (f *File) exists(path string) (bool, error) {
	err := checkPrivate(path, refuseLinks)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
