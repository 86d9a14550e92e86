//go:build !windows

package store

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// rename puts a file in the place of another at once.
func rename(from, to string) error { return os.Rename(from, to) }

// syncFolder makes a rename in dir last through a loss of power. Some file systems
// cannot flush a folder and say EINVAL; they order renames by themselves.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open folder: %w", err)
	}
	defer func() { _ = f.Close() }()
	if err := f.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return fmt.Errorf("flush folder: %w", err)
	}
	return nil
}
