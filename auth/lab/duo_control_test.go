package lab

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestDuoIsTurnedOverHTTP(t *testing.T) {
	l, c, auth, admin := startDuo(t)
	control := l.Describe().Control
	turn := func(path, body string) *browser {
		return ask(t, http.MethodPost, control+path, func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(body)) })
	}
	turn("/duo/fault?name=rate-limit-once&on=1", "").expectStatus(http.StatusNoContent)
	if got := answer[map[string]bool](t, ask(t, http.MethodGet, control+"/duo/faults", nil)); !got[FaultRateLimitOnce] || len(got) != len(DuoFaults()) {
		t.Errorf("the faults are %v", got)
	}
	auth.call(http.MethodGet, "/auth/v2/check", nil).refused(t, 42901, "")

	auth.passcode("1")
	turn("/duo/advance?by=130s", "").expectStatus(http.StatusNoContent)
	if n := len(logged(t, admin)); n != 1 {
		t.Errorf("130 s later the log has %d entries", n)
	}
	turn("/duo/skew?by=-301s", "").expectStatus(http.StatusNoContent)
	auth.call(http.MethodGet, "/auth/v2/check", nil).refused(t, 40105, "")
	turn("/duo/skew?by=0s", "").expectStatus(http.StatusNoContent)

	turn("/duo/policy?of=auth", `{"authentication_policy":{"user_auth_behavior":"deny"}}`).expectStatus(http.StatusNoContent)
	if got := auth.preauth(); got.Result != "deny" {
		t.Errorf("under the policy: %+v", got)
	}
	sections := answer[map[string]json.RawMessage](t, ask(t, http.MethodGet, control+"/duo/policy?of=auth", nil))
	if string(sections["authentication_policy"]) != `{"user_auth_behavior":"deny"}` || sections["new_user"] == nil {
		t.Errorf("the policy is %s", sections)
	}
	turn("/duo/policy?of=auth", `{"authentication_policy":null}`).expectStatus(http.StatusNoContent)
	turn("/duo/user?status=bypass", "").expectStatus(http.StatusNoContent)
	if got := auth.preauth(); got.Result != "allow" {
		t.Errorf("in bypass: %+v", got)
	}
	turn("/duo/user?status=active", "").expectStatus(http.StatusNoContent)

	auth.post("/auth/v2/auth", values("username", user, "factor", "push", "device", "auto", "async", "1"))
	turn("/duo/deny", "").expectStatus(http.StatusNoContent)
	turn("/duo/deny", "").expectStatus(http.StatusBadRequest)

	seen := answer[[]Presented](t, ask(t, http.MethodGet, control+"/duo/seen", nil))
	if len(seen) != 1 || seen[0].Code != "1" || seen[0].Times != 1 || seen[0].Accepted != 0 || !seen[0].First.Equal(c.now()) {
		t.Errorf("seen: %+v", seen)
	}
	if codes := answer[[]BypassCode](t, ask(t, http.MethodGet, control+"/duo/codes", nil)); len(codes) != firstCodes || !codes[0].Good {
		t.Errorf("the codes are %+v", codes)
	}
	calls := answer[[]DuoCall](t, ask(t, http.MethodGet, control+"/duo/calls", nil))
	if len(calls) < 5 || calls[0].Code != 42901 || calls[1].Path != "/auth/v2/auth" || calls[1].Version != "v5" || calls[1].IKey != auth.ikey {
		t.Errorf("the calls are %+v", calls)
	}
	for _, bad := range []string{
		"/duo/fault?name=rate-limit", "/duo/fault?name=gremlins&on=1", "/duo/advance", "/duo/skew?by=soon", "/duo/user?status=sleepy", "/duo/policy?of=moon",
	} {
		b := turn(bad, "{}")
		b.expectStatus(http.StatusBadRequest)
		if !strings.Contains(b.text, "hint") {
			t.Errorf("%s has no hint: %s", bad, b.text)
		}
	}
	turn("/duo/policy?of=bank", `{"horoscope":{}}`).expectStatus(http.StatusBadRequest)
	turn("/duo/policy?of=bank", "nonsense").expectStatus(http.StatusBadRequest)
	ask(t, http.MethodGet, control+"/duo/policy?of=moon", nil).expectStatus(http.StatusBadRequest)
}

func TestTheCertificateIsOfItsOwnAuthority(t *testing.T) {
	l, _, auth, _ := startDuo(t)
	if _, err := http.Get("https://" + l.Describe().Duo.APIHost + "/auth/v2/ping"); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a client that does not know the authority: %v", err)
	}
	for _, host := range []string{auth.host, strings.Replace(auth.host, "127.0.0.1", "localhost", 1)} {
		res, err := auth.client.Get((&url.URL{Scheme: "https", Host: host, Path: "/auth/v2/ping"}).String())
		if err != nil {
			t.Errorf("%s: %v", host, err)
			continue
		}
		_ = res.Body.Close()
	}
	other, _ := start(t, Options{})
	if other.Describe().Duo.CAPEM == l.Describe().Duo.CAPEM {
		t.Error("two labs have one authority")
	}
}

func TestTheLockoutFollowsTheOptions(t *testing.T) {
	l, _ := start(t, Options{Attempts: 3})
	if got := l.tenant.settings.LockoutThreshold; got != 3 {
		t.Errorf("three attempts make a threshold of %d", got)
	}
}

func TestTheLabStartsAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("a measurement is worth nothing under the race detector")
	}
	best := time.Hour
	for range 5 {
		began := time.Now()
		start(t, Options{})
		best = min(best, time.Since(began))
	}
	if best > 50*time.Millisecond {
		t.Errorf("the lab takes %s to start", best)
	}
	t.Logf("the lab starts in %s", best)
}
