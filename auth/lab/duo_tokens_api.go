package lab

import (
	"math"
	"slices"
	"time"
)

// nameToken gives a token without who has it.
func nameToken(k *duoToken) map[string]any {
	step := any(nil)
	if k.timed() {
		step = int(k.step / time.Second)
	}
	return map[string]any{"token_id": k.id, "serial": k.serial, "type": k.kind, "totp_step": step}
}

func (t *tenant) showToken(k *duoToken) map[string]any {
	shown := nameToken(k)
	shown["users"] = showAll(t.holders(k), t.nameUser)
	return shown
}

// token finds the token that the path names.
func (t *tenant) token(q *duoRequest) (*duoToken, *duoError) {
	k := t.tokenByID(q.id("token"))
	if k == nil {
		return nil, unknownThing()
	}
	return k, nil
}

// listTokens lists all, or the one of a type and a serial number.
func (t *tenant) listTokens(q *duoRequest) (any, *duoError) {
	kind, serial := q.params["type"], q.params["serial"]
	if (kind == "") != (serial == "") {
		if kind == "" {
			return nil, missing("type")
		}
		return nil, missing("serial")
	}
	var all []map[string]any
	for _, k := range t.tokens {
		if kind == "" || k.kind == kind && k.serial == serial {
			all = append(all, t.showToken(k))
		}
	}
	return pageOf(q, all, 100, 500)
}

func (t *tenant) readToken(q *duoRequest) (any, *duoError) {
	k, failure := t.token(q)
	if failure != nil {
		return nil, failure
	}
	return t.showToken(k), nil
}

// createToken imports a token. Its secret is hex: Base32, as authenticator apps show
// it, is refused. That a serial number is taken once for each type is the simulator's
// own rule.
func (t *tenant) createToken(q *duoRequest) (any, *duoError) {
	kind, failure := q.need("type")
	if failure != nil {
		return nil, failure
	}
	serial, failure := q.need("serial")
	if failure != nil {
		return nil, failure
	}
	k := &duoToken{id: newDuoID("DH"), serial: serial, kind: kind, last: neverUsed}
	if !t.knownKind(k) {
		return nil, invalid("type")
	}
	if len(serial) > maxSerial || slices.ContainsFunc(t.tokens, func(o *duoToken) bool { return o.kind == kind && o.serial == serial }) {
		return nil, invalid("serial")
	}
	if failure := k.readKey(q); failure != nil {
		return nil, failure
	}
	t.tokens = append(t.tokens, k)
	return t.showToken(k), nil
}

// knownKind says whether tokens of a type can be imported. Those that follow the
// clock can, though the documentation of 2025 does not have them.
func (t *tenant) knownKind(k *duoToken) bool {
	if k.timed() && t.faults.on(FaultStrictTokens) {
		return false
	}
	return k.kind == "yk" || tokenDigits[k.kind] > 0
}

// readKey reads what a token computes its codes from.
func (k *duoToken) readKey(q *duoRequest) *duoError {
	if k.kind == "yk" {
		for name, length := range map[string]int{"private_id": 12, "aes_key": 32} {
			given, failure := q.need(name)
			if failure != nil {
				return failure
			}
			if _, ok := readSecret(given); !ok || len(given) != length {
				return invalid(name)
			}
		}
		return nil
	}
	given, failure := q.need("secret")
	if failure != nil {
		return failure
	}
	seed, ok := readSecret(given)
	if !ok {
		return invalid("secret")
	}
	k.factor = factor{hash: hashSHA1, digits: tokenDigits[k.kind], seed: seed, period: time.Second}
	if k.timed() {
		return k.readStep(q)
	}
	counter, failure := q.number("counter", 0, 0, math.MaxInt32)
	k.counter = int64(counter)
	return failure
}

func (k *duoToken) readStep(q *duoRequest) *duoError {
	step, failure := q.number("totp_step", 30, 1, 3600)
	if failure != nil {
		return failure
	}
	k.step = time.Duration(step) * time.Second
	k.factor.period = k.step
	return nil
}

// changeToken changes the step of a token that follows the clock.
func (t *tenant) changeToken(q *duoRequest) (any, *duoError) {
	k, failure := t.token(q)
	if failure != nil {
		return nil, failure
	}
	if !k.timed() {
		return nil, invalid("totp_step")
	}
	if failure := k.readStep(q); failure != nil {
		return nil, failure
	}
	k.last = neverUsed // Steps of another length count from elsewhere.
	return t.showToken(k), nil
}

func (t *tenant) deleteToken(q *duoRequest) (any, *duoError) {
	k, failure := t.token(q)
	if failure != nil {
		return nil, failure
	}
	same := func(other *duoToken) bool { return other == k }
	for _, u := range t.users {
		u.tokens = slices.DeleteFunc(u.tokens, same)
	}
	t.tokens = slices.DeleteFunc(t.tokens, same)
	return "", nil
}

// resyncToken is for tokens that count.
func (t *tenant) resyncToken(q *duoRequest) (any, *duoError) {
	k, failure := t.token(q)
	if failure != nil {
		return nil, failure
	}
	var codes [3]string
	for i, name := range []string{"code1", "code2", "code3"} {
		if codes[i], failure = q.need(name); failure != nil {
			return nil, failure
		}
	}
	if k.timed() || k.kind == "yk" {
		return nil, invalid("type")
	}
	if !k.resync(codes) {
		return nil, invalid("code1")
	}
	return "", nil
}

func (t *tenant) listUserTokens(q *duoRequest) (any, *duoError) {
	u, failure := t.user(q)
	if failure != nil {
		return nil, failure
	}
	return pageOf(q, showAll(u.tokens, nameToken), 100, 500)
}

func (t *tenant) attachToken(q *duoRequest) (any, *duoError) {
	u, failure := t.user(q)
	if failure != nil {
		return nil, failure
	}
	id, failure := q.need("token_id")
	if failure != nil {
		return nil, failure
	}
	k := t.tokenByID(id)
	switch {
	case k == nil || len(u.tokens) >= maxTokens:
		return nil, invalid("token_id")
	case !slices.Contains(u.tokens, k):
		u.tokens = append(u.tokens, k)
	}
	return "", nil
}

func (t *tenant) detachToken(q *duoRequest) (any, *duoError) {
	u, failure := t.user(q)
	if failure != nil {
		return nil, failure
	}
	k, failure := t.token(q)
	if failure != nil {
		return nil, failure
	}
	u.tokens = slices.DeleteFunc(u.tokens, func(other *duoToken) bool { return other == k })
	return "", nil
}
