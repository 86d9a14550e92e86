package lab

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// object is one thing of the Admin API.
type object = map[string]any

func TestUsersAreFoundAndChanged(t *testing.T) {
	l, _, _, admin := startDuo(t)
	id := l.Describe().Duo.UserID
	found := as[[]object](t, admin.get("/admin/v1/users", values("username", user)))
	if len(found) != 1 || found[0]["user_id"] != id || found[0]["status"] != "active" || found[0]["is_enrolled"] != true {
		t.Fatalf("the users are %v", found)
	}
	for _, key := range strings.Fields("user_id username alias1 alias2 alias3 alias4 created email firstname lastname realname groups is_enrolled last_login last_directory_sync lockout_reason notes phones tokens u2ftokens webauthncredentials status") {
		if _, ok := found[0][key]; !ok {
			t.Errorf("a user lacks %s", key)
		}
	}
	if none := as[[]object](t, admin.get("/admin/v1/users", values("username", "nobody"))); len(none) != 0 {
		t.Errorf("nobody is %v", none)
	}
	changed := as[object](t, admin.post("/admin/v1/users/"+id, values("alias1", "robot", "realname", "Scan Bot", "status", "bypass", "email", "b@example.com")))
	if changed["alias1"] != "robot" || changed["realname"] != "Scan Bot" || changed["status"] != "bypass" {
		t.Errorf("the user became %v", changed)
	}
	made := as[object](t, admin.post("/admin/v1/users", values("username", "grace", "aliases", url.Values{"alias2": {"hopper"}}.Encode())))
	if made["username"] != "grace" || made["is_enrolled"] != false {
		t.Errorf("a new user is %v", made)
	}
	for params, detail := range map[string]string{
		"username=grace": "username", "username=HOPPER": "username", "username=x&status=sleepy": "status",
		"username=x&status=locked+out": "status", "username=x&alias3=robot": "alias3",
	} {
		v, _ := url.ParseQuery(params)
		admin.call(http.MethodPost, "/admin/v1/users", v).refused(t, 40002, detail)
	}
	admin.call(http.MethodPost, "/admin/v1/users", nil).refused(t, 40001, "username")
	if gone := as[string](t, admin.del("/admin/v1/users/"+made["user_id"].(string))); gone != "" {
		t.Errorf("deleting says %q", gone)
	}
	admin.call(http.MethodGet, "/admin/v1/users/"+made["user_id"].(string), nil).refused(t, 40401, "")
}

func TestListsComeInPages(t *testing.T) {
	_, _, _, admin := startDuo(t)
	for i := range 6 {
		admin.post("/admin/v1/users", values("username", fmt.Sprintf("user%d", i)))
	}
	var names []any
	offset, pages := 0, 0
	for {
		said := admin.get("/admin/v1/users", values("limit", "3", "offset", strconv.Itoa(offset)))
		for _, u := range as[[]object](t, said) {
			names = append(names, u["username"])
		}
		pages++
		if said.Metadata["total_objects"] != 7 {
			t.Errorf("page %d: %v", pages, said.Metadata)
		}
		next, more := said.Metadata["next_offset"]
		if !more {
			break
		}
		offset = next
	}
	if pages != 3 || len(names) != 7 {
		t.Errorf("%d pages with %v", pages, names)
	}
	for _, limit := range []string{"0", "301", "x", "-1"} {
		admin.call(http.MethodGet, "/admin/v1/users", values("limit", limit)).refused(t, 40002, "limit")
	}
}

func bypassPath(l *Lab) string { return "/admin/v1/users/" + l.Describe().Duo.UserID + "/bypass_codes" }

func TestBypassCodesWipeThoseBeforeThem(t *testing.T) {
	l, _, auth, admin := startDuo(t)
	old := describe(t, l, "bank").BypassCodes
	kept := as[[]string](t, admin.post(bypassPath(l), values("count", "2", "preserve_existing", "true")))
	if len(kept) != 2 || len(as[[]object](t, admin.get(bypassPath(l), nil))) != firstCodes+2 {
		t.Errorf("preserving gives %v", kept)
	}
	for _, code := range kept {
		if !regexp.MustCompile(`^[0-9]{9}$`).MatchString(code) {
			t.Errorf("a code is %q", code)
		}
	}
	said := admin.post(bypassPath(l), nil) // Ten codes, for ever, and nothing else is left.
	fresh := as[[]string](t, said)
	if len(fresh) != 10 {
		t.Errorf("nothing said gives %v", fresh)
	}
	for _, code := range []string{old[0], kept[0]} {
		if got := auth.passcode(code); got.Result != "deny" {
			t.Errorf("a wiped code: %+v", got)
		}
	}
	if got := auth.passcode(fresh[9]); got.Result != "allow" {
		t.Errorf("a new code: %+v", got)
	}
	for _, c := range as[[]object](t, admin.get(bypassPath(l), nil)) {
		if c["expiration"] != nil || c["reuse_count"] != 1.0 {
			t.Errorf("a code is %v", c)
		}
	}
}

