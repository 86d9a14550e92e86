package otp_test

import (
	"testing"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
)

// The key of RFC 4226 Appendix D, 20 bytes of ASCII, and its base32.
const (
	rfcSeed   = "12345678901234567890"
	rfcBase32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
)

func mustNew(t testing.TB, p otp.Params) otp.Key {
	t.Helper()
	k, err := otp.New(p)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return k
}

func mustParse(t testing.TB, s string) otp.Key {
	t.Helper()
	k, err := otp.Parse(s)
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return k
}

func codeAt(t testing.TB, k otp.Key, at time.Time) string {
	t.Helper()
	c, err := k.At(k.Step(at))
	if err != nil {
		t.Fatalf("At: %v", err)
	}
	return c.Reveal()
}

func codeOf(t testing.TB, k otp.Key, counter uint64) string {
	t.Helper()
	c, err := k.HOTP(counter)
	if err != nil {
		t.Fatalf("HOTP(%d): %v", counter, err)
	}
	return c.Reveal()
}

// RFC 4226 Appendix D, with the full truncated value as a ten-digit code: the
// longest code shows all 31 bits.
func TestRFC4226Vectors(t *testing.T) {
	vectors := []struct{ six, ten string }{
		{"755224", "1284755224"}, {"287082", "1094287082"}, {"359152", "0137359152"}, {"969429", "1726969429"},
		{"338314", "1640338314"}, {"254676", "0868254676"}, {"287922", "1918287922"}, {"162583", "0082162583"},
		{"399871", "0673399871"}, {"520489", "0645520489"},
	}
	six := mustNew(t, otp.Params{Type: otp.HOTP, Seed: store.NewSecret(rfcSeed)})
	ten := mustNew(t, otp.Params{Type: otp.HOTP, Seed: store.NewSecret(rfcSeed), Digits: 10})
	for counter, want := range vectors {
		if got := codeOf(t, six, uint64(counter)); got != want.six {
			t.Errorf("HOTP(%d) = %s, want %s", counter, got, want.six)
		}
		if got := codeOf(t, ten, uint64(counter)); got != want.ten {
			t.Errorf("HOTP(%d) with ten digits = %s, want %s", counter, got, want.ten)
		}
	}
}

// RFC 6238 Appendix B. Its tables use a key as long as the hash: 20, 32, 64 bytes.
func TestRFC6238Vectors(t *testing.T) {
	vectors := []struct {
		at                   int64
		step                 int64
		sha1, sha256, sha512 string
	}{
		{59, 0x1, "94287082", "46119246", "90693936"},
		{1111111109, 0x23523EC, "07081804", "68084774", "25091201"},
		{1111111111, 0x23523ED, "14050471", "67062674", "99943326"},
		{1234567890, 0x273EF07, "89005924", "91819424", "93441116"},
		{2000000000, 0x3F940AA, "69279037", "90698825", "38618901"},
		{20000000000, 0x27BC86AA, "65353130", "77737706", "47863826"},
	}
	long := rfcSeed + rfcSeed + rfcSeed + rfcSeed
	key := func(a otp.Algorithm, length int) otp.Key {
		return mustNew(t, otp.Params{Seed: store.NewSecret(long[:length]), Algorithm: a, Digits: 8})
	}
	sha1, sha256, sha512 := key(otp.SHA1, 20), key(otp.SHA256, 32), key(otp.SHA512, 64)
	for _, v := range vectors {
		at := time.Unix(v.at, 0)
		if got := sha1.Step(at); got != v.step {
			t.Errorf("Step(%d s) = %#x, want %#x", v.at, got, v.step)
		}
		for _, c := range []struct {
			key  otp.Key
			want string
		}{{sha1, v.sha1}, {sha256, v.sha256}, {sha512, v.sha512}} {
			if got := codeAt(t, c.key, at); got != c.want {
				t.Errorf("%s at %d s = %s, want %s", c.key.Algorithm(), v.at, got, c.want)
			}
		}
	}
}

// RFC 6238 §4.2 wants T to go beyond 32 bits; a period of one second gets there.
func TestStepsBeyond32Bits(t *testing.T) {
	k := mustNew(t, otp.Params{Seed: store.NewSecret(rfcSeed), Period: time.Second})
	at := time.Unix(20000000000, 0)
	if got := k.Step(at); got != 20000000000 {
		t.Fatalf("Step = %d, want 20000000000", got)
	}
	if got, want := codeAt(t, k, at), referenceCode(t, otp.TOTP, rfcBase32, otp.SHA1, 6, 20000000000); got != want {
		t.Errorf("code of step 20000000000 = %s, want %s", got, want)
	}
}

func TestSteamVector(t *testing.T) {
	const seed = "JRZCL47CMXVOQMNPZR2F7J4RGI"
	for _, pasted := range []string{
		"steam://" + seed,
		"otpauth://steam/Steam:gabe?secret=" + seed,
		"otpauth://totp/Steam:gabe?secret=" + seed + "&digits=5&encoder=steam",
	} {
		k := mustParse(t, pasted)
		if got := codeAt(t, k, time.Unix(1111111109, 0)); got != "T73T6" {
			t.Errorf("code = %s, want T73T6", got)
		}
	}
}
