package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth/lab"
)

func (a *app) labCommand() *cobra.Command {
	var asJSON bool
	var switches []string
	var addr string
	var session time.Duration
	cmd := &cobra.Command{
		Use:   "lab",
		Short: "Serve the practice range: applications with real logins, on this machine only",
		Long: `Serves practice applications with real logins on loopback until it is ended with
ctrl+c. Nothing of it leaves this machine, and its accounts are new each time.

With --json its addresses, users and seeds are printed as JSON on one line once it
listens. Applications can be made to misbehave:

` + switchList() + `
While it is open it is turned and looked at by requests to its control address, which it
prints, such as curl -X POST "$CONTROL/duo/fault?name=rate-limit-once&on=1":

` + controlList() + `
The faults of the simulated Duo:

` + faultList(),
		Example: `  gatepass lab
  gatepass lab --switch shop=slow --session 10m`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			set, err := parseSwitches(switches)
			if err != nil {
				return usageError(cmd, err)
			}
			l, err := lab.Start(cmd.Context(), lab.Options{Addr: addr, Switches: set, Session: session})
			if err != nil {
				return err
			}
			defer func() { _ = l.Close() }()
			if asJSON {
				err = a.printJSON(l.Describe())
			} else {
				err = a.describeLab(l.Describe())
			}
			if err != nil {
				return err
			}
			return l.Wait()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one line of JSON")
	cmd.Flags().StringArrayVar(&switches, "switch", nil, "make an application misbehave: APP=SWITCH (repeat for more)")
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:0", "the loopback address to listen on; port 0 takes free ones")
	cmd.Flags().DurationVar(&session, "session", 0, "end every session this long after its login, as short-lived ones do")
	must(cmd.RegisterFlagCompletionFunc("switch", completeSwitches))
	return cmd
}

// switchList tells what each switch does.
func switchList() string {
	var b strings.Builder
	for _, s := range lab.Switches() {
		fmt.Fprintf(&b, "  %-15s %s\n", s.Name, s.What)
	}
	return b.String()
}

// controlList tells what the control address answers to.
func controlList() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	for _, c := range lab.Controls() {
		path := c.Path
		if c.Query != "" {
			path += "?" + c.Query
		}
		_, _ = fmt.Fprintf(w, "  %s\t%s\t%s\n", c.Method, path, c.What)
	}
	_ = w.Flush() // into memory
	return b.String()
}

// faultList tells what can go wrong with Duo.
func faultList() string {
	var b strings.Builder
	for _, f := range lab.DuoFaults() {
		fmt.Fprintf(&b, "  %-17s %s\n", f.Name, f.What)
	}
	return b.String()
}

// parseSwitches reads APP=SWITCH.
func parseSwitches(list []string) (map[string][]string, error) {
	set := map[string][]string{}
	for _, s := range list {
		app, name, ok := strings.Cut(s, "=")
		if !ok {
			return nil, fmt.Errorf("--switch is %q: it looks like shop=clock-ahead", s)
		}
		set[app] = append(set[app], name)
	}
	return set, nil
}

func completeSwitches(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, t := range demoTargets {
		for _, s := range lab.SwitchesOf(t.app) {
			out = append(out, t.app+"="+s.Name+"\t"+s.What)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// describeLab tells people what there is.
func (a *app) describeLab(d lab.Description) error {
	var b strings.Builder
	b.WriteString("the practice range is open; ctrl+c ends it\n\n")
	for _, app := range d.Apps {
		fmt.Fprintf(&b, "%s\n  login     %s\n  username  %s\n  password  %s\n", app.Name, app.URL, app.Username, app.Password)
		if app.OTPAuth != "" {
			fmt.Fprintf(&b, "  seed      %s\n", app.OTPAuth)
		}
		for _, o := range app.Origins {
			fmt.Fprintf(&b, "  origin    %s\n", o.Origin)
		}
		if len(app.BypassCodes) > 0 {
			fmt.Fprintf(&b, "  bypass    %s\n", strings.Join(app.BypassCodes, " "))
		}
		fmt.Fprintf(&b, "  proof     %s with the text %q\n\n", app.ProofURL, app.ProofText)
	}
	fmt.Fprintf(&b, "duo\n  simulated at %s for user %s behind bank; keys, certificate and faults are in the JSON\n\n", d.Duo.APIHost, d.Duo.Username)
	fmt.Fprintf(&b, "control\n  %s turns it and looks at it; what it answers to: gatepass lab --help\n\n", d.Control)
	b.WriteString("as JSON: gatepass lab --json\n")
	return a.print("%s", b.String())
}
