package lab

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const maxAliases = 8

// stamp writes a time as Duo does, and none as null.
func stamp(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.Unix()
}

// showUser gives a user as the Admin API does.
func (t *tenant) showUser(u *duoUser) map[string]any {
	shown := t.nameUser(u)
	aliases := map[string]string{}
	for i := range max(4, len(u.aliases)) {
		key := "alias" + strconv.Itoa(i+1)
		shown[key] = nil
		if i < len(u.aliases) {
			shown[key], aliases[key] = u.aliases[i], u.aliases[i]
		}
	}
	reason := any(nil)
	if u.reason != "" {
		reason = u.reason
	}
	for key, value := range map[string]any{
		"aliases": aliases, "groups": showAll(u.groups, showGroup), "phones": showAll(t.phonesOf(u), showPhone),
		"tokens": showAll(u.tokens, nameToken), "u2ftokens": []any{}, "webauthncredentials": []any{}, "desktoptokens": []any{},
		"last_directory_sync": nil, "lockout_reason": reason, "is_enrolled": t.enrolled(u),
	} {
		shown[key] = value
	}
	return shown
}

// nameUser gives a user without what hangs on it, as lists of other things do.
func (t *tenant) nameUser(u *duoUser) map[string]any {
	shown := map[string]any{
		"user_id": u.id, "username": u.name, "status": t.standing(u), "created": u.created.Unix(), "last_login": stamp(u.last),
	}
	for _, name := range userFacts {
		shown[name] = u.facts[name]
	}
	return shown
}

func showAll[T any](all []T, show func(T) map[string]any) []map[string]any {
	shown := []map[string]any{}
	for _, one := range all {
		shown = append(shown, show(one))
	}
	return shown
}

func showGroup(g *duoGroup) map[string]any {
	return map[string]any{"group_id": g.id, "name": g.name, "status": g.status, "desc": ""}
}

func showPhone(p *duoPhone) map[string]any {
	return map[string]any{
		"phone_id": p.id, "name": p.name, "number": p.number, "type": "Mobile", "platform": "Generic Smartphone",
		"activated": true, "capabilities": []string{"auto", "push", "sms", "phone", "mobile_otp"},
	}
}

func (t *tenant) listUsers(q *duoRequest) (any, *duoError) {
	ids, names := q.list("user_id_list"), q.list("username_list")
	var shown []map[string]any
	for _, u := range t.users {
		switch {
		case q.params["username"] != "" && t.userNamed(q.params["username"]) != u,
			q.params["email"] != "" && !strings.EqualFold(q.params["email"], u.facts["email"]),
			len(ids) > 0 && !slices.Contains(ids, u.id),
			len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return t.userNamed(n) == u }):
			continue
		}
		shown = append(shown, t.showUser(u))
	}
	return pageOf(q, shown, 100, 300)
}

// user finds the user that the path names.
func (t *tenant) user(q *duoRequest) (*duoUser, *duoError) {
	u := t.userByID(q.id("user"))
	if u == nil {
		return nil, unknownThing()
	}
	return u, nil
}

func (t *tenant) readUser(q *duoRequest) (any, *duoError) {
	u, failure := t.user(q)
	if failure != nil {
		return nil, failure
	}
	return t.showUser(u), nil
}

func (t *tenant) listUserPhones(q *duoRequest) (any, *duoError) {
	u, failure := t.user(q)
	if failure != nil {
		return nil, failure
	}
	return pageOf(q, showAll(t.phonesOf(u), showPhone), 100, 500)
}

func (t *tenant) listUserGroups(q *duoRequest) (any, *duoError) {
	u, failure := t.user(q)
	if failure != nil {
		return nil, failure
	}
	return pageOf(q, showAll(u.groups, showGroup), 100, 500)
}

func (t *tenant) listGroups(q *duoRequest) (any, *duoError) {
	return pageOf(q, showAll(t.groups, showGroup), 100, 100)
}

func (t *tenant) createUser(q *duoRequest) (any, *duoError) {
	name, failure := q.need("username")
	if failure != nil {
		return nil, failure
	}
	if t.userNamed(name) != nil {
		return nil, invalid("username")
	}
	change, failure := t.readUserChange(q, nil)
	if failure != nil {
		return nil, failure
	}
	u := t.newUser(name)
	change(u)
	return t.showUser(u), nil
}

func (t *tenant) changeUser(q *duoRequest) (any, *duoError) {
	u, failure := t.user(q)
	if failure != nil {
		return nil, failure
	}
	if name, ok := q.params["username"]; ok {
		if other := t.userNamed(name); name == "" || other != nil && other != u {
			return nil, invalid("username")
		}
	}
	change, failure := t.readUserChange(q, u)
	if failure != nil {
		return nil, failure
	}
	if name, ok := q.params["username"]; ok {
		u.name = name
	}
	change(u)
	return t.showUser(u), nil
}

// readUserChange reads what is to become of a user, and changes nothing yet. Nobody
// but Duo locks a user out; writing active unlocks.
func (t *tenant) readUserChange(q *duoRequest, u *duoUser) (func(*duoUser), *duoError) {
	status, changes := q.params["status"]
	if changes && !slices.Contains([]string{statusActive, statusBypass, statusDisabled}, status) {
		return nil, invalid("status")
	}
	aliases, named, failure := t.readAliases(q, u)
	if failure != nil {
		return nil, failure
	}
	return func(u *duoUser) {
		if changes {
			u.unlock()
			u.status = status
		}
		if named {
			u.aliases = aliases
		}
		for _, name := range userFacts {
			if value, ok := q.params[name]; ok {
				u.facts[name] = value
			}
		}
	}, nil
}

// readAliases reads alias1 to alias8, or the pairs of aliases.
func (t *tenant) readAliases(q *duoRequest, u *duoUser) (aliases []string, named bool, failure *duoError) {
	pairs, err := url.ParseQuery(q.params["aliases"])
	if err != nil {
		return nil, false, invalid("aliases")
	}
	_, named = q.params["aliases"]
	for i := range maxAliases {
		key := fmt.Sprintf("alias%d", i+1)
		alias, ok := q.params[key]
		if pairs.Has(key) {
			alias, ok = pairs.Get(key), true
		}
		named = named || ok
		if alias == "" {
			continue
		}
		if other := t.userNamed(alias); other != nil && other != u {
			return nil, false, invalid(key)
		}
		aliases = append(aliases, alias)
	}
	return aliases, named, nil
}

func (t *tenant) deleteUser(q *duoRequest) (any, *duoError) {
	u, failure := t.user(q)
	if failure != nil {
		return nil, failure
	}
	u.wipeBypass()
	t.users = slices.DeleteFunc(t.users, func(other *duoUser) bool { return other == u })
	return "", nil
}
