package lab

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func (p *person) bypass(code string) promptView {
	p.t.Helper()
	return p.say("passcode", promptWord{Method: "bypass", Passcode: code})
}

func TestACodeThatTheAPIIssuesOpensThePromptOnce(t *testing.T) {
	l, _, auth, admin := startDuo(t)
	a := describe(t, l, "bank")
	codes := as[[]string](t, admin.post(bypassPath(l), values("count", "2")))
	p := prompted(t, a)
	if v := p.bypass(codes[0]); v.View != "trust" {
		t.Fatalf("the code leads to %+v", v)
	}
	p.end(false).expectInside(a)
	if v := prompted(t, a).bypass(codes[0]); v.Error != saysWrongPasscode {
		t.Errorf("a second time: %+v", v)
	}
	if got := auth.passcode(codes[0]); got.Result != "deny" {
		t.Errorf("at the API: %+v", got)
	}
	if got := auth.passcode(codes[1]); got.Result != "allow" {
		t.Errorf("the other at the API: %+v", got)
	}
	if v := prompted(t, a).bypass(codes[1]); v.Error != saysWrongPasscode {
		t.Errorf("the other at the prompt: %+v", v)
	}
	if v := prompted(t, a).bypass(a.BypassCodes[0]); v.Error != saysWrongPasscode {
		t.Errorf("a code that was wiped: %+v", v)
	}
	for _, s := range l.Duo().Seen() {
		if s.Accepted > 1 || s.Kind != methodBypass {
			t.Errorf("seen: %+v", s)
		}
	}
}

func TestAnImportedTokenIsTakenAtThePrompt(t *testing.T) {
	l, c, auth, admin := startDuo(t)
	a, id := describe(t, l, "bank"), l.Describe().Duo.UserID
	f := factor{hash: hashSHA1, digits: 8, period: time.Minute, seed: []byte("another seed of ours")}
	token := as[object](t, admin.post("/admin/v1/tokens", values("type", "t8", "serial", "s", "totp_step", "60", "secret", strings.ToUpper(hex.EncodeToString(f.seed)))))
	admin.post("/admin/v1/users/"+id+"/tokens", values("token_id", token["token_id"].(string)))
	code := promptWord{Method: "token", Passcode: f.code(f.step(c.now()))}
	p := prompted(t, a)
	if v := p.say("passcode", code); v.View != "trust" {
		t.Fatalf("its code leads to %+v", v)
	}
	p.end(false).expectInside(a)
	if v := prompted(t, a).say("passcode", code); v.Error != saysWrongPasscode {
		t.Errorf("a second time: %+v", v)
	}
	if got := auth.passcode(code.Passcode); got.Result != "deny" {
		t.Errorf("at the API: %+v", got)
	}
	if got := l.Accepted("bank"); len(got) != 1 || got[0] != f.step(c.now()) {
		t.Errorf("the steps accepted are %v", got)
	}
	own := codeAt(t, a, c.now())
	if got := auth.passcode(own); got.Result != "allow" {
		t.Errorf("the bank's own token at the API: %+v", got)
	}
	if v := prompted(t, a).say("passcode", promptWord{Method: "token", Passcode: own}); v.Error != saysWrongPasscode {
		t.Errorf("and again at the prompt: %+v", v)
	}
}

func TestTheUsersStatusHoldsAtThePrompt(t *testing.T) {
	l, _, _, admin := startDuo(t)
	a, path := describe(t, l, "bank"), "/admin/v1/users/"+l.Describe().Duo.UserID
	p := prompted(t, a)
	admin.post(path, values("status", "disabled"))
	if v := p.bypass(a.BypassCodes[0]); v.View != "denied" || v.Why != saysDisabled {
		t.Errorf("disabled meanwhile: %+v", v)
	}
	if v := prompted(t, a).say("look", promptWord{}); v.View != "denied" || v.Why != saysDisabled {
		t.Errorf("disabled: %+v", v)
	}
	admin.post(path, values("status", "bypass"))
	newBrowser(t).givePassword(a, a.Username, a.Password).expectInside(a)
	admin.post(path, values("status", "active"))
	if v := prompted(t, a).bypass(a.BypassCodes[0]); v.View != "trust" {
		t.Errorf("active again: %+v", v)
	}
	admin.del(path)
	if v := prompted(t, a).say("look", promptWord{}); v.View != "denied" || v.Why != saysEnroll {
		t.Errorf("deleted: %+v", v)
	}
}

