package auth_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/store"
)

func secrets(values ...string) []store.Secret {
	all := make([]store.Secret, len(values))
	for i, v := range values {
		all[i] = store.NewSecret(v)
	}
	return all
}

// canaries are codes as Duo makes them, zeros in front and all.
func canaries(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("00616527%d", i)
	}
	return all
}

// stocked is a Gate with one target and its codes.
func stocked(t *testing.T, now func() time.Time, terms auth.BypassTerms, codes ...string) *auth.Gate {
	t.Helper()
	g := newGate(t, now)
	to := target("shop")
	to.Route = store.RouteBypassCode
	add(t, g, auth.Enrolment{Target: to, Bypass: &auth.BypassCodes{Codes: secrets(codes...), Terms: terms}})
	return g
}

func draw(t *testing.T, g *auth.Gate, name string) auth.DrawnBypass {
	t.Helper()
	d, err := g.DrawBypass(t.Context(), name, "code", "")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestCodesAreHandedOutOnceAndAsTheyWereGiven(t *testing.T) {
	codes := canaries(3)
	g := stocked(t, (&clock{at: noon}).now, auth.BypassTerms{Uses: 1}, codes...)
	var got []string
	for range codes {
		got = append(got, draw(t, g, "shop").Code.Reveal())
	}
	if !slices.Equal(got, codes) {
		t.Error("what was handed out is not what was given, in its order")
	}
	_, err := g.DrawBypass(t.Context(), "shop", "code", "")
	if !errors.Is(err, store.ErrNothingLeft) || len(store.Hints(err)) == 0 {
		t.Errorf("of nothing: %v, hints %q", err, store.Hints(err))
	}
	file, err := os.ReadFile(g.Targets.Path("shop"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := os.ReadFile(g.Home.LedgerFile())
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range codes {
		if strings.Contains(string(file)+string(db), code) {
			t.Error("a code is in a file that is not encrypted")
		}
	}
	if s, err := g.BypassStock(t.Context(), "shop"); err != nil || s.Total != 3 || s.Stock.Codes != 0 || s.States[store.CodeUnknown] != 3 {
		t.Errorf("the stock is %+v, %v", s.Stock, err)
	}
}

func TestTheOutcomeOfACodeDecidesWhetherItIsGivenAgain(t *testing.T) {
	g := stocked(t, (&clock{at: noon}).now, auth.BypassTerms{Uses: 2}, "111111", "222222")
	first := draw(t, g, "shop")
	if err := first.Settle(t.Context(), store.OutcomeRefused); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if d := draw(t, g, "shop"); d.Code.Equal(first.Code) {
			t.Error("a code that was refused is given again")
		}
	}
	if _, err := g.DrawBypass(t.Context(), "shop", "code", ""); !errors.Is(err, store.ErrNothingLeft) {
		t.Errorf("of a refused code and a used one: %v", err)
	}
}

func TestCodesExpireByTheGatesClock(t *testing.T) {
	c := &clock{at: noon}
	g := stocked(t, c.now, auth.BypassTerms{Expires: noon.Add(2 * time.Hour)}, "111111")
	for range 3 { // without limit
		draw(t, g, "shop")
	}
	c.set(noon.Add(2 * time.Hour))
	if _, err := g.DrawBypass(t.Context(), "shop", "code", ""); !errors.Is(err, store.ErrNothingLeft) || !strings.Contains(err.Error(), "1 expired") {
		t.Errorf("after its end: %v", err)
	}
	_, err := g.AddBypass(t.Context(), "shop", secrets("222222"), auth.BypassTerms{Expires: noon})
	if !errors.Is(err, auth.ErrUsage) {
		t.Errorf("adding what is expired: %v", err)
	}
}

func TestACodeThatWasUsedIsNotTakenForNew(t *testing.T) {
	g := stocked(t, (&clock{at: noon}).now, auth.BypassTerms{Uses: 1}, "111111", "222222")
	draw(t, g, "shop")
	added, err := g.AddBypass(t.Context(), "shop", secrets("333333", "111111", "333333", "222222"), auth.BypassTerms{Uses: 1})
	if err != nil || added.Added != 1 ||
		!slices.Equal(added.Repeats, []auth.BypassRepeat{{Position: 3, First: 1}}) ||
		!slices.Equal(added.Known, []auth.BypassKnown{{Position: 2, State: store.CodeUnknown}, {Position: 4, State: store.CodeFresh}}) {
		t.Errorf("added %+v, %v", added, err)
	}
	for _, want := range []string{"222222", "333333"} {
		if got := draw(t, g, "shop").Code.Reveal(); got != want {
			t.Errorf("drew %s, want %s", got, want)
		}
	}
}

func TestWhatIsNoCodeIsNamedByItsPlaceAlone(t *testing.T) {
	g := stocked(t, (&clock{at: noon}).now, auth.BypassTerms{Uses: 1}, "111111")
	for _, bad := range []string{"hunter2", "12345", "", "١٢٣٤٥٦", strings.Repeat("1", 33)} {
		_, err := g.AddBypass(t.Context(), "shop", []store.Secret{store.NewSecret("222222"), store.NewSecret(bad)}, auth.BypassTerms{Uses: 1})
		if !errors.Is(err, auth.ErrBadCode) || !strings.Contains(err.Error(), "code 2 of 2") || bad != "" && strings.Contains(err.Error(), bad) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if s, err := g.BypassStock(t.Context(), "shop"); err != nil || s.Total != 1 {
		t.Errorf("a list with a wrong code was kept in part: %+v, %v", s.Stock, err)
	}
}

// locking is a secret store that locks itself after some writes.
type locking struct {
	store.Secrets
	writes int
}

func (l *locking) Set(ctx context.Context, ref store.Ref, s store.Secret) error {
	if l.writes--; l.writes < 0 {
		return store.ErrLocked
	}
	return l.Secrets.Set(ctx, ref, s)
}

func TestAKeyringThatLocksHalfWayKeepsAllCodesOrNone(t *testing.T) {
	for after := range 5 {
		g := stocked(t, (&clock{at: noon}).now, auth.BypassTerms{Uses: 1}, "111111")
		memory := g.Secrets
		g.Secrets = &locking{memory, after}
		_, err := g.AddBypass(t.Context(), "shop", secrets(canaries(5)...), auth.BypassTerms{Uses: 1})
		if !errors.Is(err, store.ErrLocked) {
			t.Fatalf("locked after %d writes: %v", after, err)
		}
		g.Secrets = memory
		if s, err := g.BypassStock(t.Context(), "shop"); err != nil || s.Total != 1 {
			t.Errorf("locked after %d writes: the stock is %+v, %v", after, s.Stock, err)
		}
		added, err := g.AddBypass(t.Context(), "shop", secrets(canaries(5)...), auth.BypassTerms{Uses: 1})
		if err != nil || added.Added != 5 {
			t.Errorf("the second time: %+v, %v", added, err)
		}
	}
}

func TestANewTargetWhoseCodesCannotBeKeptIsNotMade(t *testing.T) {
	g := newGate(t, (&clock{at: noon}).now)
	memory := g.Secrets
	g.Secrets = &locking{memory, 3} // the ledger's key, the password and one code
	err := g.Add(t.Context(), auth.Enrolment{
		Target: target("shop"), Password: store.NewSecret("first"),
		Bypass: &auth.BypassCodes{Codes: secrets(canaries(2)...), Terms: auth.BypassTerms{Uses: 1}},
	})
	if !errors.Is(err, store.ErrLocked) {
		t.Fatal(err)
	}
	if _, err := g.Targets.Get("shop"); !errors.Is(err, store.ErrNoTarget) {
		t.Errorf("the target is there: %v", err)
	}
	if _, err := memory.Get(t.Context(), store.Ref{Owner: "shop", Kind: store.KindPassword}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the password stayed: %v", err)
	}
}

// shut is a secret store whose codes cannot be read.
type shut struct {
	store.Secrets
	err error
}

func (s shut) Get(ctx context.Context, ref store.Ref) (store.Secret, error) {
	if strings.HasPrefix(string(ref.Kind), string(store.KindBypass)) {
		return store.Secret{}, s.err
	}
	return s.Secrets.Get(ctx, ref)
}

func TestACodeThatCannotBeReadIsNotUsedUp(t *testing.T) {
	g := stocked(t, (&clock{at: noon}).now, auth.BypassTerms{Uses: 1}, "111111", "222222")
	memory := g.Secrets
	g.Secrets = shut{memory, store.ErrLocked}
	if _, err := g.DrawBypass(t.Context(), "shop", "code", ""); !errors.Is(err, store.ErrLocked) {
		t.Fatalf("from a locked store: %v", err)
	}
	g.Secrets = memory
	if s, err := g.BypassStock(t.Context(), "shop"); err != nil || s.Stock.Codes != 2 {
		t.Errorf("after that %d codes are left, %v", s.Stock.Codes, err)
	}
}

func TestACodeThatSomebodyDeletedIsPassedOver(t *testing.T) {
	g := stocked(t, (&clock{at: noon}).now, auth.BypassTerms{Uses: 1}, "111111", "222222")
	s, err := g.BypassStock(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Secrets.Delete(t.Context(), store.BypassRef("shop", s.Codes[0].ID)); err != nil {
		t.Fatal(err)
	}
	if got := draw(t, g, "shop").Code.Reveal(); got != "222222" {
		t.Error("not the code that is there")
	}
	if added, err := g.AddBypass(t.Context(), "shop", secrets("111111"), auth.BypassTerms{Uses: 1}); err != nil || added.Added != 1 {
		t.Errorf("the deleted one cannot be added again: %+v, %v", added, err)
	}
	if got := draw(t, g, "shop").Code.Reveal(); got != "111111" {
		t.Error("not the code that came back")
	}
}

func TestTargetsOfOneAccountShareTheirCodes(t *testing.T) {
	g := stocked(t, (&clock{at: noon}).now, auth.BypassTerms{Uses: 1}, canaries(3)...)
	other := target("other")
	other.Stock = "shop"
	add(t, g, auth.Enrolment{Target: other})
	if draw(t, g, "shop").Code.Equal(draw(t, g, "other").Code) {
		t.Error("both were given the same code")
	}
	all, err := g.Overview(t.Context())
	if err != nil || len(all) != 2 || all[0].Stock == nil || all[0].Stock.Codes != 1 || all[1].Stock == nil {
		t.Errorf("Overview = %+v, %v", all, err)
	}
	// Codes of one account in two stocks would be handed out twice.
	add(t, g, auth.Enrolment{Target: target("third")})
	_, err = g.AddBypass(t.Context(), "third", secrets(canaries(3)...), auth.BypassTerms{Uses: 1})
	if !errors.Is(err, store.ErrKnownCode) || !strings.Contains(strings.Join(store.Hints(err), ""), "--stock shop") {
		t.Errorf("the same codes in a second stock: %v", err)
	}
	// Removing one target leaves the codes to the other.
	if err := g.Remove(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	last := draw(t, g, "other")
	// A new target of the old name must not draw from what is another account's now.
	if err := g.Add(t.Context(), auth.Enrolment{Target: target("shop")}); !errors.Is(err, store.ErrTargetExists) {
		t.Errorf("a new target takes over the stock: %v", err)
	}
	if err := g.Remove(t.Context(), "other"); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Secrets.Get(t.Context(), store.BypassRef("shop", last.ID)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the codes outlived the last target: %v", err)
	}
	// What was drawn is remembered all the same.
	add(t, g, auth.Enrolment{Target: target("shop")})
	added, err := g.AddBypass(t.Context(), "shop", secrets(canaries(4)...), auth.BypassTerms{Uses: 1})
	if err != nil || added.Added != 1 || len(added.Known) != 3 {
		t.Errorf("added %+v, %v", added, err)
	}
}

func TestARenamedTargetKeepsItsCodesAndItsDevice(t *testing.T) {
	g := stocked(t, (&clock{at: noon}).now, auth.BypassTerms{Uses: 1}, canaries(2)...)
	device := store.Ref{Owner: "shop", Kind: store.KindDevice}
	if err := g.Secrets.Set(t.Context(), device, store.NewSecret("{}")); err != nil {
		t.Fatal(err)
	}
	first := draw(t, g, "shop")
	if err := g.Rename(t.Context(), "shop", "front"); err != nil {
		t.Fatal(err)
	}
	if draw(t, g, "front").Code.Equal(first.Code) {
		t.Error("a code was given twice")
	}
	if _, err := g.Secrets.Get(t.Context(), store.Ref{Owner: "front", Kind: store.KindDevice}); err != nil {
		t.Errorf("the device did not come along: %v", err)
	}
	if err := g.Add(t.Context(), auth.Enrolment{Target: target("shop")}); !errors.Is(err, store.ErrTargetExists) {
		t.Errorf("a new target takes over the stock: %v", err)
	}
	if err := g.Remove(t.Context(), "front"); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Secrets.Get(t.Context(), store.Ref{Owner: "front", Kind: store.KindDevice}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the device outlived its target: %v", err)
	}
}

func TestCodesStayWhereABrokenFileMayNeedThem(t *testing.T) {
	g := stocked(t, (&clock{at: noon}).now, auth.BypassTerms{Uses: 1}, "111111")
	broken := func(name string) {
		t.Helper()
		if err := os.WriteFile(g.Targets.Path(name), []byte("url: [\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	broken("other")
	if err := g.Remove(t.Context(), "shop"); err == nil || !strings.Contains(err.Error(), `stock "shop" were left`) {
		t.Errorf("Remove = %v", err)
	}
	if stocks, err := g.Ledger.Stocks(t.Context()); err != nil || stocks["shop"].Codes != 1 {
		t.Errorf("the stocks are %v, %v", stocks, err)
	}

	g = stocked(t, (&clock{at: noon}).now, auth.BypassTerms{Uses: 1}, "111111")
	broken("shop") // its own file says nothing about others
	if err := g.Remove(t.Context(), "shop"); err != nil {
		t.Error(err)
	}
	if stocks, err := g.Ledger.Stocks(t.Context()); err != nil || len(stocks) != 0 {
		t.Errorf("the stocks are %v, %v", stocks, err)
	}
}

func TestRemovedCodesAreGoneFromTheSecretStore(t *testing.T) {
	g := stocked(t, (&clock{at: noon}).now, auth.BypassTerms{Uses: 1}, canaries(3)...)
	s, err := g.BypassStock(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	for i, ids := range [][]string{{s.Codes[1].ID}, {}, {s.Codes[0].ID, s.Codes[2].ID}} {
		if err := g.RemoveBypass(t.Context(), "shop", ids...); err != nil {
			t.Fatal(err)
		}
		if now, err := g.BypassStock(t.Context(), "shop"); err != nil || now.Total != []int{2, 2, 0}[i] {
			t.Errorf("%d are left, %v", now.Total, err)
		}
	}
	for _, c := range s.Codes {
		if _, err := g.Secrets.Get(t.Context(), store.BypassRef("shop", c.ID)); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a code is there: %v", err)
		}
	}
}

// stuck is a secret store that does not delete one secret.
type stuck struct {
	store.Secrets
	ref store.Ref
}

func (s stuck) Delete(ctx context.Context, ref store.Ref) error {
	if ref == s.ref {
		return errFull
	}
	return s.Secrets.Delete(ctx, ref)
}

// What is not in the secret store any more is not promised either.
func TestRemovingThatFailsOnItsWayKeepsTheRest(t *testing.T) {
	g := stocked(t, (&clock{at: noon}).now, auth.BypassTerms{Uses: 1}, canaries(3)...)
	s, err := g.BypassStock(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	g.Secrets = stuck{g.Secrets, store.BypassRef("shop", s.Codes[1].ID)}
	if err := g.RemoveBypass(t.Context(), "shop", s.Codes[0].ID, s.Codes[1].ID, s.Codes[2].ID); !errors.Is(err, errFull) {
		t.Errorf("removing: %v", err)
	}
	left, err := g.BypassStock(t.Context(), "shop")
	if err != nil || left.Total != 2 || left.Codes[0].ID != s.Codes[1].ID {
		t.Errorf("%d are left, %v", left.Total, err)
	}
	for range left.Total {
		draw(t, g, "shop")
	}
}

func TestCodesAreReadAsPeopleHaveThem(t *testing.T) {
	two := []string{"407176182", "016931781"}
	for name, text := range map[string]string{
		"one a line":            "407176182\n016931781\n",
		"Windows lines":         "\ufeff407176182\r\n016931781\r\n\r\n",
		"commas":                "407176182,016931781",
		"semicolons and quotes": `"407176182";"016931781"`,
		"JSON":                  "[\"407176182\",\n \"016931781\"]",
		"spaces between":        "407176182 016931781",
		"groups with spaces":    "407 176 182\n016 931 781",
		"groups with dashes":    "407-176-182, 016–931–781",
		"a headline":            "bypass_code\n407176182\n016931781",
		"comments":              "# from Kim\n407176182\n\n# the second\n016931781\n",
		"a narrow no-break":     "407\u202f176\u202f182\n016\u00a0931\u00a0781",
		"tabs, trailing comma":  "407176182\t016931781,\n",
	} {
		got, err := auth.ReadBypassCodes(store.NewSecret(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var codes []string
		for _, c := range got {
			codes = append(codes, c.Reveal())
		}
		if !slices.Equal(codes, two) {
			t.Errorf("%s is read as %q", name, codes)
		}
	}
	for name, text := range map[string]string{
		"words":            "407176182\nhunter2\n",
		"too short":        "407176182\n12345\n",
		"a number":         "407176182\n4.07176182E8\n",
		"a second heading": "code\n\nother code\n",
		"a date":           "407176182;2026-05-05\n",
		"another date":     "407176182\t05-05-2026\n",
		"nothing":          "\n\n# none yet\n",
		"a code and words": "407176182 for-kim\n",
	} {
		if _, err := auth.ReadBypassCodes(store.NewSecret(text)); !errors.Is(err, auth.ErrBadCode) || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "407") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzReadBypassCodes: whatever is read is digits of the text, in its order, and
// nothing of it is in an error.
func FuzzReadBypassCodes(f *testing.F) {
	for _, seed := range []string{"407176182\n016931781", "[\"407-176-182\"]", "a,b", "# x\n123456,", "12 34 56"} {
		f.Add(seed)
	}
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		codes, err := auth.ReadBypassCodes(store.NewSecret(text))
		if err != nil {
			if !errors.Is(err, auth.ErrBadCode) {
				t.Errorf("not an error about codes: %v", err)
			}
			return
		}
		all := ""
		for _, c := range codes {
			if len(c.Reveal()) < 6 || digits(c.Reveal()) != c.Reveal() {
				t.Error("it was read and is no code")
			}
			all += c.Reveal()
		}
		if !strings.Contains(text, "#") && all != digits(text) {
			t.Errorf("of %d digits %d were read", len(digits(text)), len(all))
		}
	})
}

func TestCodesAreNotLeftBehindInAStockThatNobodyDrawsFrom(t *testing.T) {
	g := stocked(t, (&clock{at: noon}).now, auth.BypassTerms{Uses: 1}, "111111")
	to := func(stock string) error {
		return g.Edit(t.Context(), "shop", func(b *store.Target) { b.Stock = stock })
	}
	if err := to("team"); !errors.Is(err, auth.ErrUsage) || !strings.Contains(strings.Join(store.Hints(err), ""), "--stock shop") {
		t.Errorf("a code that is left: %v", err)
	}
	if b, err := g.Targets.Get("shop"); err != nil || b.Stock != "" {
		t.Errorf("the target was changed all the same: %q %v", b.Stock, err)
	}
	used := draw(t, g, "shop")
	if err := to("team"); err != nil {
		t.Errorf("with nothing left: %v", err)
	}
	if _, err := g.Secrets.Get(t.Context(), store.BypassRef("shop", used.ID)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the used code is kept for nobody: %v", err)
	}
}

// Somebody wrote another stock into the file by hand.
func TestRemovingATargetTakesTheCodesUnderItsNameAlong(t *testing.T) {
	g := stocked(t, (&clock{at: noon}).now, auth.BypassTerms{Uses: 1}, "111111")
	s, err := g.BypassStock(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	b, err := g.Targets.Get("shop")
	if err != nil {
		t.Fatal(err)
	}
	b.Stock = "team"
	if err := g.Targets.Save(b); err != nil {
		t.Fatal(err)
	}
	if err := g.Remove(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Secrets.Get(t.Context(), store.BypassRef("shop", s.Codes[0].ID)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the code is kept for nobody: %v", err)
	}
	if err := g.Add(t.Context(), auth.Enrolment{Target: target("shop")}); err != nil {
		t.Errorf("the name is taken for ever: %v", err)
	}
}
