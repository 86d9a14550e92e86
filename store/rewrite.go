package store

import (
	"errors"
	"io/fs"
	"os"
)

// Rewrite puts text in place of a target's file, byte for byte, as an editor left
// it. It answers ErrNoTarget when there is no file, and a [FieldError] when text is
// not a right target; then the file stays as it was.
func (s *Targets) Rewrite(name string, text []byte) error {
	if err := CheckName(name); err != nil {
		return err
	}
	return s.locked(func() error {
		if _, err := os.Lstat(s.Path(name)); errors.Is(err, fs.ErrNotExist) {
			return s.missing(name)
		}
		d := &document{name: name + targetExt, path: s.Path(name)}
		if err := d.parse(text); err != nil {
			return err
		}
		if _, err := decodeTarget(name, d); err != nil {
			return err
		}
		return writeFile(resolved(s.Path(name)), text)
	})
}
