// Package cli is gatepass at the command line: one file a command, each of which
// turns flags into a request, calls the rooms below, and prints the result.
//
// Results go to standard output and nothing else does; progress, warnings and
// errors go to standard error. Errors are printed once, here, and become exit
// codes in one place (exit.go).
package cli

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"gatepass/cmd/internal/harden"
	"gatepass/cmd/internal/prompt"
	"gatepass/cmd/internal/streams"
	"gatepass/store/vanish"
)

// app is what every command works with.
type app struct {
	*streams.Streams
	getenv  func(string) string
	environ func() []string
	now     func() time.Time
	ask     *prompt.Terminal
	store   string // --store
	began   bool   // a command has begun: errors from here on are not about its usage

	// guardian is the command line of a process that removes what we leave behind if we
	// are killed.
	guardian []string
}

// Main runs gatepass with the process's streams and gives its exit code.
func Main(args []string) int {
	if vanish.Main(args, os.Stdin) {
		return exitDone
	}
	harden.Process()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	// The first signal asks; whoever does not hear it is ended by the second.
	context.AfterFunc(ctx, stop)
	a := &app{
		Streams: streams.System(os.Getenv),
		getenv:  os.Getenv,
		environ: os.Environ,
		now:     time.Now,
		ask:     prompt.New(),

		guardian: vanish.Command(),
	}
	return a.run(ctx, args)
}

// run is Main without the process around it.
func (a *app) run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	a.watch(root)
	cmd, err := root.ExecuteContextC(ctx)
	if err != nil && !a.began && !errors.Is(err, errUsage) {
		err = usageError(cmd, err)
	}
	return a.exit(ctx, err)
}

// watch notes when a command begins. Cobra's own refusals, of flags that exclude
// each other and the like, come before that and have no type of their own.
func (a *app) watch(c *cobra.Command) {
	if run := c.RunE; run != nil {
		c.RunE = func(cmd *cobra.Command, args []string) error {
			a.began = true
			return run(cmd, args)
		}
	}
	for _, sub := range c.Commands() {
		a.watch(sub)
	}
}

// root is the command without a name: it opens the screens.
func (a *app) root() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "gatepass",
		Short: "Gets a security scanner through a login with multi-factor authentication, with permission",
		Long: `gatepass gets a security scanner through a login that is protected by
multi-factor authentication, with permission. It keeps the test account's password
and one-time-code seed in your keyring, signs in for real, and says at every stage
what happened and what to do.

Without a command it opens the screens. To see it work: gatepass demo`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.front(cmd.Context())
		},
	}
	cmd.PersistentFlags().StringVar(&a.store, "store", "", "where secrets live for this command: keyring or file")
	cmd.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usageError(c, plainer(err)) })
	cmd.CompletionOptions.HiddenDefaultCmd = false
	cmd.AddGroup(
		&cobra.Group{ID: "doors", Title: "The doors:"},
		&cobra.Group{ID: "targets", Title: "Targets:"},
		&cobra.Group{ID: "scan", Title: "The scan:"},
		&cobra.Group{ID: "house", Title: "The house:"},
	)
	add := func(group string, cmds ...*cobra.Command) {
		for _, c := range cmds {
			c.GroupID = group
			cmd.AddCommand(c)
		}
	}
	add("doors", a.setupCommand(), a.adviseCommand(), a.codesCommand(), a.verifyCommand(), a.codeCommand(), a.demoCommand())
	add("targets", a.inspectCommand(), a.addCommand(), a.listCommand(), a.showCommand(), a.editCommand(), a.renameCommand(), a.rmCommand(), a.importCommand(), a.exportCommand())
	add("scan", a.handoffCommand(), a.loginCommand(), a.execCommand(), a.serveCommand(), a.watchCommand())
	add("house", a.duoCommand(), a.storeCommand(), a.labCommand(), a.doctorCommand())
	cmd.AddCommand(a.keepClipboardCommand())
	cmd.AddCommand(topics()...)
	return cmd
}
