package otp_test

import (
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	pquerna "github.com/pquerna/otp"

	"gatepass/auth/otp"
	"gatepass/store"
)

func TestCanonicalLinks(t *testing.T) {
	seed := store.NewSecret(rfcSeed)
	for _, c := range []struct {
		what   string
		params otp.Params
		want   string
	}{
		{"the usual", otp.Params{Seed: seed}, "otpauth://totp/?secret=" + rfcBase32 + "&algorithm=SHA1&digits=6&period=30"},
		{
			"names", otp.Params{Seed: seed, Issuer: "My Co: A&B", Account: "bob+x@example.com"},
			"otpauth://totp/My%20Co%3A%20A%26B:bob%2Bx%40example.com?secret=" + rfcBase32 + "&issuer=My%20Co%3A%20A%26B&algorithm=SHA1&digits=6&period=30",
		},
		{
			"every parameter", otp.Params{Seed: seed, Algorithm: otp.SHA512, Digits: 8, Period: time.Minute, Counter: 9},
			"otpauth://totp/?secret=" + rfcBase32 + "&algorithm=SHA512&digits=8&period=60",
		},
		{
			"counting", otp.Params{Type: otp.HOTP, Seed: seed, Account: "bob", Counter: 5, Period: time.Minute},
			"otpauth://hotp/bob?secret=" + rfcBase32 + "&algorithm=SHA1&digits=6&counter=5",
		},
		{
			"Steam, whose issuer is written once in each place", otp.Params{Type: otp.Steam, Seed: seed, Issuer: "Steam", Account: "gabe"},
			"otpauth://steam/Steam:gabe?secret=" + rfcBase32 + "&issuer=Steam&algorithm=SHA1&digits=5&period=30",
		},
		{
			"an importer's account that repeats the issuer", otp.Params{Seed: seed, Issuer: "Acme", Account: "acme: Acme:bob"},
			"otpauth://totp/Acme:bob?secret=" + rfcBase32 + "&issuer=Acme&algorithm=SHA1&digits=6&period=30",
		},
		{
			"an importer's account that holds the issuer", otp.Params{Seed: seed, Account: "Acme: bob"},
			"otpauth://totp/Acme:bob?secret=" + rfcBase32 + "&issuer=Acme&algorithm=SHA1&digits=6&period=30",
		},
	} {
		t.Run(c.what, func(t *testing.T) {
			if got := mustNew(t, c.params).URI().Reveal(); got != c.want {
				t.Errorf("URI = %s\nwant  %s", got, c.want)
			}
		})
	}
}

// assertRoundTrip checks the promise of URI: Parse reads an equal key from it, and
// that key writes the same again.
func assertRoundTrip(t *testing.T, k otp.Key) {
	t.Helper()
	link := k.URI().Reveal()
	back, err := otp.Parse(link)
	if err != nil {
		t.Fatalf("Parse refuses our own link: %v\n%s", err, link)
	}
	if !back.Equal(k) || back.URI().Reveal() != link {
		t.Fatalf("link changes on its way:\n%s\n%s", link, back.URI().Reveal())
	}
}

func TestLinksRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		k, err := otp.New(randomParams(r))
		if err != nil {
			t.Fatal(err)
		}
		assertRoundTrip(t, k)
	}
}

func TestTheLargestKeyRoundTrips(t *testing.T) {
	k := mustNew(t, otp.Params{
		Issuer: strings.Repeat("日", otp.MaxName/3), Account: strings.Repeat(":", otp.MaxName),
		Seed: store.NewSecret(strings.Repeat("\xff", otp.MaxSeed)), Algorithm: otp.SHA512, Period: otp.MaxPeriod,
	})
	assertRoundTrip(t, k)
}

// Other readers must understand our links too: Go's own URL parser, and pquerna's.
func TestOthersReadOurLinks(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		k, err := otp.New(randomParams(r))
		if err != nil {
			t.Fatal(err)
		}
		link := k.URI().Reveal()
		u, err := url.Parse(link)
		if err != nil {
			t.Fatalf("net/url refuses %s: %v", link, err)
		}
		if u.Fragment != "" || u.Host != string(k.Type()) || u.Query().Get("issuer") != k.Issuer() {
			t.Fatalf("net/url reads %s otherwise", link)
		}
		other, err := pquerna.NewKeyFromURL(link)
		if err != nil || other.Secret() != k.Seed().Reveal() || other.Issuer() != k.Issuer() {
			t.Fatalf("pquerna/otp reads %s otherwise: %v", link, err)
		}
	}
}
