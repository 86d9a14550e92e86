package store

import (
	"context"
	"errors"
	"fmt"
	"regexp"
)

// Kind says what a secret is for.
type Kind string

// The kinds of secret.
const (
	KindPassword Kind = "password" // the test account's password
	KindSeed     Kind = "otp"      // an otpauth URI: the seed with its parameters
	KindDevice   Kind = "device"   // the state of a trusted device, JSON
	// KindNewSeed is a seed that takes the place of the target's own once Duo has it as a
	// token: an otpauth URI. No file names it.
	KindNewSeed Kind = "otp-new"
	KindBypass  Kind = "bypass" // bypass codes, each under an id of its own: [BypassRef]

	KindAuthKey  Kind = "duo-auth-key"  // the secret key of a tenant's Auth API application
	KindAdminKey Kind = "duo-admin-key" // the secret key of its Admin API application
)

// Kinds lists every kind that a target's file may name.
func Kinds() []Kind { return []Kind{KindPassword, KindSeed, KindBypass, KindDevice} }

// OwnKinds lists the kinds of secret that are kept under a target's own name. Bypass
// codes are not: they are kept under their stock's.
func OwnKinds() []Kind { return []Kind{KindPassword, KindSeed, KindNewSeed, KindDevice} }

// TenantKinds lists every kind that a Duo tenant's file may name.
func TenantKinds() []Kind { return []Kind{KindAuthKey, KindAdminKey} }

// BypassRef is where the secret store keeps one bypass code of a stock.
func BypassRef(stock, id string) Ref {
	return Ref{Owner: ".stock." + stock, Kind: KindBypass + "/" + Kind(id)}
}

// TenantRef is where the secret store keeps a secret key of a Duo tenant.
func TenantRef(tenant string, kind Kind) Ref { return Ref{Owner: ".duo." + tenant, Kind: kind} }

// Ref is the address of one secret: account TARGET/kind in the OS keyring's
// service "gatepass". It is not secret itself.
type Ref struct {
	// Owner is a target's name. A leading dot marks what belongs to no target
	// alone, such as ".ledger", or ".stock." with a stock's name.
	Owner string
	// Kind may carry an id after a slash, "bypass/3".
	Kind Kind
}

// String gives the address as backends use it, "shop/otp".
func (r Ref) String() string { return r.Owner + "/" + string(r.Kind) }

// The macOS keychain's own shell, Windows' case-blind names and the separators
// that some keyrings reserve leave these characters as the ones that mean the same
// everywhere.
var (
	ownerPattern = regexp.MustCompile(`^(\.|\.stock\.|\.duo\.)?[a-z0-9][a-z0-9._-]{0,62}$`)
	kindPattern  = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}(/[a-z0-9._-]{1,64})?$`)
)

// Validate answers ErrBadRef for an address that not every backend can keep.
func (r Ref) Validate() error {
	if !ownerPattern.MatchString(r.Owner) || !kindPattern.MatchString(string(r.Kind)) {
		return fmt.Errorf("%w: %q", ErrBadRef, r.String())
	}
	return nil
}

// Secrets keeps secrets. Implementations are safe for concurrent use, and every
// call ends when its context does.
type Secrets interface {
	// Get answers ErrNotFound when nothing is kept there.
	Get(ctx context.Context, ref Ref) (Secret, error)
	// Set keeps s, in place of what was there. An empty secret is refused with
	// ErrEmpty: no backend tells it from nothing. When Set fails with ErrTimeout
	// the secret may or may not have been kept.
	Set(ctx context.Context, ref Ref, s Secret) error
	// Delete removes what is kept; nothing there is no error.
	Delete(ctx context.Context, ref Ref) error
	// Backend names where secrets live, "keyring", "file" or "memory".
	Backend() Backend
}

// Backend names a place where secrets live.
type Backend string

// The backends.
const (
	BackendKeyring Backend = "keyring" // the operating system's keyring
	BackendFile    Backend = "file"    // secrets.age, encrypted with age
	BackendMemory  Backend = "memory"  // this process only: tests and the demo
)

// Errors that a Secrets answers with, wrapped; match them with errors.Is.
var (
	ErrNotFound    = errors.New("no such secret")
	ErrLocked      = errors.New("the secret store is locked")
	ErrUnavailable = errors.New("there is no secret store")
	ErrTimeout     = errors.New("the secret store did not answer")
	ErrTooBig      = errors.New("the secret is too large for this store")
	ErrCrashed     = errors.New("the secret store's client crashed")
	ErrPassphrase  = errors.New("wrong passphrase or identity")
	ErrDamaged     = errors.New("the secret store's file is damaged")
	ErrEmpty       = errors.New("an empty secret cannot be kept")
	ErrBadRef      = errors.New("not an address of a secret")
)

// maxSecret bounds one secret in every backend, in bytes. A trusted device's state
// is the largest and stays far below it.
const maxSecret = 1 << 20

// admit checks what every backend checks before it looks at ref.
func admit(ctx context.Context, ref Ref) error {
	if err := ctx.Err(); err != nil {
		return contextError(err)
	}
	return ref.Validate()
}

// admitSet is admit for a write.
func admitSet(ctx context.Context, ref Ref, s Secret) error {
	if err := admit(ctx, ref); err != nil {
		return err
	}
	if s.IsZero() {
		return ErrEmpty
	}
	if n := len(s.Reveal()); n > maxSecret {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrTooBig, n, maxSecret)
	}
	return nil
}

// contextError makes a deadline that ran out match ErrTimeout as well; an
// interruption stays what it is.
func contextError(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", ErrTimeout, err)
	}
	return err
}
