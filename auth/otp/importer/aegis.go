package importer

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/crypto/scrypt"

	"gatepass/store"
)

// Aegis, plain and encrypted: docs/vault.md of its repository.

const formatAegis = "Aegis"

func init() {
	register(format{
		name: formatAegis, rank: byShape,
		is:   func(d *document) bool { return d.has(object, "header") },
		read: readAegis,
	})
}

type aegisFile struct {
	Header struct {
		Slots  json.RawMessage `json:"slots"`
		Params *aegisParams    `json:"params"`
	} `json:"header"`
	DB json.RawMessage `json:"db"`
}

// aegisParams are those of AES-256-GCM, in hexadecimal.
type aegisParams struct {
	Nonce string `json:"nonce"`
	Tag   string `json:"tag"`
}

type aegisSlot struct {
	Type   number      `json:"type"`
	Key    string      `json:"key"`
	Params aegisParams `json:"key_params"`
	N      int         `json:"n"`
	R      int         `json:"r"`
	P      int         `json:"p"`
	Salt   string      `json:"salt"`
}

type aegisEntry struct {
	Type   text   `json:"type"`
	Name   text   `json:"name"`
	Issuer text   `json:"issuer"`
	Group  text   `json:"group"`
	Groups []text `json:"groups"`
	Info   struct {
		Secret  text   `json:"secret"`
		Algo    text   `json:"algo"`
		Digits  number `json:"digits"`
		Period  number `json:"period"`
		Counter number `json:"counter"`
	} `json:"info"`
}

func readAegis(r *reading) error {
	var f aegisFile
	if err := decodeJSON(r.document.data, &f); err != nil {
		return err
	}
	db := []byte(f.DB)
	if len(db) > 0 && db[0] == '"' {
		r.format += " (encrypted)"
		var err error
		if db, err = openAegis(r, f); err != nil {
			return err
		}
	}
	return readAegisDB(r, db)
}

func readAegisDB(r *reading, db []byte) error {
	var content struct {
		Entries json.RawMessage `json:"entries"`
		Groups  json.RawMessage `json:"groups"`
	}
	if err := decodeJSON(db, &content); err != nil {
		return err
	}
	groups, err := namesOf(content.Groups)
	if err != nil {
		return err
	}
	return eachItem(r, content.Entries, "entries", func(where string, e aegisEntry) error {
		tags := []string{string(e.Group)}
		for _, id := range e.Groups {
			tags = append(tags, groups[id])
		}
		k, err := fields{
			typ: string(e.Type), issuer: string(e.Issuer), account: string(e.Name), secret: string(e.Info.Secret),
			algorithm: string(e.Info.Algo), digits: e.Info.Digits, period: e.Info.Period, counter: e.Info.Counter,
		}.key()
		r.add(where, title(string(e.Issuer), string(e.Name)), tags, k, err)
		return nil
	})
}

// openAegis gives the database of an encrypted vault. Each password slot holds the
// master key under another password; any of them may be the user's.
func openAegis(r *reading, f aegisFile) ([]byte, error) {
	const passwordSlot = 1
	var sealed string
	if json.Unmarshal(f.DB, &sealed) != nil || f.Header.Params == nil {
		return nil, fmt.Errorf("%w: the header of the vault is incomplete", ErrDamaged)
	}
	body, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, fmt.Errorf("%w: the vault is not base64", ErrDamaged)
	}
	nonce, tag, ok := f.Header.Params.bytes()
	if !ok {
		return nil, fmt.Errorf("%w: the header of the vault is incomplete", ErrDamaged)
	}
	const longest = 64 << 10 // a slot has 700 bytes
	if len(f.Header.Slots) > longest {
		return nil, fmt.Errorf("%w: the vault has too many slots", ErrDamaged)
	}
	var all []aegisSlot
	if err := decodeJSON(f.Header.Slots, &all); err != nil {
		return nil, err
	}
	var slots []aegisSlot
	for _, s := range all {
		if s.Type.value == passwordSlot {
			slots = append(slots, s)
		}
	}
	if len(slots) == 0 {
		return nil, store.WithHint(fmt.Errorf("%w: the vault has no password, only biometrics", ErrUnsupported),
			"Set a password for the export in Aegis, and export it again.")
	}
	if err := affordable(slots); err != nil {
		return nil, err
	}
	var db []byte
	err = r.unlock(func(password []byte) error {
		master, err := aegisMaster(r, slots, password)
		if err != nil {
			return err
		}
		plain, ok := openGCM(master, nonce, append(body[:len(body):len(body)], tag...))
		if !ok {
			return fmt.Errorf("%w: the password is right, and the vault was changed or cut short", ErrDamaged)
		}
		db = plain
		return nil
	})
	return db, err
}

func (p aegisParams) bytes() (nonce, tag []byte, ok bool) {
	nonce, err1 := hex.DecodeString(strings.TrimSpace(p.Nonce))
	tag, err2 := hex.DecodeString(strings.TrimSpace(p.Tag))
	return nonce, tag, err1 == nil && err2 == nil && len(nonce) == 12 && len(tag) == 16
}

// affordable bounds scrypt's memory for each slot and its work for all: 128·N·r
// bytes, and N·r·p steps. Aegis itself writes N=2^15, r=8, p=1 in one slot or two.
func affordable(slots []aegisSlot) error {
	const (
		maxMemory = 256 << 20
		maxParam  = 1 << 24
	)
	steps := 0
	for _, s := range slots {
		if s.N < 2 || s.N&(s.N-1) != 0 || s.R < 1 || s.P < 1 {
			return fmt.Errorf("%w: a slot of the vault has impossible parameters", ErrDamaged)
		}
		if s.N > maxParam || s.R > maxParam/s.N || s.P > maxParam/(s.N*s.R) || 128*s.N*s.R > maxMemory {
			return tooCostly()
		}
		if steps += s.N * s.R * s.P; steps > maxScryptSteps {
			return tooCostly()
		}
	}
	return nil
}

func aegisMaster(r *reading, slots []aegisSlot, password []byte) ([]byte, error) {
	whole := false
	for _, s := range slots {
		salt, err := hex.DecodeString(s.Salt)
		nonce, tag, ok := s.Params.bytes()
		sealed, err2 := hex.DecodeString(s.Key)
		if err != nil || err2 != nil || !ok || len(salt) == 0 || len(sealed) == 0 {
			continue
		}
		whole = true
		key, err := derive(r.ctx, func() ([]byte, error) { return scrypt.Key(password, salt, s.N, s.R, s.P, 32) })
		if err != nil {
			if r.ctx.Err() != nil {
				return nil, r.ctx.Err()
			}
			return nil, fmt.Errorf("%w: a slot of the vault has impossible parameters", ErrDamaged)
		}
		if master, ok := openGCM(key, nonce, append(sealed, tag...)); ok {
			if len(master) != 32 {
				return nil, fmt.Errorf("%w: the vault's key has the wrong length", ErrDamaged)
			}
			return master, nil
		}
	}
	if !whole {
		return nil, fmt.Errorf("%w: no password slot of the vault is whole", ErrDamaged)
	}
	return nil, ErrWrongPassword
}
