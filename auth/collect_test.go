package auth_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/otp/importer"
	"gatepass/store"
)

// cramped is a secret store that takes so many secrets and then no more.
type cramped struct {
	store.Secrets
	room int
}

var errNoRoom = errors.New("the store is full")

func (f *cramped) Set(ctx context.Context, ref store.Ref, s store.Secret) error {
	if ref.Kind == store.KindSeed {
		if f.room--; f.room < 0 {
			return errNoRoom
		}
	}
	return f.Secrets.Set(ctx, ref, s)
}

func many(t *testing.T, n int) []auth.Enrolment {
	t.Helper()
	var list []auth.Enrolment
	for i := range n {
		list = append(list, auth.Enrolment{
			Target: store.Target{Name: fmt.Sprintf("entry-%d", i), Route: store.RouteOTP},
			OTP:    key(t, fmt.Sprintf("otpauth://totp/Acme:user%d?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQO%c%c", i, 'A'+i%26, 'A'+i/26)),
		})
	}
	return list
}

// left counts what is there of an import: files and seeds.
func left(t *testing.T, g *auth.Gate, list []auth.Enrolment) (files, seeds int) {
	t.Helper()
	all, err := g.Targets.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if _, err := g.Secrets.Get(t.Context(), store.Ref{Owner: e.Target.Name, Kind: store.KindSeed}); err == nil {
			seeds++
		}
	}
	return len(all), seeds
}

func TestAnImportThatFailsHalfWayLeavesNothing(t *testing.T) {
	for what, fail := range map[string]func(*auth.Gate, context.CancelFunc) (progress func(auth.ImportProgress), want error){
		"the store is full": func(g *auth.Gate, _ context.CancelFunc) (func(auth.ImportProgress), error) {
			g.Secrets = &cramped{g.Secrets, 25}
			return nil, errNoRoom
		},
		"it is cancelled": func(_ *auth.Gate, cancel context.CancelFunc) (func(auth.ImportProgress), error) {
			return func(p auth.ImportProgress) {
				if p.Done == 25 {
					cancel()
				}
			}, context.Canceled
		},
	} {
		t.Run(what, func(t *testing.T) {
			g := newGate(t, time.Now)
			add(t, g, auth.Enrolment{Target: target("before"), OTP: key(t, testSeed)})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			progress, want := fail(g, cancel)
			list := many(t, 50)
			if err := g.AddAll(ctx, list, auth.Importing{Progress: progress}); !errors.Is(err, want) {
				t.Fatalf("%v, want %v", err, want)
			}
			if files, seeds := left(t, g, list); files != 1 || seeds != 0 {
				t.Errorf("%d files and %d seeds are left", files-1, seeds)
			}
			if _, err := g.Key(t.Context(), "before"); err != nil {
				t.Errorf("what was there before is gone: %v", err)
			}
		})
	}
}

func TestAnImportTellsItsProgressAndKeepsAll(t *testing.T) {
	g := newGate(t, time.Now)
	list, calls := many(t, 50), 0
	err := g.AddAll(t.Context(), list, auth.Importing{Progress: func(p auth.ImportProgress) {
		if calls++; p.Done != calls || p.Total != len(list) || p.Back {
			t.Errorf("call %d says %+v", calls, p)
		}
	}})
	if files, seeds := left(t, g, list); err != nil || files != len(list) || seeds != len(list) || calls != len(list) {
		t.Errorf("%d files, %d seeds, %d calls, %v", files, seeds, calls, err)
	}
}

// entries reads a list of links as an import does.
func entriesOf(t *testing.T, links ...string) []importer.Entry {
	t.Helper()
	read, err := importer.Read(t.Context(), "list", []byte(strings.Join(links, "\n")), importer.Options{})
	if err != nil || len(read.Refused) > 0 {
		t.Fatalf("%v, refused %+v", err, read.Refused)
	}
	return read.Entries
}

