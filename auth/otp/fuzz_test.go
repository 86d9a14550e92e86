package otp_test

import (
	"strings"
	"testing"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
)

// FuzzParse: whatever is pasted, nothing panics; what is read gives codes of the
// right length and survives its own link; what is refused stays untold.
func FuzzParse(f *testing.F) {
	for _, r := range refusals {
		f.Add(r.input)
	}
	f.Fuzz(func(t *testing.T, input string) {
		k, err := otp.Parse(input)
		if err != nil {
			if !k.IsZero() {
				t.Error("a refusal came with a key")
			}
			assertTellsNothing(t, err, input)
			return
		}
		if piece, found := leak(strings.Join(k.Notes(), " "), input); found {
			t.Errorf("notes tell %q of the input", piece)
		}
		assertRoundTrip(t, k)
		assertCodes(t, k)
	})
}

// assertCodes asks for codes at ordinary and at extreme moments.
func assertCodes(t *testing.T, k otp.Key) {
	t.Helper()
	for _, at := range []time.Time{time.Unix(0, 0), instant, time.Unix(20000000000, 0)} {
		c, err := otp.Code{}, error(nil)
		if k.Type() == otp.HOTP {
			c, err = k.HOTP(k.Counter())
		} else {
			c, err = k.At(k.Step(at))
		}
		if err != nil {
			t.Fatalf("no code at %s: %v", at, err)
		}
		if len(c.Reveal()) != k.Digits() {
			t.Fatalf("code has %d characters, want %d", len(c.Reveal()), k.Digits())
		}
		if letters := strings.Trim(c.Reveal(), "0123456789"); letters != "" && k.Type() != otp.Steam {
			t.Fatalf("decimal code holds %q", letters)
		}
	}
}

// FuzzNew: any parts are refused or make a key that survives its own link and
// agrees with the independent implementation at any step.
func FuzzNew(f *testing.F) {
	f.Add("totp", "Acme", "bob", []byte(rfcSeed), "SHA1", 6, int64(30), uint64(0), int64(0x23523EC))
	f.Add("hotp", "", "a:b", []byte("12345"), "SHA512", 10, int64(0), uint64(5), int64(5))
	f.Add("steam", "Steam", "%41\xff&amp;", []byte(rfcSeed), "", 0, int64(0), uint64(0), int64(1))
	f.Add("", "Steam", ":", []byte(rfcSeed), "SHA256", 5, int64(86400), uint64(0), int64(-1))
	f.Fuzz(func(t *testing.T, typ, issuer, account string, seed []byte, algorithm string, digits int, seconds int64, counter uint64, step int64) {
		k, err := otp.New(otp.Params{
			Type: otp.Type(typ), Issuer: issuer, Account: account, Seed: store.NewSecret(string(seed)),
			Algorithm: otp.Algorithm(algorithm), Digits: digits, Period: time.Duration(seconds) * time.Second, Counter: counter,
		})
		if err != nil {
			return
		}
		assertRoundTrip(t, k)
		k.Window(step)
		c, err := k.At(step)
		if k.Type() == otp.HOTP {
			c, err = k.HOTP(uint64(step))
		}
		if err != nil {
			return
		}
		if want := reference(k.Type(), seed, k.Algorithm(), k.Digits(), uint64(step)); c.Reveal() != want {
			t.Errorf("code of %d is %s, want %s", step, c.Reveal(), want)
		}
	})
}
