package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/store"
)

// duoFlags are the flags that all of Duo's commands share.
type duoFlags struct{ apiProxy string }

func (a *app) duoCommand() *cobra.Command {
	var o duoFlags
	cmd := &cobra.Command{
		Use:   "duo",
		Short: "Ask Duo: what it would do, what its policy says, its log; bypass codes and tokens",
		Long: `Asks a Duo tenant about a target's account, through the tenant's own Auth API and
Admin API applications, and has it make what a scan needs: bypass codes, or a token.

A tenant is given once (gatepass duo add); its secret keys live in the secret store. A
target says which tenant and application it is: gatepass edit NAME --duo-tenant TENANT
--duo-integration KEY. Where there is one tenant, it is that one.`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage{fmt.Errorf("there is no command %q of duo", args[0]), instead(c, args[0])}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().StringVar(&o.apiProxy, "api-proxy", "", "reach Duo's API through this proxy (http://HOST:PORT, socks5://HOST:PORT); the environment's is not used")
	cmd.AddCommand(
		a.duoAddCommand(&o), a.duoListCommand(&o), a.duoRmCommand(&o), a.duoCheckCommand(&o), a.duoAppsCommand(&o),
		a.duoStatusCommand(&o), a.duoPreauthCommand(&o), a.duoPolicyCommand(&o), a.duoExemptCommand(&o),
		a.duoBypassCommand(&o), a.duoTokenCommand(&o), a.duoLogCommand(&o),
	)
	return cmd
}

// duoGate is the Gate that reaches Duo as the flags say.
func (a *app) duoGate(o *duoFlags) (*auth.Gate, error) {
	gate, err := a.gate()
	if err != nil {
		return nil, err
	}
	gate.APIProxy = o.apiProxy
	return gate, nil
}

// onDuo makes what a command does with a Gate and one argument.
func (a *app) onDuo(o *duoFlags, do func(cmd *cobra.Command, gate *auth.Gate, name string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		gate, err := a.duoGate(o)
		if err != nil {
			return err
		}
		name := ""
		if len(args) > 0 {
			name = args[0]
		}
		return do(cmd, gate, name)
	}
}

// duoWaits tells on standard error what is waited for.
func (a *app) duoWaits(e auth.DuoEvent) {
	switch {
	case e.Silent:
		a.say("%s… (%s at most)\n", e.Note, wholeSeconds(e.Until.Sub(a.now())))
	case !e.Until.IsZero():
		a.say("waiting %s: %s\n", wholeSeconds(e.Until.Sub(a.now())), e.Note)
	}
}

// duoSteps tells each step as well.
func (a *app) duoSteps(e auth.DuoEvent) {
	if e.Until.IsZero() {
		a.say("%s\n", e.Note)
		return
	}
	a.duoWaits(e)
}

// completeTenants offers the tenants' names to the shell.
func (a *app) completeTenants(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	home, err := a.home()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	tenants, _ := store.NewTenants(home.TenantsDir()).List()
	var names []string
	for _, t := range tenants {
		if strings.HasPrefix(t.Name, typed) {
			names = append(names, t.Name+"\t"+t.APIHost)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// agree asks for a word to be typed before something is done that cannot be undone.
// Where nobody can be asked, --yes is needed.
func (a *app) agree(cmd *cobra.Command, yes bool, question, word string) error {
	if yes {
		return nil
	}
	if !a.InIsTerminal() {
		return usageError(cmd, errors.New("nothing was done: --yes is needed where nobody can be asked"))
	}
	sure, err := a.ask.Confirm(cmd.Context(), question, word)
	if err == nil && !sure {
		a.say("nothing was done\n")
		err = status(exitFailed)
	}
	return err
}

// moment writes a time for people, "" for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2 Jan 15:04")
}

// stampOrNull writes a time for programs.
func stampOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return orNull(t.UTC().Format(time.RFC3339))
}

// duoMark is how a state looks.
func duoMark(state string) string {
	switch state {
	case "ok", "allowed":
		return "✓"
	case "failed", "blocked":
		return "✗"
	case "warning":
		return "!"
	case "skipped":
		return "–"
	}
	return "?"
}
