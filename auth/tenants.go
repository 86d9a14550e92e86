package auth

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"gatepass/auth/duo"
	"gatepass/store"
)

// maxCAFile bounds a file of certificates, in bytes.
const maxCAFile = 1 << 20

// A TenantEnrolment is a Duo tenant with the secret keys that come with it.
type TenantEnrolment struct {
	Tenant   store.Tenant
	AuthKey  store.Secret // of the Auth API application; zero: none, or keep the one that is there
	AdminKey store.Secret // of the Admin API application
	Replace  bool         // the tenant may exist already
}

func (g *Gate) tenants() *store.Tenants { return store.NewTenants(g.Home.TenantsDir()) }

// AddTenant keeps a tenant and its secret keys: the keys first and the file last; if
// anything fails, what was written is taken back. Nothing is sent to Duo; CheckTenant
// does that.
func (g *Gate) AddTenant(ctx context.Context, e TenantEnrolment) error {
	return g.tenants().Change(ctx, func() error { return g.addTenant(ctx, e) })
}

func (g *Gate) addTenant(ctx context.Context, e TenantEnrolment) error {
	tenants, t := g.tenants(), e.Tenant
	old, err := tenants.Get(t.Name)
	exists := err == nil
	switch {
	case exists && !e.Replace:
		return store.WithHint(fmt.Errorf("%w: %q", store.ErrTenantExists, t.Name),
			fmt.Sprintf("Choose another name, or replace what is given: gatepass duo add %s --replace --help", t.Name))
	case exists:
		t.Secrets = old.Secrets
	case !errors.Is(err, store.ErrNoTenant):
		return err
	}
	keys := map[store.Kind]store.Secret{}
	for kind, key := range map[store.Kind]store.Secret{store.KindAuthKey: e.AuthKey, store.KindAdminKey: e.AdminKey} {
		if !key.IsZero() {
			keys[kind] = key
		}
	}
	for _, kind := range store.TenantKinds() {
		if _, given := keys[kind]; given && !t.Has(kind) {
			t.Secrets = append(t.Secrets, kind)
		}
	}
	if err := checkTenant(t, keys); err != nil {
		return err
	}
	var kept []keptSecret
	for kind, key := range keys {
		kept = append(kept, keptSecret{store.TenantRef(t.Name, kind), key})
	}
	undo, err := g.keepRefs(ctx, kept)
	if err != nil {
		return errors.Join(err, undo())
	}
	write := tenants.Create
	if exists {
		write = tenants.Save
	}
	if err := write(t); err != nil {
		return errors.Join(err, undo())
	}
	return nil
}

// checkTenant refuses what could never be spoken to, before anything is kept.
func checkTenant(t store.Tenant, keys map[store.Kind]store.Secret) error {
	if err := t.Validate(); err != nil {
		return err
	}
	if t.AuthIKey == "" && t.AdminIKey == "" {
		return store.WithHint(fmt.Errorf("%w: a tenant needs the keys of an Auth API application, of an Admin API application, or of both", ErrUsage),
			"The Auth API tells what would happen to an account, the Admin API reads policies and makes bypass codes and tokens: --auth-ikey KEY --auth-skey-file FILE, --admin-ikey KEY --admin-skey-file FILE")
	}
	roots, err := readRoots(t.CAFile)
	if err != nil {
		return err
	}
	if err := duo.CheckHost(t.APIHost, roots != nil); err != nil {
		return err
	}
	for _, a := range []struct {
		name, ikey string
		kind       store.Kind
		try        func(duo.Config) error
	}{{"auth", t.AuthIKey, store.KindAuthKey, tryAuth}, {"admin", t.AdminIKey, store.KindAdminKey, tryAdmin}} {
		key, given := keys[a.kind]
		switch {
		case a.ikey == "" && given:
			return fmt.Errorf("%w: a secret key was given without its integration key: --%s-ikey KEY", ErrUsage, a.name)
		case a.ikey != "" && !t.Has(a.kind):
			return fmt.Errorf("%w: an integration key was given without its secret key: --%s-skey-file FILE", ErrUsage, a.name)
		case !given:
			continue
		}
		if err := a.try(duo.Config{Host: t.APIHost, IKey: a.ikey, SKey: key, Roots: roots}); err != nil {
			return err
		}
	}
	return nil
}

