package importer

import (
	"encoding/json"
	"fmt"

	"gatepass/store"
)

// Proton Authenticator's own export.

func init() {
	register(format{
		name: "Proton Authenticator", rank: byShape,
		is: func(d *document) bool {
			return d.has(object, "version", "entries") && !d.has(object, "db") || d.has(object, "version", "salt", "content")
		},
		read: readProton,
	})
}

type protonEntry struct {
	Content struct {
		URI  text `json:"uri"`
		Name text `json:"name"`
	} `json:"content"`
}

func readProton(r *reading) error {
	var f struct {
		Entries json.RawMessage `json:"entries"`
		Salt    text            `json:"salt"`
	}
	if err := decodeJSON(r.document.data, &f); err != nil {
		return err
	}
	if f.Salt != "" {
		return store.WithHint(fmt.Errorf("%w: this Proton export is encrypted, which only Proton opens", ErrUnsupported),
			"Export it without a password, import that, and then delete the file.")
	}
	return eachItem(r, f.Entries, "entries", func(where string, e protonEntry) error {
		name := string(e.Content.Name)
		k, err := parseNamed(string(e.Content.URI), "", name)
		r.add(where, name, nil, k, err)
		return nil
	})
}
