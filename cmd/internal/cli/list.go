package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/store"
)

// targetOutput is a target as list --json and show --json promise it.
type targetOutput struct {
	Name     string       `json:"name"`
	URL      string       `json:"url"`
	Username string       `json:"username"`
	Route    store.Route  `json:"route"`
	Origins  []string     `json:"origins"`
	Grants   []grantOut   `json:"grants"` // the origins with what each may receive
	Proof    proofOutput  `json:"proof"`
	Driver   string       `json:"driver"`
	Duo      duoOutput    `json:"duo"`
	Tags     []string     `json:"tags"`
	Secrets  []store.Kind `json:"secrets"`
	File     string       `json:"file"`
	Last     *lastOutput  `json:"last"`
	Stock    *stockOutput `json:"stock"`     // its bypass codes; null: it never had any
	Device   *trustOutput `json:"device"`    // its trusted device; null: none is kept
	Recorded string       `json:"recording"` // the recorded login's file among the recordings; "": none
}

type grantOut struct {
	Origin string   `json:"origin"`
	For    []string `json:"for"`
}

type duoOutput struct {
	Tenant      string `json:"tenant"`
	Integration string `json:"integration"`
	Username    string `json:"username"`
}

type proofOutput struct {
	URL  string `json:"url"`
	Text string `json:"text"`
}

type lastOutput struct {
	Verdict   string  `json:"verdict"`
	Diagnosis *string `json:"diagnosis"`
	At        string  `json:"at"`
	Run       string  `json:"run"`
	ElapsedMS int64   `json:"elapsed_ms"`
}

func targetJSON(gate *auth.Gate, s auth.Summary, now time.Time) targetOutput {
	t := s.Target
	out := targetOutput{
		Name: t.Name, URL: t.URL, Username: t.Username, Route: t.Route,
		Origins: list(t.AllowedOrigins()), Proof: proofOutput{t.Proof.URL, t.Proof.Text},
		Driver: t.Driver, Tags: list(t.Tags), Secrets: list(t.Secrets), File: gate.Targets.Path(t.Name),
		Grants: grantsJSON(t), Duo: duoOutput(t.Duo), Stock: stockJSON(s.Stock),
		Device:   trustJSON(s.Device, t.Name, now),
		Recorded: t.Recording,
	}
	if out.Driver == "" {
		out.Driver = "auto"
	}
	if v := s.Last; v != nil {
		out.Last = &lastOutput{v.Verdict, orNull(v.Diagnosis), v.At.UTC().Format(time.RFC3339), v.Run, v.Took.Milliseconds()}
	}
	return out
}

func grantsJSON(t store.Target) []grantOut {
	var all []grantOut
	for _, g := range t.Grants() {
		uses := g.For
		if len(uses) == 0 {
			uses = store.GrantUses()
		}
		all = append(all, grantOut{g.Origin, uses})
	}
	return list(all)
}

// list makes JSON say [] and not null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func (a *app) listCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list",
		Example: `  gatepass list
  gatepass list --json`,
		Aliases: []string{"ls"},
		Short:   "List the targets",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			gate, err := a.gate()
			if err != nil {
				return err
			}
			all, broken := gate.Overview(cmd.Context())
			if asJSON {
				out := make([]targetOutput, 0, len(all))
				for _, s := range all {
					out = append(out, targetJSON(gate, s, a.now()))
				}
				return errors.Join(a.printJSON(out), broken)
			}
			return errors.Join(a.table(all), a.remindStocks(cmd.Context(), gate, all), broken)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array")
	return cmd
}

