package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/duo"
	"gatepass/store"
)

func (a *app) duoAddCommand(o *duoFlags) *cobra.Command {
	var host, authIKey, adminIKey, authKeyFile, adminKeyFile, caFile string
	var replace bool
	cmd := &cobra.Command{
		Use:   "add NAME --api-host HOST --auth-ikey KEY --auth-skey-file FILE --admin-ikey KEY --admin-skey-file FILE",
		Short: "Keep a Duo tenant, and its secret keys in the secret store",
		Long: `Keeps a Duo tenant: the API host that the Admin Panel shows, and the keys of its
Auth API application, of its Admin API application, or of both. Secret keys are read
from a file or, with "-", from standard input; typed at a terminal they are not shown.

The Auth API tells what Duo would do with an account. The Admin API reads policies and
the log, and makes bypass codes and tokens; it wants "` + duo.NeedsRead + `", and "` + duo.NeedsWrite + `"
and "` + duo.NeedsLog + `" for the rest.

With --replace an existing tenant is changed: what is given replaces what was there.`,
		Example: `  gatepass duo add acme --api-host api-1234abcd.duosecurity.com --auth-ikey DIAUTHAUTHAUTHAUTHAU --auth-skey-file auth.key
  gatepass duo add acme --api-host api-1234abcd.duosecurity.com --admin-ikey DIADMINADMINADMINADM --admin-skey-file -`,
		Args: exactArgs("a name for the tenant"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if authKeyFile == "-" && adminKeyFile == "-" && !a.InIsTerminal() {
				return usageError(cmd, errors.New("only one secret key can come from standard input"))
			}
			gate, err := a.duoGate(o)
			if err != nil {
				return err
			}
			e := auth.TenantEnrolment{Tenant: store.Tenant{Name: args[0]}, Replace: replace}
			if replace {
				old, err := store.NewTenants(gate.Home.TenantsDir()).Get(args[0])
				if err != nil && !errors.Is(err, store.ErrNoTenant) {
					return err
				}
				if err == nil {
					e.Tenant = old
				}
			}
			given := cmd.Flags().Changed
			for flag, into := range map[string]struct{ to, from *string }{
				"api-host": {&e.Tenant.APIHost, &host}, "auth-ikey": {&e.Tenant.AuthIKey, &authIKey},
				"admin-ikey": {&e.Tenant.AdminIKey, &adminIKey}, "ca-file": {&e.Tenant.CAFile, &caFile},
			} {
				if given(flag) {
					*into.to = strings.TrimSpace(*into.from)
				}
			}
			if given("ca-file") && caFile != "" {
				if e.Tenant.CAFile, err = filepath.Abs(caFile); err != nil {
					return fmt.Errorf("find the file of certificates: %w", err)
				}
			}
			if err := e.Tenant.Validate(); err != nil {
				return err
			}
			for _, k := range []struct {
				file, what string
				into       *store.Secret
			}{{authKeyFile, "secret key of the Auth API", &e.AuthKey}, {adminKeyFile, "secret key of the Admin API", &e.AdminKey}} {
				if k.file == "" {
					continue
				}
				if *k.into, err = a.secretFrom(cmd.Context(), k.file, k.what); err != nil {
					return err
				}
			}
			if err := gate.AddTenant(cmd.Context(), e); err != nil {
				return err
			}
			a.say("kept the Duo tenant %s\n", args[0])
			a.say("see whether it works: gatepass duo check %s\n", args[0])
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&host, "api-host", "", "the API hostname, api-XXXXXXXX.duosecurity.com")
	f.StringVar(&authIKey, "auth-ikey", "", "integration key of the Auth API application")
	f.StringVar(&authKeyFile, "auth-skey-file", "", `a file with its secret key, or "-"`)
	f.StringVar(&adminIKey, "admin-ikey", "", "integration key of the Admin API application")
	f.StringVar(&adminKeyFile, "admin-skey-file", "", `a file with its secret key, or "-"`)
	f.StringVar(&caFile, "ca-file", "", "trust the certificates in this file instead of those that Duo uses")
	f.BoolVar(&replace, "replace", false, "change the tenant if it exists")
	return cmd
}

// tenantOutput is what duo list --json promises.
type tenantOutput struct {
	Name      string       `json:"name"`
	APIHost   string       `json:"api_host"`
	AuthIKey  *string      `json:"auth_ikey"`
	AdminIKey *string      `json:"admin_ikey"`
	CAFile    *string      `json:"ca_file"`
	Secrets   []store.Kind `json:"secrets"`
	Targets   []string     `json:"targets"`
	File      string       `json:"file"`
}

func (a *app) duoListCommand(o *duoFlags) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Example: `  gatepass duo list`,
		Aliases: []string{"ls"},
		Short:   "List the Duo tenants",
		Args:    noArgs,
		RunE: a.onDuo(o, func(_ *cobra.Command, gate *auth.Gate, _ string) error {
			all, broken := gate.TenantsOverview()
			if asJSON {
				out := make([]tenantOutput, 0, len(all))
				files := store.NewTenants(gate.Home.TenantsDir())
				for _, s := range all {
					t := s.Tenant
					out = append(out, tenantOutput{t.Name, t.APIHost, orNull(t.AuthIKey), orNull(t.AdminIKey), orNull(t.CAFile), list(t.Secrets), list(s.Targets), files.Path(t.Name)})
				}
				return errors.Join(a.printJSON(out), broken)
			}
			return errors.Join(a.tenantTable(all), broken)
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array")
	return cmd
}

func (a *app) tenantTable(all []auth.TenantSummary) error {
	if len(all) == 0 {
		a.say("there are no Duo tenants yet: gatepass duo add NAME --help\n")
		return nil
	}
	w := tabwriter.NewWriter(a.Out, 0, 8, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "NAME\tAPI HOST\tAUTH API\tADMIN API\tTARGETS")
	for _, s := range all {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", s.Tenant.Name, s.Tenant.APIHost, dash(s.Tenant.AuthIKey), dash(s.Tenant.AdminIKey), dash(strings.Join(s.Targets, ", ")))
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func (a *app) duoRmCommand(o *duoFlags) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:               "rm NAME",
		Example:           `  gatepass duo rm acme`,
		Aliases:           []string{"remove"},
		Short:             "Remove a Duo tenant and its secret keys from here; at Duo nothing changes",
		Args:              exactArgs("a tenant's name"),
		ValidArgsFunction: a.completeTenants,
		RunE: a.onDuo(o, func(cmd *cobra.Command, gate *auth.Gate, name string) error {
			if _, err := store.NewTenants(gate.Home.TenantsDir()).Get(name); errors.Is(err, store.ErrNoTenant) || errors.Is(err, store.ErrBadName) {
				return err
			}
			if err := a.sayLeftIn(cmd, gate, name); err != nil {
				return err
			}
			if err := a.agree(cmd, yes, fmt.Sprintf("This deletes the tenant %s and its secret keys. Type its name to go on: ", name), name); err != nil {
				return err
			}
			if err := gate.RemoveTenant(cmd.Context(), name); err != nil {
				return err
			}
			a.say("removed the Duo tenant %s and its secret keys\n", name)
			return nil
		}),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

// sayLeftIn says which codes that gatepass had issued stay good in a tenant: without its
// keys nobody here can revoke them.
func (a *app) sayLeftIn(cmd *cobra.Command, gate *auth.Gate, tenant string) error {
	all, err := gate.BypassLeftIn(cmd.Context(), tenant)
	if errors.As(err, new(*store.FieldError)) {
		return nil // a file that is broken does not say whose they would be
	}
	for _, left := range all {
		for _, s := range left.Sentences(a.now(), "") {
			a.say("%s\n", s)
		}
		a.say("Without the tenant's keys only an administrator can revoke %s. Before it is removed: %s\n", themOrIt(left.Issued+left.Lost), left.RevokeCommand())
	}
	return err
}

func themOrIt(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// checkOutput is what duo check --json promises, an array of them.
type checkOutput struct {
	Tenant  string            `json:"tenant"`
	APIHost string            `json:"api_host"`
	OK      bool              `json:"ok"`
	Skew    float64           `json:"skew_seconds"` // how far Duo's clock is ahead
	Checks  []checkItemOutput `json:"checks"`
}

type checkItemOutput struct {
	Application *string         `json:"application"`
	Check       string          `json:"check"`
	State       auth.CheckState `json:"state"`
	Note        string          `json:"note"`
	Hints       []string        `json:"hints"`
}

func (a *app) duoCheckCommand(o *duoFlags) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check [NAME]",
		Short: "Prove a tenant's applications: reachable, clock, keys, kind, permissions",
		Long: `Looks at each application of a tenant, or of all: whether Duo can be reached and its
certificate is one of Duo's, how the clocks compare, whether the keys are right and of the
right kind, and what the application may do. Nothing is changed at Duo; what only a change
would tell is unknown. It ends with 1 if something is wrong.`,
		Example: `  gatepass duo check acme`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError(c, errors.New("check takes one tenant's name, or none for all"))
			}
			return nil
		},
		ValidArgsFunction: a.completeTenants,
		RunE: a.onDuo(o, func(cmd *cobra.Command, gate *auth.Gate, name string) error {
			names := []string{name}
			if name == "" {
				names = nil
				all, broken := gate.TenantsOverview()
				if broken != nil {
					return broken
				}
				for _, s := range all {
					names = append(names, s.Tenant.Name)
				}
				if len(names) == 0 {
					return store.WithHint(fmt.Errorf("%w: none is kept yet", store.ErrNoTenant), "Give one: gatepass duo add NAME --help")
				}
			}
			return a.checkTenants(cmd, gate, names, asJSON)
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array")
	return cmd
}

func (a *app) checkTenants(cmd *cobra.Command, gate *auth.Gate, names []string, asJSON bool) error {
	out := make([]checkOutput, 0, len(names))
	good := true
	for _, name := range names {
		c, err := gate.CheckTenant(cmd.Context(), name, a.duoWaits)
		if err != nil {
			return err
		}
		good = good && c.OK()
		if !asJSON {
			if err := a.showCheck(c); err != nil {
				return err
			}
			continue
		}
		item := checkOutput{Tenant: name, APIHost: c.Tenant.APIHost, OK: c.OK(), Skew: c.Skew.Seconds()}
		for _, k := range c.Checks {
			item.Checks = append(item.Checks, checkItemOutput{orNull(k.Application), k.What, k.State, k.Note, list(k.Hints)})
		}
		out = append(out, item)
	}
	if asJSON {
		if err := a.printJSON(out); err != nil {
			return err
		}
	}
	if !good {
		return status(exitFailed)
	}
	return nil
}

func (a *app) showCheck(c auth.TenantCheck) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", c.Tenant.Name, c.Tenant.APIHost)
	app := ""
	for _, k := range c.Checks {
		if k.Application != app {
			app = k.Application
			fmt.Fprintf(&b, "%s\n", app)
		}
		fmt.Fprintf(&b, " %s %s: %s\n", duoMark(string(k.State)), k.What, k.Note)
		for _, hint := range k.Hints {
			fmt.Fprintf(&b, "   → %s\n", hint)
		}
	}
	return a.print("%s", b.String())
}

// applicationOutput is what duo apps --json promises, an array of them.
type applicationOutput struct {
	Key  string `json:"integration_key"`
	Name string `json:"name"`
	Type string `json:"type"`
}

func (a *app) duoAppsCommand(o *duoFlags) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:               "apps NAME",
		Short:             "List a tenant's applications with the keys that targets name",
		Example:           `  gatepass duo apps acme`,
		Args:              exactArgs("a tenant's name"),
		ValidArgsFunction: a.completeTenants,
		RunE: a.onDuo(o, func(cmd *cobra.Command, gate *auth.Gate, name string) error {
			apps, err := gate.DuoApplications(cmd.Context(), name, a.duoWaits)
			if err != nil {
				return err
			}
			out := make([]applicationOutput, 0, len(apps))
			for _, app := range apps {
				out = append(out, applicationOutput{app.Key, app.Name, app.Type})
			}
			if asJSON {
				return a.printJSON(out)
			}
			w := tabwriter.NewWriter(a.Out, 0, 8, 2, ' ', 0)
			_, _ = fmt.Fprintln(w, "INTEGRATION KEY\tTYPE\tNAME")
			for _, app := range out {
				_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", app.Key, app.Type, app.Name)
			}
			if err := w.Flush(); err != nil {
				return fmt.Errorf("write the result: %w", err)
			}
			return nil
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array")
	return cmd
}
