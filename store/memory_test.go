package store_test

import (
	"testing"

	"gatepass/store"
	"gatepass/store/storetest"
)

func TestMemory(t *testing.T) {
	storetest.TestSecrets(t, func(*testing.T) store.Secrets { return store.NewMemory() })
	if got := store.NewMemory().Backend(); got != store.BackendMemory {
		t.Errorf("Backend = %q", got)
	}
}
