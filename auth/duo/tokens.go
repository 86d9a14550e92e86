package duo

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"gatepass/store"
)

// A Token is a hardware token, which any device that makes one-time passwords is to
// Duo.
type Token struct {
	ID     string   `json:"token_id"`
	Type   string   `json:"type"` // "h6", "h8": HOTP; "t6", "t8": TOTP; "yk", "d1"
	Serial string   `json:"serial"`
	Step   *int     `json:"totp_step"` // seconds; null for all that count
	Users  []UserOf `json:"users"`
}

// UserOf is a user as lists of other things name them.
type UserOf struct {
	ID   string `json:"user_id"`
	Name string `json:"username"`
}

// ErrNoTOTP says that the tenant takes no TOTP tokens through the API. Current
// documentation names only counting ones; the official Python client makes both.
var ErrNoTOTP = errors.New("this tenant takes no TOTP token through the API")

// A TokenOrder describes a TOTP token to make. Duo computes with SHA-1.
type TokenOrder struct {
	Serial string // up to 128 characters, unique among tokens of the type
	Seed   store.Secret
	Digits int           // 6 or 8
	Period time.Duration // whole seconds
}

// CreateToken imports a TOTP token, whose seed is sent in hexadecimal as Duo wants it.
// The seed is the key's bytes. It answers ErrNoTOTP where the type is refused.
func (a *Admin) CreateToken(ctx context.Context, o TokenOrder) (Token, error) {
	if o.Digits != 6 && o.Digits != 8 {
		return Token{}, fmt.Errorf("%w: a token of %d digits; Duo takes 6 or 8", ErrConfig, o.Digits)
	}
	if len(o.Serial) == 0 || len(o.Serial) > 128 {
		return Token{}, fmt.Errorf("%w: a serial number has 1 to 128 characters", ErrConfig)
	}
	v := url.Values{
		"type":      {"t" + strconv.Itoa(o.Digits)},
		"serial":    {o.Serial},
		"secret":    {HexSeed(o.Seed).Reveal()},
		"totp_step": {strconv.Itoa(int(o.Period / time.Second))},
	}
	var out Token
	_, err := a.call(ctx, request{method: http.MethodPost, path: "/admin/v1/tokens", params: v, needs: NeedsWrite}, &out)
	var e *Error
	if errors.As(err, &e) && e.Code == codeInvalid && e.Detail != "serial" && e.Detail != "secret" {
		return Token{}, fmt.Errorf("%w: %w", ErrNoTOTP, err)
	}
	if err != nil {
		return Token{}, err
	}
	return out, CheckID("a token's id", out.ID)
}

// HexSeed writes a seed's bytes as Duo reads them.
func HexSeed(seed store.Secret) store.Secret {
	return store.NewSecret(hex.EncodeToString([]byte(seed.Reveal())))
}

// DeleteToken takes a token out of the tenant. One that is gone already is no error.
func (a *Admin) DeleteToken(ctx context.Context, id string) error {
	return gone(a.token(ctx, http.MethodDelete, "/admin/v1/tokens/", id, nil))
}

// AttachToken gives a token to a user.
func (a *Admin) AttachToken(ctx context.Context, userID, tokenID string) error {
	if err := errors.Join(CheckID("a user's id", userID), CheckID("a token's id", tokenID)); err != nil {
		return err
	}
	_, err := a.call(ctx, request{
		method: http.MethodPost, path: "/admin/v1/users/" + userID + "/tokens",
		params: url.Values{"token_id": {tokenID}}, needs: NeedsWrite,
	}, nil)
	return err
}

// DetachToken takes a token from a user. One that the user does not have is no error.
func (a *Admin) DetachToken(ctx context.Context, userID, tokenID string) error {
	if err := CheckID("a user's id", userID); err != nil {
		return err
	}
	return gone(a.token(ctx, http.MethodDelete, "/admin/v1/users/"+userID+"/tokens/", tokenID, nil))
}

func (a *Admin) token(ctx context.Context, method, path, id string, v url.Values) error {
	if err := CheckID("a token's id", id); err != nil {
		return err
	}
	_, err := a.call(ctx, request{method: method, path: path + id, params: v, needs: NeedsWrite}, nil)
	return err
}

func gone(err error) error {
	if errors.Is(err, ErrNotThere) {
		return nil
	}
	return err
}

// TokenBySerial finds a token of a type, "t6" for a TOTP token of six digits.
func (a *Admin) TokenBySerial(ctx context.Context, kind, serial string) (Token, bool, error) {
	found, err := all[Token](ctx, a.client, request{
		method: http.MethodGet, path: "/admin/v1/tokens",
		params: url.Values{"type": {kind}, "serial": {serial}}, needs: NeedsRead,
	}, 100)
	if err != nil || len(found) == 0 {
		return Token{}, false, err
	}
	return found[0], true, CheckID("a token's id", found[0].ID)
}
