package home_test

import (
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/store"
	"gatepass/tui/internal/uitest"
)

// A trusted device ends by itself: a target's details say when, and its line says so once
// it has, whatever the last login came to.
func TestALineSaysThatADeviceIsNotTrustedAnyMore(t *testing.T) {
	uitest.Run(t, "device", func(t *testing.T) {
		s := open(t, func(g *uitest.Gate) {
			g.Targets = []auth.Summary{{
				Target: uitest.Target("bank", "https://bank.example.com/", "scan-bot", store.RouteTrustedDevice, store.KindPassword, store.KindDevice),
				Last:   uitest.Verified("bank", "signed-in", "", time.Minute),
				Device: &store.DeviceTrust{Made: uitest.Noon.Add(-24 * time.Hour), Until: uitest.Noon.Add(2 * time.Hour)},
			}}
		})
		s.Sees("✓ signed in", "password and trusted device in", "trusted until", "14:00, when the browser", "captured")
		s.Pass(3*time.Hour).Sees("✗ trust ended", "not trusted any more: its time was over", "Capture it again: enter, then t").
			SeesNot("trusted device in")
	})
}
