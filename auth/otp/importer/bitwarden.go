package importer

import (
	"encoding/json"
	"fmt"
	"regexp"

	"gatepass/store"
)

// Bitwarden and Vaultwarden, and Bitwarden Authenticator: their JSON. The CSV is in
// table.go.

const formatBitwarden = "Bitwarden"

func init() {
	register(format{
		name: formatBitwarden, rank: byShape,
		is: func(d *document) bool {
			return d.has(object, "encrypted") && (d.has(object, "items") || d.has(object, "data") || d.has(object, "encKeyValidation_DO_NOT_EDIT")) ||
				(d.has(object, "items", "folders") || d.has(object, "items", "collections")) && loginObject.Match(d.data)
		},
		read: readBitwarden,
	})
}

// loginObject tells Bitwarden's items from those of Enpass, which have fields.
var loginObject = regexp.MustCompile(`"login"\s*:\s*\{`)

type bitwardenItem struct {
	Name     text `json:"name"`
	FolderID text `json:"folderId"`
	Deleted  text `json:"deletedDate"`
	Login    *struct {
		Username text `json:"username"`
		TOTP     text `json:"totp"`
	} `json:"login"`
}

func readBitwarden(r *reading) error {
	var f struct {
		Encrypted bool `json:"encrypted"`
		Protected bool `json:"passwordProtected"`
	}
	if err := decodeJSON(r.document.data, &f); err != nil {
		return err
	}
	switch {
	case f.Encrypted && f.Protected:
		return r.sealedBitwarden()
	case f.Encrypted:
		return store.WithHint(fmt.Errorf("%w: this Bitwarden export is encrypted for its account, and only Bitwarden opens it", ErrUnsupported),
			"Export it with a password of its own (Bitwarden calls that “password protected”), and import that.")
	}
	return r.bitwarden()
}

// bitwarden reads the items of an export that lies open.
func (r *reading) bitwarden() error {
	var f struct {
		Items   json.RawMessage `json:"items"`
		Folders json.RawMessage `json:"folders"`
	}
	if err := decodeJSON(r.document.data, &f); err != nil {
		return err
	}
	folders, err := namesOf(f.Folders)
	if err != nil {
		return err
	}
	without := 0
	err = eachItem(r, f.Items, "items", func(where string, item bitwardenItem) error {
		name := string(item.Name)
		switch {
		case item.Login == nil || item.Login.TOTP == "":
			without++
		case item.Deleted != "":
			r.refuse(where, name, "it is in Bitwarden's bin")
		default:
			k, err := parseNamed(string(item.Login.TOTP), name, string(item.Login.Username))
			r.add(where, name, []string{folders[item.FolderID]}, k, err)
		}
		return nil
	})
	r.without(without)
	return err
}

// without notes how many entries of a password manager had no key.
func (r *reading) without(n int) {
	switch {
	case n == 1:
		r.note("One item has no one-time-password key and was left out.")
	case n > 1:
		r.note("%d items have no one-time-password key and were left out.", n)
	}
}
