package lab

import (
	"crypto/hmac"
	"crypto/sha256"
	"math"
	"sync"
	"time"
)

// A verdict is what an application makes of a password or a code.
type verdict int

const (
	refused  verdict = iota
	accepted         // right, and counted
	replayed         // a right code whose step, or a later one, was accepted before
	locked           // not looked at: too many failures
)

// maxSteps bounds the record of accepted time steps of one account.
const maxSteps = 10_000

// An account is the one user of an application. Failures of passwords and codes
// count alike and only a complete sign-in forgets them: were a right password
// enough, whoever knows it could guess codes for ever.
type account struct {
	username string
	password [sha256.Size]byte
	factor   *factor // nil where no code is asked
	attempts int     // consecutive failures that lock

	mu       sync.Mutex
	failures int
	lastStep int64
	signIns  int
	steps    []int64
}

func newAccount(username, password string, f *factor, attempts int) *account {
	return &account{
		username: username,
		password: sha256.Sum256([]byte(password)),
		factor:   f,
		attempts: attempts,
		lastStep: math.MinInt64,
	}
}

// tryPassword checks a password. Hashes are compared so that neither the time nor
// the length tells anything.
func (c *account) tryPassword(password string) verdict {
	given := sha256.Sum256([]byte(password))
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.failures >= c.attempts:
		return locked
	case hmac.Equal(given[:], c.password[:]):
		return accepted
	default:
		return c.fail(refused)
	}
}

// tryCode checks a one-time code at the application's time and, if it is right,
// completes the sign-in and spends the code's step and all before it.
func (c *account) tryCode(code string, at time.Time) verdict {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failures >= c.attempts {
		return locked
	}
	matches := c.factor.matches(code, at)
	for _, step := range matches {
		if step > c.lastStep {
			c.lastStep = step
			c.spend(step)
			c.complete()
			return accepted
		}
	}
	if len(matches) > 0 {
		return c.fail(replayed)
	}
	return c.fail(refused)
}

// signedIn completes a sign-in that asked for no code.
func (c *account) signedIn() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.complete()
}

// signedInAt completes a sign-in whose code somebody else accepted, for a time step.
func (c *account) signedInAt(step int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spend(step)
	c.complete()
}

// spend records an accepted time step.
func (c *account) spend(step int64) {
	c.steps = append(c.steps, step)
	if len(c.steps) > maxSteps {
		c.steps = c.steps[len(c.steps)-maxSteps:]
	}
}

// unlock forgets the failures. Spent steps stay spent.
func (c *account) unlock() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failures = 0
}

func (c *account) record() (signIns int, steps []int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.signIns, append([]int64{}, c.steps...)
}

func (c *account) complete() {
	c.signIns++
	c.failures = 0
}

// fail counts a failure; the one that reaches the limit is told that it locked.
func (c *account) fail(v verdict) verdict {
	c.failures++
	if c.failures >= c.attempts {
		return locked
	}
	return v
}
