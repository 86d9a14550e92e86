package duo

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"gatepass/store"
)

// Ping gives Duo's time, in whole seconds. It is not signed: the time can be
// compared before a signature depends on it. Both applications can ask.
func (c *client) Ping(ctx context.Context) (time.Time, error) {
	var out struct {
		Time int64 `json:"time"`
	}
	_, err := c.call(ctx, request{method: http.MethodGet, path: "/auth/v2/ping", unsigned: true}, &out)
	return time.Unix(out.Time, 0), err
}

// Skew is how far Duo's clock is ahead of this machine's; negative is behind. Duo
// tells whole seconds, so a difference below two is none.
func (c *client) Skew(ctx context.Context) (time.Duration, error) {
	began := c.now()
	theirs, err := c.Ping(ctx)
	if err != nil {
		return 0, err
	}
	middle := began.Add(c.now().Sub(began) / 2)
	skew := theirs.Add(500 * time.Millisecond).Sub(middle)
	if skew.Abs() < 2*time.Second {
		skew = 0
	}
	return skew, nil
}

// Check proves the keys of the Auth API.
func (a *Auth) Check(ctx context.Context) error {
	_, err := a.call(ctx, request{method: http.MethodGet, path: "/auth/v2/check"}, nil)
	return err
}

// A UserRef names whose second factor is asked about: by name or alias, or by id.
type UserRef struct{ Name, ID string }

func (u UserRef) put(v url.Values) error {
	if u.ID != "" {
		v.Set("user_id", u.ID)
		return CheckID("a user's id", u.ID)
	}
	v.Set("username", u.Name)
	return nil
}

// What [Auth.Preauth] can say.
const (
	PreauthAuth   = "auth"   // a second factor is asked for
	PreauthAllow  = "allow"  // none is asked for
	PreauthDeny   = "deny"   // not let in
	PreauthEnroll = "enroll" // asked to enrol a device first
)

// A Preauth is what would happen to a user who signs in to the Auth API
// application itself, from the address that was asked about.
type Preauth struct {
	Result    string   `json:"result"`
	Message   string   `json:"status_msg"`
	EnrollURL string   `json:"enroll_portal_url"`
	Devices   []Device `json:"devices"`
}

// A Device is one that the user may be asked with. A hardware token, which a TOTP
// token is one of, has the type "token", its serial number as its name, and no
// capabilities.
type Device struct {
	ID           string   `json:"device"`
	Type         string   `json:"type"` // "phone" or "token"
	Name         string   `json:"name"`
	Display      string   `json:"display_name"`
	Number       string   `json:"number"`
	Capabilities []string `json:"capabilities"`
}

// Preauth asks what would happen, without doing it: nothing is spent and no push is
// sent. ip is where the user would come from; without one ("") Duo leaves out what its
// policies say of networks and places.
func (a *Auth) Preauth(ctx context.Context, user UserRef, ip string) (Preauth, error) {
	v := url.Values{"client_supports_verified_push": {"1"}}
	if err := user.put(v); err != nil {
		return Preauth{}, err
	}
	if ip != "" {
		v.Set("ipaddr", ip)
	}
	var out Preauth
	_, err := a.call(ctx, request{method: http.MethodPost, path: "/auth/v2/preauth", params: v}, &out)
	return out, err
}

// An Answer is what came of an authentication.
type Answer struct {
	Result  string `json:"result"` // "allow" or "deny"
	Status  string `json:"status"` // finer; unknown words occur
	Message string `json:"status_msg"`
}

// Allowed reports whether Duo let the user in. Words that are not known count as no.
func (a Answer) Allowed() bool { return a.Result == "allow" }

// Passcode authenticates with a passcode. It spends it, and a refusal counts
// towards the account's lockout.
func (a *Auth) Passcode(ctx context.Context, user UserRef, code store.Secret, ip string) (Answer, error) {
	v := url.Values{"factor": {"passcode"}, "passcode": {code.Reveal()}}
	if err := user.put(v); err != nil {
		return Answer{}, err
	}
	if ip != "" {
		v.Set("ipaddr", ip)
	}
	var out Answer
	_, err := a.call(ctx, request{method: http.MethodPost, path: "/auth/v2/auth", params: v}, &out)
	return out, err
}
