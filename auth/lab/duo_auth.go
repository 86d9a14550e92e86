package lab

import (
	"encoding/base64"
	"net/url"
	"time"
)

// enrolTime is how long an activation code waits if nobody says otherwise.
const enrolTime = 24 * 60 * 60 // seconds

func (t *tenant) check(*duoRequest) (any, *duoError) {
	return map[string]int64{"time": t.wall().Unix()}, nil
}

// logo says that there is none, which the real API does too.
func (t *tenant) logo(*duoRequest) (any, *duoError) {
	e := duoFail(40002, "")
	e.Message = "Logo not found"
	return nil, e
}

// enroll makes a user and an activation code. The code activates nothing: nobody has
// a phone here that could read it.
func (t *tenant) enroll(q *duoRequest) (any, *duoError) {
	name := q.params["username"]
	if name == "" {
		name = newUUID()
	}
	if t.userNamed(name) != nil {
		return nil, invalid("username")
	}
	valid, failure := q.number("valid_secs", enrolTime, 1, 1<<31-1)
	if failure != nil {
		return nil, failure
	}
	count, failure := q.number("bypass_codes", 0, 0, maxBypassPerCall)
	if failure != nil {
		return nil, failure
	}
	u := t.newUser(name)
	activation := newDuoID("")[:18] + "AA"
	u.invited = "duo://" + activation + "-" + base64.RawStdEncoding.EncodeToString([]byte(t.host))
	u.invite = t.life().Add(time.Duration(valid) * time.Second)
	answer := map[string]any{
		"activation_barcode": "https://" + t.host + "/frame/qr?value=" + url.QueryEscape(u.invited),
		"activation_code":    u.invited,
		"activation_url":     "https://" + t.host + "/activate/" + activation,
		"expiration":         t.wall().Unix() + int64(valid),
		"user_id":            u.id,
		"username":           u.name,
	}
	if count > 0 {
		codes, failure := t.drawBypass(u, count, 1, 0)
		if failure != nil {
			return nil, failure
		}
		answer["bypass_codes"] = codes
	}
	return answer, nil
}

func (t *tenant) enrollStatus(q *duoRequest) (any, *duoError) {
	id, failure := q.need("user_id")
	if failure != nil {
		return nil, failure
	}
	code, failure := q.need("activation_code")
	if failure != nil {
		return nil, failure
	}
	u := t.userByID(id)
	if u == nil || u.invited == "" || u.invited != code || !t.life().Before(u.invite) {
		return "invalid", nil
	}
	return "waiting", nil
}

// visitOf reads who wants to sign in, from where.
func (t *tenant) visitOf(q *duoRequest) (duoVisit, *duoError) {
	name, id := q.params["username"], q.params["user_id"]
	v := duoVisit{name: name, at: q.by, trusted: q.params["trusted_device_token"]}
	switch {
	case name == "" && id == "":
		return v, missing("user_id or username")
	case name != "" && id != "":
		return v, invalid("user_id or username")
	case id != "":
		if v.user = t.userByID(id); v.user == nil {
			return v, invalid("user_id")
		}
		v.name = v.user.name
	default:
		v.user = t.userNamed(name)
	}
	var failure *duoError
	v.from, failure = q.address("ipaddr")
	return v, failure
}

// preauth says how a sign-in would begin. It spends nothing and sends nothing. The
// address is the one that is told; without one, no network is anybody's.
func (t *tenant) preauth(q *duoRequest) (any, *duoError) {
	v, failure := t.visitOf(q)
	if failure != nil {
		return nil, failure
	}
	r := t.rule(v)
	answer := map[string]any{"result": r.result, "status_msg": r.says}
	switch r.result {
	case rulesAuth:
		answer["devices"] = t.devicesOf(v.user, r.methods)
	case rulesEnroll:
		answer["enroll_portal_url"] = "https://" + t.host + "/portal?" + url.Values{"code": {newID()[:16]}, "akey": {v.at.ikey}}.Encode()
	}
	return answer, nil
}
