package duo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// The permissions of an Admin API application, as the Admin Panel names them.
const (
	NeedsRead         = "Grant read resource"
	NeedsWrite        = "Grant write resource"
	NeedsLog          = "Grant read log"
	NeedsInformation  = "Grant read information"
	NeedsSettings     = "Grant settings"
	NeedsApplications = "Grant applications"
)

// ErrNoUser says that the tenant has no user of that name or alias.
var ErrNoUser = errors.New("no such user at Duo")

// A User is an account of the tenant.
type User struct {
	ID            string  `json:"user_id"`
	Name          string  `json:"username"`
	Status        string  `json:"status"` // "active", "bypass", "disabled", "locked out", "pending deletion"
	Enrolled      bool    `json:"is_enrolled"`
	LastLogin     int64   `json:"last_login"` // Unix seconds; 0: never
	LockoutReason string  `json:"lockout_reason"`
	Groups        []Group `json:"groups"`
	Phones        []Phone `json:"phones"`
	Tokens        []Token `json:"tokens"`
}

// A Group gives its members its status.
type Group struct {
	ID     string `json:"group_id"`
	Name   string `json:"name"`
	Status string `json:"status"` // "active", "bypass", "disabled"
}

// A Phone is what pushes go to.
type Phone struct {
	ID           string   `json:"phone_id"`
	Name         string   `json:"name"`
	Number       string   `json:"number"`
	Platform     string   `json:"platform"`
	Activated    bool     `json:"activated"`
	Capabilities []string `json:"capabilities"`
}

// The states of a user that decide without any policy.
const (
	StatusActive   = "active"
	StatusBypass   = "bypass"
	StatusDisabled = "disabled"
	StatusLocked   = "locked out"
	StatusLeaving  = "pending deletion"
)

// Effective is the status that counts, and the group that it comes from, "" where it
// is the user's own: a group's bypass or disabled reaches its members.
func (u User) Effective() (status, group string) {
	if u.Status != StatusActive {
		return u.Status, ""
	}
	for _, s := range []string{StatusDisabled, StatusBypass} {
		for _, g := range u.Groups {
			if g.Status == s {
				return s, g.Name
			}
		}
	}
	return u.Status, ""
}

// User finds a user by name or alias. It answers ErrNoUser.
func (a *Admin) User(ctx context.Context, name string) (User, error) {
	var found []User
	_, err := a.call(ctx, request{
		method: http.MethodGet, path: "/admin/v1/users", params: url.Values{"username": {name}}, needs: NeedsRead,
	}, &found)
	switch {
	case err != nil:
		return User{}, err
	case len(found) == 0:
		return User{}, fmt.Errorf("%w: %q", ErrNoUser, Clean(name))
	case len(found) > 1:
		return User{}, fmt.Errorf("%w: %d users answer to %q", ErrNotDuo, len(found), Clean(name))
	}
	return found[0], CheckID("a user's id", found[0].ID)
}

// maxPages keeps a list that never ends from being read for ever.
const maxPages = 1000

// all reads every page of a list, each of at most limit items.
func all[T any](ctx context.Context, c *client, r request, limit int) ([]T, error) {
	var items []T
	offset := 0
	for range maxPages {
		v := url.Values{"limit": {strconv.Itoa(limit)}, "offset": {strconv.Itoa(offset)}}
		for key, values := range r.params {
			v[key] = values
		}
		page := r
		page.params = v
		if r.json != nil {
			page.params, page.json = nil, map[string]any{}
			for key := range v {
				page.json[key] = v.Get(key)
			}
		}
		var some []T
		p, err := c.call(ctx, page, &some)
		if err != nil {
			return nil, err
		}
		items = append(items, some...)
		next, err := strconv.Atoi(p.Next.String())
		if err != nil || next <= offset {
			return items, nil
		}
		offset = next
	}
	return nil, fmt.Errorf("%w: the list %s does not end", ErrNotDuo, r)
}

// when reads a time in Unix seconds, zero for none.
func when(unix int64) time.Time {
	if unix == 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0)
}

// LastSeen is when the user last signed in, zero for never.
func (u User) LastSeen() time.Time { return when(u.LastLogin) }