func TestABypassCodeIsShownWithoutTheCode(t *testing.T) {
	l, c, auth, admin := startDuo(t)
	code := as[[]string](t, admin.post(bypassPath(l), values("count", "1", "valid_secs", "3600", "reuse_count", "2")))[0]
	said := admin.get(bypassPath(l), nil)
	if strings.Contains(said.raw, code) {
		t.Error("a list shows the code")
	}
	list := as[[]object](t, said)
	if len(list) != 1 {
		t.Fatalf("the list is %v", list)
	}
	expectKeys(t, list[0], "bypass_code_id", "admin_email", "created", "expiration", "reuse_count", "user")
	if want := float64(c.now().Add(time.Hour).Unix()); list[0]["expiration"] != want || list[0]["reuse_count"] != 2.0 {
		t.Errorf("the code is %v", list[0])
	}
	path := "/admin/v1/bypass_codes/" + list[0]["bypass_code_id"].(string)
	admin.get(path, nil)
	auth.passcode(code)
	if left := as[object](t, admin.get(path, nil)); left["reuse_count"] != 1.0 {
		t.Errorf("after a use: %v", left)
	}
	if all := as[[]object](t, admin.get("/admin/v1/bypass_codes", nil)); len(all) != 1 {
		t.Errorf("all codes are %v", all)
	}
	if got := auth.passcode(code); got.Result != "allow" {
		t.Errorf("the second use: %+v", got)
	}
	if got := auth.passcode(code); got.Result != "deny" {
		t.Errorf("the third use: %+v", got)
	}
	admin.call(http.MethodGet, path, nil).refused(t, 40401, "")
	for range 2 {
		if got := as[string](t, admin.del(path)); got != "" {
			t.Errorf("deleting says %q", got)
		}
	}
	admin.call(http.MethodDelete, "/admin/v1/bypass_codes/DBXXXXXXXXXXXXXXXXXX", nil).refused(t, 40401, "")
}

func TestABypassCodeEnds(t *testing.T) {
	l, _, auth, admin := startDuo(t)
	issue := func(more ...string) string {
		return as[[]string](t, admin.post(bypassPath(l), values("count", append([]string{"1", "preserve_existing", "1"}, more...)...)))[0]
	}
	short, deleted, endless := issue("valid_secs", "60"), issue(), issue("reuse_count", "0")
	for range 5 {
		if got := auth.passcode(endless); got.Result != "allow" {
			t.Errorf("a code for any number of uses: %+v", got)
		}
	}
	l.Duo().Advance(59 * time.Second)
	for _, c := range l.Duo().Codes() {
		if c.Code == deleted {
			admin.del("/admin/v1/bypass_codes/" + c.ID)
		}
		if c.Code == short && !c.Good {
			t.Errorf("it ended early: %+v", c)
		}
	}
	l.Duo().Advance(time.Second)
	for what, code := range map[string]string{"expired": short, "deleted": deleted} {
		if got := auth.passcode(code); got.Result != "deny" || got.Says != saysIncorrect {
			t.Errorf("%s: %+v", what, got)
		}
	}
}

