package duo

import (
	"context"
	"net/http"

	duoapi "github.com/duosecurity/duo_api_golang"
)

// A Policy is what applies to one user in one application, after group, application
// and global policies were laid over each other. What is nil was not told.
type Policy struct {
	Sections Sections `json:"sections"`
}

// Sections are the parts of a policy that decide about logins that nobody sits at.
type Sections struct {
	Authentication *struct {
		Behavior string `json:"user_auth_behavior"` // "enforce", "bypass", "deny"
	} `json:"authentication_policy"`
	NewUser *struct {
		Behavior string `json:"new_user_behavior"` // "enroll", "no-mfa", "deny"
	} `json:"new_user"`
	Methods *struct {
		Blocked []string `json:"blocked_auth_list"` // what is not in it is allowed
	} `json:"authentication_methods"`
	Networks *struct {
		Exempt struct {
			List              []string `json:"ip_list"`
			RequireEnrollment *bool    `json:"require_enrollment"`
		} `json:"no_2fa_required"`
		Asked struct {
			List []string `json:"ip_list"`
		} `json:"mfa_required"`
		Blocked struct {
			List []string `json:"ip_list"`
		} `json:"blocked"`
		DenyOthers bool `json:"deny_other_access"`
	} `json:"authorized_networks"`
	Location *struct {
		Default string   `json:"default_action"` // "ignore-location", "deny-access", "require-mfa", "allow-access-no-2fa"
		Exempt  []string `json:"allow_access_no_2fa_countries_list"`
		Denied  []string `json:"deny_access_countries_list"`
	} `json:"user_location"`
	Anonymous *struct {
		Behavior string `json:"anonymous_access_behavior"` // "no-action", "require-mfa", "deny"
	} `json:"anonymous_networks"`
	Remembered *struct {
		Browser struct {
			Enabled bool   `json:"enabled"`
			Method  string `json:"remember_method"` // "risk-based", "user-based"
			Risk    span   `json:"risk_based"`
			User    span   `json:"user_based"`
		} `json:"browser_apps"`
	} `json:"remembered_devices"`
	Trusted *struct {
		Checking string `json:"trusted_endpoint_checking"` // "allow-all", "require-trusted", "not-configured"
	} `json:"trusted_endpoints"`
	Risk *struct {
		Limit bool `json:"limit_to_risk_based_auth_methods"`
	} `json:"risk_based_factor_selection"`
	Browsers *struct {
		Blocked   []string `json:"blocked_browsers_list"`
		OutOfDate string   `json:"out_of_date_behavior"`
	} `json:"browsers"`
	Desktop *struct {
		Required []string `json:"requires_duo_desktop"` // platforms
	} `json:"duo_desktop"`
}

// span is how long a device is remembered.
type span struct {
	Units string `json:"max_time_units"`
	Value int    `json:"max_time_value"`
}

// EffectivePolicy reads what applies to a user in an application.
func (a *Admin) EffectivePolicy(ctx context.Context, userID, integration string) (Policy, error) {
	if err := CheckID("a user's id", userID); err != nil {
		return Policy{}, err
	}
	if err := CheckID("an application's integration key", integration); err != nil {
		return Policy{}, err
	}
	var out Policy
	_, err := a.call(ctx, request{
		method: http.MethodGet, path: "/admin/v2/policies/calculate",
		json: duoapi.JSONParams{"user_id": userID, "integration_key": integration}, needs: NeedsRead,
	}, &out)
	return out, err
}
