package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// maxIdentity bounds an identity file, in bytes.
const maxIdentity = 64 << 10

// Work factors of scrypt, as exponents of two. At 18 one guess costs over a second
// and 256 MiB; above 22 somebody means harm.
const (
	defaultWorkFactor = 18
	maxWorkFactor     = 22
)

// A keyPair opens and closes secrets.age.
type keyPair struct {
	identities []age.Identity // whichever fits opens
	recipient  age.Recipient  // the first identity's
}

// InitIdentityFile makes a new age identity for pipelines, in a file of its own that
// GATEPASS_IDENTITY can name, and gives its recipient. The file is in the form of
// age-keygen. A file that is there already answers fs.ErrExist and stays: what was
// encrypted to it would be lost.
func InitIdentityFile(path string) (recipient string, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", fmt.Errorf("make identity: %w", err)
	}
	text := fmt.Sprintf("# public key: %s\n%s\n", id.Recipient(), id)
	err = createFile(path, []byte(text))
	if errors.Is(err, fs.ErrExist) {
		return "", WithHint(err, "An identity is never overwritten, because what it encrypted could not be read again. Name another file.")
	}
	if err != nil {
		return "", err
	}
	return id.Recipient().String(), nil
}

// parseIdentities reads the identities in text, and never repeats any of it.
func parseIdentities(path string, text []byte) (*keyPair, error) {
	identities, err := age.ParseIdentities(bytes.NewReader(text))
	if err != nil { // the error may hold part of a key
		return nil, WithHint(fmt.Errorf("%w: %q has no age identity in it", ErrDamaged, path),
			"An identity file has a line that begins with AGE-SECRET-KEY-. Make a new one: gatepass store init --identity FILE")
	}
	pair := &keyPair{identities: identities}
	switch id := identities[0].(type) {
	case *age.X25519Identity:
		pair.recipient = id.Recipient()
	case *age.HybridIdentity:
		pair.recipient = id.Recipient()
	default:
		return nil, fmt.Errorf("%w: %q has an identity of a kind that cannot encrypt", ErrDamaged, path)
	}
	return pair, nil
}

// looksEncrypted reports whether text is an age file, plain or armored, rather than
// a list of identities.
func looksEncrypted(text []byte) bool {
	return bytes.HasPrefix(text, []byte("age-encryption.org/")) || bytes.HasPrefix(bytes.TrimSpace(text), []byte(armor.Header))
}

// openAge decrypts an age file wholly before it gives any of it: age yields the
// first chunks of a file before it has seen that a later one is damaged. It answers
// ErrPassphrase when no identity fits and ErrDamaged when one does but the file is
// not whole.
func openAge(path string, text []byte, identities ...age.Identity) ([]byte, error) {
	var source io.Reader = bytes.NewReader(text)
	if !bytes.HasPrefix(text, []byte("age-encryption.org/")) {
		source = armor.NewReader(source)
	}
	r, err := age.Decrypt(source, identities...)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return nil, fmt.Errorf("%w: it does not open %q", ErrPassphrase, path)
	}
	if err != nil {
		return nil, damaged(path)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, damaged(path)
	}
	return plain, nil
}

// damaged is ErrDamaged without age's own error, which quotes what it found in
// place of an age file: somebody's plain identity, at worst.
func damaged(path string) error {
	return WithHint(fmt.Errorf("%w: %q is cut short, was changed, or is no age file", ErrDamaged, path),
		"Put back the file's last good copy from a backup. Without one, move it away and enter the secrets again: mv "+QuoteShell(path)+" "+QuoteShell(path+".damaged"))
}

// closeAge encrypts plain.
func closeAge(plain []byte, to age.Recipient) ([]byte, error) {
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to)
	if err == nil {
		_, err = w.Write(plain)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	return b.Bytes(), nil
}

// newWrappedIdentity makes an identity and the text of a file that only the
// passphrase opens.
func newWrappedIdentity(passphrase Secret, workFactor int) (*keyPair, []byte, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, nil, fmt.Errorf("make identity: %w", err)
	}
	recipient, err := age.NewScryptRecipient(passphrase.Reveal())
	if err != nil {
		return nil, nil, fmt.Errorf("take passphrase: %w", err)
	}
	recipient.SetWorkFactor(workFactor)
	wrapped, err := closeAge([]byte(id.String()+"\n"), recipient)
	if err != nil {
		return nil, nil, err
	}
	return &keyPair{identities: []age.Identity{id}, recipient: id.Recipient()}, wrapped, nil
}

// unwrapIdentity opens the identity file that passphrase closes.
func unwrapIdentity(path string, wrapped []byte, passphrase Secret) (*keyPair, error) {
	identity, err := age.NewScryptIdentity(passphrase.Reveal())
	if err != nil {
		return nil, fmt.Errorf("take passphrase: %w", err)
	}
	identity.SetMaxWorkFactor(maxWorkFactor)
	plain, err := openAge(path, wrapped, identity)
	if err != nil {
		return nil, err
	}
	return parseIdentities(path, plain)
}

// inBackground runs f, which takes a second and cannot be stopped, so that the
// caller at least does not wait for it any longer than ctx.
func inBackground[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		v, err := f()
		answers <- answer{v, err}
	}()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, contextError(ctx.Err())
	}
}

// isNative keeps a hint short: whether text is an identity that somebody pasted in
// place of a file's name.
func isNative(text string) bool {
	return strings.HasPrefix(strings.ToUpper(strings.TrimSpace(text)), "AGE-SECRET-KEY-")
}
