//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package store

import (
	"os"
	"syscall"
)

// dropLock lets go of bbolt's lock on a file. Closing the file does not, as long as
// it is mapped into memory.
func dropLock(f *os.File) {
	_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
}