func tryAuth(c duo.Config) error {
	client, err := duo.NewAuth(c)
	if err == nil {
		client.Close()
	}
	return err
}

func tryAdmin(c duo.Config) error {
	client, err := duo.NewAdmin(c)
	if err == nil {
		client.Close()
	}
	return err
}

// readRoots reads the certificates that a tenant trusts instead of Duo's, nil for
// none.
func readRoots(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("%w: read the certificates: %w", ErrUsage, err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxCAFile {
		return nil, fmt.Errorf("%w: %q is no file of certificates", ErrUsage, file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the certificates: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, store.WithHint(fmt.Errorf("%w: there is no certificate in %q", ErrUsage, file),
			"A file of certificates holds blocks that begin with -----BEGIN CERTIFICATE-----.")
	}
	return pool, nil
}

// InOnlyTenant puts a target that names an application or an account of Duo's, and no
// tenant, into the only tenant that there is, and reports whether it did.
func (g *Gate) InOnlyTenant(t *store.Target) bool {
	if t.Duo.Tenant != "" || t.Duo == (store.TargetDuo{}) {
		return false
	}
	all, err := g.tenants().List()
	if err != nil || len(all) != 1 {
		return false // which one it is has to be said
	}
	t.Duo.Tenant = all[0].Name
	return true
}

// RemoveTenant deletes a tenant's secret keys and its file. It refuses while targets
// name the tenant, and while there is a target's file that cannot be read: that one may.
func (g *Gate) RemoveTenant(ctx context.Context, name string) error {
	return g.tenants().Change(ctx, func() error { return g.removeTenant(ctx, name) })
}

func (g *Gate) removeTenant(ctx context.Context, name string) error {
	tenants := g.tenants()
	if _, err := tenants.Get(name); errors.Is(err, store.ErrNoTenant) || errors.Is(err, store.ErrBadName) {
		return err
	}
	targets, err := g.Targets.List()
	for _, t := range targets {
		if t.Duo.Tenant == name {
			return store.WithHint(errors.Join(fmt.Errorf("%w: the target %q is in this tenant", ErrUsage, t.Name), err),
				fmt.Sprintf("Take it out first: gatepass edit %s --duo-tenant ''", t.Name))
		}
	}
	if err != nil {
		return store.WithHint(fmt.Errorf("whether a target is in the tenant %q cannot be told: %w", name, err),
			"Mend the target's file, or remove that target, and try again.")
	}
	for _, kind := range store.TenantKinds() {
		if err := g.Secrets.Delete(ctx, store.TenantRef(name, kind)); err != nil {
			return fmt.Errorf("delete a secret key: %w", err)
		}
	}
	return tenants.Delete(name)
}

// A TenantSummary is a tenant as lists show it.
type TenantSummary struct {
	Tenant  store.Tenant
	Targets []string // that name it, sorted
}

// TenantsOverview lists the tenants by name; the good ones together with the errors of
// the others.
func (g *Gate) TenantsOverview() ([]TenantSummary, error) {
	tenants, broken := g.tenants().List()
	targets, brokenTargets := g.Targets.List()
	list := make([]TenantSummary, 0, len(tenants))
	for _, t := range tenants {
		s := TenantSummary{Tenant: t}
		for _, target := range targets {
			if target.Duo.Tenant == t.Name {
				s.Targets = append(s.Targets, target.Name)
			}
		}
		list = append(list, s)
	}
	return list, errors.Join(broken, brokenTargets)
}
