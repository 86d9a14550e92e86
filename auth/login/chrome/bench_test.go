package chrome

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"gatepass/auth/lab"
	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

// skipping is a clock that goes on by a time step when it is told to, so that every
// login has a code of its own at once.
type skipping struct{ ahead atomic.Int64 }

func (s *skipping) now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }

// BenchmarkSixBoxes signs in to the practice range's single-page application with its
// six boxes twice over: by the engine, and by hand, with chromedp and selectors that
// are known in advance. Both do the same: start a browser, sign in, ask for the proof
// with the session and, as somebody else, without it, and end the browser. The engine
// also finds its way by itself and judges every request.
//
// The metric "of-by-hand" is the ratio of the two times, measured in one run and in
// turns, so that what else the machine does weighs on both.
func BenchmarkSixBoxes(b *testing.B) {
	path := program(b, "")
	clock := &skipping{}
	practice, err := lab.Start(b.Context(), lab.Options{Now: clock.now})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = practice.Close() }()
	app, ok := practice.Describe().App("desk")
	if !ok {
		b.Fatal("there is no desk")
	}
	key, err := otp.Parse(app.OTPAuth)
	if err != nil {
		b.Fatal(err)
	}
	var engine, signedIn, hand time.Duration
	round := func() {
		clock.ahead.Add(int64(key.Period()))
		begun := time.Now()
		signedIn += byEngine(b, path, app, &codes{key: key, now: clock.now}, clock.now)
		engine += time.Since(begun)

		clock.ahead.Add(int64(key.Period()))
		code, err := key.At(key.Step(clock.now()))
		if err != nil {
			b.Fatal(err)
		}
		begun = time.Now()
		byHand(b, path, app, code.Reveal())
		hand += time.Since(begun)
	}
	round() // what is read from the disk for the first time counts for nobody
	engine, signedIn, hand = 0, 0, 0
	for b.Loop() {
		round()
	}
	n := float64(b.N)
	b.ReportMetric(float64(engine)/float64(hand), "of-by-hand")
	b.ReportMetric(engine.Seconds()*1000/n, "engine-ms/login")
	b.ReportMetric(hand.Seconds()*1000/n, "by-hand-ms/login")
	b.ReportMetric(signedIn.Seconds()*1000/n, "until-session-ms")
}

// byEngine answers how long it took until the passcode was accepted.
func byEngine(b *testing.B, path string, app lab.App, passcodes login.Passcodes, now func() time.Time) time.Duration {
	b.Helper()
	begun := time.Now()
	target := store.Target{
		Name: "desk", URL: app.URL, Username: app.Username, Route: store.RouteOTP,
		Proof: store.Proof{URL: app.ProofURL, Text: app.ProofText},
	}
	guard := login.NewGuard(login.Grants(target), nil)
	d, err := New(Options{Path: path, Guard: guard, Now: now, TempDir: profiles, Environ: os.Environ()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := d.Close(); err != nil {
			b.Error(err)
		}
	}()
	var accepted time.Duration
	r := login.Run(context.Background(), d, login.Plan{
		Target: target, Password: store.NewSecret(app.Password), Passcodes: passcodes, Guard: guard, Budget: time.Minute, Now: now,
		Emit: func(e login.Event) {
			if os.Getenv("GATEPASS_TEST_VERBOSE") != "" {
				b.Logf("%s %s %s %s", time.Since(begun), e.Stage, e.State, e.Note)
			}
			if e.Stage == login.StagePasscode && e.State == login.Pass {
				accepted = time.Since(begun)
			}
		},
	})
	if !r.OK() {
		b.Fatalf("the engine did not sign in: %+v", r.Diagnosis)
	}
	return accepted
}

func byHand(b *testing.B, path string, app lab.App, code string) {
	b.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(b.TempDir()))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	defer cancel()
	ctx, end := chromedp.NewContext(ctx)
	defer end()
	steps := []chromedp.Action[chromedp.Void]{
		chromedp.Navigate(app.URL),
		chromedp.SendKeys(chromedp.ID("login-name"), app.Username),
		chromedp.SendKeys(chromedp.ID("login-password"), app.Password),
		chromedp.Click(chromedp.CSS("button.main")),
	}
	for i, c := range code {
		steps = append(steps, chromedp.SendKeys(chromedp.CSS(fmt.Sprintf(".digits input:nth-child(%d)", i+1)), string(c)))
	}
	steps = append(steps, chromedp.WaitVisible(chromedp.CSS("table")))
	if err := chromedp.Do(ctx, steps...); err != nil && !errors.Is(err, context.Canceled) {
		b.Fatal(err)
	}
	for _, with := range []bool{true, false} {
		var o []chromedp.ContextOption
		if !with {
			o = append(o, chromedp.WithNewBrowserContext())
		}
		tab, shut := chromedp.NewContext(ctx, o...)
		if err := chromedp.Do(tab, chromedp.Navigate(app.ProofURL)); err != nil {
			b.Fatal(err)
		}
		text, err := chromedp.Run(tab, chromedp.Text(chromedp.CSS("body")))
		if err != nil {
			b.Fatal(err)
		}
		if seen := strings.Contains(text, app.ProofText); seen != with {
			b.Fatalf("with the session %t the proof is seen: %t", with, seen)
		}
		shut()
	}
}
