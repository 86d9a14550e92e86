package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// An Account stands for a seed in the ledger: 64 hexadecimal digits that are the
// same for the same seed, and that nobody without the [LedgerKey] can make or try
// seeds against. It is not secret.
type Account string

// LedgerKey makes Accounts. It is 32 random bytes that live among the secrets; a
// plain hash would not do, because seeds are short enough to be tried. Like a
// [Secret] it cannot be printed by accident.
type LedgerKey struct{ key Secret }

// ledgerKeyRef is where the secret store keeps the key, in hexadecimal.
var ledgerKeyRef = Ref{Owner: ".ledger", Kind: "key"}

const ledgerKeySize = 32

// LoadLedgerKey gives the key that secrets keeps, and makes it the first time. Two
// processes that come first together agree on one: lockFile names a lock file that
// only this uses. It answers the errors of secrets.
func LoadLedgerKey(ctx context.Context, secrets Secrets, lockPath string) (LedgerKey, error) {
	key, err := readLedgerKey(ctx, secrets)
	if !errors.Is(err, ErrNotFound) {
		return key, err
	}
	unlock, err := lockFile(ctx, lockPath, lockToWrite)
	if err != nil {
		return LedgerKey{}, err
	}
	defer unlock()
	if key, err = readLedgerKey(ctx, secrets); !errors.Is(err, ErrNotFound) {
		return key, err
	}
	random := make([]byte, ledgerKeySize)
	_, _ = rand.Read(random) // never fails
	if err := secrets.Set(ctx, ledgerKeyRef, NewSecret(hex.EncodeToString(random))); err != nil {
		return LedgerKey{}, fmt.Errorf("keep the ledger's key: %w", err)
	}
	// What counts is what the next process will read.
	return readLedgerKey(ctx, secrets)
}

func readLedgerKey(ctx context.Context, secrets Secrets) (LedgerKey, error) {
	s, err := secrets.Get(ctx, ledgerKeyRef)
	if err != nil {
		return LedgerKey{}, fmt.Errorf("read the ledger's key: %w", err)
	}
	raw, err := hex.DecodeString(s.Reveal())
	if err != nil || len(raw) != ledgerKeySize {
		return LedgerKey{}, WithHint(fmt.Errorf("the ledger's key (%s) is %w", ledgerKeyRef, errMalformed),
			"Remove that item from the secret store. A new key is made at the next use; what was spent before is then not known any more, so wait a minute before the next code.")
	}
	return LedgerKey{key: NewSecret(string(raw))}, nil
}

var errMalformed = errors.New("malformed")

// Account gives the account of a seed, which must always be spelled the same way:
// upper-case base32 without padding. The zero key gives "", which the ledger
// refuses.
func (k LedgerKey) Account(seed Secret) Account {
	if k.key.IsZero() || seed.IsZero() {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(k.key.Reveal()))
	_, _ = io.WriteString(mac, "gatepass ledger account v1\x00"+seed.Reveal()) // never fails
	return Account(hex.EncodeToString(mac.Sum(nil)))
}

// CodeID gives the id of a bypass code: 32 hexadecimal digits that are the same for
// the same code, and that nobody without the key can try codes against. The zero key
// gives "", which the ledger refuses.
func (k LedgerKey) CodeID(code Secret) string {
	if k.key.IsZero() || code.IsZero() {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(k.key.Reveal()))
	_, _ = io.WriteString(mac, "gatepass bypass code v1\x00"+code.Reveal()) // never fails
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// Format implements [fmt.Formatter] and so covers every verb.
func (k LedgerKey) Format(f fmt.State, verb rune) { k.key.Format(f, verb) }

// LogValue implements [slog.LogValuer].
func (k LedgerKey) LogValue() slog.Value { return k.key.LogValue() }

// MarshalText implements [encoding.TextMarshaler], for JSON and YAML too.
func (k LedgerKey) MarshalText() ([]byte, error) { return k.key.MarshalText() }

// valid reports whether a has the form that LedgerKey.Account gives.
func (a Account) valid() bool {
	raw, err := hex.DecodeString(string(a))
	return err == nil && len(raw) == sha256.Size
}
