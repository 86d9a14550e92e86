package lab

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// logged gives the log of the last hour, oldest first.
func logged(t *testing.T, admin *caller, more ...string) []object {
	t.Helper()
	lines, _ := logPage(t, admin, more...)
	return lines
}

func logPage(t *testing.T, admin *caller, more ...string) ([]object, object) {
	t.Helper()
	got := as[struct {
		Logs []object `json:"authlogs"`
		Meta object   `json:"metadata"`
	}](t, admin.get("/admin/v2/logs/authentication", span(admin, more...)))
	return got.Logs, got.Meta
}

func span(admin *caller, more ...string) url.Values {
	now := admin.now()
	v := values("mintime", strconv.FormatInt(now.Add(-time.Hour).UnixMilli(), 10),
		"maxtime", strconv.FormatInt(now.Add(time.Second).UnixMilli(), 10), "sort", "ts:asc")
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

func TestTheLogIsTwoMinutesLate(t *testing.T) {
	l, _, auth, admin := startDuo(t)
	auth.passcode(describe(t, l, "bank").BypassCodes[0])
	l.Duo().Advance(119 * time.Second)
	if got := logged(t, admin); len(got) != 0 {
		t.Errorf("after 119 s: %v", got)
	}
	l.Duo().Advance(time.Second)
	if got := logged(t, admin); len(got) != 1 {
		t.Errorf("after 120 s: %v", got)
	}
	l.Duo().Advance(180 * 24 * time.Hour)
	if got := logged(t, admin); len(got) != 0 {
		t.Errorf("after half a year: %v", got)
	}
}

func TestALogEntryIsAsDuoWritesIt(t *testing.T) {
	l, c, auth, admin := startDuo(t)
	auth.post("/auth/v2/auth", values("username", user, "factor", "passcode", "passcode", describe(t, l, "bank").BypassCodes[0], "ipaddr", "203.0.113.10"))
	l.Duo().Advance(logDelay)
	e := logged(t, admin)[0]
	expectKeys(t, e, "access_device", "alias", "application", "auth_device", "email", "event_type", "factor", "isotimestamp",
		"ood_software", "reason", "result", "timestamp", "trusted_endpoint_status", "txid", "user")
	expectKeys(t, e["access_device"].(object), "browser", "browser_version", "flash_version", "hostname", "ip", "java_version", "location", "os", "os_version")
	expectKeys(t, e["application"].(object), "key", "name")
	expectKeys(t, e["user"].(object), "groups", "key", "name")
	if e["factor"] != "bypass_code" || e["reason"] != "valid_passcode" || e["result"] != "success" || e["event_type"] != "authentication" ||
		e["timestamp"] != float64(c.now().Unix()) || e["isotimestamp"] != "2026-01-15T09:00:10+00:00" ||
		e["access_device"].(object)["ip"] != "203.0.113.10" || e["application"].(object)["key"] != auth.ikey || e["user"].(object)["name"] != user {
		t.Errorf("the entry is %v", e)
	}
}

func TestTheLogTellsWhyNot(t *testing.T) {
	l, c, auth, admin := startDuo(t)
	a := describe(t, l, "bank")
	push := func() {
		auth.post("/auth/v2/auth", values("username", user, "factor", "push", "device", "auto", "async", "1"))
	}
	auth.passcode(codeAt(t, a, c.now()))
	auth.passcode(codeAt(t, a, c.now()))
	push()
	if err := l.Approve("bank", ""); err != nil {
		t.Fatal(err)
	}
	push()
	if err := l.Duo().Deny(true); err != nil {
		t.Fatal(err)
	}
	setPolicy(t, l, PolicyAuth, `{"authentication_methods":{"blocked_auth_list":["bypass"]}}`)
	auth.passcode(a.BypassCodes[1])
	setPolicy(t, l, PolicyAuth, `{"authentication_policy":{"user_auth_behavior":"bypass"}}`)
	auth.passcode("1")
	for _, status := range []string{"bypass", "disabled", "locked out"} {
		if err := l.Duo().SetStatus(status); err != nil {
			t.Fatal(err)
		}
		auth.passcode("1")
	}
	l.Duo().Advance(logDelay)
	var got []string
	for _, e := range logged(t, admin) {
		got = append(got, fmt.Sprintf("%v %v %v", e["factor"], e["reason"], e["result"]))
	}
	want := []string{
		"hardware_token valid_passcode success", "hardware_token invalid_passcode denied", "duo_push user_approved success",
		"duo_push user_marked_fraud fraud", "bypass_code factor_restricted denied", "not_available allowed_by_policy success",
		"not_available bypass_user success", "not_available user_disabled denied", "not_available locked_out denied",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the log says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheLogComesInPagesAndIsFiltered(t *testing.T) {
	l, c, auth, admin := startDuo(t)
	for i := range 5 {
		auth.passcode(describe(t, l, "bank").BypassCodes[i])
		auth.passcode("0")
		c.move(time.Second)
	}
	l.Duo().Advance(logDelay)
	for sort, first := range map[string]string{"ts:asc": "success", "ts:desc": "denied"} {
		seen, next, pages := map[any]bool{}, []string{}, 0
		for {
			more := []string{"limit", "4", "sort", sort}
			if len(next) > 0 {
				more = append(more, "next_offset", strings.Join(next, ","))
			}
			lines, meta := logPage(t, admin, more...)
			if pages == 0 && lines[0]["result"] != first {
				t.Errorf("%s begins with %v", sort, lines[0])
			}
			for _, e := range lines {
				seen[e["txid"]] = true
			}
			pages++
			if meta["total_objects"] != 10.0 {
				t.Errorf("the metadata are %v", meta)
			}
			list, ok := meta["next_offset"].([]any)
			if !ok {
				break
			}
			next = []string{list[0].(string), list[1].(string)}
		}
		if pages != 3 || len(seen) != 10 {
			t.Errorf("%s: %d entries on %d pages", sort, len(seen), pages)
		}
	}
	d := l.Describe().Duo
	for _, filter := range []struct {
		name, value string
		want        int
	}{
		{"results", "success", 5}, {"reasons", "invalid_passcode", 5}, {"factors", "bypass_code", 5}, {"factors", "duo_push", 0},
		{"users", d.UserID, 10}, {"users", "DU", 0}, {"applications", d.AuthIKey, 10}, {"applications", d.Integration, 0},
		{"event_types", "authentication", 10}, {"event_types", "enrollment", 0},
	} {
		if got := logged(t, admin, filter.name, filter.value); len(got) != filter.want {
			t.Errorf("%s=%s finds %d, want %d", filter.name, filter.value, len(got), filter.want)
		}
	}
}

func TestTheLogWantsItsTimes(t *testing.T) {
	_, _, _, admin := startDuo(t)
	path := "/admin/v2/logs/authentication"
	for _, name := range []string{"mintime", "maxtime"} {
		v := span(admin)
		v.Del(name)
		admin.call(http.MethodGet, path, v).refused(t, 40001, name)
		v.Set(name, "1532951895") // Seconds.
		admin.call(http.MethodGet, path, v).refused(t, 40002, name)
	}
	v := span(admin)
	v.Set("mintime", v.Get("maxtime"))
	admin.call(http.MethodGet, path, v).refused(t, 40002, "mintime")
	for name, value := range map[string]string{"limit": "1001", "sort": "up", "next_offset": "1532951895000"} {
		admin.call(http.MethodGet, path, span(admin, name, value)).refused(t, 40002, name)
	}
}
