package ui

import (
	"context"
	"time"

	"gatepass/auth"
	"gatepass/auth/duo"
	"gatepass/store"
)

// Duo is what the pages ask of Duo tenants. Each call may take as long as a rate limit
// lasts; what is being done and waited for is told to its sink, from the goroutine of
// the call.
type Duo interface {
	// TenantsOverview lists the tenants by name, the good ones with the errors of the
	// others.
	TenantsOverview() ([]auth.TenantSummary, error)
	// AddTenant keeps a tenant and its secret keys: all of it or nothing. Nothing is
	// sent.
	AddTenant(ctx context.Context, e auth.TenantEnrolment) error
	// RemoveTenant deletes a tenant here; at Duo nothing changes.
	RemoveTenant(ctx context.Context, name string) error
	// CheckTenant proves each of a tenant's applications, and changes nothing.
	CheckTenant(ctx context.Context, name string, tell auth.DuoSink) (auth.TenantCheck, error)
	// DuoApplications lists a tenant's applications, among which a target's is.
	DuoApplications(ctx context.Context, tenant string, tell auth.DuoSink) ([]duo.Application, error)
	// DuoStatus reads all about a target's account that can be read.
	DuoStatus(ctx context.Context, name, ip string, tell auth.DuoSink) (auth.DuoStatus, error)
	// DuoPlanBypass says what an order of bypass codes would do.
	DuoPlanBypass(ctx context.Context, name string, o auth.BypassOrder, tell auth.DuoSink) (auth.BypassPlan, error)
	// DuoIssueBypass has the codes made that were planned, and keeps them.
	DuoIssueBypass(ctx context.Context, p auth.BypassPlan, tell auth.DuoSink) (auth.BypassIssued, error)
	// DuoPlanRevoke says what revoking would delete.
	DuoPlanRevoke(ctx context.Context, o auth.BypassOwner, all bool, tell auth.DuoSink) (auth.RevokePlan, error)
	// DuoRevokeBypass deletes codes at Duo and here: ours, or all.
	DuoRevokeBypass(ctx context.Context, name string, all bool, tell auth.DuoSink) (auth.BypassRevoked, error)
	// DuoEnrolToken gives a target's account a token and keeps its seed.
	DuoEnrolToken(ctx context.Context, name string, o auth.TokenOrder, tell auth.DuoSink) (auth.TokenEnrolment, error)
	// DuoRemoveToken takes a token that gatepass enrolled out of Duo, and its seed from
	// here.
	DuoRemoveToken(ctx context.Context, name string, tell auth.DuoSink) (auth.TokenRemoval, error)
	// DuoLog reads what Duo recorded of a target's account, beside our own record.
	DuoLog(ctx context.Context, name string, since time.Duration, tell auth.DuoSink) (auth.DuoLog, error)
	// Edit changes a target's description.
	Edit(ctx context.Context, name string, change func(*store.Target)) error
}
