package lab

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestPingAsksForNoSignatureAndCheckDoes(t *testing.T) {
	_, c, auth, _ := startDuo(t)
	for _, path := range []string{"/auth/v2/ping", "/auth/v2/check"} {
		if got := as[map[string]int64](t, auth.get(path, nil)); len(got) != 1 || got["time"] != c.now().Unix() {
			t.Errorf("%s: %v", path, got)
		}
	}
	bare := func(path string) duoSaid {
		req := auth.request(http.MethodGet, path, nil)
		req.Header.Del("Authorization")
		req.Header.Del("Date")
		return auth.send(req)
	}
	bare("/auth/v2/ping").good(t)
	bare("/auth/v2/check").refused(t, 40101, "")
}

func TestKeysAreChecked(t *testing.T) {
	l, c, auth, admin := startDuo(t)
	d := l.Describe().Duo
	wrong := newCaller(t, l, c, d.AuthIKey, strings.Repeat("x", 40))
	wrong.call(http.MethodGet, "/auth/v2/check", nil).refused(t, 40103, "")
	unknown := newCaller(t, l, c, "DIXXXXXXXXXXXXXXXXXX", d.AuthSKey)
	unknown.call(http.MethodGet, "/auth/v2/check", nil).refused(t, 40102, "")
	const wrongKind = "Wrong integration type for this API."
	auth.call(http.MethodGet, "/admin/v1/users", nil).refused(t, 40301, wrongKind)
	admin.call(http.MethodGet, "/auth/v2/check", nil).refused(t, 40301, wrongKind)
	auth.call(http.MethodGet, "/auth/v2/nothing", nil).refused(t, 40401, "")
	auth.call(http.MethodDelete, "/auth/v2/check", nil).refused(t, 40501, "")
	admin.call(http.MethodGet, "/admin/v1/users/DUXXXXXXXXXXXXXXXXXX", nil).refused(t, 40401, "")
}

