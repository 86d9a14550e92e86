package harden

import "golang.org/x/sys/unix"

// Process makes this process leave no core file, and keeps its memory and its
// environment from other processes of the same user (PR_SET_DUMPABLE, prctl(2)).
// It is best effort: a kernel that refuses is no reason not to sign in.
func Process() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
