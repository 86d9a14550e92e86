package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gatepass/auth/otp/importer"
)

// dropped reads what was dropped on a screen, or typed there. One path that is wrong
// does not keep the others away. Its error tells which it was by number: what stands
// where a path is wanted may be a seed.
func (a *app) dropped(ctx context.Context, paths []string) ([]importer.File, error) {
	var files []importer.File
	var broken []error
	for i, path := range paths {
		more, err := a.importFiles(ctx, []string{atHome(path)})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			broken = append(broken, fmt.Errorf("%s: %w", which(i, len(paths)), withoutPath(err)))
		}
		files = append(files, more...)
	}
	return files, errors.Join(broken...)
}

// which names the path with an index among all that were given.
func which(i, all int) string {
	if all == 1 {
		return "this path"
	}
	return fmt.Sprintf("path %d of %d", i+1, all)
}

// atHome puts the home folder in place of a leading ~, as a shell would.
func atHome(path string) string {
	rest, ok := strings.CutPrefix(path, "~/")
	if !ok {
		return path
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return filepath.Join(home, rest)
}

// withoutPath is what the system said, without the path that it said it of.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var wrong usage
	if errors.As(err, &wrong) && errors.Is(err, fs.ErrNotExist) {
		return errors.New("there is no such file")
	}
	return err
}
