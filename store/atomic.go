package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A writeStep names a moment in the replacing of a file.
type writeStep string

const (
	stepWrite  writeStep = "write"
	stepSync   writeStep = "sync"
	stepRename writeStep = "rename"
)

// interrupt is called before each step. Tests make it fail, or stop there to be
// killed; the program never changes it.
var interrupt = func(writeStep) error { return nil }

// ensureFolder makes dir and its missing parents for the owner alone. A folder
// that is there already keeps its mode.
func ensureFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	return nil
}

// writeFile replaces path, or makes it, so that any reader and any crash finds the
// old bytes or the new ones. The caller holds the lock that guards path; that is
// why what an earlier crash left beside it can be swept away.
func writeFile(path string, data []byte) error {
	sweep(path)
	temp, err := writeTemp(path, data)
	if err != nil {
		return err
	}
	if err = interrupt(stepRename); err == nil {
		err = rename(temp, path)
	}
	if err != nil {
		_ = os.Remove(temp)
		return fmt.Errorf("replace %q: %w", path, err)
	}
	return syncFolder(filepath.Dir(path))
}

// createFile makes path with data, whole or not at all. It answers fs.ErrExist,
// and touches nothing, when path is there already.
func createFile(path string, data []byte) error {
	if err := linkNew(path, data); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// linkNew is createFile but for the folder, which is flushed once for many files.
func linkNew(path string, data []byte) error {
	temp, err := writeTemp(path, data)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp) }()
	err = os.Link(temp, path)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("create %q: %w", path, fs.ErrExist)
	}
	if err != nil { // a file system without hard links
		err = createDirectly(path, data)
	}
	return err
}

// createDirectly is createFile where a link cannot be made: exclusive, but a crash
// may leave part of the file.
func createDirectly(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("create file: %w", err)
	}
	if err := fill(f, data); err != nil {
		_ = os.Remove(path)
		return err
	}
	return nil
}

// writeTemp writes data beside path, down to the disk, and names the file.
func writeTemp(path string, data []byte) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), tempPattern(path)) // 0600
	if err != nil {
		return "", fmt.Errorf("create temporary file: %w", err)
	}
	if err := fill(f, data); err != nil {
		_ = os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// fill writes data to f, flushes it to the disk and closes f.
func fill(f *os.File, data []byte) error {
	err := interrupt(stepWrite)
	if err == nil {
		_, err = f.Write(data)
	}
	if err == nil {
		err = interrupt(stepSync)
	}
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("write temporary file: %w", err)
	}
	return nil
}

func tempPattern(path string) string { return "." + filepath.Base(path) + ".*.tmp" }

// sweep removes temporary files that a killed process left beside path.
func sweep(path string) {
	dir := filepath.Dir(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // the write that follows says what is wrong with the folder
	}
	head, tail, _ := strings.Cut(tempPattern(path), "*")
	for _, e := range entries {
		middle, ok := strings.CutPrefix(e.Name(), head)
		if !ok {
			continue
		}
		middle, ok = strings.CutSuffix(middle, tail)
		if ok && strings.Trim(middle, "0123456789") == "" {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
