package importer

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // Stratum's choice
	"fmt"

	"golang.org/x/crypto/argon2"
)

// Stratum's encrypted backups, and those from before it had that name: the same JSON
// behind a header that says which of the two it is.

const (
	stratumMagic = "AUTHENTICATORPRO" // Argon2id and AES-GCM
	olderMagic   = "AuthenticatorPro" // PBKDF2 over SHA-1 and AES-CBC
)

func init() {
	register(format{
		name: "Stratum (encrypted)", rank: byMagic,
		is: func(d *document) bool {
			return bytes.HasPrefix(d.data, []byte(stratumMagic)) || bytes.HasPrefix(d.data, []byte(olderMagic))
		},
		read: readSealedStratum,
	})
}

func readSealedStratum(r *reading) error {
	open := openStratum
	if bytes.HasPrefix(r.document.data, []byte(olderMagic)) {
		open = openOlderStratum
	}
	body := r.document.data[len(stratumMagic):]
	var plain []byte
	err := r.unlock(func(password []byte) error {
		found, err := open(r, body, password)
		plain = found
		return err
	})
	if err != nil {
		return err
	}
	return r.stratum(plain)
}

func openStratum(r *reading, body, password []byte) ([]byte, error) {
	const (
		saltSize, nonceSize    = 16, 12
		passes, memory, atOnce = 3, 64 << 10, 4
	)
	if len(body) < saltSize+nonceSize+gcmTag {
		return nil, fmt.Errorf("%w: the encrypted part is incomplete", ErrDamaged)
	}
	if passes*memory<<10 > maxArgonWork {
		return nil, tooCostly()
	}
	key, err := derive(r.ctx, func() ([]byte, error) {
		return argon2.IDKey(password, body[:saltSize], passes, memory, atOnce, 32), nil
	})
	if err != nil {
		return nil, err
	}
	plain, ok := openGCM(key, body[saltSize:saltSize+nonceSize], body[saltSize+nonceSize:])
	if !ok {
		return nil, ErrWrongPassword
	}
	return plain, nil
}

func openOlderStratum(r *reading, body, password []byte) ([]byte, error) {
	const (
		saltSize, ivSize = 20, 16
		rounds           = 64_000
	)
	if len(body) < saltSize+2*ivSize || (len(body)-saltSize)%ivSize != 0 {
		return nil, fmt.Errorf("%w: the encrypted part is incomplete", ErrDamaged)
	}
	if rounds > maxIterations {
		return nil, tooCostly()
	}
	key, err := derive(r.ctx, func() ([]byte, error) {
		return pbkdf2.Key(sha1.New, string(password), body[:saltSize], rounds, 32)
	})
	if err != nil {
		return nil, err
	}
	plain, ok := openCBC(key, body[saltSize:saltSize+ivSize], body[saltSize+ivSize:])
	if !ok || !newDocument(plain).has(object, "Authenticators") { // CBC has no seal of its own
		return nil, ErrWrongPassword
	}
	return plain, nil
}
