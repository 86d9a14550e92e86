package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatepass/store"
	"gatepass/store/storetest"
)

func BenchmarkLedgerSpendStep(b *testing.B) {
	dir := b.TempDir()
	key, err := store.LoadLedgerKey(b.Context(), store.NewMemory(), filepath.Join(dir, "key.lock"))
	if err != nil {
		b.Fatal(err)
	}
	l := store.NewLedger(filepath.Join(dir, "ledger.db"), time.Now)
	account := key.Account(store.NewSecret("JBSWY3DPEHPK3PXP"))
	step := int64(0)
	for b.Loop() {
		step++
		if err := l.SpendStep(b.Context(), account, 30*time.Second, step, "code"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLedgerLastStep(b *testing.B) {
	dir := b.TempDir()
	key, err := store.LoadLedgerKey(b.Context(), store.NewMemory(), filepath.Join(dir, "key.lock"))
	if err != nil {
		b.Fatal(err)
	}
	l := store.NewLedger(filepath.Join(dir, "ledger.db"), time.Now)
	account := key.Account(store.NewSecret("JBSWY3DPEHPK3PXP"))
	if err := l.SpendStep(b.Context(), account, 30*time.Second, 1, "code"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, known, err := l.LastStep(b.Context(), account, 30*time.Second); err != nil || !known {
			b.Fatal(known, err)
		}
	}
}

var benchRef = store.Ref{Owner: "shop", Kind: store.KindSeed}

const benchValue = "otpauth://totp/Shop:scan-bot?secret=JBSWY3DPEHPK3PXP&issuer=Shop"

// benchFile is an encrypted file of 100 secrets, unlocked.
func benchFile(b *testing.B) *store.File {
	b.Helper()
	dir := b.TempDir()
	f := store.OpenFile(store.FileOptions{
		Path:         filepath.Join(dir, "secrets.age"),
		IdentityPath: filepath.Join(dir, "identity.age"),
		WorkFactor:   10,
		Passphrase: func(context.Context, store.PassphrasePurpose) (store.Secret, error) {
			return store.NewSecret("correct horse"), nil
		},
	})
	for i := range 100 {
		ref := store.Ref{Owner: "t" + string(rune('a'+i%26)) + string(rune('a'+i/26)), Kind: store.KindSeed}
		if err := f.Set(b.Context(), ref, store.NewSecret(benchValue)); err != nil {
			b.Fatal(err)
		}
	}
	if err := f.Set(b.Context(), benchRef, store.NewSecret(benchValue)); err != nil {
		b.Fatal(err)
	}
	return f
}

func benchGet(b *testing.B, s store.Secrets) {
	b.Helper()
	for b.Loop() {
		if _, err := s.Get(b.Context(), benchRef); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFileGet(b *testing.B) { benchGet(b, benchFile(b)) }

func BenchmarkFileSet(b *testing.B) {
	f := benchFile(b)
	for b.Loop() {
		if err := f.Set(b.Context(), benchRef, store.NewSecret(benchValue)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkKeyringGet reads from a real gnome-keyring, where there is one.
func BenchmarkKeyringGet(b *testing.B) {
	for _, v := range storetest.Keyring(b) {
		if name, value, _ := strings.Cut(v, "="); name == "DBUS_SESSION_BUS_ADDRESS" {
			b.Setenv(name, value) // the client looks nowhere else
		}
	}
	k := store.NewKeyring(store.KeyringOptions{Getenv: os.Getenv})
	if err := k.Set(b.Context(), benchRef, store.NewSecret(benchValue)); err != nil {
		b.Fatal(err)
	}
	benchGet(b, k)
}

func BenchmarkTargetsList(b *testing.B) {
	s := store.NewTargets(filepath.Join(b.TempDir(), "targets"))
	for i := range 100 {
		name := "t" + string(rune('a'+i%26)) + string(rune('a'+i/26))
		t := store.Target{Name: name, URL: "https://shop.example.com/login", Username: "scan-bot", Route: store.RouteOTP, Secrets: []store.Kind{store.KindSeed}}
		if err := s.Create(t); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if all, err := s.List(); err != nil || len(all) != 100 {
			b.Fatal(len(all), err)
		}
	}
}
