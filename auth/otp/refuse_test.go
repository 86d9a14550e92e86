package otp_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
)

// refusal is an input with the field that is at fault and words of the reason.
type refusal struct {
	what, input, field, reason string
}

// refusals are told once for the tests and once for the fuzzer's start.
var refusals = []refusal{
	// Not a key at all.
	{"nothing", "", "key", "nothing in it"},
	{"white space", " \n\t\u00a0\ufeff", "key", "nothing in it"},
	{"empty quotes", `""`, "key", "nothing in it"},
	{"too long", strings.Repeat("A", 4097), "key", "longer than 4 KiB"},
	{"UTF-16", "J\x00B\x00S\x00W\x00", "key", "UTF-16"},
	{"a web address", "https://example.com/login", "key", "web address"},
	{"a web address without TLS", "http://example.com/JBSWY3DPEHPK3PXP", "key", "web address"},
	{"a chart's address with a link inside", "https://chart.example.com/?chl=otpauth://totp/a?secret=" + appleSeed, "key", "text around the otpauth:// link"},
	{"an export", "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC", "key", "holds several accounts"},
	{"an export in upper case", "OTPAUTH-MIGRATION://OFFLINE?DATA=CjEK", "key", "holds several accounts"},
	{"two links", "otpauth://totp/a?secret=" + appleSeed + "\notpauth://totp/b?secret=" + greenSeed, "key", "several otpauth:// links"},
	{"words before a link", "scan this: otpauth://totp/a?secret=" + appleSeed, "key", "text around the otpauth:// link"},
	{"a damaged scheme", "otpauth:/totp/a?secret=" + appleSeed, "key", "damaged beginning"},
	{"an escaped link", "otpauth%3A%2F%2Ftotp%2Fa%3Fsecret%3D" + appleSeed, "key", "damaged beginning"},
	{"another scheme", "ftp://example.com/" + appleSeed, "key", "some other link"},
	{"Mobile-OTP", "motp://Acme:bob?secret=0123456789abcdef", "key", "Mobile-OTP"},
	{"Duo's link", "duo://ABCDEFGHIJKLMNOPQRST-YXBpLTEyMzQ1Njc4LmR1b3NlY3VyaXR5LmNvbQ", "key", "Duo Mobile activation link"},
	{"Duo's page", "https://m-12345678.duosecurity.com/activate/ABCDEFGHIJKLMNOPQRST", "key", "Duo Mobile activation link"},
	{"Duo's page for governments", "https://m-12345678.duofederal.com/activate/ABCDEFGHIJKLMNOPQRST", "key", "Duo Mobile activation link"},
	{"Duo's code for typing", "ABCDEFGHIJKLMNOPQRST-YXBpLTEyMzQ1Njc4LmR1b3NlY3VyaXR5LmNvbQ==", "key", "Duo Mobile activation link"},
	{"a passcode of six", "492039", "key", "this is a passcode"},
	{"a passcode in base32 digits", "234567", "key", "this is a passcode"},
	{"a passcode in groups", "492 039", "key", "this is a passcode"},
	{"a passcode of eight base32 digits", "2345-6723", "key", "this is a passcode"},
	{"a Duo bypass code", "016931781", "key", "this is a passcode"},

	// Secrets.
	{"a link without a secret", "otpauth://totp/Acme:bob?issuer=Acme", "secret", "missing"},
	{"a link without parameters", "otpauth://totp/Acme:bob", "secret", "missing"},
	{"an empty secret", "otpauth://totp/a?secret=&issuer=Acme", "secret", "missing"},
	{"a secret of spaces", "otpauth://totp/a?secret=+%20%C2%A0", "secret", "missing"},
	{"a secret of padding", "otpauth://totp/a?secret=%3D%3D%3D%3D", "secret", "missing"},
	{"a bare secret=", "otpauth://totp/a?secret&digits=6", "secret", "missing"},
	{"steam:// alone", "steam://", "secret", "missing"},
	{"& instead of ?", "otpauth://totp/a&secret=" + appleSeed, "secret", "missing"},
	{"a digit 1", "JBSWY3DPEHPK3PX1", "secret", "character 16 is a digit that base32 does not use"},
	{"a digit 8 behind groups", "JBSW Y3DP-8HPK 3PXP", "secret", "character 9 is a digit"},
	{"a digit 0 in a link", "otpauth://totp/a?secret=JBSWY3DPEHPK3PX0", "secret", "character 16 is a digit"},
	{"a full-width digit", "JBSWY3DPEHPK3PX２", "secret", "character 16 is a digit"},
	{"a Cyrillic letter", "JBSWY3DPEHPK3РXP", "secret", "character 14 is a letter outside A to Z"},
	{"a letter that folds to K", "JBSWY3DPEHP\u212a3PXP", "secret", "character 12 is a letter outside A to Z"},
	{"a full stop", "JBSWY3DPEHPK3PXP.", "secret", "character 17 is a punctuation mark"},
	{"a raw # behind the secret", "otpauth://totp/a?secret=" + appleSeed + "#x", "secret", "character 17 is a punctuation mark"},
	{"an escape cut short", "otpauth://totp/a?secret=" + appleSeed + "%3", "secret", "character 17 is a punctuation mark"},
	{"an escape character", "\x1b[200~JBSWY3DPEHPK3PXP", "secret", "character 1 is a character that cannot be shown"},
	{"invalid UTF-8", "JBSWY3DPEHPK3PX\xff", "secret", "character 16 is"},
	{"padding in the middle", "JBSWY3DP====EHPK3PXP", "secret", "after its padding"},
	{"hexadecimal", "3132333435363738393031323334353637383930", "secret", "hexadecimal"},
	{"hexadecimal with letters", "230a9947108c6d8bdfcc2767b1e327", "secret", "hexadecimal"},
	{"a recovery code", "a1b2c-3d4e5", "secret", "character 2 is a digit"},
	{"base64", "JLfxWrtH4nVwxjtS26DUcGy8QhU=", "secret", "base64"},
	{"base64 that has only base32's characters", "JLfxWrtHfnVwxjtSqGDUcGyjQhU=", "secret", "base64"},
	{"base64 of 16 bytes", "JLfxWrtHfnVwxjtSqGDUcG==", "secret", "base64"},
	{"too short", "JBSWY3D", "secret", "too short"},
	{"too short in a link", "otpauth://totp/a?secret=ABC", "secret", "too short"},
	{"one character", "otpauth://totp/a?secret=A", "secret", "too short"},
	{"too long", strings.Repeat("A", 900), "secret", "too long"},
	{"a label with a colon", "Key: " + appleSeed, "secret", "other words"},
	{"a label without a colon", "Setup key\n" + appleSeed, "secret", "other words"},
	{"a label in front of groups", "Secret Key JBSW Y3DP EHPK 3PXP", "secret", "other words"},
	{"prose behind", appleSeed + " is mine", "secret", "other words"},
	{"prose behind a link", "otpauth://totp/a?secret=" + appleSeed + "\nkeep it safe", "secret", "other words"},
	{"a label alone", "Password:", "key", "a word"},
	{"an assignment", "secret=" + appleSeed, "secret", "after its padding"},
	{"KeeOtp's settings", "key=" + appleSeed + "&size=6&step=30&otpHashMode=Sha1", "secret", "after its padding"},
	{"JSON", `{"secret":"` + appleSeed + `"}`, "key", "whole file"},
	{"another secret for the same link", "otpauth://totp/a?secret=" + appleSeed + "&secret=" + greenSeed, "secret", "given twice"},

	// Types.
	{"no type", "otpauth:///Acme:bob?secret=" + appleSeed, "type", "does not say"},
	{"no type, no label", "otpauth://?secret=" + appleSeed, "type", "does not say"},
	{"a label for a type", "otpauth://Acme:bob?secret=" + appleSeed, "type", "not totp, hotp or steam"},
	{"Yandex", "otpauth://yaotp/Yandex:bob?secret=" + appleSeed + "&pin_length=4", "type", "Yandex"},
	{"an unknown encoder", "otpauth://totp/a?secret=" + appleSeed + "&encoder=foo", "encoder", "unknown"},
	{"Steam that counts", "otpauth://hotp/a?secret=" + appleSeed + "&counter=1&encoder=steam", "encoder", "unknown"},

	// Algorithms.
	{"MD5", "otpauth://totp/a?algorithm=MD5&secret=" + appleSeed, "algorithm", "SHA1, SHA256 or SHA512"},
	{"HmacMD5", "otpauth://totp/a?algorithm=HmacMD5&secret=" + appleSeed, "algorithm", "SHA1, SHA256 or SHA512"},
	{"SHA224", "otpauth://totp/a?algorithm=SHA224&secret=" + appleSeed, "algorithm", "SHA1, SHA256 or SHA512"},
	{"SHA384", "otpauth://totp/a?algorithm=SHA384&secret=" + appleSeed, "algorithm", "SHA1, SHA256 or SHA512"},
	{"SHA3", "otpauth://totp/a?algorithm=SHA3-256&secret=" + appleSeed, "algorithm", "SHA1, SHA256 or SHA512"},
	{"SHA-512/256", "otpauth://totp/a?algorithm=SHA512/256&secret=" + appleSeed, "algorithm", "SHA1, SHA256 or SHA512"},
	{"SHA", "otpauth://totp/a?algorithm=SHA&secret=" + appleSeed, "algorithm", "SHA1, SHA256 or SHA512"},
	{"Hmac alone", "otpauth://totp/a?algorithm=Hmac&secret=" + appleSeed, "algorithm", "SHA1, SHA256 or SHA512"},
	{"a seed for an algorithm", "otpauth://totp/a?algorithm=" + greenSeed + "&secret=" + appleSeed, "algorithm", "SHA1, SHA256 or SHA512"},
	{"two algorithms", "otpauth://totp/a?algorithm=SHA1&algorithm=SHA256&secret=" + appleSeed, "algorithm", "given twice"},

	// Numbers.
	{"digits=0", "otpauth://totp/a?digits=0&secret=" + appleSeed, "digits", "5 to 10"},
	{"digits=4", "otpauth://totp/a?digits=4&secret=" + appleSeed, "digits", "5 to 10"},
	{"digits=11", "otpauth://totp/a?digits=11&secret=" + appleSeed, "digits", "5 to 10"},
	{"digits=-1", "otpauth://totp/a?digits=-1&secret=" + appleSeed, "digits", "5 to 10"},
	{"digits=six", "otpauth://totp/a?digits=six&secret=" + appleSeed, "digits", "5 to 10"},
	{"digits=6.0", "otpauth://totp/a?digits=6.0&secret=" + appleSeed, "digits", "5 to 10"},
	{"digits=1000000", "otpauth://totp/a?digits=1000000&secret=" + appleSeed, "digits", "5 to 10"},
	{"digits that wrap round", "otpauth://totp/a?digits=18446744073709551615&secret=" + appleSeed, "digits", "5 to 10"},
	{"digits that overflow", "otpauth://totp/a?digits=9223372036854775807&secret=" + appleSeed, "digits", "5 to 10"},
	{"wrong digits for Steam too", "otpauth://steam/a?digits=x&secret=" + appleSeed, "digits", "5 to 10"},
	{"period=0", "otpauth://totp/a?period=0&secret=" + appleSeed, "period", "1 to 86400"},
	{"period=-30", "otpauth://totp/a?period=-30&secret=" + appleSeed, "period", "1 to 86400"},
	{"period=abc", "otpauth://totp/a?period=abc&secret=" + appleSeed, "period", "1 to 86400"},
	{"period=30s", "otpauth://totp/a?period=30s&secret=" + appleSeed, "period", "1 to 86400"},
	{"period=86401", "otpauth://totp/a?period=86401&secret=" + appleSeed, "period", "1 to 86400"},
	{"a period that overflows", "otpauth://totp/a?period=99999999999999999999&secret=" + appleSeed, "period", "1 to 86400"},
	{"counter=-1", "otpauth://hotp/a?counter=-1&secret=" + appleSeed, "counter", "from 0"},
	{"counter=x", "otpauth://hotp/a?counter=x&secret=" + appleSeed, "counter", "from 0"},
	{"a counter without a next", "otpauth://hotp/a?counter=9223372036854775807&secret=" + appleSeed, "counter", "from 0"},

	// Names.
	{"a huge issuer", "otpauth://totp/a?issuer=" + strings.Repeat("i", 257) + "&secret=" + appleSeed, "issuer", "longer than 256"},
	{"a huge account", "otpauth://totp/" + strings.Repeat("a", 257) + "?secret=" + appleSeed, "account", "longer than 256"},
}

