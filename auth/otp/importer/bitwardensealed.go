package importer

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Bitwarden's export under a password of its own: PBKDF2 or Argon2id, stretched into
// two keys by HKDF, AES-256-CBC with an HMAC over it. The one without a password is
// under the account's key, which only Bitwarden has.

type bitwardenSeal struct {
	Salt        text   `json:"salt"`
	KDF         number `json:"kdfType"` // 0 PBKDF2, 1 Argon2id
	Iterations  number `json:"kdfIterations"`
	Memory      number `json:"kdfMemory"` // MiB
	Parallelism number `json:"kdfParallelism"`
	Data        text   `json:"data"`
}

// sealedBitwarden reads what is under the password.
func (r *reading) sealedBitwarden() error {
	var s bitwardenSeal
	if err := decodeJSON(r.document.data, &s); err != nil {
		return err
	}
	sealed, ok := cutCipherString(string(s.Data))
	if !ok || s.Salt == "" {
		return fmt.Errorf("%w: the encrypted part is incomplete", ErrDamaged)
	}
	if err := s.affordable(); err != nil {
		return err
	}
	r.format += " (encrypted)"
	var plain []byte
	err := r.unlock(func(password []byte) error {
		key, err := derive(r.ctx, func() ([]byte, error) { return s.derive(password) })
		if err != nil {
			return err
		}
		if plain, err = sealed.open(key); err != nil {
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	inside := newDocument(plain)
	if !inside.has(object, "items") {
		return fmt.Errorf("%w: what is inside is no list of items", ErrDamaged)
	}
	r.document = inside
	return r.bitwarden()
}

// affordable bounds what the file may ask for.
func (s bitwardenSeal) affordable() error {
	const maxMemory, maxThreads = 1 << 10, 16
	n, m, p := s.Iterations.value, s.Memory.value, s.Parallelism.value
	switch {
	case s.Iterations.wrong || s.Memory.wrong || s.Parallelism.wrong || n < 1 || s.KDF.value != 0 && s.KDF.value != 1:
		return fmt.Errorf("%w: the key derivation has impossible parameters", ErrDamaged)
	case s.KDF.value == 0 && n > int64(maxIterations):
		return tooCostly()
	case s.KDF.value == 0:
		return nil
	case m < 1 || p < 1:
		return fmt.Errorf("%w: the key derivation has impossible parameters", ErrDamaged)
	case m > maxMemory || p > maxThreads || n > maxArgonWork/(m<<20):
		return tooCostly()
	}
	return nil
}

// derive gives the key that the other two are made of. The salt is taken as the text
// it is written in.
func (s bitwardenSeal) derive(password []byte) ([]byte, error) {
	if s.KDF.value == 1 {
		salt := sha256.Sum256([]byte(s.Salt))
		return argon2.IDKey(password, salt[:], uint32(s.Iterations.value), uint32(s.Memory.value<<10), uint8(s.Parallelism.value), 32), nil
	}
	return pbkdf2.Key(sha256.New, string(password), []byte(s.Salt), int(s.Iterations.value), 32)
}

// A cipherString is Bitwarden's "2.nonce|data|seal", each in base64.
type cipherString struct{ iv, data, mac []byte }

func cutCipherString(s string) (cipherString, bool) {
	body, ok := strings.CutPrefix(strings.TrimSpace(s), "2.")
	parts := strings.Split(body, "|")
	if !ok || len(parts) != 3 {
		return cipherString{}, false
	}
	iv, ok1 := unbase64(parts[0])
	data, ok2 := unbase64(parts[1])
	mac, ok3 := unbase64(parts[2])
	return cipherString{iv, data, mac}, ok1 && ok2 && ok3 && len(data) > 0
}

func (c cipherString) open(key []byte) ([]byte, error) {
	enc, err := hkdf.Expand(sha256.New, key, "enc", 32)
	if err != nil {
		return nil, err
	}
	seal, err := hkdf.Expand(sha256.New, key, "mac", 32)
	if err != nil {
		return nil, err
	}
	h := hmac.New(sha256.New, seal)
	h.Write(c.iv)
	h.Write(c.data)
	if !hmac.Equal(h.Sum(nil), c.mac) {
		return nil, ErrWrongPassword
	}
	plain, ok := openCBC(enc, c.iv, c.data)
	if !ok {
		return nil, fmt.Errorf("%w: the encrypted part is incomplete", ErrDamaged)
	}
	return plain, nil
}