func TestLockoutIsSharedBetweenPromptAndAPI(t *testing.T) {
	l, _, auth, admin := startDuo(t)
	a := describe(t, l, "bank")
	p := prompted(t, a)
	for i := range duoLockout {
		if i%2 == 0 {
			auth.passcode("1")
			continue
		}
		p.bypass("1")
	}
	if v := p.say("look", promptWord{}); v.View != "denied" || v.Why != saysLockedOut {
		t.Errorf("the prompt: %+v", v)
	}
	if got := auth.preauth(); got.Result != "deny" {
		t.Errorf("preauth: %+v", got)
	}
	admin.post("/admin/v1/users/"+l.Describe().Duo.UserID, values("status", "active"))
	if v := prompted(t, a).bypass(a.BypassCodes[0]); v.View != "trust" {
		t.Errorf("after the unlock: %+v", v)
	}
}

func TestTheSwitchThatLocksOutShowsAtTheAPI(t *testing.T) {
	l, _, auth, admin := startDuo(t, SwitchLockedOut)
	if got := auth.preauth(); got.Result != "deny" || got.Says != saysLockedAccount {
		t.Errorf("preauth: %+v", got)
	}
	if got := as[object](t, admin.get("/admin/v1/users/"+l.Describe().Duo.UserID, nil)); got["status"] != "locked out" {
		t.Errorf("the user is %v", got)
	}
	if v := prompted(t, describe(t, l, "bank")).say("look", promptWord{}); v.View != "denied" || v.Why != saysLockedOut {
		t.Errorf("the prompt: %+v", v)
	}
	if err := l.Set("bank", SwitchLockedOut, false); err != nil {
		t.Fatal(err)
	}
	if got := auth.preauth(); got.Result != "auth" {
		t.Errorf("with the switch off: %+v", got)
	}
}

func TestThePolicyHoldsAtThePrompt(t *testing.T) {
	blocked := func(methods string) string {
		return `{"authentication_methods":{"blocked_auth_list":[` + methods + `]}}`
	}
	for _, try := range []struct {
		name, sections string
		view           string
		methods        []string
		why            string
	}{
		{"nothing", `{}`, "challenge", []string{"push", "mobile", "bypass", "token"}, ""},
		{"no bypass codes", blocked(`"bypass"`), "challenge", []string{"push", "mobile", "token"}, ""},
		{"no push", blocked(`"duo-push"`), "challenge", []string{"mobile", "bypass", "token"}, ""},
		{"push only", blocked(`"bypass","hardware-token","duo-passcode"`), "challenge", []string{"push"}, ""},
		{"telephony only", blocked(`"bypass","hardware-token","duo-passcode","duo-push"`), "denied", nil, saysNoMethod},
		{"deny", `{"authentication_policy":{"user_auth_behavior":"deny"}}`, "denied", nil, saysDenied},
		{"bypass", `{"authentication_policy":{"user_auth_behavior":"bypass"}}`, "", nil, ""},
		{"exempt", `{"authorized_networks":{"no_2fa_required":{"ip_list":["127.0.0.1"]}}}`, "", nil, ""},
		{"exempt elsewhere", `{"authorized_networks":{"no_2fa_required":{"ip_list":["192.0.2.1"]}}}`, "challenge", []string{"push", "mobile", "bypass", "token"}, ""},
		{"others denied", `{"authorized_networks":{"no_2fa_required":{"ip_list":["192.0.2.1"]},"deny_other_access":true}}`, "denied", nil, saysNetwork},
		{"blocked network", `{"authorized_networks":{"blocked":{"ip_list":["127.0.0.0/8"]}}}`, "denied", nil, saysNetwork},
		{"managed devices only", `{"trusted_endpoints":{"trusted_endpoint_checking":"require-trusted"}}`, "denied", nil, saysUntrusted},
	} {
		t.Run(try.name, func(t *testing.T) {
			l, _, a := startBank(t)
			setPolicy(t, l, PolicyBank, try.sections)
			b := newBrowser(t).givePassword(a, a.Username, a.Password)
			if try.view == "" {
				b.expectInside(a)
				return
			}
			v := at(t, b, a).say("look", promptWord{})
			if v.View != try.view || !slices.Equal(v.Methods, try.methods) || v.Why != try.why {
				t.Errorf("the prompt shows %+v", v)
			}
			if pushed := l.Approve("bank", "") == nil; pushed != slices.Contains(try.methods, "push") {
				t.Errorf("a push was sent: %v", pushed)
			}
		})
	}
}

