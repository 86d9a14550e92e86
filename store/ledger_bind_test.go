package store

import (
	"errors"
	"path/filepath"
	"testing"
	"time"
)

// With the secrets of another store, one seed would have two accounts, and what is
// spent under the one would be unknown under the other.
func TestLedgerIsBoundToOneKey(t *testing.T) {
	dir := t.TempDir()
	load := func() LedgerKey {
		k, err := LoadLedgerKey(t.Context(), NewMemory(), filepath.Join(dir, "lock"))
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	first, second := load(), load()
	l := NewLedger(filepath.Join(dir, "ledger.db"), time.Now)
	for range 2 {
		if err := l.Bind(t.Context(), first); err != nil {
			t.Fatal(err)
		}
	}
	err := l.Bind(t.Context(), second)
	if !errors.Is(err, ErrOtherKey) || len(Hints(err)) != 2 {
		t.Errorf("another key: %v", err)
	}
	if err := l.SpendStep(t.Context(), first.Account(NewSecret("seed")), 30*time.Second, 1, "code"); err != nil {
		t.Fatal(err)
	}
	if err := l.Bind(t.Context(), first); err != nil {
		t.Errorf("the key that it was bound to: %v", err)
	}
}
