package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"gatepass/store"
)

func (a *app) storeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "store",
		Short: "Show or choose where secrets live",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.showStore(cmd.Context(), false) },
	}
	var asJSON bool
	show := &cobra.Command{
		Use:     "show",
		Short:   "Show where secrets live, who chose it, and whether it works",
		Example: `  gatepass store show`,
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.showStore(cmd.Context(), asJSON) },
	}
	show.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	use := &cobra.Command{
		Use:       "use keyring|file",
		Short:     "Choose where secrets live from now on, and remember it",
		Example:   `  gatepass store use file`,
		Args:      exactArgs("keyring or file"),
		ValidArgs: []string{string(store.BackendKeyring), string(store.BackendFile)},
		RunE:      func(cmd *cobra.Command, args []string) error { return a.useStore(cmd, store.Backend(args[0])) },
	}
	var identity string
	initialise := &cobra.Command{
		Use:   "init --identity FILE",
		Short: "Make an identity that opens the encrypted file without a passphrase, for pipelines",
		Long: `Makes an age identity: a file with a key that opens the encrypted secrets without a
passphrase. Keep it as a secret of your pipeline and name its file in
GATEPASS_IDENTITY. Whoever has it and secrets.age has the secrets.`,
		Example: `  gatepass store init --identity identity.txt`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if identity == "" {
				return usageError(cmd, fmt.Errorf("init needs --identity FILE"))
			}
			recipient, err := store.InitIdentityFile(identity)
			if err != nil {
				return err
			}
			a.say("made the identity %s (recipient %s)\n", identity, recipient)
			a.say("use it: GATEPASS_STORE=file GATEPASS_IDENTITY=%s gatepass …\n", identity)
			return nil
		},
	}
	initialise.Flags().StringVar(&identity, "identity", "", "the file to make")
	cmd.AddCommand(show, use, initialise)
	return cmd
}

// storeOutput is what store show --json promises.
type storeOutput struct {
	Store   store.Backend `json:"store"`
	By      string        `json:"chosen_by"`
	Works   bool          `json:"works"`
	Problem string        `json:"problem"`
	Hints   []string      `json:"hints"`
	File    string        `json:"file"`
}

func (a *app) showStore(ctx context.Context, asJSON bool) error {
	home, err := a.home()
	if err != nil {
		return err
	}
	c, err := a.chosen(home)
	if err != nil {
		return err
	}
	problem := a.probe(ctx, home, c.backend)
	out := storeOutput{Store: c.backend, By: c.by, Works: problem == nil, Hints: list(store.Hints(problem))}
	if c.backend == store.BackendFile {
		out.File = home.SecretsFile()
	}
	if problem != nil {
		out.Problem = problem.Error()
	}
	if asJSON {
		if err := a.printJSON(out); err != nil {
			return err
		}
		if problem != nil {
			return status(exitStore)
		}
		return nil
	}
	if err := a.print("secrets live in the %s (chosen by %s)\n", where(c.backend, out.File), c.by); err != nil {
		return err
	}
	return problem
}

func where(b store.Backend, file string) string {
	if b == store.BackendFile {
		return "encrypted file " + file
	}
	return "operating system's " + string(b)
}

// probe finds out whether a place works without asking anybody anything: the
// keyring by keeping and deleting something, the file by looking at its identity.
func (a *app) probe(ctx context.Context, home store.Home, backend store.Backend) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if backend == store.BackendFile {
		_, err := a.file(home, nil).Needs(ctx)
		return err
	}
	return store.NewKeyring(store.KeyringOptions{Getenv: a.getenv}).Probe(ctx)
}

func (a *app) useStore(cmd *cobra.Command, backend store.Backend) error {
	if backend != store.BackendKeyring && backend != store.BackendFile {
		return usageError(cmd, fmt.Errorf("secrets live in %q or %q, not in %q", store.BackendKeyring, store.BackendFile, backend))
	}
	home, err := a.home()
	if err != nil {
		return err
	}
	if err := a.probe(cmd.Context(), home, backend); err != nil {
		return fmt.Errorf("nothing was changed: %w", err)
	}
	if err := store.SaveSettings(home.SettingsFile(), store.Settings{Store: backend}); err != nil {
		return err
	}
	a.say("secrets live in the %s from now on; those kept elsewhere stay there\n", where(backend, home.SecretsFile()))
	return nil
}
