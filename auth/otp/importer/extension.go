package importer

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5" //nolint:gosec // the format's choice
	"encoding/base64"
	"encoding/hex"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The browser extension Authenticator encrypts each secret by itself, with a key that
// is encrypted with the password: both as the library CryptoJS does, which is
// OpenSSL's "Salted__" with AES-256-CBC.

// Its newer backups seal each entry as a whole. They name the key, whose passphrase is
// made from the password by Argon2id with fixed parameters.

// A sealedEntry is one of the newer kind.
type sealedEntry struct {
	where, key string
	sealed     []byte // nil if it is damaged
}

// extensionEntry is what the newer backups call an entry that is sealed.
const extensionEntry = "EncOTPStorage"

// putEntryBy keeps an entry of the newer kind for when the password is asked for;
// false means that it is none.
func (w *jsonWalk) putEntryBy(n node, where string) (bool, error) {
	if n.first("datatype") != extensionEntry {
		return false, nil
	}
	if err := w.r.count(0); err != nil {
		return true, err
	}
	e := sealedEntry{where: where, key: n.first("keyid")}
	if sealed, ok := salted(n.first("data")); ok {
		e.sealed = sealed
	}
	w.sealedEntries = append(w.sealedEntries, e)
	return true, nil
}

// openEntries opens the entries of the newer kind.
func (w *jsonWalk) openEntries() error {
	if len(w.sealedEntries) == 0 {
		return nil
	}
	if len(w.extensionSalts) > maxExtensionKeys || extensionPasses*extensionMemory<<10 > maxArgonWork {
		return tooCostly()
	}
	w.program = "Authenticator extension (encrypted)"
	w.r.format = w.program
	opened := make([]node, len(w.sealedEntries))
	err := w.r.unlock(func(password []byte) error {
		passphrases := map[string][]byte{}
		right := false
		for i, e := range w.sealedEntries {
			salt, known := w.extensionSalts[e.key]
			if !known || e.sealed == nil {
				continue
			}
			if passphrases[e.key] == nil {
				passphrase, err := extensionPassphrase(w.r.ctx, password, salt)
				if err != nil {
					return err
				}
				passphrases[e.key] = passphrase
			}
			plain, ok := openSalted(e.sealed, passphrases[e.key])
			if !ok {
				continue
			}
			if tree, err := treeOf(plain); err == nil && tree.kind == objectNode {
				opened[i], right = tree, true
			}
		}
		if !right {
			return ErrWrongPassword
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, e := range w.sealedEntries {
		if taken, err := w.takeOpened(opened[i], e.where); err != nil {
			return err
		} else if !taken {
			w.r.refuse(e.where, "", "it is damaged, or encrypted with another password than the others")
		}
	}
	return nil
}

// takeOpened takes an entry that was opened; it has been counted already.
func (w *jsonWalk) takeOpened(n node, where string) (bool, error) {
	found, value, ok := seedOf(n)
	if !ok {
		return false, nil
	}
	issuer, account := names(n, heading{})
	k, err := keyOfObject(n, found, value, issuer, account)
	w.taken++
	w.r.add(where, title(issuer, account), nil, k, err)
	return true, nil
}

const (
	extensionPasses  = 2
	extensionMemory  = 19 << 10 // KiB
	maxExtensionKeys = 8        // of one backup; the extension makes one
)

// saltsOf gives the salts of the newer backups' keys by their ids.
func saltsOf(tree node) map[string]string {
	salts := map[string]string{}
	for _, n := range tree.items {
		if n.kind == objectNode && n.first("datatype") == "Key" && n.first("salt") != "" {
			salts[n.first("id")] = n.first("salt")
		}
	}
	return salts
}

func extensionPassphrase(ctx context.Context, password []byte, salt string) ([]byte, error) {
	key, err := derive(ctx, func() ([]byte, error) {
		return argon2.IDKey(password, []byte(salt), extensionPasses, extensionMemory, 1, 32), nil
	})
	if err != nil {
		return nil, err
	}
	return []byte(base64.RawStdEncoding.EncodeToString(key)), nil
}

// A sealedSecret is one that was encrypted, with what becomes of it once it is opened.
type sealedSecret struct {
	sealed []byte
	take   func(secret string)
}

// salted reports whether a value is what CryptoJS writes.
func salted(value string) ([]byte, bool) {
	raw, ok := unbase64(value)
	return raw, ok && bytes.HasPrefix(raw, []byte("Salted__")) && len(raw) >= 32 && len(raw)%aes.BlockSize == 0
}

// openSalted decrypts; false means that the passphrase is another one, for all that
// the padding tells.
func openSalted(sealed, passphrase []byte) ([]byte, bool) {
	salt, body := sealed[8:16], bytes.Clone(sealed[16:])
	var keys, last []byte
	for len(keys) < 48 {
		h := md5.New() //nolint:gosec // the format's choice
		h.Write(last)
		h.Write(passphrase)
		h.Write(salt)
		last = h.Sum(nil)
		keys = append(keys, last...)
	}
	block, err := aes.NewCipher(keys[:32])
	if err != nil || len(body) == 0 {
		return nil, false
	}
	cipher.NewCBCDecrypter(block, keys[32:48]).CryptBlocks(body, body)
	n := int(body[len(body)-1])
	if n < 1 || n > aes.BlockSize || n > len(body) || !bytes.Equal(body[len(body)-n:], bytes.Repeat([]byte{byte(n)}, n)) {
		return nil, false
	}
	return body[:len(body)-n], true
}

// openExtension opens the secrets that were put by. enc is the extension's key, itself
// encrypted; "" in backups from before it had one.
func (w *jsonWalk) openExtension() error {
	if len(w.salted) == 0 {
		return nil
	}
	w.r.format = "Authenticator extension (encrypted)"
	w.program = w.r.format
	enc, hasKey := salted(w.extensionKey)
	return w.r.unlock(func(password []byte) error {
		passphrases := [][]byte{password}
		if hasKey {
			key, ok := openSalted(enc, password)
			if !ok {
				return ErrWrongPassword
			}
			// Versions differ in whether the key's text or its hexadecimal is used.
			passphrases = [][]byte{[]byte(hex.EncodeToString(key)), key, password}
		}
		var opened []string
		for _, s := range w.salted {
			secret, ok := openAny(s.sealed, passphrases)
			if !ok {
				return ErrWrongPassword
			}
			opened = append(opened, secret)
		}
		for i, s := range w.salted {
			s.take(opened[i])
		}
		return nil
	})
}

func openAny(sealed []byte, passphrases [][]byte) (string, bool) {
	for _, p := range passphrases {
		if plain, ok := openSalted(sealed, p); ok && isPrintable(plain) {
			return string(plain), true
		}
	}
	return "", false
}

func isPrintable(b []byte) bool {
	return len(b) > 0 && strings.Trim(string(b), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=- ") == ""
}
