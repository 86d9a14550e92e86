package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"
)

const (
	// keyringService is the name under which every item is kept. It has no colon
	// and is no other program's prefix: Windows builds its target names from it.
	keyringService = "gatepass"
	// keyringPatience is two orders of magnitude above what a keyring takes under
	// load, and as long as people wait without wondering.
	keyringPatience = 3 * time.Second
)

// KeyringOptions says how to reach the operating system's keyring.
type KeyringOptions struct {
	// Timeout is how long one call may take; 0 means 3 s. Where a person is
	// expected to unlock the keyring meanwhile, give them more.
	Timeout time.Duration
	// Getenv is os.Getenv or a stand-in. It tells whether there is a session bus
	// and where we run, for the hints. nil sees nothing set.
	Getenv func(string) string
}

// Keyring is the [Secrets] in the operating system's keyring: the Secret Service
// on Linux and the BSDs, the login keychain on macOS, the Credential Manager on
// Windows. Each secret is an item of the service "gatepass" whose account is
// [Ref.String]. Other programs of the same user can read it; that is how these
// keyrings are made.
type Keyring struct {
	ring    ring
	guard   *guard
	machine machine
	// reachable answers why no keyring can be reached, without calling one.
	reachable func() error
}

// A ring is what go-keyring does.
type ring interface {
	Get(service, account string) (string, error)
	Set(service, account, secret string) error
	Delete(service, account string) error
}

// NewKeyring reaches for nothing yet; the first call does.
func NewKeyring(o KeyringOptions) *Keyring {
	if o.Timeout <= 0 {
		o.Timeout = keyringPatience
	}
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	m := machineFrom(runtime.GOOS, o.Getenv)
	return &Keyring{ring: systemRing{}, guard: newGuard(o.Timeout), machine: m, reachable: m.bus}
}

// Backend implements [Secrets].
func (*Keyring) Backend() Backend { return BackendKeyring }

// Get implements [Secrets]. Beyond ErrNotFound it answers ErrLocked,
// ErrUnavailable, ErrTimeout and ErrCrashed, each with hints for this platform.
func (k *Keyring) Get(ctx context.Context, ref Ref) (Secret, error) {
	err := admit(ctx, ref)
	var value string
	if err == nil {
		value, err = k.call(ctx, func() (string, error) { return k.ring.Get(keyringService, ref.String()) })
	}
	if err == nil && value == "" {
		err = ErrNotFound // somebody emptied the item by hand
	}
	if err != nil {
		return Secret{}, fmt.Errorf("read %s from the keyring: %w", ref, err)
	}
	return NewSecret(value), nil
}

// Set implements [Secrets]. Beyond Get's errors it answers ErrTooBig, before the
// keyring is called: Windows keeps at most 2,560 bytes, macOS about 2,900.
func (k *Keyring) Set(ctx context.Context, ref Ref, s Secret) error {
	err := admitSet(ctx, ref, s)
	if err == nil {
		err = k.set(ctx, ref.String(), s.Reveal())
	}
	if err != nil {
		return fmt.Errorf("keep %s in the keyring: %w", ref, err)
	}
	return nil
}

// errNotKept is a keyring that took a secret and has another.
var errNotKept = fmt.Errorf("%w: the keyring said yes but did not keep the secret", ErrUnavailable)

func (k *Keyring) set(ctx context.Context, account, value string) error {
	if most := k.machine.largest(account); len(value) > most {
		return WithHint(fmt.Errorf("%w: %d bytes, and a keyring on %s keeps at most %d", ErrTooBig, len(value), k.machine.name(), most),
			hintUseFile)
	}
	_, err := k.call(ctx, func() (string, error) { return "", k.ring.Set(keyringService, account, value) })
	if err != nil || !k.machine.lies() {
		return err
	}
	// macOS' security command reports little of what goes wrong: only reading
	// back shows that the secret is there.
	got, err := k.call(ctx, func() (string, error) { return k.ring.Get(keyringService, account) })
	if errors.Is(err, ErrNotFound) || err == nil && got != value {
		return WithHint(errNotKept, k.machine.hints(ErrLocked)...)
	}
	return err
}

// Delete implements [Secrets].
func (k *Keyring) Delete(ctx context.Context, ref Ref) error {
	err := admit(ctx, ref)
	if err == nil {
		err = k.remove(ctx, ref.String())
	}
	if err != nil {
		return fmt.Errorf("remove %s from the keyring: %w", ref, err)
	}
	return nil
}

func (k *Keyring) remove(ctx context.Context, account string) error {
	_, err := k.call(ctx, func() (string, error) { return "", k.ring.Delete(keyringService, account) })
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Probe shows that a secret can be kept, read and removed, with one that is made up
// for it. It answers the errors of Set and Get. Probe before a secret is made that
// cannot be shown a second time.
func (k *Keyring) Probe(ctx context.Context) error {
	random := make([]byte, 8)
	_, _ = rand.Read(random) // never fails
	ref := Ref{Owner: ".probe-" + hex.EncodeToString(random), Kind: "probe"}
	want := NewSecret(rand.Text())
	if err := k.set(ctx, ref.String(), want.Reveal()); err != nil {
		return fmt.Errorf("try the keyring: %w", err)
	}
	got, err := k.Get(ctx, ref)
	if err == nil && !got.Equal(want) {
		err = WithHint(errNotKept, k.machine.hints(ErrUnavailable)...)
	}
	// What was kept goes again, even if somebody has lost patience meanwhile.
	return errors.Join(err, k.Delete(context.WithoutCancel(ctx), ref))
}

// call runs one call behind the guard and names what went wrong.
func (k *Keyring) call(ctx context.Context, f func() (string, error)) (string, error) {
	if err := k.reachable(); err != nil {
		return "", k.machine.explain(err)
	}
	value, err := k.guard.do(ctx, f)
	return value, k.machine.explain(err)
}

// systemRing is the real keyring. It is called behind a guard only.
type systemRing struct{}

func (systemRing) Get(service, account string) (string, error) {
	value, err := keyring.Get(service, account)
	return value, lookCloser(err)
}

func (systemRing) Set(service, account, secret string) error {
	return lookCloser(keyring.Set(service, account, secret))
}

func (systemRing) Delete(service, account string) error {
	return lookCloser(keyring.Delete(service, account))
}
