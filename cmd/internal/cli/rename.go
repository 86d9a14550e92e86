package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/store"
)

func (a *app) renameCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "rename OLD NEW",
		Short:             "Give a target another name, with its secrets and its history",
		Example:           `  gatepass rename shop storefront`,
		Args:              exactArgs("a target's name", "its new one"),
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			gate, err := a.gate()
			if err != nil {
				return err
			}
			if err := gate.Rename(cmd.Context(), args[0], args[1]); err != nil {
				return err
			}
			a.say("%s is now %s\n", args[0], args[1])
			return nil
		},
	}
}

func (a *app) rmCommand() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:               "rm NAME",
		Example:           `  gatepass rm shop`,
		Aliases:           []string{"remove"},
		Short:             "Remove a target and its secrets",
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			gate, err := a.gate()
			if err != nil {
				return err
			}
			name := args[0]
			// A file that is broken is no reason to keep its secrets.
			if _, err := gate.Targets.Get(name); errors.Is(err, store.ErrNoTarget) || errors.Is(err, store.ErrBadName) {
				return err
			}
			// What stays good at Duo is said before it is forgotten here.
			left, err := gate.BypassLeftBy(cmd.Context(), name)
			if err != nil && !errors.As(err, new(*store.FieldError)) {
				return err
			}
			if !yes {
				if !a.InIsTerminal() {
					return usageError(cmd, errors.New("removing a target and its secrets needs --yes where nobody can be asked"))
				}
				for _, s := range left.Sentences(a.now(), revokeFirst(left, name)) {
					a.say("%s\n", s)
				}
				sure, err := a.ask.Confirm(cmd.Context(), fmt.Sprintf("This deletes %s and every secret that it alone has. Type its name to go on: ", name), name)
				if err != nil {
					return err
				}
				if !sure {
					a.say("nothing was removed\n")
					return status(exitFailed)
				}
			}
			if err := gate.Remove(cmd.Context(), name); err != nil {
				return err
			}
			a.say("removed %s and its secrets\n", name)
			if yes {
				for _, s := range left.Sentences(a.now(), revokeLater(left)) {
					a.say("%s\n", s)
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

// revokeFirst is the command that revokes what a target leaves at Duo, while the target
// is there; "" where no tenant is known.
func revokeFirst(left auth.BypassLeft, name string) string {
	if left.Tenant == "" {
		return ""
	}
	return "gatepass duo bypass revoke " + name
}

// revokeLater is the same when the target is gone.
func revokeLater(left auth.BypassLeft) string {
	if left.Tenant == "" {
		return ""
	}
	return left.RevokeCommand()
}
