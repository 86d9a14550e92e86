package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
)

// Settings are the choices that gatepass remembers for the user.
type Settings struct {
	// Store is where secrets live: BackendKeyring or BackendFile. "" means that
	// nobody has chosen yet.
	Store Backend
}

// storeChoices are the backends that can be remembered: memory remembers nothing.
func storeChoices() []string { return words([]Backend{BackendKeyring, BackendFile}) }

func (s Settings) problems() []*FieldError {
	if s.Store == "" || slices.Contains(storeChoices(), string(s.Store)) {
		return nil
	}
	var c checker
	e := c.add("store", quoteKey(string(s.Store))+" is not a place for secrets")
	e.Suggest = nearest(string(s.Store), storeChoices())
	e.Allowed = storeChoices()
	return c.problems
}

func (s Settings) entries() []entry { return []entry{{"store", string(s.Store)}} }

// LoadSettings reads a settings file, as strictly as a target's. A file that is not
// there gives the zero Settings.
func LoadSettings(file string) (Settings, error) {
	s, _, err := loadSettings(file)
	return s, err
}

func loadSettings(file string) (Settings, *document, error) {
	d, err := readDocument(file)
	if errors.Is(err, fs.ErrNotExist) {
		return Settings{}, nil, nil
	}
	if err != nil {
		return Settings{}, nil, err
	}
	s, err := decodeSettings(d)
	return s, d, err
}

func decodeSettings(d *document) (Settings, error) {
	var s Settings
	var store string
	r := &reader{doc: d, lines: map[string]int{}}
	r.mapping(d.root, "", []field{{"store", text(&store)}})
	s.Store = Backend(store)
	for _, p := range s.problems() {
		p.File, p.Path, p.Line = d.name, d.path, r.lines[p.Field]
		r.problems = append(r.problems, p)
	}
	return s, result(r.problems)
}

// SaveSettings writes s to file, changing only what differs in one that is there:
// comments and layout stay.
func SaveSettings(file string, s Settings) error {
	if err := result(s.problems()); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), shelfPatience)
	defer cancel()
	unlock, err := lockFile(ctx, file+".lock", lockToWrite)
	if err != nil {
		return err
	}
	defer unlock()
	have, d, err := loadSettings(file)
	if err != nil || have == s {
		return err
	}
	var body []byte
	if d == nil {
		body, err = render(s.entries())
	} else {
		body, err = d.edit(have.entries(), s.entries(), func(d *document) bool {
			got, err := decodeSettings(d)
			return err == nil && got == s
		})
		file = resolved(file)
	}
	if err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	return writeFile(file, body)
}

// resolved follows symbolic links, so that a file that people keep elsewhere is
// replaced there.
func resolved(file string) string {
	if real, err := filepath.EvalSymlinks(file); err == nil {
		return real
	}
	return file
}
