package store

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

func TestWhoComesSecondIsToldAndThenTurnedAway(t *testing.T) {
	path := HomeAt(t.TempDir()).DuoAccountLock("practice", "../Scan-Bot")
	if home := filepath.Dir(filepath.Dir(path)); path != HomeAt(home).DuoAccountLock("practice", "../scan-bot") {
		t.Error("one account has two locks")
	}
	release, err := Exclusive(t.Context(), path, time.Second, func() { t.Error("the first one waits") })
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	if _, err := Exclusive(t.Context(), path, 30*time.Millisecond, func() { told++ }); !errors.Is(err, ErrBusy) || told != 1 {
		t.Errorf("the second one was told %d times: %v", told, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := Exclusive(ctx, path, time.Minute, cancel); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted while it waits: %v", err)
	}
	next, err := Exclusive(t.Context(), path, time.Minute, release)
	if err != nil {
		t.Fatalf("when the first one has ended: %v", err)
	}
	next()
}

func TestCodesAreNamedAsASet(t *testing.T) {
	l := newLedger(t)
	if err := l.AddBypass(t.Context(), "shop", codes(3, 1, time.Time{})); err != nil {
		t.Fatal(err)
	}
	ends := time.Date(2026, 5, 5, 14, 0, 0, 0, time.UTC)
	if err := l.NameBypass(t.Context(), "shop", []string{"c000", "c002", "gone"}, []string{"DB1", "DB2", "DB3"}, ends); err != nil {
		t.Fatal(err)
	}
	got, err := l.Bypass(t.Context(), "shop")
	if err != nil || got[0].DuoID != "DB1" || got[1].DuoID != "" || got[2].DuoID != "DB2" || !got[0].Expires.Equal(ends) || !got[1].Expires.IsZero() {
		t.Errorf("%+v %v", got, err)
	}
	if err := l.NameBypass(t.Context(), "shop", []string{"c000"}, nil, ends); err == nil {
		t.Error("a code was given no name")
	}
}
