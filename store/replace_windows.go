package store

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// sharingViolation is ERROR_SHARING_VIOLATION.
const sharingViolation syscall.Errno = 32

// rename puts a file in the place of another at once. Windows refuses while
// somebody has the other one open, if only to read it for a moment, or a virus
// scanner does.
func rename(from, to string) error {
	const tries = 50
	for try := 1; ; try++ {
		err := os.Rename(from, to)
		busy := errors.Is(err, syscall.ERROR_ACCESS_DENIED) || errors.Is(err, sharingViolation)
		if !busy || try == tries {
			return err
		}
		<-time.After(10 * time.Millisecond)
	}
}

// syncFolder does nothing: Windows cannot flush a folder, and NTFS journals the
// rename.
func syncFolder(string) error { return nil }
