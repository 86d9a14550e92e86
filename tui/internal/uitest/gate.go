package uitest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"gatepass/auth"
	"gatepass/auth/advice"
	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/auth/otp/importer"
	"gatepass/store"
)

// Gate is a ui.Gate that keeps everything in memory and does what its fields say.
// It is safe for concurrent use; change the fields before the screen runs, or
// through Do.
type Gate struct {
	Now func() time.Time

	Targets  []auth.Summary
	Keys     map[string]otp.Key
	LastUsed map[string]store.Spent // by seed
	Counters map[string]uint64      // by seed: the next one
	Skews    map[string]login.Skew  // by address
	// Settled is what SettleImport answers.
	Settled auth.SettledImport

	// Fail makes the method of that name answer an error.
	Fail map[string]error
	// Pages are the login pages that Survey knows, by address.
	Pages map[string]login.Survey
	// Logins are what Verify plays, by target.
	Logins map[string]Login
	// Duo is what is known of Duo.
	Duo Duo
	// Scan is what is known of scans.
	Scan Scan
	// Kept is what Add was given, by target, for its secrets to be looked at.
	Kept map[string]auth.Enrolment
	// Hold, if not nil for a method, makes it wait until the channel is closed.
	Hold map[string]chan struct{}
	// Panic makes the method of that name panic with this value.
	Panic map[string]string

	// Answers are what KeepAnswers was given, by target.
	Answers map[string]advice.Answers

	// Verified is what Verify was given.
	Verified []auth.VerifyOptions

	mu    sync.Mutex
	calls []string
}

// NewGate is a Gate with nothing in it.
func NewGate(now func() time.Time) *Gate {
	return &Gate{
		Now: now, Keys: map[string]otp.Key{}, LastUsed: map[string]store.Spent{}, Counters: map[string]uint64{}, Skews: map[string]login.Skew{},
		Fail: map[string]error{}, Pages: map[string]login.Survey{}, Logins: map[string]Login{},
		Kept: map[string]auth.Enrolment{}, Hold: map[string]chan struct{}{}, Panic: map[string]string{}, Answers: map[string]advice.Answers{},
	}
}

// Do changes the Gate while it is in use.
func (g *Gate) Do(change func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change()
}

// Calls lists the calls so far, as "Key shop".
func (g *Gate) Calls() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.calls)
}

// Count tells how many calls begin with prefix.
func (g *Gate) Count(prefix string) int {
	n := 0
	for _, c := range g.Calls() {
		if strings.HasPrefix(c, prefix) {
			n++
		}
	}
	return n
}

// called notes a call and does what Hold, Panic and Fail say.
func (g *Gate) called(ctx context.Context, method, about string) error {
	g.mu.Lock()
	g.calls = append(g.calls, strings.TrimSpace(method+" "+about))
	hold, fail, broken := g.Hold[method], g.Fail[method], g.Panic[method]
	g.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if broken != "" {
		panic(broken)
	}
	return fail
}

// Overview implements ui.Gate.
func (g *Gate) Overview(ctx context.Context) ([]auth.Summary, error) {
	err := g.called(ctx, "Overview", "")
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.Targets), err
}

// KeepAnswers implements ui.Gate.
func (g *Gate) KeepAnswers(ctx context.Context, target string, a advice.Answers) error {
	if err := g.called(ctx, "KeepAnswers", target); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.Answers[target] = a
	return nil
}

// Add implements ui.Gate.
func (g *Gate) Add(ctx context.Context, e auth.Enrolment) error {
	if err := g.called(ctx, "Add", e.Target.Name); err != nil {
		return err
	}
	if !e.Password.IsZero() {
		e.Target.Secrets = append(e.Target.Secrets, store.KindPassword)
	}
	if e.OTP != nil {
		e.Target.Secrets = append(e.Target.Secrets, store.KindSeed)
	}
	if err := e.Target.Validate(); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.Kept[e.Target.Name] = e
	if e.OTP != nil {
		g.Keys[e.Target.Name] = *e.OTP
	}
	if e.Replace {
		g.Targets = slices.DeleteFunc(g.Targets, func(s auth.Summary) bool { return s.Target.Name == e.Target.Name })
	}
	g.Targets = append(g.Targets, auth.Summary{Target: e.Target})
	return nil
}

