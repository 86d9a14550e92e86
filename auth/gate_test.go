package auth_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/lab"
	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/auth/otp/importer"
	"gatepass/store"
)

// clock is a clock that a test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// noon is a second into a time step of thirty seconds.
var noon = time.Date(2026, 3, 1, 12, 0, 1, 0, time.UTC)

func newGate(t *testing.T, now func() time.Time) *auth.Gate {
	t.Helper()
	home := store.HomeAt(t.TempDir())
	return &auth.Gate{
		Home:    home,
		Targets: store.NewTargets(home.TargetsDir()),
		Secrets: store.NewMemory(),
		Ledger:  store.NewLedger(home.LedgerFile(), now),
		Now:     now,
	}
}

const testSeed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

func key(t *testing.T, text string) *otp.Key {
	t.Helper()
	k, err := otp.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return &k
}

func target(name string) store.Target {
	return store.Target{Name: name, URL: "https://shop.example.com/login", Username: "scan-bot", Route: store.RouteOTP}
}

func add(t *testing.T, g *auth.Gate, e auth.Enrolment) {
	t.Helper()
	if err := g.Add(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

// failing is a secret store that refuses to keep one kind.
type failing struct {
	store.Secrets
	kind store.Kind
}

var errFull = errors.New("full")

func (f failing) Set(ctx context.Context, ref store.Ref, s store.Secret) error {
	if ref.Kind == f.kind {
		return errFull
	}
	return f.Secrets.Set(ctx, ref, s)
}

func TestAddKeepsAllOrNothing(t *testing.T) {
	g := newGate(t, time.Now)
	memory := g.Secrets
	g.Secrets = failing{memory, store.KindSeed}
	err := g.Add(t.Context(), auth.Enrolment{Target: target("shop"), Password: store.NewSecret("first"), OTP: key(t, testSeed)})
	if !errors.Is(err, errFull) {
		t.Fatalf("adding to a full store: %v", err)
	}
	if _, err := memory.Get(t.Context(), store.Ref{Owner: "shop", Kind: store.KindPassword}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the password stayed in the store: %v", err)
	}
	if _, err := g.Targets.Get("shop"); !errors.Is(err, store.ErrNoTarget) {
		t.Errorf("the target's file stayed: %v", err)
	}
}

func TestReplaceThatFailsLeavesWhatWasThere(t *testing.T) {
	g := newGate(t, time.Now)
	memory := g.Secrets
	add(t, g, auth.Enrolment{Target: target("shop"), Password: store.NewSecret("first")})
	g.Secrets = failing{memory, store.KindSeed}
	err := g.Add(t.Context(), auth.Enrolment{Target: target("shop"), Password: store.NewSecret("second"), OTP: key(t, testSeed), Replace: true})
	if !errors.Is(err, errFull) {
		t.Fatal(err)
	}
	got, err := memory.Get(t.Context(), store.Ref{Owner: "shop", Kind: store.KindPassword})
	if err != nil || got.Reveal() != "first" {
		t.Errorf("the password that was there is gone (%v)", err)
	}
}

func TestAddDoesNotTouchATargetThatExists(t *testing.T) {
	g := newGate(t, time.Now)
	add(t, g, auth.Enrolment{Target: target("shop"), Password: store.NewSecret("first"), OTP: key(t, testSeed)})
	if err := g.Add(t.Context(), auth.Enrolment{Target: target("shop"), Password: store.NewSecret("second")}); !errors.Is(err, store.ErrTargetExists) {
		t.Fatalf("adding a name twice: %v", err)
	}
	got, err := g.Secrets.Get(t.Context(), store.Ref{Owner: "shop", Kind: store.KindPassword})
	if err != nil || got.Reveal() != "first" {
		t.Error("the password was overwritten")
	}
	changed := target("shop")
	changed.Username = "other"
	add(t, g, auth.Enrolment{Target: changed, Replace: true})
	kept, err := g.Targets.Get("shop")
	if err != nil || kept.Username != "other" || !kept.Has(store.KindSeed) {
		t.Errorf("replacing lost something: %+v (%v)", kept, err)
	}
}

func TestRenameTakesSecretsAlong(t *testing.T) {
	g := newGate(t, time.Now)
	add(t, g, auth.Enrolment{Target: target("shop"), Password: store.NewSecret("first"), OTP: key(t, testSeed)})
	add(t, g, auth.Enrolment{Target: target("taken")})
	if err := g.Rename(t.Context(), "shop", "taken"); !errors.Is(err, store.ErrTargetExists) {
		t.Fatalf("renaming onto another target: %v", err)
	}
	if err := g.Rename(t.Context(), "shop", "front"); err != nil {
		t.Fatal(err)
	}
	if k, err := g.Key(t.Context(), "front"); err != nil || k.Seed().Reveal() != testSeed {
		t.Errorf("the seed did not come along: %v", err)
	}
	for _, kind := range store.Kinds() {
		if _, err := g.Secrets.Get(t.Context(), store.Ref{Owner: "shop", Kind: kind}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the %s stayed under the old name: %v", kind, err)
		}
	}
}

func TestRemoveForgetsSecretsButNotWhatWasSpent(t *testing.T) {
	c := &clock{at: noon}
	g := newGate(t, c.now)
	add(t, g, auth.Enrolment{Target: target("shop"), OTP: key(t, testSeed)})
	if _, _, err := g.Code(t.Context(), "shop", auth.CodeOptions{By: "code"}); err != nil {
		t.Fatal(err)
	}
	if err := g.Remove(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Secrets.Get(t.Context(), store.Ref{Owner: "shop", Kind: store.KindSeed}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the seed stayed: %v", err)
	}
	add(t, g, auth.Enrolment{Target: target("again"), OTP: key(t, testSeed)})
	if _, _, err := g.Code(t.Context(), "again", auth.CodeOptions{NoWait: true}); !errors.Is(err, auth.ErrNothingFresh) {
		t.Errorf("the spent time step was given out again: %v", err)
	}
}

func TestCodes(t *testing.T) {
	const period = 30 * time.Second
	stepStart := noon.Add(-time.Second)
	for _, tt := range []struct {
		name   string
		at     time.Duration // into the time step
		spent  bool          // the current one is spent already
		o      auth.CodeOptions
		want   time.Duration // start of the code's step after stepStart
		waits  int
		failed error
	}{
		{name: "fresh", at: time.Second},
		{name: "spent", at: time.Second, spent: true, want: period, waits: 1},
		{name: "spent and no time to wait", at: time.Second, spent: true, o: auth.CodeOptions{NoWait: true}, failed: auth.ErrNothingFresh},
		{name: "nearly over", at: 26 * time.Second, want: period, waits: 1},
		{name: "exactly enough left", at: 25 * time.Second},
		{name: "nearly over and no time to wait", at: 26 * time.Second, o: auth.CodeOptions{NoWait: true}, failed: auth.ErrNothingFresh},
		{name: "nearly over is good enough", at: 29 * time.Second, o: auth.CodeOptions{MinLeft: -1}},
		{name: "more is wanted", at: 15 * time.Second, o: auth.CodeOptions{MinLeft: 20 * time.Second}, want: period, waits: 1},
		{name: "more than there is", at: time.Second, o: auth.CodeOptions{MinLeft: period}, failed: auth.ErrMinLeft},
		{name: "fresh is wanted", at: 10 * time.Second, o: auth.CodeOptions{WaitFresh: true}, want: period, waits: 1},
		{name: "fresh is wanted and is there", at: time.Second, o: auth.CodeOptions{WaitFresh: true}},
		{name: "a look at what is nearly over", at: 29 * time.Second, o: auth.CodeOptions{Peek: true}},
		{name: "a look at what is spent", at: time.Second, spent: true, o: auth.CodeOptions{Peek: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &clock{at: stepStart.Add(tt.at)}
			g := newGate(t, c.now)
			add(t, g, auth.Enrolment{Target: target("shop"), OTP: key(t, testSeed)})
			if tt.spent {
				if _, _, err := g.Code(t.Context(), "shop", auth.CodeOptions{MinLeft: -1}); err != nil {
					t.Fatal(err)
				}
			}
			waits := 0
			tt.o.Waiting = func(until time.Time) { waits++; c.set(until) }
			code, k, err := g.Code(t.Context(), "shop", tt.o)
			if !errors.Is(err, tt.failed) {
				t.Fatalf("got %v, want %v", err, tt.failed)
			}
			if tt.failed != nil {
				return
			}
			if !code.From.Equal(stepStart.Add(tt.want)) {
				t.Errorf("the code is of the step at %s, want %s", code.From, stepStart.Add(tt.want))
			}
			if waits != tt.waits {
				t.Errorf("waited %d times, want %d", waits, tt.waits)
			}
			if want, _ := k.At(k.Step(code.From)); want.Reveal() != code.Reveal() {
				t.Error("the code is not that of its step")
			}
		})
	}
}

// Two targets with one account share what is spent.
func TestSpentIsCountedForTheSeed(t *testing.T) {
	c := &clock{at: noon}
	g := newGate(t, c.now)
	add(t, g, auth.Enrolment{Target: target("one"), OTP: key(t, testSeed)})
	add(t, g, auth.Enrolment{Target: target("two"), OTP: key(t, "otpauth://totp/Other:name?secret="+strings.ToLower(testSeed))})
	if _, _, err := g.Code(t.Context(), "one", auth.CodeOptions{By: "verify"}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := g.Code(t.Context(), "two", auth.CodeOptions{NoWait: true}); !errors.Is(err, auth.ErrNothingFresh) {
		t.Errorf("the other target was given the same step: %v", err)
	}
	k, err := g.Key(t.Context(), "two")
	if err != nil {
		t.Fatal(err)
	}
	spent, ok, err := g.Spent(t.Context(), k)
	if err != nil || !ok || spent.By != "verify" || spent.Step != k.Step(noon) {
		t.Errorf("what was spent: %+v %v %v", spent, ok, err)
	}
}

func TestClockThatWasSetBackIsNamed(t *testing.T) {
	c := &clock{at: noon}
	g := newGate(t, c.now)
	add(t, g, auth.Enrolment{Target: target("shop"), OTP: key(t, testSeed)})
	if _, _, err := g.Code(t.Context(), "shop", auth.CodeOptions{}); err != nil {
		t.Fatal(err)
	}
	c.set(noon.Add(-time.Hour))
	_, _, err := g.Code(t.Context(), "shop", auth.CodeOptions{})
	if !errors.Is(err, auth.ErrNothingFresh) || !strings.Contains(err.Error(), "ahead of this machine's clock") {
		t.Errorf("got %v", err)
	}
	// A little behind is waited for.
	c.set(noon.Add(-40 * time.Second))
	waited := false
	_, _, err = g.Code(t.Context(), "shop", auth.CodeOptions{Waiting: func(until time.Time) { waited = true; c.set(until) }})
	if err != nil || !waited {
		t.Errorf("waited %v: %v", waited, err)
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	c := &clock{at: noon}
	g := newGate(t, c.now)
	add(t, g, auth.Enrolment{Target: target("shop"), OTP: key(t, testSeed)})
	if _, _, err := g.Code(t.Context(), "shop", auth.CodeOptions{}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, _, err := g.Code(ctx, "shop", auth.CodeOptions{Waiting: func(time.Time) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestCountersStartWhereTheyStand(t *testing.T) {
	g := newGate(t, time.Now)
	add(t, g, auth.Enrolment{Target: target("bank"), OTP: key(t, "otpauth://hotp/Bank?counter=5&secret="+testSeed)})
	for _, want := range []string{"254676", "287922", "162583"} { // RFC 4226, appendix D, counters 5 to 7
		peeked, _, err := g.Code(t.Context(), "bank", auth.CodeOptions{Peek: true})
		if err != nil || peeked.Reveal() != want {
			t.Fatalf("peeking gave another code than counter's: %v", err)
		}
		code, _, err := g.Code(t.Context(), "bank", auth.CodeOptions{})
		if err != nil || code.Reveal() != want {
			t.Fatalf("counter's code is wrong: %v", err)
		}
	}
}

// labGate is a Gate with a lab's applications as targets.
func labGate(t *testing.T, o lab.Options) (*auth.Gate, *lab.Lab) {
	t.Helper()
	l, err := lab.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	g := newGate(t, time.Now)
	for _, app := range l.Describe().Apps {
		e := auth.Enrolment{
			Target: store.Target{
				Name: app.Name, URL: app.URL, Username: app.Username, Route: store.RouteExemption,
				Proof: store.Proof{URL: app.ProofURL, Text: app.ProofText},
			},
			Password: store.NewSecret(app.Password),
		}
		if app.OTPAuth != "" {
			e.OTP, e.Target.Route = key(t, app.OTPAuth), store.RouteOTP
		}
		add(t, g, e)
	}
	return g, l
}

func TestVerifyKeepsVerdictAndEvidence(t *testing.T) {
	g, _ := labGate(t, lab.Options{})
	var events []login.Event
	result, err := g.Verify(t.Context(), "portal", auth.VerifyOptions{}, func(e login.Event) { events = append(events, e) })
	if err != nil || !result.OK() {
		t.Fatalf("%+v %v", result, err)
	}
	if len(events) == 0 || events[0].Run != result.Run {
		t.Error("the events are not of this run")
	}
	all, err := g.Overview(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.Target.Name == "portal" && (s.Last == nil || s.Last.Verdict != string(login.SignedIn) || s.Last.Run != result.Run) {
			t.Errorf("the verdict was not kept: %+v", s.Last)
		}
	}
	text, err := os.ReadFile(result.Evidence)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{result.Run, `"signed-in"`, "/account"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the evidence does not have %s", want)
		}
	}
	password, _ := g.Secrets.Get(t.Context(), store.Ref{Owner: "portal", Kind: store.KindPassword})
	if strings.Contains(string(text), password.Reveal()) {
		t.Error("the evidence holds the password")
	}
}

func TestOnlyTheLastTenRunsAreKept(t *testing.T) {
	g, _ := labGate(t, lab.Options{})
	var last string
	for range 12 {
		result, err := g.Verify(t.Context(), "portal", auth.VerifyOptions{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		last = result.Evidence
	}
	files, err := os.ReadDir(g.Home.EvidenceDir("portal"))
	if err != nil || len(files) != 10 {
		t.Fatalf("%d timelines are kept (%v)", len(files), err)
	}
	if _, err := os.Stat(last); err != nil {
		t.Errorf("the newest one is gone: %v", err)
	}
}

func TestEvidenceWithASecretIsNotWritten(t *testing.T) {
	g, l := labGate(t, lab.Options{})
	app, _ := l.Describe().App("portal")
	leaky := store.Target{
		Name: "leaky", URL: app.URL, Username: "not-known", Route: store.RouteExemption,
		Proof: store.Proof{URL: app.ProofURL},
	}
	// This account's password is a word of the application's own addresses, and the
	// timeline has those.
	add(t, g, auth.Enrolment{Target: leaky, Password: store.NewSecret("login")})
	result, err := g.Verify(t.Context(), "leaky", auth.VerifyOptions{}, nil)
	if err == nil || result.Evidence != "" {
		t.Errorf("evidence with a secret was written: %q %v", result.Evidence, err)
	}
	if result.Verdict != login.Refused {
		t.Errorf("the verdict was lost: %s", result.Verdict)
	}
}

func TestVerifyStopsBeforeAnythingIsSent(t *testing.T) {
	g, l := labGate(t, lab.Options{})
	if _, err := g.Verify(t.Context(), "nobody", auth.VerifyOptions{}, nil); !errors.Is(err, store.ErrNoTarget) {
		t.Errorf("a target that is not there: %v", err)
	}
	if _, err := g.Verify(t.Context(), "shop", auth.VerifyOptions{Driver: "magic"}, nil); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("a driver that is not there: %v", err)
	}
	if _, err := g.Verify(t.Context(), "shop", auth.VerifyOptions{Proxy: "ftp://proxy:1"}, nil); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("a proxy that is none: %v", err)
	}
	if err := g.Secrets.Delete(t.Context(), store.Ref{Owner: "shop", Kind: store.KindSeed}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Verify(t.Context(), "shop", auth.VerifyOptions{}, nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a seed that is gone: %v", err)
	}
	if n := l.SignIns("shop"); n != 0 {
		t.Errorf("%d logins were made", n)
	}
}

func TestInspectReadsWithoutSigningIn(t *testing.T) {
	g, l := labGate(t, lab.Options{Switches: map[string][]string{"portal": {"needs-script"}}})
	for app, want := range map[string]struct {
		kind login.Kind
		code login.Code
	}{
		"shop":     {login.KindBoth, ""},
		"intranet": {login.KindUsername, ""},
		"portal":   {login.KindScript, login.NeedsBrowser},
	} {
		a, _ := l.Describe().App(app)
		in, err := g.Inspect(t.Context(), a.URL)
		if err != nil {
			t.Fatal(err)
		}
		if in.Kind != want.kind {
			t.Errorf("%s is read as %s", app, in.Kind)
		}
		var code login.Code
		if in.Diagnosis != nil {
			code = in.Diagnosis.Code
		}
		if code != want.code {
			t.Errorf("%s is diagnosed as %q", app, code)
		}
	}
	if _, err := g.Inspect(t.Context(), "not an address"); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("got %v", err)
	}
}

// An import that fails half-way keeps nothing of it.
func TestImportKeepsAllOrNothing(t *testing.T) {
	g := newGate(t, time.Now)
	add(t, g, auth.Enrolment{Target: target("shop"), OTP: key(t, testSeed)})
	entries := []importer.Entry{
		{Key: *key(t, "otpauth://totp/Shop:bot?secret="+testSeed), Name: "the same seed"},
		{Key: *key(t, "otpauth://totp/Bank:bot?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR"), Name: "Bank: böt"},
		{Key: *key(t, "otpauth://totp/Bank:bot?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJS"), Name: "bank - bt", Tags: []string{"work", "work", "\x1b[31m"}},
	}
	plan, err := g.Collect(t.Context(), entries)
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Existing) != 1 || plan.Existing[0].Target != "shop" {
		t.Errorf("the seed that is here already: %+v", plan.Existing)
	}
	if len(plan.Add) != 2 || plan.Add[0].Target.Name != "bank-b-t" || plan.Add[1].Target.Name != "bank-bt" {
		t.Fatalf("the new ones: %+v", plan.Add)
	}
	if tags := plan.Add[1].Target.Tags; len(tags) != 1 || tags[0] != "work" {
		t.Errorf("tags: %q", tags)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = g.AddAll(ctx, plan.Add, auth.Importing{Progress: func(auth.ImportProgress) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if all, _ := g.Targets.List(); len(all) != 1 {
		t.Errorf("%d targets are here after an import that was cancelled", len(all))
	}
	if _, err := g.Secrets.Get(t.Context(), store.Ref{Owner: "bank-b-t", Kind: store.KindSeed}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a seed stayed: %v", err)
	}
	if err := g.AddAll(t.Context(), plan.Add, auth.Importing{}); err != nil {
		t.Fatal(err)
	}
	if again, _ := g.Collect(t.Context(), entries); len(again.Add) != 0 || len(again.Existing) != 3 {
		t.Errorf("a second time: %+v", again)
	}
}
