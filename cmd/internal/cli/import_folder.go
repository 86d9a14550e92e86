package cli

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gatepass/auth/otp/importer"
)

// Bounds of what is read of a folder: a mistyped path may name the whole disk.
const (
	folderFiles = 2000
	folderBytes = 200 << 20
	folderDepth = 8
)

// filesIn reads the files in a folder and below it, but for hidden ones. Links are
// followed to files and not to folders, which may lead anywhere.
func filesIn(ctx context.Context, folder string) ([]importer.File, error) {
	var files []importer.File
	size := 0
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(folder, path)
		if e.IsDir() {
			if name != "." && (strings.HasPrefix(e.Name(), ".") || strings.Count(name, string(filepath.Separator)) >= folderDepth) {
				return filepath.SkipDir
			}
			return nil
		}
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() || strings.HasPrefix(e.Name(), ".") {
			return nil // a link to nothing, a socket, a hidden file
		}
		data, err := contentsOf(ctx, path)
		if err != nil {
			return err
		}
		files = append(files, importer.File{Name: filepath.ToSlash(name), Data: data, Found: true})
		if size += len(data); len(files) > folderFiles || size > folderBytes {
			return misuse("the folder %s has more in it than backups of keys: over %d files, or over %d MB; name the files", folder, folderFiles, folderBytes>>20)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the folder: %w", err)
	}
	return files, nil
}