// Rename implements ui.Gate.
func (g *Gate) Rename(ctx context.Context, from, to string) error {
	if err := g.called(ctx, "Rename", from+" "+to); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for i := range g.Targets {
		if g.Targets[i].Target.Name == from {
			g.Targets[i].Target.Name = to
		}
	}
	return nil
}

// Remove implements ui.Gate.
func (g *Gate) Remove(ctx context.Context, name string) error {
	if err := g.called(ctx, "Remove", name); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.Targets = slices.DeleteFunc(g.Targets, func(s auth.Summary) bool { return s.Target.Name == name })
	return nil
}

// Key implements ui.Gate.
func (g *Gate) Key(ctx context.Context, name string) (otp.Key, error) {
	if err := g.called(ctx, "Key", name); err != nil {
		return otp.Key{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	k, ok := g.Keys[name]
	if !ok {
		return otp.Key{}, fmt.Errorf("read %s/otp: %w", name, store.ErrNotFound)
	}
	return k, nil
}

// Spent implements ui.Gate.
func (g *Gate) Spent(ctx context.Context, k otp.Key) (store.Spent, bool, error) {
	if err := g.called(ctx, "Spent", ""); err != nil {
		return store.Spent{}, false, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	s, ok := g.LastUsed[k.Seed().Reveal()]
	return s, ok, nil
}

// FindCounter implements ui.Gate, for the counters up to a hundred.
func (g *Gate) FindCounter(ctx context.Context, name string, codes []store.Secret) (auth.CounterMatch, error) {
	if err := g.called(ctx, "FindCounter", name); err != nil {
		return auth.CounterMatch{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	k := g.Keys[name]
	match := auth.CounterMatch{Known: g.Counters[k.Seed().Reveal()]}
	for match.Next = uint64(len(codes)); match.Next < 100; match.Next++ {
		fits := true
		for i, want := range codes {
			c, err := k.HOTP(match.Next - uint64(len(codes)-i))
			fits = fits && err == nil && c.Reveal() == want.Reveal()
		}
		if fits {
			return match, nil
		}
	}
	return auth.CounterMatch{}, auth.ErrNoCounter
}

// MoveCounter implements ui.Gate.
func (g *Gate) MoveCounter(ctx context.Context, name string, next uint64, back bool) (uint64, error) {
	if err := g.called(ctx, "MoveCounter", fmt.Sprint(name, " ", next, " ", back)); err != nil {
		return 0, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	seed := g.Keys[name].Seed().Reveal()
	was := g.Counters[seed]
	if next < was && !back {
		return was, store.ErrCounterBack
	}
	g.Counters[seed] = next
	return was, nil
}

// Uses implements ui.Gate.
func (g *Gate) Uses(ctx context.Context, keys []otp.Key) ([]store.Use, error) {
	if err := g.called(ctx, "Uses", ""); err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	uses := make([]store.Use, len(keys))
	for i, k := range keys {
		seed := k.Seed().Reveal()
		s, known := g.LastUsed[seed]
		uses[i] = store.Use{Known: known, Step: s.Step, At: s.At, By: s.By}
		if k.Type() == otp.HOTP {
			uses[i].Next = k.Counter()
			if next, ok := g.Counters[seed]; ok {
				uses[i].Next = next
			}
		}
	}
	return uses, nil
}

// Skew implements ui.Gate.
func (g *Gate) Skew(ctx context.Context, address string) (login.Skew, error) {
	if err := g.called(ctx, "Skew", address); err != nil {
		return login.Skew{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.Skews[address], nil
}

// Collect implements ui.Gate.
func (g *Gate) Collect(ctx context.Context, entries []importer.Entry) (auth.Collection, error) {
	if err := g.called(ctx, "Collect", ""); err != nil {
		return auth.Collection{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	var c auth.Collection
	owners := map[string]string{}
	for name, k := range g.Keys {
		owners[k.Seed().Reveal()] = name
	}
	for i, e := range entries {
		if owner, known := owners[e.Key.Seed().Reveal()]; known {
			c.Existing = append(c.Existing, auth.ExistingEntry{Name: e.Name, Where: e.Where, Target: owner})
			continue
		}
		name := fmt.Sprintf("entry-%d", i+1)
		owners[e.Key.Seed().Reveal()] = name
		c.Add = append(c.Add, auth.Enrolment{Target: store.Target{Name: name, Username: e.Key.Account(), Route: store.RouteOTP, Tags: e.Tags}, OTP: &e.Key})
	}
	return c, nil
}

// AddAll implements ui.Gate.
func (g *Gate) AddAll(ctx context.Context, list []auth.Enrolment, o auth.Importing) error {
	for i, e := range list {
		if err := errors.Join(ctx.Err(), g.Add(ctx, e)); err != nil {
			for n, kept := range list[:i] {
				o.Progress(auth.ImportProgress{Back: true, Done: n, Total: i})
				_ = g.Remove(context.WithoutCancel(ctx), kept.Target.Name)
			}
			return err
		}
		o.Progress(auth.ImportProgress{Done: i + 1, Total: len(list)})
	}
	return nil
}

// SettleImport implements ui.Gate: it answers what Settled says.
func (g *Gate) SettleImport(ctx context.Context, _ auth.Importing) (auth.SettledImport, error) {
	if err := g.called(ctx, "SettleImport", ""); err != nil {
		return auth.SettledImport{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.Settled, nil
}

// Draw implements ui.Gate. It never waits.
func (g *Gate) Draw(ctx context.Context, k otp.Key, o auth.CodeOptions) (otp.Code, error) {
	about := k.Account()
	if o.Peek {
		about += " peek"
	}
	if err := g.called(ctx, "Draw", about); err != nil {
		return otp.Code{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	seed := k.Seed().Reveal()
	if k.Type() == otp.HOTP {
		counter := g.Counters[seed]
		if !o.Peek {
			g.Counters[seed] = counter + 1
			g.LastUsed[seed] = store.Spent{Step: int64(counter), At: g.Now(), By: o.By}
		}
		return k.HOTP(counter)
	}
	step := k.Step(g.Now())
	if !o.Peek {
		if used, ok := g.LastUsed[seed]; ok && used.Step >= step {
			return otp.Code{}, auth.ErrNothingFresh
		}
		g.LastUsed[seed] = store.Spent{Step: step, At: g.Now(), By: o.By}
	}
	return k.At(step)
}

// Verify implements ui.Gate.
func (g *Gate) Verify(ctx context.Context, name string, o auth.VerifyOptions, emit auth.Sink) (login.Result, error) {
	about := name
	if o.TrustDevice {
		about += " trust"
	}
	if err := g.called(ctx, "Verify", about); err != nil {
		return login.Result{}, err
	}
	g.Do(func() { g.Verified = append(g.Verified, o) })
	return g.play(ctx, name, o, emit)
}

// Survey implements ui.Gate.
func (g *Gate) Survey(ctx context.Context, url string) (login.Survey, error) {
	if err := g.called(ctx, "Survey", url); err != nil {
		return login.Survey{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	in, ok := g.Pages[url]
	if !ok {
		return login.Survey{Inspection: login.Inspection{URL: url, Kind: login.KindNone, Diagnosis: &login.Diagnosis{
			Code: login.DNS, Title: "The application's name could not be found",
			Detail: "No such host.", Remedy: "Check the address.",
		}}}, nil
	}
	return in, nil
}
