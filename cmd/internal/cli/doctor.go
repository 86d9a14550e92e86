package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/login/chrome"
	"gatepass/store"
)

// grade is how a check came out.
type grade string

const (
	fine    grade = "ok"
	warning grade = "warning"
	failing grade = "failed"
)

// check is one line of the doctor's report, as --json promises it.
type check struct {
	Name   string   `json:"name"`
	State  grade    `json:"state"`
	Detail string   `json:"detail"`
	Remedy []string `json:"remedy"`
}

func (a *app) doctorCommand() *cobra.Command {
	var asJSON, offline bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look at what gatepass needs: secret store, clock, files, terminal, browser",
		Long: `Looks at what gatepass needs and says what to do where something is amiss. The clock
is compared with the Date header of each target's login page; --offline leaves that out.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			checks, err := a.examine(cmd.Context(), offline)
			if err != nil {
				return err
			}
			return a.report(checks, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array")
	cmd.Flags().BoolVar(&offline, "offline", false, "do not ask any target for its clock")
	return cmd
}

func (a *app) examine(ctx context.Context, offline bool) ([]check, error) {
	home, err := a.home()
	if err != nil {
		return nil, err
	}
	checks := []check{a.checkStore(ctx, home), checkFiles(home)}
	gate := a.gateAt(home, store.NewMemory()) // no secret is looked at
	checks = append(checks, checkTargets(gate), checkLedger(ctx, gate))
	if !offline {
		checks = append(checks, checkClocks(ctx, gate)...)
	}
	return append(checks, a.checkTerminal(), a.checkBrowser()), nil
}

func (a *app) report(checks []check, asJSON bool) error {
	bad := false
	for _, c := range checks {
		bad = bad || c.State == failing
	}
	if asJSON {
		if err := a.printJSON(checks); err != nil {
			return err
		}
	} else {
		for _, c := range checks {
			sign := map[grade]string{fine: "✓", warning: "!", failing: "✗"}[c.State]
			if err := a.print("%s %-10s %s\n", sign, c.Name, c.Detail); err != nil {
				return err
			}
			for _, r := range c.Remedy {
				if err := a.print("  → %s\n", r); err != nil {
					return err
				}
			}
		}
	}
	if bad {
		return status(exitFailed)
	}
	return nil
}

// amiss makes a check of an error and its hints.
func amiss(name string, g grade, err error) check {
	return check{Name: name, State: g, Detail: strings.ReplaceAll(err.Error(), "\n", "; "), Remedy: list(store.Hints(err))}
}

func (a *app) checkStore(ctx context.Context, home store.Home) check {
	c, err := a.chosen(home)
	if err == nil {
		err = a.probe(ctx, home, c.backend)
	}
	if err != nil {
		return amiss("secrets", failing, err)
	}
	file := ""
	if c.backend == store.BackendFile {
		file = home.SecretsFile()
	}
	return check{Name: "secrets", State: fine, Remedy: []string{}, Detail: fmt.Sprintf("live in the %s (chosen by %s)", where(c.backend, file), c.by)}
}

// checkFiles looks for files that others can read.
func checkFiles(home store.Home) check {
	c := check{Name: "files", State: fine, Detail: home.Config, Remedy: []string{}}
	if home.State != home.Config {
		c.Detail += " and " + home.State
	}
	if runtime.GOOS == "windows" {
		return c
	}
	for _, file := range []string{home.State, home.LedgerFile(), home.SecretsFile(), home.IdentityFile()} {
		info, err := os.Stat(file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return amiss("files", failing, err)
		case info.Mode().Perm()&0o077 != 0:
			c.State = warning
			c.Detail = fmt.Sprintf("others may look into %s (%04o)", file, info.Mode().Perm())
			c.Remedy = append(c.Remedy, "Run: chmod go= "+file)
		}
	}
	return c
}

func checkTargets(gate *auth.Gate) check {
	all, err := gate.Targets.List()
	if err != nil {
		return amiss("targets", failing, err)
	}
	return check{Name: "targets", State: fine, Detail: fmt.Sprintf("%d", len(all)), Remedy: []string{}}
}

func checkLedger(ctx context.Context, gate *auth.Gate) check {
	file := gate.Home.LedgerFile()
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return check{Name: "ledger", State: fine, Detail: "nothing has been spent yet; it will be " + file, Remedy: []string{}}
	}
	if err := gate.Ledger.Check(ctx); err != nil {
		return amiss("ledger", failing, err)
	}
	return check{Name: "ledger", State: fine, Detail: file, Remedy: []string{}}
}

// The clock differences that matter: RFC 6238 §5.2 lets a server accept one step
// of delay, so thirty seconds are the likely cause of a refused code.
const (
	skewWarn = 5 * time.Second
	skewFail = 30 * time.Second
)

// checkClocks compares this machine's clock with each origin that targets sign in to.
func checkClocks(ctx context.Context, gate *auth.Gate) []check {
	all, _ := gate.Targets.List()
	origins := map[string]string{} // origin → a login page there
	var order []string
	for _, t := range all {
		if o := t.AllowedOrigins(); len(o) > 0 && origins[o[0]] == "" {
			origins[o[0]] = t.URL
			order = append(order, o[0])
		}
	}
	checks := make([]check, len(order))
	var wg sync.WaitGroup
	slots := make(chan struct{}, 8)
	for i, origin := range order {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			checks[i] = checkClock(ctx, gate, origin, origins[origin])
		})
	}
	wg.Wait()
	return checks
}

func checkClock(ctx context.Context, gate *auth.Gate, origin, page string) check {
	skew, err := gate.Skew(ctx, page)
	switch {
	case err != nil:
		return amiss("clock", warning, fmt.Errorf("%s: %w", origin, err))
	case !skew.Known:
		return check{Name: "clock", State: warning, Detail: origin + " does not tell its time", Remedy: []string{}}
	}
	c := check{
		Name: "clock", State: fine, Remedy: []string{},
		Detail: fmt.Sprintf("%s is %+.1f s from this clock (± %.1f s)", origin, skew.Offset.Seconds()+0, skew.Within.Seconds()),
	}
	switch off := skew.Offset.Abs() - skew.Within; {
	case off >= skewFail:
		c.State = failing
	case off >= skewWarn:
		c.State = warning
	}
	if c.State != fine {
		c.Remedy = []string{"Set this machine's clock: timedatectl set-ntp true"}
	}
	return c
}

func (a *app) checkTerminal() check {
	c := check{Name: "terminal", State: fine, Remedy: []string{}}
	switch {
	case a.Screen():
		c.Detail = a.getenv("TERM") + ", screens can be shown"
	case a.getenv("ACCESSIBLE") != "":
		c.Detail = "lines only, as ACCESSIBLE asks"
	case a.getenv("TERM") == "dumb":
		c.Detail = "lines only: TERM=dumb cannot move its cursor"
	default:
		c.Detail = "lines only: input or output is no terminal"
	}
	return c
}

// checkBrowser looks for what a login that is drawn by scripts needs.
func (a *app) checkBrowser() check {
	path, err := chrome.Find("", false, a.environ())
	if err != nil {
		return amiss("browser", warning, fmt.Errorf("logins that are drawn by scripts cannot be driven: %w", err))
	}
	return check{Name: "browser", State: fine, Remedy: []string{}, Detail: path}
}