// The same seed with other parameters gives other codes: it is another entry.
func TestAnEntryIsHereOnlyIfItGivesTheSameCodes(t *testing.T) {
	const seed = "?secret=" + testSeed
	g := newGate(t, time.Now)
	add(t, g, auth.Enrolment{Target: target("shop"), OTP: key(t, "otpauth://totp/Shop:bot"+seed)})
	for what, c := range map[string]struct{ link, alike string }{
		"the same":         {"otpauth://totp/Shop:bot" + seed + "&issuer=Shop&period=30&digits=6", ""},
		"called otherwise": {"otpauth://totp/My%20Shop:BOT" + seed, ""},
		"without a name":   {"otpauth://totp/" + seed, ""},
		"eight digits":     {"otpauth://totp/Shop:bot" + seed + "&digits=8", "which has 6 digits"},
		"a minute":         {"otpauth://totp/Shop:bot" + seed + "&period=60", "a new code every 30 s"},
		"another hash":     {"otpauth://totp/Shop:bot" + seed + "&algorithm=SHA256", "which uses SHA1"},
		"a counter":        {"otpauth://hotp/Shop:bot" + seed + "&counter=3", "of the type totp"},
		"another account":  {"otpauth://totp/Shop:alice" + seed, "for another account"},
		"Steam":            {"otpauth://steam/Shop:bot" + seed, "of the type totp"},
	} {
		plan, err := g.Collect(t.Context(), entriesOf(t, c.link))
		if err != nil {
			t.Fatal(err)
		}
		if c.alike == "" {
			if len(plan.Add) != 0 || len(plan.Existing) != 1 || plan.Existing[0].Target != "shop" {
				t.Errorf("%s: it is here already, and the plan is %+v", what, plan)
			}
			continue
		}
		if len(plan.Add) != 1 || len(plan.Existing) != 0 {
			t.Errorf("%s: it is another entry, and the plan is %+v", what, plan)
			continue
		}
		if said := plan.Alike[plan.Add[0].Target.Name]; !strings.Contains(said, "the seed of shop") || !strings.Contains(said, c.alike) {
			t.Errorf("%s: %q is said of it", what, said)
		}
	}
	// Within one import too: each of the three is kept, the fourth is the first again.
	plan, err := g.Collect(t.Context(), entriesOf(t,
		"otpauth://totp/A:x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR", "otpauth://totp/A:x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR&digits=8",
		"otpauth://totp/A:y?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR", "otpauth://totp/A:x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR"))
	if err != nil || len(plan.Add) != 3 || len(plan.Existing) != 1 || plan.Existing[0].Target != "a-x" || plan.Add[1].Target.Name != "a-x-2" {
		t.Errorf("%+v, %v", plan, err)
	}
}

// writes counts what is written to a secret store that keeps many at once.
type writes struct {
	store.Batch
	together, single, reads int
}

func (w *writes) SetMany(ctx context.Context, list []store.Kept) error {
	w.together++
	return w.Batch.SetMany(ctx, list)
}

func (w *writes) Set(ctx context.Context, ref store.Ref, s store.Secret) error {
	w.single++
	return w.Batch.Set(ctx, ref, s)
}

func (w *writes) Get(ctx context.Context, ref store.Ref) (store.Secret, error) {
	w.reads++
	return w.Batch.Get(ctx, ref)
}

