package store

import (
	"maps"
	"slices"
	"testing"
	"time"
)

func TestADeviceIsTrustedUntilItsTimeOrALoginSaysOtherwise(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		trust DeviceTrust
		over  bool
		since time.Time
	}{
		{"nothing is known", DeviceTrust{}, false, time.Time{}},
		{"its cookie does not tell", DeviceTrust{Made: noon.Add(-time.Hour)}, false, time.Time{}},
		{"its time is to come", DeviceTrust{Until: noon.Add(time.Second)}, false, time.Time{}},
		{"its time is over", DeviceTrust{Until: noon}, true, noon},
		{"a login was asked before its time", DeviceTrust{Until: noon.Add(time.Hour), Ended: noon.Add(-time.Minute)}, true, noon.Add(-time.Minute)},
	} {
		if since, over := c.trust.Over(noon); over != c.over || !since.Equal(c.since) {
			t.Errorf("%s: over %t since %s", c.name, over, since)
		}
	}
}

func TestWhatIsKnownOfATargetGoesWithItsName(t *testing.T) {
	ctx := t.Context()
	l := NewLedger(HomeAt(t.TempDir()).LedgerFile(), time.Now)
	if all, err := l.Devices(ctx); err != nil || len(all) > 0 {
		t.Fatalf("an absent ledger knows %v, %v", all, err)
	}
	trust := DeviceTrust{Made: time.Unix(1e9, 0).UTC(), Until: time.Unix(2e9, 0).UTC()}
	for _, err := range []error{
		l.KeepDevice(ctx, "bank", trust, true), l.KeepDevice(ctx, "front", DeviceTrust{}, false),
		l.KeepAnswers(ctx, "bank", map[string]string{"scanner": "ci"}), l.KeepAnswers(ctx, "", map[string]string{"scanner": "laptop"}),
		l.RenameTarget(ctx, "bank", "front"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if all, err := l.Devices(ctx); err != nil || !maps.Equal(all, map[string]DeviceTrust{"front": trust}) {
		t.Errorf("devices: %v, %v", all, err)
	}
	answered := func(target string) []string {
		var said map[string]string
		if _, err := l.Answers(ctx, target, &said); err != nil {
			t.Error(err)
		}
		return slices.Collect(maps.Values(said))
	}
	if got := answered("front"); !slices.Equal(got, []string{"ci"}) || len(answered("bank")) > 0 {
		t.Errorf("answers: %q, and %q under the name before", got, answered("bank"))
	}
	if err := l.ForgetTarget(ctx, "front"); err != nil {
		t.Fatal(err)
	}
	if all, err := l.Devices(ctx); err != nil || len(all) > 0 || len(answered("front")) > 0 {
		t.Errorf("after it was forgotten: %v, %q, %v", all, answered("front"), err)
	}
	if got := answered(""); !slices.Equal(got, []string{"laptop"}) {
		t.Errorf("the answers for no target: %q", got)
	}
	if l.KeepAnswers(ctx, "No Target", nil) == nil || l.KeepDevice(ctx, "", DeviceTrust{}, false) == nil {
		t.Error("kept under a name that no target has")
	}
}

// A login that says nothing of its device takes nothing back.
func TestWhatALoginShowedOfADeviceStands(t *testing.T) {
	l := newLedger(t)
	first, second := time.Unix(1e9, 0).UTC(), time.Unix(1e9+60, 0).UTC()
	ended := first.Add(time.Second)
	for i, step := range []struct {
		keep    DeviceTrust
		trusted bool
		want    DeviceTrust
	}{
		{DeviceTrust{Made: first, Ended: ended}, false, DeviceTrust{Made: first, Ended: ended}},
		{DeviceTrust{Made: first}, false, DeviceTrust{Made: first, Ended: ended}},
		{DeviceTrust{Made: first}, true, DeviceTrust{Made: first}},
		{DeviceTrust{Made: second}, false, DeviceTrust{Made: second}},
	} {
		if err := l.KeepDevice(t.Context(), "bank", step.keep, step.trusted); err != nil {
			t.Fatal(err)
		}
		if all, err := l.Devices(t.Context()); err != nil || all["bank"] != step.want {
			t.Errorf("after %d: %+v, %v", i+1, all["bank"], err)
		}
	}
}