func TestBypassCodesHaveLimits(t *testing.T) {
	l, _, auth, admin := startDuo(t)
	for params, detail := range map[string]string{
		"count=11": "count", "count=0": "count", "count=x": "count", "count=1&codes=123456": "count", "reuse_count=-1": "reuse_count",
		"valid_secs=-1": "valid_secs", "preserve_existing=maybe": "preserve_existing", "codes=12345": "codes", "codes=12345a": "codes",
		"codes=123456,123456": "codes", "codes=000001,000002,000003,000004,000005,000006,000007,000008,000009,000010,000011": "codes",
	} {
		v, _ := url.ParseQuery(params)
		admin.call(http.MethodPost, bypassPath(l), v).refused(t, 40002, detail)
	}
	if n := len(as[[]object](t, admin.get(bypassPath(l), nil))); n != firstCodes {
		t.Fatalf("a refused request left %d codes", n)
	}
	for range 9 {
		admin.post(bypassPath(l), values("count", "10", "preserve_existing", "true"))
	}
	admin.call(http.MethodPost, bypassPath(l), values("count", "1", "preserve_existing", "true")).refused(t, 40002, "count")
	if own := as[[]string](t, admin.post(bypassPath(l), values("codes", "000123456, 0070077"))); !slices.Equal(own, []string{"000123456", "0070077"}) {
		t.Errorf("codes of one's own came back as %v", own)
	}
	if got := auth.passcode("000123456"); got.Result != "allow" {
		t.Errorf("a code of one's own: %+v", got)
	}
}

func TestATokenIsImportedAttachedAndUsed(t *testing.T) {
	l, c, auth, admin := startDuo(t)
	id, seed := l.Describe().Duo.UserID, []byte("a seed of twenty b..")
	said := admin.post("/admin/v1/tokens", values("type", "t6", "serial", "gatepass-1", "secret", hex.EncodeToString(seed)))
	token := as[object](t, said)
	expectKeys(t, token, "serial", "token_id", "totp_step", "type", "users")
	if token["type"] != "t6" || token["totp_step"] != 30.0 || strings.Contains(said.raw, hex.EncodeToString(seed)) {
		t.Errorf("the token is %s", said.raw)
	}
	tokenID := token["token_id"].(string)
	f := factor{hash: hashSHA1, digits: 6, period: 30 * time.Second, seed: seed}
	code := f.code(f.step(c.now()))
	if got := auth.passcode(code); got.Result != "deny" {
		t.Errorf("before it is attached: %+v", got)
	}
	if got := as[string](t, admin.post("/admin/v1/users/"+id+"/tokens", values("token_id", tokenID))); got != "" {
		t.Errorf("attaching says %q", got)
	}
	devices := auth.preauth().Devices
	if last := devices[len(devices)-1]; last.Device != tokenID || last.Name != "gatepass-1" || last.Type != "token" || last.Capabilities != nil {
		t.Errorf("preauth lists %+v", devices)
	}
	for i, want := range []string{"allow", "deny"} {
		if got := auth.passcode(code); got.Result != want {
			t.Errorf("use %d of a step: %+v", i+1, got)
		}
	}
	found := as[[]object](t, admin.get("/admin/v1/tokens", values("type", "t6", "serial", "gatepass-1")))
	if len(found) != 1 || len(found[0]["users"].([]any)) != 1 {
		t.Errorf("looking for it finds %v", found)
	}
	if mine := as[[]object](t, admin.get("/admin/v1/users/"+id+"/tokens", nil)); len(mine) != 2 {
		t.Errorf("the user's tokens are %v", mine)
	}
	c.move(30 * time.Second)
	admin.del("/admin/v1/users/" + id + "/tokens/" + tokenID)
	if got := auth.passcode(f.code(f.step(c.now()))); got.Result != "deny" {
		t.Errorf("after it was detached: %+v", got)
	}
	admin.del("/admin/v1/tokens/" + tokenID)
	admin.call(http.MethodGet, "/admin/v1/tokens/"+tokenID, nil).refused(t, 40401, "")
}