func TestAHeaderMakesNobodyExempt(t *testing.T) {
	l, _, a := startBank(t)
	setPolicy(t, l, PolicyBank, `{"authorized_networks":{"no_2fa_required":{"ip_list":["203.0.113.10"]}}}`)
	b := newBrowser(t)
	b.client.Transport = claims203{http.DefaultTransport}
	at(t, b.givePassword(a, a.Username, a.Password), a)
}

// claims203 claims in every way that the request comes from 203.0.113.10.
type claims203 struct{ http.RoundTripper }

func (c claims203) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for _, name := range []string{"X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP"} {
		value := "203.0.113.10"
		if name == "Forwarded" {
			value = "for=203.0.113.10"
		}
		r.Header.Set(name, value)
	}
	return c.RoundTripper.RoundTrip(r)
}

func TestABlockedMethodIsRefusedEvenIfItIsAsked(t *testing.T) {
	l, _, a := startBank(t)
	p := prompted(t, a)
	setPolicy(t, l, PolicyBank, `{"authentication_methods":{"blocked_auth_list":["bypass"]}}`)
	if v := p.bypass(a.BypassCodes[0]); v.View != "challenge" || v.Error != "" {
		t.Errorf("a blocked method: %+v", v)
	}
	setPolicy(t, l, PolicyBank, `{"authentication_methods":null}`)
	if v := p.bypass(a.BypassCodes[0]); v.View != "trust" {
		t.Errorf("the code was spent: %+v", v)
	}
}

func TestBrowsersAreRememberedAsThePolicySays(t *testing.T) {
	l, c, a := startBank(t)
	remember := func(s string) { setPolicy(t, l, PolicyBank, `{"remembered_devices":{"browser_apps":`+s+`}}`) }
	remember(`{"enabled":true,"remember_method":"user-based","user_based":{"max_time_units":"hours","max_time_value":2}}`)
	p := prompted(t, a)
	p.bypass(a.BypassCodes[0])
	v := p.say("trust", promptWord{Trust: true})
	if cookie := strings.Join(p.set, "\n"); !strings.Contains(cookie, "Max-Age=7200;") {
		t.Errorf("trust for two hours sets %s", cookie)
	}
	b := p.open(v.Go)
	b.expectInside(a)
	again := func() bool {
		c.move(time.Hour) // The session is over.
		b.givePassword(a, a.Username, a.Password)
		return b.at.String() != a.ProofURL
	}
	if again() {
		t.Error("after an hour it is asked again")
	}
	remember(`{"enabled":false}`)
	if !again() {
		t.Error("while nothing is remembered it is not asked")
	}
	p = at(t, b, a)
	if v := p.bypass(a.BypassCodes[1]); v.View != "done" {
		t.Errorf("while nothing is remembered: %+v", v)
	}
	remember(`{"enabled":true,"remember_method":"user-based","user_based":{"max_time_units":"hours","max_time_value":4}}`)
	if again() {
		t.Error("a longer time does not count")
	}
	l.Duo().Advance(time.Hour)
	if !again() {
		t.Error("after its time it is not asked")
	}
}

func TestRiskMakesABrowserForgotten(t *testing.T) {
	l, c, a := startBank(t)
	setPolicy(t, l, PolicyBank, `{"remembered_devices":{"browser_apps":{"enabled":true,"remember_method":"risk-based","risk_based":{"max_time_units":"days","max_time_value":30}}}}`)
	p := prompted(t, a)
	p.bypass(a.BypassCodes[0])
	b := p.end(true)
	for _, agent := range []string{"Go-http-client/1.1", "Mozilla/5.0"} {
		c.move(time.Hour)
		b.client.Transport = asAgent{http.DefaultTransport, agent}
		b.givePassword(a, a.Username, a.Password)
		if asked, want := b.at.String() != a.ProofURL, agent != "Go-http-client/1.1"; asked != want {
			t.Errorf("%s is asked: %v", agent, asked)
		}
	}
}

