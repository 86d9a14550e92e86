package ui

import (
	"sync"
	"time"
)

// A Crew counts the work that is being done, so that the program can wait for it
// to end: a login closes its connections, a half-kept target is undone.
type Crew struct {
	mu    sync.Mutex
	busy  int
	vital int           // of them, those that must not be cut off
	idle  chan struct{} // closed when busy falls to 0; nil when nobody waits
}

// Vital marks the work that calls it as one that would leave something half done if
// it were cut off. Call what it gives when that is over.
func (c *Crew) Vital() (over func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.vital++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.vital--
	}
}

// HasVital reports whether such work is being done.
func (c *Crew) HasVital() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.vital > 0
}

func (c *Crew) join() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy++
}

func (c *Crew) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy--
	if c.busy == 0 && c.idle != nil {
		close(c.idle)
		c.idle = nil
	}
}

// Wait waits until no work is being done, at most for the time given, and reports
// whether all has ended. End the work's context first.
func (c *Crew) Wait(most time.Duration) bool {
	c.mu.Lock()
	if c.busy == 0 {
		c.mu.Unlock()
		return true
	}
	if c.idle == nil {
		c.idle = make(chan struct{})
	}
	idle := c.idle
	c.mu.Unlock()

	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-idle:
		return true
	case <-timer.C:
		return false
	}
}
