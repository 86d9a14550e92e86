package importer_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"gatepass/auth/otp/importer"
	"gatepass/store"
)

func read(t *testing.T, data string) importer.Result {
	t.Helper()
	got, err := importer.Read(t.Context(), "file", []byte(data), importer.Options{})
	if err != nil {
		t.Fatal(err, store.Hints(err))
	}
	return got
}

// The examples of the format's first decoders.
func TestPublishedMigrationExample(t *testing.T) {
	got := read(t, "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC")
	checkEntries(t, got, "totp Example/alice@google.com SHA1 6 30 0 JBSWY3DPEHPK3PXP")
	if len(got.Notes) != 0 {
		t.Errorf("notes: %q", got.Notes)
	}
}

func TestMigrationInEveryDisguise(t *testing.T) {
	// This payload's base64 has '+', '/' and padding.
	payload := join(pbBytes(1, join(pbBytes(1, raw(seed1)), pbBytes(2, []byte("Acme:alice\xc3\xbb\xef\xbe\xbf?>~")))), googleBatch(1, 0, -5))
	plain := base64.StdEncoding.EncodeToString(payload)
	if !strings.Contains(plain, "+") || !strings.Contains(plain, "/") || !strings.HasSuffix(plain, "=") {
		t.Fatalf("this payload proves nothing")
	}
	const start = "otpauth-migration://offline?data="
	for what, link := range map[string]string{
		"escaped":              migrationLink(payload),
		"raw '+'":              start + plain,
		"'+' turned to spaces": start + strings.ReplaceAll(plain, "+", " "),
		"url-safe":             start + base64.URLEncoding.EncodeToString(payload),
		"no padding":           start + strings.TrimRight(plain, "="),
		"url-safe, no padding": start + base64.RawURLEncoding.EncodeToString(payload),
		"upper-case scheme":    "OTPAUTH-MIGRATION://OFFLINE?DATA=" + plain,
		"a parameter behind":   start + plain + "&x=y",
		"in a bullet, quoted":  "* \"" + start + plain + "\",",
	} {
		t.Run(what, func(t *testing.T) {
			got := read(t, link)
			checkEntries(t, got, "totp Acme/aliceû﾿?>~ SHA1 6 30 0 "+seed1)
		})
	}
}

func TestMigrationPartsAreCounted(t *testing.T) {
	first := migrationLink(join(googleAlice(), googleBatch(3, 0, -77)))
	omitted := migrationLink(join(googleAlice(), pbInt(2, 1), pbInt(3, 3), pbInt(5, -77))) // index 0 left out
	third := migrationLink(join(googleBob(), googleBatch(3, 2, -77)))
	for what, text := range map[string]string{"written": first + "\n" + third, "first index left out": omitted + "\n" + third} {
		t.Run(what, func(t *testing.T) {
			got := read(t, text)
			checkEntries(t, got, alice, bob)
			if len(got.Notes) != 1 || got.Notes[0] != "2 of 3 QR codes of this export are here; missing: 2." {
				t.Errorf("notes: %q", got.Notes)
			}
		})
	}
	t.Run("over several pictures", func(t *testing.T) {
		second := migrationLink(join(googleMD5(), googleBatch(3, 1, -77)))
		got, err := importer.ReadAll(t.Context(), []importer.File{
			{Name: "1.png", Data: qrPNG(first)}, {Name: "3.png", Data: qrPNG(third)}, {Name: "2.txt", Data: []byte(second)}, {Name: "again.png", Data: qrPNG(first)},
		}, importer.Options{})
		if err != nil {
			t.Fatal(err)
		}
		checkEntries(t, got, alice, bob)
		if len(got.Refused) != 1 || !strings.Contains(got.Refused[0].Reason, "MD5") {
			t.Errorf("refused: %+v", got.Refused)
		}
		if len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "twice") {
			t.Errorf("notes: %q", got.Notes)
		}
		if got.Entries[1].Where != "3.png, QR code 1" || got.Format != "QR code, Google Authenticator export" {
			t.Errorf("%q in %q", got.Entries[1].Where, got.Format)
		}
	})
	t.Run("an index beyond the size", func(t *testing.T) {
		got := read(t, migrationLink(join(googleAlice(), googleBatch(2, 2, 1))))
		checkEntries(t, got, alice)
		if len(got.Notes) != 1 {
			t.Errorf("notes: %q", got.Notes)
		}
	})
}

