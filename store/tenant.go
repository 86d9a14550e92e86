package store

import (
	"errors"
	"path/filepath"
	"slices"
)

// A Tenant is one customer account of Duo as gatepass calls it. There is no secret in
// it: the secret keys are kept under [TenantRef].
type Tenant struct {
	// Name is the file's name without .yaml; [CheckName] has the rule.
	Name string
	// APIHost is the host that both applications name, "api-1a2b3c4d.duosecurity.com";
	// a port may follow.
	APIHost string
	// AuthIKey is the integration key of the Auth API application, "DI…", and
	// AdminIKey that of the Admin API application; each "" when there is none.
	AuthIKey, AdminIKey string
	// CAFile is a file with the certificates to trust in place of Duo's own, by its
	// whole path; "" for Duo itself.
	CAFile string
	// Secrets says which secret keys are kept: [TenantKinds].
	Secrets []Kind
}

// Has reports whether the secret store keeps a secret key of this kind for t.
func (t Tenant) Has(k Kind) bool { return slices.Contains(t.Secrets, k) }

// Validate answers ErrBadName, or a [FieldError] for each value that t cannot have,
// joined.
func (t Tenant) Validate() error {
	if err := CheckName(t.Name); err != nil {
		return err
	}
	return result(t.problems())
}

func (t Tenant) problems() []*FieldError {
	var c checker
	if t.APIHost == "" {
		c.problems = append(c.problems, &FieldError{Field: "api_host", Problem: "api_host is missing; Duo's admin panel shows it beside the application's keys"})
	} else if _, problem := parseOrigin("https://" + t.APIHost); problem != "" {
		c.add("api_host", "not a host; write it as Duo's admin panel shows it, api-1a2b3c4d.duosecurity.com")
	}
	c.integration("auth_ikey", t.AuthIKey)
	c.integration("admin_ikey", t.AdminIKey)
	c.text("ca_file", t.CAFile, 4096)
	if t.CAFile != "" && !filepath.IsAbs(t.CAFile) {
		c.add("ca_file", "write the file's whole path: this is read from any folder")
	}
	c.kinds(t.Secrets, TenantKinds())
	return c.problems
}

func (t Tenant) title() string { return t.Name }

func (t Tenant) normal() Tenant {
	if origin, problem := parseOrigin("https://" + t.APIHost); problem == "" {
		t.APIHost = origin[len("https://"):]
	}
	t.Secrets = slices.Clone(t.Secrets)
	return t
}

func (t Tenant) entries() []entry {
	return []entry{
		{"api_host", t.APIHost},
		{"auth_ikey", t.AuthIKey},
		{"admin_ikey", t.AdminIKey},
		{"ca_file", t.CAFile},
		{"secrets", words(t.Secrets)},
	}
}

func decodeTenant(name string, d *document) (Tenant, error) {
	t := Tenant{Name: name}
	var kinds []string
	r := &reader{doc: d, lines: map[string]int{}, unknown: secretKey("a tenant's file", "gatepass duo add "+name)}
	r.mapping(d.root, "", []field{
		{"api_host", text(&t.APIHost)},
		{"auth_ikey", text(&t.AuthIKey)},
		{"admin_ikey", text(&t.AdminIKey)},
		{"ca_file", text(&t.CAFile)},
		{"secrets", texts(&kinds)},
	})
	for _, k := range kinds {
		t.Secrets = append(t.Secrets, Kind(k))
	}
	if err := r.verdict(t.problems()); err != nil {
		return Tenant{}, err
	}
	return t.normal(), nil
}

// What [Tenants] answers with, wrapped.
var (
	ErrNoTenant     = errors.New("no such Duo tenant")
	ErrTenantExists = errors.New("there is a Duo tenant of that name already")
)

// Tenants keeps each Duo tenant in a file of its own, NAME.yaml, as [Targets] keeps
// targets.
type Tenants struct{ shelf[Tenant] }

// NewTenants keeps tenants in dir, which is made when the first one is.
func NewTenants(dir string) *Tenants {
	return &Tenants{shelf[Tenant]{dir: dir, decode: decodeTenant, trade: trade{
		noun:    "Duo tenant",
		header:  "# A Duo tenant of gatepass. No secret is in this file, and none may be.\n",
		missing: ErrNoTenant,
		exists:  ErrTenantExists,
		make:    "gatepass duo add", change: "gatepass duo add --replace", list: "gatepass duo list",
	}}}
}

// Path names the file of a tenant, whether it is there or not.
func (s *Tenants) Path(name string) string { return s.path(name) }

// Get reads a tenant. It answers ErrNoTenant, ErrBadName, or a [FieldError] for each
// thing wrong in the file.
func (s *Tenants) Get(name string) (Tenant, error) { return s.get(name) }

// List reads all tenants, sorted by name; the good ones together with the errors of
// the others.
func (s *Tenants) List() ([]Tenant, error) { return s.all() }

// Create writes a new tenant. It answers ErrTenantExists when there is one of that
// name.
func (s *Tenants) Create(t Tenant) error { return s.create(t) }

// Save writes t into the file that is there, changing only what differs.
func (s *Tenants) Save(t Tenant) error { return s.save(t) }

// Delete removes a tenant's file. Its secret keys stay where they are.
func (s *Tenants) Delete(name string) error { return s.remove(name) }
