package chrome

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"gatepass/auth/login"
	"gatepass/store"
)

// fixed gives one passcode, which the application of these tests takes any number
// of times.
type fixed struct{}

func (fixed) Draw(context.Context, func(time.Time)) (login.Passcode, error) {
	return login.Passcode{Value: store.NewSecret(passcode), Factor: "totp"}, nil
}

// BenchmarkSixBoxes signs in to the single-page application twice: by the engine,
// and by hand with chromedp and selectors that are known in advance. Both start a
// browser of their own. The metric is what the engine takes for each second by
// hand; it does more: it finds its way, guards every request, and ends by asking
// for the proof and for the control, which hand-written logins leave out and which
// are timed by themselves.
func BenchmarkSixBoxes(b *testing.B) {
	s := serve(b, &app{})
	path := program(b, "")
	var engine, hand, proof time.Duration
	for b.Loop() {
		begun := time.Now()
		at := byEngine(b, path, s.URL+"/advance")
		engine += at
		proof += time.Since(begun) - at
		begun = time.Now()
		byHand(b, path, s.URL+"/advance")
		hand += time.Since(begun)
	}
	n := float64(b.N)
	b.ReportMetric(float64(engine)/float64(hand), "engine/hand")
	b.ReportMetric(engine.Seconds()*1000/n, "engine-ms/login")
	b.ReportMetric(hand.Seconds()*1000/n, "hand-ms/login")
	b.ReportMetric(proof.Seconds()*1000/n, "proof-and-close-ms")
}

// byEngine answers how long it took until the passcode was accepted.
func byEngine(b *testing.B, path, where string) time.Duration {
	b.Helper()
	begun := time.Now()
	d, err := New(Options{Path: path, Origins: login.Origins{login.Origin(address(b, where))}, Now: time.Now, TempDir: profiles, Environ: os.Environ()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	var accepted time.Duration
	r := login.Run(context.Background(), d, login.Plan{
		Target:   store.Target{Name: "ws", URL: where, Username: username, Route: store.RouteOTP, Proof: store.Proof{URL: where, Text: "Sign in"}},
		Password: store.NewSecret(password), Passcodes: fixed{}, Budget: time.Minute, Now: time.Now,
		Emit: func(e login.Event) {
			if e.Stage == login.StagePasscode && e.State == login.Pass {
				accepted = time.Since(begun)
			}
		},
	})
	if accepted == 0 {
		b.Fatalf("the engine did not sign in: %+v", r)
	}
	return accepted
}

func byHand(b *testing.B, path, where string) {
	b.Helper()
	folder := b.TempDir()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(folder))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	defer cancel()
	ctx, end := chromedp.NewContext(ctx)
	defer end()
	steps := []chromedp.Action[chromedp.Void]{
		chromedp.Navigate(where),
		chromedp.SendKeys(chromedp.ID("who"), username),
		chromedp.SendKeys(chromedp.ID("pw"), password),
		chromedp.Click(chromedp.ID("go")),
		chromedp.WaitVisible(chromedp.CSS("#boxes input")),
	}
	for i, c := range passcode {
		steps = append(steps, chromedp.SendKeys(chromedp.JSPath(`document.querySelectorAll("#boxes input")[`+string(rune('0'+i))+`]`), string(c)))
	}
	steps = append(steps, chromedp.Click(chromedp.ID("go")), chromedp.WaitVisible(chromedp.CSS(`a[href="/logout"]`)))
	if err := chromedp.Do(ctx, steps...); err != nil && !errors.Is(err, context.Canceled) {
		b.Fatal(err)
	}
}
