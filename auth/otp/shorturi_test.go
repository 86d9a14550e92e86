package otp_test

import (
	"strings"
	"testing"

	"gatepass/auth/otp"
)

func TestAShortLinkIsTheSameKey(t *testing.T) {
	const seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	for link, dropped := range map[string]int{
		"otpauth://totp/A:b?secret=" + seed + "&issuer=A":                                            4,
		"otpauth://totp/A?secret=" + seed:                                                            3,
		"otpauth://totp/A:b?secret=" + seed + "&issuer=A&period=300&digits=8&algorithm=SHA256":       1,
		"otpauth://hotp/A:b?secret=" + seed + "&issuer=A&counter=30":                                 3,
		"otpauth://steam/A:b?secret=" + seed + "&issuer=A":                                           1,
		"otpauth://totp/A%26digits=6:b?secret=" + seed + "&issuer=A%26digits=6&period=60":            3,
		"otpauth://totp/%26algorithm=SHA1:%26period=30?secret=" + seed + "&issuer=%26algorithm=SHA1": 4,
		"otpauth://totp/%26issuer=A:b?secret=" + seed + "&issuer=%26issuer=A":                        4,
	} {
		k, err := otp.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		short := k.ShortURI().Reveal()
		back, err := otp.Parse(short)
		if err != nil || !back.Equal(k) {
			t.Errorf("the short link of %s is another key: %v", link, err)
		}
		if n := strings.Count(k.URI().Reveal(), "&") - strings.Count(short, "&"); n != dropped {
			t.Errorf("%d parameters were left out of %s, not %d", n, link, dropped)
		}
	}
	if !(otp.Key{}).ShortURI().IsZero() {
		t.Error("the zero key has a link")
	}
}
