package store

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

const period = 30 * time.Second

// anAccount is an account as a key makes it.
func anAccount(seed string) Account {
	return LedgerKey{key: NewSecret(strings.Repeat("k", ledgerKeySize))}.Account(NewSecret(seed))
}

func newLedger(t testing.TB) *Ledger {
	t.Helper()
	return NewLedger(filepath.Join(t.TempDir(), "gatepass", "ledger.db"), func() time.Time { return noon })
}

func TestAStepIsSpentOnce(t *testing.T) {
	l := newLedger(t)
	a := anAccount("a")
	if last, known, err := l.LastStep(t.Context(), a, period); known || err != nil || last != (Spent{}) {
		t.Errorf("LastStep without a ledger = %+v, %v, %v", last, known, err)
	}
	if _, err := os.Stat(l.file); !errors.Is(err, os.ErrNotExist) {
		t.Error("looking made a ledger")
	}
	for _, c := range []struct {
		step  int64
		spent bool
	}{{100, false}, {100, true}, {99, true}, {0, true}, {101, false}, {101, true}, {500, false}, {102, true}} {
		err := l.SpendStep(t.Context(), a, period, c.step, "code")
		if errors.Is(err, ErrSpent) != c.spent || !c.spent && err != nil {
			t.Errorf("SpendStep(%d) = %v, want spent: %v", c.step, err, c.spent)
		}
		if c.spent && len(Hints(err)) == 0 {
			t.Errorf("%v, without a hint", err)
		}
	}
	last, known, err := l.LastStep(t.Context(), a, period)
	if want := (Spent{Step: 500, At: noon, By: "code"}); err != nil || !known || last != want {
		t.Errorf("LastStep = %+v, %v, %v; want %+v", last, known, err, want)
	}
	wantMode(t, l.file, 0o600)
	wantMode(t, filepath.Dir(l.file), 0o700)
}

func TestSpentSaysWhoWasFirst(t *testing.T) {
	l := newLedger(t)
	a := anAccount("a")
	if err := l.SpendStep(t.Context(), a, period, 100, "verify"); err != nil {
		t.Fatal(err)
	}
	err := l.SpendStep(t.Context(), a, period, 100, "code")
	want := `this code is spent: step 100, and "verify" took step 100 at 2026-05-04T12:00:00Z`
	if err == nil || err.Error() != want {
		t.Errorf("err = %v\nwant  %s", err, want)
	}
	wantHint(t, err, "Wait for the next code.")
	err = l.SpendStep(t.Context(), a, period, 40, "code")
	wantHint(t, err, "30m0s ahead of this machine's clock")
	wantHint(t, err, "--forget-spent")
}

func TestSeedsAndPeriodsAreApart(t *testing.T) {
	l := newLedger(t)
	for _, c := range []struct {
		acct   Account
		period time.Duration
	}{{anAccount("a"), period}, {anAccount("b"), period}, {anAccount("a"), time.Minute}, {anAccount("a"), time.Second}} {
		if err := l.SpendStep(t.Context(), c.acct, c.period, 100, "code"); err != nil {
			t.Errorf("%v: %v", c.period, err)
		}
	}
}

