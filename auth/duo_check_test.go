package auth_test

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/store"
)

// After a limit Duo may refuse a signature that is right: then nobody is sent to look for
// another key.
func TestALimitIsNoWrongKey(t *testing.T) {
	var signed atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(r.URL.Path, "/ping"):
			_, _ = fmt.Fprintf(w, `{"stat":"OK","response":{"time":%d}}`, time.Now().Unix())
		case signed.Add(1) == 1:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		default:
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = fmt.Fprint(w, `{"stat":"FAIL","code":40103,"message":"Invalid signature in request credentials"}`)
		}
	}))
	server.StartTLS()
	t.Cleanup(server.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	g := newGate(t, time.Now)
	key := store.NewSecret(strings.Repeat("k", 40))
	if err := g.AddTenant(t.Context(), auth.TenantEnrolment{
		Tenant:  store.Tenant{Name: "acme", APIHost: strings.TrimPrefix(server.URL, "https://"), AuthIKey: "DIABCDEFGHIJ12345678", AdminIKey: "DI00000000000000000A", CAFile: ca},
		AuthKey: key, AdminKey: key,
	}); err != nil {
		t.Fatal(err)
	}
	c, err := g.CheckTenant(t.Context(), "acme", nil)
	if err != nil || c.OK() {
		t.Fatalf("%+v %v", c, err)
	}
	got := states(c)
	for what, want := range map[string]auth.CheckState{
		"reachable": auth.CheckGood, "Auth API rate limit": auth.CheckBad, "Auth API keys": auth.CheckUnknown,
		"Admin API rate limit": auth.CheckBad, "Admin API keys": auth.CheckUnknown,
	} {
		if got[what] != want {
			t.Errorf("%s is %q, want %q", what, got[what], want)
		}
	}
	for _, k := range c.Checks {
		if text := k.Note + strings.Join(k.Hints, " "); strings.Contains(text, "--replace") {
			t.Errorf("somebody is sent to look for another key: %s", text)
		}
	}
}
