package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatepass/auth/duo"
	"gatepass/store"
)

// A DuoEvent tells what is done at Duo, or what is waited for.
type DuoEvent struct {
	Note  string    // a clause: "reading the effective policy"
	Until time.Time // it waits until then; zero: it does not
	// Silent says that it is an answer that is waited for, until then at the latest.
	Silent bool
}

// DuoSink is told what happens at Duo, in order. It may be nil.
type DuoSink func(DuoEvent)

func (s DuoSink) doing(format string, args ...any) {
	if s != nil {
		s(DuoEvent{Note: fmt.Sprintf(format, args...)})
	}
}

func (s DuoSink) waiting(until time.Time, why string) {
	if s != nil {
		s(DuoEvent{Note: why, Until: until})
	}
}

// silent tells that a host has not answered yet.
func (s DuoSink) silent(host string) func(until time.Time) {
	if s == nil {
		return nil
	}
	return func(until time.Time) { s.atMost(until, "waiting for "+host) }
}

// atMost tells what an answer is waited for, and how long at most.
func (s DuoSink) atMost(until time.Time, what string) {
	if s != nil {
		s(DuoEvent{Note: what, Until: until, Silent: true})
	}
}

// ErrNoDuo says that a target has no Duo tenant, or that the tenant lacks the
// application that is needed.
var ErrNoDuo = errors.New("cannot ask Duo")

// A duoAccount is a target's account as Duo has it, with a way to talk about it.
type duoAccount struct {
	target store.Target
	tenant store.Tenant
	user   string
	tell   DuoSink
	auth   *duo.Auth  // nil: the tenant has no Auth API application
	admin  *duo.Admin // nil: no Admin API application
}

// duoOf opens what is needed to ask Duo about a target. The caller closes it.
func (g *Gate) duoOf(ctx context.Context, name string, tell DuoSink) (*duoAccount, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return nil, err
	}
	tenant, err := g.tenantOf(t)
	if err != nil {
		return nil, err
	}
	a, err := g.openTenant(ctx, tenant, tell)
	if err != nil {
		return nil, err
	}
	a.target, a.user = t, t.Duo.Username
	if a.user == "" {
		a.user = t.Username
	}
	return a, nil
}

// tenantOf is the tenant that a target names or, where it names none, the only one
// that there is.
func (g *Gate) tenantOf(t store.Target) (store.Tenant, error) {
	if t.Duo.Tenant != "" {
		return g.tenants().Get(t.Duo.Tenant)
	}
	all, err := g.tenants().List()
	switch {
	case err != nil:
		return store.Tenant{}, err
	case len(all) == 1:
		return all[0], nil
	case len(all) == 0:
		return store.Tenant{}, store.WithHint(fmt.Errorf("%w: no Duo tenant is known", ErrNoDuo),
			"Give its API host and keys: gatepass duo add NAME --api-host HOST --auth-ikey KEY --auth-skey-file FILE --admin-ikey KEY --admin-skey-file FILE")
	}
	return store.Tenant{}, store.WithHint(fmt.Errorf("%w: %q does not say in which of %d Duo tenants its account is", ErrNoDuo, t.Name, len(all)),
		fmt.Sprintf("Name it: gatepass edit %s --duo-tenant %s", t.Name, all[0].Name))
}

// openTenant reads a tenant's keys. Nothing is sent.
func (g *Gate) openTenant(ctx context.Context, t store.Tenant, tell DuoSink) (*duoAccount, error) {
	roots, err := readRoots(t.CAFile)
	if err != nil {
		return nil, err
	}
	proxy, err := parseProxy(g.APIProxy)
	if err != nil {
		return nil, err
	}
	a := &duoAccount{tenant: t, tell: tell}
	config := duo.Config{Host: t.APIHost, Roots: roots, Proxy: proxy, Waiting: tell.waiting, Silent: tell.silent(t.APIHost), Pace: &duo.Pace{}, Tenant: t.Name}
	if t.AuthIKey != "" {
		if config.SKey, err = g.tenantKey(ctx, t, store.KindAuthKey, "auth"); err != nil {
			return nil, err
		}
		config.IKey = t.AuthIKey
		if a.auth, err = duo.NewAuth(config); err != nil {
			return nil, err
		}
	}
	if t.AdminIKey != "" {
		if config.SKey, err = g.tenantKey(ctx, t, store.KindAdminKey, "admin"); err != nil {
			return nil, err
		}
		config.IKey = t.AdminIKey
		if a.admin, err = duo.NewAdmin(config); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (g *Gate) tenantKey(ctx context.Context, t store.Tenant, kind store.Kind, flag string) (store.Secret, error) {
	key, err := g.Secrets.Get(ctx, store.TenantRef(t.Name, kind))
	if errors.Is(err, store.ErrNotFound) {
		err = store.WithHint(err, fmt.Sprintf("Give it again: gatepass duo add %s --replace --%s-skey-file -", t.Name, flag))
	}
	if err != nil {
		return store.Secret{}, fmt.Errorf("read the %s of the Duo tenant %q: %w", kind, t.Name, err)
	}
	return key, nil
}

func (a *duoAccount) close() {
	if a.auth != nil {
		a.auth.Close()
	}
	if a.admin != nil {
		a.admin.Close()
	}
}

// needAuth and needAdmin say which application is missing.
func (a *duoAccount) needAuth(what string) error {
	if a.auth != nil {
		return nil
	}
	return a.lacks("Auth API", "auth", what)
}

func (a *duoAccount) needAdmin(what string) error {
	if a.admin != nil {
		return nil
	}
	return a.lacks("Admin API", "admin", what)
}

func (a *duoAccount) lacks(app, flag, what string) error {
	return store.WithHint(fmt.Errorf("%w: %s needs an %s application, and the tenant %q has none", ErrNoDuo, what, app, a.tenant.Name),
		fmt.Sprintf("Have one made in the Admin Panel and give its keys: gatepass duo add %s --replace --%s-ikey KEY --%s-skey-file FILE", a.tenant.Name, flag, flag))
}

// findUser reads the account from Duo.
func (a *duoAccount) findUser(ctx context.Context) (duo.User, error) {
	if a.user == "" {
		return duo.User{}, store.WithHint(fmt.Errorf("%w: %q has no username", ErrNoDuo, a.target.Name),
			fmt.Sprintf("Say as whom Duo knows the account: gatepass edit %s --duo-username NAME", a.target.Name))
	}
	a.tell.doing("looking for %q in the tenant %s", a.user, a.tenant.Name)
	user, err := a.admin.User(ctx, a.user)
	if errors.Is(err, duo.ErrNoUser) && a.target.Name != "" {
		err = store.WithHint(err, fmt.Sprintf("The name must be the user's name or one of the aliases in Duo, which is not always what the login page takes: gatepass edit %s --duo-username NAME", a.target.Name))
	}
	return user, err
}

// aimed puts a target's name into the commands of a sentence.
func aimed(sentence, target string) string { return strings.ReplaceAll(sentence, "TARGET", target) }
