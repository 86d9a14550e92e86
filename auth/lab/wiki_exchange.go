package lab

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A backChannel asks another origin of the lab without the visitor's browser.
type backChannel struct{ http.Client }

func newBackChannel() *backChannel {
	return &backChannel{http.Client{
		Timeout: 5 * time.Second,
		// Straight to loopback, and no connection outlives its answer.
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// post sends a form and reads the JSON that comes back.
func (b *backChannel) post(ctx context.Context, address, user, password string, form url.Values, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("ask %s: %w", address, err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if user != "" {
		req.SetBasicAuth(user, password)
	}
	return b.read(req, v)
}

func (b *backChannel) get(ctx context.Context, address string, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", address, err)
	}
	return b.read(req, v)
}

func (b *backChannel) read(req *http.Request, v any) error {
	res, err := b.Do(req)
	if err != nil {
		return fmt.Errorf("ask %s: %w", req.URL.Path, err)
	}
	defer func() { _ = res.Body.Close() }() // It was only read.
	in := json.NewDecoder(io.LimitReader(res.Body, maxBody))
	if res.StatusCode != http.StatusOK {
		var refusal oauthError
		_ = in.Decode(&refusal) // An answer without a reason has none.
		return fmt.Errorf("%s answered %d %s", req.URL.Path, res.StatusCode, refusal.Code)
	}
	if err := in.Decode(v); err != nil {
		return fmt.Errorf("read the answer of %s: %w", req.URL.Path, err)
	}
	return nil
}

// An oauthError is an error of RFC 6749 §5.2.
type oauthError struct {
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

// identityClaims are what the provider says about who signed in (OpenID Connect
// Core §2).
type identityClaims struct {
	claims
	Nonce    string   `json:"nonce"`
	Username string   `json:"preferred_username"`
	AuthTime int64    `json:"auth_time"`
	Methods  []string `json:"amr"`
}

// exchange turns a code into the name of who signed in.
func (f *wikiFlow) exchange(ctx context.Context, code string, req request) (string, error) {
	var tokens struct {
		IDToken string `json:"id_token"`
	}
	issuer := f.provider.annex.url
	err := f.back.post(ctx, issuer+"/token", wikiClient, f.secret, url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {code},
		"redirect_uri":  {f.a.url + callbackPath},
		"code_verifier": {req.verifier},
	}, &tokens)
	if err != nil {
		return "", err
	}
	key, err := f.providerKey(ctx)
	if err != nil {
		return "", err
	}
	var who identityClaims
	if err := unseal(key, tokens.IDToken, &who); err != nil {
		return "", err
	}
	if err := who.good(issuer, wikiClient, f.a.now()); err != nil {
		return "", err
	}
	if who.Nonce != req.nonce {
		return "", fmt.Errorf("%w: its nonce is another", errToken)
	}
	return who.Username, nil
}

// A keySet is the public half of a provider's keys (RFC 7517 §5).
type keySet struct {
	Keys []webKey `json:"keys"`
}

type webKey struct {
	Type      string `json:"kty"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	ID        string `json:"kid"`
	N         string `json:"n"`
	E         string `json:"e"`
}

// providerKey fetches the key that the provider signs with.
func (f *wikiFlow) providerKey(ctx context.Context) (publicKey, error) {
	var set keySet
	if err := f.back.get(ctx, f.provider.annex.url+"/jwks.json", &set); err != nil {
		return publicKey{}, err
	}
	for _, k := range set.Keys {
		n, errN := base64.RawURLEncoding.DecodeString(k.N)
		e, errE := base64.RawURLEncoding.DecodeString(k.E)
		if errN == nil && errE == nil && k.Algorithm == "RS256" && len(e) <= 4 {
			return publicKey{&rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}}, nil
		}
	}
	return publicKey{}, errors.New("the identity provider shows no key")
}
