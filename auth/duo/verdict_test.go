package duo

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"gatepass/store"
)

// Each row is a policy as Duo writes it, the account, and what follows for a route.
func TestPolicyDecidesRoutes(t *testing.T) {
	active := User{ID: user, Status: StatusActive, Enrolled: true, Phones: []Phone{{Capabilities: []string{"push"}}}, Tokens: []Token{{}}}
	with := func(change func(*User)) User { u := active; change(&u); return u }
	const methods = `"authentication_methods":{"blocked_auth_list":[]}`
	for name, c := range map[string]struct {
		sections string
		user     User
		ip       string
		route    store.Route
		state    State
		section  string
	}{
		"nothing told, exemption":         {`{}`, active, "", store.RouteExemption, Blocked, "authorized_networks"},
		"nothing told, codes":             {`{}`, active, "", store.RouteOTP, Unknown, "authentication_methods"},
		"nothing told, devices":           {`{}`, active, "", store.RouteTrustedDevice, Unknown, "remembered_devices"},
		"token open":                      {`{` + methods + `}`, active, "", store.RouteOTP, Open, ""},
		"token blocked":                   {`{"authentication_methods":{"blocked_auth_list":["hardware-token"]}}`, active, "", store.RouteOTP, Blocked, "authentication_methods"},
		"bypass open":                     {`{` + methods + `}`, active, "", store.RouteBypassCode, Open, ""},
		"bypass blocked":                  {`{"authentication_methods":{"blocked_auth_list":["sms","bypass"]}}`, active, "", store.RouteBypassCode, Blocked, "authentication_methods"},
		"bypass of the passwordless only": {`{"authentication_methods":{"blocked_auth_list":["bypass-pwl"]}}`, active, "", store.RouteBypassCode, Open, ""},
		"allowed list is no list":         {`{"authentication_methods":{"allowed_auth_list":["sms"],"blocked_auth_list":[]}}`, active, "", store.RouteOTP, Open, ""},
		"push open":                       {`{` + methods + `}`, active, "", store.RoutePush, Open, ""},
		"push without a phone":            {`{` + methods + `}`, with(func(u *User) { u.Phones = nil }), "", store.RoutePush, Blocked, "account"},
		"push blocked":                    {`{"authentication_methods":{"blocked_auth_list":["duo-push"]}}`, active, "", store.RoutePush, Blocked, "authentication_methods"},
		"risk":                            {`{` + methods + `,"risk_based_factor_selection":{"limit_to_risk_based_auth_methods":true}}`, active, "", store.RouteOTP, Unknown, "risk_based_factor_selection"},
		"remembered":                      {`{"remembered_devices":{"browser_apps":{"enabled":true,"remember_method":"user-based","user_based":{"max_time_units":"days","max_time_value":7}}}}`, active, "", store.RouteTrustedDevice, Open, ""},
		"not remembered":                  {`{"remembered_devices":{"browser_apps":{"enabled":false}}}`, active, "", store.RouteTrustedDevice, Blocked, "remembered_devices"},
		"policy bypass":                   {`{"authentication_policy":{"user_auth_behavior":"bypass"}}`, active, "", store.RouteExemption, Open, "authentication_policy"},
		"policy bypass makes codes idle":  {`{"authentication_policy":{"user_auth_behavior":"bypass"},` + methods + `}`, active, "", store.RouteOTP, Open, "authentication_policy"},
		"policy deny":                     {`{"authentication_policy":{"user_auth_behavior":"deny"},` + methods + `}`, active, "", store.RouteOTP, Blocked, "authentication_policy"},
		"policy deny, status bypass":      {`{"authentication_policy":{"user_auth_behavior":"deny"}}`, with(func(u *User) { u.Status = StatusBypass }), "", store.RouteExemption, Open, "account"},
		"exempt address":                  {`{"authorized_networks":{"no_2fa_required":{"ip_list":["203.0.113.10/32"],"require_enrollment":false}}}`, active, "203.0.113.10", store.RouteExemption, Open, "authorized_networks"},
		"exempt range":                    {`{"authorized_networks":{"no_2fa_required":{"ip_list":["203.0.113.1-203.0.113.20"]}}}`, active, "203.0.113.10", store.RouteExemption, Open, "authorized_networks"},
		"exempt single":                   {`{"authorized_networks":{"no_2fa_required":{"ip_list":["203.0.113.10"]}}}`, active, "203.0.113.10", store.RouteExemption, Open, "authorized_networks"},
		"other address":                   {`{"authorized_networks":{"no_2fa_required":{"ip_list":["203.0.113.10/32"]}}}`, active, "203.0.113.11", store.RouteExemption, Blocked, "authorized_networks"},
		"address not told":                {`{"authorized_networks":{"no_2fa_required":{"ip_list":["203.0.113.10/32"]}}}`, active, "", store.RouteExemption, Unknown, "authorized_networks"},
		"entry that cannot be read":       {`{"authorized_networks":{"no_2fa_required":{"ip_list":["head office"]}}}`, active, "203.0.113.11", store.RouteExemption, Unknown, "authorized_networks"},
		"mapped address":                  {`{"authorized_networks":{"no_2fa_required":{"ip_list":["203.0.113.10/32"]}}}`, active, "::ffff:203.0.113.10", store.RouteExemption, Open, "authorized_networks"},
		"exempt, but enrolled users only": {`{"authorized_networks":{"no_2fa_required":{"ip_list":["203.0.113.10"],"require_enrollment":true}}}`, User{ID: user, Status: StatusActive}, "203.0.113.10", store.RouteExemption, Blocked, "authorized_networks"},
		"exempt, new users too":           {`{"new_user":{"new_user_behavior":"enroll"},"authorized_networks":{"no_2fa_required":{"ip_list":["203.0.113.10"],"require_enrollment":false}}}`, User{ID: user, Status: StatusActive}, "203.0.113.10", store.RouteExemption, Open, "authorized_networks"},
		"all others denied":               {`{"authorized_networks":{"no_2fa_required":{"ip_list":["203.0.113.10"]},"deny_other_access":true},` + methods + `}`, active, "198.51.100.1", store.RouteOTP, Blocked, "authorized_networks"},
		"all others denied, not told":     {`{"authorized_networks":{"deny_other_access":true},` + methods + `}`, active, "", store.RouteOTP, Unknown, "authorized_networks"},
		"listed to be asked":              {`{"authorized_networks":{"mfa_required":{"ip_list":["198.51.100.0/24"]},"deny_other_access":true},` + methods + `}`, active, "198.51.100.1", store.RouteOTP, Open, ""},
		"blocked network":                 {`{"authorized_networks":{"blocked":{"ip_list":["198.51.100.0/24"]}},` + methods + `}`, active, "198.51.100.1", store.RouteOTP, Blocked, "authorized_networks"},
		"exempt country":                  {`{"user_location":{"default_action":"ignore-location","allow_access_no_2fa_countries_list":["US"]}}`, active, "198.51.100.1", store.RouteExemption, Unknown, "user_location"},
		"trusted endpoints":               {`{"trusted_endpoints":{"trusted_endpoint_checking":"require-trusted"},` + methods + `}`, active, "", store.RouteOTP, Blocked, "trusted_endpoints"},
		"new user denied":                 {`{"new_user":{"new_user_behavior":"deny"}}`, User{ID: user, Status: StatusActive}, "", store.RouteOTP, Blocked, "new_user"},
		"new user let in":                 {`{"new_user":{"new_user_behavior":"no-mfa"}}`, User{}, "", store.RouteExemption, Open, "new_user"},
		"new user to enrol":               {`{"new_user":{"new_user_behavior":"enroll"}}`, User{}, "", store.RouteExemption, Blocked, "new_user"},
		"nobody has no codes":             {`{` + methods + `}`, User{}, "", store.RouteBypassCode, Blocked, "account"},
		"disabled":                        {`{` + methods + `}`, with(func(u *User) { u.Status = StatusDisabled }), "", store.RouteOTP, Blocked, "account"},
		"locked out":                      {`{` + methods + `}`, with(func(u *User) { u.Status = StatusLocked }), "", store.RouteBypassCode, Blocked, "account"},
		"group bypass":                    {`{}`, with(func(u *User) { u.Groups = []Group{{Name: "scanners", Status: StatusBypass}} }), "", store.RouteExemption, Open, "account"},
		"group disabled":                  {`{}`, with(func(u *User) { u.Groups = []Group{{Name: "leavers", Status: StatusDisabled}} }), "", store.RouteExemption, Blocked, "account"},
	} {
		t.Run(name, func(t *testing.T) {
			var p Policy
			if err := json.Unmarshal([]byte(`{"sections":`+c.sections+`}`), &p); err != nil {
				t.Fatal(err)
			}
			var ip netip.Addr
			if c.ip != "" {
				ip = netip.MustParseAddr(c.ip)
			}
			all := Judge(p, Circumstances{User: c.user, IP: ip})
			if len(all) != len(store.Routes()) {
				t.Fatalf("%d routes were judged", len(all))
			}
			for _, v := range all {
				if v.Why == "" || !strings.HasSuffix(v.Why, ".") && !strings.Contains(v.Why, "--ip") {
					t.Errorf("%s: no sentence: %q", v.Route, v.Why)
				}
				if v.Route == c.route && (v.State != c.state || v.Section != c.section) {
					t.Errorf("%s is %s by %q: %s", v.Route, v.State, v.Section, v.Why)
				}
			}
		})
	}
}