func TestTokensThatCannotBeAreRefused(t *testing.T) {
	l, _, _, admin := startDuo(t)
	for params, detail := range map[string]string{
		"type=d1&serial=1&secret=00": "type", "type=t7&serial=1&secret=00": "type", "type=t6&serial=1&secret=MFRGGZDFMZTWQ2LK": "secret",
		"type=t6&serial=1&secret=abc": "secret", "type=t6&serial=" + firstSerial + "&secret=00": "serial",
		"type=t6&serial=1&secret=00&totp_step=0": "totp_step", "type=h6&serial=1&secret=00&counter=-1": "counter",
		"type=t6&secret=00&serial=" + strings.Repeat("1", 129): "serial", "type=yk&serial=1&private_id=00&aes_key=00": "private_id",
	} {
		v, _ := url.ParseQuery(params)
		if strings.Contains(params, "yk") {
			v.Set("aes_key", strings.Repeat("0", 32))
		}
		admin.call(http.MethodPost, "/admin/v1/tokens", v).refused(t, 40002, detail)
	}
	for _, lacks := range []string{"type", "serial", "secret"} {
		v := values("type", "t6", "serial", "1", "secret", "00")
		v.Del(lacks)
		admin.call(http.MethodPost, "/admin/v1/tokens", v).refused(t, 40001, lacks)
	}
	admin.call(http.MethodGet, "/admin/v1/tokens", values("type", "t6")).refused(t, 40001, "serial")
	fault(t, l, FaultStrictTokens, true)
	admin.call(http.MethodPost, "/admin/v1/tokens", values("type", "t6", "serial", "1", "secret", "00")).refused(t, 40002, "type")
	admin.post("/admin/v1/tokens", values("type", "h6", "serial", "1", "secret", "00"))
	admin.post("/admin/v1/tokens", values("type", "yk", "serial", "1", "private_id", "000000000000", "aes_key", strings.Repeat("0", 32)))
}

// The codes are those of RFC 4226, Appendix D.
func TestATokenThatCountsMayRunAheadALittle(t *testing.T) {
	l, _, auth, admin := startDuo(t)
	setLockout(t, l, 9999)
	seed := hex.EncodeToString([]byte("12345678901234567890"))
	token := as[object](t, admin.post("/admin/v1/tokens", values("type", "h6", "serial", "count", "secret", seed)))
	id := token["token_id"].(string)
	if token["totp_step"] != nil {
		t.Errorf("a token that counts has the step %v", token["totp_step"])
	}
	admin.post("/admin/v1/users/"+l.Describe().Duo.UserID+"/tokens", values("token_id", id))
	for _, try := range []struct{ code, want string }{
		{"755224", "allow"}, {"755224", "deny"}, {"969429", "allow"}, {"359152", "deny"}, {"338314", "allow"},
	} {
		if got := auth.passcode(try.code); got.Result != try.want {
			t.Errorf("%s: %+v, want %s", try.code, got, try.want)
		}
	}
	f := factor{hash: hashSHA1, digits: 6, seed: []byte("12345678901234567890")}
	if got := auth.passcode(f.code(5 + hotpAhead)); got.Result != "deny" {
		t.Errorf("too far ahead: %+v", got)
	}
	resync := func(a, b, c int64) duoSaid {
		return sync3(admin, id, f.code(a), f.code(b), f.code(c))
	}
	resync(40, 41, 43).refused(t, 40002, "code1")
	if got := auth.passcode(f.code(43)); got.Result != "deny" {
		t.Errorf("after a resync that failed: %+v", got)
	}
	resync(40, 41, 42).good(t)
	if got := auth.passcode(f.code(43)); got.Result != "allow" {
		t.Errorf("after a resync: %+v", got)
	}
	own := l.tenant.tokens[0].id
	sync3(admin, own, "1", "2", "3").refused(t, 40002, "type") // It follows the clock.
}

func sync3(admin *caller, token string, codes ...string) duoSaid {
	admin.t.Helper()
	return admin.call(http.MethodPost, "/admin/v1/tokens/"+token+"/resync", values("code1", codes[0], "code2", codes[1], "code3", codes[2]))
}

func TestIntegrationsAreListed(t *testing.T) {
	l, _, _, admin := startDuo(t)
	d := l.Describe().Duo
	for _, version := range []string{"v1", "v2", "v3"} {
		all := as[[]object](t, admin.get("/admin/"+version+"/integrations", nil))
		if len(all) != 3 {
			t.Fatalf("%s lists %v", version, all)
		}
		one := as[object](t, admin.get("/admin/"+version+"/integrations/"+d.Integration, nil))
		if one["name"] != d.IntegrationName || one["type"] != "websdk" || one["prompt_v4_enabled"] != 1.0 || one["policy_key"] == nil {
			t.Errorf("the bank is %v", one)
		}
		for _, key := range strings.Fields("integration_key name type policy_key prompt_v4_enabled frameless_auth_prompt_enabled trusted_device_days ip_whitelist ip_whitelist_enroll_policy enroll_policy groups_allowed user_access networks_for_api_access") {
			if _, ok := one[key]; !ok {
				t.Errorf("an application lacks %s", key)
			}
		}
	}
	if said := admin.get("/admin/v3/integrations", nil); strings.Contains(said.raw, d.AdminSKey) || strings.Contains(said.raw, d.AuthSKey) {
		t.Error("the list holds a secret key")
	}
	if got := as[object](t, admin.get("/admin/v1/integrations/"+d.AuthIKey+"/skey", nil)); got["secret_key"] != d.AuthSKey {
		t.Errorf("the key is %v", got)
	}
	admin.call(http.MethodGet, "/admin/v3/integrations/DIXXXXXXXXXXXXXXXXXX", nil).refused(t, 40401, "")
}

