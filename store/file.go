package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// maxSecretsFile bounds secrets.age, in bytes.
const maxSecretsFile = 64 << 20

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
		return nil, WithHint(fmt.Errorf("%w: the identity file %q is not there", ErrLocked, f.o.Identity),
			"Name the right file in GATEPASS_IDENTITY, or make one: gatepass store init --identity "+quoteShell(f.o.Identity))
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

// contents is what secrets.age holds.
type contents struct {
	Version    int               `json:"version"`
	Generation uint64            `json:"generation"` // one more with every write
	Secrets    map[string]sealed `json:"secrets"`
}

// contentsVersion is the form that this program writes.
const contentsVersion = 1

// ErrNewer is a file that a newer gatepass wrote, in a form this one does not know.
var ErrNewer = errors.New("written by a newer gatepass")

func newContents() *contents {
	return &contents{Version: contentsVersion, Secrets: map[string]sealed{}}
}

func parseContents(path string, plain []byte) (*contents, error) {
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(plain, &head); err != nil {
		return nil, strange(path)
	}
	if head.Version > contentsVersion {
		return nil, WithHint(fmt.Errorf("%q was %w (form %d, this one knows %d)", path, ErrNewer, head.Version, contentsVersion),
			"Update gatepass on this machine.")
	}
	c := &contents{}
	if err := json.Unmarshal(plain, c); err != nil || c.Version != contentsVersion || c.Secrets == nil {
		return nil, strange(path)
	}
	return c, nil
}

// strange is ErrDamaged without the JSON library's error, which quotes what it read.
func strange(path string) error {
	return WithHint(fmt.Errorf("%w: %q decrypts to something else than gatepass's secrets", ErrDamaged, path),
		"Put back the file's last good copy from a backup.")
}

func (c *contents) encode() ([]byte, error) {
	plain, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode secrets: %w", err)
	}
	return plain, nil
}

func (c *contents) get(ref Ref) (Secret, bool) {
	s, ok := c.Secrets[ref.String()]
	return s.Secret, ok
}

func (c *contents) set(ref Ref, s Secret) bool {
	c.Secrets[ref.String()] = sealed{s}
	return true
}

func (c *contents) remove(ref Ref) bool {
	_, ok := c.Secrets[ref.String()]
	delete(c.Secrets, ref.String())
	return ok
}
