package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// saved writes a text that a screen offers to save, for everybody to read: there is no
// secret in it. A file that is there is left alone unless it is to be replaced, and
// what is no file always.
func (a *app) saved(_ context.Context, path, text string, replace bool) (string, error) {
	path, err := filepath.Abs(atHome(path))
	if err != nil {
		return "", fmt.Errorf("find the file: %w", err)
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if replace {
		if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
			return "", fmt.Errorf("%s is there and is no file", path)
		}
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	file, err := os.OpenFile(path, flags, 0o644)
	if err != nil {
		return "", fmt.Errorf("write %q: %w", path, bare(err))
	}
	_, err = file.WriteString(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", fmt.Errorf("write %q: %w", path, bare(err))
	}
	return path, nil
}
