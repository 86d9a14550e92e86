//go:build !windows

package prompt

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

func openTTY() (in, out *os.File, err error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	return tty, tty, err
}

// suspensions tells when the process shall be suspended, instead of having it done: the
// terminal has to be put in order first. stop leaves it to the system again.
func suspensions() (asked <-chan os.Signal, stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTSTP)
	return signals, func() { signal.Stop(signals) }
}

// suspend stops the process until it is continued. The signal is the one of a process that
// wants input and may not have it: SIGTSTP is taken now, and SIGSTOP would stop a process
// that nobody can continue as well. Such a one is not stopped, and goes on after a moment.
func suspend() {
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	defer signal.Stop(continued)
	_ = syscall.Kill(syscall.Getpid(), syscall.SIGTTIN)
	select {
	case <-continued:
	case <-time.After(stopsWithin):
	}
}

// stopsWithin is longer than a signal to oneself takes.
const stopsWithin = 200 * time.Millisecond
