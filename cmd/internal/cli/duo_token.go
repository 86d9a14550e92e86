package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gatepass/auth"
)

func (a *app) duoTokenCommand(o *duoFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Give a target's account a token that gatepass makes the codes of",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage{fmt.Errorf("there is no command %q of duo token", args[0]), instead(c, args[0])}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.tokenEnrolCommand(o), a.tokenRemoveCommand(o), a.tokenCSVCommand(o))
	return cmd
}

func (a *app) tokenEnrolCommand(o *duoFlags) *cobra.Command {
	var order auth.TokenOrder
	var seedFile string
	var seed seedFlags
	cmd := &cobra.Command{
		Use:     "enrol TARGET",
		Example: `  gatepass duo token enrol shop`,
		Aliases: []string{"enroll"},
		Short:   "Make a seed here, import it as a TOTP token, attach it, and prove it",
		Long: `Makes a seed, keeps it as the target's own, imports it into Duo as a TOTP hardware
token, attaches it to the target's account, looks for it among the account's devices, and
has Duo accept one passcode of it. From then on gatepass makes the account's codes.

A seed that is there already can be given: --otp-file with base32, or an otpauth
address, or what --otp-form says. A Duo Mobile activation link is none.

Where the tenant takes no TOTP token through its API, the steps for the Admin Panel are
said instead; the seed is kept.`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: a.onDuo(o, func(cmd *cobra.Command, gate *auth.Gate, name string) error {
			if _, err := gate.Targets.Get(name); err != nil {
				return err
			}
			if seedFile != "" {
				key, err := a.seedFrom(cmd.Context(), seedFile, &seed)
				if err != nil {
					return err
				}
				a.say("as a token of Duo's: %s\n", describeKey(*key))
				order.Seed = key
			}
			e, err := gate.DuoEnrolToken(cmd.Context(), name, order, a.duoWaits)
			if printed := a.print("%s", enrolText(e)); printed != nil {
				return errors.Join(printed, err)
			}
			if err != nil {
				return err
			}
			if !e.ByHand {
				a.say("sign in with it: gatepass edit %s --route otp, then gatepass verify %s\n", name, name)
				return nil
			}
			a.say("the tenant takes no TOTP token through its API; the seed is kept. By hand:\n")
			for i, s := range e.Steps {
				a.say("  %d. %s\n", i+1, s)
			}
			return status(exitFailed)
		}),
	}
	f := cmd.Flags()
	f.StringVar(&seedFile, "otp-file", "", `a file with a seed that is there already, or "-"`)
	seed.define(cmd)
	f.BoolVar(&order.UseKept, "use-kept", false, "enrol the seed that the target has already")
	f.BoolVar(&order.Replace, "replace", false, "give up the seed that the target has already")
	f.StringVar(&order.IP, "ip", "", "the address that the proof is said to come from")
	cmd.MarkFlagsMutuallyExclusive("use-kept", "otp-file")
	cmd.MarkFlagsMutuallyExclusive("use-kept", "replace")
	return cmd
}

func enrolText(e auth.TokenEnrolment) string {
	var b strings.Builder
	if e.TokenID != "" {
		fmt.Fprintf(&b, " ✓ token %s is imported and attached\n", e.Serial)
		for _, step := range []struct {
			done bool
			text string
		}{{e.Seen, "preauth lists it"}, {e.Accepted, "Duo accepted a passcode of it"}} {
			if step.done {
				fmt.Fprintf(&b, " ✓ %s\n", step.text)
			} else {
				fmt.Fprintf(&b, " – %s: not seen\n", step.text)
			}
		}
	}
	for _, n := range e.Notes {
		fmt.Fprintf(&b, "   %s\n", n)
	}
	return b.String()
}

func (a *app) tokenRemoveCommand(o *duoFlags) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:               "remove TARGET",
		Example:           `  gatepass duo token remove shop`,
		Aliases:           []string{"rm"},
		Short:             "Take a target's token from its account and out of Duo, and delete its seed",
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: a.onDuo(o, func(cmd *cobra.Command, gate *auth.Gate, name string) error {
			if err := a.agree(cmd, yes, fmt.Sprintf("This deletes the token of %s at Duo, and its seed here. Type remove to go on: ", name), "remove"); err != nil {
				return err
			}
			r, err := gate.DuoRemoveToken(cmd.Context(), name, a.duoWaits)
			if err != nil {
				return err
			}
			if r.AtDuo {
				a.say("removed the token %s at Duo, and its seed here\n", r.Serial)
				return nil
			}
			a.say("deleted the seed here; at Duo nothing was removed, because it has no token %s\n", r.Serial)
			a.say("  if an administrator imports it yet, it is a token that nobody can use: say so\n")
			return nil
		}),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func (a *app) tokenCSVCommand(o *duoFlags) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "csv TARGET --out FILE|-",
		Short: "Write the line with which the Admin Panel imports a target's token; it holds the seed",
		Long: `Writes the line with which the Admin Panel imports a target's token by hand: serial
number and seed in hexadecimal. Whoever has it can make the codes: delete it afterwards.`,
		Example:           `  gatepass duo token csv shop --out token.csv`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: a.onDuo(o, func(cmd *cobra.Command, gate *auth.Gate, name string) error {
			if out == "" {
				return usageError(cmd, errors.New("csv needs --out FILE, or --out - for standard output"))
			}
			_, line, err := gate.DuoTokenCSV(cmd.Context(), name)
			if err != nil {
				return err
			}
			if out == "-" {
				out = ""
			}
			return a.deliver(out, []byte(line.Reveal()))
		}),
	}
	cmd.Flags().StringVar(&out, "out", "", `a new file that only you can read, or "-"`)
	return cmd
}
