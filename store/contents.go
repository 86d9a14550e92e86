package store

import (
	"encoding/json"
	"errors"
	"fmt"
)

// contents is what secrets.age holds.
type contents struct {
	Version    int               `json:"version"`
	Generation uint64            `json:"generation"` // one more with every write
	Secrets    map[string]sealed `json:"secrets"`
}

// contentsVersion is the form that this program writes.
const contentsVersion = 1

// ErrNewer is a file that a newer gatepass wrote, in a form this one does not know.
var ErrNewer = errors.New("written by a newer gatepass")

func newContents() *contents {
	return &contents{Version: contentsVersion, Secrets: map[string]sealed{}}
}

func parseContents(path string, plain []byte) (*contents, error) {
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(plain, &head); err != nil {
		return nil, strange(path)
	}
	if head.Version > contentsVersion {
		return nil, WithHint(fmt.Errorf("%q was %w (form %d, this one knows %d)", path, ErrNewer, head.Version, contentsVersion),
			"Update gatepass on this machine.")
	}
	c := &contents{}
	if err := json.Unmarshal(plain, c); err != nil || c.Version != contentsVersion || c.Secrets == nil {
		return nil, strange(path)
	}
	return c, nil
}

// strange is ErrDamaged without the JSON library's error, which quotes what it read.
func strange(path string) error {
	return WithHint(fmt.Errorf("%w: %q decrypts to something else than gatepass's secrets", ErrDamaged, path),
		"Put back the file's last good copy from a backup.")
}

func (c *contents) encode() ([]byte, error) {
	plain, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode secrets: %w", err)
	}
	return plain, nil
}

func (c *contents) get(ref Ref) (Secret, bool) {
	s, ok := c.Secrets[ref.String()]
	return s.Secret, ok
}

func (c *contents) set(ref Ref, s Secret) bool {
	c.Secrets[ref.String()] = sealed{s}
	return true
}

func (c *contents) remove(ref Ref) bool {
	_, ok := c.Secrets[ref.String()]
	delete(c.Secrets, ref.String())
	return ok
}
