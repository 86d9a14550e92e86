package importer

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // the format's choice
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"gatepass/store"
)

// Encrypted members of a ZIP archive, as Raivo and Authenticator Plus export: the
// AES of WinZip (https://www.winzip.com/en/support/aes-encryption/). The older
// encryption of PKZIP is refused; it protects nothing, and few still write it.

const (
	aesMethod    = 99
	aesExtra     = 0x9901
	aesVerifier  = 2
	aesSeal      = 10
	aesZIPRounds = 1000
)

// A sealedZIP is an encrypted member, taken apart.
type sealedZIP struct {
	keySize                int
	method                 uint16 // how it was packed before it was encrypted
	salt, check, data, tag []byte
}

// unseal gives a member's bytes, still to be read. The password is asked for once an
// archive.
func (r *reading) unseal(f *zip.File) (io.Reader, error) {
	if f.Method != aesMethod {
		return nil, store.WithHint(fmt.Errorf("%w: this ZIP archive is encrypted in the old way", ErrUnsupported), hintUnpack)
	}
	if f.CompressedSize64 > MaxBytes {
		return nil, fmt.Errorf("%w: a file in the archive has over %d MB", ErrTooLarge, MaxBytes>>20)
	}
	raw, err := f.OpenRaw()
	if err != nil {
		return nil, fmt.Errorf("%w: the archive breaks off or is wrong", ErrDamaged)
	}
	body, err := io.ReadAll(io.LimitReader(raw, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%w: the archive breaks off or is wrong", ErrDamaged)
	}
	s, ok := parseSealedZIP(f.Extra, body)
	if !ok {
		return nil, fmt.Errorf("%w: an encrypted file in the archive is incomplete", ErrDamaged)
	}
	if r.password != nil { // that of the member before
		if plain, err := s.open(r, r.password); err == nil {
			return s.unpacked(plain)
		}
	}
	if !strings.Contains(r.format, "(encrypted)") {
		r.format += " (encrypted)"
	}
	var plain []byte
	err = r.unlock(func(password []byte) error {
		found, err := s.open(r, password)
		if err == nil {
			plain, r.password = found, password
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.unpacked(plain)
}

// parseSealedZIP reads the extra field 0x9901: version, "AE", strength, method.
func parseSealedZIP(extra, body []byte) (sealedZIP, bool) {
	for len(extra) >= 4 {
		id, size := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		extra = extra[4:]
		if size > len(extra) {
			break
		}
		if id != aesExtra || size < 7 {
			extra = extra[size:]
			continue
		}
		strength := int(extra[4])
		if strength < 1 || strength > 3 {
			break
		}
		saltSize := 4 + 4*strength
		if len(body) < saltSize+aesVerifier+aesSeal {
			break
		}
		end := len(body) - aesSeal
		return sealedZIP{
			keySize: 8 + 8*strength, method: binary.LittleEndian.Uint16(extra[5:]),
			salt: body[:saltSize], check: body[saltSize : saltSize+aesVerifier], data: body[saltSize+aesVerifier : end], tag: body[end:],
		}, true
	}
	return sealedZIP{}, false
}

func (s sealedZIP) open(r *reading, password []byte) ([]byte, error) {
	keys, err := derive(r.ctx, func() ([]byte, error) {
		return pbkdf2.Key(sha1.New, string(password), s.salt, aesZIPRounds, 2*s.keySize+aesVerifier)
	})
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(keys[2*s.keySize:], s.check) {
		return nil, ErrWrongPassword
	}
	seal := hmac.New(sha1.New, keys[s.keySize:2*s.keySize])
	seal.Write(s.data)
	if !hmac.Equal(seal.Sum(nil)[:aesSeal], s.tag) {
		return nil, ErrWrongPassword // two bytes of check fit one wrong password in 65,536
	}
	block, err := aes.NewCipher(keys[:s.keySize])
	if err != nil {
		return nil, ErrDamaged
	}
	return countedDown(block, s.data), nil
}

// countedDown is AES in counter mode as WinZip counts: from 1, lowest byte first.
func countedDown(block cipher.Block, data []byte) []byte {
	out := make([]byte, len(data))
	var counter, pad [aes.BlockSize]byte
	for at := 0; at < len(data); at += aes.BlockSize {
		binary.LittleEndian.PutUint64(counter[:], uint64(at/aes.BlockSize)+1)
		block.Encrypt(pad[:], counter[:])
		for i := at; i < min(at+aes.BlockSize, len(data)); i++ {
			out[i] = data[i] ^ pad[i-at]
		}
	}
	return out
}

func (s sealedZIP) unpacked(plain []byte) (io.Reader, error) {
	switch s.method {
	case zip.Store:
		return bytes.NewReader(plain), nil
	case zip.Deflate:
		return flate.NewReader(bytes.NewReader(plain)), nil
	}
	return nil, fmt.Errorf("%w: a file in the archive is packed in an unusual way", ErrUnsupported)
}
