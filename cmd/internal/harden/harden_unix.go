//go:build unix && !linux

package harden

import "golang.org/x/sys/unix"

// Process makes this process leave no core file. It is best effort.
func Process() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
}
