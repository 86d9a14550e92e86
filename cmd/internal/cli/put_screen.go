package cli

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"gatepass/auth/handoff"
)

// putOnScreen writes a hand-off that a screen offers into a folder.
func (a *app) putOnScreen(_ context.Context, folder string, files []handoff.File, replace bool) ([]string, error) {
	folder, err := filepath.Abs(atHome(folder))
	if err != nil {
		return nil, fmt.Errorf("find the folder: %w", err)
	}
	if !replace {
		var there []string
		for _, f := range files {
			if exists(folder, f.Name) {
				there = append(there, f.Name)
			}
		}
		if len(there) > 0 {
			return nil, fmt.Errorf("in %s: %s: %w", folder, strings.Join(there, ", "), fs.ErrExist)
		}
	}
	return putFiles(folder, files, replace)
}
