package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"gatepass/store"
)

// completeTargets offers the targets' names to the shell. It reads files only,
// never the secret store: a key press must not open a keyring's window.
func (a *app) completeTargets(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	home, err := a.home()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	targets, _ := store.NewTargets(home.TargetsDir()).List()
	var names []string
	for _, t := range targets {
		if strings.HasPrefix(t.Name, typed) {
			names = append(names, t.Name+"\t"+t.URL)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// oneOf offers fixed values for a flag.
func oneOf[T ~string](values ...T) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var out []string
		for _, v := range values {
			out = append(out, string(v))
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}