type asAgent struct {
	http.RoundTripper
	agent string
}

func (a asAgent) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", a.agent)
	return a.RoundTripper.RoundTrip(r)
}

func TestThePromptWritesTheLog(t *testing.T) {
	l, c, _, admin := startDuo(t)
	a := describe(t, l, "bank")
	p := prompted(t, a)
	p.bypass("1")
	p.bypass(a.BypassCodes[0])
	b := p.end(true)
	c.move(31 * time.Minute)
	b.givePassword(a, a.Username, a.Password).expectInside(a) // Remembered.
	prompted(t, a).say("passcode", promptWord{Method: "token", Passcode: codeAt(t, a, c.now())})
	p = prompted(t, a)
	p.say("look", promptWord{})
	if err := l.Approve("bank", ""); err != nil {
		t.Fatal(err)
	}
	p = prompted(t, a)
	p.say("look", promptWord{})
	if err := l.Duo().Deny(false); err != nil {
		t.Fatal(err)
	}
	if v := p.say("look", promptWord{}); v.Push != "denied" {
		t.Errorf("after a no: %+v", v)
	}
	p.say("push", promptWord{})
	l.Duo().Advance(pushTime)
	if v := p.say("look", promptWord{}); v.Push != "expired" {
		t.Errorf("after a minute: %+v", v)
	}
	setPolicy(t, l, PolicyBank, `{"authorized_networks":{"no_2fa_required":{"ip_list":["127.0.0.1"]}}}`)
	newBrowser(t).givePassword(a, a.Username, a.Password).expectInside(a)
	if err := l.Duo().SetStatus("disabled"); err != nil {
		t.Fatal(err)
	}
	prompted(t, a)

	l.Duo().Advance(logDelay)
	var got []string
	for _, e := range logged(t, admin) {
		if e["application"].(object)["key"] != l.Describe().Duo.Integration || e["access_device"].(object)["ip"] != "127.0.0.1" {
			t.Errorf("the entry is %v", e)
		}
		got = append(got, fmt.Sprintf("%v %v %v", e["factor"], e["reason"], e["result"]))
	}
	want := []string{
		"passcode invalid_passcode denied", "bypass_code valid_passcode success", "remembered_device remembered_device success",
		"hardware_token valid_passcode success", "duo_push user_approved success", "duo_push user_cancelled denied",
		"duo_push no_response denied", "trusted_network trusted_network success", "not_available user_disabled denied",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the log says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Browsers at the prompt and clients of the API give one code at the same time.
func TestOfManyAtBothDoorsOneIsAllowed(t *testing.T) {
	l, _, auth, _ := startDuo(t)
	a := describe(t, l, "bank")
	setLockout(t, l, 9999)
	const tries = 20
	var people []*person
	for range tries {
		people = append(people, prompted(t, a))
	}
	var all sync.WaitGroup
	for _, p := range people {
		all.Go(func() {
			word := promptWord{Name: p.name, Method: "bypass", Passcode: a.BypassCodes[0]}
			req := (&script{browser: p.browser, at: p.browserOrigin()}).request(http.MethodPost, "/talk/passcode", word)
			req.Header.Set("X-Xsrftoken", p.token)
			if err := p.send(req); err != nil {
				t.Error(err)
			}
		})
		req := auth.request(http.MethodPost, "/auth/v2/auth", values("username", user, "factor", "passcode", "passcode", a.BypassCodes[0]))
		all.Go(func() {
			if _, err := auth.try(req); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	times, taken := 0, 0
	for _, s := range l.Duo().Seen() {
		times, taken = times+s.Times, taken+s.Accepted
	}
	if times != 2*tries || taken != 1 {
		t.Errorf("the code was given %d times and taken %d times", times, taken)
	}
}
