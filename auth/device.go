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
			Expires: c.Expires, Secure: c.Secure, HTTPOnly: c.HTTPOnly, SameSite: c.SameSite,
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
	kept := device{Driver: r.Driver, Made: g.Now().UTC()}
	for _, c := range r.Device {
		kept.Cookies = append(kept.Cookies, deviceCookie{
			Name: c.Name, Value: c.Value.Reveal(), Domain: c.Domain, HostOnly: c.HostOnly, Path: c.Path,
			Expires: c.Expires, Secure: c.Secure, HTTPOnly: c.HTTPOnly, SameSite: c.SameSite,
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
