package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gatepass/auth/duo"
	"gatepass/store"
)

// How far Duo's clock may be from this machine's. Duo takes requests that are up to
// five minutes off, and its TOTP tokens know no drift at all.
const (
	SkewWarns   = 5 * time.Second
	SkewRefuses = 4 * time.Minute
)

// A CheckState is what a check came to.
type CheckState string

// The states. Warning is for what works and will not for everything; Unknown for
// what could only be found out by changing something.
const (
	CheckGood    CheckState = "ok"
	CheckWarning CheckState = "warning"
	CheckBad     CheckState = "failed"
	CheckUnknown CheckState = "unknown"
	CheckSkipped CheckState = "skipped"
)

// A Check is one thing that was looked at.
type Check struct {
	Application string // "Auth API", "Admin API", or "" for the tenant's host
	What        string // "reachable", "clock", "rate limit", "keys", "kind", or a permission as the Admin Panel names it
	State       CheckState
	Note        string   // a sentence
	Hints       []string // next steps
}

// A TenantCheck is what came of checking a tenant.
type TenantCheck struct {
	Tenant store.Tenant
	Skew   time.Duration // how far Duo's clock is ahead of this machine's
	Checks []Check
}

// OK reports whether nothing failed.
func (c TenantCheck) OK() bool {
	for _, check := range c.Checks {
		if check.State == CheckBad {
			return false
		}
	}
	return true
}

func (c *TenantCheck) add(app, what string, state CheckState, note string, hints ...string) {
	c.Checks = append(c.Checks, Check{app, what, state, note, hints})
}

// CheckTenant looks at each application of a tenant: whether it can be reached, how
// the clocks compare, whether the keys are right and of the right kind, and what the
// application may do. It changes nothing at Duo. What is not right is told in the
// result; the error is for what kept it from looking at all, a tenant that is not
// there or a secret store that is locked.
func (g *Gate) CheckTenant(ctx context.Context, name string, tell DuoSink) (TenantCheck, error) {
	t, err := g.tenants().Get(name)
	if err != nil {
		return TenantCheck{}, err
	}
	a, err := g.openTenant(ctx, t, tell)
	if err != nil {
		return TenantCheck{}, err
	}
	defer a.close()
	c := TenantCheck{Tenant: t}
	reached, err := c.host(ctx, a)
	if err != nil {
		return TenantCheck{}, err
	}
	for _, app := range []struct {
		name string
		has  bool
		look func(context.Context, *duoAccount) error
	}{
		{"Auth API", a.auth != nil, c.authAPI},
		{"Admin API", a.admin != nil, func(ctx context.Context, a *duoAccount) error { return c.adminAPI(ctx, g, a) }},
	} {
		switch {
		case !app.has:
			c.add(app.name, "keys", CheckSkipped, "The tenant has no such application here.")
		case !reached:
			c.add(app.name, "keys", CheckSkipped, "Nothing that is signed was sent.")
		default:
			tell.doing("trying the %s", app.name)
			if err := app.look(ctx, a); err != nil {
				return TenantCheck{}, err
			}
		}
	}
	return c, nil
}

// host looks at what needs no key. It reports whether signed requests make sense.
func (c *TenantCheck) host(ctx context.Context, a *duoAccount) (bool, error) {
	a.tell.doing("reaching %s", a.tenant.APIHost)
	ask := func(ctx context.Context) (time.Duration, error) {
		if a.auth != nil {
			return a.auth.Skew(ctx)
		}
		return a.admin.Skew(ctx)
	}
	skew, err := ask(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return false, err
		}
		what := "reachable"
		if errors.Is(err, duo.ErrRateLimited) {
			what = "rate limit"
		}
		c.add("", what, CheckBad, sentence(err), store.Hints(err)...)
		return false, nil
	}
	c.Skew = skew
	c.add("", "reachable", CheckGood, fmt.Sprintf("%s answers, and its certificate is trusted.", a.tenant.APIHost))
	const setClock = "Set this machine's clock: timedatectl set-ntp true"
	switch {
	case skew.Abs() >= SkewRefuses:
		c.add("", "clock", CheckBad, fmt.Sprintf("Duo's clock is %s this machine's, and Duo takes no request that is five minutes off.", duo.Ahead(skew)), setClock)
		return false, nil
	case skew.Abs() >= SkewWarns:
		c.add("", "clock", CheckWarning, fmt.Sprintf("Duo's clock is %s this machine's. Requests are taken, but Duo's TOTP tokens know no drift: codes may be refused.", duo.Ahead(skew)), setClock)
	default:
		c.add("", "clock", CheckGood, "Duo's clock and this machine's agree.")
	}
	return true, nil
}

func (c *TenantCheck) authAPI(ctx context.Context, a *duoAccount) error {
	const app = "Auth API"
	err := a.auth.Check(ctx)
	if ctx.Err() != nil {
		return err
	}
	if c.keys(app, err) {
		c.add(app, "kind", CheckGood, "It is an Auth API application.")
	}
	return nil
}

// keys judges an application's keys by the answer to a signed request. It reports
// whether they are right and of the right kind.
func (c *TenantCheck) keys(app string, err error) bool {
	switch {
	case err == nil:
		c.add(app, "keys", CheckGood, "Integration key and secret key are right.")
		return true
	case errors.Is(err, duo.ErrWrongKind):
		c.add(app, "keys", CheckGood, "Integration key and secret key belong together.")
		c.add(app, "kind", CheckBad, sentence(err), store.Hints(err)...)
	case errors.Is(err, duo.ErrRateLimited): // a bad signature after a limit included
		c.add(app, "rate limit", CheckBad, sentence(err), store.Hints(err)...)
		c.add(app, "keys", CheckUnknown, "Whether they are right could not be found out.")
	default:
		c.add(app, "keys", CheckBad, sentence(err), store.Hints(err)...)
	}
	return false
}