// An encrypted file is written as a whole: once for an import, whatever its length.
func TestAnImportOpensTheFileOnce(t *testing.T) {
	g := newGate(t, time.Now)
	add(t, g, auth.Enrolment{Target: target("before"), OTP: key(t, testSeed)})
	if _, err := g.Account(t.Context(), *key(t, testSeed)); err != nil { // makes the ledger's key
		t.Fatal(err)
	}
	counted := &writes{Batch: g.Secrets.(store.Batch)}
	g.Secrets = counted
	if err := g.AddAll(t.Context(), many(t, 300), auth.Importing{}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Collect(t.Context(), entriesOf(t, "otpauth://totp/A:x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR")); err != nil {
		t.Fatal(err)
	}
	if counted.together != 1 || counted.single != 0 || counted.reads > 1 {
		t.Errorf("%d writes of many, %d of one, %d reads", counted.together, counted.single, counted.reads)
	}
}

// cutOff is a gate whose import ended as if the process had been killed after so many
// calls of the secret store: nothing is taken back, and the journal stays.
func cutOff(t *testing.T, list []auth.Enrolment, calls int) *auth.Gate {
	t.Helper()
	g := newGate(t, time.Now)
	add(t, g, auth.Enrolment{Target: target("before"), OTP: key(t, testSeed)})
	kept := g.Secrets
	g.Secrets = &dying{Secrets: kept, left: calls}
	err := g.AddAll(t.Context(), list, auth.Importing{})
	g.Secrets = kept
	if err == nil {
		t.Fatal("it was not cut off")
	}
	return g
}

// dying is a secret store that answers so many writes and then nothing at all.
type dying struct {
	store.Secrets
	left int
}

func (d *dying) Set(ctx context.Context, ref store.Ref, s store.Secret) error {
	if d.left--; d.left < 0 {
		return store.ErrUnavailable
	}
	return d.Secrets.Set(ctx, ref, s)
}

func (d *dying) Delete(ctx context.Context, ref store.Ref) error {
	if d.left--; d.left < 0 {
		return store.ErrUnavailable
	}
	return d.Secrets.Delete(ctx, ref)
}

func TestWhatACutOffImportLeftIsTakenBackByTheNext(t *testing.T) {
	list := many(t, 30)
	g := cutOff(t, list, 12)
	if files, seeds := left(t, g, list); files != 1 || seeds != 12 {
		t.Fatalf("%d targets and %d seeds after it was cut off", files-1, seeds)
	}
	// Somebody made a target of a name that was in it: that is theirs.
	mine := auth.Enrolment{Target: target("entry-3"), OTP: key(t, "otpauth://totp/Mine:bot?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJS")}
	add(t, g, mine)
	settled, err := g.SettleImport(t.Context(), auth.Importing{})
	if err != nil || settled.Entries != 30 || settled.Finished {
		t.Fatalf("%+v, %v", settled, err)
	}
	if files, seeds := left(t, g, list); files != 2 || seeds != 1 {
		t.Errorf("%d targets and %d seeds are left", files-1, seeds)
	}
	if k, err := g.Key(t.Context(), "entry-3"); err != nil || !k.Equal(*mine.OTP) {
		t.Errorf("the target that somebody made meanwhile: %v", err)
	}
	if again, err := g.SettleImport(t.Context(), auth.Importing{}); err != nil || again.Entries != 0 {
		t.Errorf("a second time: %+v, %v", again, err)
	}
}

// Once every seed is kept, an import that is cut off is finished: somebody may have
// used what is there.
func TestAnImportThatHadKeptEverySeedIsFinished(t *testing.T) {
	g := newGate(t, time.Now)
	list := many(t, 10)
	if err := g.AddAll(t.Context(), list, auth.Importing{}); err != nil {
		t.Fatal(err)
	}
	all, err := g.Targets.List()
	if err != nil {
		t.Fatal(err)
	}
	journal := store.NewImportJournal(g.Home, g.Secrets.Backend())
	if err := journal.Write(store.Import{Phase: store.ImportTargets, Targets: all}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"entry-4", "entry-9"} { // those that were not written when it was killed
		if err := g.Targets.Delete(name); err != nil {
			t.Fatal(err)
		}
	}
	settled, err := g.SettleImport(t.Context(), auth.Importing{})
	if err != nil || !settled.Finished || settled.Entries != 10 {
		t.Fatalf("%+v, %v", settled, err)
	}
	if files, seeds := left(t, g, list); files != 10 || seeds != 10 {
		t.Errorf("%d targets and %d seeds", files, seeds)
	}
}

func TestTakingBackCanBeLeftToTheNextImport(t *testing.T) {
	g := newGate(t, time.Now)
	g.Secrets = single{g.Secrets}
	list := many(t, 40)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	leave := make(chan struct{})
	err := g.AddAll(ctx, list, auth.Importing{Leave: leave, Progress: func(p auth.ImportProgress) {
		switch {
		case !p.Back && p.Done == 30:
			cancel()
		case p.Back && p.Done == 10:
			close(leave)
		}
	}})
	if !errors.Is(err, auth.ErrImportLeft) || !strings.Contains(err.Error(), "11 of 30") || len(store.Hints(err)) == 0 {
		t.Fatalf("%v, hints %q", err, store.Hints(err))
	}
	if files, seeds := left(t, g, list); files != 0 || seeds != 19 {
		t.Errorf("%d targets and %d seeds were left for later", files, seeds)
	}
	// The next import settles it before it begins.
	if err := g.AddAll(t.Context(), list[35:], auth.Importing{}); err != nil {
		t.Fatal(err)
	}
	if files, seeds := left(t, g, list); files != 5 || seeds != 5 {
		t.Errorf("%d targets and %d seeds after the next import", files, seeds)
	}
}

// single is a secret store that keeps one secret at a time, as keyrings do.
type single struct{ store.Secrets }

// What lay where a seed goes belongs to another folder of targets in the same keyring.
func TestAnImportThatFailsPutsBackWhatLayThere(t *testing.T) {
	for what, wrap := range map[string]func(store.Secrets) store.Secrets{
		"one at a time": func(s store.Secrets) store.Secrets { return single{s} },
		"together":      func(s store.Secrets) store.Secrets { return s },
	} {
		t.Run(what, func(t *testing.T) {
			g := newGate(t, time.Now)
			g.Secrets = wrap(g.Secrets)
			theirs := store.Ref{Owner: "entry-2", Kind: store.KindSeed}
			if err := g.Secrets.Set(t.Context(), theirs, store.NewSecret("otpauth of another folder")); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			list := many(t, 6)
			if err := g.AddAll(ctx, list, auth.Importing{Progress: func(p auth.ImportProgress) {
				if p.Done == 5 {
					cancel()
				}
			}}); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if got, err := g.Secrets.Get(t.Context(), theirs); err != nil || got.Reveal() != "otpauth of another folder" {
				t.Errorf("what was there before: %v", err)
			}
			if files, seeds := left(t, g, list); files != 0 || seeds != 1 {
				t.Errorf("%d targets and %d seeds are left", files, seeds)
			}
		})
	}
}
