package lab

import (
	"encoding/json"
	"maps"
	"slices"
)

// Sections are the parts of a policy by their name, in Duo's JSON.
type sections map[string]json.RawMessage

// A duoPolicy is one policy. It holds only what it sets; the rest comes from the
// global policy.
type duoPolicy struct {
	key      string
	name     string
	global   bool
	sections sections
}

func newDuoPolicy(name string) *duoPolicy {
	return &duoPolicy{key: newDuoID("PO"), name: name, sections: sections{}}
}

// A groupPolicy applies a policy to a group in an application.
type groupPolicy struct {
	group  *duoGroup
	policy *duoPolicy
}

// sectionNames are all sections that a policy can have. What the simulator does not
// act on is kept and given back.
var sectionNames = []string{
	"anonymous_networks", "authentication_methods", "authentication_policy", "authorized_networks", "browsers",
	"duo_desktop", "duo_mobile_app", "full_disk_encryption", "health_checks", "mobile_device_biometrics", "new_user",
	"operating_systems", "plugins", "remembered_devices", "risk_based_factor_selection", "screen_lock",
	"tampered_devices", "trusted_endpoints", "user_location",
}

// newGlobalPolicy is what applies where no other policy says anything. Browsers are
// remembered for 30 days, as the prompt always did here.
func newGlobalPolicy() *duoPolicy {
	p := newDuoPolicy("Global Policy")
	p.global = true
	for name, text := range map[string]string{
		"authentication_policy":  `{"user_auth_behavior":"enforce"}`,
		"new_user":               `{"new_user_behavior":"enroll"}`,
		"authentication_methods": `{"allowed_auth_list":["duo-push","phonecall","sms","duo-passcode","hardware-token","bypass"],"blocked_auth_list":[]}`,
		"authorized_networks":    `{"no_2fa_required":{"ip_list":[],"require_enrollment":false},"mfa_required":{"ip_list":[]},"deny_other_access":false,"blocked":{"ip_list":[]}}`,
		"user_location":          `{"default_action":"ignore-location"}`,
		"anonymous_networks":     `{"anonymous_access_behavior":"no-action"}`,
		"remembered_devices":     `{"browser_apps":{"enabled":true,"remember_method":"user-based","user_based":{"max_time_units":"days","max_time_value":30}}}`,
		"trusted_endpoints":      `{"trusted_endpoint_checking":"not-configured"}`,
	} {
		p.sections[name] = json.RawMessage(text)
	}
	return p
}

// of gives a policy's sections. The bank's switches are presets of its policy: while
// one is on, the policy says so, to the API as to the prompt.
func (t *tenant) sectionsOf(p *duoPolicy) sections {
	out := maps.Clone(p.sections)
	if p != t.bank.policy {
		return out
	}
	if t.a.panel.on(SwitchExempt) {
		out.merge("authorized_networks", `{"no_2fa_required":{"ip_list":["127.0.0.0/8","::1/128"],"require_enrollment":false}}`)
	}
	if t.a.panel.on(SwitchPushOnly) {
		out.merge("authentication_methods", `{"allowed_auth_list":["duo-push"],"blocked_auth_list":["phonecall","sms","duo-passcode","hardware-token","bypass"]}`)
	}
	if t.a.panel.on(SwitchNoTrust) {
		out.merge("remembered_devices", `{"browser_apps":{"enabled":false}}`)
	}
	return out
}

// merge lays the keys of a JSON object over those of a section.
func (s sections) merge(name, over string) {
	var into, from map[string]any
	_ = json.Unmarshal(s[name], &into) // Nothing, or an object that was checked when it came in.
	_ = json.Unmarshal([]byte(over), &from)
	raw, _ := json.Marshal(mergeObjects(into, from)) // Came from JSON.
	s[name] = raw
}

func mergeObjects(into, from map[string]any) map[string]any {
	if into == nil {
		into = map[string]any{}
	}
	for key, value := range from {
		below, isObject := value.(map[string]any)
		if was, wasObject := into[key].(map[string]any); isObject && wasObject {
			value = mergeObjects(was, below)
		}
		into[key] = value
	}
	return into
}

// policiesFor lists the policies for a user at an application, the strongest first:
// group, application, global.
func (t *tenant) policiesFor(u *duoUser, i *integration) []*duoPolicy {
	var all []*duoPolicy
	for _, g := range i.groupPolicies {
		if u != nil && slices.Contains(u.groups, g.group) {
			all = append(all, g.policy)
		}
	}
	if i.policy != nil {
		all = append(all, i.policy)
	}
	return append(all, t.policies[0])
}

// effective calculates the sections that hold for a user at an application, and which
// policy each comes from. A section comes whole from the strongest policy that has it.
func (t *tenant) effective(u *duoUser, i *integration) (sections, map[string]*duoPolicy) {
	all, from := sections{}, map[string]*duoPolicy{}
	for _, p := range t.policiesFor(u, i) {
		for name, raw := range t.sectionsOf(p) {
			if _, set := all[name]; !set {
				all[name], from[name] = raw, p
			}
		}
	}
	return all, from
}

// policyByKey finds a policy.
func (t *tenant) policyByKey(key string) *duoPolicy {
	for _, p := range t.policies {
		if p.key == key {
			return p
		}
	}
	return nil
}

// drop removes a policy from everything that it applies to.
func (t *tenant) drop(p *duoPolicy) {
	t.policies = slices.DeleteFunc(t.policies, func(other *duoPolicy) bool { return other == p })
	for _, i := range t.integrations {
		if i.policy == p {
			i.policy = nil
		}
		i.groupPolicies = slices.DeleteFunc(i.groupPolicies, func(g groupPolicy) bool { return g.policy == p })
	}
}

// setSections puts sections into a policy, whole, and takes others out. Whether Duo
// replaces a section or merges it is not known; FaultPolicyMerge does the latter.
func (t *tenant) setSections(p *duoPolicy, set sections, remove []string) *duoError {
	if err := set.check(); err != nil {
		return err
	}
	for _, name := range remove {
		if !slices.Contains(sectionNames, name) {
			return invalid("sections_to_delete")
		}
	}
	for name, raw := range set {
		if t.faults.on(FaultPolicyMerge) {
			p.sections.merge(name, string(raw))
			continue
		}
		p.sections[name] = raw
	}
	for _, name := range remove {
		delete(p.sections, name)
	}
	return nil
}
