package lab

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// tokenLeeway is how far two clocks may differ about a token.
const tokenLeeway = time.Minute

var errToken = errors.New("the token is not what it should be")

// A tokenKey makes or checks the signature of a JSON web token.
type tokenKey interface {
	algorithm() string
	sign(data []byte) []byte
	verifies(data, signature []byte) bool
}

// sharedKey is HS512 (RFC 7518 §3.2).
type sharedKey []byte

func (sharedKey) algorithm() string { return "HS512" }

func (k sharedKey) sign(data []byte) []byte {
	mac := hmac.New(sha512.New, k)
	mac.Write(data)
	return mac.Sum(nil)
}

func (k sharedKey) verifies(data, signature []byte) bool { return hmac.Equal(k.sign(data), signature) }

// privateKey is RS256 (RFC 7518 §3.3); publicKey is the half that only checks.
type privateKey struct{ *rsa.PrivateKey }

func (privateKey) algorithm() string { return "RS256" }

func (k privateKey) sign(data []byte) []byte {
	sum := sha256.Sum256(data)
	signature, err := rsa.SignPKCS1v15(nil, k.PrivateKey, crypto.SHA256, sum[:])
	if err != nil {
		return nil // No signature verifies as none.
	}
	return signature
}

func (k privateKey) verifies(data, signature []byte) bool {
	return publicKey{&k.PublicKey}.verifies(data, signature)
}

type publicKey struct{ *rsa.PublicKey }

func (publicKey) algorithm() string  { return "RS256" }
func (publicKey) sign([]byte) []byte { return nil }

func (k publicKey) verifies(data, signature []byte) bool {
	sum := sha256.Sum256(data)
	return rsa.VerifyPKCS1v15(k.PublicKey, crypto.SHA256, sum[:], signature) == nil
}

// identityKey is the identity provider's key. It is made when first needed, and
// once for all labs of a process: making it takes longer than starting a lab.
var identityKey = sync.OnceValue(func() privateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // Only a broken random source could.
	}
	return privateKey{key}
})

// claims are those that every token of the lab has (RFC 7519 §4.1).
type claims struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub,omitempty"`
	Audience string `json:"aud"`
	Issued   int64  `json:"iat,omitempty"`
	Expires  int64  `json:"exp"`
	ID       string `json:"jti,omitempty"`
}

// good checks who made the token, for whom, and when.
func (c claims) good(issuer, audience string, now time.Time) error {
	switch {
	case c.Issuer != issuer:
		return fmt.Errorf("%w: its issuer is another", errToken)
	case c.Audience != audience:
		return fmt.Errorf("%w: it is for somebody else", errToken)
	case now.After(time.Unix(c.Expires, 0).Add(tokenLeeway)):
		return fmt.Errorf("%w: it has expired", errToken)
	case now.Before(time.Unix(c.Issued, 0).Add(-tokenLeeway)):
		return fmt.Errorf("%w: it is from the future", errToken)
	}
	return nil
}

// mint writes a token (RFC 7515 §3.1).
func mint(key tokenKey, v any) string {
	head, _ := json.Marshal(map[string]string{"alg": key.algorithm(), "typ": "JWT"}) // Strings only.
	body, _ := json.Marshal(v)                                                       // Our own structs.
	signed := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(body)
	return signed + "." + base64.RawURLEncoding.EncodeToString(key.sign([]byte(signed)))
}

// unseal checks a token's signature and reads what it says. The algorithm is the
// key's; what the token asks for is only compared (RFC 8725 §3.1).
func unseal(key tokenKey, token string, v any) error {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return fmt.Errorf("%w: it has %d parts", errToken, len(parts))
	}
	var raw [3][]byte
	for i, part := range parts {
		var err error
		if raw[i], err = base64.RawURLEncoding.DecodeString(part); err != nil {
			return fmt.Errorf("%w: part %d is not base64url", errToken, i+1)
		}
	}
	var head struct {
		Algorithm string `json:"alg"`
	}
	if err := json.Unmarshal(raw[0], &head); err != nil || head.Algorithm != key.algorithm() {
		return fmt.Errorf("%w: it is not signed by %s", errToken, key.algorithm())
	}
	if !key.verifies([]byte(parts[0]+"."+parts[1]), raw[2]) {
		return fmt.Errorf("%w: its signature is wrong", errToken)
	}
	if err := json.Unmarshal(raw[1], v); err != nil {
		return fmt.Errorf("%w: its claims cannot be read", errToken)
	}
	return nil
}
