package lab

import (
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"time"
)

const (
	firstSerial = "20361492" // of the token that the bank's key is
	neverUsed   = math.MinInt64
	// hotpAhead is how many codes a token that counts may be ahead of the simulator,
	// hotpResync how many when three codes in a row are given. How many Duo allows
	// is not documented; its own app's codes are refused when about 20 ahead.
	hotpAhead  = 20
	hotpResync = 1000
	maxTokens  = 100 // of one user
	maxSerial  = 128 // characters
)

// A duoToken is a hardware token.
type duoToken struct {
	id      string
	serial  string
	kind    string // "h6", "h8", "t6", "t8", "yk"
	factor  factor
	step    time.Duration // 0: it counts instead
	counter int64         // the next
	last    int64         // the time step that was used last
}

// tokenDigits are the types of token that show digits.
var tokenDigits = map[string]int{"h6": 6, "h8": 8, "t6": 6, "t8": 8}

func (k *duoToken) timed() bool { return k.kind == "t6" || k.kind == "t8" }

// use judges a code at a time and spends it: a time step, and all before it, once;
// a counter, and all before it, once. step is the time step, or else neverUsed.
func (k *duoToken) use(code string, at time.Time) (v verdict, step int64) {
	switch {
	case k.kind == "yk" || len(code) != k.factor.digits:
		return refused, neverUsed
	case k.timed():
		return k.useStep(code, at)
	}
	for count := k.counter; count < k.counter+hotpAhead; count++ {
		if k.factor.code(count) == code {
			k.counter = count + 1
			return accepted, neverUsed
		}
	}
	return refused, neverUsed
}

func (k *duoToken) useStep(code string, at time.Time) (verdict, int64) {
	matches := k.factor.matches(code, at)
	for _, step := range matches {
		if step > k.last {
			k.last = step
			return accepted, step
		}
	}
	if len(matches) > 0 {
		return replayed, neverUsed
	}
	return refused, neverUsed
}

// resync finds three codes in a row and counts on from there.
func (k *duoToken) resync(codes [3]string) bool {
	for count := k.counter; count < k.counter+hotpResync; count++ {
		if k.factor.code(count) == codes[0] && k.factor.code(count+1) == codes[1] && k.factor.code(count+2) == codes[2] {
			k.counter = count + 3
			return true
		}
	}
	return false
}

// readSecret reads a token's secret, which is written in hex and nothing else.
func readSecret(s string) ([]byte, bool) {
	seed, err := hex.DecodeString(strings.ToLower(s))
	return seed, err == nil && len(seed) > 0
}

// tokenByID finds a token.
func (t *tenant) tokenByID(id string) *duoToken {
	i := slices.IndexFunc(t.tokens, func(k *duoToken) bool { return k.id == id })
	if i < 0 {
		return nil
	}
	return t.tokens[i]
}

// holders lists who has a token.
func (t *tenant) holders(k *duoToken) []*duoUser {
	var all []*duoUser
	for _, u := range t.users {
		if slices.Contains(u.tokens, k) {
			all = append(all, u)
		}
	}
	return all
}
