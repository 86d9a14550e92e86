package codes

import (
	"time"

	"gatepass/tui/internal/text"
)

// The least that a clock must jump to be worth a word: a machine that is busy is
// late by less, and a time server that corrects a clock moves it by less.
const (
	leastBack  = 2 * time.Second
	leastAhead = 10 * time.Second
)

// jump watches the clock from tick to tick.
type jump struct{ last time.Time }

// forget is for when nobody looked: what passed until now is no jump.
func (j *jump) forget() { j.last = time.Time{} }

// look tells what happened to the clock since it was last looked at; "" is nothing.
// It compares wall times: codes depend on those alone.
func (j *jump) look(now time.Time, pulse time.Duration) string {
	last := j.last
	now = now.Round(0) // without the monotonic clock, which never jumps
	j.last = now
	if last.IsZero() {
		return ""
	}
	switch d := now.Sub(last); {
	case d <= -leastBack:
		return "The clock was set back by " + text.Span(-d) + ". Codes follow it; one that was used may come again."
	case d >= pulse+leastAhead:
		return "The clock went on by " + text.Span(d) + " at once: this machine slept, or its clock was set. Codes follow it."
	}
	return ""
}
