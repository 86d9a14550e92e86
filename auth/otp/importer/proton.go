package importer

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/json"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// Proton Authenticator's own export, plain, and encrypted with a password: Argon2id
// with fixed parameters, and AES-256-GCM with a fixed text beside it.

func init() {
	register(format{
		name: "Proton Authenticator", rank: byShape,
		is: func(d *document) bool {
			return d.has(object, "version", "entries") && !d.has(object, "db") || d.has(object, "version", "salt", "content")
		},
		read: readProton,
	})
}

type protonEntry struct {
	Content struct {
		URI  text `json:"uri"`
		Name text `json:"name"`
	} `json:"content"`
}

func readProton(r *reading) error { return r.proton(r.document.data) }

func (r *reading) proton(data []byte) error {
	var f struct {
		Entries json.RawMessage `json:"entries"`
		Salt    text            `json:"salt"`
		Content text            `json:"content"`
	}
	if err := decodeJSON(data, &f); err != nil {
		return err
	}
	if f.Salt != "" && len(f.Entries) == 0 {
		return r.sealedProton(string(f.Salt), string(f.Content))
	}
	return eachItem(r, f.Entries, "entries", func(where string, e protonEntry) error {
		name := string(e.Content.Name)
		k, err := parseNamed(string(e.Content.URI), "", name)
		r.add(where, name, nil, k, err)
		return nil
	})
}

func (r *reading) sealedProton(salt, content string) error {
	const (
		nonceSize = 12
		memory    = 19 << 10 // KiB
		passes    = 2
		beside    = "proton.authenticator.export.v1"
	)
	r.format += " (encrypted)"
	saltBytes, ok1 := unbase64(salt)
	sealed, ok2 := unbase64(content)
	if !ok1 || !ok2 || len(saltBytes) < 8 || len(sealed) < nonceSize+gcmTag {
		return fmt.Errorf("%w: the encrypted part is incomplete", ErrDamaged)
	}
	if passes*memory<<10 > maxArgonWork {
		return tooCostly()
	}
	var plain []byte
	err := r.unlock(func(password []byte) error {
		key, err := derive(r.ctx, func() ([]byte, error) {
			return argon2.IDKey(password, saltBytes, passes, memory, 1, 32), nil
		})
		if err != nil {
			return err
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return ErrDamaged
		}
		gcm, err := cipher.NewGCM(block)
		if err != nil {
			return ErrDamaged
		}
		if plain, err = gcm.Open(nil, sealed[:nonceSize], sealed[nonceSize:], []byte(beside)); err != nil {
			return ErrWrongPassword
		}
		return nil
	})
	if err != nil {
		return err
	}
	d := newDocument(plain)
	if !d.has(object, "entries") {
		return fmt.Errorf("%w: what is inside is no list of entries", ErrDamaged)
	}
	return r.proton(plain)
}
