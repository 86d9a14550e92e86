package exporter

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/scrypt"

	"gatepass/auth/otp"
	"gatepass/store"
)

// An Aegis vault, as docs/vault.md of its repository describes it: a random master
// key encrypts the entries, and a password encrypts the master key.

// What Aegis itself uses for scrypt: 32 MiB and a fraction of a second.
const (
	scryptN = 1 << 15
	scryptR = 8
	scryptP = 1
)

type (
	aegisVault struct {
		Version int         `json:"version"`
		Header  aegisHeader `json:"header"`
		DB      string      `json:"db"`
	}
	aegisHeader struct {
		Slots  []aegisSlot `json:"slots"`
		Params aegisParams `json:"params"`
	}
	aegisParams struct {
		Nonce string `json:"nonce"`
		Tag   string `json:"tag"`
	}
	aegisSlot struct {
		Type     int         `json:"type"`
		UUID     string      `json:"uuid"`
		Key      string      `json:"key"`
		Params   aegisParams `json:"key_params"`
		N        int         `json:"n"`
		R        int         `json:"r"`
		P        int         `json:"p"`
		Salt     string      `json:"salt"`
		Repaired bool        `json:"repaired"`
		IsBackup bool        `json:"is_backup"`
	}
	aegisDB struct {
		Version int          `json:"version"`
		Entries []aegisEntry `json:"entries"`
		Groups  []aegisGroup `json:"groups"`
	}
	aegisGroup struct {
		UUID string `json:"uuid"`
		Name string `json:"name"`
	}
	aegisEntry struct {
		Type     string    `json:"type"`
		UUID     string    `json:"uuid"`
		Name     string    `json:"name"`
		Issuer   string    `json:"issuer"`
		Note     string    `json:"note"`
		Favorite bool      `json:"favorite"`
		Icon     *string   `json:"icon"`
		Info     aegisInfo `json:"info"`
		Groups   []string  `json:"groups"`
	}
	aegisInfo struct {
		Secret  string  `json:"secret"`
		Algo    string  `json:"algo"`
		Digits  int     `json:"digits"`
		Period  int     `json:"period,omitempty"`
		Counter *uint64 `json:"counter,omitempty"`
	}
)

// Aegis writes an encrypted vault that Aegis imports, and so do ente, 2FAS, Stratum
// and others. It can express every key. It answers ErrNothing, ErrNoPassword or the
// context's error; one vault takes about a tenth of a second.
func Aegis(ctx context.Context, items []Item, password store.Secret) ([]byte, error) {
	if password.IsZero() {
		return nil, ErrNoPassword
	}
	db := newAegisDB(items)
	if len(db.Entries) == 0 {
		return nil, ErrNothing
	}
	plain, err := json.Marshal(db)
	if err != nil {
		return nil, fmt.Errorf("write the vault: %w", err)
	}
	master, salt := random(32), random(32)
	key, err := scrypt.Key([]byte(password.Reveal()), salt, scryptN, scryptR, scryptP, 32)
	if err != nil {
		return nil, fmt.Errorf("derive the vault's key: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slot := aegisSlot{
		Type: 1, UUID: uuid(), N: scryptN, R: scryptR, P: scryptP, Salt: hex.EncodeToString(salt), Repaired: true,
	}
	sealedKey, params, err := seal(key, master)
	if err != nil {
		return nil, err
	}
	slot.Key, slot.Params = hex.EncodeToString(sealedKey), params
	sealed, params, err := seal(master, plain)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(aegisVault{
		Version: 1,
		Header:  aegisHeader{Slots: []aegisSlot{slot}, Params: params},
		DB:      base64.StdEncoding.EncodeToString(sealed),
	}, "", "    ")
}

func newAegisDB(items []Item) aegisDB {
	db := aegisDB{Version: 3, Entries: []aegisEntry{}, Groups: []aegisGroup{}}
	group := func(name string) string {
		if i := slices.IndexFunc(db.Groups, func(g aegisGroup) bool { return g.Name == name }); i >= 0 {
			return db.Groups[i].UUID
		}
		db.Groups = append(db.Groups, aegisGroup{UUID: uuid(), Name: name})
		return db.Groups[len(db.Groups)-1].UUID
	}
	for _, item := range items {
		if item.Key.IsZero() {
			continue
		}
		e := newAegisEntry(item.Key)
		for _, tag := range item.Tags {
			if tag == "" {
				continue
			}
			if id := group(tag); !slices.Contains(e.Groups, id) {
				e.Groups = append(e.Groups, id)
			}
		}
		db.Entries = append(db.Entries, e)
	}
	return db
}

func newAegisEntry(k otp.Key) aegisEntry {
	e := aegisEntry{
		Type: string(k.Type()), UUID: uuid(), Name: k.Account(), Issuer: k.Issuer(), Groups: []string{},
		Info: aegisInfo{Secret: k.Seed().Reveal(), Algo: string(k.Algorithm()), Digits: k.Digits(), Period: int(k.Period() / time.Second)},
	}
	if k.Type() == otp.HOTP {
		counter := k.Counter()
		e.Info.Counter = &counter
	}
	return e
}

// seal encrypts with AES-256-GCM under a fresh nonce; Aegis keeps the tag apart.
func seal(key, plain []byte) ([]byte, aegisParams, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, aegisParams{}, fmt.Errorf("encrypt the vault: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, aegisParams{}, fmt.Errorf("encrypt the vault: %w", err)
	}
	nonce := random(gcm.NonceSize())
	sealed := gcm.Seal(nil, nonce, plain, nil)
	at := len(sealed) - gcm.Overhead()
	return sealed[:at], aegisParams{Nonce: hex.EncodeToString(nonce), Tag: hex.EncodeToString(sealed[at:])}, nil
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails, as of Go 1.24
	return b
}

// uuid gives a random UUID, RFC 9562 version 4.
func uuid() string {
	b := random(16)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b)
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}
