package importer

import (
	"encoding/json"
	"strings"
)

// Stratum, once Authenticator Pro: its JSON backup without a password.

func init() {
	register(format{
		name: "Stratum", rank: byShape,
		is:   func(d *document) bool { return d.has(object, "Authenticators") },
		read: readStratum,
	})
}

type stratumEntry struct {
	Type      number `json:"Type"`
	Issuer    text   `json:"Issuer"`
	Username  text   `json:"Username"`
	Secret    text   `json:"Secret"`
	Algorithm number `json:"Algorithm"`
	Digits    number `json:"Digits"`
	Period    number `json:"Period"`
	Counter   number `json:"Counter"`
}

// What the numbers in the file stand for.
var (
	stratumTypes      = map[int64]string{1: "hotp", 2: "totp", 3: "motp", 4: "steam", 5: "yandex"}
	stratumAlgorithms = map[int64]string{0: "SHA1", 1: "SHA256", 2: "SHA512"}
)

func readStratum(r *reading) error { return r.stratum(r.document.data) }

func (r *reading) stratum(data []byte) error {
	var f struct {
		Authenticators json.RawMessage `json:"Authenticators"`
		Categories     json.RawMessage `json:"Categories"`
		Bindings       json.RawMessage `json:"AuthenticatorCategories"`
	}
	if err := decodeJSON(data, &f); err != nil {
		return err
	}
	names, err := namesOf(f.Categories)
	if err != nil {
		return err
	}
	tags := map[text][]string{}
	err = eachElement(f.Bindings, "AuthenticatorCategories", func(_ int, raw json.RawMessage) error {
		var b struct {
			Category text `json:"CategoryId"`
			Secret   text `json:"AuthenticatorSecret"`
		}
		if json.Unmarshal(raw, &b) == nil {
			tags[b.Secret] = append(tags[b.Secret], names[b.Category])
		}
		return nil
	})
	if err != nil {
		return err
	}
	return eachItem(r, f.Authenticators, "Authenticators", func(where string, e stratumEntry) error {
		issuer, account := string(e.Issuer), string(e.Username)
		typ, ok := stratumTypes[e.Type.value]
		if !ok {
			typ = "unknown"
		}
		algorithm, ok := stratumAlgorithms[e.Algorithm.value]
		if !ok || e.Algorithm.wrong {
			algorithm = "unknown"
		}
		k, err := fields{
			typ: typ, issuer: issuer, account: account, secret: strings.TrimSpace(string(e.Secret)),
			algorithm: algorithm, digits: e.Digits, period: e.Period, counter: e.Counter,
		}.key()
		r.add(where, title(issuer, account), tags[e.Secret], k, err)
		return nil
	})
}
