package lab

import (
	"maps"
	"slices"
)

func (t *tenant) showPolicy(p *duoPolicy) map[string]any {
	return map[string]any{
		"policy_key": p.key, "policy_name": p.name, "is_global_policy": p.global, "sections": t.sectionsOf(p),
	}
}

func (t *tenant) listPolicies(q *duoRequest) (any, *duoError) {
	return pageOf(q, showAll(t.policies, t.showPolicy), 100, 100)
}

// policy finds the policy that the path names; "global" is one.
func (t *tenant) policy(q *duoRequest) (*duoPolicy, *duoError) {
	key := q.id("policy")
	if key == "global" {
		return t.policies[0], nil
	}
	if p := t.policyByKey(key); p != nil {
		return p, nil
	}
	return nil, unknownThing()
}

func (t *tenant) readPolicy(q *duoRequest) (any, *duoError) {
	p, failure := t.policy(q)
	if failure != nil {
		return nil, failure
	}
	return t.showPolicy(p), nil
}

func (t *tenant) summarizePolicies(*duoRequest) (any, *duoError) {
	var all []map[string]any
	for _, p := range t.policies {
		all = append(all, map[string]any{"policy_key": p.key, "policy_name": p.name, "policy_applies_to": t.appliesTo(p)})
	}
	return map[string]any{
		"policies": all, "policy_count": len(all), "response_is_truncated": false, "warnings": []string{},
	}, nil
}

func (t *tenant) appliesTo(p *duoPolicy) []map[string]any {
	all := []map[string]any{}
	for _, i := range t.integrations {
		if i.policy == p {
			all = append(all, map[string]any{"app_integration_key": i.ikey, "app_name": i.name, "apply_type": "app"})
		}
		for _, g := range i.groupPolicies {
			if g.policy == p {
				all = append(all, map[string]any{
					"app_integration_key": i.ikey, "app_name": i.name, "apply_type": "group_app", "group_name": g.group.name,
				})
			}
		}
	}
	return all
}

// calculatePolicy tells the sections that hold for a user at an application. What is in
// policy_elements at Duo is not known; here it says which policy each section is from.
func (t *tenant) calculatePolicy(q *duoRequest) (any, *duoError) {
	id, failure := q.need("user_id")
	if failure != nil {
		return nil, failure
	}
	ikey, failure := q.need("integration_key")
	if failure != nil {
		return nil, failure
	}
	u, i := t.userByID(id), t.integrationByKey(ikey)
	switch {
	case u == nil:
		return nil, invalid("user_id")
	case i == nil:
		return nil, invalid("integration_key")
	}
	all, from := t.effective(u, i)
	elements := map[string]any{}
	for name, p := range from {
		elements[name] = map[string]any{"policy_key": p.key, "policy_name": p.name, "is_global_policy": p.global}
	}
	return map[string]any{"policy_elements": elements, "sections": all}, nil
}

// A policyChange is what is to become of a policy.
type policyChange struct {
	sections sections
	remove   []string
	apps     []*integration // to apply it to
	free     []*integration // to take it from
	groups   []groupAt
}

type groupAt struct {
	at    *integration
	group *duoGroup
}

// readPolicyChange reads a change and makes none.
func (t *tenant) readPolicyChange(q *duoRequest) (policyChange, *duoError) {
	var c policyChange
	var apps struct {
		Apply   []string `json:"apply_list"`
		Unapply []string `json:"unapply_list"`
	}
	var groups struct {
		Apply []struct {
			IKey   string   `json:"app_integration_key"`
			Groups []string `json:"group_id_list"`
		} `json:"apply_group_policies_list"`
	}
	for name, into := range map[string]any{
		"sections": &c.sections, "sections_to_delete": &c.remove, "apply_to_apps": &apps, "apply_to_groups_in_apps": &groups,
	} {
		if failure := q.read(name, into); failure != nil {
			return c, failure
		}
	}
	for _, list := range []struct {
		keys []string
		into *[]*integration
	}{{apps.Apply, &c.apps}, {apps.Unapply, &c.free}} {
		for _, ikey := range list.keys {
			i := t.integrationByKey(ikey)
			if i == nil {
				return c, invalid("apply_to_apps")
			}
			*list.into = append(*list.into, i)
		}
	}
	for _, a := range groups.Apply {
		i := t.integrationByKey(a.IKey)
		for _, id := range a.Groups {
			at := slices.IndexFunc(t.groups, func(g *duoGroup) bool { return g.id == id })
			if i == nil || at < 0 {
				return c, invalid("apply_to_groups_in_apps")
			}
			c.groups = append(c.groups, groupAt{i, t.groups[at]})
		}
	}
	return c, c.sections.check()
}

