package store_test

import (
	"os"
	"testing"

	"gatepass/store"
	"gatepass/store/storetest"
)

func TestKeyringOnEveryPlatformsRules(t *testing.T) {
	for _, goos := range []string{"linux", "darwin", "windows", "freebsd"} {
		t.Run(goos, func(t *testing.T) {
			k := store.NewKeyringOnFake(goos)
			storetest.TestSecrets(t, func(*testing.T) store.Secrets { return k })
		})
	}
}

// TestRealKeyring runs the suite against gnome-keyring. D-Bus connections belong to
// a process, so a second copy of this test runs on the private bus.
func TestRealKeyring(t *testing.T) {
	const inside = "GATEPASS_STORE_TEST_INSIDE"
	if os.Getenv(inside) == "" {
		again(t, append(storetest.Keyring(t), inside+"=1"))
		return
	}
	k := store.NewKeyring(store.KeyringOptions{Getenv: os.Getenv})
	if err := k.Probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	storetest.TestSecrets(t, func(*testing.T) store.Secrets { return k })
}

// TestWorkingFakeKeyring shows that the fake keyring's bad moods are bad and not
// broken: in its good one it passes the same suite.
func TestWorkingFakeKeyring(t *testing.T) {
	const inside = "GATEPASS_STORE_TEST_INSIDE"
	if os.Getenv(inside) == "" {
		bus := storetest.StartBus(t)
		bus.StartFake(t, storetest.Working)
		again(t, append(bus.Env(), inside+"=1"))
		return
	}
	k := store.NewKeyring(store.KeyringOptions{Getenv: os.Getenv})
	storetest.TestSecrets(t, func(*testing.T) store.Secrets { return k })
}
