package lab

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"slices"
	"testing"
	"time"
)

func calculate(t *testing.T, l *Lab, admin *caller) object {
	t.Helper()
	d := l.Describe().Duo
	got := as[object](t, admin.get("/admin/v2/policies/calculate", values("user_id", d.UserID, "integration_key", d.Integration)))
	expectKeys(t, got, "policy_elements", "sections")
	return got["sections"].(object)
}

// bankPolicy finds the bank's policy as a client would.
func bankPolicy(t *testing.T, l *Lab, admin *caller) string {
	t.Helper()
	return as[object](t, admin.get("/admin/v3/integrations/"+l.Describe().Duo.Integration, nil))["policy_key"].(string)
}

func TestPoliciesAreListedAndSummarized(t *testing.T) {
	l, _, _, admin := startDuo(t)
	all := as[[]object](t, admin.get("/admin/v2/policies", nil))
	if len(all) != 2 || all[0]["is_global_policy"] != true || all[1]["is_global_policy"] != false {
		t.Fatalf("the policies are %v", all)
	}
	for _, p := range all {
		expectKeys(t, p, "policy_key", "policy_name", "is_global_policy", "sections")
	}
	global := as[object](t, admin.get("/admin/v2/policies/global", nil))
	if again := as[object](t, admin.get("/admin/v2/policies/"+global["policy_key"].(string), nil)); again["policy_name"] != global["policy_name"] {
		t.Errorf("%v is not %v", again, global)
	}
	summary := as[object](t, admin.get("/admin/v2/policies/summary", nil))
	expectKeys(t, summary, "policies", "policy_count", "response_is_truncated", "warnings")
	bank := summary["policies"].([]any)[1].(object)
	expectKeys(t, bank, "policy_key", "policy_name", "policy_applies_to")
	applied := bank["policy_applies_to"].([]any)[0].(object)
	if applied["app_integration_key"] != l.Describe().Duo.Integration || applied["apply_type"] != "app" || applied["app_name"] != "Bank" {
		t.Errorf("the bank's policy applies to %v", applied)
	}
	admin.call(http.MethodGet, "/admin/v2/policies/POXXXXXXXXXXXXXXXXXX", nil).refused(t, 40401, "")
	admin.call(http.MethodDelete, "/admin/v2/policies/global", nil).refused(t, 40002, "policy_key")
}

func TestGroupBeatsApplicationBeatsGlobal(t *testing.T) {
	l, _, _, admin := startDuo(t)
	ikey := l.Describe().Duo.Integration
	group := as[[]object](t, admin.get("/admin/v1/groups", nil))[0]["group_id"]
	behaviour := func(s string) object {
		return object{"authentication_policy": object{"user_auth_behavior": s}}
	}
	expect := func(what, want string) {
		t.Helper()
		if got := calculate(t, l, admin)["authentication_policy"].(object)["user_auth_behavior"]; got != want {
			t.Errorf("%s: %v, want %s", what, got, want)
		}
	}
	expect("global", "enforce")
	admin.put("/admin/v2/policies/"+bankPolicy(t, l, admin), object{"sections": behaviour("bypass")})
	expect("application", "bypass")
	made := as[object](t, admin.post("/admin/v2/policies", object{
		"policy_name": "Scanners", "sections": behaviour("deny"),
		"apply_to_groups_in_apps": object{"apply_group_policies_list": []object{{"app_integration_key": ikey, "group_id_list": []any{group}}}},
	}))
	expect("group", "deny")
	if got := calculate(t, l, admin)["new_user"]; got == nil {
		t.Error("what no policy of the group says does not come from the global one")
	}
	summary := as[object](t, admin.get("/admin/v2/policies/summary", nil))["policies"].([]any)[2].(object)["policy_applies_to"].([]any)[0].(object)
	if summary["apply_type"] != "group_app" || summary["group_name"] != "Practice" {
		t.Errorf("the summary says %v", summary)
	}
	admin.put("/admin/v2/policies/"+made["policy_key"].(string), object{"sections_to_delete": []string{"authentication_policy"}})
	expect("after the section was deleted", "bypass")
	admin.put("/admin/v2/policies/update", object{
		"policies_to_update": object{"edit_list": []any{made["policy_key"]}}, "policy_changes": object{"sections": behaviour("enforce")},
	})
	expect("after an update of many", "enforce")
	admin.del("/admin/v2/policies/" + made["policy_key"].(string))
	expect("after the policy was deleted", "bypass")

	made = as[object](t, admin.post("/admin/v2/policies", object{
		"policy_name": "Other", "sections": behaviour("deny"), "apply_to_apps": object{"apply_list": []string{ikey}},
	}))
	expect("another policy for the application", "deny")
	copies := as[[]object](t, admin.post("/admin/v2/policies/copy", object{"policy_key": made["policy_key"], "new_policy_names_list": []string{"A", "B"}}))
	if len(copies) != 2 || copies[1]["policy_name"] != "B" || copies[1]["sections"].(object)["authentication_policy"] == nil {
		t.Errorf("the copies are %v", copies)
	}
}

