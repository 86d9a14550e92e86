package importer

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5" //nolint:gosec // the format's choice
	"encoding/hex"
	"strings"
)

// The browser extension Authenticator encrypts each secret by itself, with a key that
// is encrypted with the password: both as the library CryptoJS does, which is
// OpenSSL's "Salted__" with AES-256-CBC.

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
