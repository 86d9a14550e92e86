package importer

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"strings"
	"unicode"
)

// openGCM opens AES-GCM with the tag at the end of sealed; ok is false if key,
// nonce, data and tag do not belong together.
func openGCM(key, nonce, sealed []byte) (plain []byte, ok bool) {
	block, err := aes.NewCipher(key)
	if err != nil || len(nonce) == 0 {
		return nil, false
	}
	gcm, err := cipher.NewGCMWithNonceSize(block, len(nonce))
	if err != nil {
		return nil, false
	}
	plain, err = gcm.Open(nil, nonce, sealed, nil)
	return plain, err == nil
}

// unbase64 reads base64 of either alphabet, with or without padding, broken into
// lines or not; spaces are '+', which links turn into spaces.
func unbase64(s string) ([]byte, bool) {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '-', r == ' ':
			return '+'
		case r == '_':
			return '/'
		case unicode.IsSpace(r):
			return -1
		}
		return r
	}, strings.TrimSpace(s))
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	return b, err == nil
}
