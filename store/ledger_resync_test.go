package store_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatepass/store"
)

func TestACounterMovesForwardsAndBackOnlyWhenToldTo(t *testing.T) {
	acct := store.Account(strings.Repeat("ab", 32))
	l := store.NewLedger(filepath.Join(t.TempDir(), "ledger.db"), time.Now)
	if was, err := l.MoveCounter(t.Context(), acct, 5, 40, "resync", false); err != nil || was != 5 {
		t.Fatalf("from %d, %v", was, err)
	}
	if next, err := l.NextCounter(t.Context(), acct, 5, "code"); err != nil || next != 40 {
		t.Fatalf("the next is %d, %v", next, err)
	}
	if _, err := l.MoveCounter(t.Context(), acct, 5, 7, "resync", false); !errors.Is(err, store.ErrCounterBack) {
		t.Fatalf("it went back: %v", err)
	}
	if next, err := l.PeekCounter(t.Context(), acct, 5); err != nil || next != 41 {
		t.Fatalf("the next is %d, %v", next, err)
	}
	if _, err := l.MoveCounter(t.Context(), acct, 5, 0, "resync", true); err != nil {
		t.Fatal(err)
	}
	if next, err := l.NextCounter(t.Context(), acct, 5, "code"); err != nil || next != 0 {
		t.Fatalf("0 means %d, %v", next, err)
	}
}
