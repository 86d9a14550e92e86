package importer

import (
	"encoding/json"

	"gatepass/auth/otp"
	"gatepass/store"
)

// FreeOTP+ (and FreeOTP's JSON of the same shape).

const formatFreeOTP = "FreeOTP+"

func init() {
	register(format{
		name: formatFreeOTP, rank: byShape,
		is:   func(d *document) bool { return d.has(object, "tokens") },
		read: readFreeOTP,
	})
}

type freeOTPToken struct {
	Algo      text     `json:"algo"`
	Counter   number   `json:"counter"`
	Digits    number   `json:"digits"`
	IssuerExt text     `json:"issuerExt"`
	IssuerInt text     `json:"issuerInt"`
	IssuerAlt text     `json:"issuerAlt"`
	Label     text     `json:"label"`
	LabelAlt  text     `json:"labelAlt"`
	Period    number   `json:"period"`
	Secret    []number `json:"secret"`
	Type      text     `json:"type"`
}

func readFreeOTP(r *reading) error {
	var f struct {
		Tokens json.RawMessage `json:"tokens"`
	}
	if err := decodeJSON(r.document.data, &f); err != nil {
		return err
	}
	return eachItem(r, f.Tokens, "tokens", func(where string, t freeOTPToken) error {
		r.freeOTPToken(where, t)
		return nil
	})
}

func (r *reading) freeOTPToken(where string, t freeOTPToken) {
	issuer := firstText(t.IssuerAlt, t.IssuerExt, t.IssuerInt)
	account := firstText(t.LabelAlt, t.Label)
	k, err := t.key(issuer, account)
	r.add(where, title(issuer, account), nil, k, err)
}

func (t freeOTPToken) key(issuer, account string) (otp.Key, error) {
	seed, err := signedBytes(t.Secret)
	if err != nil {
		return otp.Key{}, err
	}
	// The file keeps the last counter that was used, so it is -1 at first; the key
	// keeps the next.
	counter := t.Counter
	if counter.given {
		counter.value++
	}
	return fields{
		typ: string(t.Type), issuer: issuer, account: account, secret: seed.Reveal(), form: seedBytes,
		algorithm: string(t.Algo), digits: t.Digits, period: t.Period, counter: counter,
	}.key()
}

// signedBytes reads Java's bytes, which go from -128 to 127.
func signedBytes(numbers []number) (store.Secret, error) {
	raw := make([]byte, 0, len(numbers))
	for _, n := range numbers {
		v, ok := n.within(-128, 255, 0)
		if !ok || !n.given {
			return store.Secret{}, refused("secret: it is not a list of bytes")
		}
		raw = append(raw, byte(v))
	}
	return store.NewSecret(string(raw)), nil
}

// firstText gives the first that is not empty.
func firstText(texts ...text) string {
	for _, t := range texts {
		if t != "" {
			return string(t)
		}
	}
	return ""
}
