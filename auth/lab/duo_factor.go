package lab

import (
	"slices"
	"strings"
)

// duoAnswer is the end of a sign-in by API.
func duoAnswer(result, status, message string) map[string]any {
	return map[string]any{"result": result, "status": status, "status_msg": message}
}

const saysIncorrect = "Incorrect passcode. Please try again."

// authenticate proves a second factor: POST /auth/v2/auth.
func (t *tenant) authenticate(q *duoRequest) (any, *duoError) {
	t.mu.Lock()
	v, failure := t.visitOf(q)
	r := t.rule(v)
	t.mu.Unlock()
	if failure != nil {
		return nil, failure
	}
	factor, failure := q.need("factor")
	if failure != nil {
		return nil, failure
	}
	async, failure := q.flag("async", false)
	if failure != nil {
		return nil, failure
	}
	if v.user == nil {
		return nil, invalid("username")
	}
	tx, failure := t.try(q, v, r, factor)
	switch {
	case failure != nil:
		return nil, failure
	case async:
		return map[string]string{"txid": tx.id}, nil
	}
	if end := tx.wait(q.r.Context()); end != nil {
		return end, nil
	}
	return nil, duoFail(50000, "")
}

// try begins a sign-in, and ends it unless somebody has to pick up a phone.
func (t *tenant) try(q *duoRequest, v duoVisit, r ruling, factor string) (*transaction, *duoError) {
	if r.result != rulesAuth {
		return t.decided(v, r), nil
	}
	if factor == "auto" {
		factor = t.automatic(q, v, r)
	}
	if factor == "passcode" {
		return t.tryPasscode(q, v, r)
	}
	method, ok := map[string]string{"push": methodPush, "sms": methodSMS, "phone": methodPhone}[factor]
	if !ok {
		return nil, invalid("factor")
	}
	device, failure := q.need("device")
	if failure != nil {
		return nil, failure
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	phone := t.pick(v.user, device)
	if phone == nil || !slices.Contains(r.methods, method) {
		return nil, invalid("no capable device")
	}
	tx := t.newTransaction(v)
	switch method {
	case methodPush:
		t.phones.ask(tx)
	case methodSMS:
		tx.finish(duoAnswer("deny", "sent", "New SMS passcodes sent."))
	case methodPhone:
		t.note(v, logEntry{factor: factorNames[method], reason: "no_keys_pressed", result: "denied", device: phone.label()})
		tx.finish(duoAnswer("deny", "deny", "No keypress detected. Please try again."))
	}
	return tx, nil
}

// automatic chooses for a client that does not: a push if there is a phone for it.
func (t *tenant) automatic(q *duoRequest, v duoVisit, r ruling) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case q.params["passcode"] != "":
		return "passcode"
	case t.pick(v.user, q.params["device"]) == nil:
		return "passcode"
	case slices.Contains(r.methods, methodPush):
		return "push"
	default:
		return "phone"
	}
}

// decided ends a sign-in that needs no factor, or for which none will do.
func (t *tenant) decided(v duoVisit, r ruling) *transaction {
	t.mu.Lock()
	defer t.mu.Unlock()
	tx := t.newTransaction(v)
	if r.result == rulesAllow {
		t.noteRuling(v, r)
		t.succeed(v.user)
		status := "allow"
		if r.reason == "bypass_user" {
			status = "bypass"
		}
		tx.finish(duoAnswer("allow", status, saysSuccess))
		return tx
	}
	status := "deny"
	if r.reason == "locked_out" {
		status = "locked_out"
	}
	if r.result == rulesDeny {
		t.noteRuling(v, r)
	}
	tx.finish(duoAnswer("deny", status, r.says))
	return tx
}

func (t *tenant) tryPasscode(q *duoRequest, v duoVisit, r ruling) (*transaction, *duoError) {
	code, failure := q.need("passcode")
	if failure != nil {
		return nil, failure
	}
	out := t.judge(v, strings.TrimSpace(code), r.methods)
	t.mu.Lock()
	defer t.mu.Unlock()
	tx := t.newTransaction(v)
	switch {
	case out.verdict == accepted:
		tx.finish(t.allowed(v))
	case out.reason == "locked_out":
		tx.finish(duoAnswer("deny", "locked_out", saysLockedAccount))
	default:
		tx.finish(duoAnswer("deny", "deny", saysIncorrect))
	}
	return tx, nil
}

// allowed is the end of a sign-in that went well, with a device's name if the policy
// remembers devices. The caller holds t.mu.
func (t *tenant) allowed(v duoVisit) map[string]any {
	answer := duoAnswer("allow", "allow", saysSuccess)
	all, _ := t.effective(v.user, v.at)
	if r, err := all.rules(); err == nil && r.remembered() > 0 {
		answer["trusted_device_token"] = t.trust(v)
	}
	return answer
}
