package lab

import (
	"crypto/rand"
	"fmt"
	"io"
	"time"
)

// Options says how a lab differs from the usual one. The zero value is the usual
// one: free ports, the real clock, fresh secrets, all switches as the
// applications are made.
type Options struct {
	// Addr is where to listen; loopback only. With a port, the control origin
	// takes it, the outside origin the next, and the applications those after,
	// each followed by its further origins. Empty means 127.0.0.1:0, any free ports.
	Addr string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Rand draws passwords and seeds; nil means crypto/rand. A reader with known
	// bytes makes them the same at every start. Session ids do not come from it.
	Rand io.Reader
	// Period is the TOTP period by application, in whole seconds; "" stands for
	// every application that is not named. Nothing means 30 s.
	Period map[string]time.Duration
	// Switches lists by application the switches that are on from the start.
	Switches map[string][]string
	// Session is how long a session lives from its sign-in on, used or not; 0 means
	// 30 minutes from its last request on.
	Session time.Duration
	// Attempts is how many failures in a row lock an account; 0 means 5, and Duo's
	// own 10 at the Duo simulator.
	Attempts int
	// Delay is how long SwitchSlow holds an answer back; 0 means 10 s.
	Delay time.Duration

	duoLockout int // Attempts, as the Duo simulator has them
}

func (o Options) withDefaults() Options {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	o.duoLockout = o.Attempts
	if o.Attempts <= 0 {
		o.Attempts, o.duoLockout = 5, duoLockout
	}
	if o.Delay <= 0 {
		o.Delay = 10 * time.Second
	}
	return o
}

// period gives the TOTP period of an application.
func (o Options) period(app string) (time.Duration, error) {
	period, ok := o.Period[app]
	if !ok {
		period, ok = o.Period[""]
	}
	if !ok {
		return 30 * time.Second, nil
	}
	if period < time.Second || period%time.Second != 0 {
		return 0, fmt.Errorf("%w: %s has %s", ErrPeriod, app, period)
	}
	return period, nil
}
