package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/store"
)

func (a *app) addCommand() *cobra.Command {
	var flags targetFlags
	var bypass bypassFlags
	var recorded recordingFlags
	var seed seedFlags
	var passwordFile, otpFile string
	var replace bool
	cmd := &cobra.Command{
		Use:   "add NAME --url URL --username USER --route ROUTE",
		Short: "Keep a target, and its secrets in the secret store",
		Long: `Keeps a target: its description in a file that holds no secret, its password, seed
and bypass codes in the secret store. Secrets are read from a file or, with "-", from standard
input; typed at a terminal they are not shown.

With --replace an existing target is changed: what is given replaces what was
there, and all else stays; bypass codes come to those that are there.`,
		Example: `  gatepass add shop --url https://shop.example.com/login --username scan-bot --route otp \
      --password-file password.txt --otp-file - --proof-url https://shop.example.com/account --proof-text scan-bot`,
		Args: exactArgs("a name for the target"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if fromInput(passwordFile, otpFile, bypass.file, recorded.file) > 1 && !a.InIsTerminal() {
				return usageError(cmd, errors.New("only one secret can come from standard input"))
			}
			gate, err := a.gate()
			if err != nil {
				return err
			}
			e, err := a.enrolment(cmd, gate, args[0], &flags, replace)
			if err != nil {
				return err
			}
			if e.Password, e.OTP, err = a.secretsFor(cmd.Context(), passwordFile, otpFile, &seed); err != nil {
				return err
			}
			if e.Bypass, err = bypass.read(cmd.Context(), a, cmd); err != nil {
				return err
			}
			taken, err := recorded.read(cmd.Context(), a, cmd, gate, e.Target, e.Password)
			if err != nil {
				return err
			}
			if taken != nil {
				e.Recording = taken.File
			}
			added, err := gate.Enrol(cmd.Context(), e)
			if err != nil {
				return err
			}
			if taken != nil {
				a.keptRecording(e.Target.Name, *taken)
			}
			a.kept(gate, e, added)
			return nil
		},
	}
	flags.define(cmd)
	cmd.Flags().StringVar(&passwordFile, "password-file", "", `a file with the password, or "-"`)
	cmd.Flags().StringVar(&otpFile, "otp-file", "", `a file with the seed (an otpauth address or base32), or "-"`)
	seed.define(cmd)
	bypass.define(cmd)
	recorded.define(cmd)
	cmd.Flags().BoolVar(&replace, "replace", false, "change the target if it exists")
	return cmd
}

// fromInput counts the files that are standard input.
func fromInput(files ...string) int {
	n := 0
	for _, file := range files {
		if file == "-" {
			n++
		}
	}
	return n
}

// enrolment is the target as the flags describe it, on top of the one that
// --replace changes.
func (a *app) enrolment(cmd *cobra.Command, gate *auth.Gate, name string, flags *targetFlags, replace bool) (auth.Enrolment, error) {
	e := auth.Enrolment{Target: store.Target{Name: name}, Replace: replace}
	if replace {
		old, err := gate.Targets.Get(name)
		if err != nil && !errors.Is(err, store.ErrNoTarget) {
			return e, err
		}
		if err == nil {
			e.Target = old
		}
	}
	flags.apply(&e.Target, cmd.Flags())
	if err := gate.CheckStock(cmd.Context(), name, flags.stock); err != nil {
		return e, err
	}
	a.inOnlyTenant(gate, &e.Target)
	if err := e.Target.Validate(); err != nil {
		return e, err
	}
	return e, nil
}

// inOnlyTenant says which tenant a target is in that names none, where there is but one.
func (a *app) inOnlyTenant(gate *auth.Gate, t *store.Target) {
	if gate.InOnlyTenant(t) {
		a.say("its account is in the Duo tenant %s, the only one\n", t.Duo.Tenant)
	}
}

// secretsFor reads the secrets that come with a target.
func (a *app) secretsFor(ctx context.Context, passwordFile, otpFile string, form *seedFlags) (password store.Secret, key *otp.Key, err error) {
	if passwordFile != "" {
		if password, err = a.secretFrom(ctx, passwordFile, "password"); err != nil {
			return password, nil, err
		}
	}
	if otpFile != "" {
		if key, err = a.seedFrom(ctx, otpFile, form); err != nil {
			return password, nil, err
		}
	}
	return password, key, nil
}

// kept says what was kept where.
func (a *app) kept(gate *auth.Gate, e auth.Enrolment, added auth.BypassAdded) {
	a.say("kept %s in %s\n", e.Target.Name, gate.Targets.Path(e.Target.Name))
	if !e.Password.IsZero() {
		a.say("kept its password in the %s\n", gate.Secrets.Backend())
	}
	if e.OTP != nil {
		a.say("kept its seed in the %s: %s\n", gate.Secrets.Backend(), describeKey(*e.OTP))
		for _, note := range e.OTP.Notes() {
			a.say("  %s\n", note)
		}
	}
	if e.Bypass != nil {
		a.keptCodes(gate, *e.Bypass, added)
	}
	a.say("see whether it signs in: gatepass verify %s\n", e.Target.Name)
}

// describeKey says what a seed was taken for.
func describeKey(k otp.Key) string {
	s := fmt.Sprintf("%s, %d digits, %s", k.Type(), k.Digits(), k.Algorithm())
	if k.Type() != otp.HOTP {
		s += ", every " + wholeSeconds(k.Period())
	} else {
		s += fmt.Sprintf(", from counter %d", k.Counter())
	}
	if whose := strings.TrimSpace(k.Issuer() + " " + k.Account()); whose != "" {
		s += " (" + whose + ")"
	}
	return s
}
