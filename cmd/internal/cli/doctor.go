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
	var target string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look at what gatepass needs: secret store, clock, files, terminal, browser",
		Long: `Looks at what gatepass needs and says what to do where something is amiss. The clock
is compared with the Date header of each target's login page, and with Duo's where a
target names a Duo tenant: over several answers, so that the difference is known below
a second. --target NAME looks at that target's clocks only; --offline at none.`,
		Example: `  gatepass doctor
  gatepass doctor --offline --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			checks, err := a.examine(cmd.Context(), offline, target)
			if err != nil {
				return err
			}
			return a.report(checks, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array")
	cmd.Flags().BoolVar(&offline, "offline", false, "do not ask any target for its clock")
	cmd.Flags().StringVar(&target, "target", "", "compare the clocks of this target only")
	must(cmd.RegisterFlagCompletionFunc("target", a.completeTargets))
	cmd.MarkFlagsMutuallyExclusive("offline", "target")
	return cmd
}

func (a *app) examine(ctx context.Context, offline bool, target string) ([]check, error) {
	home, err := a.home()
	if err != nil {
		return nil, err
	}
	gate := a.gateAt(home, store.NewMemory()) // no secret is looked at
	if target != "" {
		t, err := gate.Targets.Get(target)
		if err != nil {
			return nil, err
		}
		return checkClocks(ctx, gate, []store.Target{t}), nil
	}
	checks := []check{a.checkStore(ctx, home), checkFiles(home)}
	checks = append(checks, a.checkImport(ctx, home)...)
	checks = append(checks, checkTargets(gate), checkLedger(ctx, gate))
	if !offline {
		all, _ := gate.Targets.List() // those that cannot be read were told
		checks = append(checks, checkClocks(ctx, gate, all)...)
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

// checkClocks compares this machine's clock with those that judge the targets' codes:
// once for each machine.
func checkClocks(ctx context.Context, gate *auth.Gate, targets []store.Target) []check {
	type question struct {
		of  string
		ask func(context.Context) (auth.Clock, error)
	}
	var questions []question
	seen := map[string]bool{}
	add := func(of string, ask func(context.Context) (auth.Clock, error)) {
		if !seen[of] {
			seen[of] = true
			questions = append(questions, question{of, ask})
		}
	}
	for _, t := range targets {
		if o := t.AllowedOrigins(); len(o) > 0 && t.URL != "" {
			add(o[0], func(ctx context.Context) (auth.Clock, error) { return gate.PageClock(ctx, t.URL) })
		}
		if tenant := t.Duo.Tenant; tenant != "" {
			add("the Duo tenant "+tenant, func(ctx context.Context) (auth.Clock, error) { return gate.TenantClock(ctx, tenant) })
		}
	}
	checks := make([]check, len(questions))
	var wg sync.WaitGroup
	slots := make(chan struct{}, 8)
	for i, q := range questions {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			c, err := q.ask(ctx)
			checks[i] = checkClock(q.of, c, err)
		})
	}
	wg.Wait()
	return checks
}

func checkClock(of string, clock auth.Clock, err error) check {
	if err != nil {
		return amiss("clock", warning, fmt.Errorf("%s: %w", of, err))
	}
	answers := "1 answer"
	if clock.Samples != 1 {
		answers = fmt.Sprintf("%d answers", clock.Samples)
	}
	c := check{
		Name: "clock", State: fine, Remedy: []string{},
		Detail: fmt.Sprintf("%s is %+.2f s from this clock (± %.2f s, %s)", clock.Of, clock.Offset.Seconds()+0, clock.Within.Seconds(), answers),
	}
	if clock.Unsteady {
		c.State = warning
		c.Detail += "; its answers contradict one another, as those of several machines do"
	}
	switch off := clock.Certain(); {
	case off >= auth.ClockFar:
		c.State = failing
		c.Detail += ": so far apart, time-based codes are refused"
	case off >= auth.ClockOff:
		c.State = warning
		c.Detail += ": codes near the end of their time may be refused"
	}
	if clock.Certain() >= auth.ClockOff {
		c.Remedy = []string{"Set this machine's clock: timedatectl set-ntp true", "Or give codes by the other clock: --clock target"}
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
