package importer_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

const raivoJSON = `[
 {"pinned":"false","algorithm":"SHA1","kind":"TOTP","timer":"30","counter":"0","digits":"6","issuer":"Acme","account":"alice","secret":"` + seed1 + `","iconType":"","iconValue":""},
 {"pinned":"true","algorithm":"SHA256","kind":"HOTP","timer":"0","counter":"7","digits":"8","issuer":"Acme","account":"bob","secret":"` + seed2 + `","iconType":"","iconValue":""}]`

const lastPassJSON = `{"deviceId":"","deviceSecret":"","localDeviceId":"x","deviceName":"phone","version":3,"accounts":[
 {"accountID":"1","lmiUserId":"","issuerName":"Acme","originalIssuerName":"Old","userName":"alice","originalUserName":"old","pushNotification":false,"secret":"` + seed1 + `","timeStep":30,"digits":6,"creationTimestamp":1,"isFavorite":false,"algorithm":"SHA1","folderData":{"folderId":"1","position":0}}],
 "folders":[{"id":1,"name":"Favorites","isOpened":true}]}`

const twoFAuthJSON = `{"app":"2fauth_v5.0.3","schema":1,"datetime":"2026-01-01T00:00:00Z","data":[
 {"otp_type":"totp","account":"alice","service":"Acme","icon":null,"secret":"` + seed1 + `","digits":6,"algorithm":"sha1","period":30,"counter":null,"legacy_uri":"otpauth://totp/Acme%3Aalice?secret=` + seed1 + `"},
 {"otp_type":"hotp","account":"bob","service":"Acme","icon":null,"secret":"` + seed2 + `","digits":8,"algorithm":"sha256","period":null,"counter":7,"legacy_uri":"otpauth://hotp/x"},
 {"otp_type":"steamtotp","account":"gabe","service":"Steam","icon":null,"secret":"` + seed3 + `","digits":5,"algorithm":"sha1","period":30,"counter":null,"legacy_uri":"otpauth://totp/x"}]}`

const extensionJSON = `{
 "h1":{"account":"alice","counter":0,"digits":6,"encrypted":false,"hash":"h1","index":0,"issuer":"Acme","period":30,"pinned":false,"secret":"` + seed1 + `","type":"totp","algorithm":"SHA1"},
 "h2":{"account":"bob","counter":7,"digits":8,"encrypted":false,"hash":"h2","index":1,"issuer":"Acme","secret":"` + seed2 + `","type":"hotp","algorithm":"SHA256"},
 "h3":{"account":"x","encrypted":true,"hash":"h3","index":2,"issuer":"Sealed","secret":"U2FsdGVkX18AAAAAAAAAAAAAAAAAAAAA","type":"totp"}}`

const authyJSON = `{"message":"success","decrypted_authenticator_tokens":[
 {"account_type":"authenticator","name":"Acme: alice","issuer":null,"decrypted_seed":"` + seed1 + `","digits":6,"logo":"acme","unique_id":"1"}],"success":true}`

// authySealed is what Authy's API gives, under AES-CBC with a key for each token.
func authySealed() []byte {
	seal := func(seed, salt string, rounds int) string {
		key, err := pbkdf2.Key(sha1.New, password, []byte(salt), rounds, 32)
		if err != nil {
			panic(err)
		}
		return base64.StdEncoding.EncodeToString(cbcSeal(key, make([]byte, 16), []byte(seed)))
	}
	return fmt.Appendf(nil, `{"authenticator_tokens":[
 {"account_type":"authenticator","digits":6,"encrypted_seed":%q,"issuer":null,"logo":"acme","name":"Acme: alice","original_name":"Acme:alice","salt":"saltsalt1","key_derivation_iterations":1000,"unique_iv":null,"unique_id":"1"},
 {"account_type":"authenticator","digits":7,"encrypted_seed":%q,"issuer":"Other","name":"seven","original_name":"seven","salt":"saltsalt2","unique_id":"2"}]}`,
		seal(seed1, "saltsalt1", 1000), seal(strings.ToLower(seed2), "saltsalt2", 1000))
}

func cbcSeal(key, iv, plain []byte) []byte {
	n := aes.BlockSize - len(plain)%aes.BlockSize
	padded := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(n)}, n)...)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(padded, padded)
	return padded
}

func protonSealed() []byte {
	salt := []byte("sixteen byte salt"[:16])
	key := argon2.IDKey([]byte(password), salt, 2, 19*1024, 1, 32)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	content := gcm.Seal(bytes.Clone(nonce12), nonce12, []byte(protonJSON), []byte("proton.authenticator.export.v1"))
	b := base64.StdEncoding.EncodeToString
	return fmt.Appendf(nil, `{"version":1,"salt":%q,"content":%q}`, b(salt), b(content))
}

