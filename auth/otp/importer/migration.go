package importer

import (
	"bytes"
	"crypto/sha256"
	"strconv"
	"strings"

	"gatepass/auth/otp"
	"gatepass/store"
)

// The export of Google Authenticator: otpauth-migration://offline?data=BASE64, one
// link a QR code, up to ten accounts each. The payload is a protocol buffer, known
// from what Aegis, OTPClient and others found:
//
//	MigrationPayload: 1 repeated OtpParameters, 2 version, 3 batch_size, 4 batch_index, 5 batch_id
//	OtpParameters:    1 secret, 2 name, 3 issuer, 4 algorithm, 5 digits, 6 type, 7 counter

const (
	migrationScheme = "otpauth-migration:"
	maxPayload      = 1 << 20
)

func isMigration(link string) bool {
	return len(link) >= len(migrationScheme) && strings.EqualFold(link[:len(migrationScheme)], migrationScheme)
}

// A payload is what one QR code of an export holds.
type payload struct {
	accounts        []account
	size, index, id int64
	digest          [sha256.Size]byte
}

type account struct {
	secret, name, issuer    []byte
	algorithm, digits, kind int64
	counter                 int64
}

// migration reads one migration link into the reading.
func (r *reading) migration(where, link string) error {
	p, err := parseMigration(link)
	if err != nil {
		r.refuse(where, "", reason(err))
		return nil
	}
	if !r.batches.add(p) {
		r.note("One QR code of the Google Authenticator export is here twice; it was read once.")
		return nil
	}
	for i, a := range p.accounts {
		if i > 0 { // the link itself was counted
			if err := r.count(0); err != nil {
				return err
			}
		}
		at := where
		if len(p.accounts) > 1 {
			at += ", account " + strconv.Itoa(i+1)
		}
		k, err := a.key()
		name := string(bytes.ToValidUTF8(a.name, []byte("\ufffd")))
		if err == nil { // the name in the file may or may not begin with the issuer
			name = title(k.Issuer(), k.Account())
		}
		r.add(at, name, nil, k, err)
	}
	return nil
}

func damagedMigration() error {
	return refused("this Google Authenticator export is damaged", "Scan or copy it again, whole.")
}

func parseMigration(link string) (payload, error) {
	_, data, found := cutFold(link, "data=")
	if !found {
		return payload{}, damagedMigration()
	}
	data, _, _ = strings.Cut(data, "&")
	if len(data) > maxPayload {
		return payload{}, refused("this Google Authenticator export is far larger than a QR code can be")
	}
	raw, ok := unbase64(unpercent(data))
	if !ok {
		return payload{}, damagedMigration()
	}
	return parsePayload(raw)
}

func parsePayload(raw []byte) (payload, error) {
	p := payload{digest: sha256.Sum256(raw)}
	ok := eachField(raw, func(f field) bool {
		switch f.number {
		case 1:
			a, ok := parseAccount(f)
			p.accounts = append(p.accounts, a)
			return ok && len(p.accounts) <= MaxEntries
		case 3:
			return f.int(&p.size)
		case 4:
			return f.int(&p.index)
		case 5:
			return f.int(&p.id) // negative more often than not
		}
		return true
	})
	if !ok || len(raw) == 0 {
		return payload{}, damagedMigration()
	}
	return p, nil
}

func parseAccount(f field) (account, bool) {
	var a account
	if f.kind != lengthKind {
		return a, false
	}
	ok := eachField(f.bytes, func(f field) bool {
		switch f.number {
		case 1:
			return f.slice(&a.secret)
		case 2:
			return f.slice(&a.name)
		case 3:
			return f.slice(&a.issuer)
		case 4:
			return f.int(&a.algorithm)
		case 5:
			return f.int(&a.digits)
		case 6:
			return f.int(&a.kind)
		case 7:
			return f.int(&a.counter)
		}
		return true
	})
	return a, ok
}

func (a account) key() (otp.Key, error) {
	p := otp.Params{Seed: store.NewSecret(string(a.secret)), Issuer: string(a.issuer), Account: string(a.name)}
	switch a.algorithm {
	case 0, 1:
		p.Algorithm = otp.SHA1
	case 2:
		p.Algorithm = otp.SHA256
	case 3:
		p.Algorithm = otp.SHA512
	case 4:
		return otp.Key{}, refused("algorithm: MD5 is not supported", "Ask the issuer for a key with SHA1, SHA256 or SHA512.")
	default:
		return otp.Key{}, refused("algorithm: it is not SHA1, SHA256 or SHA512")
	}
	switch a.digits {
	case 0, 1:
		p.Digits = 6
	case 2:
		p.Digits = 8
	default:
		return otp.Key{}, refused("digits: they are neither 6 nor 8")
	}
	switch a.kind {
	case 0, 2:
		p.Type = otp.TOTP
	case 1:
		p.Type = otp.HOTP
		if a.counter < 0 {
			return otp.Key{}, refused("counter: it is negative")
		}
		p.Counter = uint64(a.counter)
	default:
		return otp.Key{}, refused("the type is not totp or hotp")
	}
	return otp.New(p)
}

// cutFold is strings.Cut without regard to the case of ASCII letters.
func cutFold(s, sep string) (before, after string, found bool) {
	for i := 0; i+len(sep) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(sep)], sep) {
			return s[:i], s[i+len(sep):], true
		}
	}
	return s, "", false
}

// unpercent undoes percent escapes and leaves everything else, above all '+'.
func unpercent(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if b, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				out = append(out, byte(b))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}
