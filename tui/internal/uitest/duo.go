package uitest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatepass/auth"
	"gatepass/auth/duo"
	"gatepass/store"
)

// Duo is what a Gate answers about Duo. What is asked of it is written down.
type Duo struct {
	Tenants []auth.TenantSummary
	Broken  error // of tenants whose files cannot be read
	Checks  map[string]auth.TenantCheck
	Apps    []duo.Application
	Status  map[string]auth.DuoStatus // by target
	Plan    auth.BypassPlan
	Issued  auth.BypassIssued
	Revoked auth.BypassRevoked
	// Revoke and RevokeAll are what revoking ours, and all, would do.
	Revoke, RevokeAll auth.RevokePlan
	Token             auth.TokenEnrolment
	Log               auth.DuoLog
	// Events are told by the method of that name before it does anything else.
	Events map[string][]auth.DuoEvent

	Added  []auth.TenantEnrolment
	Orders []auth.BypassOrder
	Tokens []auth.TokenOrder
}

// asked tells a method's events, then notes the call as called does.
func (g *Gate) asked(ctx context.Context, method, about string, tell auth.DuoSink) error {
	g.mu.Lock()
	events := slices.Clone(g.Duo.Events[method])
	g.mu.Unlock()
	for _, e := range events {
		if tell != nil {
			tell(e)
		}
	}
	return g.called(ctx, method, about)
}

// TenantsOverview implements ui.Gate.
func (g *Gate) TenantsOverview() ([]auth.TenantSummary, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.Duo.Tenants), g.Duo.Broken
}

// AddTenant implements ui.Gate.
func (g *Gate) AddTenant(ctx context.Context, e auth.TenantEnrolment) error {
	if err := g.called(ctx, "AddTenant", e.Tenant.Name); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.Duo.Added = append(g.Duo.Added, e)
	g.Duo.Tenants = append(g.Duo.Tenants, auth.TenantSummary{Tenant: e.Tenant})
	return nil
}

// RemoveTenant implements ui.Gate.
func (g *Gate) RemoveTenant(ctx context.Context, name string) error {
	if err := g.called(ctx, "RemoveTenant", name); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.Duo.Tenants = slices.DeleteFunc(g.Duo.Tenants, func(t auth.TenantSummary) bool { return t.Tenant.Name == name })
	return nil
}

// CheckTenant implements ui.Gate.
func (g *Gate) CheckTenant(ctx context.Context, name string, tell auth.DuoSink) (auth.TenantCheck, error) {
	if err := g.asked(ctx, "CheckTenant", name, tell); err != nil {
		return auth.TenantCheck{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.Duo.Checks[name], nil
}

// DuoApplications implements ui.Gate.
func (g *Gate) DuoApplications(ctx context.Context, tenant string, tell auth.DuoSink) ([]duo.Application, error) {
	if err := g.asked(ctx, "DuoApplications", tenant, tell); err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.Duo.Apps), nil
}

// DuoStatus implements ui.Gate. Preauth and policy are said for the address.
func (g *Gate) DuoStatus(ctx context.Context, name, ip string, tell auth.DuoSink) (auth.DuoStatus, error) {
	if err := g.asked(ctx, "DuoStatus", strings.TrimSpace(name+" "+ip), tell); err != nil {
		return auth.DuoStatus{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.Duo.Status[name]
	s.Preauth.IP, s.Policy.IP = ip, ip
	return s, nil
}

// DuoPlanBypass implements ui.Gate.
func (g *Gate) DuoPlanBypass(ctx context.Context, name string, o auth.BypassOrder, tell auth.DuoSink) (auth.BypassPlan, error) {
	if err := g.asked(ctx, "DuoPlanBypass", name, tell); err != nil {
		return auth.BypassPlan{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.Duo.Plan
	p.Target, p.Order = name, o
	return p, nil
}

// DuoIssueBypass implements ui.Gate.
func (g *Gate) DuoIssueBypass(ctx context.Context, p auth.BypassPlan, tell auth.DuoSink) (auth.BypassIssued, error) {
	if err := g.asked(ctx, "DuoIssueBypass", fmt.Sprintf("%s %d", p.Target, p.Order.Count), tell); err != nil {
		return auth.BypassIssued{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.Duo.Orders = append(g.Duo.Orders, p.Order)
	return g.Duo.Issued, nil
}

// DuoPlanRevoke implements ui.Gate.
func (g *Gate) DuoPlanRevoke(ctx context.Context, o auth.BypassOwner, all bool, tell auth.DuoSink) (auth.RevokePlan, error) {
	if err := g.asked(ctx, "DuoPlanRevoke", o.Target, tell); err != nil {
		return auth.RevokePlan{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.Duo.Revoke
	if all {
		p = g.Duo.RevokeAll
	}
	return p, nil
}

// DuoRevokeBypass implements ui.Gate.
func (g *Gate) DuoRevokeBypass(ctx context.Context, name string, all bool, tell auth.DuoSink) (auth.BypassRevoked, error) {
	what := " ours"
	if all {
		what = " all"
	}
	if err := g.asked(ctx, "DuoRevokeBypass", name+what, tell); err != nil {
		return auth.BypassRevoked{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.Duo.Revoked, nil
}

// DuoEnrolToken implements ui.Gate.
func (g *Gate) DuoEnrolToken(ctx context.Context, name string, o auth.TokenOrder, tell auth.DuoSink) (auth.TokenEnrolment, error) {
	if err := g.asked(ctx, "DuoEnrolToken", name, tell); err != nil {
		return auth.TokenEnrolment{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.Duo.Tokens = append(g.Duo.Tokens, o)
	return g.Duo.Token, nil
}

// DuoRemoveToken implements ui.Gate.
func (g *Gate) DuoRemoveToken(ctx context.Context, name string, tell auth.DuoSink) (auth.TokenRemoval, error) {
	if err := g.asked(ctx, "DuoRemoveToken", name, tell); err != nil {
		return auth.TokenRemoval{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return auth.TokenRemoval{Serial: g.Duo.Token.Serial, AtDuo: true}, nil
}

// DuoLog implements ui.Gate.
func (g *Gate) DuoLog(ctx context.Context, name string, since time.Duration, tell auth.DuoSink) (auth.DuoLog, error) {
	if err := g.asked(ctx, "DuoLog", name+" "+since.String(), tell); err != nil {
		return auth.DuoLog{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.Duo.Log, nil
}

// Edit implements ui.Gate.
func (g *Gate) Edit(ctx context.Context, name string, change func(*store.Target)) error {
	if err := g.called(ctx, "Edit", name); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for i := range g.Targets {
		if g.Targets[i].Target.Name == name {
			change(&g.Targets[i].Target)
			return nil
		}
	}
	return store.ErrNoTarget
}
