package importer_test

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/scrypt"

	"gatepass/auth/otp"
	"gatepass/auth/otp/importer"
	"gatepass/auth/otp/qr"
	"gatepass/store"
)

// Every seed in these fixtures begins with the canary, so that one look finds any
// that was said aloud.
const (
	canary = "CANARYCANARYCANARYCANARYCANARY"
	seed1  = canary + "23"
	seed2  = canary + "24"
	seed3  = canary + "25"

	password = "test"
)

// The three keys that every fixture holds which can express them.
var (
	alice = "totp Acme/alice SHA1 6 30 0 " + seed1
	bob   = "hotp Acme/bob SHA256 8 0 7 " + seed2
	gabe  = "steam Steam/gabe SHA1 5 30 0 " + seed3
)

// describe gives a key in the words of the fixtures.
func describe(k otp.Key) string {
	return fmt.Sprintf("%s %s/%s %s %d %d %d %s", k.Type(), k.Issuer(), k.Account(), k.Algorithm(), k.Digits(),
		int(k.Period()/time.Second), k.Counter(), k.Seed().Reveal())
}

// A fixture is a file as its program writes it, made here from the format's
// description, by other code than the one that reads it.
type fixture struct {
	name    string
	format  string
	data    []byte
	want    []string
	tags    string // of the first entry
	refused int
	notes   int
}

func raw(seed string) []byte {
	b, err := base32.StdEncoding.DecodeString(seed)
	if err != nil {
		panic(err)
	}
	return b
}

func link1() string { return "otpauth://totp/Acme:alice?secret=" + seed1 + "&issuer=Acme" }
func link2() string {
	return "otpauth://hotp/Acme:bob?secret=" + seed2 + "&issuer=Acme&algorithm=SHA256&digits=8&counter=7"
}
func link3() string { return "otpauth://steam/Steam:gabe?secret=" + seed3 + "&issuer=Steam" }

func gcmSeal(key, nonce, plain []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return gcm.Seal(nil, nonce, plain, nil)
}

var nonce12 = []byte("0123456789ab")

const aegisDB = `{"version":3,"entries":[
 {"type":"totp","uuid":"a","name":"alice","issuer":"Acme","note":"","favorite":false,"icon":null,"info":{"secret":"` + seed1 + `","algo":"SHA1","digits":6,"period":30},"groups":["g1"]},
 {"type":"hotp","uuid":"b","name":"bob","issuer":"Acme","info":{"secret":"` + seed2 + `","algo":"SHA256","digits":8,"counter":7},"groups":[]},
 {"type":"steam","uuid":"c","name":"gabe","issuer":"Steam","info":{"secret":"` + seed3 + `","algo":"SHA1","digits":5,"period":30},"groups":[]},
 {"type":"motp","uuid":"d","name":"m","issuer":"Old","info":{"secret":"` + canary + `","algo":"MD5","digits":6,"period":10,"pin":"1234"}}],
 "groups":[{"uuid":"g1","name":"work"}]}`

// aegisEncrypted makes a vault with a slot for biometrics, one for another
// password, and one for ours.
func aegisEncrypted(n int) []byte {
	master := bytes.Repeat([]byte{7}, 32)
	slot := func(typ int, pw string) string {
		salt := []byte("salt for " + pw + strings.Repeat(".", 20))
		key, err := scrypt.Key([]byte(pw), salt, n, 8, 1, 32)
		if err != nil {
			panic(err)
		}
		sealed := gcmSeal(key, nonce12, master)
		if typ != 1 {
			return fmt.Sprintf(`{"type":%d,"uuid":"x","key":"%x","key_params":{"nonce":"%x","tag":"%x"}}`, typ, sealed[:32], nonce12, sealed[32:])
		}
		return fmt.Sprintf(`{"type":%d,"uuid":"x","key":"%x","key_params":{"nonce":"%x","tag":"%x"},"n":%d,"r":8,"p":1,"salt":"%x","repaired":true}`,
			typ, sealed[:32], nonce12, sealed[32:], n, salt)
	}
	sealed := gcmSeal(master, nonce12, []byte(aegisDB))
	at := len(sealed) - 16
	return fmt.Appendf(nil, `{"version":1,"header":{"slots":[%s,%s,%s],"params":{"nonce":"%x","tag":"%s"}},"db":"%s"}`,
		slot(2, "finger"), slot(1, "another"), slot(1, password), nonce12, hex.EncodeToString(sealed[at:]), base64.StdEncoding.EncodeToString(sealed[:at]))
}

