package store_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatepass/store"
)

func TestWhatAWrongClockSpentIsTakenBackUpToNow(t *testing.T) {
	const period = 30 * time.Second
	acct := store.Account(strings.Repeat("ab", 32))
	at := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	l := store.NewLedger(filepath.Join(t.TempDir(), "ledger.db"), func() time.Time { return at })
	if _, err := l.ForgetAhead(t.Context(), acct, period, 100); !errors.Is(err, store.ErrNothingAhead) {
		t.Errorf("of a key that nothing was spent of: %v", err)
	}
	if err := l.SpendStep(t.Context(), acct, period, 9000, "verify"); err != nil {
		t.Fatal(err)
	}
	was, err := l.ForgetAhead(t.Context(), acct, period, 100)
	if err != nil || was.Step != 9000 || was.By != "verify" {
		t.Fatalf("it took back %+v, %v", was, err)
	}
	// The present step may have been used as well: it is not given out again.
	if err := l.SpendStep(t.Context(), acct, period, 100, "code"); !errors.Is(err, store.ErrSpent) {
		t.Errorf("the present step was given out: %v", err)
	}
	if err := l.SpendStep(t.Context(), acct, period, 101, "code"); err != nil {
		t.Errorf("the next step was not: %v", err)
	}
	// What is not ahead is never taken back.
	if _, err := l.ForgetAhead(t.Context(), acct, period, 101); !errors.Is(err, store.ErrNothingAhead) {
		t.Errorf("the present step was taken back: %v", err)
	}
	past, err := l.Forgotten(t.Context(), acct, period)
	if err != nil || len(past) != 1 || past[0].Step != 9000 || past[0].By != "verify" || past[0].To != 100 || !past[0].When.Equal(at) {
		t.Errorf("on record is %+v, %v", past, err)
	}
	// Another period of the same seed is another count.
	if past, err := l.Forgotten(t.Context(), acct, time.Minute); err != nil || len(past) != 0 {
		t.Errorf("of another period is on record %+v, %v", past, err)
	}
}
