package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"gatepass/auth/handoff"
	"gatepass/store"
)

// exists reports whether something is in a folder under a name.
func exists(folder, name string) bool {
	_, err := os.Lstat(filepath.Join(folder, name))
	return err == nil
}

// placeForFile refuses a file that could not be written, before anything is done whose
// result is to go there.
func placeForFile(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return usage{fmt.Errorf("%s is a folder", path), "Name a file in it."}
	}
	folder := filepath.Dir(path)
	if _, err := os.Stat(folder); err != nil {
		return usage{fmt.Errorf("write %q: %w", path, bare(err)), "Make its folder: mkdir -p " + store.QuoteShell(folder)}
	}
	return placeForFiles(folder)
}

// placeForFiles refuses a folder that could not be written into, or could not be made.
func placeForFiles(folder string) error {
	there := folder
	for {
		_, err := os.Stat(there)
		if err == nil || !errors.Is(err, fs.ErrNotExist) || filepath.Dir(there) == there {
			break
		}
		there = filepath.Dir(there)
	}
	trial, err := os.CreateTemp(there, ".gatepass-*")
	if err != nil {
		return usage{fmt.Errorf("write into %q: %w", folder, bare(err)), "Nothing was sent. Name a place that you may write into."}
	}
	return errors.Join(trial.Close(), os.Remove(trial.Name()))
}

// putFiles writes files into a folder, made if it is not there, and gives the paths of
// those that were written. None is where a name is taken: that is found before the first.
func putFiles(folder string, files []handoff.File, replace bool) ([]string, error) {
	for _, f := range files {
		if !replace && exists(folder, f.Name) {
			return nil, usage{fmt.Errorf("%s is in %s already", f.Name, folder), "Replace it: --force"}
		}
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder: %w", err)
	}
	var paths []string
	for _, f := range files {
		path := filepath.Join(folder, f.Name)
		if err := putFile(path, f, replace); err != nil {
			return paths, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// putFile writes one file as a whole: nobody sees half of it, and a secret is never in
// a file that others can read. A link under its name is replaced and not followed.
func putFile(path string, f handoff.File, replace bool) error {
	if !replace && exists(filepath.Dir(path), filepath.Base(path)) {
		return usage{fmt.Errorf("%s is there already", path), "Replace it: --force"}
	}
	fresh, err := os.CreateTemp(filepath.Dir(path), ".gatepass-*")
	if err != nil {
		return fmt.Errorf("write %q: %w", path, bare(err))
	}
	_, err = fresh.WriteString(f.Content.Reveal())
	err = errors.Join(err, fresh.Chmod(f.Mode), fresh.Sync(), fresh.Close())
	if err == nil {
		err = os.Rename(fresh.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %q: %w", path, bare(err)), os.Remove(fresh.Name()))
	}
	return nil
}

// bare is a file error without the name of the temporary file.
func bare(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
