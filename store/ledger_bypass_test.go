package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// codes makes records of n new codes.
func codes(n, uses int, expires time.Time) []BypassCode {
	all := make([]BypassCode, n)
	for i := range all {
		all[i] = BypassCode{ID: fmt.Sprintf("c%03d", i), Uses: uses, Expires: expires}
	}
	return all
}

// stocked is a ledger at a clock that a test turns, with codes in the stock "shop".
func stocked(t testing.TB, clock *time.Time, all []BypassCode) *Ledger {
	t.Helper()
	*clock = noon
	l := NewLedger(filepath.Join(t.TempDir(), "ledger.db"), func() time.Time { return *clock })
	if err := l.AddBypass(t.Context(), "shop", all); err != nil {
		t.Fatal(err)
	}
	return l
}

func reserve(t testing.TB, l *Ledger) BypassReservation {
	t.Helper()
	r, err := l.ReserveBypass(t.Context(), "shop", "verify", "7f3a")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wantStates(t testing.TB, l *Ledger, want ...CodeState) {
	t.Helper()
	all, err := l.Bypass(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	var got []CodeState
	for _, c := range all {
		got = append(got, c.State(l.now()))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the codes are %q, want %q", got, want)
	}
}

func wantNothingLeft(t testing.TB, l *Ledger, says string) {
	t.Helper()
	_, err := l.ReserveBypass(t.Context(), "shop", "code", "")
	if !errors.Is(err, ErrNothingLeft) || !strings.Contains(err.Error(), says) {
		t.Errorf("ReserveBypass = %v, want nothing left: %s", err, says)
	}
}

func TestASingleUseCodeIsReservedOnce(t *testing.T) {
	var clock time.Time
	l := stocked(t, &clock, codes(3, 1, time.Time{}))
	first, second, third := reserve(t, l), reserve(t, l), reserve(t, l)
	if first.ID != "c000" || second.ID != "c001" || third.ID != "c002" || third.Left.Codes != 0 || first.Left.Uses != 2 {
		t.Errorf("reserved %+v, %+v, %+v", first, second, third)
	}
	if err := l.SettleBypass(t.Context(), first, OutcomeAccepted); err != nil {
		t.Error(err)
	}
	if err := l.SettleBypass(t.Context(), second, OutcomeRefused); err != nil {
		t.Error(err)
	}
	wantStates(t, l, CodeUsed, CodeRefused, CodeUnknown)
	wantNothingLeft(t, l, `of the 3 in the stock "shop", 1 used, 1 handed out, outcome unknown, 1 refused`)
	if err := l.SettleBypass(t.Context(), first, OutcomeRefused); !errors.Is(err, ErrSettled) {
		t.Errorf("a second outcome: %v", err)
	}
	if err := l.SettleBypass(t.Context(), BypassReservation{Stock: "shop", ID: "c000"}, OutcomeAccepted); !errors.Is(err, ErrNoCode) {
		t.Errorf("the outcome of a draw that was not made: %v", err)
	}
	all, err := l.Bypass(t.Context(), "shop")
	if err != nil || len(all[0].Draws) != 1 || all[0].Draws[0] != (BypassDraw{At: noon, By: "verify", Run: "7f3a", Outcome: OutcomeAccepted}) {
		t.Errorf("what is known of the first is %+v, %v", all[0], err)
	}
}

func TestACodeOfManyUsesIsGivenThatOften(t *testing.T) {
	var clock time.Time
	l := stocked(t, &clock, codes(2, 2, time.Time{}))
	// The one of which nobody waits to hear comes first.
	order := []string{"c000", "c001", "c000", "c001"}
	for i, want := range order {
		r := reserve(t, l)
		if r.ID != want || r.Left.Uses != len(order)-i-1 || r.Unknown != i/2 {
			t.Errorf("draw %d is %s of which %d are unknown, %d left; want %s", i, r.ID, r.Unknown, r.Left.Uses, want)
		}
	}
	wantNothingLeft(t, l, "2 handed out, outcome unknown")

	l = stocked(t, &clock, codes(1, 3, time.Time{}))
	r := reserve(t, l)
	wantStates(t, l, CodePartly)
	if err := l.SettleBypass(t.Context(), r, OutcomeRefused); err != nil {
		t.Fatal(err)
	}
	wantNothingLeft(t, l, "1 refused") // two uses were left, but it is dead
}

func TestACodeWithoutLimitIsGivenUntilItExpires(t *testing.T) {
	var clock time.Time
	l := stocked(t, &clock, codes(1, 0, noon.Add(time.Hour)))
	seen := map[time.Time]bool{}
	for range mostDraws + 5 {
		r := reserve(t, l) // the clock stands still, the draws differ
		if seen[r.Draw] || r.Left.Uses != -1 {
			t.Fatalf("drawn %+v", r)
		}
		seen[r.Draw] = true
		if err := l.SettleBypass(t.Context(), r, OutcomeAccepted); err != nil {
			t.Fatal(err)
		}
	}
	all, err := l.Bypass(t.Context(), "shop")
	if err != nil || len(all[0].Draws) != mostDraws {
		t.Errorf("%d draws are kept, %v", len(all[0].Draws), err)
	}
	clock = noon.Add(time.Hour - 1)
	reserve(t, l)
	clock = noon.Add(time.Hour)
	wantStates(t, l, CodeExpired)
	wantNothingLeft(t, l, "1 expired")
}

func TestTheCodeThatExpiresFirstIsDrawnFirst(t *testing.T) {
	var clock time.Time
	all := codes(3, 1, time.Time{})
	all[1].Expires, all[2].Expires = noon.Add(2*time.Hour), noon.Add(time.Hour)
	l := stocked(t, &clock, all)
	stocks, err := l.Stocks(t.Context())
	if s := stocks["shop"]; err != nil || s.Total != 3 || s.Codes != 3 || s.Uses != 3 || !s.Ends.Equal(noon.Add(time.Hour)) || !s.Last.IsZero() {
		t.Errorf("the stock is %+v, %v", s, err)
	}
	for _, want := range []string{"c002", "c001", "c000"} {
		if r := reserve(t, l); r.ID != want {
			t.Errorf("drew %s, want %s", r.ID, want)
		}
	}
}

func TestAReturnedCodeIsGivenAgainALostOneNot(t *testing.T) {
	var clock time.Time
	l := stocked(t, &clock, codes(1, 1, time.Time{}))
	if err := l.SettleBypass(t.Context(), reserve(t, l), OutcomeReturned); err != nil {
		t.Fatal(err)
	}
	wantStates(t, l, CodeFresh)
	if err := l.SettleBypass(t.Context(), reserve(t, l), OutcomeLost); err != nil {
		t.Fatal(err)
	}
	wantStates(t, l, CodeLost)
	wantNothingLeft(t, l, "1 lost")
	if err := l.AddBypass(t.Context(), "shop", codes(1, 1, time.Time{})); err != nil {
		t.Fatalf("it cannot be added again: %v", err)
	}
	wantStates(t, l, CodeFresh)
}

func TestACodeThatWasDrawnIsNeverTakenForNew(t *testing.T) {
	var clock time.Time
	l := stocked(t, &clock, codes(2, 1, time.Time{}))
	reserve(t, l)
	again := func(stock string, id string) error {
		return l.AddBypass(t.Context(), stock, []BypassCode{{ID: "new"}, {ID: id, Uses: 1}})
	}
	for _, stock := range []string{"shop", "other"} {
		if err := again(stock, "c000"); !errors.Is(err, ErrKnownCode) {
			t.Errorf("added to %s: %v", stock, err)
		}
	}
	if err := l.RemoveBypass(t.Context(), "shop", "c000", "c001", "unknown"); err != nil {
		t.Fatal(err)
	}
	wantStates(t, l)
	if err := again("other", "c000"); !errors.Is(err, ErrKnownCode) {
		t.Errorf("added after it was removed: %v", err)
	}
	if err := again("other", "c001"); err != nil {
		t.Errorf("one that never left the store: %v", err)
	}
	if all, err := l.Bypass(t.Context(), "other"); err != nil || len(all) != 2 {
		t.Errorf("the other stock has %+v, %v", all, err)
	}
	if stocks, err := l.Stocks(t.Context()); err != nil || len(stocks) != 1 {
		t.Errorf("the stocks are %v, %v", stocks, err)
	}
}

func TestWhatIsNoRecordOfACodeIsRefused(t *testing.T) {
	l := newLedger(t)
	for name, all := range map[string][]BypassCode{
		"no id":          {{}},
		"uses backwards": {{ID: "a", Uses: -1}},
		"drawn already":  {{ID: "a", Draws: []BypassDraw{{}}}},
		"twice":          {{ID: "a"}, {ID: "a"}},
	} {
		if err := l.AddBypass(t.Context(), "shop", all); err == nil {
			t.Errorf("%s: it was added", name)
		}
	}
	if err := l.AddBypass(t.Context(), "../shop", codes(1, 1, time.Time{})); !errors.Is(err, ErrBadName) {
		t.Errorf("a bad stock: %v", err)
	}
	if _, err := os.Stat(l.file); !errors.Is(err, os.ErrNotExist) {
		t.Error("a ledger was made")
	}
	wantNothingLeft(t, l, `the stock "shop" has none`)
}

// A ledger that was begun before there were bypass codes in it is as good.
func TestAnOlderLedgerTakesCodes(t *testing.T) {
	l := newLedger(t)
	if err := l.SpendStep(t.Context(), anAccount("a"), period, 1, "code"); err != nil {
		t.Fatal(err)
	}
	wantStates(t, l)
	if err := l.AddBypass(t.Context(), "shop", codes(1, 1, time.Time{})); err != nil {
		t.Fatal(err)
	}
	reserve(t, l)
}

func TestADamagedRecordOfCodesIsNotGuessedAt(t *testing.T) {
	var clock time.Time
	l := stocked(t, &clock, codes(1, 1, time.Time{}))
	err := l.update(t.Context(), func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketBypass).Put([]byte("shop"), []byte(`[{"id":"c000","uses":"many"}]`))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.ReserveBypass(t.Context(), "shop", "code", ""); !errors.Is(err, ErrLedgerDamaged) {
		t.Errorf("ReserveBypass = %v", err)
	}
	if _, err := l.Stocks(t.Context()); !errors.Is(err, ErrLedgerDamaged) {
		t.Errorf("Stocks = %v", err)
	}
}

// FuzzBypassRecord: whatever stands in the ledger for a stock, what is drawn from it
// is drawn no oftener than it says.
func FuzzBypassRecord(f *testing.F) {
	f.Add([]byte(`[{"id":"a","uses":1},{"id":"b","uses":0,"draws":[{"outcome":"refused"}]}]`))
	f.Add([]byte(`[{"id":"a","uses":-3,"expires":"2026-05-04T11:00:00Z"},{}]`))
	f.Add([]byte(`{}`))
	l := newLedger(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		err := l.update(t.Context(), func(tx *bbolt.Tx) error {
			in, err := tx.CreateBucketIfNotExists(bucketBypass)
			if err != nil {
				return err
			}
			return in.Put([]byte("shop"), raw)
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			r, err := l.ReserveBypass(t.Context(), "shop", "code", "")
			if err != nil {
				if !errors.Is(err, ErrNothingLeft) && !errors.Is(err, ErrLedgerDamaged) {
					t.Errorf("ReserveBypass = %v", err)
				}
				return
			}
			if drawn := r.Code.drawn(); r.Code.Uses < 0 || r.Code.Uses > 0 && drawn > r.Code.Uses || r.Code.count(OutcomeRefused) > 0 || r.Code.Gone {
				t.Errorf("drew %+v", r.Code)
			}
		}
	})
}

func TestOfManyGoroutinesEachGetsACodeOfItsOwn(t *testing.T) {
	var clock time.Time
	l := stocked(t, &clock, codes(20, 1, time.Time{}))
	var wg sync.WaitGroup
	var mu sync.Mutex
	got, late := map[string]int{}, 0
	for range 50 {
		wg.Go(func() {
			r, err := l.ReserveBypass(t.Context(), "shop", "code", "")
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				got[r.ID]++
			} else if late++; !errors.Is(err, ErrNothingLeft) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(got) != 20 || late != 30 {
		t.Errorf("%d codes were given, %d came too late: %v", len(got), late, got)
	}
}

func init() {
	// Draws from a stock until nothing is left: file. It prints what it drew.
	Roles["draw bypass codes"] = func(args []string) int {
		_, _ = io.ReadAll(os.Stdin) // all begin together
		l := NewLedger(args[0], time.Now)
		for {
			r, err := l.ReserveBypass(context.Background(), "shop", "code", "")
			if errors.Is(err, ErrNothingLeft) {
				return 0
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
			fmt.Println(r.ID)
		}
	}
}

func TestOfManyProcessesEachGetsCodesOfItsOwn(t *testing.T) {
	var clock time.Time
	l := stocked(t, &clock, codes(60, 1, time.Time{}))
	begin, hold, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var drawn []string
	for p := range 8 {
		cmd := Process(t, "draw bypass codes", l.file)
		var out bytes.Buffer
		cmd.Stdin, cmd.Stdout = begin, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			if p == 0 {
				_ = cmd.Process.Kill() // wherever it is
			}
			if err := cmd.Wait(); err != nil && p != 0 {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			drawn = append(drawn, strings.Fields(out.String())...)
		})
	}
	_ = hold.Close()
	wg.Wait()
	_ = begin.Close()
	slices.Sort(drawn)
	if once := slices.Compact(slices.Clone(drawn)); len(once) != len(drawn) {
		t.Errorf("a code was given twice: %q", drawn)
	}
	stocks, err := l.Stocks(t.Context())
	if s := stocks["shop"]; err != nil || s.Codes != 0 || s.States[CodeUnknown] != 60 || len(drawn) < 60-1 {
		t.Errorf("%d were printed, the stock is %+v, %v", len(drawn), s, err)
	}
}

func TestWhatWasProvenMovesAndGoesWithItsTarget(t *testing.T) {
	l := newLedger(t)
	type facts struct{ Page string }
	read := func(target string) (f facts, known bool) {
		t.Helper()
		known, err := l.Proven(t.Context(), target, &f)
		if err != nil {
			t.Fatal(err)
		}
		return f, known
	}
	if _, known := read("shop"); known {
		t.Error("without a ledger something is proven")
	}
	for _, page := range []string{"/old", "/account"} {
		if err := l.KeepProven(t.Context(), "shop", facts{page}); err != nil {
			t.Fatal(err)
		}
	}
	if f, known := read("shop"); !known || f.Page != "/account" {
		t.Errorf("it came back as %+v, %v", f, known)
	}
	if err := l.RenameTarget(t.Context(), "shop", "store"); err != nil {
		t.Fatal(err)
	}
	_, still := read("shop")
	if f, known := read("store"); !known || f.Page != "/account" || still {
		t.Errorf("after the rename: %+v, %v, and the old one %v", f, known, still)
	}
	if err := l.ForgetTarget(t.Context(), "store"); err != nil {
		t.Fatal(err)
	}
	if _, known := read("store"); known {
		t.Error("it was not forgotten")
	}
	if err := l.KeepProven(t.Context(), "shop", strings.Repeat("x", maxProven)); err == nil {
		t.Error("something too large was kept")
	}
	if err := l.KeepProven(t.Context(), "../shop", 1); !errors.Is(err, ErrBadName) {
		t.Errorf("a bad name: %v", err)
	}
}

func TestARenamedTargetInheritsNothing(t *testing.T) {
	l := newLedger(t)
	if err := l.KeepProven(t.Context(), "new", "another's"); err != nil {
		t.Fatal(err)
	}
	if err := l.RecordVerification(t.Context(), Verification{Target: "new", Verdict: "signed-in"}); err != nil {
		t.Fatal(err)
	}
	if err := l.RenameTarget(t.Context(), "old", "new"); err != nil {
		t.Fatal(err)
	}
	var kept string
	if known, err := l.Proven(t.Context(), "new", &kept); err != nil || known {
		t.Errorf("it has %q, %v", kept, err)
	}
	if all, err := l.Verifications(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("it has %v, %v", all, err)
	}
}