func TestAnswersHaveDuosHeaders(t *testing.T) {
	_, c, auth, _ := startDuo(t)
	said := auth.get("/auth/v2/check", nil)
	for name, want := range map[string]string{
		"Server": "Duo/1.0", "Content-Type": "application/json", "Cache-Control": "no-store", "Pragma": "no-cache",
		"Strict-Transport-Security": "max-age=31536000", "Date": c.now().UTC().Format(http.TimeFormat),
	} {
		if got := said.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if tag := said.header.Get("Etag"); len(tag) != 42 {
		t.Errorf("the Etag is %s", tag)
	}
	failed := auth.call(http.MethodGet, "/auth/v2/logo", nil)
	if failed.status != http.StatusBadRequest || failed.Message != "Logo not found" || failed.header.Get("Server") != "Duo/1.0" || failed.header.Get("Pragma") != "" {
		t.Errorf("the logo: %d %s %v", failed.status, failed.raw, failed.header)
	}
}

func TestPreauthListsDevicesAsDuoDoes(t *testing.T) {
	_, _, auth, _ := startDuo(t)
	said := auth.post("/auth/v2/preauth", values("username", user))
	expectKeys(t, as[map[string]any](t, said), "result", "status_msg", "devices")
	got := as[struct {
		Result, Says string
		Devices      []map[string]any
	}](t, said)
	if got.Result != "auth" || len(got.Devices) != 2 {
		t.Fatalf("preauth says %s", said.raw)
	}
	phone, token := got.Devices[0], got.Devices[1]
	expectKeys(t, phone, "capabilities", "device", "display_name", "name", "number", "sms_nextcode", "type")
	expectKeys(t, token, "device", "name", "type")
	if phone["type"] != "phone" || token["type"] != "token" || token["name"] != firstSerial {
		t.Errorf("the devices are %v", got.Devices)
	}
	if !slices.Equal(as[authSaid](t, said).Devices[0].Capabilities, []string{"auto", "push", "sms", "phone", "mobile_otp"}) {
		t.Errorf("the phone can %v", phone["capabilities"])
	}
	for _, d := range got.Devices {
		if id := d["device"].(string); len(id) != 20 || strings.ToUpper(id) != id {
			t.Errorf("the id %q is none of Duo's", id)
		}
	}
}

func TestPreauthWantsOneUser(t *testing.T) {
	l, _, auth, admin := startDuo(t)
	id := l.Describe().Duo.UserID
	post := func(v url.Values) duoSaid { return auth.call(http.MethodPost, "/auth/v2/preauth", v) }
	post(nil).refused(t, 40001, "user_id or username")
	post(values("username", user, "user_id", id)).refused(t, 40002, "user_id or username")
	post(values("user_id", "DUXXXXXXXXXXXXXXXXXX")).refused(t, 40002, "user_id")
	post(values("username", user, "ipaddr", "nowhere")).refused(t, 40002, "ipaddr")
	post(values("user_id", id)).good(t)
	admin.post("/admin/v1/users/"+id, values("alias1", "robot"))
	for _, name := range []string{"robot", "ROBOT", strings.ToUpper(user)} {
		if got := as[authSaid](t, post(values("username", name))); got.Result != "auth" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	stranger := as[authSaid](t, post(values("username", "nobody")))
	if stranger.Result != "enroll" || !strings.HasPrefix(stranger.Portal, "https://"+auth.host+"/portal?") || stranger.Says != saysEnroll {
		t.Errorf("a stranger: %+v", stranger)
	}
}

func TestPreauthGoesByTheUsersStatus(t *testing.T) {
	l, _, auth, _ := startDuo(t)
	for status, want := range map[string][2]string{
		"active": {"auth", saysActive}, "bypass": {"allow", saysSuccess},
		"disabled": {"deny", saysDisabled}, "locked out": {"deny", saysLockedAccount},
	} {
		if err := l.Duo().SetStatus(status); err != nil {
			t.Fatal(err)
		}
		if got := auth.preauth(); got.Result != want[0] || got.Says != want[1] {
			t.Errorf("%s: %+v", status, got)
		}
	}
}

func TestOnlyAnAddressThatIsToldIsExempt(t *testing.T) {
	l, _, auth, _ := startDuo(t)
	setPolicy(t, l, PolicyAuth, `{"authorized_networks":{"no_2fa_required":{"ip_list":["203.0.113.10/31","198.51.100.1-198.51.100.9","192.0.2.7","2001:db8::/32"]}}}`)
	for ip, want := range map[string]string{
		"": "auth", "203.0.113.10": "allow", "203.0.113.11": "allow", "203.0.113.12": "auth", "198.51.100.1": "allow",
		"198.51.100.9": "allow", "198.51.100.10": "auth", "192.0.2.7": "allow", "192.0.2.8": "auth", "127.0.0.1": "auth",
		"2001:db8::1": "allow", "2001:db9::1": "auth", "::ffff:192.0.2.7": "allow",
	} {
		if got := auth.preauth("ipaddr", ip); got.Result != want {
			t.Errorf("%q: %+v, want %s", ip, got, want)
		}
	}
	setPolicy(t, l, PolicyAuth, `{"authorized_networks":{"no_2fa_required":{"ip_list":["203.0.113.10"]},"deny_other_access":true}}`)
	for ip, want := range map[string]string{"": "auth", "203.0.113.10": "allow", "203.0.113.11": "deny"} {
		if got := auth.preauth("ipaddr", ip); got.Result != want {
			t.Errorf("others are denied, and %q: %+v, want %s", ip, got, want)
		}
	}
}

func setPolicy(t *testing.T, l *Lab, of, sections string) {
	t.Helper()
	var given map[string]json.RawMessage
	if err := json.Unmarshal([]byte(sections), &given); err != nil {
		t.Fatal(err)
	}
	if err := l.Duo().SetPolicy(of, given); err != nil {
		t.Fatal(err)
	}
}

func TestPreauthSpendsNothing(t *testing.T) {
	l, _, auth, _ := startDuo(t)
	for range 30 {
		auth.preauth()
	}
	if err := l.Approve("bank", ""); err == nil {
		t.Error("preauth sent a push")
	}
	for _, c := range l.Duo().Codes() {
		if c.Used != 0 {
			t.Errorf("preauth used %+v", c)
		}
	}
	if n := len(l.Duo().Seen()); n != 0 {
		t.Errorf("%d passcodes were seen", n)
	}
}

func TestAPasscodeIsTakenOnce(t *testing.T) {
	l, c, auth, _ := startDuo(t)
	a := describe(t, l, "bank")
	token, bypass := codeAt(t, a, c.now()), a.BypassCodes[3]
	for _, code := range []string{token, bypass} {
		if got := auth.passcode(code); got.Result != "allow" || got.Status != "allow" || got.Says != "Success. Logging you in..." || got.Trusted == "" {
			t.Errorf("the first time: %+v", got)
		}
		for range 2 {
			if got := auth.passcode(code); got.Result != "deny" || got.Status != "deny" || got.Says != "Incorrect passcode. Please try again." || got.Trusted != "" {
				t.Errorf("the second time: %+v", got)
			}
		}
	}
	if got := auth.passcode("1"); got.Result != "deny" {
		t.Errorf("a guess: %+v", got)
	}
	times := map[string]int{}
	for _, p := range l.Duo().Seen() {
		if p.Where != "auth" || p.Accepted > 1 {
			t.Errorf("seen: %+v", p)
		}
		times[p.Code] = p.Times
	}
	if times[token] != 3 || times[bypass] != 3 || times["1"] != 1 || len(times) != 3 {
		t.Errorf("the codes were seen %v times", times)
	}
	c.move(30 * time.Second)
	if got := auth.passcode(codeAt(t, a, c.now())); got.Result != "allow" {
		t.Errorf("the next step: %+v", got)
	}
	if got := auth.passcode(codeAt(t, a, c.now().Add(-30*time.Second))); got.Result != "deny" {
		t.Errorf("the step before: %+v", got)
	}
	if got := auth.passcode(codeAt(t, a, c.now().Add(time.Minute))); got.Result != "deny" {
		t.Errorf("two steps ahead: %+v", got)
	}
}

func TestOfManyAtOnceOneIsAllowed(t *testing.T) {
	for _, kind := range []string{"bypass", "token"} {
		t.Run(kind, func(t *testing.T) {
			l, c, auth, _ := startDuo(t)
			a := describe(t, l, "bank")
			code := map[string]string{"bypass": a.BypassCodes[0], "token": codeAt(t, a, c.now())}[kind]
			setLockout(t, l, 9999)
			const tries = 200
			results := make(chan string, tries)
			var all sync.WaitGroup
			for range tries {
				req := auth.request(http.MethodPost, "/auth/v2/auth", values("username", user, "factor", "passcode", "passcode", code))
				all.Go(func() {
					said, err := auth.try(req)
					var got authSaid
					if err == nil {
						err = json.Unmarshal(said.Response, &got)
					}
					if err != nil {
						t.Error(err)
					}
					results <- got.Result
				})
			}
			all.Wait()
			close(results)
			count := map[string]int{}
			for r := range results {
				count[r]++
			}
			if count["allow"] != 1 || count["deny"] != tries-1 {
				t.Errorf("the answers are %v", count)
			}
			seen := l.Duo().Seen()
			if len(seen) != 1 || seen[0].Times != tries || seen[0].Accepted != 1 {
				t.Errorf("seen: %+v", seen)
			}
		})
	}
}

func setLockout(t *testing.T, l *Lab, threshold int) {
	t.Helper()
	l.tenant.mu.Lock()
	defer l.tenant.mu.Unlock()
	l.tenant.settings.LockoutThreshold = threshold
}

func TestTenFailuresLockTheUserOut(t *testing.T) {
	l, c, auth, admin := startDuo(t)
	a, id := describe(t, l, "bank"), l.Describe().Duo.UserID
	auth.passcode("0") // A success forgets it.
	auth.passcode(a.BypassCodes[0])
	for i := range duoLockout {
		if got := auth.passcode("123456"); got.Status != "deny" {
			t.Errorf("failure %d: %+v", i+1, got)
		}
	}
	if got := auth.passcode(a.BypassCodes[1]); got.Result != "deny" || got.Status != "locked_out" {
		t.Errorf("locked out: %+v", got)
	}
	if got := auth.preauth(); got.Result != "deny" || got.Says != saysLockedAccount {
		t.Errorf("preauth: %+v", got)
	}
	shown := as[map[string]any](t, admin.get("/admin/v1/users/"+id, nil))
	if shown["status"] != "locked out" || shown["lockout_reason"] == nil {
		t.Errorf("the user is %v", shown)
	}
	admin.call(http.MethodPost, "/admin/v1/users/"+id, values("status", "locked out")).refused(t, 40002, "status")
	admin.post("/admin/v1/users/"+id, values("status", "active"))
	if got := auth.passcode(a.BypassCodes[1]); got.Result != "allow" {
		t.Errorf("after the unlock, and unspent: %+v", got)
	}

	admin.call(http.MethodPost, "/admin/v1/settings", values("lockout_threshold", "0")).refused(t, 40002, "lockout_threshold")
	admin.call(http.MethodPost, "/admin/v1/settings", values("lockout_expire_duration", "4")).refused(t, 40002, "lockout_expire_duration")
	admin.post("/admin/v1/settings", values("lockout_threshold", "2", "lockout_expire_duration", "5"))
	auth.passcode("1")
	auth.passcode("2")
	if got := auth.preauth(); got.Result != "deny" {
		t.Errorf("after two failures: %+v", got)
	}
	c.move(5 * time.Minute)
	if got := auth.preauth(); got.Result != "auth" {
		t.Errorf("after five minutes: %+v", got)
	}
}

func TestAPushOfTheAPIIsAnswered(t *testing.T) {
	for answer, want := range map[string][3]string{
		"approve": {"allow", "allow", "Success. Logging you in..."}, "deny": {"deny", "deny", "Login request denied."},
		"report": {"deny", "fraud", "Login request denied."}, "silence": {"deny", "timeout", "Login timed out."},
	} {
		t.Run(answer, func(t *testing.T) {
			l, c, auth, _ := startDuo(t)
			begun := as[authSaid](t, auth.post("/auth/v2/auth", values("username", user, "factor", "push", "device", "auto", "async", "1")))
			if len(begun.Txid) != 36 {
				t.Fatalf("the transaction is %+v", begun)
			}
			first := auth.get("/auth/v2/auth_status", values("txid", begun.Txid))
			if got := as[authSaid](t, first); got.Result != "waiting" || got.Status != "pushed" || got.Says != "Pushed a login request to your device..." || !strings.Contains(first.raw, `"auth_delayed":false`) {
				t.Errorf("first: %s", first.raw)
			}
			var err error
			switch answer {
			case "approve":
				err = l.Approve("bank", "")
			case "deny":
				err = l.Duo().Deny(false)
			case "report":
				err = l.Duo().Deny(true)
			default:
				c.move(pushTime)
			}
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // Whoever asks again hears it again.
				got := as[authSaid](t, auth.get("/auth/v2/auth_status", values("txid", begun.Txid)))
				if [3]string{got.Result, got.Status, got.Says} != want {
					t.Errorf("in the end: %+v", got)
				}
			}
			auth.call(http.MethodGet, "/auth/v2/auth_status", values("txid", "x")).refused(t, 40002, "txid")
		})
	}
}

func TestAStatusIsAnsweredWhenItChanges(t *testing.T) {
	l, _, auth, _ := startDuo(t)
	txid := as[authSaid](t, auth.post("/auth/v2/auth", values("username", user, "factor", "auto", "device", "auto", "async", "1"))).Txid
	auth.get("/auth/v2/auth_status", values("txid", txid))
	req := auth.request(http.MethodGet, "/auth/v2/auth_status", values("txid", txid))
	answered := make(chan duoSaid, 1)
	go func() {
		said, err := auth.try(req)
		if err != nil {
			t.Error(err)
		}
		answered <- said
	}()
	select {
	case said := <-answered:
		t.Fatalf("it was answered before anything changed: %s", said.raw)
	case <-time.After(3 * glance):
	}
	if err := l.Approve("bank", ""); err != nil {
		t.Fatal(err)
	}
	if said := <-answered; as[authSaid](t, said).Result != "allow" {
		t.Errorf("after the approval: %s", said.raw)
	}
}

func TestASynchronousPushWaitsForItsPerson(t *testing.T) {
	l, _, auth, _ := startDuo(t)
	req := auth.request(http.MethodPost, "/auth/v2/auth", values("username", user, "factor", "push", "device", "auto"))
	answered := make(chan duoSaid, 1)
	go func() {
		said, err := auth.try(req)
		if err != nil {
			t.Error(err)
		}
		answered <- said
	}()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for l.Approve("bank", "") != nil {
		<-ticker.C
	}
	if said := <-answered; as[authSaid](t, said).Result != "allow" {
		t.Errorf("after the approval: %s", said.raw)
	}
}

func TestFactorsNeedADeviceForThem(t *testing.T) {
	l, _, auth, _ := startDuo(t)
	try := func(more ...string) duoSaid {
		return auth.call(http.MethodPost, "/auth/v2/auth", values("username", append([]string{user}, more...)...))
	}
	try().refused(t, 40001, "factor")
	try("factor", "telepathy").refused(t, 40002, "factor")
	try("factor", "passcode").refused(t, 40001, "passcode")
	try("factor", "push").refused(t, 40001, "device")
	try("factor", "push", "device", "DPXXXXXXXXXXXXXXXXXX").refused(t, 40002, "no capable device")
	if got := as[authSaid](t, try("factor", "sms", "device", "auto")); got.Result != "deny" || got.Status != "sent" || got.Says != "New SMS passcodes sent." {
		t.Errorf("sms: %+v", got)
	}
	if got := as[authSaid](t, try("factor", "phone", "device", "auto")); got.Result != "deny" || got.Says != "No keypress detected. Please try again." {
		t.Errorf("phone: %+v", got)
	}
	fault(t, l, FaultNoPhone, true)
	for _, factor := range []string{"push", "sms", "phone"} {
		try("factor", factor, "device", "auto").refused(t, 40002, "no capable device")
	}
	if got := auth.preauth(); len(got.Devices) != 1 || got.Devices[0].Type != "token" {
		t.Errorf("without a phone: %+v", got)
	}
	auth.call(http.MethodPost, "/auth/v2/auth", values("username", "nobody", "factor", "passcode", "passcode", "1")).refused(t, 40002, "username")
}

func fault(t *testing.T, l *Lab, name string, on bool) {
	t.Helper()
	if err := l.Duo().SetFault(name, on); err != nil {
		t.Fatal(err)
	}
}

func TestABlockedMethodTakesNoCode(t *testing.T) {
	l, c, auth, _ := startDuo(t)
	a := describe(t, l, "bank")
	setPolicy(t, l, PolicyAuth, `{"authentication_methods":{"blocked_auth_list":["bypass","hardware-token","duo-push"]}}`)
	for _, code := range []string{a.BypassCodes[0], codeAt(t, a, c.now())} {
		if got := auth.passcode(code); got.Result != "deny" {
			t.Errorf("a blocked method: %+v", got)
		}
	}
	auth.call(http.MethodPost, "/auth/v2/auth", values("username", user, "factor", "push", "device", "auto")).refused(t, 40002, "no capable device")
	if got := auth.preauth(); len(got.Devices) != 1 || slices.Contains(got.Devices[0].Capabilities, "push") {
		t.Errorf("preauth lists %+v", got.Devices)
	}
	setPolicy(t, l, PolicyAuth, `{"authentication_methods":null}`)
	for _, code := range []string{a.BypassCodes[0], codeAt(t, a, c.now())} {
		if got := auth.passcode(code); got.Result != "allow" {
			t.Errorf("the code was spent while it was blocked: %+v", got)
		}
	}
}

func TestATrustedDeviceNeedsNoFactorForAWhile(t *testing.T) {
	l, c, auth, _ := startDuo(t)
	a := describe(t, l, "bank")
	trusted := auth.passcode(a.BypassCodes[0]).Trusted
	if got := auth.preauth("trusted_device_token", trusted); got.Result != "allow" {
		t.Errorf("with the token: %+v", got)
	}
	if got := auth.preauth("trusted_device_token", "x"+trusted); got.Result != "auth" {
		t.Errorf("with another: %+v", got)
	}
	setPolicy(t, l, PolicyAuth, `{"remembered_devices":{"browser_apps":{"enabled":false}}}`)
	if got := auth.preauth("trusted_device_token", trusted); got.Result != "auth" {
		t.Errorf("while devices are not remembered: %+v", got)
	}
	if got := auth.passcode(a.BypassCodes[1]); got.Result != "allow" || got.Trusted != "" {
		t.Errorf("a sign-in meanwhile: %+v", got)
	}
	setPolicy(t, l, PolicyAuth, `{"remembered_devices":null}`)
	c.move(30 * 24 * time.Hour)
	if got := auth.preauth("trusted_device_token", trusted); got.Result != "auth" {
		t.Errorf("after thirty days: %+v", got)
	}
}

func TestEnrolmentWaitsForAPhone(t *testing.T) {
	_, c, auth, _ := startDuo(t)
	said := auth.post("/auth/v2/enroll", values("username", "grace", "valid_secs", "60", "bypass_codes", "2"))
	got := as[map[string]any](t, said)
	expectKeys(t, got, "activation_barcode", "activation_code", "activation_url", "expiration", "user_id", "username", "bypass_codes")
	code := got["activation_code"].(string)
	_, host, _ := strings.Cut(code, "-")
	if raw, err := base64.RawStdEncoding.DecodeString(host); err != nil || string(raw) != auth.host || !strings.HasPrefix(code, "duo://") {
		t.Errorf("the activation code is %q", code)
	}
	status := func(code string) string {
		return as[string](t, auth.post("/auth/v2/enroll_status", values("user_id", got["user_id"].(string), "activation_code", code)))
	}
	if got := status(code); got != "waiting" {
		t.Errorf("at first it is %q", got)
	}
	if got := status("duo://x"); got != "invalid" {
		t.Errorf("another code is %q", got)
	}
	c.move(time.Minute)
	if got := status(code); got != "invalid" {
		t.Errorf("after its time it is %q", got)
	}
	auth.call(http.MethodPost, "/auth/v2/enroll", values("username", "grace")).refused(t, 40002, "username")
	if got := as[map[string]any](t, auth.post("/auth/v2/enroll", nil)); got["username"] == "" || got["bypass_codes"] != nil {
		t.Errorf("an enrolment without a name: %v", got)
	}
}