// change makes a change that was read.
func (t *tenant) change(p *duoPolicy, c policyChange) *duoError {
	if p.global && (len(c.apps) > 0 || len(c.groups) > 0) {
		return invalid("apply_to_apps")
	}
	if failure := t.setSections(p, c.sections, c.remove); failure != nil {
		return failure
	}
	for _, i := range c.apps {
		i.policy = p
	}
	for _, i := range c.free {
		if i.policy == p {
			i.policy = nil
		}
	}
	for _, g := range c.groups {
		g.at.groupPolicies = slices.DeleteFunc(g.at.groupPolicies, func(o groupPolicy) bool { return o.group == g.group })
		g.at.groupPolicies = append(g.at.groupPolicies, groupPolicy{g.group, p})
	}
	return nil
}

func (t *tenant) createPolicy(q *duoRequest) (any, *duoError) {
	name, failure := q.need("policy_name")
	if failure != nil {
		return nil, failure
	}
	c, failure := t.readPolicyChange(q)
	if failure != nil {
		return nil, failure
	}
	p := newDuoPolicy(name)
	if failure := t.change(p, c); failure != nil {
		return nil, failure
	}
	t.policies = append(t.policies, p)
	return t.showPolicy(p), nil
}

func (t *tenant) changePolicy(q *duoRequest) (any, *duoError) {
	p, failure := t.policy(q)
	if failure != nil {
		return nil, failure
	}
	c, failure := t.readPolicyChange(q)
	if failure != nil {
		return nil, failure
	}
	if failure := t.change(p, c); failure != nil {
		return nil, failure
	}
	if name := q.params["policy_name"]; name != "" {
		p.name = name
	}
	return t.showPolicy(p), nil
}

// changePolicies changes many at once. That it answers with them is the simulator's
// own idea.
func (t *tenant) changePolicies(q *duoRequest) (any, *duoError) {
	var which struct {
		All  bool     `json:"edit_all_policies"`
		Keys []string `json:"edit_list"`
	}
	var what struct {
		Sections sections `json:"sections"`
		Remove   []string `json:"sections_to_delete"`
	}
	if failure := q.read("policies_to_update", &which); failure != nil {
		return nil, failure
	}
	if failure := q.read("policy_changes", &what); failure != nil {
		return nil, failure
	}
	var chosen []*duoPolicy
	for _, key := range which.Keys {
		p := t.policyByKey(key)
		if p == nil {
			return nil, invalid("edit_list")
		}
		chosen = append(chosen, p)
	}
	if which.All {
		chosen = t.policies
	}
	for _, p := range chosen {
		if failure := t.change(p, policyChange{sections: what.Sections, remove: what.Remove}); failure != nil {
			return nil, failure
		}
	}
	return showAll(chosen, t.showPolicy), nil
}

func (t *tenant) copyPolicy(q *duoRequest) (any, *duoError) {
	key, failure := q.need("policy_key")
	if failure != nil {
		return nil, failure
	}
	from := t.policyByKey(key)
	if from == nil {
		return nil, invalid("policy_key")
	}
	var names []string
	if failure := q.read("new_policy_names_list", &names); failure != nil {
		return nil, failure
	}
	if len(names) == 0 {
		return nil, missing("new_policy_names_list")
	}
	var made []*duoPolicy
	for _, name := range names {
		p := newDuoPolicy(name)
		p.sections = maps.Clone(from.sections)
		made = append(made, p)
	}
	t.policies = append(t.policies, made...)
	return showAll(made, t.showPolicy), nil
}

func (t *tenant) deletePolicy(q *duoRequest) (any, *duoError) {
	p, failure := t.policy(q)
	if failure != nil {
		return nil, failure
	}
	if p.global {
		return nil, invalid("policy_key")
	}
	t.drop(p)
	return "", nil
}
