package login

import (
	"crypto/sha256"
	"fmt"
)

// Tokens gives values names of their own, so that it can be followed where one came
// from and went to without telling what it is. It is for one run and one goroutine.
type Tokens struct {
	known map[[sha256.Size]byte]string
}

// Of is the token of a value, the same for the same value; "" for the empty one.
func (t *Tokens) Of(value string) string {
	if value == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(value))
	if t.known == nil {
		t.known = map[[sha256.Size]byte]string{}
	}
	if t.known[sum] == "" {
		t.known[sum] = fmt.Sprintf("token%d", len(t.known)+1)
	}
	return t.known[sum]
}
