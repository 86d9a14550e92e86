package importer_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"gatepass/auth/otp/importer"
	"gatepass/store"
)

// A wild input is what people and programs really hand over, with what its owner
// expects to come of it.
type wild struct {
	what string
	name string // the file's; "" is "file"
	data string
	want []string // keys as describe has them
	// says is in a refusal of an entry, or in the error of the whole or its hints.
	says string
}

const (
	pxp = "JBSWY3DPEHPK3PXP"
	gez = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
)

// usual is a key with the usual parameters.
func usual(issuer, account, seed string) string {
	return fmt.Sprintf("totp %s/%s SHA1 6 30 0 %s", issuer, account, seed)
}

func utf16File(s string) string {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

// cryptoJS seals as the library of that name does, which the browser extension
// Authenticator uses: OpenSSL's "Salted__" and AES-256-CBC under MD5.
func cryptoJS(plain, pass string) string {
	salt := []byte("saltsalt")
	var keys, last []byte
	for len(keys) < 48 {
		sum := md5.Sum(slices.Concat(last, []byte(pass), salt))
		last = sum[:]
		keys = append(keys, last...)
	}
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	body := append([]byte(plain), slices.Repeat([]byte{byte(pad)}, pad)...)
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		panic(err)
	}
	cipher.NewCBCEncrypter(block, keys[32:48]).CryptBlocks(body, body)
	return base64.StdEncoding.EncodeToString(slices.Concat([]byte("Salted__"), salt, body))
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// wildLinks are links and secrets as they are pasted.
var wildLinks = []wild{
	{what: "a lower-case seed with spaces", data: "otpauth://totp/Acme:bob?secret=jbsw y3dp ehpk 3pxp&issuer=Acme", want: []string{usual("Acme", "bob", pxp)}},
	{what: "a seed with dashes", data: "otpauth://totp/Acme:bob?secret=JBSW-Y3DP-EHPK-3PXP", want: []string{usual("Acme", "bob", pxp)}},
	{what: "padding, escaped", data: "otpauth://totp/Acme:bob?secret=JBSWY3DPEHPK3PXPJA%3D%3D%3D%3D%3D%3D&issuer=Acme", want: []string{usual("Acme", "bob", pxp+"JA")}},
	{what: "the colon escaped", data: "otpauth://totp/Acme%3Abob%40example.com?secret=" + pxp + "&issuer=Acme", want: []string{usual("Acme", "bob@example.com", pxp)}},
	{what: "a colon and a space", data: "otpauth://totp/Acme:%20bob?secret=" + pxp, want: []string{usual("Acme", "bob", pxp)}},
	{what: "issuer and label disagree", data: "otpauth://totp/Old:bob?secret=" + pxp + "&issuer=New", want: []string{usual("New", "bob", pxp)}},
	{what: "no issuer", data: "otpauth://totp/bob?secret=" + pxp, want: []string{usual("", "bob", pxp)}},
	{what: "no label", data: "otpauth://totp/?secret=" + pxp + "&issuer=Acme", want: []string{usual("Acme", "", pxp)}},
	{what: "no slash before the query", data: "otpauth://totp?secret=" + pxp + "&issuer=Acme", want: []string{usual("Acme", "", pxp)}},
	{what: "SECRET and ISSUER in capitals", data: "otpauth://totp/bob?SECRET=" + pxp + "&ISSUER=Acme", want: []string{usual("Acme", "bob", pxp)}},
	{what: "a scheme in capitals", data: "OTPAUTH://TOTP/Acme:bob?secret=" + pxp, want: []string{usual("Acme", "bob", pxp)}},
	{what: "HmacSHA1", data: "otpauth://totp/bob?secret=" + pxp + "&algorithm=HmacSHA1", want: []string{usual("", "bob", pxp)}},
	{what: "SHA-256 and 8 digits", data: "otpauth://totp/bob?secret=" + pxp + "&algorithm=SHA-256&digits=8", want: []string{"totp /bob SHA256 8 30 0 " + pxp}},
	{what: "period 0 is none", data: "otpauth://totp/bob?secret=" + pxp + "&period=0", says: "period"},
	{what: "an empty period", data: "otpauth://totp/bob?secret=" + pxp + "&period=&digits=", want: []string{usual("", "bob", pxp)}},
	{what: "a counting key without its counter", data: "otpauth://hotp/bob?secret=" + pxp, want: []string{"hotp /bob SHA1 6 0 0 " + pxp}},
	{what: "a Unicode name, raw", data: "otpauth://totp/Müller & Söhne:jörg?secret=" + pxp, want: []string{usual("Müller & Söhne", "jörg", pxp)}},
	{what: "a plus for a space", data: "otpauth://totp/Acme+Inc:bob?secret=" + pxp + "&issuer=Acme+Inc", want: []string{usual("Acme Inc", "bob", pxp)}},
	{what: "HTML's ampersands", data: "otpauth://totp/Gitea:bob?secret=" + pxp + "&amp;issuer=Gitea&amp;digits=6", want: []string{usual("Gitea", "bob", pxp)}},
	{what: "an image and a colour", data: "otpauth://totp/Acme:bob?secret=" + pxp + "&image=https%3A%2F%2Facme.example%2Fi.png&color=ff0000", want: []string{usual("Acme", "bob", pxp)}},
	{what: "Microsoft's three parts", data: "otpauth://totp/Microsoft:Contoso:bob%40contoso.com?secret=" + pxp + "&issuer=Microsoft", want: []string{usual("Microsoft", "Contoso:bob@contoso.com", pxp)}},
	{what: "the same twice", data: "otpauth://totp/a?secret=" + pxp + "\notpauth://totp/a?secret=" + pxp, want: []string{usual("", "a", pxp), usual("", "a", pxp)}},
	{what: "Windows' line ends and a mark at the beginning", data: "\xef\xbb\xbfotpauth://totp/a?secret=" + pxp + "\r\notpauth://totp/b?secret=" + gez + "\r\n", want: []string{usual("", "a", pxp), usual("", "b", gez)}},
	{what: "UTF-16", data: utf16File("otpauth://totp/a?secret=" + pxp + "\r\n"), want: []string{usual("", "a", pxp)}},
	{what: "a link in a sentence", data: "Please scan otpauth://totp/Acme:bob?secret=" + pxp + "&issuer=Acme\nThanks!", want: []string{usual("Acme", "bob", pxp)}},
	{what: "a link in Markdown", data: "Use [this](otpauth://totp/Acme:bob?secret=" + pxp + "&issuer=Acme) to enrol.", want: []string{usual("Acme", "bob", pxp)}},
	{what: "links numbered", data: "1. otpauth://totp/a?secret=" + pxp + "\n2. otpauth://totp/b?secret=" + gez, want: []string{usual("", "a", pxp), usual("", "b", gez)}},
	{what: "a sentence that goes on behind the secret", data: "Open otpauth://totp/Acme:bob?issuer=Acme&secret=" + pxp + " on your phone.", want: []string{usual("Acme", "bob", pxp)}},
	{what: "a sentence that goes on behind a number", data: "Open otpauth://totp/Acme:bob?secret=" + pxp + "&digits=8 on your phone.", want: []string{"totp Acme/bob SHA1 8 30 0 " + pxp}},
	{what: "a sentence that goes on behind the issuer", data: "Open otpauth://totp/Acme:bob?secret=" + pxp + "&issuer=Acme on your phone.", want: []string{usual("Acme", "bob", pxp)}},
	{what: "an issuer of two words, raw", data: "otpauth://totp/Acme Inc:bob?secret=" + pxp + "&issuer=Acme Inc", want: []string{usual("Acme Inc", "bob", pxp)}},
	{what: "trailing full stop", data: "The link is otpauth://totp/a?secret=" + pxp + ".", want: []string{usual("", "a", pxp)}},
	{what: "the link as the whole is escaped", data: "otpauth%3A%2F%2Ftotp%2FAcme%3Abob%3Fsecret%3D" + pxp + "%26issuer%3DAcme", want: []string{usual("Acme", "bob", pxp)}},
	{what: "a QR service's address", data: "https://chart.googleapis.com/chart?cht=qr&chs=200x200&chl=otpauth%3A%2F%2Ftotp%2FAcme%3Abob%3Fsecret%3D" + pxp + "%26issuer%3DAcme", want: []string{usual("Acme", "bob", pxp)}},
	{what: "steam://", data: "steam://" + pxp, want: []string{"steam / SHA1 5 30 0 " + pxp}},
	{what: "Steam by its encoder", data: "otpauth://totp/Steam:gabe?secret=" + pxp + "&issuer=Steam&encoder=steam&digits=5", want: []string{"steam Steam/gabe SHA1 5 30 0 " + pxp}},
	{what: "a ticket's prose", data: "Hello,\nyour account scan-bot was set up.\nSecret key: JBSW Y3DP EHPK 3PXP\nRegards", want: []string{usual("", "", pxp)}},
	{what: "prose with the seed at the end of a line", data: "If you cannot scan it, enter this key: jbsw y3dp ehpk 3pxp", want: []string{usual("", "", pxp)}},
	{what: "prose with the account before", data: "Account: scan-bot@example.com\nKey: JBSWY3DPEHPK3PXP\nTime based: yes", want: []string{usual("", "scan-bot@example.com", pxp)}},
	{what: "a seed in quotes", data: `"` + gez + `"`, want: []string{usual("", "", gez)}},
	{what: "a seed in groups with no-break spaces", data: "JBSW\u00a0Y3DP\u00a0EHPK\u00a03PXP", want: []string{usual("", "", pxp)}},
	{what: "an environment file", data: "export TOTP_SECRET=" + gez + "\nPORT=8080\n", want: []string{usual("", "", gez)}},
	{what: "YAML", data: "totp:\n  issuer: Acme\n  account: bob\n  secret: " + gez + "\n", want: []string{usual("Acme", "bob", gez)}},
	{what: "a block with the parameters behind", data: "name: Acme\nsecret: " + gez + "\ndigits: 8\nperiod: 60\n\nname: Bank\nsecret: " + pxp + "\n", want: []string{"totp /Acme SHA1 8 60 0 " + gez, usual("", "Bank", pxp)}},
	{what: "a ticket with the issuer behind", data: "MFA for scan-bot:\n  Setup key: " + gez + "\n  Issuer: Contoso\n", want: []string{usual("Contoso", "", gez)}},
	{what: "google-authenticator's own file", data: gez + "\n\" RATE_LIMIT 3 30\n\" DISALLOW_REUSE\n\" TOTP_AUTH\n12345678\n87654321\n", want: []string{usual("", "", gez)}},
	{what: "a secret with its parameters in brackets", data: "TOTP: " + gez + " (SHA1, 6 digits, 30 seconds)\n", want: []string{usual("", "", gez)}},
	{what: "other parameters in brackets", data: "scan-bot: " + gez + " [TOTP / SHA-256 / 8-digit / 60s]\n", want: []string{"totp /scan-bot SHA256 8 60 0 " + gez}},
	{what: "parameters behind commas", data: "Key: " + gez + ", SHA512, 8 digits, period 60\n", want: []string{"totp / SHA512 8 60 0 " + gez}},
	{what: "a counting key with its counter in brackets", data: gez + " (HOTP, counter 7)\n", want: []string{"hotp / SHA1 6 0 7 " + gez}},
	{what: "a remark that is no parameter", data: "key: " + gez + " (do not pass on)\n", want: []string{usual("", "", gez)}},
	{what: "an algorithm in brackets that cannot be", data: "key: " + gez + " (MD5, 6 digits)\n", says: "SHA1, SHA256 or SHA512"},
	{what: "a type in words", data: "Secret: " + gez + "\nType: Counter-based (HOTP)\nCounter: 3\n", want: []string{"hotp / SHA1 6 0 3 " + gez}},
	{what: "settings in sections", data: "[shop]\nusername = scan\ntotp_secret = " + gez + "\ndigits = 8\n\n[bank]\nusername = amy\ntotp_secret = " + pxp + "\n", want: []string{"totp /scan SHA1 8 30 0 " + gez, usual("", "amy", pxp)}},
	{what: "a hexadecimal seed that says so", data: "OATH seed (hex): 3132333435363738393031323334353637383930\n", want: []string{usual("", "", gez)}},
	{what: "UTF-16 without its mark", data: utf16File("otpauth://totp/Acme:bob?secret=" + pxp + "\r\n")[2:], want: []string{usual("Acme", "bob", pxp)}},
	{what: "a mail, quoted-printable", name: "key.eml", data: "MIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nOpen otpauth://totp/Acme:bob?secret=3D" + gez[:20] + "=\r\n" + gez[20:] + "&issuer=3DAcme\r\n", want: []string{usual("Acme", "bob", gez)}},
	{what: "a mail of several parts, base64", name: "key.eml", data: "Subject: key\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHello\n--b\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte("otpauth://totp/Acme:bob?secret="+gez+"&issuer=Acme\n")) + "\n--b--\n", want: []string{usual("Acme", "bob", gez)}},
	{what: "a mail without a key", name: "hello.eml", data: "Subject: hello\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte("Good morning.\n")) + "\n", says: "no part of the mail"},
	{what: "a hexadecimal seed", data: "3132333435363738393031323334353637383930", says: "hexadecimal"},
	{what: "a passcode", data: "123456", says: "secret"},
	{what: "a Duo activation", data: "duo://ABCDEFGHIJ1234567890-YXBpLWFiY2QxMjM0LmR1b3NlY3VyaXR5LmNvbQ", says: "Duo Mobile activation"},
	{what: "Mobile-OTP", data: "motp://Acme:bob?secret=e3152afee62599c8", says: "Mobile-OTP"},
	{what: "Yandex", data: "otpauth://yaotp/user?secret=LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI", says: "type"},
	{what: "MD5", data: "otpauth://totp/a?secret=" + pxp + "&algorithm=MD5", says: "SHA1, SHA256 or SHA512"},
	{what: "a migration with the alphabet for addresses and no padding", data: "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC", want: []string{usual("Example", "alice@google.com", pxp)}},
}

// wildFiles are exports of programs.
var wildFiles = []wild{
	{what: "Aegis without issuers", data: `{"version":1,"header":{"slots":null,"params":null},"db":{"version":1,"entries":[{"type":"totp","uuid":"x","name":"bob","issuer":"","icon":null,"info":{"secret":"` + pxp + `","algo":"SHA1","digits":6,"period":30}}]}}`, want: []string{usual("", "bob", pxp)}},
	{what: "Aegis with a group by name", data: `{"version":1,"header":{"slots":null,"params":null},"db":{"version":2,"entries":[{"type":"totp","name":"bob","issuer":"Acme","group":"Work","note":null,"info":{"secret":"` + pxp + `","algo":"SHA512","digits":8,"period":60}}]}}`, want: []string{"totp Acme/bob SHA512 8 60 0 " + pxp}},
	{what: "Aegis with Steam", data: `{"version":1,"header":{"slots":null,"params":null},"db":{"version":3,"entries":[{"type":"steam","name":"gabe","issuer":"Steam","info":{"secret":"` + gez + `","algo":"SHA1","digits":5,"period":30}}],"groups":[]}}`, want: []string{"steam Steam/gabe SHA1 5 30 0 " + gez}},
	{what: "Aegis with biometrics only", data: `{"version":1,"header":{"slots":[{"type":2,"uuid":"x","key":"00","key_params":{"nonce":"00","tag":"00"}}],"params":{"nonce":"000000000000000000000000","tag":"00000000000000000000000000000000"}},"db":"AAAA"}`, says: "biometrics"},
	{what: "2FAS, schema 1", data: `{"services":[{"name":"Acme","secret":"` + pxp + `","type":"Unknown","otp":{},"order":{"position":0}}],"updatedAt":1,"schemaVersion":1,"appVersionCode":1,"appVersionName":"3"}`, want: []string{usual("Acme", "", pxp)}},
	{what: "2FAS, schema 2", data: `{"services":[{"name":"Acme","secret":"jbsw y3dp ehpk 3pxp","otp":{"label":"bob","account":"bob"},"type":"ManuallyAdded"}],"schemaVersion":2,"groups":[]}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "2FAS, schema 3, from an iPhone", data: `{"services":[{"name":"Acme","secret":"` + pxp + `","otp":{"account":"bob","issuer":"Acme","digits":6,"period":30,"algorithm":"SHA1","tokenType":"TOTP"},"icon":{}}],"schemaVersion":3,"appOrigin":"ios","groups":[]}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "2FAS, schema 4, Steam with link", data: `{"services":[{"name":"Steam","secret":"` + gez + `","otp":{"link":"otpauth://steam/Steam:gabe?secret=` + gez + `","account":"gabe","issuer":"Steam","tokenType":"STEAM","source":"link"}}],"schemaVersion":4,"groups":[],"appOrigin":"android"}`, want: []string{"steam Steam/gabe SHA1 5 30 0 " + gez}},
	{what: "Bitwarden CSV: bare, link and steam", data: "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n" +
		",,login,Acme,,,0,https://acme.example,bob,hunter2," + pxp + "\nWork,1,login,Bank,,,0,,amy,x,otpauth://totp/Bank:amy?secret=" + gez + "&issuer=Bank\n,,login,Steam,,,0,,gabe,x,steam://" + gez + "\n,,note,Note,text,,0,,,,\n",
		want: []string{usual("Acme", "bob", pxp), usual("Bank", "amy", gez), "steam Steam/gabe SHA1 5 30 0 " + gez}},
	{what: "Bitwarden's organisation CSV", data: "collections,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\nTeam,login,Acme,,,0,,bob,x,jbsw y3dp ehpk 3pxp\n", want: []string{usual("Acme", "bob", pxp)}},
	{what: "Bitwarden JSON of an organisation", data: `{"encrypted":false,"collections":[{"id":"c1","name":"Team"}],"items":[{"id":"x","organizationId":"o","collectionIds":["c1"],"type":1,"name":"Acme","login":{"uris":null,"username":"bob","password":"x","totp":"` + pxp + `"}}]}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "Bitwarden JSON with a password", data: bitwardenSealed(0), want: []string{usual("Acme", "bob", pxp)}},
	{what: "Bitwarden JSON with a password, by Argon2id", data: bitwardenSealed(1), want: []string{usual("Acme", "bob", pxp)}},
	{what: "Bitwarden JSON with a password, cut short", data: `{"encrypted":true,"passwordProtected":true,"salt":"x","kdfType":0,"kdfIterations":600000,"data":"2.x|x|x"}`, says: "incomplete"},
	{what: "Bitwarden JSON with a password, asking for too much", data: strings.Replace(bitwardenSealed(0), `"kdfIterations":1000`, `"kdfIterations":4000000000`, 1), says: "too much"},
	{what: "Bitwarden JSON under the account's key", data: `{"encrypted":true,"encKeyValidation_DO_NOT_EDIT":"2.x|x|x","folders":[],"items":[]}`, says: "password protected"},
	{what: "Bitwarden Authenticator", data: `{"encrypted":false,"items":[{"id":"x","name":"Acme","folderId":null,"organizationId":null,"collectionIds":null,"notes":null,"type":1,"login":{"totp":"otpauth://totp/Acme:bob?secret=` + pxp + `&issuer=Acme&algorithm=SHA1&digits=6&period=30","username":"bob"},"favorite":false}]}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "Bitwarden Authenticator's CSV", data: "folder,favorite,type,name,login_uri,login_totp,issuer,period,digits\n,,1,Acme,,otpauth://totp/Acme:bob?secret=" + pxp + "&issuer=Acme,Acme,30,6\n", want: []string{usual("Acme", "bob", pxp)}},
	{what: "andOTP, old labels", data: `[{"secret":"` + pxp + `","label":"Acme - bob","period":30,"digits":6,"type":"TOTP","algorithm":"SHA1","thumbnail":"Default","last_used":0,"tags":[]}]`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "andOTP, new, counting", data: `[{"secret":"` + pxp + `","issuer":"Acme","label":"bob","digits":6,"type":"HOTP","algorithm":"SHA1","thumbnail":"Default","last_used":1,"used_frequency":2,"counter":4,"tags":["a"]}]`, want: []string{"hotp Acme/bob SHA1 6 0 4 " + pxp}},
	{what: "ente, plain", data: "otpauth://totp/Acme:bob?secret=" + pxp + "&algorithm=SHA1&digits=6&period=30&issuer=Acme&codeDisplay=%7B%22pinned%22%3Afalse%2C%22trashed%22%3Afalse%2C%22tags%22%3A%5B%5D%7D", want: []string{usual("Acme", "bob", pxp)}},
	{what: "ente with a raw hash", data: "otpauth://totp/Acme:bob#1?secret=" + pxp + "&algorithm=sha1&digits=6&period=30&issuer=Acme", want: []string{usual("Acme", "bob#1", pxp)}},
	{what: "Proton Authenticator", data: `{"version":1,"entries":[{"id":"x","content":{"uri":"otpauth://totp/bob?secret=` + pxp + `&issuer=Acme&algorithm=SHA1&digits=6&period=30","entry_type":"Totp","name":"bob"},"note":null}]}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "Proton Authenticator with Steam", data: `{"version":1,"entries":[{"id":"x","content":{"uri":"steam://` + gez + `","entry_type":"Steam","name":"gabe"},"note":null}]}`, want: []string{"steam /gabe SHA1 5 30 0 " + gez}},
	{what: "Stratum", data: `{"Authenticators":[{"Type":2,"Icon":null,"Issuer":"Acme","Username":"bob","Secret":"` + pxp + `","Pin":null,"Algorithm":0,"Digits":6,"Period":30,"Counter":0,"Ranking":0}],"Categories":[],"AuthenticatorCategories":[],"CustomIcons":[]}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "Authenticator Pro with no username", data: `{"Authenticators":[{"Type":1,"Issuer":"Acme","Username":null,"Secret":"` + pxp + `","Algorithm":1,"Digits":8,"Period":30,"Counter":9}]}`, want: []string{"hotp Acme/ SHA256 8 0 9 " + pxp}},
	{what: "FreeOTP+ without optional members", data: `{"tokenOrder":["Acme:bob"],"tokens":[{"algo":"SHA1","counter":0,"digits":6,"issuerExt":"Acme","label":"bob","period":30,"secret":[72,101,108,108,111,33,-34,-83,-66,-17],"type":"TOTP"}]}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "FreeOTP's old XML", data: "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n    <string name=\"Acme:bob\">{&quot;algo&quot;:&quot;SHA1&quot;,&quot;counter&quot;:0,&quot;digits&quot;:6,&quot;issuerInt&quot;:&quot;Acme&quot;,&quot;issuerExt&quot;:&quot;Acme&quot;,&quot;label&quot;:&quot;bob&quot;,&quot;period&quot;:30,&quot;secret&quot;:[72,101,108,108,111,33,-34,-83,-66,-17],&quot;type&quot;:&quot;TOTP&quot;}</string>\n    <string name=\"tokenOrder\">[&quot;Acme:bob&quot;]</string>\n</map>", want: []string{usual("Acme", "bob", pxp)}},
	{what: "Duo's accounts.json", name: "accounts.json", data: `[{"accountType":"OtpAccount","name":"Acme","otpGenerator":{"otpSecret":"` + pxp + `"}},{"accountType":"DuoAccount","name":"Work","pkey":"DPX"}]`, want: []string{usual("", "Acme", pxp)}, says: "push"},
	{what: "KeePassXC's CSV", data: `"Group","Title","Username","Password","URL","Notes","TOTP","Icon","Last Modified","Created"` + "\n" + `"Root","Acme","bob","x","","","otpauth://totp/Acme:bob?secret=` + pxp + `&period=30&digits=6&issuer=Acme","0","2024","2024"` + "\n", want: []string{usual("Acme", "bob", pxp)}},
	{what: "KeePass XML, its own fields", data: `<?xml version="1.0" encoding="utf-8"?><KeePassFile><Root><Group><Name>db</Name><Entry><String><Key>Title</Key><Value>Acme</Value></String><String><Key>UserName</Key><Value>bob</Value></String><String><Key>TimeOtp-Secret-Base32</Key><Value ProtectInMemory="True">jbsw y3dp ehpk 3pxp</Value></String><String><Key>TimeOtp-Algorithm</Key><Value>HMAC-SHA-256</Value></String><String><Key>TimeOtp-Length</Key><Value>8</Value></String></Entry></Group></Root></KeePassFile>`, want: []string{"totp Acme/bob SHA256 8 30 0 " + pxp}},
	{what: "KeePass XML, a counter", data: `<KeePassFile><Root><Group><Name>db</Name><Entry><String><Key>Title</Key><Value>Acme</Value></String><String><Key>HmacOtp-Secret-Hex</Key><Value>48656c6c6f21deadbeef</Value></String><String><Key>HmacOtp-Counter</Key><Value>3</Value></String></Entry></Group></Root></KeePassFile>`, want: []string{"hotp Acme/ SHA1 6 0 3 " + pxp}},
	{what: "KeePass XML, KeeOtp", data: `<KeePassFile><Root><Group><Name>db</Name><Entry><String><Key>Title</Key><Value>Acme</Value></String><String><Key>otp</Key><Value>key=` + pxp + `&amp;step=60&amp;size=8</Value></String></Entry></Group></Root></KeePassFile>`, want: []string{"totp Acme/ SHA1 8 60 0 " + pxp}},
	{what: "KeePass XML, KeeTrayTOTP's Steam", data: `<KeePassFile><Root><Group><Name>db</Name><Entry><String><Key>Title</Key><Value>Steam</Value></String><String><Key>TOTP Seed</Key><Value>` + gez + `</Value></String><String><Key>TOTP Settings</Key><Value>30;S</Value></String></Entry></Group></Root></KeePassFile>`, want: []string{"steam Steam/ SHA1 5 30 0 " + gez}},
	{what: "1Password's CSV", data: "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\nAcme,https://acme.example,bob,x,otpauth://totp/Acme:bob?secret=" + pxp + "&issuer=Acme,false,false,,\n", want: []string{usual("Acme", "bob", pxp)}},
	{what: "Apple Passwords' CSV", data: "Title,URL,Username,Password,Notes,OTPAuth\nacme.example (bob),https://acme.example,bob,x,,otpauth://totp/acme.example:bob?secret=" + pxp + "&issuer=acme.example&algorithm=SHA1&digits=6&period=30\n", want: []string{usual("acme.example", "bob", pxp)}},
	{what: "LastPass's CSV", data: "url,username,password,totp,extra,name,grouping,fav\nhttps://acme.example,bob,x," + pxp + ",,Acme,Work,0\n", want: []string{usual("Acme", "bob", pxp)}},
	{what: "Dashlane's CSV", data: "username,username2,username3,title,password,note,url,category,otpUrl\nbob,,,Acme,x,,https://acme.example,,otpauth://totp/Acme:bob?secret=" + pxp + "\n", want: []string{usual("Acme", "bob", pxp)}},
	{what: "NordPass's and Keeper's column", data: "Folder,Title,Login,Password,Website Address,Notes,Shared Folder,TFC:Keeper\nWork,Acme,bob,x,https://acme.example,,,otpauth://totp/Acme:bob?secret=" + pxp + "&issuer=Acme\n", want: []string{usual("Acme", "bob", pxp)}},
	{what: "Keeper's CSV without a head", data: "Work,Acme,bob,x,https://acme.example,,,TFC:Keeper,otpauth://totp/Acme:bob?secret=" + pxp + "&issuer=Acme&algorithm=SHA1&digits=6&period=30\n", want: []string{usual("Acme", "bob", pxp)}},
	{what: "Keeper's JSON", data: `{"records":[{"title":"Acme","login":"bob","password":"x","login_url":"","custom_fields":{"$oneTimeCode::1":"otpauth://totp/Acme:bob?secret=` + pxp + `&issuer=Acme"}}]}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "Zoho Vault's CSV", data: "Password Name,Password URL,Description,User Name,Password,TOTP\nAcme,https://acme.example,,bob,x," + pxp + "\n", want: []string{usual("Acme", "bob", pxp)}},
	{what: "RoboForm's and Zoho's word", data: "Name,Url,Login,Pwd,Note,Folder,totp_secret\nAcme,https://acme.example,bob,x,,," + pxp + "\n", want: []string{usual("Acme", "bob", pxp)}},
	{what: "Zoho OneAuth", data: `{"app_secrets":[{"app_name":"Acme","label":"bob","secret":"` + pxp + `","digits":6,"period":30,"algorithm":"sha1"}]}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "LastPass Authenticator", data: `{"deviceId":"","deviceSecret":"","localDeviceId":"x","deviceName":"y","version":3,"accounts":[{"accountID":"1","issuerName":"Acme","originalIssuerName":"Acme","userName":"bob","originalUserName":"bob","pushNotification":false,"secret":"` + pxp + `","timeStep":30,"digits":6,"creationTimestamp":1,"isFavorite":false,"algorithm":"SHA1"}],"folders":[]}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "Authy by a script", data: `[{"name":"Acme","decrypted_seed":"` + strings.ToLower(pxp) + `","digits":6,"logo":"acme","original_name":"Acme:bob"}]`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "Authy by another script", data: `{"message":"success","authenticator_tokens":[{"account_type":"acme","digits":7,"name":"Acme: bob","issuer":"Acme","decrypted_seed":"` + pxp + `","unique_id":"1"}],"success":true}`, want: []string{"totp Acme/bob SHA1 7 30 0 " + pxp}},
	{what: "Authy's console export", data: "Acme\n" + pxp + "\notpauth://totp/Acme?secret=" + pxp + "&digits=6&period=30\n", want: []string{usual("", "Acme", pxp), usual("", "Acme", pxp)}},
	{what: "Raivo", data: `[{"secret":"` + pxp + `","kind":"TOTP","issuer":"Acme","account":"bob","algorithm":"SHA1","digits":"6","timer":"30","counter":"0","pinned":"false","iconType":"","iconValue":""}]`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "WinAuth", name: "winauth-export.txt", data: "otpauth://totp/Acme:bob?secret=" + pxp + "&digits=6&icon=AppIcon\notpauth://totp/Steam?secret=" + gez + "&digits=5&issuer=Steam&deviceid=android%3ax&data=%7b%7d\notpauth://totp/Battle.Net?secret=" + gez + "&digits=8&issuer=BattleNet&serial=US120\n", want: []string{usual("Acme", "bob", pxp), "steam Steam/Steam SHA1 5 30 0 " + gez, "totp BattleNet/Battle.Net SHA1 8 30 0 " + gez}},
	{what: "authenticator.cc, plain", data: `{"abc":{"account":"bob","counter":0,"encrypted":false,"hash":"abc","index":0,"issuer":"Acme","secret":"` + pxp + `","type":"totp","period":30,"digits":6,"algorithm":"SHA1","pinned":false}}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "authenticator.cc, lines", data: "otpauth://totp/Acme:bob?secret=" + pxp + "&issuer=Acme\r\notpauth://hotp/Acme:amy?secret=" + gez + "&issuer=Acme&counter=2\r\n", want: []string{usual("Acme", "bob", pxp), "hotp Acme/amy SHA1 6 0 2 " + gez}},
	{what: "authenticator.cc, encrypted", data: `{"key":{"enc":` + quoted(cryptoJS("masterkey", password)) + `,"hash":"$argon2id$x"},"abc":{"account":"bob","counter":0,"encrypted":true,"hash":"abc","index":0,"issuer":"Acme","secret":` + quoted(cryptoJS(pxp, "masterkey")) + `,"type":"totp"}}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "authenticator.cc, encrypted, the newer kind", data: extensionSealed(), want: []string{usual("Acme", "bob", pxp)}},
	{what: "authenticator.cc, encrypted, one of them damaged", data: strings.Replace(extensionSealed(), `"h1":`, `"h0":{"dataType":"EncOTPStorage","keyId":"k1","index":0,"data":"U2FsdGVkX18="},"h1":`, 1), want: []string{usual("Acme", "bob", pxp)}, says: "damaged"},
	{what: "Yubico's CSV", data: "Acme,bob,TOTP," + gez + ",SHA1,6,30,,false\n", want: []string{usual("Acme", "bob", gez)}},
	{what: "a YubiKey's configuration log", data: "LOGGING START,1/1/2024 10:00 AM\nOATH-HOTP,1/1/2024 10:01 AM,1,,,3132333435363738393031323334353637383930,,,0,0,0,6,0,0,0,0,0,0\n", says: "format is unknown"},
	{what: "Microsoft's list of hardware tokens", data: "upn,serial number,secret key,time interval,manufacturer,model\r\nbob@contoso.com,1234567," + gez + ",30,Contoso,HardwareKey\r\n", want: []string{usual("Contoso", "bob@contoso.com", gez)}},
	{what: "Duo's list of hardware tokens", data: "serial,seed\n30001,3132333435363738393031323334353637383930\n", want: []string{usual("", "30001", gez)}},
	{what: "PSKC", data: `<?xml version="1.0"?><KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc"><KeyPackage><DeviceInfo><SerialNo>987654321</SerialNo></DeviceInfo><Key Id="1" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:hotp"><Issuer>Acme</Issuer><AlgorithmParameters><ResponseFormat Length="8" Encoding="DECIMAL"/></AlgorithmParameters><Data><Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret><Counter><PlainValue>5</PlainValue></Counter></Data></Key></KeyPackage></KeyContainer>`, want: []string{"hotp Acme/987654321 SHA1 8 0 5 " + gez}},
	{what: "pass", data: "hunter2\nlogin: bob\notpauth://totp/Acme:bob?secret=" + pxp + "&issuer=Acme\n", want: []string{usual("Acme", "bob", pxp)}},
	{what: "gopass's totp line", data: "hunter2\n---\nuser: bob\ntotp: " + gez + "\n", want: []string{usual("", "bob", gez)}},
	{what: "cotp's export", data: `{"items":["otpauth://totp/Acme:bob?secret=` + pxp + `&algorithm=SHA1&digits=6&period=30&lock=false"]}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "cotp's own", data: `{"version":2,"elements":[{"secret":"` + pxp + `","issuer":"Acme","label":"bob","digits":6,"type":"TOTP","algorithm":"SHA1","period":30,"counter":null,"pin":null}]}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "OTPClient's own", data: `[{"type":"TOTP","label":"bob","issuer":"Acme","secret":"` + pxp + `","digits":6,"algo":"SHA1","period":30}]`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "totp-cli", data: "- name: work\n  accounts:\n  - name: bob\n    token: " + gez + "\n    algorithm: sha1\n    length: 6\n", want: []string{usual("", "bob", gez)}},
	{what: "totp-cli, with what it may say", data: "- name: work\n  accounts:\n  - name: vpn\n    token: " + gez + "\n    prefix: \"\"\n    algorithm: sha256\n    length: 8\n    time_period: 60\n", want: []string{"totp /vpn SHA256 8 60 0 " + gez}},
	{what: "gauth", data: "Acme:" + gez + "\nBank: " + pxp + "\n", want: []string{usual("", "Acme", gez), usual("", "Bank", pxp)}},
	{what: "Tofu and OTP Auth by links in JSON", data: `{"Version":"1.0","Accounts":[{"Title":"Acme","URI":"otpauth:\/\/totp\/Acme:bob?secret=` + pxp + `"}]}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "Nextcloud OTP Manager", data: `{"accounts":[{"name":"bob","issuer":"Acme","secret":"` + pxp + `","digits":6,"type":"totp","period":30,"algorithm":0,"position":1,"icon":"default","counter":0}]}`, want: []string{usual("Acme", "bob", pxp)}},
	{what: "JSON by hand", data: `{"Acme": "` + gez + `", "Bank": "` + pxp + `"}`, want: []string{usual("", "Acme", gez), usual("", "Bank", pxp)}},
	{what: "JSON lines", data: `{"issuer":"Acme","account":"bob","secret":"` + pxp + `"}` + "\n" + `{"issuer":"Bank","account":"amy","secret":"` + gez + `"}` + "\n", want: []string{usual("Acme", "bob", pxp), usual("Bank", "amy", gez)}},
	{what: "JSON with a mark at the beginning and Windows' line ends", data: "\xef\xbb\xbf{\r\n\"issuer\":\"Acme\",\r\n\"account\":\"bob\",\r\n\"secret\":\"" + pxp + "\"\r\n}\r\n", want: []string{usual("Acme", "bob", pxp)}},
	{what: "AWS' virtual device", data: `{"VirtualMFADevice":{"SerialNumber":"arn:aws:iam::1:mfa/bob","Base32StringSeed":"` + gez + `"}}`, want: []string{usual("", "", gez)}},
	{what: "Auth0's and Okta's answer", data: `{"data":{"secret":"` + gez + `","barcode_uri":"otpauth://totp/Okta:bob?secret=` + gez + `"}}`, want: []string{usual("Okta", "bob", gez)}},
	{what: "a table that people keep", data: "site\tuser\tsecret\nAcme\tbob\t" + gez + "\n", want: []string{usual("Acme", "bob", gez)}},
	{what: "CSV with semicolons", data: "Name;Secret;Issuer\r\nbob;" + gez + ";Acme\r\n", want: []string{usual("Acme", "bob", gez)}},
	{what: "a table in Markdown", data: "| Account | Secret |\n|---|---|\n| bob | " + gez + " |\n", want: []string{usual("", "bob", gez)}},
	{what: "a mail in HTML", data: "<html><body><p>Your key is <b>" + gez + "</b></p></body></html>", want: []string{usual("", "", gez)}},
	{what: "Microsoft Authenticator's database", data: "SQLite format 3\x00" + strings.Repeat("\x00", 100), says: "app itself"},
	{what: "an OpenSSL file", data: "Salted__" + strings.Repeat("x", 40), says: "Decrypt"},
	{what: "random bytes", data: string([]byte{0x9f, 0x01, 0x00, 0xd3, 0x77, 0x81, 0x3e, 0x5c, 0xaa, 0x10, 0xfe, 0x44, 0x29, 0x8b, 0x07, 0xc0, 0x63, 0xe1, 0x95, 0x32, 0xd9, 0x4f, 0xb6, 0x1a, 0x70, 0xee, 0x0d, 0x58, 0xa4, 0xf7, 0x83, 0x26}), says: "format is unknown"},
	{what: "nothing", data: "", says: "format is unknown"},
	{what: "prose", data: "Please call me back.\nBest regards\n", says: "format is unknown"},
}

func TestWhatPeopleReallyHandOver(t *testing.T) {
	inputs := slices.Concat(wildLinks, wildFiles)
	right := 0
	for _, in := range inputs {
		name := in.name
		if name == "" {
			name = "file"
		}
		t.Run(in.what, func(t *testing.T) {
			got, err := importer.Read(t.Context(), name, []byte(in.data), answer(password))
			var keys []string
			for _, e := range got.Entries {
				keys = append(keys, describe(e.Key))
			}
			said := fmt.Sprint(err, " ", store.Hints(err))
			for _, r := range got.Refused {
				said += " " + r.Reason
			}
			if !slices.Equal(keys, in.want) {
				t.Errorf("got  %q\nwant %q\nsaid %s", keys, in.want, said)
			}
			if !strings.Contains(said, in.says) {
				t.Errorf("it says %q, not %q", said, in.says)
			}
			if in.says == "" && err != nil {
				t.Error(err)
			}
			if !t.Failed() {
				right++
			}
		})
	}
	t.Logf("%d of %d are right", right, len(inputs))
}
