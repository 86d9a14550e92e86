package otp_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gatepass/auth/otp"
)

// A defect is something that another program gets wrong, in our words, and the proof
// that we do not. Those of reading a pasted key are in peers_test.go, those of files in
// the importer's tests, those of spending in the auth package's.
type defect struct {
	peer, what string
	proof      func(*testing.T)
}

func codeOfLink(t *testing.T, link string, at int64) string {
	t.Helper()
	k := mustParse(t, link)
	if k.Type() == otp.HOTP {
		c, err := k.HOTP(uint64(at))
		if err != nil {
			t.Fatal(err)
		}
		return c.Reveal()
	}
	return codeAt(t, k, time.Unix(at, 0))
}

func refusedAs(t *testing.T, link, field string) {
	t.Helper()
	k, err := otp.Parse(link)
	var parse *otp.ParseError
	if !errors.As(err, &parse) || parse.Field != field || !k.IsZero() {
		t.Errorf("%v; want the %s refused", err, field)
	}
}

const start = "otpauth://totp/a?secret=" + greenSeed

var defects = []defect{
	{"cotp", "one countdown of 30 s for every entry: a code of 15 s stays on the screen for another 15", func(t *testing.T) {
		k := mustParse(t, start+"&period=15")
		for at := int64(0); at < 120; at++ {
			from, until := k.Window(k.Step(time.Unix(at, 0)))
			if until.Sub(from) != 15*time.Second || time.Unix(at, 0).Before(from) || !time.Unix(at, 0).Before(until) {
				t.Fatalf("at %d s the window is %s to %s", at, from, until)
			}
		}
		if codeAt(t, k, time.Unix(14, 0)) == codeAt(t, k, time.Unix(15, 0)) {
			t.Error("the code does not change after 15 s")
		}
	}},
	{"cotp", "an export without the issuer and with a parameter of its own", func(t *testing.T) {
		link := mustParse(t, "otpauth://totp/Acme:bob?secret="+appleSeed+"&lock=true").URI().Reveal()
		if strings.Count(link, "issuer=Acme") != 1 || strings.Contains(link, "lock") {
			t.Error("the link has no issuer, or a lock")
		}
	}},
	{"cotp", "a secret that is no base32 is taken, and fails when its code is wanted", func(t *testing.T) {
		refusedAs(t, "otpauth://totp/a?secret=JBSWY3DPEHPK3PX1", "secret")
	}},
	{"gopass", "the counter of a link is not read: counting starts at 1", func(t *testing.T) {
		if got := mustParse(t, "otpauth://hotp/a?secret="+greenSeed+"&counter=5").Counter(); got != 5 {
			t.Errorf("the counter is %d", got)
		}
	}},
	{"gopass", "a raw # in the label swallows the query, and a code of no secret is given", func(t *testing.T) {
		if got := codeOfLink(t, "otpauth://totp/a#b?secret="+greenSeed+"&digits=8", 59); got != "94287082" {
			t.Errorf("the code is %s", got)
		}
	}},
	{"gopass, gauth, keepassxc-cli, oathtool, 2fa", "a code of no secret at all", func(t *testing.T) {
		for _, link := range []string{"otpauth://totp/a", "otpauth://totp/a?secret=", "otpauth://totp/a?issuer=x&secret=&digits=6", "otpauth://totp/a?secret=%3D%3D"} {
			refusedAs(t, link, "secret")
		}
	}},
	{"pass-otp, gopass, keepassxc-cli", "SHA256 in another spelling becomes SHA1: a wrong code", func(t *testing.T) {
		const long = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA"
		for _, name := range []string{"SHA256", "sha256", "SHA-256", "sha-256", "HmacSHA256", "HMAC-SHA-256", "HMACSHA256", "Algorithm.sha256", "SHA_256"} {
			if got := codeOfLink(t, "otpauth://totp/a?secret="+long+"&digits=8&algorithm="+name, 59); got != "46119246" {
				t.Errorf("%s: the code is %s", name, got)
			}
		}
	}},
	{"pass-otp, gopass, keepassxc-cli", "an unknown algorithm becomes SHA1", func(t *testing.T) {
		for _, name := range []string{"MD5", "SHA224", "SHA384", "SHA3-256", "SHA", "none", "SHA2", "HMAC"} {
			refusedAs(t, start+"&algorithm="+name, "algorithm")
		}
	}},
	{"pass-otp, gopass, keepassxc-cli", "a period of 0 gives a code, and a countdown that divides by it", func(t *testing.T) {
		for _, period := range []string{"0", "-30", "abc", "1.5", "86401", "99999999999999999999", "30s"} {
			refusedAs(t, start+"&period="+period, "period")
		}
	}},
	{"pass-otp, gopass, keepassxc-cli", "0 digits give six, and a million a code of a megabyte", func(t *testing.T) {
		for _, digits := range []string{"0", "-1", "4", "11", "1000000", "18446744073709551615", "six", "6.0"} {
			refusedAs(t, start+"&digits="+digits, "digits")
		}
	}},
	{"pass-otp, gopass, gauth, keepassxc-cli", "otpauth://steam gives decimal codes, or none", func(t *testing.T) {
		for _, link := range []string{
			"otpauth://steam/Steam:x?secret=" + longSeed, "steam://" + longSeed, "otpauth://totp/Steam:x?secret=" + longSeed + "&issuer=Steam&encoder=steam",
			"otpauth://totp/x?secret=" + longSeed + "&digits=8&encoder=steam", "otpauth://totp/Steam:x?secret=" + longSeed + "&digits=5&issuer=Steam",
		} {
			if got := codeOfLink(t, link, 1111111109); got != "T73T6" {
				t.Errorf("%s…: the code is %s", link[:16], got)
			}
		}
	}},
	{"pquerna/otp", "MD5 panics for one counter in five, and a huge number of digits divides by zero", func(t *testing.T) {
		refusedAs(t, start+"&algorithm=md5", "algorithm")
		refusedAs(t, start+"&digits=9223372036854775807", "digits")
	}},
	{"pquerna/otp", "a ';' between parameters drops them, the secret too", func(t *testing.T) {
		if got := codeOfLink(t, "otpauth://totp/a?digits=8;secret="+greenSeed+";issuer=x", 59); got != "94287082" {
			t.Errorf("the code is %s", got)
		}
	}},
	{"pquerna/otp", "a link that is none has a type and no error", func(t *testing.T) {
		for _, text := range []string{"", "garbage!", "http://example.com/", "otpauth-migration://offline?data=AAAA", "otpauth://example.com/?x=y"} {
			if k, err := otp.Parse(text); err == nil || !k.IsZero() {
				t.Errorf("%q was taken for a key", text)
			}
		}
	}},
	{"2fa, FreeOTP, pass-otp", "the first code of a counter is that of the one after it", func(t *testing.T) {
		for counter, want := range []string{"755224", "287082", "359152"} {
			link := "otpauth://hotp/a?secret=" + greenSeed + "&counter=" + string(rune('0'+counter))
			if k := mustParse(t, link); codeOf(t, k, k.Counter()) != want {
				t.Errorf("counter %d does not begin with %s", counter, want)
			}
		}
	}},
	{"pass-otp", "counting rewrites the link, and destroys it", func(t *testing.T) {
		k := mustParse(t, "otpauth://hotp/A%26B:b?secret="+greenSeed+"&counter=0&issuer=A%26B")
		for range 3 {
			codeOf(t, k, k.Counter())
			moved, err := k.WithCounter(k.Counter() + 1)
			if err != nil {
				t.Fatal(err)
			}
			if k = mustParse(t, moved.URI().Reveal()); k.Issuer() != "A&B" || strings.Count(k.URI().Reveal(), "counter=") != 1 {
				t.Fatal("the link is another")
			}
		}
		if k.Counter() != 3 {
			t.Errorf("the counter is %d", k.Counter())
		}
	}},
	{"pass-otp", "an error quotes the seed", func(t *testing.T) {
		const seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PX1"
		_, err := otp.Parse("otpauth://totp/a?secret=" + seed)
		if err == nil {
			t.Fatal("it was taken")
		}
		assertTellsNothing(t, err, seed)
	}},
	{"OTPClient", "the issuer stands twice in a Steam link", func(t *testing.T) {
		if link := mustParse(t, "otpauth://steam/Steam:gabe?secret="+longSeed+"&issuer=Steam").URI().Reveal(); strings.Count(link, "issuer=") != 1 {
			t.Error("it stands there more than once")
		}
	}},
	{"twofat", "a code of 60 s is given as one of 30", func(t *testing.T) {
		if k := mustParse(t, start+"&period=60"); codeAt(t, k, time.Unix(59, 0)) != codeAt(t, k, time.Unix(0, 0)) {
			t.Error("it changes within the minute")
		}
	}},
}

func TestDefectsOfPeers(t *testing.T) {
	for _, d := range defects {
		t.Run(d.peer+": "+d.what, d.proof)
	}
}
