package lab

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestARateLimitOnceIsOnce(t *testing.T) {
	l, _, auth, _ := startDuo(t)
	fault(t, l, FaultRateLimitOnce, true)
	auth.get("/auth/v2/ping", nil) // Unsigned, and not limited.
	said := auth.call(http.MethodGet, "/auth/v2/check", nil)
	said.refused(t, 42901, "")
	if said.header.Get("Retry-After") != "" {
		t.Error("the API says when to come back, which the real one does not")
	}
	auth.get("/auth/v2/check", nil)
}

func TestARateLimitForEverIsForEver(t *testing.T) {
	l, _, auth, _ := startDuo(t)
	fault(t, l, FaultRateLimit, true)
	fault(t, l, FaultRetryAfter, true)
	for range 10 {
		said := auth.call(http.MethodPost, "/auth/v2/preauth", values("username", user))
		said.refused(t, 42901, "")
		if said.header.Get("Retry-After") != "1" {
			t.Error("it does not say when to come back")
		}
	}
	fault(t, l, FaultRateLimit, false)
	auth.preauth()
}

func TestRequestsAreCountedByTheMinute(t *testing.T) {
	l, c, auth, admin := startDuo(t)
	fault(t, l, FaultRateBuckets, true)
	for i, want := range []int{0, 0, 42901} {
		if said := admin.call(http.MethodGet, "/admin/v2/logs/authentication", span(admin)); said.Code != want {
			t.Errorf("request %d for the log: %s", i+1, said.raw)
		}
	}
	auth.get("/auth/v2/check", nil) // Counted apart.
	c.move(time.Minute)
	admin.get("/admin/v2/logs/authentication", span(admin))
	for i := range 201 {
		said := admin.call(http.MethodGet, "/admin/v1/users", nil)
		if limited := said.Code == 42901; limited != (i == 200) {
			t.Fatalf("request %d for a list: %s", i+1, said.raw)
		}
	}
}

func TestAGatewayMayAnswerInHTML(t *testing.T) {
	l, _, auth, _ := startDuo(t)
	fault(t, l, FaultHTML502, true)
	for _, path := range []string{"/auth/v2/ping", "/auth/v2/check"} {
		said := auth.call(http.MethodGet, path, nil)
		if said.status != http.StatusBadGateway || said.header.Get("Content-Type") != "text/html" || !strings.HasPrefix(said.raw, "<html>") {
			t.Errorf("%s: %d %s", path, said.status, said.raw)
		}
	}
}

func TestADeadPeerNeverAnswers(t *testing.T) {
	l, _, auth, _ := startDuo(t)
	fault(t, l, FaultDead, true)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := auth.try(auth.requestIn(ctx, http.MethodGet, "/auth/v2/ping", nil)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it said %v", err)
	}
	began := time.Now()
	req := auth.request(http.MethodGet, "/auth/v2/ping", nil)
	ended := make(chan error, 1)
	go func() {
		_, err := auth.try(req)
		ended <- err
	}()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; err == nil {
		t.Error("a dead peer answered")
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the lab took %s to close", took)
	}
}

func TestASlowPeerTakesItsTime(t *testing.T) {
	for _, name := range []string{FaultSlow, FaultDrip} {
		l, _, auth, _ := startDuo(t)
		fault(t, l, name, true)
		began := time.Now()
		auth.get("/auth/v2/check", nil)
		if took := time.Since(began); took < l.tenant.delay {
			t.Errorf("%s took %s", name, took)
		}
	}
}

func TestAConnectionMayBeDropped(t *testing.T) {
	l, _, auth, _ := startDuo(t)
	fault(t, l, FaultDrop, true)
	if said, err := auth.try(auth.request(http.MethodPost, "/auth/v2/preauth", values("username", user))); err == nil {
		t.Errorf("it was answered %s", said.raw)
	}
	if n := len(l.Duo().Calls()); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
}

func TestAnAnswerMayBeLostAfterTheDeed(t *testing.T) {
	l, _, auth, admin := startDuo(t)
	code := describe(t, l, "bank").BypassCodes[0]
	fault(t, l, FaultLostAnswer, true)
	req := auth.request(http.MethodPost, "/auth/v2/auth", values("username", user, "factor", "passcode", "passcode", code))
	if _, err := auth.try(req); err == nil {
		t.Error("the answer arrived")
	}
	if _, err := admin.try(admin.request(http.MethodPost, bypassPath(l), values("count", "3", "preserve_existing", "true"))); err == nil {
		t.Error("the answer arrived")
	}
	fault(t, l, FaultLostAnswer, false)
	if got := auth.passcode(code); got.Result != "deny" {
		t.Errorf("the code whose answer was lost: %+v", got)
	}
	if n := len(as[[]object](t, admin.get(bypassPath(l), nil))); n != firstCodes-1+3 {
		t.Errorf("the user has %d codes", n)
	}
}

func TestStringsMayHoldEscapeSequences(t *testing.T) {
	l, _, auth, admin := startDuo(t)
	fault(t, l, FaultEscapes, true)
	got := auth.preauth()
	if !strings.HasPrefix(got.Says, "\x1b]52;") || !strings.HasSuffix(got.Says, saysActive) || !strings.ContainsRune(got.Devices[0].Name, '\x1b') {
		t.Errorf("preauth says %q", got)
	}
	if got.Result != "auth" || got.Devices[0].Type != "phone" {
		t.Errorf("a word of the protocol was spoiled: %q", got)
	}
	said := auth.call(http.MethodGet, "/auth/v2/logo", nil)
	if !strings.HasPrefix(said.Message, "\x1b]0;PWNED\x07") {
		t.Errorf("the message is %q", said.Message)
	}
	auth.passcode("1")
	l.Duo().Advance(logDelay)
	if e := logged(t, admin)[0]; !strings.ContainsRune(e["user"].(object)["name"].(string), '\x1b') || e["result"] != "denied" {
		t.Errorf("the log says %q", e)
	}
}

func TestATestRefusesUnknownFaults(t *testing.T) {
	l, _, _, _ := startDuo(t)
	if err := l.Duo().SetFault("gremlins", true); !errors.Is(err, ErrNoSwitch) {
		t.Errorf("an unknown fault: %v", err)
	}
	listed := map[string]bool{}
	for _, f := range DuoFaults() {
		if f.What == "" || listed[f.Name] {
			t.Errorf("%+v", f)
		}
		listed[f.Name] = true
	}
}