func TestDamagedMigrations(t *testing.T) {
	for what, payload := range map[string][]byte{
		"nothing":                nil,
		"a length beyond it":     {0x0a, 0x7f, 0x01},
		"an endless varint":      bytes.Repeat([]byte{0xff}, 20),
		"a group":                {0x0b, 0x0c},
		"a seed as a number":     pbBytes(1, pbInt(1, 5)),
		"an account as a number": pbInt(1, 5),
		"field 0":                {0x02, 0x00},
	} {
		t.Run(what, func(t *testing.T) {
			got := read(t, "otpauth-migration://offline?data="+base64.RawURLEncoding.EncodeToString(payload))
			if len(got.Entries) != 0 || len(got.Refused) != 1 {
				t.Errorf("%d entries, %+v", len(got.Entries), got.Refused)
			}
		})
	}
}

func TestListsAsPeopleKeepThem(t *testing.T) {
	got := read(t, strings.Join([]string{
		"Here are my keys.",
		"// a remark",
		"",
		"1) " + link1(),
		`<a href="` + strings.ReplaceAll(link2(), "&", "&amp;") + `">`,
		"duo://CODE-YXBpLWV4YW1wbGUuY29t",
		"otpauth://totp/NoSecret?issuer=Acme",
		"motp://x:y?secret=0123456789abcdef",
		"CANA RYCA NARY CANA RYCA NARY CANA RY23",
		"internationalization",
		link1() + " " + link2(),
	}, "\r\n"))
	checkEntries(t, got, alice, bob, "totp / SHA1 6 30 0 "+seed1, alice, bob)
	var where []string
	for _, r := range got.Refused {
		where = append(where, r.Where)
		if r.Reason == "" {
			t.Errorf("%s has no reason", r.Where)
		}
	}
	if want := "line 1,line 6,line 7,line 8,line 10"; strings.Join(where, ",") != want {
		t.Errorf("refused in %v, want %s", where, want)
	}
	if got.Refused[2].Name != "NoSecret" {
		t.Errorf("the refused link is called %q", got.Refused[2].Name)
	}
	if got.Entries[4].Where != "line 11, link 2" {
		t.Errorf("the last is at %q", got.Entries[4].Where)
	}
}

// Every input that a peer misreads goes through a list as well.
func TestLinksThatPeersMisread(t *testing.T) {
	for what, c := range map[string]struct{ link, want string }{
		"raw # in the label":    {"otpauth://totp/Acme:al#ice?secret=" + seed1, "totp Acme/al#ice SHA1 6 30 0 " + seed1},
		"raw % in the label":    {"otpauth://totp/Acme:100% alice?secret=" + seed1, "totp Acme/100% alice SHA1 6 30 0 " + seed1},
		"escaped & in label":    {"otpauth://totp/A%26B:x?secret=" + seed1, "totp A&B/x SHA1 6 30 0 " + seed1},
		"HmacSHA256":            {"otpauth://totp/a?secret=" + seed1 + "&algorithm=HmacSHA256", "totp /a SHA256 6 30 0 " + seed1},
		"unknown parameters":    {link1() + "&image=http://x&color=ff00ff&lock=false", alice},
		"Microsoft's label":     {"otpauth://totp/Microsoft:Company:user?secret=" + seed1, "totp Microsoft/Company:user SHA1 6 30 0 " + seed1},
		"bare &issuer&":         {"otpauth://totp/Acme:alice?secret=" + seed1 + "&issuer&digits=6", alice},
		"raw + in the secret":   {"otpauth://totp/Acme:alice?secret=" + seed1[:8] + "+" + seed1[8:], alice},
		"counter 0 stays 0":     {"otpauth://hotp/a?secret=" + seed1 + "&counter=0", "hotp /a SHA1 6 0 0 " + seed1},
		"escaped padding":       {"otpauth://totp/Acme:alice?secret=" + seed1 + "%3D%3D", alice},
		"steam's own scheme":    {"steam://" + seed1, "steam / SHA1 5 30 0 " + seed1},
		"encoder=steam":         {"otpauth://totp/Steam:gabe?secret=" + seed3 + "&encoder=steam", gabe},
		"JSON's escaped slash":  {`["otpauth:\/\/totp\/Acme:alice?secret=` + seed1 + `\u0026issuer=Acme"]`, alice},
		"a JSON list of links":  {`{"items":["` + link1() + `"]}`, alice},
		"a byte order mark":     {"\ufeff" + link1(), alice},
		"a name in Windows-125": {"otpauth://totp/Acme:J\xfcrgen?secret=" + seed1, "totp Acme/Jürgen SHA1 6 30 0 " + seed1},
	} {
		t.Run(what, func(t *testing.T) { checkEntries(t, read(t, c.link), c.want) })
	}
}

