package importer_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"gatepass/auth/otp/importer"
	"gatepass/store"
)

// said gathers everything that a reading tells about a file, but its entries.
func said(got importer.Result, err error) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q %q %+v %+v", got.Format, got.Notes, got.Refused, got, got.Entries)
	for _, e := range got.Entries {
		fmt.Fprint(&b, e.Where, e.Key.Notes(), e.Key)
	}
	if err != nil {
		fmt.Fprintf(&b, "%v %+v %#v %q", err, err, err, store.Hints(err))
	}
	return b.String()
}

// tells looks for a stretch of the canary, in base32, bytes, hex or base64.
func tells(said string) bool {
	const piece = 16 // what is shorter no one can tell from a name
	upper := strings.ToUpper(said)
	for i := range len("CANARY") {
		if strings.Contains(upper, canary[i:i+piece]) {
			return true
		}
	}
	bytesOf := string(raw(seed1)[:8])
	return strings.Contains(said, bytesOf) || strings.Contains(strings.ToLower(said), fmt.Sprintf("%x", bytesOf))
}

// Refusals and entries have names that come from the file; a mangled file may put
// the seed there. Entries may, for a name is then what the user gave; what else is
// said must not.
func check(t *testing.T, what string, data []byte) {
	t.Helper()
	got, err := importer.Read(t.Context(), "backup.json.aes", data, answer(password))
	for i := range got.Entries {
		got.Entries[i].Name, got.Entries[i].Tags = "", nil
	}
	if tells(said(got, err)) {
		t.Errorf("%s tells the seed: %s", what, said(got, err))
	}
}

func TestNothingTellsASeed(t *testing.T) {
	importer.Cheap(t)
	if !tells("x" + canary) {
		t.Fatal("the canary would not be noticed")
	}
	for _, f := range fixtures() {
		t.Run(f.name, func(t *testing.T) {
			check(t, "whole", f.data)
			// Every place in a short file, and about 400 in a long one.
			step := max(1, len(f.data)/400)
			if testing.Short() || f.format == "QR code" || f.format == "HTML" || strings.Contains(f.format, "2FAS (enc") {
				step = max(1, len(f.data)/40)
			}
			for i := 0; i < len(f.data); i += step {
				check(t, fmt.Sprintf("cut at %d", i), f.data[:i])
				flipped := bytes.Clone(f.data)
				flipped[i] ^= 1 << (i % 8)
				check(t, fmt.Sprintf("bit flipped in %d", i), flipped)
			}
		})
	}
}

func TestARefusedNameThatIsASeedIsNotTold(t *testing.T) {
	for _, text := range []string{
		"otpauth://totp/" + seed1 + "?issuer=x",
		"otpauth://totp/x:" + strings.ToLower(seed1) + "?digits=9999",
		"otpauth://totp/x=" + seed1,
		`{"encrypted":false,"items":[{"name":"` + seed1 + `","login":{"totp":"!"}}]}`,
		"name,totp\n" + seed1 + ",!",
		"word " + seed1 + " word",
	} {
		check(t, text[:20], []byte(text))
	}
}
