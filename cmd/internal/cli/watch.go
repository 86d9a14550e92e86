package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/keeper"
)

type watchFlags struct {
	keepFlags
	limit  time.Duration
	renew  bool
	asJSON bool
}

func (a *app) watchCommand() *cobra.Command {
	var f watchFlags
	cmd := &cobra.Command{
		Use:   "watch NAME",
		Short: "Sign in and watch how long the session lives, and what ends it",
		Long: `Signs in, and asks for the proof again and again, with the session and without it. It
ends with 1 when the session was lost, and says after how long and by what; with 0
when --for is over and the session still holds.

What was seen is kept: login, handoff, exec and serve say it, and --needed goes by it.`,
		Example: `  gatepass watch shop
  gatepass watch shop --check 30s --for 2h --renew`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.check <= 0 {
				return usageError(cmd, errors.New("--check is how often to look: more than 0"))
			}
			if err := notNegative(cmd, "for"); err != nil {
				return err
			}
			gate, err := a.gate()
			if err != nil {
				return err
			}
			return a.watchSession(cmd.Context(), gate, args[0], f)
		},
	}
	flags := cmd.Flags()
	f.add(flags)
	flags.DurationVar(&f.limit, "for", 0, "end after this long; 0 watches until the session is lost, or ctrl+c")
	flags.BoolVar(&f.renew, "renew", false, "sign in again when it was lost, and go on watching")
	flags.BoolVar(&f.asJSON, "json", false, "print a JSON object for each look")
	return cmd
}

// watchOutput is a line of watch --json.
type watchOutput struct {
	At         time.Time   `json:"at"`
	What       keeper.Kind `json:"what"`
	AgeSeconds int64       `json:"age_seconds"`
	Note       string      `json:"note"`
}

func (a *app) watchSession(ctx context.Context, gate *auth.Gate, name string, f watchFlags) error {
	if _, err := a.keepable(gate, name); err != nil {
		return err
	}
	var printing error
	var last keeper.Event
	lost := 0
	k := gate.Keep(name, f.verify, keeper.Options{Every: f.check, Renew: f.renew, Tell: func(e keeper.Event) {
		if last = e; e.Kind == keeper.Lost {
			lost++
		}
		if f.asJSON {
			printing = errors.Join(printing, a.printJSON(watchOutput{e.At, e.Kind, int64(e.Age / time.Second), e.Note}))
			return
		}
		printing = errors.Join(printing, a.print("%s  %s\n", e.At.Format(time.TimeOnly), sessionLine(name, e)))
	}}, nil)
	defer k.Close()
	watching := ctx
	if f.limit > 0 {
		var stop context.CancelFunc
		watching, stop = context.WithTimeout(ctx, f.limit)
		defer stop()
	}
	err := k.Run(watching)
	if err == nil && ctx.Err() == nil && f.renew && last.Kind == keeper.Lost {
		_, err = k.Session(ctx) // the login that was to follow is under way
	}
	switch {
	case err == nil && ctx.Err() != nil:
		err = ctx.Err()
	case err == nil && last.Kind != keeper.Alive && last.Kind != keeper.SignedIn:
		err = fmt.Errorf("the time is over, and whether the session holds is not known: %s", last.Note)
	case err == nil && !f.asJSON:
		a.say("The time is over, and the session holds; it was lost %d times.\n", lost)
	}
	return errors.Join(err, printing)
}
