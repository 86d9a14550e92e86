package cli

import (
	"github.com/spf13/cobra"

	"gatepass/tui"
)

func (a *app) setupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "setup [NAME]",
		Short: "Set up a target, step by step, and verify it",
		Long: `Sets up a target step by step: where it is, how its challenge is passed, who signs in,
and what proves it. Nothing is stored before you have seen all of it and agreed; then
the login is tried.

On a terminal that can show it, that is a screen. With ACCESSIBLE=1, or where the
terminal cannot move its cursor, the same is asked question by question.`,
		Example: `  gatepass setup
  gatepass setup shop`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := ""
			if len(args) == 1 {
				name = args[0]
			}
			switch {
			case a.Screen():
				return a.screens(cmd.Context(), tui.Wizard(name))
			case a.byLine():
				return a.setupByLine(cmd.Context(), name)
			}
			return a.noScreen("Give everything at once: gatepass add NAME --url URL --username USER --route ROUTE")
		},
	}
}