// table prints the targets as lines of columns.
func (a *app) table(all []auth.Summary) error {
	if len(all) == 0 {
		a.say("there are no targets yet: gatepass setup, or gatepass demo to see how it works\n")
		return nil
	}
	w := tabwriter.NewWriter(a.Out, 0, 8, 2, ' ', 0)
	// The column of the codes is there when somebody has any.
	codes := slices.ContainsFunc(all, func(s auth.Summary) bool { return s.Stock != nil || s.Target.Route == store.RouteBypassCode })
	column := func(text string) string {
		if !codes {
			return ""
		}
		return text + "\t"
	}
	_, _ = fmt.Fprintln(w, "NAME\tROUTE\tLAST VERIFIED\t"+column("CODES")+"URL")
	for _, s := range all {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s%s\n", s.Target.Name, s.Target.Route, standing(s, a.now()), column(a.codesLeft(s)), s.Target.URL)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// remindStocks says of each stock what is to be revoked, once, and which codes were asked
// for and never arrived.
func (a *app) remindStocks(ctx context.Context, gate *auth.Gate, all []auth.Summary) error {
	told := map[string]bool{}
	var targets []store.Target
	for _, s := range all {
		targets = append(targets, s.Target)
		if s.Stock == nil || told[s.Stock.Name] {
			continue
		}
		told[s.Stock.Name] = true
		for _, r := range auth.StockReminders(*s.Stock, s.Target.Name, a.now()) {
			a.say("%s\n", r)
		}
	}
	lost, err := gate.LostBypass(ctx, targets)
	for _, s := range lost {
		a.say("%s\n", s)
	}
	return err
}

func (a *app) codesLeft(s auth.Summary) string {
	switch {
	case s.Stock != nil:
		return auth.ShortStockWords(*s.Stock, a.now())
	case s.Target.Route == store.RouteBypassCode:
		return "none"
	}
	return "–"
}

// standing is how the last login ended, and what has ended since.
func standing(s auth.Summary, now time.Time) string {
	line := lastVerified(s.Last, now)
	if s.Target.Route == store.RouteTrustedDevice && trustEnded(s, now) {
		line += "; " + auth.ShortDeviceWords(*s.Device, now)
	}
	return line
}

func lastVerified(v *store.Verification, now time.Time) string {
	if v == nil {
		return "never"
	}
	s := v.Verdict
	if v.Diagnosis != "" {
		s += " (" + v.Diagnosis + ")"
	}
	return s + ", " + ago(now.Sub(v.At))
}

// ago puts a length of time into words, roughly.
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "just now"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}

func (a *app) showCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:               "show NAME",
		Short:             "Show a target; its secrets are named, never shown",
		Example:           `  gatepass show shop`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			gate, err := a.gate()
			if err != nil {
				return err
			}
			t, err := gate.Targets.Get(args[0])
			if err != nil {
				return err
			}
			s, err := gate.Summary(cmd.Context(), t)
			if asJSON {
				return errors.Join(a.printJSON(targetJSON(gate, s, a.now())), err)
			}
			return errors.Join(a.page(gate, s), err)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

// page prints one target in full.
func (a *app) page(gate *auth.Gate, s auth.Summary) error {
	t := s.Target
	w := tabwriter.NewWriter(a.Out, 0, 8, 2, ' ', 0)
	row := func(name, value string) {
		if value == "" {
			value = "–"
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\n", name, value)
	}
	row("name", t.Name)
	row("login page", t.URL)
	row("username", t.Username)
	row("route", string(t.Route))
	row("may receive credentials", strings.Join(grantTexts(t), ", "))
	row("proof", strings.TrimSpace(t.Proof.URL+" "+quoted(t.Proof.Text)))
	if t.Recording != "" {
		row("recording", filepath.Join(gate.Home.RecordingsDir(), t.Recording))
	}
	row("tags", strings.Join(t.Tags, ", "))
	row("in the secret store", strings.Join(keptKinds(s, a.now()), ", "))
	if line := trustLine(s.Device, t.Name, a.now()); line != "" {
		row("trusted device", line)
	}
	if line := stockLine(s.Stock, t, a.now()); line != "" {
		row("bypass codes", line)
	}
	if t.Duo.Tenant != "" {
		row("in Duo", duoLine(t))
	}
	row("last verified", lastVerified(s.Last, a.now()))
	row("file", gate.Targets.Path(t.Name))
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// keptKinds names what is kept, and what of it is of no use any more.
func keptKinds(s auth.Summary, now time.Time) []string {
	var kept []string
	for _, k := range s.Target.Secrets {
		name := string(k)
		if k == store.KindDevice && trustEnded(s, now) {
			name += " (ended)"
		}
		kept = append(kept, name)
	}
	return kept
}

// trustEnded reports whether a target's trusted device is known not to be trusted any
// more.
func trustEnded(s auth.Summary, now time.Time) bool {
	if s.Device == nil {
		return false
	}
	_, over := s.Device.Over(now)
	return over
}

// grantTexts names the origins, with what they are limited to.
func grantTexts(t store.Target) []string {
	var all []string
	for _, g := range t.Grants() {
		text := g.Origin
		if len(g.For) > 0 {
			text += " (" + strings.Join(g.For, " and ") + " only)"
		}
		all = append(all, text)
	}
	return all
}

func duoLine(t store.Target) string {
	name := t.Duo.Username
	if name == "" {
		name = t.Username
	}
	line := name + " at the tenant " + t.Duo.Tenant
	if t.Duo.Integration != "" {
		line += ", application " + t.Duo.Integration
	}
	return line
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return "with the text " + login.Quote(s)
}
