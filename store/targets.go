package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// What [Targets] answers with, wrapped.
var (
	ErrNoTarget     = errors.New("no such target")
	ErrTargetExists = errors.New("there is a target of that name already")
)

// targetsPatience bounds the wait for another process that is writing a target,
// which takes milliseconds.
const targetsPatience = 10 * time.Second

// Targets keeps each target in a file of its own, NAME.yaml. Reading takes no lock;
// writers exclude each other through a lock file beside the folder.
type Targets struct{ dir string }

// NewTargets keeps targets in dir, which is made when the first one is.
func NewTargets(dir string) *Targets { return &Targets{dir: dir} }

// Path names the file of a target, whether it is there or not.
func (s *Targets) Path(name string) string { return filepath.Join(s.dir, name+targetExt) }

// Get reads a target. It answers ErrNoTarget, with the name that was probably
// meant, ErrBadName, or a [FieldError] for each thing wrong in the file.
func (s *Targets) Get(name string) (Target, error) {
	if err := CheckName(name); err != nil {
		return Target{}, err
	}
	t, _, err := s.load(name)
	return t, err
}

func (s *Targets) load(name string) (Target, *document, error) {
	d, err := readDocument(s.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return Target{}, nil, s.missing(name)
	}
	if err != nil {
		return Target{}, nil, err
	}
	t, err := decodeTarget(name, d)
	return t, d, err
}

// missing is ErrNoTarget with what was probably meant.
func (s *Targets) missing(name string) error {
	err := fmt.Errorf("%w: %q", ErrNoTarget, name)
	names, _, _ := s.names()
	if guess := nearest(name, names); guess != "" {
		return WithHint(err, fmt.Sprintf("Did you mean %q?", guess))
	}
	if len(names) == 0 {
		return WithHint(err, "There are no targets yet. Set one up: gatepass setup "+name)
	}
	return WithHint(err, "See which there are: gatepass list")
}

// List reads all targets, sorted by name. When some files are wrong it gives the
// good ones together with the errors of the others, joined.
func (s *Targets) List() ([]Target, error) {
	names, problems, err := s.names()
	if err != nil {
		return nil, err
	}
	var good []Target
	for _, name := range names {
		t, err := s.Get(name)
		switch {
		case errors.Is(err, ErrNoTarget): // removed since
		case err != nil:
			problems = append(problems, err)
		default:
			good = append(good, t)
		}
	}
	return good, errors.Join(problems...)
}

// names lists the names in the folder, sorted, and what is wrong with the files
// that look like targets but can be none. Hidden files and editors' leftovers are
// passed over, as is everything that ends otherwise: a README is welcome.
func (s *Targets) names() (names []string, problems []error, err error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("list targets: %w", err)
	}
	for _, e := range entries {
		file := e.Name()
		base, isTarget := strings.CutSuffix(file, targetExt)
		switch {
		case strings.HasPrefix(file, "."):
		case isTarget && CheckName(base) == nil:
			names = append(names, base)
		case isTarget:
			problems = append(problems, s.misnamed(file, CheckName(base)))
		case strings.HasSuffix(file, ".yml"):
			problems = append(problems, s.misnamed(file, errors.New("a target's file ends in .yaml")))
		}
	}
	slices.Sort(names)
	return names, problems, nil
}

// misnamed is the error of a file that is no target because of its name.
func (s *Targets) misnamed(file string, why error) error {
	err := fmt.Errorf("%s: %w", filepath.ToSlash(filepath.Join(filepath.Base(s.dir), file)), why)
	better := betterName(strings.TrimSuffix(file, filepath.Ext(file)))
	if better == "" {
		return err
	}
	path := func(name string) string { return quoteShell(filepath.Join(s.dir, name)) }
	return WithHint(err, "Rename the file: mv "+path(file)+" "+path(better+targetExt))
}

// Create writes a new target. It answers ErrTargetExists when there is one of that
// name, whatever is in its file.
func (s *Targets) Create(t Target) error {
	if err := t.Validate(); err != nil {
		return err
	}
	body, err := render(t.normal().entries())
	if err != nil {
		return fmt.Errorf("write target %q: %w", t.Name, err)
	}
	return s.locked(func() error {
		if err := ensureFolder(s.dir); err != nil {
			return err
		}
		err := createFile(s.Path(t.Name), append([]byte(newTargetHeader), body...))
		if errors.Is(err, fs.ErrExist) {
			return exists(t.Name)
		}
		return err
	})
}

func exists(name string) error {
	return WithHint(fmt.Errorf("%w: %q", ErrTargetExists, name),
		"Choose another name, or change the one that is there: gatepass edit "+name)
}

// Save writes t into the file that is there, changing only what differs: comments,
// order and layout stay, and when nothing differs the file is not touched. A file
// that is a symbolic link stays one. Save answers ErrNoTarget when there is no file
// and a [FieldError] when the file is wrong: what cannot be read is not edited.
func (s *Targets) Save(t Target) error {
	if err := t.Validate(); err != nil {
		return err
	}
	return s.locked(func() error {
		have, d, err := s.load(t.Name)
		if err != nil {
			return err
		}
		want := t.normal()
		if sameTarget(have, want) {
			return nil
		}
		text, err := d.edit(have.entries(), want.entries(), func(d *document) bool {
			got, err := decodeTarget(t.Name, d)
			return err == nil && sameTarget(got, want)
		})
		if err != nil {
			return fmt.Errorf("write target %q: %w", t.Name, err)
		}
		return writeFile(resolved(s.Path(t.Name)), text)
	})
}

// Rename gives a target another name. The file's content stays as it is.
func (s *Targets) Rename(old, new string) error {
	if err := errors.Join(CheckName(old), CheckName(new)); err != nil {
		return err
	}
	return s.locked(func() error {
		if _, err := os.Lstat(s.Path(old)); errors.Is(err, fs.ErrNotExist) {
			return s.missing(old)
		}
		if _, err := os.Lstat(s.Path(new)); err == nil {
			return exists(new)
		}
		if err := os.Rename(s.Path(old), s.Path(new)); err != nil {
			return fmt.Errorf("rename target %q: %w", old, err)
		}
		return syncFolder(s.dir)
	})
}

// Delete removes a target's file, whatever is in it. Its secrets stay where they
// are.
func (s *Targets) Delete(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	return s.locked(func() error {
		err := os.Remove(s.Path(name))
		if errors.Is(err, fs.ErrNotExist) {
			return s.missing(name)
		}
		if err != nil {
			return fmt.Errorf("delete target %q: %w", name, err)
		}
		return syncFolder(s.dir)
	})
}

// locked runs change while no other process writes a target.
func (s *Targets) locked(change func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), targetsPatience)
	defer cancel()
	unlock, err := lockFile(ctx, filepath.Clean(s.dir)+".lock", lockToWrite)
	if err != nil {
		return err
	}
	defer unlock()
	return change()
}

func sameTarget(a, b Target) bool { return sameEntries(a.entries(), b.entries()) }