const twoFASServices = `[
 {"name":"Acme","secret":"` + seed1 + `","updatedAt":1,"otp":{"label":"x","account":"alice","issuer":"Acme","digits":6,"period":30,"algorithm":"SHA1","tokenType":"TOTP","source":"Link"},"order":{"position":0},"groupId":"g1"},
 {"name":"Acme","secret":"` + seed2 + `","otp":{"account":"bob","digits":8,"algorithm":"SHA256","counter":7,"tokenType":"HOTP","source":"Manual"}},
 {"name":"Steam","secret":"` + seed3 + `","otp":{"account":"gabe","issuer":"Steam","digits":5,"period":30,"algorithm":"SHA1","tokenType":"STEAM"}}]`

func twoFASEncrypted() []byte {
	seal := func(plain string) string {
		salt := bytes.Repeat([]byte("s"), 256)
		key, err := pbkdf2.Key(sha256.New, password, salt, 10_000, 32)
		if err != nil {
			panic(err)
		}
		b := base64.StdEncoding.EncodeToString
		return b(gcmSeal(key, nonce12, []byte(plain))) + ":" + b(salt) + ":" + b(nonce12)
	}
	return fmt.Appendf(nil, `{"services":[],"groups":[{"id":"g1","name":"work","isExpanded":true}],"updatedAt":1,"schemaVersion":4,"appVersionCode":1,"appOrigin":"android","servicesEncrypted":%q,"reference":%q}`,
		seal(twoFASServices), seal("tRViSsLKzd86Hprh4ceC2OP7xazn4rrt"))
}

const andOTPPlain = `[
 {"secret":"` + seed1 + `","issuer":"Acme","label":"alice","digits":6,"type":"TOTP","algorithm":"SHA1","thumbnail":"Default","last_used":1,"used_frequency":0,"period":30,"tags":["work"]},
 {"secret":"` + seed2 + `","label":"Acme - bob","digits":8,"type":"HOTP","algorithm":"SHA256","counter":7,"tags":[]},
 {"secret":"` + seed3 + `","issuer":"Steam","label":"gabe","digits":5,"type":"STEAM","algorithm":"SHA1","period":30,"tags":[]}]`

func andOTPEncrypted(iterations uint32) []byte {
	salt := []byte("twelve bytes")
	key, err := pbkdf2.Key(sha1.New, password, salt, int(iterations), 32)
	if err != nil {
		panic(err)
	}
	out := append(binary.BigEndian.AppendUint32(nil, iterations), salt...)
	out = append(out, nonce12...)
	return append(out, gcmSeal(key, nonce12, []byte(andOTPPlain))...)
}

func andOTPOld() []byte {
	key := sha256.Sum256([]byte(password))
	nonce := []byte("\xf3\x81\x02\xc4\x95\x06\xd7\xa8\x09\xba\xcb\xfc")
	return append(bytes.Clone(nonce), gcmSeal(key[:], nonce, []byte(andOTPPlain))...)
}

