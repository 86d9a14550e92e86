package chrome

import (
	"errors"
	"os"
	"testing"
	"time"

	"gatepass/auth/lab"
	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

func stopOf(err error) *login.Stopped {
	var s *login.Stopped
	if errors.As(err, &s) {
		return s
	}
	return nil
}

// The applications of the practice range let the browser in, and the proof is not
// seen without the session.
func TestSignsInToThePracticeRange(t *testing.T) {
	t.Parallel()
	l, err := lab.Start(t.Context(), lab.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for _, browser := range []string{"", "chromium"} {
		for _, name := range []string{"shop", "intranet", "portal"} {
			if browser != "" && name != "shop" {
				continue
			}
			t.Run(name+" "+browser, func(t *testing.T) {
				app, ok := l.Describe().App(name)
				if !ok {
					t.Fatal("no such application")
				}
				target := store.Target{
					Name: name, URL: app.URL, Username: app.Username, Route: store.RouteOTP,
					Proof: store.Proof{URL: app.ProofURL, Text: app.ProofText},
				}
				plan := login.Plan{Target: target, Password: store.NewSecret(app.Password), Budget: 30 * time.Second, Now: time.Now}
				if app.OTPAuth == "" {
					plan.Target.Route = store.RouteExemption
				} else {
					key, err := otp.Parse(app.OTPAuth)
					if err != nil {
						t.Fatal(err)
					}
					c := &codes{key: key, now: time.Now}
					if browser != "" {
						c.last = key.Step(time.Now()) // the run before has spent this one
					}
					plan.Passcodes = c
				}
				if os.Getenv("GATEPASS_TEST_VERBOSE") != "" {
					plan.Emit = func(e login.Event) { t.Logf("%+v", e) }
				}
				d := open(t, Options{Path: browser, Guard: login.NewGuard(login.Grants(target), nil)})
				r := login.Run(within(t), d, plan)
				if !r.OK() {
					t.Fatalf("%s: %+v\n%+v", r.Verdict, r.Diagnosis, r.Stages)
				}
				t.Logf("took %s, clock %+v, %d requests", r.Elapsed, d.Skew(), len(d.Traffic()))
				if !d.Skew().Known {
					t.Error("the target's clock was not read")
				}
			})
		}
	}
}
