package exporter_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gatepass/auth/otp"
	"gatepass/auth/otp/exporter"
	"gatepass/auth/otp/importer"
	"gatepass/auth/otp/qr"
	"gatepass/store"
)

const canary = "CANARYCANARYCANARYCANARYCANARY23"

func key(t testing.TB, link string) otp.Key {
	t.Helper()
	k, err := otp.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// every is one key of each kind, with names that need care.
func every(t testing.TB) []exporter.Item {
	var items []exporter.Item
	for _, link := range []string{
		"otpauth://totp/Acme:alice%40example.com?secret=" + canary + "&issuer=Acme",
		"otpauth://totp/My%20Co%3A%20A%26B:Jürgen%20🔐?secret=" + canary + "&algorithm=SHA256&digits=8",
		"otpauth://totp/?secret=" + canary + "&algorithm=SHA512",
		"otpauth://hotp/Duo:scan-bot?secret=" + canary + "&counter=0",
		"otpauth://hotp/Duo:scan-bot?secret=" + canary + "&counter=9223372036854775806&digits=8",
		"otpauth://totp/minute?secret=" + canary + "&period=60",
		"otpauth://totp/seven?secret=" + canary + "&digits=7",
		"otpauth://steam/Steam:gabe?secret=" + canary,
	} {
		items = append(items, exporter.Item{Key: key(t, link), Tags: []string{"work", "tag " + fmt.Sprint(len(items)%2)}})
	}
	return items
}

// cut gives the items that a transfer can express: the first five.
const transferable = 5

func same(t *testing.T, got importer.Result, want []exporter.Item) {
	t.Helper()
	if len(got.Entries) != len(want) {
		t.Fatalf("%d keys came back of %d; refused %+v", len(got.Entries), len(want), got.Refused)
	}
	for i, e := range got.Entries {
		if !e.Key.Equal(want[i].Key) {
			t.Errorf("key %d (%s) came back as another", i, want[i].Key.Account())
		}
	}
}

func TestLinksComeBack(t *testing.T) {
	items := every(t)
	list, err := exporter.Links(items)
	if err != nil {
		t.Fatal(err)
	}
	got, err := importer.Read(t.Context(), "", []byte(list.Reveal()), importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, items)
}

func TestAegisComesBack(t *testing.T) {
	items := every(t)
	vault, err := exporter.Aegis(t.Context(), items, store.NewSecret("correct horse"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(vault, []byte("CANARY")) || bytes.Contains(vault, []byte("Acme")) {
		t.Error("the vault is readable without its password")
	}
	got, err := importer.Read(t.Context(), "", vault, importer.Options{Password: func(context.Context, importer.Ask) (store.Secret, error) {
		return store.NewSecret("correct horse"), nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, items)
	if tags := strings.Join(got.Entries[1].Tags, ","); tags != "work,tag 1" {
		t.Errorf("tags came back as %q", tags)
	}
	again, err := exporter.Aegis(t.Context(), items, store.NewSecret("correct horse"))
	if err != nil || bytes.Equal(vault, again) {
		t.Error("two vaults are alike; a nonce was used twice")
	}
}

func TestMigrationComesBackThroughItsPictures(t *testing.T) {
	items := every(t)
	for i := range 40 { // more than one code's worth
		items = append(items, exporter.Item{Key: key(t, fmt.Sprintf("otpauth://totp/Acme:user%d?secret=%s", i, canary))})
	}
	links, refused, err := exporter.Migration(items)
	if err != nil {
		t.Fatal(err)
	}
	var reasons []string
	for _, r := range refused {
		reasons = append(reasons, r.Reason)
		if items[r.Index].Key.Account() == "" || !strings.Contains(r.Name, items[r.Index].Key.Account()) {
			t.Errorf("refusal %+v is not of item %d", r, r.Index)
		}
	}
	if len(refused) != 3 || !strings.Contains(reasons[0], "30 seconds") || !strings.Contains(reasons[1], "6 and 8") || !strings.Contains(reasons[2], "Steam") {
		t.Errorf("refused: %+v", refused)
	}
	var files []importer.File
	for i, link := range links {
		m, err := qr.Encode(link)
		if err != nil {
			t.Fatal(err)
		}
		data, err := m.PNG(4)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, importer.File{Name: fmt.Sprint(i), Data: data})
	}
	want := append(items[:transferable:transferable], items[8:]...)
	got, err := importer.ReadAll(t.Context(), files, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, want)
	if len(got.Notes) != 0 {
		t.Errorf("notes: %q", got.Notes)
	}
	if len(files) < 4 {
		t.Fatalf("%d codes for %d keys", len(files), len(want))
	}
	got, err = importer.ReadAll(t.Context(), append(files[:1:1], files[2:]...), importer.Options{})
	if err != nil || len(got.Notes) != 1 || !strings.HasSuffix(got.Notes[0], "missing: 2.") {
		t.Errorf("without the second: %q, %v", got.Notes, err)
	}
}

func TestWhatIsTooLongForOneCodeIsRefused(t *testing.T) {
	k, err := otp.New(otp.Params{Seed: store.NewSecret(strings.Repeat("s", otp.MaxSeed)), Issuer: strings.Repeat("i", 256), Account: strings.Repeat("a", 256)})
	if err != nil {
		t.Fatal(err)
	}
	_, refused, err := exporter.Migration([]exporter.Item{{Key: k}})
	if !errors.Is(err, exporter.ErrNothing) || len(refused) != 1 || !strings.Contains(refused[0].Reason, "too long") {
		t.Errorf("%+v, %v", refused, err)
	}
	if _, err := exporter.Code(k); !errors.Is(err, qr.ErrTooLong) {
		t.Error(err)
	}
}

func TestNothingToExport(t *testing.T) {
	zero := []exporter.Item{{}}
	if _, err := exporter.Links(zero); !errors.Is(err, exporter.ErrNothing) {
		t.Error(err)
	}
	if _, refused, err := exporter.Migration(zero); !errors.Is(err, exporter.ErrNothing) || len(refused) != 1 {
		t.Error(err)
	}
	if _, err := exporter.Aegis(t.Context(), zero, store.NewSecret("x")); !errors.Is(err, exporter.ErrNothing) {
		t.Error(err)
	}
	if _, err := exporter.Aegis(t.Context(), every(t), store.Secret{}); !errors.Is(err, exporter.ErrNoPassword) {
		t.Error(err)
	}
	if _, err := exporter.Code(otp.Key{}); !errors.Is(err, exporter.ErrNothing) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := exporter.Aegis(ctx, every(t), store.NewSecret("x")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestNothingPrintsWhatIsExported(t *testing.T) {
	items := every(t)
	list, _ := exporter.Links(items)
	links, refused, _ := exporter.Migration(items)
	m, err := exporter.Code(items[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	said := fmt.Sprintf("%v %+v %#v %v %v %v %+v %#v %s", list, items, items, links, refused, m, struct{ m qr.Matrix }{m}, m, m)
	if strings.Contains(said, "CANARY") || strings.Contains(said, "true") {
		t.Error(said)
	}
}

func BenchmarkExport(b *testing.B) {
	var items []exporter.Item
	for i := range 1000 {
		items = append(items, exporter.Item{Key: key(b, fmt.Sprintf("otpauth://totp/Acme:user%d?secret=%s", i, canary))})
	}
	b.Run("links", func(b *testing.B) {
		for b.Loop() {
			_, _ = exporter.Links(items)
		}
	})
	b.Run("migration", func(b *testing.B) {
		for b.Loop() {
			_, _, _ = exporter.Migration(items)
		}
	})
	b.Run("aegis", func(b *testing.B) {
		for b.Loop() {
			_, _ = exporter.Aegis(b.Context(), items, store.NewSecret("x"))
		}
	})
	b.Run("code", func(b *testing.B) {
		for b.Loop() {
			_, _ = exporter.Code(items[0].Key)
		}
	})
}

var instant = time.Unix(1111111109, 0)