// wants says what each permission is needed for.
var wants = []struct{ permission, use string }{
	{duo.NeedsRead, "reading accounts, tokens and bypass codes, and policies"},
	{duo.NeedsWrite, "making and revoking bypass codes and tokens"},
	{duo.NeedsLog, "reading what Duo recorded of an account"},
	{duo.NeedsApplications, "finding an application's integration key: gatepass duo apps TENANT"},
	{duo.NeedsSettings, "telling after how many refusals an account locks"},
}

func (c *TenantCheck) adminAPI(ctx context.Context, g *Gate, a *duoAccount) error {
	const app = "Admin API"
	err := a.admin.Probe(ctx, duo.NeedsRead)
	if ctx.Err() != nil {
		return err
	}
	denied := errors.Is(err, duo.ErrForbidden)
	keysErr := err
	if denied { // who is told what it may not do is known
		keysErr = nil
	}
	if !c.keys(app, keysErr) {
		return nil
	}
	c.add(app, "kind", CheckGood, "It is an Admin API application.")
	own := a.ownRights(ctx)
	for _, w := range wants {
		if err := c.permission(ctx, g, a, own, w.permission, strings.ReplaceAll(w.use, "TENANT", a.tenant.Name)); err != nil {
			return err
		}
	}
	return nil
}

// ownRights reads what the application's own page says that it may do, where it may
// read that; otherwise nothing is known.
func (a *duoAccount) ownRights(ctx context.Context) map[string]bool {
	own, err := a.admin.Application(ctx, a.tenant.AdminIKey)
	if err != nil {
		return nil
	}
	return own.Rights()
}

func (c *TenantCheck) permission(ctx context.Context, g *Gate, a *duoAccount, own map[string]bool, permission, use string) error {
	const app = "Admin API"
	granted, known := own[permission]
	var err error
	switch {
	case known:
		if !granted {
			err = store.WithHint(duo.ErrForbidden, fmt.Sprintf("In the Admin Panel, on the application's page, tick %q.", permission))
		}
	case permission == duo.NeedsWrite:
		c.add(app, permission, CheckUnknown, fmt.Sprintf("Only a change would tell, and none is made. It is needed for %s.", use))
		return nil
	case permission == duo.NeedsLog:
		err = g.probeLog(ctx, a)
	default:
		err = a.admin.Probe(ctx, permission)
	}
	switch {
	case ctx.Err() != nil:
		return err
	case err == nil:
		c.add(app, permission, CheckGood, fmt.Sprintf("It is granted: %s.", use))
	case errors.Is(err, duo.ErrForbidden):
		state := CheckWarning
		if permission == duo.NeedsRead {
			state = CheckBad
		}
		c.add(app, permission, state, fmt.Sprintf("It is not granted, or not to this machine's address. It is needed for %s.", use), store.Hints(err)...)
	default:
		c.add(app, permission, CheckUnknown, sentence(err), store.Hints(err)...)
	}
	return nil
}

// sentence makes a sentence of an error's text.
func sentence(err error) string {
	text := []rune(err.Error())
	if len(text) == 0 {
		return ""
	}
	if text[0] >= 'a' && text[0] <= 'z' {
		text[0] += 'A' - 'a'
	}
	return string(text) + "."
}

// lastLog is when a tenant's log was asked for, by any process on this machine, and
// what the answer was. Duo wants to be asked once a minute at most.
type lastLog struct {
	At     time.Time `json:"at"`
	Denied bool      `json:"denied"`
}

func (g *Gate) lastLogFile(tenant string) string {
	return filepath.Join(g.Home.State, "duo", tenant+".log.json")
}

func (g *Gate) lastLog(tenant string) (lastLog, bool) {
	var l lastLog
	text, err := os.ReadFile(g.lastLogFile(tenant))
	if err != nil || json.Unmarshal(text, &l) != nil {
		return lastLog{}, false
	}
	since := g.Now().Sub(l.At)
	return l, since >= 0 && since < duo.LogPace
}

// askedLog notes that the log was asked for. That it cannot be noted only costs a
// refusal by Duo.
func (g *Gate) askedLog(tenant string, err error) {
	file := g.lastLogFile(tenant)
	text, _ := json.Marshal(lastLog{g.Now().UTC(), errors.Is(err, duo.ErrForbidden)})
	if os.MkdirAll(filepath.Dir(file), 0o700) == nil {
		_ = os.WriteFile(file, append(text, '\n'), 0o600)
	}
}

// probeLog finds out whether the log may be read, without asking within a minute of
// the last time.
func (g *Gate) probeLog(ctx context.Context, a *duoAccount) error {
	if l, lately := g.lastLog(a.tenant.Name); lately {
		if l.Denied {
			return duo.ErrForbidden
		}
		return nil
	}
	now := g.Now()
	_, _, err := a.admin.AuthLog(ctx, duo.LogQuery{From: now.Add(-duo.LogDelay - time.Minute), To: now.Add(-duo.LogDelay)})
	g.askedLog(a.tenant.Name, err)
	return err
}