func TestNotesSayWhatOnlyDuoKnows(t *testing.T) {
	var p Policy
	text := `{"sections":{"user_location":{"default_action":"deny-access"},"anonymous_networks":{"anonymous_access_behavior":"deny"},
		"browsers":{"out_of_date_behavior":"warn-and-block"},"duo_desktop":{"requires_duo_desktop":["windows"]}}}`
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	for _, v := range Judge(p, Circumstances{User: User{ID: user, Status: StatusActive, Enrolled: true}}) {
		if len(v.Notes) < 4 {
			t.Errorf("%s: %v", v.Route, v.Notes)
		}
	}
}

func TestEveryWordOfTheLogHasASentence(t *testing.T) {
	for factor := range factors {
		if s := (Entry{Result: "success", Factor: factor, Reason: "valid_passcode"}).Sentence(); strings.Contains(s, "does not know") || strings.Contains(s, `"`+factor) {
			t.Errorf("%s: %s", factor, s)
		}
	}
	for word := range reasons {
		e := Entry{Result: "denied", Factor: "bypass_code", Reason: word}
		if s := e.Sentence(); strings.Contains(s, "does not know") || !strings.HasPrefix(s, "Turned away with a bypass code. ") || !strings.HasSuffix(s, ".") {
			t.Errorf("%s: %s", word, s)
		}
	}
	odd := Entry{Result: "denied", Factor: "brain_wave", Reason: "cosmic_ray"}
	if s := odd.Sentence(); !strings.Contains(s, `"brain_wave"`) || !strings.Contains(s, `"cosmic_ray"`) {
		t.Errorf("words that are not known: %s", s)
	}
	status := Entry{Result: "success", Factor: "not_available", Reason: "bypass_user"}
	code := Entry{Result: "success", Factor: "bypass_code", Reason: "bypass_user"}
	if status.Sentence() == code.Sentence() {
		t.Error("a bypass code and a status of bypass are told the same")
	}
}