func TestASectionIsReplacedOrMerged(t *testing.T) {
	for merge, want := range map[bool]int{false: 1, true: 2} {
		l, _, _, admin := startDuo(t)
		fault(t, l, FaultPolicyMerge, merge)
		path := "/admin/v2/policies/" + bankPolicy(t, l, admin)
		admin.put(path, object{"sections": object{"authorized_networks": object{"deny_other_access": true}}})
		said := admin.put(path, object{"sections": object{"authorized_networks": object{"no_2fa_required": object{"ip_list": []string{"192.0.2.1"}}}}})
		if got := as[object](t, said)["sections"].(object)["authorized_networks"].(object); len(got) != want {
			t.Errorf("merging %v: %v", merge, got)
		}
	}
}

func TestNonsenseIsNoPolicy(t *testing.T) {
	l, _, _, admin := startDuo(t)
	path := "/admin/v2/policies/" + bankPolicy(t, l, admin)
	for _, try := range []struct {
		body   object
		detail string
	}{
		{object{"sections": object{"horoscope": object{}}}, "horoscope"},
		{object{"sections": object{"new_user": "deny"}}, "new_user"},
		{object{"sections": object{"authentication_methods": object{"blocked_auth_list": []string{"shouting"}}}}, "authentication_methods"},
		{object{"sections": object{"authorized_networks": object{"no_2fa_required": object{"ip_list": []string{"300.1.1.1"}}}}}, "authorized_networks"},
		{object{"sections": object{"authorized_networks": object{"no_2fa_required": object{"ip_list": []string{"192.0.2.9-192.0.2.1"}}}}}, "authorized_networks"},
		{object{"sections_to_delete": []string{"horoscope"}}, "sections_to_delete"},
		{object{"apply_to_apps": object{"apply_list": []string{"DI"}}}, "apply_to_apps"},
	} {
		admin.call(http.MethodPut, path, try.body).refused(t, 40002, try.detail)
	}
	admin.call(http.MethodPost, "/admin/v2/policies", object{}).refused(t, 40001, "policy_name")
	if got := as[object](t, admin.get(path, nil))["sections"].(object); len(got) != 0 {
		t.Errorf("a refused change left %v", got)
	}
	d := l.Describe().Duo
	admin.call(http.MethodGet, "/admin/v2/policies/calculate", values("user_id", d.UserID)).refused(t, 40001, "integration_key")
}

func TestAddressesOfAList(t *testing.T) {
	for entry, inside := range map[string]map[string]bool{
		"203.0.113.10":        {"203.0.113.10": true, "203.0.113.11": false, "::ffff:203.0.113.10": true},
		"203.0.113.10/32":     {"203.0.113.10": true, "203.0.113.9": false},
		"203.0.113.77/24":     {"203.0.113.0": true, "203.0.113.255": true, "203.0.114.0": false},
		"10.0.0.1 - 10.0.0.3": {"10.0.0.0": false, "10.0.0.1": true, "10.0.0.3": true, "10.0.0.4": false},
		"0.0.0.0/0":           {"255.255.255.255": true, "::1": false},
		"2001:db8::/33":       {"2001:db8:7fff::": true, "2001:db8:8000::": false},
	} {
		for address, want := range inside {
			if got := (addressList{[]string{entry}}).contains(netip.MustParseAddr(address)); got != want {
				t.Errorf("%s in %s: %v", address, entry, got)
			}
		}
	}
	if (addressList{[]string{"0.0.0.0/0", "::/0"}}).contains(netip.Addr{}) {
		t.Error("no address is on a list")
	}
}

// The bank's switches are presets of its policy, and so the API shows them.
func TestSwitchesShowInThePolicy(t *testing.T) {
	l, _, _, admin := startDuo(t, SwitchExempt, SwitchPushOnly, SwitchNoTrust)
	shown := calculate(t, l, admin)
	raw, _ := json.Marshal(shown)
	r := duoRules{}
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Networks.Free.List, []string{"127.0.0.0/8", "::1/128"}) || r.allows(methodBypass) || r.allows(methodToken) || !r.allows(methodPush) || r.remembered() != 0 {
		t.Errorf("the policy is %s", raw)
	}
	for _, name := range []string{SwitchExempt, SwitchPushOnly, SwitchNoTrust} {
		if err := l.Set("bank", name, false); err != nil {
			t.Fatal(err)
		}
	}
	raw, _ = json.Marshal(calculate(t, l, admin))
	r = duoRules{}
	_ = json.Unmarshal(raw, &r)
	if len(r.Networks.Free.List) != 0 || !r.allows(methodBypass) || r.remembered() != 30*24*time.Hour {
		t.Errorf("with the switches off the policy is %s", raw)
	}
}
