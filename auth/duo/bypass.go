package duo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"gatepass/store"
)

// Duo's limits on bypass codes.
const (
	CodesPerCall = 10
	CodesPerUser = 100
)

// A BypassCode is what Duo tells of a code: not the code itself, which is shown once,
// when it is made.
type BypassCode struct {
	ID         string `json:"bypass_code_id"`
	AdminEmail string `json:"admin_email"` // who made it; "" for an API
	CreatedAt  int64  `json:"created"`     // Unix seconds
	ExpiresAt  *int64 `json:"expiration"`  // Unix seconds; null: never
	Uses       *int   `json:"reuse_count"` // what is left; 0 or null: not limited
}

// Created is when it was made.
func (b BypassCode) Created() time.Time { return when(b.CreatedAt) }

// Expires is when it ends, zero for never.
func (b BypassCode) Expires() time.Time {
	if b.ExpiresAt == nil {
		return time.Time{}
	}
	return when(*b.ExpiresAt)
}

// BypassCodes lists a user's bypass codes, as Duo tells of them. Duo's own client has
// a method of such a name that makes new ones; this one only reads.
func (a *Admin) BypassCodes(ctx context.Context, userID string) ([]BypassCode, error) {
	if err := CheckID("a user's id", userID); err != nil {
		return nil, err
	}
	return all[BypassCode](ctx, a.client, request{
		method: http.MethodGet, path: "/admin/v1/users/" + userID + "/bypass_codes", needs: NeedsRead,
	}, 100)
}

// A BypassOrder says which codes to make. Nothing is left to Duo's defaults, which are
// ten codes that never expire, in place of all that the user has.
type BypassOrder struct {
	Count int           // 1 to 10 in one call
	Valid time.Duration // whole seconds; 0: for ever
	Uses  int           // for each code; 0: not limited
	// Replace deletes every other code of the user, whoever made it.
	Replace bool
}

func (o BypassOrder) values() (url.Values, error) {
	seconds := int64(o.Valid / time.Second)
	switch {
	case o.Count < 1 || o.Count > CodesPerCall:
		return nil, fmt.Errorf("%w: %d codes in one call; it is 1 to %d", ErrConfig, o.Count, CodesPerCall)
	case o.Valid < 0 || o.Valid > 0 && seconds == 0:
		return nil, fmt.Errorf("%w: codes that are good for %s", ErrConfig, o.Valid)
	case o.Uses < 0:
		return nil, fmt.Errorf("%w: codes with %d uses", ErrConfig, o.Uses)
	}
	return url.Values{
		"count":             {strconv.Itoa(o.Count)},
		"valid_secs":        {strconv.FormatInt(seconds, 10)},
		"reuse_count":       {strconv.Itoa(o.Uses)},
		"preserve_existing": {strconv.FormatBool(!o.Replace)},
	}, nil
}

// codePattern is what a bypass code looks like: nine digits, often with zeros in
// front; codes that an administrator thought of have other lengths.
var codePattern = regexp.MustCompile(`^[0-9]{6,}$`)

// ErrNoCode is a text that cannot be a bypass code.
var ErrNoCode = errors.New("not a bypass code")

// CheckBypassCode answers ErrNoCode, without the text, for what cannot be a code.
func CheckBypassCode(code store.Secret) error {
	if !codePattern.MatchString(code.Reveal()) {
		return fmt.Errorf("%w: one is at least 6 digits, and most have 9", ErrNoCode)
	}
	return nil
}

// CreateBypassCodes makes codes. They are shown this once. An error with codes
// beside it means that what came back is not all that was ordered.
func (a *Admin) CreateBypassCodes(ctx context.Context, userID string, o BypassOrder) ([]store.Secret, error) {
	if err := CheckID("a user's id", userID); err != nil {
		return nil, err
	}
	v, err := o.values()
	if err != nil {
		return nil, err
	}
	var texts []string
	if _, err := a.call(ctx, request{
		method: http.MethodPost, path: "/admin/v1/users/" + userID + "/bypass_codes", params: v, needs: NeedsWrite,
	}, &texts); err != nil {
		return nil, err
	}
	codes := make([]store.Secret, 0, len(texts))
	for _, text := range texts {
		code := store.NewSecret(text)
		if err := CheckBypassCode(code); err != nil {
			return codes, fmt.Errorf("%w: what Duo made is %w", ErrNotDuo, err)
		}
		codes = append(codes, code)
	}
	if len(codes) != o.Count {
		return codes, fmt.Errorf("%w: %d codes were ordered and %d came", ErrNotDuo, o.Count, len(codes))
	}
	return codes, nil
}

// DeleteBypassCode revokes a code. One that is gone already is no error.
func (a *Admin) DeleteBypassCode(ctx context.Context, id string) error {
	if err := CheckID("a bypass code's id", id); err != nil {
		return err
	}
	_, err := a.call(ctx, request{method: http.MethodDelete, path: "/admin/v1/bypass_codes/" + id, needs: NeedsWrite}, nil)
	if errors.Is(err, ErrNotThere) {
		return nil
	}
	return err
}

// NewIDs gives the ids that are in after and not in before, in after's order.
func NewIDs(before, after []BypassCode) []string {
	var ids []string
	for _, code := range after {
		known := slices.ContainsFunc(before, func(b BypassCode) bool { return b.ID == code.ID })
		if !known {
			ids = append(ids, code.ID)
		}
	}
	return ids
}
