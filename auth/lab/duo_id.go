package lab

import (
	"crypto/rand"
	"fmt"
	"io"
)

// duoIDChars are the characters of Duo's ids.
const duoIDChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// newDuoID draws an id: two letters that say of what, and 18 characters.
func newDuoID(of string) string {
	var raw [18]byte
	_, _ = rand.Read(raw[:]) // crypto/rand ends the program rather than fail.
	return of + spell(raw[:], duoIDChars)
}

// newSecretKey draws the secret key of an integration: 40 letters and digits.
func newSecretKey(random io.Reader) (string, error) {
	raw := make([]byte, 40)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("draw a secret key: %w", err)
	}
	return spell(raw, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), nil
}

// spell writes bytes in an alphabet. Some letters come a little more often than
// others, which nobody minds in a practice range.
func spell(raw []byte, alphabet string) string {
	out := make([]byte, len(raw))
	for i, b := range raw {
		out[i] = alphabet[int(b)%len(alphabet)]
	}
	return string(out)
}

// newUUID draws a transaction's id (RFC 9562 §5.4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
