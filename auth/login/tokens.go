package login

import (
	"crypto/sha256"
	"fmt"
	"net/url"
	"strings"
)

// MaxValues is how many values of one exchange are kept.
const MaxValues = 60

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

// Value puts what a value is, of the secrets that were typed, or its token in its
// place.
func (t *Tokens) Value(typed *Secrets, in, name, value string) Value {
	v := Value{In: in, Name: typed.Clean(name), Token: t.Of(value)}
	if roles := typed.Found(value); len(roles) > 0 {
		v.Token = string(roles[0])
	}
	return v
}

// Pairs takes an encoded form apart and keeps its order.
func (t *Tokens) Pairs(typed *Secrets, in, encoded string) []Value {
	var all []Value
	for pair := range strings.SplitSeq(encoded, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name == "" || len(all) >= MaxValues {
			continue
		}
		all = append(all, t.Value(typed, in, unescaped(name), unescaped(value)))
	}
	return all
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}
