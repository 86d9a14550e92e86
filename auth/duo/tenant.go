package duo

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	duoapi "github.com/duosecurity/duo_api_golang"
)

// An Application is one of the tenant's protected applications, an "integration" in
// Duo's older words.
type Application struct {
	Key      string `json:"integration_key"`
	Name     string `json:"name"`
	Type     string `json:"type"`
	Policy   string `json:"policy_key"`
	PromptV4 any    `json:"prompt_v4_enabled"` // 1 or true: it shows the Universal Prompt

	Read         flag `json:"adminapi_read_resource"`
	Write        flag `json:"adminapi_write_resource"`
	Log          flag `json:"adminapi_read_log"`
	Information  flag `json:"adminapi_info"`
	Settings     flag `json:"adminapi_settings"`
	Applications flag `json:"adminapi_integrations"`
}

// flag is a yes or no that Duo writes as 1, as true, or not at all.
type flag struct{ Known, On bool }

// UnmarshalJSON implements [json.Unmarshaler].
func (f *flag) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "1", "true":
		*f = flag{true, true}
	case "0", "false":
		*f = flag{Known: true}
	}
	return nil
}

// Applications lists the tenant's applications.
func (a *Admin) Applications(ctx context.Context) ([]Application, error) {
	return all[Application](ctx, a.client, request{
		method: http.MethodGet, path: "/admin/v3/integrations", json: duoapi.JSONParams{}, needs: NeedsApplications,
	}, 100)
}

// Application reads one application.
func (a *Admin) Application(ctx context.Context, key string) (Application, error) {
	if err := CheckID("an integration key", key); err != nil {
		return Application{}, err
	}
	var out Application
	_, err := a.call(ctx, request{
		method: http.MethodGet, path: "/admin/v3/integrations/" + key, json: duoapi.JSONParams{}, needs: NeedsApplications,
	}, &out)
	return out, err
}

// Settings are those of the tenant's settings that decide about logins.
type Settings struct {
	LockoutThreshold int `json:"lockout_threshold"`       // failures in a row that lock an account
	LockoutExpires   int `json:"lockout_expire_duration"` // minutes; 0: an administrator unlocks
}

// Settings reads the tenant's settings.
func (a *Admin) Settings(ctx context.Context) (Settings, error) {
	var out Settings
	_, err := a.call(ctx, request{method: http.MethodGet, path: "/admin/v1/settings", needs: NeedsSettings}, &out)
	return out, err
}

// Probe asks for something that needs a permission, to learn whether it is granted.
// It reads only. The log is not asked here: once a minute is all that Duo allows.
func (a *Admin) Probe(ctx context.Context, permission string) error {
	r := request{method: http.MethodGet, needs: permission}
	switch permission {
	case NeedsRead:
		r.path, r.params = "/admin/v1/users", map[string][]string{"limit": {"1"}, "offset": {"0"}}
	case NeedsInformation:
		r.path = "/admin/v1/info/summary"
	case NeedsSettings:
		r.path = "/admin/v1/settings"
	case NeedsApplications:
		r.path, r.json = "/admin/v3/integrations", duoapi.JSONParams{"limit": strconv.Itoa(1), "offset": "0"}
	default:
		return errNotProbed
	}
	_, err := a.call(ctx, r, nil)
	return err
}

var errNotProbed = errors.New("only a change would tell")

// Rights tells what an application of the Admin API may do, by the permissions' names
// in the Admin Panel; only what was told is in it.
func (a Application) Rights() map[string]bool {
	rights := map[string]bool{}
	for permission, f := range map[string]flag{
		NeedsRead: a.Read, NeedsWrite: a.Write, NeedsLog: a.Log,
		NeedsInformation: a.Information, NeedsSettings: a.Settings, NeedsApplications: a.Applications,
	} {
		if f.Known {
			rights[permission] = f.On
		}
	}
	return rights
}
