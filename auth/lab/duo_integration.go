package lab

import (
	"io"
	"maps"
	"net/netip"
	"slices"
)

// The kinds of application that the simulator knows.
const (
	kindAuthAPI  = "authapi"
	kindAdminAPI = "adminapi"
	kindWebSDK   = "websdk"
)

// An integration is an application of the tenant: it has keys and a policy.
type integration struct {
	ikey, skey    string
	kind, name    string
	policy        *duoPolicy // nil: the global one alone
	groupPolicies []groupPolicy
}

func newIntegration(kind, name string, random io.Reader) (*integration, error) {
	skey, err := newSecretKey(random)
	if err != nil {
		return nil, err
	}
	return &integration{ikey: newDuoID("DI"), skey: skey, kind: kind, name: name}, nil
}

// The permissions of an Admin API application, and the fault that takes each away.
const (
	mayRead     = "adminapi_read_resource"
	mayWrite    = "adminapi_write_resource"
	mayLog      = "adminapi_read_log"
	mayInfo     = "adminapi_info"
	maySettings = "adminapi_settings"
	mayApps     = "adminapi_integrations"
)

var permissionFaults = map[string]string{
	mayRead: FaultNoRead, mayWrite: FaultNoWrite, mayLog: FaultNoLog,
	mayInfo: FaultNoInfo, maySettings: FaultNoSettings, mayApps: FaultNoApps,
}

// permits says whether the Admin API application has a permission; "" is none.
func (t *tenant) permits(permission string) bool {
	return permission == "" || !t.faults.on(permissionFaults[permission])
}

// networks says where the Admin API application may be used from; "" is everywhere.
func (t *tenant) networks() string {
	if t.faults.on(FaultForeignNet) {
		return "192.0.2.0/24"
	}
	return ""
}

// admits says whether the Admin API application may be used from an address.
func (t *tenant) admits(from netip.Addr) bool {
	networks := t.networks()
	return networks == "" || addressList{[]string{networks}}.contains(from)
}

func (t *tenant) integrationByKey(ikey string) *integration {
	i := slices.IndexFunc(t.integrations, func(i *integration) bool { return i.ikey == ikey })
	if i < 0 {
		return nil
	}
	return t.integrations[i]
}

// showIntegration gives an application without its secret key.
func (t *tenant) showIntegration(i *integration) map[string]any {
	shown := map[string]any{
		"integration_key": i.ikey, "name": i.name, "type": i.kind, "policy_key": nil, "enroll_policy": "enroll",
		"frameless_auth_prompt_enabled": 0, "prompt_v4_enabled": 0, "trusted_device_days": 0, "ip_whitelist": []string{},
		"ip_whitelist_enroll_policy": "enforce-2fa", "groups_allowed": []string{}, "user_access": "ALL_USERS",
		"networks_for_api_access": "", "notes": "",
	}
	if i.policy != nil {
		shown["policy_key"] = i.policy.key
	}
	switch i.kind {
	case kindWebSDK:
		shown["frameless_auth_prompt_enabled"], shown["prompt_v4_enabled"] = 1, 1
	case kindAdminAPI:
		shown["networks_for_api_access"] = t.networks()
		for permission := range maps.Keys(permissionFaults) {
			shown[permission] = asNumber(t.permits(permission))
		}
		shown["adminapi_admins"] = 0
	}
	return shown
}

func asNumber(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func (t *tenant) listIntegrations(q *duoRequest) (any, *duoError) {
	var all []map[string]any
	for _, i := range t.integrations {
		all = append(all, t.showIntegration(i))
	}
	return pageOf(q, all, 100, 500)
}

func (t *tenant) readIntegration(q *duoRequest) (any, *duoError) {
	i := t.integrationByKey(q.id("ikey"))
	if i == nil {
		return nil, unknownThing()
	}
	return t.showIntegration(i), nil
}

func (t *tenant) readSecretKey(q *duoRequest) (any, *duoError) {
	i := t.integrationByKey(q.id("ikey"))
	if i == nil {
		return nil, unknownThing()
	}
	return map[string]string{"secret_key": i.skey}, nil
}