func TestRefusals(t *testing.T) {
	for _, r := range refusals {
		t.Run(r.what, func(t *testing.T) {
			k, err := otp.Parse(r.input)
			if err == nil {
				t.Fatalf("read as a %s key with a seed of %d characters", k.Type(), len(k.Seed().Reveal()))
			}
			if !k.IsZero() {
				t.Error("a refusal came with a key")
			}
			var refused *otp.ParseError
			if !errors.As(err, &refused) {
				t.Fatalf("error is a %T, want a *ParseError", err)
			}
			if refused.Field != r.field || !strings.Contains(refused.Reason, r.reason) {
				t.Errorf("refused for %s: %q; want %s: %q", refused.Field, refused.Reason, r.field, r.reason)
			}
			if !strings.Contains(err.Error(), refused.Reason) {
				t.Errorf("error %q does not say why", err)
			}
			for _, hint := range store.Hints(err) {
				if !strings.HasSuffix(hint, ".") {
					t.Errorf("hint %q is no sentence", hint)
				}
			}
			assertTellsNothing(t, err, r.input)
		})
	}
}

// assertTellsNothing looks for pieces of the input in all that a refusal says.
func assertTellsNothing(t *testing.T, err error, input string) {
	t.Helper()
	said := fmt.Sprintf("%v %+v %#v %q %v", err, err, err, err, store.Hints(err))
	if piece, found := leak(said, input); found {
		t.Errorf("refusal %q tells %q of the input", said, piece)
	}
}

