package store

import (
	"bytes"
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

// described is what a shelf keeps: a description that people may edit by hand.
type described[T any] interface {
	title() string
	Validate() error
	normal() T
	entries() []entry
}

// A shelf keeps each T in a file of its own, NAME.yaml. Reading takes no lock;
// writers exclude each other through a lock file beside the folder.
type shelf[T described[T]] struct {
	dir    string
	trade  trade
	decode func(name string, d *document) (T, error)
}

// trade is what a shelf's errors and new files say.
type trade struct {
	noun            string // "target"
	header          string // opens a file that gatepass made
	missing, exists error
	// The commands that make one, change one and list all.
	make, change, list string
}

// shelfPatience bounds the wait for another process that is writing, which takes
// milliseconds.
const shelfPatience = 10 * time.Second

// fileExt is the ending of the files of targets and tenants.
const fileExt = ".yaml"

func (k *shelf[T]) path(name string) string { return filepath.Join(k.dir, name+fileExt) }

func (k *shelf[T]) get(name string) (T, error) {
	var none T
	if err := CheckName(name); err != nil {
		return none, err
	}
	t, _, err := k.load(name)
	return t, err
}

func (k *shelf[T]) load(name string) (T, *document, error) {
	var none T
	d, err := readDocument(k.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return none, nil, k.noSuch(name)
	}
	if err != nil {
		return none, nil, err
	}
	t, err := k.decode(name, d)
	return t, d, err
}

// noSuch is the error of a name that is not there, with what was probably meant.
func (k *shelf[T]) noSuch(name string) error {
	err := fmt.Errorf("%w: %q", k.trade.missing, name)
	names, _, _ := k.names()
	if guess := nearest(name, names); guess != "" {
		return WithHint(err, fmt.Sprintf("Did you mean %q?", guess))
	}
	if len(names) == 0 {
		return WithHint(err, "There are no "+k.trade.noun+"s yet. Set one up: "+k.trade.make+" "+name)
	}
	return WithHint(err, "See which there are: "+k.trade.list)
}

func (k *shelf[T]) all() ([]T, error) {
	names, problems, err := k.names()
	if err != nil {
		return nil, err
	}
	var good []T
	for _, name := range names {
		t, err := k.get(name)
		switch {
		case errors.Is(err, k.trade.missing): // removed since
		case err != nil:
			problems = append(problems, err)
		default:
			good = append(good, t)
		}
	}
	return good, errors.Join(problems...)
}

// names lists the names in the folder, sorted, and what is wrong with the files
// that look like ours but can be none. Hidden files and editors' leftovers are
// passed over, as is everything that ends otherwise: a README is welcome.
func (k *shelf[T]) names() (names []string, problems []error, err error) {
	entries, err := os.ReadDir(k.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("list %ss: %w", k.trade.noun, err)
	}
	for _, e := range entries {
		file := e.Name()
		base, ours := strings.CutSuffix(file, fileExt)
		switch {
		case strings.HasPrefix(file, "."):
		case ours && CheckName(base) == nil:
			names = append(names, base)
		case ours:
			problems = append(problems, k.misnamed(file, CheckName(base)))
		case strings.HasSuffix(file, ".yml"):
			problems = append(problems, k.misnamed(file, errors.New("a "+k.trade.noun+"'s file ends in .yaml")))
		}
	}
	slices.Sort(names)
	return names, problems, nil
}

// misnamed is the error of a file that is none of ours because of its name.
func (k *shelf[T]) misnamed(file string, why error) error {
	err := fmt.Errorf("%s: %w", filepath.ToSlash(filepath.Join(filepath.Base(k.dir), file)), why)
	better := betterName(strings.TrimSuffix(file, filepath.Ext(file)))
	if better == "" {
		return err
	}
	path := func(name string) string { return QuoteShell(filepath.Join(k.dir, name)) }
	return WithHint(err, "Rename the file: mv "+path(file)+" "+path(better+fileExt))
}

func (k *shelf[T]) create(t T) error {
	page, err := k.page(t)
	if err != nil {
		return err
	}
	return k.locked(func() error {
		if err := ensureFolder(k.dir); err != nil {
			return err
		}
		if err := k.put(t.title(), page); err != nil {
			return err
		}
		return syncFolder(k.dir)
	})
}

// page is a new file's text.
func (k *shelf[T]) page(t T) ([]byte, error) {
	if err := t.Validate(); err != nil {
		return nil, err
	}
	body, err := render(t.normal().entries())
	if err != nil {
		return nil, fmt.Errorf("write %s %q: %w", k.trade.noun, t.title(), err)
	}
	return append([]byte(k.trade.header), body...), nil
}

// put makes a file, for who holds the lock and flushes the folder.
func (k *shelf[T]) put(name string, page []byte) error {
	err := linkNew(k.path(name), page)
	if errors.Is(err, fs.ErrExist) {
		return k.taken(name)
	}
	return err
}

func (k *shelf[T]) taken(name string) error {
	return WithHint(fmt.Errorf("%w: %q", k.trade.exists, name),
		"Choose another name, or change the one that is there: "+k.trade.change+" "+name)
}

func (k *shelf[T]) save(t T) error {
	if err := t.Validate(); err != nil {
		return err
	}
	return k.locked(func() error {
		have, d, err := k.load(t.title())
		if err != nil {
			return err
		}
		want := t.normal()
		if sameEntries(have.entries(), want.entries()) {
			return nil
		}
		text, err := d.edit(have.entries(), want.entries(), func(d *document) bool {
			got, err := k.decode(t.title(), d)
			return err == nil && sameEntries(got.entries(), want.entries())
		})
		if err != nil {
			return fmt.Errorf("write %s %q: %w", k.trade.noun, t.title(), err)
		}
		return writeFile(resolved(k.path(t.title())), text)
	})
}

func (k *shelf[T]) rename(old, new string) error {
	if err := errors.Join(CheckName(old), CheckName(new)); err != nil {
		return err
	}
	return k.locked(func() error {
		if _, err := os.Lstat(k.path(old)); errors.Is(err, fs.ErrNotExist) {
			return k.noSuch(old)
		}
		if _, err := os.Lstat(k.path(new)); err == nil {
			return k.taken(new)
		}
		if err := os.Rename(k.path(old), k.path(new)); err != nil {
			return fmt.Errorf("rename %s %q: %w", k.trade.noun, old, err)
		}
		return syncFolder(k.dir)
	})
}

func (k *shelf[T]) remove(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	return k.locked(func() error {
		err := os.Remove(k.path(name))
		if errors.Is(err, fs.ErrNotExist) {
			return k.noSuch(name)
		}
		if err != nil {
			return fmt.Errorf("delete %s %q: %w", k.trade.noun, name, err)
		}
		return syncFolder(k.dir)
	})
}

// rewrite puts text in place of a file's, if that is still before.
func (k *shelf[T]) rewrite(name string, before, text []byte) error {
	if err := CheckName(name); err != nil {
		return err
	}
	return k.locked(func() error {
		now, err := os.ReadFile(k.path(name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return k.noSuch(name)
		case err != nil:
			return fmt.Errorf("read %s %q: %w", k.trade.noun, name, err)
		case !bytes.Equal(now, before):
			return fmt.Errorf("%w: %q", ErrChanged, name)
		}
		d := &document{name: shownName(k.path(name)), path: k.path(name)}
		if err := d.parse(text); err != nil {
			return err
		}
		if _, err := k.decode(name, d); err != nil {
			return err
		}
		return writeFile(resolved(k.path(name)), text)
	})
}

// locked runs change while no other process writes here.
func (k *shelf[T]) locked(change func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), shelfPatience)
	defer cancel()
	unlock, err := lockFile(ctx, filepath.Clean(k.dir)+".lock", lockToWrite)
	if err != nil {
		return err
	}
	defer unlock()
	return change()
}
