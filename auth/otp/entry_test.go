package otp_test

import (
	"errors"
	"strings"
	"testing"

	"gatepass/auth/otp"
	"gatepass/store"
)

// RFC 4226's key in each of the forms in which people are given one.
func TestASeedInEachForm(t *testing.T) {
	for _, c := range []struct {
		text string
		e    otp.Entry
		took string
	}{
		{"GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ", otp.Entry{Type: otp.HOTP}, "base32 of 20 bytes"},
		{"3132333435363738393031323334353637383930", otp.Entry{Form: otp.SeedHex, Type: otp.HOTP}, "hexadecimal of 20 bytes"},
		{"31:32:33:34:35:36:37:38:39:30:31:32:33:34:35:36:37:38:39:30\n", otp.Entry{Form: otp.SeedHex, Type: otp.HOTP}, "hexadecimal of 20 bytes"},
		{"12345678901234567890", otp.Entry{Form: otp.SeedText, Type: otp.HOTP}, "each character a byte, of 20 bytes"},
		{"MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=", otp.Entry{Form: otp.SeedBase64, Type: otp.HOTP}, "base64 of 20 bytes"},
	} {
		k, err := otp.ParseAs(c.text, c.e)
		if err != nil {
			t.Errorf("%s: %v", c.took, err)
			continue
		}
		if got := codeOf(t, k, k.Counter()); got != "755224" {
			t.Errorf("%s: the first code is %s: counter 0 means 0", c.took, got)
		}
		if said := otp.TakenFor(k, c.e); !strings.Contains(said, c.took) || !strings.Contains(said, "counter 0") {
			t.Errorf("it is said to be %q", said)
		}
	}
}

// Duo's hotp_secret looks hexadecimal, and its key is the characters themselves.
func TestDuosSeedIsText(t *testing.T) {
	const secret = "00112233445566778899aabbccddeeff"
	text, err := otp.ParseAs(secret, otp.Entry{Form: otp.SeedText, Type: otp.HOTP})
	if err != nil {
		t.Fatal(err)
	}
	hex, err := otp.ParseAs(secret, otp.Entry{Form: otp.SeedHex, Type: otp.HOTP})
	if err != nil {
		t.Fatal(err)
	}
	if codeOf(t, text, 0) == codeOf(t, hex, 0) {
		t.Error("both forms give one code")
	}
	if !strings.Contains(otp.TakenFor(text, otp.Entry{Form: otp.SeedText}), "32 bytes") {
		t.Error("its length is not told")
	}
}

func TestWhatSaysItselfIsNotSaidAgain(t *testing.T) {
	_, err := otp.ParseAs("otpauth://totp/a?secret="+appleSeed, otp.Entry{Type: otp.HOTP})
	var parse *otp.ParseError
	if !errors.As(err, &parse) || len(store.Hints(err)) == 0 {
		t.Errorf("a link with a type beside it: %v", err)
	}
	for _, link := range []string{"duo://ABCDEFGHIJKLMNOPQRST-YXBpLTEyMzQ1Njc4LmR1b3NlY3VyaXR5LmNvbQ", "https://m-12345678.duosecurity.com/activate/ABCDEFGHIJKLMNOPQRST"} {
		for _, e := range []otp.Entry{{}, {Form: otp.SeedText, Type: otp.HOTP}} {
			_, err := otp.ParseAs(link, e)
			if err == nil || !strings.Contains(err.Error(), "Duo Mobile activation link") || !strings.Contains(strings.Join(store.Hints(err), " "), "bypass codes") ||
				!strings.Contains(strings.Join(store.Hints(err), " "), "approve pushes") {
				t.Errorf("%v with hints %q", err, store.Hints(err))
			}
		}
	}
}
