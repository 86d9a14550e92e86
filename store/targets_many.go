package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Exists reports whether there is a file of that name, whatever is in it.
func (s *Targets) Exists(name string) bool {
	_, err := os.Lstat(s.path(name))
	return err == nil
}

// CreateAll writes new targets, and tells how many it has. It stops at the first that
// cannot be written, as Create would, or when ctx ends; those before it stay, and
// [Targets.Withdraw] removes them.
func (s *Targets) CreateAll(ctx context.Context, list []Target, progress func(done int)) error {
	return s.locked(func() error {
		if err := ensureFolder(s.dir); err != nil {
			return err
		}
		for i, t := range list {
			if err := ctx.Err(); err != nil {
				return err
			}
			page, err := s.page(t)
			if err == nil {
				err = s.put(t.Name, page)
			}
			if err != nil {
				return err
			}
			progress(i + 1)
		}
		return syncFolder(s.dir)
	})
}

// Withdraw removes the files of those targets that still say exactly what list says,
// and leaves the others: somebody has made them theirs.
func (s *Targets) Withdraw(list []Target) error {
	return s.locked(func() error {
		var errs []error
		for _, t := range list {
			if !s.Exists(t.Name) {
				continue
			}
			if have, _, err := s.load(t.Name); err != nil || !sameEntries(have.entries(), t.normal().entries()) {
				continue
			}
			if err := os.Remove(s.path(t.Name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, fmt.Errorf("delete target %q: %w", t.Name, err))
			}
		}
		return errors.Join(append(errs, syncFolder(s.dir))...)
	})
}
