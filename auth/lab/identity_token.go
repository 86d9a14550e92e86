package lab

import (
	"crypto/hmac"
	"encoding/base64"
	"math/big"
	"net/http"
	"time"
)

// tokenTime is how long an identity provider's tokens are good for.
const tokenTime = 5 * time.Minute

// token gives a code's tokens to the application it was made for (OpenID Connect
// Core §3.1.3), once.
func (i *identity) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	id, secret, _ := r.BasicAuth()
	if id != i.client.id || !hmac.Equal([]byte(secret), []byte(i.client.secret)) {
		w.Header().Set("WWW-Authenticate", "Basic")
		writeJSON(w, http.StatusUnauthorized, oauthError{Code: "invalid_client"})
		return
	}
	if r.PostFormValue("grant_type") != "authorization_code" {
		writeJSON(w, http.StatusBadRequest, oauthError{Code: "unsupported_grant_type"})
		return
	}
	asked, ok := i.codes.take(r.PostFormValue("code"))
	switch {
	case !ok:
		writeJSON(w, http.StatusBadRequest, oauthError{"invalid_grant", "The code is unknown, used or expired."})
	case r.PostFormValue("redirect_uri") != i.client.app.url+callbackPath:
		writeJSON(w, http.StatusBadRequest, oauthError{"invalid_grant", "The code was made for another address."})
	case codeChallenge(r.PostFormValue("code_verifier")) != asked.challenge:
		writeJSON(w, http.StatusBadRequest, oauthError{"invalid_grant", "The verifier does not fit the challenge."})
	default:
		writeJSON(w, http.StatusOK, map[string]any{
			"access_token": newID(),
			"token_type":   "Bearer",
			"expires_in":   int(tokenTime / time.Second),
			"id_token":     mint(identityKey(), i.says(asked)),
		})
	}
}

func (i *identity) says(asked authorization) identityClaims {
	now := i.now()
	methods := []string{"pwd", "otp", "mfa"} // RFC 8176 §2
	if i.panel.on(SwitchNoMFA) {
		methods = methods[:1]
	}
	return identityClaims{
		claims: claims{
			Issuer: i.annex.url, Subject: "1000-" + asked.user, Audience: i.client.id,
			Issued: now.Unix(), Expires: now.Add(tokenTime).Unix(),
		},
		Nonce:    asked.nonce,
		Username: asked.user,
		AuthTime: asked.at,
		Methods:  methods,
	}
}

func (i *identity) keys(w http.ResponseWriter, _ *http.Request) {
	key := identityKey().PublicKey
	writeJSON(w, http.StatusOK, keySet{[]webKey{{
		Type: "RSA", Use: "sig", Algorithm: "RS256", ID: "lab",
		N: base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
		E: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
	}}})
}

// configuration is what OpenID Connect Discovery §3 asks of a provider.
func (i *identity) configuration(w http.ResponseWriter, _ *http.Request) {
	base := i.annex.url
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                                base,
		"authorization_endpoint":                base + "/authorize",
		"token_endpoint":                        base + "/token",
		"jwks_uri":                              base + "/jwks.json",
		"response_types_supported":              []string{"code"},
		"response_modes_supported":              []string{"query", "form_post"},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"code_challenge_methods_supported":      []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic"},
	})
}
