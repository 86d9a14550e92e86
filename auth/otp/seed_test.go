package otp_test

import (
	"testing"

	"gatepass/auth/otp"
	"gatepass/store"
)

func TestSeedsInEveryForm(t *testing.T) {
	for _, c := range []struct {
		what, text string
		form       otp.SeedForm
	}{
		{"base32 in groups", "gezd gnbv gy3t qojq gezd gnbv gy3t qojq", otp.SeedBase32},
		{"hex", "3132333435363738393031323334353637383930", otp.SeedHex},
		{"hex as a token list has it", " 0x31-32-33-34-35-36-37-38-39-30 31:32:33:34:35:36:37:38:39:30\n", otp.SeedHex},
		{"base64", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=", otp.SeedBase64},
		{"base64 without padding, over two lines", "MTIzNDU2Nzg5MDEy\r\nMzQ1Njc4OTA", otp.SeedBase64},
		{"text", " 12345678901234567890\n", otp.SeedText},
	} {
		t.Run(c.what, func(t *testing.T) {
			seed, err := otp.ParseSeed(c.text, c.form)
			if err != nil {
				t.Fatal(err)
			}
			if !seed.Equal(store.NewSecret(rfcSeed)) {
				t.Error("the bytes differ from RFC 4226's key")
			}
		})
	}
}

// Duo's activation gives 32 characters that look hexadecimal; the key is the text.
func TestDuoSeedIsTextThoughItLooksHexadecimal(t *testing.T) {
	const given = "0123456789abcdef0123456789abcdef"
	text, err := otp.ParseSeed(given, otp.SeedText)
	if err != nil || text.Reveal() != given {
		t.Errorf("as text: %d bytes, %v", len(text.Reveal()), err)
	}
	hex, err := otp.ParseSeed(given, otp.SeedHex)
	if err != nil || len(hex.Reveal()) != 16 {
		t.Errorf("as hex: %d bytes, %v", len(hex.Reveal()), err)
	}
}

func TestSeedsRefusedInAForm(t *testing.T) {
	for _, c := range []struct {
		what, text string
		form       otp.SeedForm
	}{
		{"odd hex", "3132333435363", otp.SeedHex},
		{"base32 as hex", "GEZDGNBVGY3TQOJQ", otp.SeedHex},
		{"short hex", "31323334", otp.SeedHex},
		{"base64 with other characters", "MTIzNDU2Nz!5MDEy", otp.SeedBase64},
		{"blank text", "  \n", otp.SeedText},
		{"an unknown form", "GEZDGNBVGY3TQOJQ", "base58"},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, err := otp.ParseSeed(c.text, c.form)
			if err == nil {
				t.Fatal("it was taken")
			}
			assertTellsNothing(t, err, c.text)
		})
	}
}

func TestAlgorithmSpellings(t *testing.T) {
	for spelled, want := range map[string]otp.Algorithm{"": otp.SHA1, "HmacSHA256": otp.SHA256, "sha-512": otp.SHA512} {
		if got, err := otp.ParseAlgorithm(spelled); got != want || err != nil {
			t.Errorf("%q is %q, %v; want %q", spelled, got, err, want)
		}
	}
	if _, err := otp.ParseAlgorithm("MD5"); err == nil {
		t.Error("MD5 was taken")
	}
}
