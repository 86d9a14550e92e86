//go:build !windows

package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestFilesThatOthersMayOpenAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		mode fs.FileMode
		hint string
	}{
		"secrets.age for the group":  {"secrets.age", 0o640, "chmod 600 "},
		"secrets.age for all":        {"secrets.age", 0o604, "chmod 600 "},
		"identity.age for the group": {"identity.age", 0o660, "chmod 600 "},
		"a folder for the group":     {".", 0o770, "chmod 700 "},
		"a folder for all to fill":   {".", 0o703, "chmod 700 "},
	} {
		t.Run(name, func(t *testing.T) {
			dir := kept(t)
			path := filepath.Join(dir, c.file)
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
			f := OpenFile(optionsIn(dir, &keeper{says: phrase}))
			_, err := f.Get(t.Context(), shopOTP)
			if !errors.Is(err, ErrNotPrivate) {
				t.Fatalf("Get = %v, want ErrNotPrivate", err)
			}
			wantHint(t, err, c.hint+QuoteShell(path))
			if err := f.Set(t.Context(), shopOTP, NewSecret("v")); !errors.Is(err, ErrNotPrivate) {
				t.Errorf("Set = %v", err)
			}
			// What the hint says mends it.
			mode := fs.FileMode(0o600)
			if c.file == "." {
				mode = 0o700
			}
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			if got, err := f.Get(t.Context(), shopOTP); err != nil || got.Reveal() != canary {
				t.Errorf("after chmod: %v", err)
			}
		})
	}
}

func TestAnIdentityThatOthersMayOpenIsRefused(t *testing.T) {
	dir := t.TempDir()
	o := optionsIn(dir, nil)
	o.Identity = filepath.Join(dir, "ci.key")
	if _, err := InitIdentityFile(o.Identity); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []fs.FileMode{0o644, 0o620, 0o601} {
		if err := os.Chmod(o.Identity, mode); err != nil {
			t.Fatal(err)
		}
		err := OpenFile(o).Set(t.Context(), shopOTP, NewSecret("v"))
		if !errors.Is(err, ErrNotPrivate) {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
	if err := os.Chmod(o.Identity, 0o400); err != nil {
		t.Fatal(err)
	}
	if err := OpenFile(o).Set(t.Context(), shopOTP, NewSecret("v")); err != nil {
		t.Errorf("mode 0400: %v", err)
	}
	// Secrets mounted into a container are links.
	link := filepath.Join(dir, "link")
	if err := os.Symlink(o.Identity, link); err != nil {
		t.Fatal(err)
	}
	o.Identity = link
	if _, err := OpenFile(o).Get(t.Context(), shopOTP); err != nil {
		t.Errorf("through a link: %v", err)
	}
}

func TestOnlyRegularFilesAreOpened(t *testing.T) {
	for name, put := range map[string]func(path string) error{
		"a symbolic link": func(path string) error {
			if err := os.Rename(path, path+".real"); err != nil {
				return err
			}
			return os.Symlink(path+".real", path)
		},
		"a pipe": func(path string) error {
			_ = os.Remove(path)
			return syscall.Mkfifo(path, 0o600)
		},
		"a folder": func(path string) error {
			_ = os.Remove(path)
			return os.Mkdir(path, 0o700)
		},
		"a device": func(path string) error {
			_ = os.Remove(path)
			return os.Symlink("/dev/null", path)
		},
	} {
		for _, file := range []string{"secrets.age", "identity.age"} {
			t.Run(name+" as "+file, func(t *testing.T) {
				dir := kept(t)
				if err := put(filepath.Join(dir, file)); err != nil {
					t.Fatal(err)
				}
				f := OpenFile(optionsIn(dir, &keeper{says: phrase}))
				_, err := f.Get(t.Context(), shopOTP)
				if !errors.Is(err, ErrNotPrivate) || !strings.Contains(err.Error(), "only a regular file") {
					t.Errorf("Get = %v", err)
				}
				if err := f.Set(t.Context(), shopOTP, NewSecret("v")); !errors.Is(err, ErrNotPrivate) {
					t.Errorf("Set = %v", err)
				}
			})
		}
	}
}

func TestFilesOfOtherUsersAreRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	for _, file := range []string{"secrets.age", "identity.age", "."} {
		dir := kept(t)
		if err := os.Chown(filepath.Join(dir, file), 12345, -1); err != nil {
			t.Fatal(err)
		}
		_, err := OpenFile(optionsIn(dir, &keeper{says: phrase})).Get(t.Context(), shopOTP)
		if !errors.Is(err, ErrNotPrivate) {
			t.Errorf("%s of another user: %v", file, err)
		}
		wantHint(t, err, "chown 0 ")
	}
}