func TestWhatIsNoStepIsRefused(t *testing.T) {
	l := newLedger(t)
	a := anAccount("a")
	for name, err := range map[string]error{
		"a step before 1970":    l.SpendStep(t.Context(), a, period, -1, "code"),
		"no period":             l.SpendStep(t.Context(), a, 0, 1, "code"),
		"a period backwards":    l.SpendStep(t.Context(), a, -period, 1, "code"),
		"no account":            l.SpendStep(t.Context(), "", period, 1, "code"),
		"a seed for an account": l.SpendStep(t.Context(), "JBSWY3DPEHPK3PXP", period, 1, "code"),
		"looking up a seed":     func() error { _, _, err := l.LastStep(t.Context(), "JBSWY3DPEHPK3PXP", period); return err }(),
		"counting a seed":       func() error { _, err := l.NextCounter(t.Context(), "JBSWY3DPEHPK3PXP", 0, "code"); return err }(),
		"peeking at a seed":     func() error { _, err := l.PeekCounter(t.Context(), "JBSWY3DPEHPK3PXP", 0); return err }(),
	} {
		if err == nil || errors.Is(err, ErrSpent) || strings.Contains(err.Error(), "JBSW") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := l.SpendStep(t.Context(), a, period, math.MaxInt64, "code"); err != nil {
		t.Errorf("the last step there is: %v", err)
	}
	if err := l.SpendStep(t.Context(), a, period, 1, "code"); !errors.Is(err, ErrSpent) {
		t.Errorf("after the last step: %v", err)
	}
}

func TestCounters(t *testing.T) {
	l := newLedger(t)
	a, b := anAccount("a"), anAccount("b")
	peek := func(acct Account, first, want uint64) {
		t.Helper()
		if got, err := l.PeekCounter(t.Context(), acct, first); err != nil || got != want {
			t.Errorf("PeekCounter = %d, %v; want %d", got, err, want)
		}
	}
	next := func(acct Account, first, want uint64) {
		t.Helper()
		if got, err := l.NextCounter(t.Context(), acct, first, "code"); err != nil || got != want {
			t.Errorf("NextCounter = %d, %v; want %d", got, err, want)
		}
	}
	peek(a, 41, 41)
	next(a, 41, 41)
	peek(a, 41, 42)
	next(a, 41, 42)
	next(a, 0, 43)
	next(a, 9000, 44) // the key's own counter counts only the first time
	next(b, 0, 0)
	next(b, 0, 1)
	last := anAccount("last")
	next(last, math.MaxUint64-1, math.MaxUint64-1)
	if _, err := l.NextCounter(t.Context(), last, 0, "code"); !errors.Is(err, errLastCount) {
		t.Errorf("beyond the last counter: %v", err)
	}
}

func TestVerifications(t *testing.T) {
	l := newLedger(t)
	if all, err := l.Verifications(t.Context()); err != nil || all == nil || len(all) != 0 {
		t.Errorf("without a ledger: %v, %v", all, err)
	}
	record := func(target, run string, at time.Time) {
		t.Helper()
		v := Verification{Target: target, Run: run, Verdict: "refused", Diagnosis: "clock-skew", Driver: "http", At: at, Took: 2 * time.Second}
		if err := l.RecordVerification(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	want := func(runs map[string]string) {
		t.Helper()
		all, err := l.Verifications(t.Context())
		if err != nil || len(all) != len(runs) {
			t.Errorf("Verifications = %v, %v", all, err)
		}
		for target, run := range runs {
			if all[target].Run != run || all[target].Target != target {
				t.Errorf("%s: %+v, want run %s", target, all[target], run)
			}
		}
	}
	record("shop", "1", noon)
	record("other", "2", noon)
	record("shop", "3", noon.Add(time.Minute))
	record("shop", "late", noon.Add(-time.Minute)) // an older run that ends later to be recorded
	want(map[string]string{"shop": "3", "other": "2"})
	all, err := l.Verifications(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if v := all["shop"]; v.Verdict != "refused" || v.Diagnosis != "clock-skew" || v.Driver != "http" || v.Took != 2*time.Second || !v.At.Equal(noon.Add(time.Minute)) {
		t.Errorf("it came back as %+v", v)
	}

	for _, step := range []struct {
		do   error
		want map[string]string
	}{
		{l.RenameTarget(t.Context(), "shop", "store"), map[string]string{"store": "3", "other": "2"}},
		{l.RenameTarget(t.Context(), "store", "store"), map[string]string{"store": "3", "other": "2"}},
		{l.RenameTarget(t.Context(), "unknown", "new"), map[string]string{"store": "3", "other": "2"}},
		{l.RenameTarget(t.Context(), "store", "other"), map[string]string{"other": "3"}},
		{l.ForgetTarget(t.Context(), "unknown"), map[string]string{"other": "3"}},
		{l.ForgetTarget(t.Context(), "other"), map[string]string{}},
	} {
		if step.do != nil {
			t.Error(step.do)
		}
	}
	want(map[string]string{})

	if err := l.RecordVerification(t.Context(), Verification{Target: "../x"}); !errors.Is(err, ErrBadName) {
		t.Errorf("RecordVerification of a bad name = %v", err)
	}
	record("shop", "undated", time.Time{})
	if all, err := l.Verifications(t.Context()); err != nil || !all["shop"].At.Equal(noon) {
		t.Errorf("undated: %+v, %v", all["shop"], err)
	}
}

func TestForgettingATargetForgetsNothingSpent(t *testing.T) {
	l := newLedger(t)
	a := anAccount("a")
	if err := l.SpendStep(t.Context(), a, period, 100, "verify"); err != nil {
		t.Fatal(err)
	}
	if err := l.RecordVerification(t.Context(), Verification{Target: "shop", At: noon}); err != nil {
		t.Fatal(err)
	}
	if err := l.ForgetTarget(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	if err := l.SpendStep(t.Context(), a, period, 100, "verify"); !errors.Is(err, ErrSpent) {
		t.Errorf("SpendStep = %v", err)
	}
}

func TestNoLedgerIsMadeToForgetIn(t *testing.T) {
	l := newLedger(t)
	for _, err := range []error{l.ForgetTarget(t.Context(), "shop"), l.RenameTarget(t.Context(), "shop", "store")} {
		if err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(l.file); !errors.Is(err, os.ErrNotExist) {
		t.Error("a ledger was made")
	}
}

func init() {
	// Spends one step: file, seed, step.
	Roles["spend a step"] = func(args []string) int {
		_, _ = io.ReadAll(os.Stdin) // all begin together
		step, _ := strconv.ParseInt(args[2], 10, 64)
		err := NewLedger(args[0], time.Now).SpendStep(context.Background(), anAccount(args[1]), period, step, "code")
		switch {
		case err == nil:
			fmt.Println("mine")
		case errors.Is(err, ErrSpent):
			fmt.Println("spent")
		default:
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	Roles["take counters"] = func(args []string) int {
		l := NewLedger(args[0], time.Now)
		for range 10 {
			n, err := l.NextCounter(context.Background(), anAccount(args[1]), 7, "code")
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
			fmt.Println(n)
		}
		return 0
	}
}

func TestOfManyGoroutinesOneGetsTheStep(t *testing.T) {
	l := newLedger(t)
	for step := range int64(3) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for range 50 {
			wg.Go(func() {
				err := l.SpendStep(t.Context(), anAccount("a"), period, step, "code")
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else if !errors.Is(err, ErrSpent) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won != 1 {
			t.Errorf("step %d: %d got it", step, won)
		}
	}
}

func TestOfManyProcessesOneGetsTheStep(t *testing.T) {
	l := newLedger(t)
	const processes = 20
	begin, hold, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	answers := make([]string, processes)
	for p := range processes {
		cmd := Process(t, "spend a step", l.file, "a", "100")
		cmd.Stdin = begin
		wg.Go(func() {
			out, err := cmd.Output()
			if err != nil {
				t.Error(err)
			}
			answers[p] = string(out)
		})
	}
	_ = hold.Close()
	wg.Wait()
	_ = begin.Close()
	won := 0
	for _, a := range answers {
		switch a {
		case "mine\n":
			won++
		case "spent\n":
		default:
			t.Errorf("a process said %q", a)
		}
	}
	if won != 1 {
		t.Errorf("%d processes got the step", won)
	}
}

func TestProcessesTakeDifferentCounters(t *testing.T) {
	l := newLedger(t)
	const processes = 8
	var wg sync.WaitGroup
	var mu sync.Mutex
	taken := map[string]int{}
	for range processes {
		cmd := Process(t, "take counters", l.file, "a")
		wg.Go(func() {
			out, err := cmd.Output()
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, n := range strings.Fields(string(out)) {
				taken[n]++
			}
		})
	}
	wg.Wait()
	for n := 7; n < 7+10*processes; n++ {
		if taken[strconv.Itoa(n)] != 1 {
			t.Errorf("counter %d was given %d times", n, taken[strconv.Itoa(n)])
		}
	}
}

func TestALedgerInUseIsWaitedForAsLongAsTheContext(t *testing.T) {
	l := newLedger(t)
	a := anAccount("a")
	if err := l.SpendStep(t.Context(), a, period, 1, "code"); err != nil {
		t.Fatal(err)
	}
	unlock, err := lockFile(t.Context(), strings.TrimSuffix(l.file, ".db")+".lock", lockToWrite)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), short)
	defer cancel()
	err = l.SpendStep(ctx, a, period, 2, "code")
	if !errors.Is(err, context.DeadlineExceeded) || len(Hints(err)) == 0 {
		t.Errorf("SpendStep = %v", err)
	}
	if _, _, err := l.LastStep(ctx, a, period); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("LastStep = %v", err)
	}
	unlock()
	cancelled, stop := context.WithCancel(t.Context())
	stop()
	if err := l.SpendStep(cancelled, a, period, 2, "code"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := l.SpendStep(t.Context(), a, period, 2, "code"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestAFileThatIsNoLedger(t *testing.T) {
	written := func(records int) ([]byte, int) {
		l := newLedger(t)
		for i := range records {
			if err := l.RecordVerification(t.Context(), Verification{Target: fmt.Sprintf("t%d", i), Diagnosis: strings.Repeat("x", 100), At: noon}); err != nil {
				t.Fatal(err)
			}
		}
		used := 0
		if err := l.view(t.Context(), func(tx *bbolt.Tx) error { used = int(tx.Size()); return nil }); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(l.file)
		if err != nil {
			t.Fatal(err)
		}
		return b, used
	}
	page := os.Getpagesize()
	whole, used := written(200) // more than one page
	small, _ := written(1)
	scrambled := func(from, to int) []byte {
		b := bytes.Clone(whole)
		for i := from; i < min(to, len(b)); i++ {
			b[i] ^= 0xa5
		}
		return b
	}
	for name, text := range map[string][]byte{
		"nothing":                  {},
		"text":                     []byte("not a database\n"),
		"a page of text":           bytes.Repeat([]byte("text"), page),
		"another database":         append([]byte("SQLite format 3\x00"), make([]byte, 8*page)...),
		"cut in the first page":    whole[:page/2],
		"cut behind the first two": whole[:2*page],
		"cut in the middle":        whole[:len(whole)/2/page*page],
		"cut by one page in use":   whole[:used-page],
		"a small one, cut":         small[:2*page],
		"pointers out of the file": pointing(whole, page, 1<<20),
		"pointers behind the end":  pointing(whole, page, len(whole)/page),
		"both heads scrambled":     scrambled(0, 2*page),
		"all but the heads":        scrambled(2*page, len(whole)),
		"the headers of all pages": func() []byte {
			b := bytes.Clone(whole)
			for at := 2 * page; at < len(b); at += page {
				copy(b[at:], bytes.Repeat([]byte{0xff}, 16))
			}
			return b
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			l := newLedger(t)
			if err := ensureFolder(filepath.Dir(l.file)); err != nil {
				t.Fatal(err)
			}
			mustWrite(t, l.file, string(text))
			for range 2 { // the second time nothing of the first may be in the way
				_, lookErr := l.Verifications(t.Context())
				spendErr := l.SpendStep(t.Context(), anAccount("a"), period, 1, "code")
				for op, err := range map[string]error{"Verifications": lookErr, "SpendStep": spendErr} {
					if !errors.Is(err, ErrLedgerDamaged) {
						t.Errorf("%s = %v, want ErrLedgerDamaged", op, err)
					}
					wantHint(t, err, "mv "+QuoteShell(l.file))
				}
			}
			wantText(t, l.file, string(text))
		})
	}
}

// pointing gives a database whose branches and buckets lead to a page that is not
// there: wherever a page's number could stand, behind the heads, that one stands.
func pointing(db []byte, page, to int) []byte {
	b := bytes.Clone(db)
	for at := 2 * page; at+8 <= len(b); at += 8 {
		if n := binary.LittleEndian.Uint64(b[at:]); n > 1 && n < uint64(len(db)/page) && at%page >= 16 {
			binary.LittleEndian.PutUint64(b[at:], uint64(to))
		}
	}
	return b
}

// boltFile makes a database that our own code would not.
func boltFile(t *testing.T, fill func(*bbolt.Tx) error) *Ledger {
	t.Helper()
	l := newLedger(t)
	if err := ensureFolder(filepath.Dir(l.file)); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(l.file, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(fill), db.Close()); err != nil {
		t.Fatal(err)
	}
	return l
}

func withSchema(version string) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketMeta, bucketSteps, bucketCounters, bucketVerifications} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return tx.Bucket(bucketMeta).Put(keySchema, []byte(version))
	}
}

func TestALedgerOfAnotherForm(t *testing.T) {
	for name, c := range map[string]struct {
		fill func(*bbolt.Tx) error
		want error
	}{
		"another program's": {func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("etcd")); return err }, ErrLedgerDamaged},
		"an empty one":      {func(*bbolt.Tx) error { return nil }, ErrLedgerDamaged},
		"without a schema":  {withSchema(""), ErrLedgerDamaged},
		"a strange schema":  {withSchema("x"), ErrLedgerDamaged},
		"a newer schema":    {withSchema("2"), ErrNewer},
		"a record that is no record": {func(tx *bbolt.Tx) error {
			key, err := stepKey(anAccount("a"), period)
			return errors.Join(err, withSchema("1")(tx), tx.Bucket(bucketSteps).Put(key, []byte("{")), tx.Bucket(bucketVerifications).Put([]byte("shop"), []byte("[]")))
		}, ErrLedgerDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			l := boltFile(t, c.fill)
			before, err := os.ReadFile(l.file)
			if err != nil {
				t.Fatal(err)
			}
			_, lookErr := l.Verifications(t.Context())
			spendErr := l.SpendStep(t.Context(), anAccount("a"), period, 1, "code")
			for op, err := range map[string]error{"Verifications": lookErr, "SpendStep": spendErr} {
				if !errors.Is(err, c.want) || len(Hints(err)) == 0 {
					t.Errorf("%s = %v, hints %q; want %v", op, err, Hints(err), c.want)
				}
			}
			wantText(t, l.file, string(before))
		})
	}
}

func TestALedgerThatAnotherProgramHoldsOpen(t *testing.T) {
	l := boltFile(t, withSchema("1"))
	db, err := bbolt.Open(l.file, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	err = l.SpendStep(t.Context(), anAccount("a"), period, 1, "code")
	if err == nil || !strings.Contains(err.Error(), "another program holds it open") {
		t.Errorf("SpendStep = %v", err)
	}
}

func TestALedgerWhoseMakingWasInterrupted(t *testing.T) {
	l := newLedger(t)
	if err := ensureFolder(filepath.Dir(l.file)); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, l.file+".new", "half a database")
	if err := l.SpendStep(t.Context(), anAccount("a"), period, 1, "code"); err != nil {
		t.Fatal(err)
	}
	if got := files(t, filepath.Dir(l.file)); len(got) != 2 { // with the lock
		t.Errorf("there is %q", got)
	}
}

func TestNothingInTheLedgerLetsASeedBeGuessed(t *testing.T) {
	seed := "JBSWY3DPEHPK3PXPGEZDGNBVGY3TQOJQ"
	raw := []byte("Hello!\xde\xad\xbe\xef1234567890") // what the seed spells
	secrets := NewMemory()
	key, err := LoadLedgerKey(t.Context(), secrets, filepath.Join(t.TempDir(), "key.lock"))
	if err != nil {
		t.Fatal(err)
	}
	kept, err := secrets.Get(t.Context(), ledgerKeyRef)
	if err != nil {
		t.Fatal(err)
	}
	keyBytes, err := hex.DecodeString(kept.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	l := newLedger(t)
	a := key.Account(NewSecret(seed))
	if err := l.SpendStep(t.Context(), a, period, 100, "code"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.NextCounter(t.Context(), a, 0, "code"); err != nil {
		t.Fatal(err)
	}
	if err := l.RecordVerification(t.Context(), Verification{Target: "shop", Run: "7f3a", Verdict: "signed-in", At: noon}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(l.file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(a)) {
		t.Fatal("the account is not where this test looks for seeds")
	}
	unkeyed := []string{seed, strings.ToLower(seed), string(raw), kept.Reveal(), string(keyBytes)}
	for _, s := range unkeyed {
		if spelling := holds(text, s); spelling != "" {
			t.Errorf("the ledger has a seed or its key in %s", spelling)
		}
	}
	for _, s := range hashesOf(seed, string(raw)) {
		if bytes.Contains(text, s) || bytes.Contains(text, []byte(hex.EncodeToString(s))) {
			t.Error("the ledger has a plain hash of the seed, which can be tried against")
		}
	}
}

// hashesOf gives what a careless ledger would be keyed with.
func hashesOf(seeds ...string) [][]byte {
	var all [][]byte
	for _, s := range seeds {
		one, two, five := sha1.Sum([]byte(s)), sha256.Sum256([]byte(s)), sha512.Sum512([]byte(s))
		all = append(all, one[:], two[:], five[:], one[:8], two[:8], five[:8])
	}
	return all
}
