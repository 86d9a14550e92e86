package importer

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // Authy's choice
	"encoding/hex"

	"gatepass/auth/otp"
)

// Authy's encrypted tokens, as its API and its preferences hold them: each seed by
// itself under AES-256-CBC, with a key from the backup password by PBKDF2 over SHA-1.

type sealedAuthy struct {
	where, name     string
	tags            []string
	issuer, account string
	data, salt, iv  []byte
	rounds          int64
	digits          number
	whole           bool
}

func sealAuthy(n node, value, where, name string, tags []string) sealedAuthy {
	const olderRounds = 1000
	s := sealedAuthy{where: where, name: name, tags: tags, salt: []byte(n.first("salt")), iv: make([]byte, aes.BlockSize), rounds: olderRounds, digits: numberOf(n.first("digits"))}
	s.issuer, s.account = names(n, heading{title: n.first(titleNames...)})
	data, ok := unbase64(value)
	s.data = data
	if rounds := numberOf(n.first("keyderivationiterations")); rounds.given {
		s.rounds = rounds.value
		ok = ok && !rounds.wrong
	}
	if iv := n.first("uniqueiv"); iv != "" {
		raw, err := hex.DecodeString(iv)
		ok = ok && err == nil && len(raw) == aes.BlockSize
		s.iv = raw
	}
	s.whole = ok && len(data) > 0 && len(data)%aes.BlockSize == 0 && len(s.salt) > 0
	return s
}

// openAuthy opens what the walk found sealed, all of it with one password.
func (w *jsonWalk) openAuthy() error {
	if len(w.sealed) == 0 {
		return nil
	}
	var work int64
	whole := 0
	for _, s := range w.sealed {
		if s.rounds < 1 || s.rounds > int64(maxIterations) {
			return tooCostly()
		}
		if work += s.rounds; work > 50*int64(maxIterations) {
			return tooCostly()
		}
		if s.whole {
			whole++
		}
	}
	w.r.format = "Authy (encrypted)"
	opened := make([]string, len(w.sealed))
	if whole > 0 {
		if err := w.r.unlock(func(password []byte) error { return w.openAll(opened, password) }); err != nil {
			return err
		}
	}
	for i, s := range w.sealed {
		w.taken++
		if opened[i] == "" {
			w.r.refuse(s.where, s.name, "it is damaged, or encrypted with another password than the others")
			continue
		}
		k, err := fields{issuer: s.issuer, account: s.account, secret: opened[i], digits: s.digits}.key()
		if err == nil {
			s.name = title(k.Issuer(), k.Account())
		}
		w.r.add(s.where, s.name, s.tags, k, err)
	}
	return nil
}

// openAll opens what this password opens; the first decides whether it is the one,
// so that a wrong password does not cost a derivation for each.
func (w *jsonWalk) openAll(opened []string, password []byte) error {
	const sample = 3 // tokens may have been encrypted under an older password
	right, tried := false, 0
	for i, s := range w.sealed {
		if !s.whole || !right && tried >= sample {
			continue
		}
		tried++
		key, err := derive(w.r.ctx, func() ([]byte, error) {
			return pbkdf2.Key(sha1.New, string(password), s.salt, int(s.rounds), 32)
		})
		if err != nil {
			return err
		}
		plain, ok := openCBC(key, s.iv, s.data)
		if !ok {
			continue
		}
		if _, err := otp.ParseSeed(string(plain), otp.SeedBase32); err != nil {
			continue // the padding fits one wrong key in 256
		}
		opened[i], right = string(plain), true
	}
	if !right {
		return ErrWrongPassword
	}
	return nil
}

// openCBC opens AES-CBC with PKCS #7 padding. It has no seal: what comes out must be
// looked at.
func openCBC(key, iv, data []byte) ([]byte, bool) {
	block, err := aes.NewCipher(key)
	if err != nil || len(iv) != block.BlockSize() || len(data) == 0 || len(data)%block.BlockSize() != 0 {
		return nil, false
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)
	n := int(plain[len(plain)-1])
	if n < 1 || n > block.BlockSize() {
		return nil, false
	}
	for _, b := range plain[len(plain)-n:] {
		if int(b) != n {
			return nil, false
		}
	}
	return plain[:len(plain)-n], true
}