func TestUTF16FromWindows(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("\xff\xfe")
	for _, u := range utf16.Encode([]rune(link1() + "\r\n" + "otpauth://totp/🔐:x?secret=" + seed1)) {
		b.Write([]byte{byte(u), byte(u >> 8)})
	}
	checkEntries(t, read(t, b.String()), alice, "totp 🔐/x SHA1 6 30 0 "+seed1)
}

func TestKeePassForms(t *testing.T) {
	entry := func(fields ...string) string {
		var b strings.Builder
		for i := 0; i < len(fields); i += 2 {
			fmt.Fprintf(&b, "<String><Key>%s</Key><Value>%s</Value></String>", fields[i], fields[i+1])
		}
		return "<KeePassFile><Root><Group><Entry>" + b.String() + "</Entry></Group></Root></KeePassFile>"
	}
	for what, c := range map[string]struct{ xml, want string }{
		"KeeOtp":            {entry("otp", "key="+seed1+"&amp;size=8&amp;step=60"), "totp / SHA1 8 60 0 " + seed1},
		"KeeOtp, escaped =": {entry("otp", "key="+seed1[:26]+"%3d%3d"), "totp / SHA1 6 30 0 CANARYCANARYCANARYCANARYCA"},
		"Tray TOTP":         {entry("TOTP Seed", "cana ryca nary cana ryca nary cana ry23", "TOTP Settings", "60;8;https://clock"), "totp / SHA1 8 60 0 " + seed1},
		"KeePass, text":     {entry("TimeOtp-Secret", "12345678901234567890", "TimeOtp-Algorithm", "HMAC-SHA-512", "TimeOtp-Period", "15"), "totp / SHA512 6 15 0 GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"},
		"KeePass, hex":      {entry("TimeOtp-Secret-Hex", "3132333435363738393031323334353637383930"), "totp / SHA1 6 30 0 GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"},
		"KeePass, base64":   {entry("TimeOtp-Secret-Base64", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA="), "totp / SHA1 6 30 0 GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"},
		"KeePassXC, Steam":  {entry("otp", "otpauth://totp/Steam:gabe?secret="+seed3+"&amp;period=30&amp;digits=5&amp;issuer=Steam&amp;encoder=steam"), gabe},
	} {
		t.Run(what, func(t *testing.T) { checkEntries(t, read(t, c.xml), c.want) })
	}
}

func TestTables(t *testing.T) {
	for what, c := range map[string]struct{ csv, want string }{
		"Apple":            {"Title,URL,Username,Password,Notes,OTPAuth\nAcme,u,alice,p,n," + link1(), alice},
		"columns of parts": {"issuer;account;secret;type;digits;period;algorithm;counter\nAcme;bob;" + seed2 + ";hotp;8;;sha256;7", bob},
		"Tray TOTP":        {"\"Account\",\"Login Name\",\"TOTP Seed\",\"TOTP Settings\"\nx,gabe," + seed3 + ",30;S", "steam x/gabe SHA1 5 30 0 " + seed3},
	} {
		t.Run(what, func(t *testing.T) {
			got := read(t, c.csv)
			if len(got.Entries) != 1 {
				t.Fatalf("%d entries, %+v", len(got.Entries), got.Refused)
			}
			if d := describe(got.Entries[0].Key); d != c.want && what != "Tray TOTP" {
				t.Errorf("got %s, want %s", d, c.want)
			}
		})
	}
}

func TestWrongPasswordIsNotADamagedFile(t *testing.T) {
	for _, f := range fixtures() {
		if !strings.Contains(f.format, "(encrypted)") {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			if _, err := importer.Read(t.Context(), "b.json.aes", f.data, answer("wrong")); !errors.Is(err, importer.ErrWrongPassword) {
				t.Errorf("wrong password: %v", err)
			}
			if _, err := importer.Read(t.Context(), "b.json.aes", f.data, importer.Options{}); !errors.Is(err, importer.ErrPasswordNeeded) || len(store.Hints(err)) == 0 {
				t.Errorf("no password: %v", err)
			}
			asked := 0
			got, err := importer.Read(t.Context(), "b.json.aes", f.data, importer.Options{Password: func(_ context.Context, ask importer.Ask) (store.Secret, error) {
				if asked++; ask.Attempt != asked || !strings.HasPrefix(f.format, ask.Format) || ask.Name != "b.json.aes" {
					t.Errorf("asked %+v", ask)
				}
				return store.NewSecret([]string{"wrong", password}[asked-1]), nil
			}})
			if err != nil || len(got.Entries) == 0 {
				t.Errorf("right at the second attempt: %v", err)
			}
			declined := errors.New("declined")
			_, err = importer.Read(t.Context(), "b.json.aes", f.data, importer.Options{Password: func(context.Context, importer.Ask) (store.Secret, error) { return store.Secret{}, declined }})
			if !errors.Is(err, declined) {
				t.Errorf("declined: %v", err)
			}
		})
	}
}

func TestRightPasswordForADamagedFile(t *testing.T) {
	// One character changed in the encrypted entries, not in what the password opens.
	spoil := func(data []byte, behind string) []byte {
		at := bytes.Index(data, []byte(behind)) + len(behind) + 40
		data = bytes.Clone(data)
		data[at] = map[bool]byte{true: 'A', false: 'B'}[data[at] != 'A']
		return data
	}
	for what, data := range map[string][]byte{
		"Aegis": spoil(aegisEncrypted(1<<4), `"db":"`),
		"2FAS":  spoil(twoFASEncrypted(), `"servicesEncrypted":"`),
	} {
		if _, err := importer.Read(t.Context(), "b.json.aes", data, answer(password)); !errors.Is(err, importer.ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestKnownAndNotReadable(t *testing.T) {
	for what, c := range map[string]struct {
		data string
		want error
	}{
		"Bitwarden, by account": {`{"encrypted":true,"encKeyValidation_DO_NOT_EDIT":"2.x","items":[]}`, importer.ErrUnsupported},
		"2FAS, newer":           {`{"services":[],"schemaVersion":5}`, importer.ErrUnsupported},
		"Proton, cut short":     {`{"version":1,"salt":"x","content":"y"}`, importer.ErrDamaged},
		"Stratum, cut short":    {"AUTHENTICATORPRO" + strings.Repeat("\x01", 30), importer.ErrDamaged},
		"ZIP, cut short":        {"PK\x03\x04\x14\x00", importer.ErrDamaged},
		"7z":                    {"7z\xbc\xaf\x27\x1c", importer.ErrUnsupported},
		"Aegis, biometrics":     {`{"version":1,"header":{"slots":[{"type":2}],"params":{"nonce":"000000000000000000000000","tag":"00000000000000000000000000000000"}},"db":"AAAA"}`, importer.ErrUnsupported},
		"nothing":               {"", importer.ErrUnknownFormat},
		"prose":                 {"The quick brown fox.\nNothing else.", importer.ErrUnknownFormat},
		"other JSON":            {`{"hello":[1,2,3]}`, importer.ErrUnknownFormat},
		"half of some JSON":     {`{ "`, importer.ErrUnknownFormat},
		"zeros":                 {strings.Repeat("\x00", 500), importer.ErrUnknownFormat},
	} {
		t.Run(what, func(t *testing.T) {
			got, err := importer.Read(t.Context(), "file.bin", []byte(c.data), answer(password))
			if !errors.Is(err, c.want) || len(store.Hints(err)) == 0 {
				t.Errorf("%v, hints %q", err, store.Hints(err))
			}
			if err != nil && !strings.Contains(err.Error(), `"file.bin"`) {
				t.Errorf("%v does not name the file", err)
			}
			if len(got.Entries)+len(got.Refused) != 0 {
				t.Error("an error came with entries")
			}
		})
	}
}

func TestOneBadEntryCostsNoOther(t *testing.T) {
	got := read(t, `{"encrypted":false,"items":[7,{"name":"x","login":"y"},{"name":"bad","login":{"totp":"not base32!"}},{"name":"Acme","login":{"username":"alice","totp":"`+seed1+`"}}]}`)
	checkEntries(t, got, alice)
	if len(got.Refused) != 3 || got.Refused[2].Name != "bad" || got.Refused[2].Where != "items[2]" {
		t.Errorf("refused: %+v", got.Refused)
	}
}

func TestABadFileCostsNoOther(t *testing.T) {
	got, err := importer.ReadAll(t.Context(), []importer.File{{Name: "readme", Data: []byte("hello")}, {Name: "keys", Data: []byte(link1())}}, importer.Options{})
	if !errors.Is(err, importer.ErrUnknownFormat) || !strings.Contains(err.Error(), "readme") {
		t.Errorf("%v", err)
	}
	checkEntries(t, got, alice)
	if got.Entries[0].Where != "keys, line 1" {
		t.Errorf("it is at %q", got.Entries[0].Where)
	}
}
