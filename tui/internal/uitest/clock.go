// Package uitest tries pages out: a clock to turn, a Gate that does as it is
// told, a screen that presses keys and runs commands, and goldens of what is seen.
// Only tests import it.
package uitest

import (
	"sync"
	"time"
)

// Noon is when every test begins: eleven seconds into a time step of 30 s.
var Noon = time.Date(2030, 5, 6, 12, 0, 11, 0, time.UTC)

// A Clock stands still until it is turned.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock is a Clock at Noon.
func NewClock() *Clock { return &Clock{now: Noon} }

// Now is the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Turn moves the clock by d, backwards if d is negative.
func (c *Clock) Turn(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
