package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/store"
)

// forgetSpent takes back what a wrong clock spent far ahead, when the clock is right
// now and the person knows what may come of it.
func (a *app) forgetSpent(cmd *cobra.Command, gate *auth.Gate, name string, yes bool) error {
	ctx := cmd.Context()
	lead, far, err := gate.SpentAhead(ctx, name)
	if err != nil {
		return err
	}
	if !far {
		a.say("nothing was spent far ahead of this machine's clock: %s's next code comes by itself\n", name)
		return nil
	}
	if err := a.clockIsRight(ctx, gate, name); err != nil {
		return err
	}
	a.say("the newest spent code of %s is the one for %s, %s ahead of this machine's clock; %q took it on %s\n",
		name, lead.Ends.Local().Format(time.DateTime), lead.Ahead.Round(time.Second), lead.By, lead.At.Local().Format(time.DateTime))
	if sure, err := a.mayForget(cmd, name, yes); err != nil || !sure {
		return err
	}
	if _, err := gate.ForgetSpent(ctx, name); err != nil {
		return err
	}
	a.say("taken back: the present code counts as spent, and the next one is given out again\n")
	return nil
}

// clockIsRight compares the clock with the target's, where that can be asked: what was
// spent by a clock that was right must not be taken back by one that is wrong.
func (a *app) clockIsRight(ctx context.Context, gate *auth.Gate, name string) error {
	t, err := gate.Targets.Get(name)
	if err != nil {
		return err
	}
	if t.URL == "" && t.Duo.Tenant == "" {
		a.say("%s has no login page, so this machine's clock was compared with no other\n", name)
		return nil
	}
	c, err := gate.Offset(ctx, name)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		a.say("this machine's clock could not be compared with the target's: %v\n", err)
	case c.Certain() >= auth.ClockFar:
		return store.WithHint(fmt.Errorf("nothing is taken back: %s", clockWords(c)),
			"Set the clock that is wrong first (timedatectl set-ntp true), and look again: gatepass doctor --target "+name)
	default:
		a.say("%s\n", clockWords(c))
	}
	return nil
}

// mayForget asks before a code can be given out that an application may refuse.
func (a *app) mayForget(cmd *cobra.Command, name string, yes bool) (bool, error) {
	a.say("an application that accepted that code may refuse every earlier one as a replay, and lock the account after some; " +
		"one that refused it, as with a wrong clock, has forgotten it\n")
	if yes {
		return true, nil
	}
	if !a.InIsTerminal() {
		return false, usageError(cmd, errors.New("taking back what was spent needs --yes where nobody can be asked"))
	}
	sure, err := a.ask.Confirm(cmd.Context(), "Type forget to give out "+name+"'s codes from now on: ", "forget")
	if err == nil && !sure {
		a.say("nothing was taken back\n")
		err = status(exitFailed)
	}
	return sure, err
}

// clockWords tell how another clock stands.
func clockWords(c auth.Clock) string {
	way := "ahead of"
	if c.Offset < 0 {
		way = "behind"
	}
	return fmt.Sprintf("the clock of %s is %.1f s %s this machine's (± %.1f s)", c.Of, c.Offset.Abs().Seconds(), way, c.Within.Seconds())
}
