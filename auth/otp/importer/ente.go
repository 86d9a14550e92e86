package importer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// ente Auth: plain text with one link a line, whose codeDisplay parameter holds
// tags; and the same text encrypted with a password.

const formatEnte = "ente Auth (encrypted)"

func init() {
	register(format{
		name: formatEnte, rank: byShape,
		is:   func(d *document) bool { return d.has(object, "kdfParams") },
		read: readEnte,
	})
}

// A codeDisplay is what ente keeps of an entry beside its key.
type codeDisplay struct {
	Trashed bool     `json:"trashed"`
	Tags    []string `json:"tags"`
}

// readCodeDisplay gives a link's codeDisplay; none if there is none, or it is no
// JSON, for nothing depends on it.
func readCodeDisplay(link string) codeDisplay {
	const longest = 16 << 10
	_, value, found := cutFold(link, "codeDisplay=")
	if !found || len(link) > longest {
		return codeDisplay{}
	}
	value, _, _ = strings.Cut(value, "&")
	var d codeDisplay
	if json.Unmarshal([]byte(unpercent(value)), &d) != nil &&
		json.Unmarshal([]byte(unpercent(strings.ReplaceAll(value, "+", " "))), &d) != nil {
		return codeDisplay{}
	}
	return d
}

type enteFile struct {
	KDF struct {
		Memory     int64 `json:"memLimit"`
		Operations int64 `json:"opsLimit"`
		Salt       text  `json:"salt"`
	} `json:"kdfParams"`
	Data  text `json:"encryptedData"`
	Nonce text `json:"encryptionNonce"`
}

func readEnte(r *reading) error {
	var f enteFile
	if err := decodeJSON(r.document.data, &f); err != nil {
		return err
	}
	salt, ok1 := unbase64(string(f.KDF.Salt))
	sealed, ok2 := unbase64(string(f.Data))
	header, ok3 := unbase64(string(f.Nonce))
	if !ok1 || !ok2 || !ok3 || len(salt) != 16 || len(header) != streamHeader || len(sealed) < streamOverhead {
		return fmt.Errorf("%w: the encrypted part is incomplete", ErrDamaged)
	}
	if err := f.affordable(); err != nil {
		return err
	}
	var plain []byte
	err := r.unlock(func(password []byte) error {
		key, err := derive(r.ctx, func() ([]byte, error) {
			return argon2.IDKey(password, salt, uint32(f.KDF.Operations), uint32(f.KDF.Memory/1024), 1, 32), nil
		})
		if err != nil {
			return err
		}
		found, ok := pullStream(key, header, sealed)
		if !ok {
			return ErrWrongPassword
		}
		plain = found
		return nil
	})
	if err != nil {
		return err
	}
	r.document = newDocument(plain)
	if !r.document.text || len(bytes.TrimSpace(plain)) > 0 && !holdsLinks(r.document) {
		return fmt.Errorf("%w: what is inside is no list of links", ErrDamaged)
	}
	was := r.format
	defer func() { r.format = was }()
	return readLinks(r)
}

// affordable bounds Argon2id's memory in bytes, and its passes over it. ente asks
// for 1 GiB and 4 passes, or half and twice as much again on small phones.
func (f enteFile) affordable() error {
	const maxMemory = 1 << 30
	m, ops := f.KDF.Memory, f.KDF.Operations
	switch {
	case m < 8<<10 || ops < 1:
		return fmt.Errorf("%w: the key derivation has impossible parameters", ErrDamaged)
	case m > maxMemory || ops > maxArgonWork/m:
		return tooCostly()
	}
	return nil
}
