package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/lab"
	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
	"gatepass/store/vanish"
)

func (a *app) demoCommand() *cobra.Command {
	var plain bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See the whole story on the practice range, with nothing of yours touched",
		Long: `Opens the practice range, adds its applications to a throw-away store in memory, and
verifies them. On a terminal it opens the screens on them; elsewhere it prints each
stage and ends with 0 only if every verdict is what it should be. One target is meant
to fail, to show what a diagnosis looks like.`,
		Example: `  gatepass demo
  gatepass demo --plain`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.demo(cmd.Context(), a.Screen() && !plain)
		},
	}
	cmd.Flags().BoolVar(&plain, "plain", false, "print lines even on a terminal that could show a screen")
	return cmd
}

// expected is what the demo's verifications must come to.
type expected struct {
	verdict   login.Verdict
	diagnosis login.Code
}

// demoTargets are the applications that the demo signs in to, in its order.
var demoTargets = []struct {
	app   string
	route store.Route
	story string
	want  expected
}{
	{"shop", store.RouteOTP, "a password and a code from the secret store", expected{verdict: login.SignedIn}},
	{"intranet", store.RouteOTP, "the username first, then the password, then eight digits by SHA-256", expected{verdict: login.SignedIn}},
	{"portal", store.RouteExemption, "a policy lets this machine in without a second factor", expected{verdict: login.SignedIn}},
	{"payroll", store.RouteOTP, "meant to fail: its clock is two minutes ahead", expected{login.Refused, login.ClockSkew}},
}

func (a *app) demo(ctx context.Context, screen bool) (err error) {
	place, err := vanish.Make("", "demo", a.guardian)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.Close()) }()
	practice, err := lab.Start(ctx, lab.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = practice.Close() }()
	gate := a.gateAt(store.HomeAt(place.Path()), store.NewMemory())
	if err := addLab(ctx, gate, practice.Describe()); err != nil {
		return err
	}
	if screen {
		return a.screensOn(ctx, gate, "The practice range, nothing of yours. v signs in; payroll is meant to fail.")
	}
	return a.demoTranscript(ctx, gate)
}

// addLab keeps the practice range's applications as targets, and its Duo tenant.
func addLab(ctx context.Context, gate *auth.Gate, d lab.Description) error {
	for _, t := range demoTargets {
		app, ok := d.App(t.app)
		if !ok {
			return fmt.Errorf("the practice range has no application %q", t.app)
		}
		e := auth.Enrolment{Target: labTarget(app, t.route), Password: store.NewSecret(app.Password), Replace: true}
		if app.OTPAuth != "" {
			key, err := otp.Parse(app.OTPAuth)
			if err != nil {
				return fmt.Errorf("the seed of %s: %w", app.Name, err)
			}
			e.OTP = &key
		}
		if err := keepLabTarget(ctx, gate, e); err != nil {
			return err
		}
	}
	return addLabDuo(ctx, gate, d)
}

// demoTranscript verifies the targets one after the other and prints every stage.
func (a *app) demoTranscript(ctx context.Context, gate *auth.Gate) error {
	wrong := 0
	for i, t := range demoTargets {
		if i > 0 {
			if err := a.print("\n"); err != nil {
				return err
			}
		}
		if err := a.print("%s: %s\n", t.app, t.story); err != nil {
			return err
		}
		result, err := a.verifyOnce(ctx, gate, t.app, auth.VerifyOptions{}, false)
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if got := outcomeOf(result); got != t.want {
			wrong++
			a.say("this should have ended as %s %s\n", t.want.verdict, t.want.diagnosis)
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d verdicts are not what they should be", wrong, len(demoTargets))
	}
	return a.print("\n%d logins, each as it should be: %d signed in, 1 refused with its reason.\nTry it on your own application: gatepass setup\n",
		len(demoTargets), len(demoTargets)-1)
}

func outcomeOf(r login.Result) expected {
	e := expected{verdict: r.Verdict}
	if r.Diagnosis != nil {
		e.diagnosis = r.Diagnosis.Code
	}
	return e
}
