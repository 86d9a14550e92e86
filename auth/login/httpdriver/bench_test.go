package httpdriver_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"gatepass/auth/lab"
	"gatepass/auth/login"
	"gatepass/auth/otp"
)

// BenchmarkShopLogin signs in to the range's shop with the engine, and in turn with
// a client that was written by hand for this one application: same requests, fixed
// names, no reading, no checks. The metric "of-by-hand" is the ratio of the two
// times, measured in one run so that what else the machine does weighs on both.
func BenchmarkShopLogin(b *testing.B) {
	p := newPractice(b, lab.Options{Attempts: 1 << 30})
	app := p.describe(b, "shop")
	key, err := otp.Parse(app.OTPAuth)
	if err != nil {
		b.Fatal(err)
	}
	var engine, hand time.Duration
	b.ResetTimer()
	for range b.N {
		begun := time.Now()
		if r := p.signIn(b, visit{app: "shop"}); r.Verdict != login.SignedIn {
			b.Fatalf("got %+v", r.Diagnosis)
		}
		engine += time.Since(begun)

		p.clock.advance(key.Period())
		code, err := key.At(key.Step(p.clock.now()))
		if err != nil {
			b.Fatal(err)
		}
		begun = time.Now()
		if err := byHand(app, code.Reveal()); err != nil {
			b.Fatal(err)
		}
		hand += time.Since(begun)
	}
	b.ReportMetric(float64(engine.Microseconds())/float64(b.N), "engine-µs/login")
	b.ReportMetric(float64(hand.Microseconds())/float64(b.N), "by-hand-µs/login")
	b.ReportMetric(float64(engine)/float64(hand), "of-by-hand")
}

var csrf = regexp.MustCompile(`name="csrf_token" value="([^"]+)"[^>]*>\s*(?:<input type="hidden" name="next" value="([^"]+)"|<label for="code")`)

// byHand makes the requests that the engine makes: the login page, the password, the
// code, and the proof with and without the session.
func byHand(app lab.App, code string) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := &http.Client{Jar: jar, Transport: transport}
	page, err := text(client.Get(app.URL))
	if err != nil {
		return err
	}
	for _, values := range []url.Values{{"username": {app.Username}, "password": {app.Password}}, {"code": {code}}} {
		token := csrf.FindStringSubmatch(page)
		if token == nil {
			return errors.New("no token on the page")
		}
		values.Set("csrf_token", token[1])
		to := app.URL
		if values.Has("code") {
			to += "/code"
		} else {
			values.Set("next", token[2])
		}
		if page, err = text(client.PostForm(to, values)); err != nil {
			return err
		}
	}
	for _, with := range []*http.Client{client, {Transport: transport}} {
		page, err := text(with.Get(app.ProofURL))
		if err != nil {
			return err
		}
		if seen := strings.Contains(page, app.ProofText); seen != (with == client) {
			return fmt.Errorf("the proof is seen: %v", seen)
		}
	}
	return nil
}

func text(resp *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// BenchmarkRead is what one page costs without the network.
func BenchmarkRead(b *testing.B) {
	p := newPractice(b, lab.Options{})
	u := address(b, p.describe(b, "shop").URL)
	body, err := text(http.Get(u.String()))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if r := login.Read(login.ReadDocument(body, u)); r.Kind != login.KindBoth {
			b.Fatal(r.Kind)
		}
	}
}
