package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNotPrivate is a file with secrets in it, or the ledger, that somebody else
// owns or may open. The hint has the command that mends it.
var ErrNotPrivate = errors.New("not private")

// linkRule says whether the last element of a path may be a symbolic link.
type linkRule bool

const (
	refuseLinks linkRule = false
	followLinks linkRule = true // secrets mounted into containers are links
)

// readPrivate reads a file of at most limit bytes that only its owner may open. A
// file that is not there answers fs.ErrNotExist.
func readPrivate(path string, limit int64, links linkRule) ([]byte, error) {
	if err := checkPrivate(path, links); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	defer func() { _ = f.Close() }()
	// What is open is judged once more: it may have been replaced since.
	opened, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("look at file: %w", err)
	}
	if err := judge(path, opened); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("read %q: larger than %d bytes", path, limit)
	}
	return data, nil
}

// checkPrivate looks at path without opening it, because opening a pipe waits.
func checkPrivate(path string, links linkRule) error {
	look := os.Lstat
	if links == followLinks {
		look = os.Stat
	}
	info, err := look(path)
	if err != nil {
		return fmt.Errorf("look at file: %w", err)
	}
	return judge(path, info)
}

// judge refuses everything but a regular file of ours that is closed to others.
func judge(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return WithHint(fmt.Errorf("%q is %w: it is %s, and only a regular file is read",
			path, ErrNotPrivate, describe(info.Mode())),
			"Put the file itself there, or move what is there out of the way.")
	}
	return judgeAccess(path, info)
}

// checkFolder refuses a folder in which somebody else could put a file of theirs in
// place of ours.
func checkFolder(path string) error {
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("look at folder: %w", err)
	}
	return judgeFolder(dir, info)
}

func describe(m fs.FileMode) string {
	switch {
	case m.IsDir():
		return "a folder"
	case m&fs.ModeSymlink != 0:
		return "a symbolic link"
	case m&fs.ModeNamedPipe != 0:
		return "a pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	default:
		return "a device"
	}
}