func TestDuoRefusalSaysWhatToAskFor(t *testing.T) {
	_, err := otp.Parse("duo://ABCDEFGHIJKLMNOPQRST-YXBpLTEyMzQ1Njc4LmR1b3NlY3VyaXR5LmNvbQ")
	hints := strings.Join(store.Hints(err), " ")
	for _, word := range []string{"administrator", "third-party TOTP hardware token", "bypass codes"} {
		if !strings.Contains(hints, word) {
			t.Errorf("hints %q do not mention %q", hints, word)
		}
	}
}

func TestNewRefusesWrongParts(t *testing.T) {
	seed := store.NewSecret(rfcSeed)
	for _, r := range []struct {
		what, field string
		params      otp.Params
	}{
		{"no seed", "secret", otp.Params{}},
		{"a seed of 4 bytes", "secret", otp.Params{Seed: store.NewSecret("1234")}},
		{"a seed of 513 bytes", "secret", otp.Params{Seed: store.NewSecret(strings.Repeat("x", otp.MaxSeed+1))}},
		{"an unknown type", "type", otp.Params{Seed: seed, Type: "motp"}},
		{"an unknown algorithm", "algorithm", otp.Params{Seed: seed, Algorithm: "MD5"}},
		{"a spelling that Parse would read", "algorithm", otp.Params{Seed: seed, Algorithm: "SHA-256"}},
		{"4 digits", "digits", otp.Params{Seed: seed, Digits: 4}},
		{"11 digits", "digits", otp.Params{Seed: seed, Digits: 11}},
		{"-1 digits", "digits", otp.Params{Seed: seed, Digits: -1}},
		{"a negative period", "period", otp.Params{Seed: seed, Period: -30 * time.Second}},
		{"half a second", "period", otp.Params{Seed: seed, Period: time.Second / 2}},
		{"a second and a half", "period", otp.Params{Seed: seed, Period: 1500 * time.Millisecond}},
		{"more than a day", "period", otp.Params{Seed: seed, Period: otp.MaxPeriod + time.Second}},
		{"a counter without a next", "counter", otp.Params{Seed: seed, Type: otp.HOTP, Counter: otp.MaxCounter + 1}},
		{"a huge issuer", "issuer", otp.Params{Seed: seed, Issuer: strings.Repeat("i", otp.MaxName+1)}},
		{"a huge account", "account", otp.Params{Seed: seed, Account: strings.Repeat("a", otp.MaxName+1)}},
	} {
		t.Run(r.what, func(t *testing.T) {
			_, err := otp.New(r.params)
			var refused *otp.ParseError
			if !errors.As(err, &refused) {
				t.Fatalf("New = %v, want a *ParseError", err)
			}
			if refused.Field != r.field {
				t.Errorf("refused for %s, want %s", refused.Field, r.field)
			}
		})
	}
}

func TestNewFillsInTheUsual(t *testing.T) {
	k := mustNew(t, otp.Params{Seed: store.NewSecret(rfcSeed)})
	if k.Type() != otp.TOTP || k.Algorithm() != otp.SHA1 || k.Digits() != 6 || k.Period() != 30*time.Second {
		t.Errorf("New fills in %s %s/%d/%s, want totp SHA1/6/30s", k.Type(), k.Algorithm(), k.Digits(), k.Period())
	}
}
