package lab

import (
	"crypto/rand"
	"regexp"
	"slices"
	"time"
)

// bypassForm is what codes of one's own look like.
var bypassForm = regexp.MustCompile(`^[0-9]{6,32}$`)

// createBypass answers POST /admin/v1/users/[id]/bypass_codes. As at Duo, it deletes
// all codes that the user has unless it is told to preserve them.
func (t *tenant) createBypass(q *duoRequest) (any, *duoError) {
	u, failure := t.user(q)
	if failure != nil {
		return nil, failure
	}
	own := q.list("codes")
	if len(own) > 0 && q.params["count"] != "" {
		return nil, invalid("count")
	}
	count, failure := q.number("count", maxBypassPerCall, 1, maxBypassPerCall)
	if failure != nil {
		return nil, failure
	}
	uses, failure := q.number("reuse_count", 1, 0, 1<<31-1)
	if failure != nil {
		return nil, failure
	}
	valid, failure := q.number("valid_secs", 0, 0, 1<<31-1)
	if failure != nil {
		return nil, failure
	}
	preserve, failure := q.flag("preserve_existing", false)
	if failure != nil {
		return nil, failure
	}
	if failure := t.checkBypass(u, own, count, preserve); failure != nil {
		return nil, failure
	}
	if !preserve {
		u.wipeBypass()
	}
	life := time.Duration(valid) * time.Second
	if len(own) == 0 {
		return t.drawBypass(u, count, uses, life)
	}
	for _, code := range own {
		t.addBypass(u, code, uses, life)
	}
	return own, nil
}

// checkBypass refuses too many codes, codes that are none, and codes twice.
func (t *tenant) checkBypass(u *duoUser, own []string, count int, preserve bool) *duoError {
	var there []*duoBypass
	if preserve {
		there = t.bypassOf(u)
	}
	if len(own) > maxBypassPerCall {
		return invalid("codes")
	}
	if len(own) > 0 {
		count = len(own)
	}
	if len(there)+count > maxBypassPerUser {
		return invalid("count")
	}
	for i, code := range own {
		if !bypassForm.MatchString(code) || slices.Contains(own[:i], code) ||
			slices.ContainsFunc(there, func(b *duoBypass) bool { return b.code == code }) {
			return invalid("codes")
		}
	}
	return nil
}

// drawBypass gives a user codes that nobody ever had.
func (t *tenant) drawBypass(u *duoUser, count, uses int, valid time.Duration) ([]string, *duoError) {
	codes := []string{}
	for len(codes) < count {
		code, err := newBypassCode(rand.Reader)
		if err != nil {
			return nil, duoFail(50000, "")
		}
		if slices.ContainsFunc(t.issued, func(b *duoBypass) bool { return b.code == code }) {
			continue
		}
		t.addBypass(u, code, uses, valid)
		codes = append(codes, code)
	}
	return codes, nil
}

// showBypass gives a code without the code. What reuse_count is for a code that may be
// used for ever is not known; here it is null.
func (t *tenant) showBypass(b *duoBypass) map[string]any {
	left := any(nil)
	if b.uses > 0 {
		left = b.uses - b.used
	}
	return map[string]any{
		"bypass_code_id": b.id, "admin_email": "", "created": b.created.Unix(), "expiration": stamp(b.shown),
		"reuse_count": left, "user": t.nameUser(b.user),
	}
}

func (t *tenant) listUserBypass(q *duoRequest) (any, *duoError) {
	u, failure := t.user(q)
	if failure != nil {
		return nil, failure
	}
	return pageOf(q, showAll(t.bypassOf(u), t.showBypass), 100, 500)
}

func (t *tenant) listBypass(q *duoRequest) (any, *duoError) {
	var all []map[string]any
	for _, u := range t.users {
		all = append(all, showAll(t.bypassOf(u), t.showBypass)...)
	}
	return pageOf(q, all, 100, 500)
}

// bypassByID finds a code that the path names, good or not.
func (t *tenant) bypassByID(q *duoRequest) *duoBypass {
	for _, b := range t.issued {
		if b.id == q.id("code") {
			return b
		}
	}
	return nil
}

func (t *tenant) readBypass(q *duoRequest) (any, *duoError) {
	b := t.bypassByID(q)
	if b == nil || !b.good(t.life()) {
		return nil, unknownThing()
	}
	return t.showBypass(b), nil
}

// deleteBypass deletes a code; one that is gone already is as good as deleted.
func (t *tenant) deleteBypass(q *duoRequest) (any, *duoError) {
	b := t.bypassByID(q)
	if b == nil {
		return nil, unknownThing()
	}
	b.gone = true
	return "", nil
}