func stratumSealed() []byte {
	salt := []byte("sixteen byte salt"[:16])
	key := argon2.IDKey([]byte(password), salt, 3, 64*1024, 4, 32)
	return join([]byte("AUTHENTICATORPRO"), salt, nonce12, gcmSeal(key, nonce12, []byte(stratumJSON)))
}

func stratumOlder() []byte {
	salt, iv := []byte("a salt of twenty byt"), []byte("sixteen byte iv.")
	key, err := pbkdf2.Key(sha1.New, password, salt, 64_000, 32)
	if err != nil {
		panic(err)
	}
	return join([]byte("AuthenticatorPro"), salt, iv, cbcSeal(key, iv, []byte(stratumJSON)))
}

const protonPassJSON = `{"version":"1.21.2","userId":"","encrypted":false,"vaults":{"abc==":{"name":"Personal","items":[
 {"itemId":"i","data":{"metadata":{"name":"Acme","note":"","itemUuid":"x"},"extraFields":[],"type":"login","content":{"itemEmail":"a@example.com","itemUsername":"alice","password":"hunter2","urls":["https://acme.example"],"totpUri":"` + seed1 + `","passkeys":[]}},"state":1},
 {"itemId":"j","data":{"metadata":{"name":"None"},"type":"login","content":{"itemEmail":"z","totpUri":""}},"state":1}]}}}`

const onePassword = `{"accounts":[{"attrs":{"accountName":"A"},"vaults":[{"attrs":{"name":"Personal"},"items":[
 {"uuid":"x","details":{"loginFields":[{"value":"alice","designation":"username"},{"value":"hunter2","designation":"password"}],"sections":[{"title":"","fields":[{"title":"one-time password","id":"TOTP_1","value":{"totp":"` + seed1 + `"}},{"title":"other","value":{"string":"s"}}]}]},"overview":{"title":"Acme","url":"https://acme.example"}}]}]}]}`

const enpassJSON = `{"folders":[{"title":"w","uuid":"1"}],"items":[{"title":"Acme","subtitle":"x","category":"login","fields":[
 {"label":"Username","type":"username","value":"alice"},{"label":"One-time code","type":"totp","value":"CANA RYCA NARY CANA RYCA NARY CANA RY23"},{"label":"empty","type":"totp","value":""}]}]}`

func steamJSON() []byte {
	return fmt.Appendf(nil, `{"accounts":{"a":{"steamid":"1","shared_secret":%q,"uri":"otpauth:\/\/totp\/Steam:gabe?secret=x","account_name":"gabe","identity_secret":"dGhpcyBpcyBhIHRlc3Qgc3RyaW5n","status":1}}}`,
		base64.StdEncoding.EncodeToString(raw(seed3)))
}

