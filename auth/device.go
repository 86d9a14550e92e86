package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

// device is the state of a trusted device as the secret store keeps it.
type device struct {
	Driver  string         `json:"driver"` // which driver's browser is trusted
	Made    time.Time      `json:"made"`
	Cookies []deviceCookie `json:"cookies"`
}

type deviceCookie struct {
	Name     string    `json:"name"`
	Value    string    `json:"value"`
	Domain   string    `json:"domain"`
	HostOnly bool      `json:"host_only,omitempty"`
	Path     string    `json:"path"`
	Expires  time.Time `json:"expires"`
	Secure   bool      `json:"secure,omitempty"`
	HTTPOnly bool      `json:"http_only,omitempty"`
	SameSite string    `json:"same_site,omitempty"`
	// Partition is the page around it that it belongs to, if it belongs to one.
	Partition login.Partition `json:"partition,omitzero"`
}

// restoreDevice puts a trusted device's state into a plan.
func (g *Gate) restoreDevice(ctx context.Context, t store.Target, plan *login.Plan, o *VerifyOptions) error {
	text, err := store.Secret{}, error(store.ErrNotFound)
	if t.Has(store.KindDevice) { // what its file does not name is not its own
		text, err = g.Secrets.Get(ctx, store.Ref{Owner: t.Name, Kind: store.KindDevice})
	}
	if errors.Is(err, store.ErrNotFound) {
		return store.WithHint(fmt.Errorf("%w: no device is trusted for %q yet", ErrUsage, t.Name),
			fmt.Sprintf("Sign in once with a person at hand, and have the device remembered: gatepass verify %s --trust-device --headful", t.Name))
	}
	if err != nil {
		return fmt.Errorf("read the trusted device of %q: %w", t.Name, err)
	}
	var kept device
	if err := json.Unmarshal([]byte(text.Reveal()), &kept); err != nil {
		return store.WithHint(fmt.Errorf("the trusted device kept for %q cannot be read", t.Name),
			fmt.Sprintf("Make it anew: gatepass verify %s --trust-device --headful", t.Name))
	}
	for _, c := range kept.Cookies {
		plan.Device = append(plan.Device, login.Cookie{
			Name: c.Name, Value: store.NewSecret(c.Value), Domain: c.Domain, HostOnly: c.HostOnly, Path: c.Path,
			Expires: c.Expires, Secure: c.Secure, HTTPOnly: c.HTTPOnly, SameSite: c.SameSite, Partition: c.Partition,
		})
	}
	plan.DeviceMade = kept.Made
	if o.Driver == "" && t.Driver == "" {
		o.Driver = kept.Driver
	}
	return nil
}

// keepDevice keeps what a trusted device is remembered by.
func (g *Gate) keepDevice(ctx context.Context, t store.Target, r login.Result) error {
	if len(r.Device) == 0 {
		return nil
	}
	kept := device{Driver: r.Driver, Made: r.Trust.Made}
	for _, c := range r.Device {
		kept.Cookies = append(kept.Cookies, deviceCookie{
			Name: c.Name, Value: c.Value.Reveal(), Domain: c.Domain, HostOnly: c.HostOnly, Path: c.Path,
			Expires: c.Expires, Secure: c.Secure, HTTPOnly: c.HTTPOnly, SameSite: c.SameSite, Partition: c.Partition,
		})
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("write the trusted device: %w", err)
	}
	ref := store.Ref{Owner: t.Name, Kind: store.KindDevice}
	return g.Targets.Change(ctx, func() error {
		now, err := g.Targets.Get(t.Name)
		if err == nil && (now.URL != t.URL || now.Username != t.Username) {
			err = fmt.Errorf("%w: %q is another target now", ErrUsage, t.Name)
		}
		if err != nil { // it was removed while its person signed in
			return fmt.Errorf("keep the trusted device: %w", err)
		}
		if err := g.Secrets.Set(ctx, ref, store.NewSecret(string(text))); err != nil {
			return fmt.Errorf("keep the trusted device of %q: %w", t.Name, err)
		}
		if now.Has(store.KindDevice) {
			return nil
		}
		now.Secrets = append(slices.Clone(now.Secrets), store.KindDevice)
		if err := g.Targets.Save(now); err != nil {
			return errors.Join(err, g.Secrets.Delete(ctx, ref))
		}
		return nil
	})
}

// trustOf says what came of a trusted device in a login: of one that was captured, or
// of the one that it began with. nil: the login had nothing to do with one.
func trustOf(plan login.Plan, r login.Result, now time.Time) *store.DeviceTrust {
	var t store.DeviceTrust
	cookies := plan.Device
	switch {
	case plan.Trust && len(r.Device) > 0:
		t.Made, cookies = now, r.Device
	case len(plan.Device) > 0:
		t.Made = plan.DeviceMade
	default:
		return nil
	}
	for _, c := range cookies {
		if c.Expires.After(t.Until) {
			t.Until = c.Expires
		}
	}
	t.Until = t.Until.UTC().Round(0)
	if r.Diagnosis != nil && r.Diagnosis.Code == login.DeviceForgotten {
		t.Ended = now
	}
	return &t
}

// keepTrust records what came of a trusted device. That a login showed that it is not
// trusted any more stands until one shows that it is, or another is captured.
func (g *Gate) keepTrust(ctx context.Context, r login.Result) error {
	if r.Trust == nil {
		return nil
	}
	return g.Ledger.KeepDevice(ctx, r.Target, *r.Trust, r.OK())
}

// trusts reads what is known of trusted devices, for targets that have one.
func (g *Gate) trusts(ctx context.Context) (func(store.Target) *store.DeviceTrust, error) {
	all, err := g.Ledger.Devices(ctx)
	return func(t store.Target) *store.DeviceTrust {
		if !t.Has(store.KindDevice) {
			return nil
		}
		d := all[t.Name] // zero for one of which nothing is known but that it is kept
		return &d
	}, err
}

// pin writes into a target what it may send from now on.
func (g *Gate) pin(ctx context.Context, name string, grants []store.Grant) error {
	if len(grants) == 0 {
		return nil
	}
	return g.Targets.Change(ctx, func() error {
		t, err := g.Targets.Get(name)
		if err != nil {
			return err
		}
		t.Origins = store.Granted(append(slices.Clone(t.Origins), grants...))
		return g.Targets.Save(t)
	})
}
