package store

import (
	"errors"
	"testing"
	"time"
)

// life reads what is known of a target's sessions.
func life(t *testing.T, l *Ledger, target string) (SessionLife, bool) {
	t.Helper()
	got, known, err := l.Life(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	return got, known
}

func TestALossCountsUntilASessionLivesLonger(t *testing.T) {
	l := newLedger(t)
	if _, known := life(t, l, "shop"); known {
		t.Error("without a ledger something is known")
	}
	const page = "https://shop.example.com/login"
	for _, step := range []struct {
		what string
		seen SessionLife
		held time.Duration
		lost time.Duration
	}{
		{"a first sight", SessionLife{URL: page, Held: 5 * time.Minute}, 5 * time.Minute, 0},
		{"a shorter one", SessionLife{URL: page, Held: time.Minute}, 5 * time.Minute, 0},
		{"a loss", SessionLife{URL: page, Held: 30 * time.Minute, Lost: 31 * time.Minute}, 30 * time.Minute, 31 * time.Minute},
		{"one that was watched for less", SessionLife{URL: page, Held: 20 * time.Minute}, 30 * time.Minute, 31 * time.Minute},
		{"an earlier loss", SessionLife{URL: page, Held: time.Minute, Lost: 2 * time.Minute}, time.Minute, 2 * time.Minute},
		{"one that lived longer", SessionLife{URL: page, Held: 3 * time.Minute}, 3 * time.Minute, 0},
		{"another login page", SessionLife{URL: page + "/new", Held: time.Second}, time.Second, 0},
	} {
		if err := l.RecordLife(t.Context(), "shop", step.seen); err != nil {
			t.Fatal(err)
		}
		got, known := life(t, l, "shop")
		if !known || got.Held != step.held || got.Lost != step.lost || got.At.IsZero() {
			t.Errorf("after %s: %+v, %v", step.what, got, known)
		}
	}
	if err := l.RecordLife(t.Context(), "../shop", SessionLife{}); !errors.Is(err, ErrBadName) {
		t.Errorf("a bad name: %v", err)
	}
}

func TestASessionsLifeFollowsItsTarget(t *testing.T) {
	l := newLedger(t)
	for target, held := range map[string]time.Duration{"shop": time.Minute, "other": time.Hour} {
		if err := l.RecordLife(t.Context(), target, SessionLife{Held: held}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.RenameTarget(t.Context(), "shop", "other"); err != nil {
		t.Fatal(err)
	}
	if got, known := life(t, l, "other"); !known || got.Held != time.Minute {
		t.Errorf("after the rename: %+v, %v", got, known)
	}
	if _, known := life(t, l, "shop"); known {
		t.Error("the old name still has one")
	}
	if err := l.ForgetTarget(t.Context(), "other"); err != nil {
		t.Fatal(err)
	}
	if _, known := life(t, l, "other"); known {
		t.Error("it was not forgotten")
	}
}
