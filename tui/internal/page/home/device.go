package home

import (
	"slices"

	"gatepass/auth"
	"gatepass/store"
)

// deviceWords is what the details say of a target's trusted device.
func (p *Page) deviceWords(r *row) string {
	now := p.env.Now()
	switch {
	case r.Device == nil:
		return ""
	case p.trustEnded(r) != "":
		return auth.DeviceWords(*r.Device, now) + ". Capture it again: enter, then t"
	}
	return auth.DeviceWords(*r.Device, now)
}

// useful are the secrets of a target that are of use: a device whose trust has ended is
// told beside them.
func (p *Page) useful(r *row) []store.Kind {
	ended := p.trustEnded(r) != ""
	return slices.DeleteFunc(slices.Clone(r.Target.Secrets), func(k store.Kind) bool { return ended && k == store.KindDevice })
}

// trustEnded says since when the device of a target that needs one is not trusted any
// more; "" while it may be. It matters more than a login that went well before.
func (p *Page) trustEnded(r *row) string {
	if r.Device == nil || r.Target.Route != store.RouteTrustedDevice {
		return ""
	}
	if _, over := r.Device.Over(p.env.Now()); !over {
		return ""
	}
	return auth.ShortDeviceWords(*r.Device, p.env.Now())
}
