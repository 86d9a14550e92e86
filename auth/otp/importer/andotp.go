package importer

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // andOTP's choice
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"gatepass/store"
)

// andOTP: a plain list, and two kinds of encrypted backup, neither of which begins
// with more than a number. So the name that andOTP gives them counts as well.

const (
	formatAndOTP          = "andOTP"
	formatAndOTPEncrypted = "andOTP (encrypted)"
)

func init() {
	register(format{
		name: formatAndOTP, rank: byShape,
		is: func(d *document) bool {
			return d.has(array, "secret", "type") && (d.has(array, "label") || d.has(array, "digits"))
		},
		read: func(r *reading) error { return readAndOTP(r, r.document.data) },
	})
	register(format{
		name: formatAndOTPEncrypted, rank: byChance,
		is: func(d *document) bool {
			return isNoise(d) && (hasIterations(d.data) || d.sealed || isNamedAsAndOTP(d.name))
		},
		read: readAndOTPEncrypted,
	})
}

type andOTPEntry struct {
	Secret    text   `json:"secret"`
	Issuer    *text  `json:"issuer"`
	Label     text   `json:"label"`
	Digits    number `json:"digits"`
	Type      text   `json:"type"`
	Algorithm text   `json:"algorithm"`
	Period    number `json:"period"`
	Counter   number `json:"counter"`
	Tags      []text `json:"tags"`
}

func readAndOTP(r *reading, data []byte) error {
	return eachItem(r, data, "entries", func(where string, e andOTPEntry) error {
		issuer, account := "", string(e.Label)
		if e.Issuer != nil {
			issuer = string(*e.Issuer)
		} else if before, after, found := strings.Cut(account, " - "); found { // before version 0.6.3
			issuer, account = before, after
		}
		var tags []string
		for _, tag := range e.Tags {
			tags = append(tags, string(tag))
		}
		k, err := fields{
			typ: string(e.Type), issuer: issuer, account: account, secret: string(e.Secret),
			algorithm: string(e.Algorithm), digits: e.Digits, period: e.Period, counter: e.Counter,
		}.key()
		r.add(where, title(issuer, account), tags, k, err)
		return nil
	})
}

const (
	andOTPSalt  = 12
	andOTPNonce = 12
	gcmTag      = 16
)

// isNoise reports whether data could be encrypted: binary, and no byte much more
// frequent than chance has it. Everything else that is binary and known was
// recognised before.
func isNoise(d *document) bool {
	const longest = 8 << 20
	if d.text || len(d.data) > longest || len(d.data) < andOTPNonce+gcmTag+len("[]") {
		return false
	}
	var count [256]int
	most := 0
	for _, b := range d.data {
		count[b]++
		most = max(most, count[b])
	}
	return most <= 8+len(d.data)/64
}

// hasIterations reports whether data begins as the newer kind does: with a number of
// iterations that a program would choose. One random file in 20,000 does.
func hasIterations(data []byte) bool {
	const fewest, most = 1_000, 200_000
	n := binary.BigEndian.Uint32(data)
	return fewest <= n && n <= most
}

// isNamedAsAndOTP reports whether a file has the name that andOTP gives a backup of
// the older kind, in which nothing tells what it is.
func isNamedAsAndOTP(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, ".aes") || strings.Contains(name, "andotp") || strings.Contains(name, "otp_accounts")
}

func readAndOTPEncrypted(r *reading) error {
	var plain []byte
	err := r.unlock(func(password []byte) error {
		for _, open := range []func(*reading, []byte, []byte) ([]byte, error){openAndOTP, openOldAndOTP} {
			found, err := open(r, r.document.data, password)
			if err != nil {
				return err
			}
			if found != nil {
				plain = found
				return nil
			}
		}
		return ErrWrongPassword
	})
	switch {
	case errors.Is(err, ErrWrongPassword), errors.Is(err, ErrPasswordNeeded):
		return store.WithHint(err, "If it is not an encrypted andOTP backup, the format is unknown; and if it was cut short, no password opens it.")
	case err != nil:
		return err
	case bytes.HasPrefix(bytes.TrimSpace(plain), []byte("[")):
		return readAndOTP(r, plain)
	}
	return fmt.Errorf("%w: what is inside is no andOTP list", ErrDamaged)
}

// openAndOTP opens the newer kind: iterations in four bytes, salt, nonce, data and
// tag. andOTP draws the iterations from 140,000 to 160,000; a number far from that
// is a sign of the older kind, which begins with its nonce.
func openAndOTP(r *reading, data, password []byte) ([]byte, error) {
	const fewest = 1_000
	if len(data) < 4+andOTPSalt+andOTPNonce+gcmTag {
		return nil, nil
	}
	iterations := binary.BigEndian.Uint32(data)
	if iterations < fewest || iterations > maxIterations {
		return nil, nil
	}
	salt, rest := data[4:4+andOTPSalt], data[4+andOTPSalt:]
	key, err := derive(r.ctx, func() ([]byte, error) {
		return pbkdf2.Key(sha1.New, string(password), salt, int(iterations), 32)
	})
	if err != nil {
		return nil, err
	}
	plain, ok := openGCM(key, rest[:andOTPNonce], rest[andOTPNonce:])
	if !ok {
		return nil, nil
	}
	return plain, nil
}

// openOldAndOTP opens the older kind: nonce, data and tag, under the password's
// SHA-256.
func openOldAndOTP(_ *reading, data, password []byte) ([]byte, error) {
	key := sha256.Sum256(password)
	plain, ok := openGCM(key[:], data[:andOTPNonce], data[andOTPNonce:])
	if !ok {
		return nil, nil
	}
	return plain, nil
}
