package otp_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash"
	"math/rand/v2"
	"testing"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
)

// reference is RFC 4226 §5.3 and Steam's alphabet once more, in a dozen lines that
// share nothing with the generator.
func reference(t otp.Type, seed []byte, a otp.Algorithm, digits int, moving uint64) string {
	hashes := map[otp.Algorithm]func() hash.Hash{otp.SHA1: sha1.New, otp.SHA256: sha256.New, otp.SHA512: sha512.New}
	mac := hmac.New(hashes[a], seed)
	mac.Write(binary.BigEndian.AppendUint64(nil, moving))
	sum := mac.Sum(nil)
	value := uint64(binary.BigEndian.Uint32(sum[sum[len(sum)-1]&15:]) &^ (1 << 31))
	if t == otp.Steam {
		return referenceSteam(value)
	}
	decimal := fmt.Sprintf("%010d", value)
	return decimal[len(decimal)-digits:]
}

func referenceSteam(value uint64) string {
	const letters = "23456789BCDFGHJKMNPQRTVWXY"
	code := ""
	for range 5 {
		code += string(letters[value%26])
		value /= 26
	}
	return code
}

func TestReferenceSteamAlphabet(t *testing.T) {
	if got := referenceSteam(36751792); got != "GJ2F4" {
		t.Errorf("referenceSteam(36751792) = %q, want GJ2F4", got)
	}
}

// randomParams draws a key from the whole space that New takes.
func randomParams(r *rand.Rand) otp.Params {
	seed := make([]byte, otp.MinSeed+r.IntN(80))
	for i := range seed {
		seed[i] = byte(r.Uint32())
	}
	p := otp.Params{
		Type:      []otp.Type{otp.TOTP, otp.HOTP, otp.Steam}[r.IntN(3)],
		Issuer:    randomName(r),
		Account:   randomName(r),
		Seed:      store.NewSecret(string(seed)),
		Algorithm: []otp.Algorithm{otp.SHA1, otp.SHA256, otp.SHA512}[r.IntN(3)],
		Digits:    otp.MinDigits + r.IntN(otp.MaxDigits-otp.MinDigits+1),
		Period:    time.Duration(1+r.IntN(86400)) * time.Second,
		Counter:   r.Uint64() % (otp.MaxCounter + 1),
	}
	return p
}

// randomName draws names that hurt: syntax of links, shells and terminals, other
// scripts, invalid UTF-8.
func randomName(r *rand.Rand) string {
	pieces := []string{
		"", "a", "Acme", "alice@example.com", ":", "%", "%41", "%FF", "#", "?", "&", "&amp;", ";", "=", "+", "/", `\`,
		" ", "\u00a0", "é", "日本", "🧑\u200d🚀", "\u202e", "\x1b[31m", "\n", "\xff", "secret=", "?secret=A", "Steam", `"`, "<", ">",
	}
	name := ""
	for range r.IntN(6) {
		name += pieces[r.IntN(len(pieces))]
	}
	return name
}

func TestCodesAgreeWithAnIndependentImplementation(t *testing.T) {
	r := rand.New(rand.NewPCG(4226, 6238))
	for range 5000 {
		p := randomParams(r)
		k, err := otp.New(p)
		if err != nil {
			t.Fatalf("New: %v", err)
		}
		seed := []byte(p.Seed.Reveal())
		var got otp.Code
		var moving uint64
		if k.Type() == otp.HOTP {
			moving = r.Uint64() % (otp.MaxCounter + 1)
			got, err = k.HOTP(moving)
		} else {
			step := k.Step(time.Unix(r.Int64N(250e9), 0))
			moving = uint64(step)
			got, err = k.At(step)
		}
		if err != nil {
			t.Fatalf("%s code of %d: %v", k.Type(), moving, err)
		}
		want := reference(k.Type(), seed, k.Algorithm(), k.Digits(), moving)
		if got.Reveal() != want {
			t.Fatalf("%s %s/%d code of %d = %s, want %s", k.Type(), k.Algorithm(), k.Digits(), moving, got.Reveal(), want)
		}
	}
}

// referenceCode is what a key must answer at an instant, from plain parts. A
// HOTP key answers for counter.
func referenceCode(t testing.TB, typ otp.Type, base32Seed string, a otp.Algorithm, digits int, moving uint64) string {
	t.Helper()
	seed, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(base32Seed)
	if err != nil {
		t.Fatalf("the test's own seed is not base32: %v", err)
	}
	return reference(typ, seed, a, digits, moving)
}
