package importer

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"

	"gatepass/store"
)

// 2FAS, plain and encrypted, schemas 1 to 4.

const format2FAS = "2FAS"

func init() {
	register(format{
		name: format2FAS, rank: byShape,
		is: func(d *document) bool {
			return d.has(object, "services") && (d.has(object, "schemaVersion") || d.has(object, "groups") || d.has(object, "appOrigin")) ||
				d.has(object, "servicesEncrypted")
		},
		read: read2FAS,
	})
}

type twoFASService struct {
	Name    text `json:"name"`
	Secret  text `json:"secret"`
	GroupID text `json:"groupId"`
	OTP     struct {
		Label     text   `json:"label"`
		Account   text   `json:"account"`
		Issuer    text   `json:"issuer"`
		Digits    number `json:"digits"`
		Period    number `json:"period"`
		Counter   number `json:"counter"`
		Algorithm text   `json:"algorithm"`
		TokenType text   `json:"tokenType"`
	} `json:"otp"`
}

func read2FAS(r *reading) error {
	const newest = 4
	var f struct {
		Services  json.RawMessage `json:"services"`
		Encrypted text            `json:"servicesEncrypted"`
		Reference text            `json:"reference"`
		Schema    number          `json:"schemaVersion"`
		Groups    json.RawMessage `json:"groups"`
	}
	if err := decodeJSON(r.document.data, &f); err != nil {
		return err
	}
	if _, ok := f.Schema.within(0, newest, 0); !ok {
		return store.WithHint(fmt.Errorf("%w: this 2FAS backup has a newer schema than 4", ErrUnsupported),
			"Export the keys one by one, as QR codes, or with another program.")
	}
	services := f.Services
	if f.Encrypted != "" {
		r.format += " (encrypted)"
		var err error
		if services, err = open2FAS(r, string(f.Encrypted), string(f.Reference)); err != nil {
			return err
		}
	}
	groups, err := namesOf(f.Groups)
	if err != nil {
		return err
	}
	return eachItem(r, services, "services", func(where string, s twoFASService) error {
		issuer, account := string(s.OTP.Issuer), string(s.OTP.Account)
		if issuer == "" {
			issuer = string(s.Name)
		}
		if account == "" {
			account = string(s.OTP.Label)
		}
		k, err := fields{
			typ: string(s.OTP.TokenType), issuer: issuer, account: account, secret: string(s.Secret),
			algorithm: string(s.OTP.Algorithm), digits: s.OTP.Digits, period: s.OTP.Period, counter: s.OTP.Counter,
		}.key()
		r.add(where, title(string(s.Name), account), []string{groups[s.GroupID]}, k, err)
		return nil
	})
}

// A sealed2FAS is base64 of data and tag, of the salt and of the nonce, with colons.
type sealed2FAS struct{ data, salt, nonce []byte }

func parse2FAS(s string) (sealed2FAS, bool) {
	parts := strings.Split(s, ":")
	if len(parts) != 3 {
		return sealed2FAS{}, false
	}
	var f sealed2FAS
	var ok1, ok2, ok3 bool
	f.data, ok1 = unbase64(parts[0])
	f.salt, ok2 = unbase64(parts[1])
	f.nonce, ok3 = unbase64(parts[2])
	return f, ok1 && ok2 && ok3 && len(f.nonce) == 12 && len(f.data) >= 16 && len(f.salt) > 0
}

func (f sealed2FAS) open(r *reading, password []byte) ([]byte, bool, error) {
	const iterations = 10_000
	key, err := derive(r.ctx, func() ([]byte, error) { return pbkdf2.Key(sha256.New, string(password), f.salt, iterations, 32) })
	if err != nil {
		return nil, false, err
	}
	plain, ok := openGCM(key, f.nonce, f.data)
	return plain, ok, nil
}

// open2FAS gives the services. The reference is a fixed text under the same
// password; if that opens and the services do not, it is the file that is wrong.
func open2FAS(r *reading, encrypted, reference string) ([]byte, error) {
	f, ok := parse2FAS(encrypted)
	if !ok {
		return nil, fmt.Errorf("%w: the encrypted part is incomplete", ErrDamaged)
	}
	var services []byte
	err := r.unlock(func(password []byte) error {
		plain, ok, err := f.open(r, password)
		if err != nil {
			return err
		}
		if ok {
			services = plain
			return nil
		}
		if ref, ok := parse2FAS(reference); ok {
			if _, ok, err := ref.open(r, password); ok || err != nil {
				if err != nil {
					return err
				}
				return fmt.Errorf("%w: the password is right, and the encrypted part was changed or cut short", ErrDamaged)
			}
		}
		return ErrWrongPassword
	})
	return services, err
}
