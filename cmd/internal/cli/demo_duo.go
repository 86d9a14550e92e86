package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"gatepass/auth"
	"gatepass/auth/lab"
	"gatepass/auth/otp"
	"gatepass/store"
)

// practiceTenant is what the practice range's Duo tenant is called, practiceBank the
// application behind its prompt, and practiceDuo that one's target: a name that comes
// last, because the login needs a browser and the others do not.
const (
	practiceTenant = "practice"
	practiceBank   = "bank"
	practiceDuo    = "try-duo"
)

// addLabDuo keeps the practice range's Duo tenant, and the application that is in it.
func addLabDuo(ctx context.Context, gate *auth.Gate, d lab.Description) error {
	ca := filepath.Join(gate.Home.State, "practice-ca.pem")
	switch old, err := store.NewTenants(gate.Home.TenantsDir()).Get(practiceTenant); {
	case err == nil && old.CAFile != ca:
		return store.WithHint(fmt.Errorf("%w: %q is a tenant of your own", store.ErrTenantExists, practiceTenant),
			"See the range apart from what is yours: gatepass demo")
	case err != nil && !errors.Is(err, store.ErrNoTenant):
		return err
	}
	if err := os.MkdirAll(gate.Home.State, 0o700); err != nil {
		return fmt.Errorf("keep the practice range's certificate: %w", err)
	}
	if err := os.WriteFile(ca, []byte(d.Duo.CAPEM), 0o600); err != nil {
		return fmt.Errorf("keep the practice range's certificate: %w", err)
	}
	if err := gate.AddTenant(ctx, auth.TenantEnrolment{
		Tenant:  store.Tenant{Name: practiceTenant, APIHost: d.Duo.APIHost, AuthIKey: d.Duo.AuthIKey, AdminIKey: d.Duo.AdminIKey, CAFile: ca},
		AuthKey: store.NewSecret(d.Duo.AuthSKey), AdminKey: store.NewSecret(d.Duo.AdminSKey), Replace: true,
	}); err != nil {
		return fmt.Errorf("add the practice range's Duo tenant: %w", err)
	}
	return addBank(ctx, gate, d)
}

// addBank keeps the application behind Duo's prompt, with the token that its account
// has there.
func addBank(ctx context.Context, gate *auth.Gate, d lab.Description) error {
	app, ok := d.App(practiceBank)
	if !ok {
		return fmt.Errorf("the practice range has no application %q", practiceBank)
	}
	key, err := otp.Parse(app.OTPAuth)
	if err != nil {
		return fmt.Errorf("the seed of %s: %w", app.Name, err)
	}
	t := labTarget(app, store.RouteOTP)
	t.Name = practiceDuo
	t.Duo = store.TargetDuo{Tenant: practiceTenant, Integration: d.Duo.Integration, Username: d.Duo.Username}
	for _, o := range app.Origins {
		t.Origins = append(t.Origins, store.Grant{Origin: o.Origin})
	}
	return keepLabTarget(ctx, gate, auth.Enrolment{Target: t, Password: store.NewSecret(app.Password), OTP: &key, Replace: true})
}

// labTarget describes one of the practice range's applications as a target.
func labTarget(app lab.App, route store.Route) store.Target {
	return store.Target{
		Name: app.Name, URL: app.URL, Username: app.Username, Route: route,
		Proof: store.Proof{URL: app.ProofURL, Text: app.ProofText}, Tags: []string{labTag},
	}
}

// labTag marks the practice range's targets.
const labTag = "lab"

// keepLabTarget keeps a target of the practice range, unless the user has one of that
// name.
func keepLabTarget(ctx context.Context, gate *auth.Gate, e auth.Enrolment) error {
	name := e.Target.Name
	if old, err := gate.Targets.Get(name); err == nil && !slices.Contains(old.Tags, labTag) {
		return store.WithHint(fmt.Errorf("%w: %q is a target of your own", store.ErrTargetExists, name),
			"Rename it to make room, or see the range apart from your targets: gatepass demo")
	}
	if err := gate.Add(ctx, e); err != nil {
		return fmt.Errorf("add %s: %w", name, err)
	}
	return nil
}