// asPreferences writes values as Android does, with its entities.
func asPreferences(values ...string) []byte {
	var b strings.Builder
	b.WriteString("<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n    <int name=\"n\" value=\"1\" />\n")
	for i, v := range values {
		fmt.Fprintf(&b, "    <string name=\"p%d\">%s</string>\n", i, strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;").Replace(v))
	}
	return []byte(b.String() + "</map>\n")
}

func freeOTPPreferences() []byte {
	whole := string(freeOTP())
	first := whole[strings.Index(whole, "\n ")+2:]
	one, two, _ := strings.Cut(first, ",\n ")
	return asPreferences(one, strings.TrimSuffix(two, "]}"), `["Acme:alice","Acme:bob"]`)
}

func totpAuthenticator() []byte {
	return asPreferences(`[{"base":16,"digits":"6","issuer":"Acme","key":"`+strings.ToUpper(hex.EncodeToString(raw(seed1)))+`","name":"alice","period":"30","totpCode":""}]`, "CUSTOM")
}

func zipped(files ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			panic(err)
		}
		if _, err := f.Write([]byte(files[i+1])); err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// zipSealed is an archive under WinZip's AES-256, version AE-2.
func zipSealed(name, text string) []byte {
	var packed bytes.Buffer
	fw, err := flate.NewWriter(&packed, flate.DefaultCompression)
	if err != nil {
		panic(err)
	}
	if _, err := fw.Write([]byte(text)); err != nil {
		panic(err)
	}
	if err := fw.Close(); err != nil {
		panic(err)
	}
	salt := []byte("a salt 16 bytes.")
	keys, err := pbkdf2.Key(sha1.New, password, salt, 1000, 66)
	if err != nil {
		panic(err)
	}
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		panic(err)
	}
	data := packed.Bytes()
	for at := range data {
		var counter, pad [16]byte
		binary.LittleEndian.PutUint32(counter[:], uint32(at/16)+1)
		block.Encrypt(pad[:], counter[:])
		data[at] ^= pad[at%16]
	}
	seal := hmac.New(sha1.New, keys[32:64])
	seal.Write(data)
	body := join(salt, keys[64:], data, seal.Sum(nil)[:10])
	extra := []byte{0x01, 0x99, 7, 0, 2, 0, 'A', 'E', 3, 8, 0}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateRaw(&zip.FileHeader{Name: name, Method: 99, Flags: 1, Extra: extra, CompressedSize64: uint64(len(body)), UncompressedSize64: uint64(len(text))})
	if err != nil {
		panic(err)
	}
	if _, err := f.Write(body); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func gzipped(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// page is a printable export: one key as a link and as a picture, one as a picture
// only.
func page() []byte {
	picture := func(text string) string { return base64.StdEncoding.EncodeToString(qrPNG(text)) }
	return []byte("<!DOCTYPE html>\n<html><head><title>Export</title></head><body><table><tr><td>Acme</td><td>alice</td><td><a href=\"" +
		strings.ReplaceAll(link1(), "&", "&amp;") + "\">key</a></td><td><img src=\"data:image/png;base64," + picture(link1()) + "\"></td></tr>\n<tr><td><img src='data:image/png;base64," +
		picture(link2()) + "'></td></tr></table><img src=\"data:image/png;base64,AAAA\"></body></html>")
}

const namedSeeds = "acme: " + seed1 + "\nbank\t" + seed2 + "\nvpn = cana ryca nary cana ryca nary cana ry25\ntwo 8 " + seed1 + "\ncounting 6 " + seed2 + " 00000000000000000006\nhello: this is no seed\n"

func moreFixtures() []fixture {
	seven := "totp Other/seven SHA1 7 30 0 " + seed2
	return []fixture{
		{name: "Raivo", format: "Raivo", data: []byte(raivoJSON), want: []string{alice, bob}},
		{name: "LastPass", format: "LastPass Authenticator", data: []byte(lastPassJSON), want: []string{alice}},
		{name: "2FAuth", format: "2FAuth", data: []byte(twoFAuthJSON), want: []string{alice, bob, gabe}},
		{name: "Authenticator extension", format: "Authenticator extension", data: []byte(extensionJSON), want: []string{alice, bob}, refused: 1},
		{name: "Authy, decrypted", format: "Authy", data: []byte(authyJSON), want: []string{alice}},
		{name: "Authy, encrypted", format: "Authy (encrypted)", data: authySealed(), want: []string{alice, seven}},
		{name: "Proton, encrypted", format: "Proton Authenticator (encrypted)", data: protonSealed(), want: []string{alice, "steam /gabe SHA1 5 30 0 " + seed3}},
		{name: "Stratum, encrypted", format: "Stratum (encrypted)", data: stratumSealed(), want: []string{alice, bob, gabe}, tags: "work", refused: 1},
		{name: "Stratum, encrypted before it had that name", format: "Stratum (encrypted)", data: stratumOlder(), want: []string{alice, bob, gabe}, tags: "work", refused: 1},
		{name: "Proton Pass", format: "Proton Pass", data: []byte(protonPassJSON), want: []string{alice}},
		{name: "1Password", format: "JSON", data: []byte(onePassword), want: []string{alice}},
		{name: "1Password's archive", format: "ZIP archive, JSON", data: zipped("export.data", onePassword, "files/picture", "x"), want: []string{alice}, notes: 1},
		{name: "Enpass", format: "JSON", data: []byte(enpassJSON), want: []string{alice}, tags: "login"},
		{name: "Steam", format: "Steam", data: steamJSON(), want: []string{gabe}},
		{name: "FreeOTP's preferences", format: "FreeOTP", data: freeOTPPreferences(), want: []string{alice, bob}},
		{name: "TOTP Authenticator's preferences", format: "TOTP Authenticator", data: totpAuthenticator(), want: []string{alice}},
		{name: "ZIP", format: "ZIP archive, otpauth list, Raivo", data: zipped("__MACOSX/._x", "junk", "a/", "", "a/list.txt", link3(), "raivo-otp-export.json", raivoJSON), want: []string{gabe, alice, bob}},
		{name: "ZIP, encrypted", format: "ZIP archive (encrypted), Raivo", data: zipSealed("raivo-otp-export.json", raivoJSON), want: []string{alice, bob}},
		{name: "gzip", format: "gzip archive, 2FAuth", data: gzipped([]byte(twoFAuthJSON)), want: []string{alice, bob, gabe}},
		{name: "web page", format: "HTML", data: page(), want: []string{alice, bob}},
		{name: "names and seeds", format: "otpauth list", data: []byte(namedSeeds), want: []string{
			"totp /acme SHA1 6 30 0 " + seed1, "totp /bank SHA1 6 30 0 " + seed2, "totp /vpn SHA1 6 30 0 " + seed3,
			"totp /two SHA1 8 30 0 " + seed1, "hotp /counting SHA1 6 0 7 " + seed2,
		}, refused: 1},
	}
}
