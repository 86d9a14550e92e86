package importer_test

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// bitwardenSealed is an export under the password, with PBKDF2 (0) or Argon2id (1).
// Its parameters are weaker than Bitwarden's, which take their time.
func bitwardenSealed(kdf int) string {
	const salt, memory, threads = "c2FsdHNhbHRzYWx0c2FsdA==", 1, 2
	iterations := 1000
	key := must(pbkdf2.Key(sha256.New, password, []byte(salt), iterations, 32))
	if kdf == 1 {
		iterations = 2
		hashed := sha256.Sum256([]byte(salt))
		key = argon2.IDKey([]byte(password), hashed[:], 2, memory<<10, threads, 32)
	}
	iv := []byte("sixteen bytes iv")
	data := cbcSeal(must(hkdf.Expand(sha256.New, key, "enc", 32)), iv,
		[]byte(`{"encrypted":false,"folders":[],"items":[{"id":"1","type":1,"name":"Acme","login":{"username":"bob","totp":"`+pxp+`"}}]}`))
	seal := hmac.New(sha256.New, must(hkdf.Expand(sha256.New, key, "mac", 32)))
	seal.Write(iv)
	seal.Write(data)
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Sprintf(`{"encrypted":true,"passwordProtected":true,"salt":%q,"kdfType":%d,"kdfIterations":%d,"kdfMemory":%d,"kdfParallelism":%d,"encKeyValidation_DO_NOT_EDIT":"2.x|x|x","data":"2.%s|%s|%s"}`,
		salt, kdf, iterations, memory, threads, b64(iv), b64(data), b64(seal.Sum(nil)))
}

// extensionSealed is a backup of the browser extension Authenticator in its newer
// kind, which seals each entry as a whole.
func extensionSealed() string {
	const salt = "b7f0c9b2a1d34e55"
	passphrase := base64.RawStdEncoding.EncodeToString(argon2.IDKey([]byte(password), []byte(salt), 2, 19<<10, 1, 32))
	entry := `{"account":"bob","encrypted":false,"hash":"h1","index":0,"issuer":"Acme","secret":"` + pxp + `","type":"totp","period":30}`
	return `{"k1":{"dataType":"Key","id":"k1","salt":"` + salt + `","hash":"$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA","version":3},` +
		`"h1":{"dataType":"EncOTPStorage","keyId":"k1","index":0,"data":` + quoted(cryptoJS(entry, passphrase)) + `}}`
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
