package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func goodTenant() Tenant {
	return Tenant{
		Name: "acme", APIHost: "api-1a2b3c4d.duosecurity.com",
		AuthIKey: "DIABCDEFGHIJ12345678", AdminIKey: "DI00000000000000000A",
		Secrets: []Kind{KindAuthKey, KindAdminKey},
	}
}

func newTenants(t *testing.T) *Tenants {
	t.Helper()
	return NewTenants(HomeAt(t.TempDir()).TenantsDir())
}

func TestATenantIsKeptInAFileThatPeopleCanEdit(t *testing.T) {
	s := newTenants(t)
	if err := s.Create(goodTenant()); err != nil {
		t.Fatal(err)
	}
	wantText(t, s.Path("acme"), `# A Duo tenant of gatepass. No secret is in this file, and none may be.
api_host: api-1a2b3c4d.duosecurity.com
auth_ikey: DIABCDEFGHIJ12345678
admin_ikey: DI00000000000000000A
secrets:
  - duo-auth-key
  - duo-admin-key
`)
	text, err := os.ReadFile(s.Path("acme"))
	if err != nil {
		t.Fatal(err)
	}
	byHand := lines(string(text), "duosecurity.com\n", "duosecurity.com # EU\n", "auth_ikey", "\n# The scanner's\nauth_ikey")
	mustWrite(t, s.Path("acme"), byHand)
	tenant, err := s.Get("acme")
	if err != nil || !tenant.Has(KindAuthKey) {
		t.Fatalf("it is read as %+v, %v", tenant, err)
	}
	tenant.APIHost, tenant.AdminIKey, tenant.Secrets = "127.0.0.1:8443", "", []Kind{KindAuthKey}
	tenant.CAFile = filepath.Join(t.TempDir(), "ca.pem")
	if err := s.Save(tenant); err != nil {
		t.Fatal(err)
	}
	wantText(t, s.Path("acme"), lines(byHand, "api-1a2b3c4d.duosecurity.com", "127.0.0.1:8443",
		"admin_ikey: DI00000000000000000A", "ca_file: "+tenant.CAFile, "  - duo-admin-key\n", ""))
	all, err := s.List()
	if err != nil || len(all) != 1 || all[0].APIHost != "127.0.0.1:8443" {
		t.Errorf("List = %+v, %v", all, err)
	}
	if err := s.Delete("acme"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get("acme"); !errors.Is(err, ErrNoTenant) {
		t.Errorf("after Delete: %v", err)
	}
}

func TestTenantsSayWhatIsMissingOrThere(t *testing.T) {
	s := newTenants(t)
	_, err := s.Get("acme")
	if !errors.Is(err, ErrNoTenant) || errors.Is(err, ErrNoTarget) || !strings.Contains(strings.Join(Hints(err), " "), "gatepass duo add acme") {
		t.Errorf("Get = %v, hints %q", err, Hints(err))
	}
	if err := s.Create(goodTenant()); err != nil {
		t.Fatal(err)
	}
	if err := s.Create(goodTenant()); !errors.Is(err, ErrTenantExists) {
		t.Errorf("Create = %v", err)
	}
	if _, err := s.Get("acne"); !strings.Contains(strings.Join(Hints(err), " "), `"acme"`) {
		t.Errorf("hints %q", Hints(err))
	}
}

func TestAWrongTenantSaysWhereAndWhat(t *testing.T) {
	const host = "api_host: api-1a2b3c4d.duosecurity.com\n"
	for _, c := range []struct{ name, text, want string }{
		{"no host", "auth_ikey: DIABCDEFGHIJ12345678\n", `duo/acme.yaml: api_host is missing; Duo's admin panel shows it beside the application's keys`},
		{"a URL", "api_host: https://api-1a2b3c4d.duosecurity.com/auth\n", `duo/acme.yaml:1: api_host: not a host; write it as Duo's admin panel shows it, api-1a2b3c4d.duosecurity.com`},
		{"a secret key", host + "auth_skey: hunter2\n", `duo/acme.yaml:2: key "auth_skey" does not belong here: secrets never live in this file, only in the secret store`},
		{"a password for a key", host + "auth_ikey: hunter2\n", `duo/acme.yaml:2: auth_ikey: an integration key of Duo is DI and 18 capital letters and digits; the secret key belongs in the secret store`},
		{"a file from somewhere", host + "ca_file: ca.pem\n", `duo/acme.yaml:2: ca_file: write the file's whole path: this is read from any folder`},
		{"a target's secret", host + "secrets: [password]\n", `duo/acme.yaml:2: secrets[0]: secrets names what the secret store keeps, never a secret itself; allowed: duo-auth-key, duo-admin-key`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newTenants(t)
			if err := os.MkdirAll(s.dir, 0o700); err != nil {
				t.Fatal(err)
			}
			mustWrite(t, s.Path("acme"), c.text)
			_, err := s.Get("acme")
			if err == nil || err.Error() != c.want {
				t.Errorf("it says\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}
