package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// ErrChanged says that a file was changed by somebody else meanwhile.
var ErrChanged = errors.New("the file was changed meanwhile")

// Rewrite puts text in place of a target's file, byte for byte, as an editor left
// it; before is what the editor was given. It answers ErrNoTarget when there is no
// file, ErrChanged when it is not what it was, and a [FieldError] when text is not a
// right target; then the file stays as it is.
func (s *Targets) Rewrite(name string, before, text []byte) error {
	if err := CheckName(name); err != nil {
		return err
	}
	return s.locked(func() error {
		now, err := os.ReadFile(s.Path(name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return s.missing(name)
		case err != nil:
			return fmt.Errorf("read target %q: %w", name, err)
		case !bytes.Equal(now, before):
			return fmt.Errorf("%w: %q", ErrChanged, name)
		}
		d := &document{name: shownName(s.Path(name)), path: s.Path(name)}
		if err := d.parse(text); err != nil {
			return err
		}
		if _, err := decodeTarget(name, d); err != nil {
			return err
		}
		return writeFile(resolved(s.Path(name)), text)
	})
}
