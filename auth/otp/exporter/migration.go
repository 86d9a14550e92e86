package exporter

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
)

// Limits of one QR code of a transfer: as many accounts as Google's own, and as much
// text as a phone reads well from a screen (version 22 with error correction M).
const (
	maxAccounts = 10
	maxLink     = 779
)

const migrationStart = "otpauth-migration://offline?data="

// Migration writes the links of a Google Authenticator transfer, one for each QR
// code that qr.Encode draws. The form knows 6 or 8 digits, 30 seconds, and no Steam.
// It answers ErrNothing if no item was left.
func Migration(items []Item) (links []store.Secret, refused []Refusal, err error) {
	var accounts [][]byte
	for i, item := range items {
		account, why := migrationAccount(item.Key)
		if why != "" {
			refused = append(refused, Refusal{Index: i, Name: name(item.Key), Reason: why})
			continue
		}
		accounts = append(accounts, account)
	}
	if len(accounts) == 0 {
		return nil, refused, ErrNothing
	}
	parts := split(accounts)
	id := batchID()
	for i, part := range parts {
		links = append(links, store.NewSecret(migrationLink(part, len(parts), i, id)))
	}
	return links, refused, nil
}

// migrationAccount gives one account's message, or the reason why there is none.
// Field numbers are listed with the importer's reader.
func migrationAccount(k otp.Key) (message []byte, why string) {
	const (
		totp, hotp        = 2, 1
		sixDigits, eights = 1, 2
	)
	digits := map[int]uint64{6: sixDigits, 8: eights}[k.Digits()]
	algorithm := map[otp.Algorithm]uint64{otp.SHA1: 1, otp.SHA256: 2, otp.SHA512: 3}[k.Algorithm()]
	switch {
	case k.IsZero():
		return nil, "there is no key"
	case k.Type() == otp.Steam:
		return nil, "Google Authenticator has no Steam codes"
	case digits == 0:
		return nil, "Google Authenticator's transfer knows 6 and 8 digits only"
	case k.Type() == otp.TOTP && k.Period() != 30*time.Second:
		return nil, "Google Authenticator's transfer knows a period of 30 seconds only"
	}
	seed, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(k.Seed().Reveal())
	if err != nil {
		return nil, "its seed cannot be read"
	}
	message = appendBytes(nil, 1, seed)
	message = appendBytes(message, 2, []byte(k.Account()))
	message = appendBytes(message, 3, []byte(k.Issuer()))
	message = appendInt(message, 4, algorithm)
	message = appendInt(message, 5, digits)
	if k.Type() == otp.HOTP {
		message = appendInt(message, 6, hotp)
		message = appendInt(message, 7, k.Counter())
	} else {
		message = appendInt(message, 6, totp)
	}
	if len(migrationLink([][]byte{message}, 1000, 999, 1<<30)) > maxLink {
		return nil, "its seed and names are too long for one QR code"
	}
	return message, ""
}

// split divides accounts over as few codes as they need, in order.
func split(accounts [][]byte) [][][]byte {
	var parts [][][]byte
	var part [][]byte
	for _, a := range accounts {
		longer := append(part[:len(part):len(part)], a)
		if len(part) > 0 && (len(part) == maxAccounts || len(migrationLink(longer, 1000, 999, 1<<30)) > maxLink) {
			parts = append(parts, part)
			longer = [][]byte{a}
		}
		part = longer
	}
	return append(parts, part)
}

func migrationLink(accounts [][]byte, size, index int, id uint64) string {
	var payload []byte
	for _, a := range accounts {
		payload = appendBytes(payload, 1, a)
	}
	payload = appendInt(payload, 2, 1)
	payload = appendInt(payload, 3, uint64(size))
	payload = appendInt(payload, 4, uint64(index))
	payload = appendInt(payload, 5, id)
	return migrationStart + url.QueryEscape(base64.StdEncoding.EncodeToString(payload))
}

// batchID ties the codes of one transfer together; a positive int32.
func batchID() uint64 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails, as of Go 1.24
	return uint64(binary.BigEndian.Uint32(b[:]) >> 1)
}

// appendInt writes a number's field, zero included, as Google's app does.
func appendInt(b []byte, number, v uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(b, number<<3), v)
}

// appendBytes writes a field of bytes, a text or a message.
func appendBytes(b []byte, number uint64, v []byte) []byte {
	b = binary.AppendUvarint(b, number<<3|2)
	return append(binary.AppendUvarint(b, uint64(len(v))), v...)
}
