package store_test

import (
	"context"
	"path/filepath"
	"testing"

	"gatepass/store"
	"gatepass/store/storetest"
)

func TestFileWithAPassphrase(t *testing.T) {
	storetest.TestSecrets(t, func(t *testing.T) store.Secrets {
		dir := t.TempDir()
		return store.OpenFile(store.FileOptions{
			Path:         filepath.Join(dir, "secrets.age"),
			IdentityPath: filepath.Join(dir, "identity.age"),
			WorkFactor:   10,
			Passphrase: func(context.Context, store.PassphrasePurpose) (store.Secret, error) {
				return store.NewSecret("correct horse"), nil
			},
		})
	})
}

func TestFileWithAnIdentity(t *testing.T) {
	storetest.TestSecrets(t, func(t *testing.T) store.Secrets {
		dir := t.TempDir()
		key := filepath.Join(dir, "ci.key")
		if _, err := store.InitIdentityFile(key); err != nil {
			t.Fatal(err)
		}
		return store.OpenFile(store.FileOptions{Path: filepath.Join(dir, "secrets.age"), Identity: key})
	})
}