func TestEachPermissionOpensItsOwn(t *testing.T) {
	l, _, auth, admin := startDuo(t)
	for name, paths := range map[string][]string{
		FaultNoRead:  {"GET /admin/v1/users", "GET /admin/v2/policies", "GET /admin/v1/tokens"},
		FaultNoWrite: {"POST " + bypassPath(l), "POST /admin/v1/tokens"}, FaultNoLog: {"GET /admin/v2/logs/authentication"},
		FaultNoSettings: {"GET /admin/v1/settings"}, FaultNoInfo: {"GET /admin/v1/info/summary"}, FaultNoApps: {"GET /admin/v3/integrations"},
	} {
		fault(t, l, name, true)
		for _, request := range paths {
			method, path, _ := strings.Cut(request, " ")
			admin.call(method, path, nil).refused(t, 40301, "")
		}
		fault(t, l, name, false)
	}
	if n := len(as[[]object](t, admin.get(bypassPath(l), nil))); n != firstCodes {
		t.Errorf("a forbidden request left %d codes", n)
	}
	fault(t, l, FaultForeignNet, true)
	if said := admin.call(http.MethodGet, "/admin/v1/users", nil); said.Code != 40301 {
		t.Errorf("from another network: %s", said.raw)
	}
	auth.get("/auth/v2/check", nil)
}

func TestInfoCountsSignIns(t *testing.T) {
	l, _, auth, admin := startDuo(t)
	auth.passcode(describe(t, l, "bank").BypassCodes[0])
	auth.passcode("0")
	if got := as[map[string]int](t, admin.get("/admin/v1/info/authentication_attempts", nil)); got["SUCCESS"] != 1 || got["FAILURE"] != 1 || got["FRAUD"] != 0 {
		t.Errorf("the attempts are %v", got)
	}
	if got := as[map[string]int](t, admin.get("/admin/v1/info/summary", nil)); got["user_count"] != 1 || got["integration_count"] != 3 {
		t.Errorf("the summary is %v", got)
	}
	admin.get("/admin/v1/info/user_authentication_attempts", nil)
	admin.get("/admin/v1/info/telephony_credits_used", nil)
}

// One official client sends JSON with every signature, another has the parameters of
// a POST in the query.
func TestParametersMayComeAsJSONOrInTheQuery(t *testing.T) {
	l, _, auth, admin := startDuo(t)
	codes := as[[]string](t, admin.post(bypassPath(l), object{"count": 2, "preserve_existing": true, "valid_secs": "60", "reuse_count": 1}))
	if len(codes) != 2 || len(as[[]object](t, admin.get(bypassPath(l), nil))) != firstCodes+2 {
		t.Errorf("JSON gives %v", codes)
	}
	if got := as[authSaid](t, auth.post("/auth/v2/auth", object{"username": user, "factor": "passcode", "passcode": codes[0]})); got.Result != "allow" {
		t.Errorf("a code in JSON: %+v", got)
	}
	for _, version := range []string{signatureV2, signatureV5} {
		admin.version = version
		query := values("count", "1", "preserve_existing", "1")
		req := admin.request(http.MethodGet, bypassPath(l), query)
		req.Method = http.MethodPost
		req.SetBasicAuth(admin.ikey, admin.signed(req.Method, req.URL.Path, req.Header.Get("Date"), query, nil))
		if got := as[[]string](t, admin.send(req).good(t)); len(got) != 1 {
			t.Errorf("a query signed by %s gives %v", version, got)
		}
	}
	req := admin.request(http.MethodPost, bypassPath(l), nil)
	req.Header.Set("Content-Type", "application/json")
	req.Body = http.NoBody
	admin.send(req).good(t)
	admin.call(http.MethodPost, bypassPath(l), []string{"no", "object"}).refused(t, 40002, "body")
}
