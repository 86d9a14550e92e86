package cli

import (
	"context"
	"github.com/spf13/cobra"

	"gatepass/store"
	"gatepass/tui"
)

// codesWish is how the codes shall be shown.
type codesWish struct {
	plain, json, once, reveal bool
	names                     []string // of targets or tags; none is every target
}

func (a *app) codesCommand() *cobra.Command {
	var o codesWish
	cmd := &cobra.Command{
		Use:   "codes [NAME|TAG…]",
		Short: "Show the codes of every target with a seed, live",
		Long: `Shows the codes of every target with a seed, or of those that have one of the names
or tags that are given.

On a terminal they are live on a screen, covered until they are asked for. With
--plain a line is printed whenever a code changes, until ctrl+c: for screen readers,
which ACCESSIBLE=1 says there is, and for pipes. --json prints the same as JSON, an
object a line. --once ends after the present codes, as it does without a terminal.

Looking does not spend a code.`,
		Example: `  gatepass codes
  gatepass codes shop --plain`,
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.names = args
			return a.codes(cmd, o)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.plain, "plain", false, "print a line whenever a code changes, until ctrl+c")
	f.BoolVar(&o.json, "json", false, "print a JSON object a line whenever a code changes, until ctrl+c")
	f.BoolVar(&o.once, "once", false, "print the present codes and end")
	f.BoolVar(&o.reveal, "reveal", false, "on a screen, show the codes from the beginning")
	return cmd
}

func (a *app) codes(cmd *cobra.Command, o codesWish) error {
	if a.Screen() && !o.plain && !o.json && !o.once {
		if err := a.checkNames(o.names); err != nil {
			return err
		}
		return a.screens(cmd.Context(), tui.Codes(tui.CodesOptions{Only: o.names, Reveal: o.reveal}))
	}
	gate, err := a.gate()
	if err != nil {
		return err
	}
	s := &stream{app: a, gate: gate, names: o.names, json: o.json}
	if o.once || !o.plain && !o.json && !a.OutIsTerminal() {
		return s.once(cmd.Context())
	}
	return s.follow(cmd.Context())
}

// checkNames refuses names that no target with a seed has, before there is a screen.
func (a *app) checkNames(names []string) error {
	if len(names) == 0 {
		return nil
	}
	home, err := a.home()
	if err != nil {
		return err
	}
	all, _ := store.NewTargets(home.TargetsDir()).List() // those that cannot be read are told on the screen
	_, err = seeded(all, names)
	return err
}

// seeded gives the targets with a seed that are named or tagged by one of names, all
// of them if there is none.
func seeded(all []store.Target, names []string) ([]store.Target, error) {
	var seeds []store.Target
	for _, t := range all {
		if t.Has(store.KindSeed) {
			seeds = append(seeds, t)
		}
	}
	return store.Pick(seeds, names)
}

// codesEnded says why a stream of codes ends without an error of its own.
func codesEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
