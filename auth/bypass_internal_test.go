package auth

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

// What a login is given for a challenge, and what it says of it afterwards.
func TestALoginDrawsFromTheStockAndSaysWhatBecameOfIt(t *testing.T) {
	home := store.HomeAt(t.TempDir())
	g := &Gate{
		Home: home, Targets: store.NewTargets(home.TargetsDir()), Secrets: store.NewMemory(),
		Ledger: store.NewLedger(home.LedgerFile(), time.Now), Now: time.Now,
	}
	shop := store.Target{Name: "shop", URL: "https://shop.example.com/", Username: "u", Route: store.RouteBypassCode}
	if err := g.Add(t.Context(), Enrolment{Target: shop}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.bypassCodes(t.Context(), shop, "0badcafe"); !errors.Is(err, store.ErrNothingLeft) {
		t.Errorf("a login without codes would begin: %v", err)
	}
	given := []store.Secret{store.NewSecret("007" + "176182"), store.NewSecret("016931781"), store.NewSecret("016931782")}
	if _, err := g.AddBypass(t.Context(), "shop", given, BypassTerms{Uses: 1}); err != nil {
		t.Fatal(err)
	}
	codes, err := g.bypassCodes(t.Context(), shop, "0badcafe")
	if err != nil {
		t.Fatal(err)
	}
	for i, settle := range []func(login.Passcode){
		func(p login.Passcode) { p.Settle(true) },
		func(p login.Passcode) { p.Settle(false) },
		func(login.Passcode) {},
	} {
		p, err := codes.Draw(t.Context(), nil)
		if err != nil || !p.Value.Equal(given[i]) || p.Factor != "bypass_code" || p.Period != 0 {
			t.Fatalf("draw %d: factor %q, %v", i, p.Factor, err)
		}
		settle(p)
	}
	if _, err := codes.Draw(t.Context(), nil); !errors.Is(err, login.ErrNothingFresh) || !errors.Is(err, store.ErrNothingLeft) {
		t.Errorf("of nothing: %v", err)
	}
	if _, err := g.AddBypass(t.Context(), "shop", []store.Secret{store.NewSecret("016931783")}, BypassTerms{Uses: 2}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"", "handed out 1 time before, and whether it was accepted is not known"} {
		if p, err := codes.Draw(t.Context(), nil); err != nil || (want == "") != (p.Note == "") || !strings.Contains(p.Note, want) {
			t.Errorf("use %d of a code of which nobody knows: %q, %v", i+1, p.Note, err)
		}
	}
	if _, err := codes.Draw(t.Context(), nil); !errors.Is(err, store.ErrNothingLeft) {
		t.Errorf("a third use of a code that is good for two: %v", err)
	}
	s, err := g.BypassStock(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []store.CodeState{store.CodeUsed, store.CodeRefused, store.CodeUnknown} {
		if c := s.Codes[i]; c.State(time.Now()) != want || c.Draws[0].By != "verify" || c.Draws[0].Run != "0badcafe" {
			t.Errorf("code %d is %s, want %s", i+1, c.State(time.Now()), want)
		}
	}
}