// freeOTP writes seeds as Java's signed bytes, and counters one less.
func freeOTP() []byte {
	signed := func(seed string) string {
		var all []string
		for _, b := range raw(seed) {
			all = append(all, fmt.Sprint(int8(b)))
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	return fmt.Appendf(nil, `{"tokenOrder":["Acme:alice","Acme:bob"],"tokens":[
 {"algo":"SHA1","counter":0,"digits":6,"issuerExt":"Acme","issuerInt":"Acme","label":"alice","period":30,"secret":%s,"type":"TOTP"},
 {"algo":"SHA256","counter":6,"digits":8,"issuerExt":"Acme","label":"bob","period":30,"secret":%s,"type":"HOTP"}]}`, signed(seed1), signed(seed2))
}

// An account of a migration payload, and the payload itself, by hand.
func pbBytes(number int, v []byte) []byte {
	return append(append([]byte{byte(number<<3 | 2)}, binary.AppendUvarint(nil, uint64(len(v)))...), v...)
}

func pbInt(number int, v int64) []byte {
	return binary.AppendUvarint([]byte{byte(number << 3)}, uint64(v))
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func googleAlice() []byte {
	return pbBytes(1, join(pbBytes(1, raw(seed1)), pbBytes(2, []byte("Acme:alice")), pbBytes(3, []byte("Acme")), pbInt(4, 1), pbInt(5, 1), pbInt(6, 2), pbBytes(8, []byte("id"))))
}

func googleBob() []byte {
	return pbBytes(1, join(pbBytes(1, raw(seed2)), pbBytes(2, []byte("bob")), pbBytes(3, []byte("Acme")), pbInt(4, 2), pbInt(5, 2), pbInt(6, 1), pbInt(7, 7)))
}

func googleMD5() []byte {
	return pbBytes(1, join(pbBytes(1, raw(seed3)), pbBytes(2, []byte("md5")), pbInt(4, 4)))
}

func googleBatch(size, index, id int64) []byte {
	return join(pbInt(2, 1), pbInt(3, size), pbInt(4, index), pbInt(5, id))
}

func migrationLink(payload []byte) string {
	return "otpauth-migration://offline?data=" + strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(base64.StdEncoding.EncodeToString(payload))
}

func qrPNG(text string) []byte {
	m, err := qr.Encode(store.NewSecret(text))
	if err != nil {
		panic(err)
	}
	data, err := m.PNG(3)
	if err != nil {
		panic(err)
	}
	return data
}

const keePassXML = `<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<KeePassFile><Meta><Generator>KeePass</Generator><RecycleBinUUID>bin==</RecycleBinUUID></Meta><Root><Group><UUID>r</UUID><Name>Database</Name>
<Group><UUID>w</UUID><Name>work</Name>
<Entry><UUID>1</UUID><String><Key>Title</Key><Value>Acme</Value></String><String><Key>UserName</Key><Value>alice</Value></String>
<String><Key>Password</Key><Value ProtectInMemory="True">hunter2</Value></String>
<String><Key>otp</Key><Value>otpauth://totp/Acme:alice?secret=` + seed1 + `&amp;issuer=Acme</Value></String>
<History><Entry><UUID>1</UUID><String><Key>Title</Key><Value>Old</Value></String><String><Key>otp</Key><Value>key=` + canary + `77</Value></String></Entry></History></Entry>
<Entry><String><Key>Title</Key><Value>Acme</Value></String><String><Key>UserName</Key><Value>bob</Value></String>
<String><Key>HmacOtp-Secret-Base32</Key><Value>` + seed2 + `</Value></String><String><Key>HmacOtp-Counter</Key><Value>7</Value></String><String><Key>HmacOtp-Length</Key><Value>8</Value></String><String><Key>HmacOtp-Algorithm</Key><Value>HMAC-SHA-256</Value></String></Entry>
<Entry><String><Key>Title</Key><Value>Steam</Value></String><String><Key>UserName</Key><Value>gabe</Value></String>
<String><Key>TOTP Seed</Key><Value>` + seed3 + `</Value></String><String><Key>TOTP Settings</Key><Value>30;S</Value></String></Entry>
<Entry><String><Key>Title</Key><Value>no key</Value></String></Entry></Group>
<Group><UUID>bin==</UUID><Name>Recycle Bin</Name><Entry><String><Key>Title</Key><Value>gone</Value></String><String><Key>otp</Key><Value>` + canary + `26</Value></String></Entry></Group>
</Group></Root></KeePassFile>`

const bitwardenJSON = `{"encrypted":false,"folders":[{"id":"f1","name":"work"}],"items":[
 {"id":"1","folderId":"f1","type":1,"name":"Acme","notes":null,"login":{"username":"alice","password":"hunter2","totp":"` + seed1 + `"}},
 {"id":"2","folderId":null,"type":1,"name":"else","login":{"username":"x","totp":"otpauth://hotp/Acme:bob?secret=` + seed2 + `&issuer=Acme&algorithm=SHA256&digits=8&counter=7"}},
 {"id":"3","folderId":null,"type":1,"name":"Steam","login":{"username":"gabe","totp":"steam://` + seed3 + `"}},
 {"id":"4","type":1,"name":"no key","login":{"username":"x","totp":null}},
 {"id":"5","type":2,"name":"a note"},
 {"id":"6","type":1,"name":"gone","deletedDate":"2026-01-01T00:00:00Z","login":{"totp":"` + canary + `26"}}]}`

const bitwardenCSV = "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n" +
	"work,,login,Acme,\"two\nlines, and a comma\",,0,https://acme.example,alice,hunter2," + seed1 + "\n" +
	",,login,Acme,,,0,,bob,,\"otpauth://hotp/Acme:bob?secret=" + seed2 + "&issuer=Acme&algorithm=SHA256&digits=8&counter=7\"\n" +
	",,login,Steam,,,0,,gabe,,steam://" + seed3 + "\n,,note,n,,,0,,,,\n"

const keePassXCCSV = `"Group","Title","Username","Password","URL","Notes","TOTP","Icon","Last Modified","Created"` + "\n" +
	`"work","Acme","alice","p","","","otpauth://totp/Acme:alice?secret=` + seed1 + `&period=30&digits=6&issuer=Acme","0","",""` + "\n" +
	`"work","Acme","bob","p","","","key=` + seed2 + `&size=8&type=Hotp&counter=7&otpHashMode=Sha256","0","",""` + "\n"

const stratumJSON = `{"Authenticators":[
 {"Type":2,"Icon":"x","Issuer":"Acme","Username":"alice","Secret":"` + seed1 + `","Algorithm":0,"Digits":6,"Period":30,"Counter":0,"Ranking":0},
 {"Type":1,"Issuer":"Acme","Username":"bob","Secret":"` + seed2 + `","Algorithm":1,"Digits":8,"Period":30,"Counter":7},
 {"Type":4,"Issuer":"Steam","Username":"gabe","Secret":"` + seed3 + `","Algorithm":0,"Digits":5,"Period":30,"Counter":0},
 {"Type":5,"Issuer":"Yandex","Username":"y","Secret":"` + canary + `26","Algorithm":1,"Digits":8,"Period":30,"Counter":0}],
 "Categories":[{"Id":"c1","Name":"work","Ranking":0}],"AuthenticatorCategories":[{"CategoryId":"c1","AuthenticatorSecret":"` + seed1 + `","Ranking":0}],"CustomIcons":[]}`

const protonJSON = `{"version":1,"entries":[
 {"id":"1","content":{"uri":"otpauth://totp/Acme:alice?secret=` + seed1 + `&issuer=Acme&algorithm=SHA1&digits=6&period=30","entry_type":"Totp","name":"alice"},"note":null},
 {"id":"2","content":{"uri":"steam://` + seed3 + `","entry_type":"Steam","name":"gabe"},"note":null}]}`

const duoJSON = `[
 {"accountType":"OtpAccount","name":"Acme:alice","logoUri":"x","otpGenerator":{"otpSecret":"` + seed1 + `"}},
 {"accountType":"OtpAccount","name":"counting","otpGenerator":{"otpSecret":"` + seed2 + `","counter":7}},
 {"accountType":"DuoAccount","name":"Company","pkey":"` + canary + `","otpGenerator":{"otpSecret":"` + canary + `"}}]`

func enteFixture() []byte {
	data, err := os.ReadFile("testdata/ente-libsodium.json")
	if err != nil {
		panic(err)
	}
	return data
}

// fixtures are all formats, complete.
var fixtures = sync.OnceValue(func() []fixture {
	three := []string{alice, bob, gabe}
	bareSteam := "steam /gabe SHA1 5 30 0 " + seed3
	return append(moreFixtures(), []fixture{
		{name: "list", format: "otpauth list", data: []byte("# my keys\n\n" + link1() + "\r\n" + link2() + "\n- " + link3() + "\n"), want: three},
		{name: "ente text", format: "otpauth list", data: []byte(link1() + "&codeDisplay=%7B%22trashed%22%3Afalse%2C%22tags%22%3A%5B%22work%22%5D%7D\n" + link2() + "&codeDisplay=%7B%22trashed%22%3Atrue%7D"), want: three[:1], tags: "work", refused: 1},
		{name: "Google", format: "Google Authenticator export", data: []byte(migrationLink(join(googleAlice(), googleBob(), googleMD5(), googleBatch(1, 0, -1234567)))), want: three[:2], refused: 1},
		{name: "QR code", format: "QR code", data: qrPNG(link1()), want: three[:1]},
		{name: "Aegis", format: "Aegis", data: []byte(`{"version":1,"header":{"slots":null,"params":null},"db":` + aegisDB + `}`), want: three, tags: "work", refused: 1},
		{name: "Aegis encrypted", format: "Aegis (encrypted)", data: aegisEncrypted(1 << 4), want: three, tags: "work", refused: 1},
		{name: "2FAS", format: "2FAS", data: []byte(`{"services":` + twoFASServices + `,"groups":[{"id":"g1","name":"work"}],"schemaVersion":4,"appOrigin":"ios"}`), want: three, tags: "work"},
		{name: "2FAS encrypted", format: "2FAS (encrypted)", data: twoFASEncrypted(), want: three, tags: "work"},
		{name: "Bitwarden", format: "Bitwarden", data: []byte(bitwardenJSON), want: three, tags: "work", refused: 1, notes: 1},
		{name: "Bitwarden CSV", format: "Bitwarden CSV", data: []byte(bitwardenCSV), want: three, tags: "work", notes: 1},
		{name: "KeePassXC CSV", format: "CSV", data: []byte(keePassXCCSV), want: three[:2], tags: "work"},
		{name: "KeePass XML", format: "KeePass XML", data: []byte(keePassXML), want: three, tags: "work", refused: 1, notes: 1},
		{name: "andOTP", format: "andOTP", data: []byte(andOTPPlain), want: three, tags: "work"},
		{name: "andOTP encrypted", format: "andOTP (encrypted)", data: andOTPEncrypted(1000), want: three, tags: "work"},
		{name: "andOTP old", format: "andOTP (encrypted)", data: andOTPOld(), want: three, tags: "work"},
		{name: "FreeOTP+", format: "FreeOTP+", data: freeOTP(), want: three[:2]},
		{name: "ente encrypted, by libsodium", format: "ente Auth (encrypted)", data: enteFixture(), want: three, tags: "work"},
		{name: "Proton", format: "Proton Authenticator", data: []byte(protonJSON), want: []string{alice, bareSteam}},
		{name: "Stratum", format: "Stratum", data: []byte(stratumJSON), want: three, tags: "work", refused: 1},
		{name: "Duo", format: "Duo Mobile", data: []byte(duoJSON), want: []string{alice, "hotp /counting SHA1 6 0 7 " + seed2}, refused: 1},
	}...)
})

// answer gives a password to whoever asks.
func answer(pw string) importer.Options {
	return importer.Options{Password: func(context.Context, importer.Ask) (store.Secret, error) { return store.NewSecret(pw), nil }}
}

func TestEveryFormatIsReadWhole(t *testing.T) {
	for _, f := range fixtures() {
		t.Run(f.name, func(t *testing.T) {
			got, err := importer.Read(t.Context(), "backup.json.aes", f.data, answer(password))
			if err != nil {
				t.Fatal(err, store.Hints(err))
			}
			if got.Format != f.format {
				t.Errorf("format is %q, want %q", got.Format, f.format)
			}
			checkEntries(t, got, f.want...)
			if len(got.Refused) != f.refused {
				t.Errorf("refused: %+v, want %d", got.Refused, f.refused)
			}
			if len(got.Notes) != f.notes {
				t.Errorf("notes: %q, want %d", got.Notes, f.notes)
			}
			if len(got.Entries) > 0 && strings.Join(got.Entries[0].Tags, ",") != f.tags {
				t.Errorf("tags of the first are %q, want %q", got.Entries[0].Tags, f.tags)
			}
		})
	}
}

func checkEntries(t *testing.T, got importer.Result, want ...string) {
	t.Helper()
	if len(got.Entries) != len(want) {
		t.Errorf("%d entries, want %d; refused %+v", len(got.Entries), len(want), got.Refused)
		return
	}
	for i, e := range got.Entries {
		if d := describe(e.Key); d != want[i] {
			t.Errorf("entry %d is\n%s, want\n%s", i, d, want[i])
		}
		if e.Where == "" {
			t.Errorf("entry %d has no place", i)
		}
	}
}
