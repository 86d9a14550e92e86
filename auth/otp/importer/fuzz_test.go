package importer_test

import (
	"strings"
	"testing"

	"gatepass/auth/otp"
	"gatepass/auth/otp/importer"
)

// fuzz starts from the fixtures of some formats. Whatever a file holds, nothing
// panics, nothing is told, and every key that comes out gives codes.
func fuzz(f *testing.F, formats ...string) {
	importer.Cheap(f)
	for _, fx := range fixtures() {
		for _, format := range formats {
			if strings.HasPrefix(fx.format, format) {
				f.Add(fx.data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		got, err := importer.Read(t.Context(), "fuzz", data, answer(password))
		if err != nil && (len(got.Entries) > 0 || len(got.Refused) > 0) {
			t.Error("an error came with entries")
		}
		for _, e := range got.Entries {
			if e.Where == "" {
				t.Error("an entry has no place")
			}
			if _, err := otp.Parse(e.Key.URI().Reveal()); err != nil {
				t.Errorf("a key does not survive its own link: %v", err)
			}
		}
		for _, r := range got.Refused {
			if r.Where == "" || r.Reason == "" {
				t.Errorf("a refusal is bare: %+v", r)
			}
		}
		for i := range got.Entries {
			got.Entries[i].Name, got.Entries[i].Tags = "", nil
		}
		if tells(said(got, err)) {
			t.Error("the seed is told")
		}
	})
}

// FuzzWild starts from what people really hand over.
func FuzzWild(f *testing.F) {
	for _, in := range append(wildLinks, wildFiles...) {
		f.Add([]byte(strings.ReplaceAll(strings.ReplaceAll(in.data, gez, seed1), pxp, canary)))
	}
	fuzz(f)
}

func FuzzLinks(f *testing.F)     { fuzz(f, "otpauth list") }
func FuzzMigration(f *testing.F) { fuzz(f, "Google") }
func FuzzPicture(f *testing.F)   { fuzz(f, "QR code") }
func FuzzAegis(f *testing.F)     { fuzz(f, "Aegis") }
func Fuzz2FAS(f *testing.F)      { fuzz(f, "2FAS") }
func FuzzBitwarden(f *testing.F) { fuzz(f, "Bitwarden") }
func FuzzTable(f *testing.F)     { fuzz(f, "CSV", "Bitwarden CSV") }
func FuzzKeePass(f *testing.F)   { fuzz(f, "KeePass XML") }
func FuzzAndOTP(f *testing.F)    { fuzz(f, "andOTP") }
func FuzzFreeOTP(f *testing.F)   { fuzz(f, "FreeOTP+") }
func FuzzEnte(f *testing.F)      { fuzz(f, "ente") }
func FuzzProton(f *testing.F)    { fuzz(f, "Proton") }
func FuzzStratum(f *testing.F)   { fuzz(f, "Stratum") }
func FuzzDuo(f *testing.F)       { fuzz(f, "Duo") }

func FuzzAnyJSON(f *testing.F) {
	fuzz(f, "Raivo", "LastPass", "2FAuth", "Authenticator extension", "Authy", "Proton Pass", "JSON", "Steam")
}
func FuzzPreferences(f *testing.F) { fuzz(f, "FreeOTP", "TOTP Authenticator") }
func FuzzArchive(f *testing.F)     { fuzz(f, "ZIP", "gzip") }
func FuzzHTML(f *testing.F)        { fuzz(f, "HTML") }
