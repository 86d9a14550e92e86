package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/store"
)

func (a *app) duoBypassCommand(o *duoFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bypass",
		Short: "Have bypass codes issued, add some, see what is left, revoke them",
		Long: `Bypass codes get past the second factor, each as often as it was made for. They are
kept in the secret store and handed out one use at a time, by gatepass verify and gatepass
code; what was handed out is never handed out again. Each order is written down before
Duo is asked: codes that were made and never arrived here, because gatepass was killed or
an answer got lost, are found by list and deleted by revoke.`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage{fmt.Errorf("there is no command %q of duo bypass", args[0]), instead(c, args[0])}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.bypassIssueCommand(o), a.bypassImportCommand(o), a.bypassListCommand(o), a.bypassRevokeCommand(o))
	return cmd
}

func (a *app) bypassIssueCommand(o *duoFlags) *cobra.Command {
	var order auth.BypassOrder
	var yes, reveal, long bool
	cmd := &cobra.Command{
		Use:   "issue TARGET --count N",
		Short: "Have Duo make bypass codes for a target's account, straight into the secret store",
		Long: `Has Duo make bypass codes for a target's account and keeps them in the secret store
without showing them. What it costs and whom it alerts is said first, and whether the
account's status or the policy makes them useless. Codes that the account has already
stay, unless --replace says otherwise. Codes that Duo made and that cannot be kept are
deleted at Duo again. Codes for more than seven days want --long-lived, or a word more
where it is asked; none is issued that never ends.`,
		Example:           `  gatepass duo bypass issue shop --count 12 --valid 2h --uses 1`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: a.onDuo(o, func(cmd *cobra.Command, gate *auth.Gate, name string) error {
			if !cmd.Flags().Changed("count") {
				return usageError(cmd, errors.New("say how many codes: --count N"))
			}
			plan, err := gate.DuoPlanBypass(cmd.Context(), name, order, a.duoWaits)
			if err != nil {
				return err
			}
			for _, s := range plan.Sentences {
				a.say("%s\n", s)
			}
			if err := a.agreeToIssue(cmd, plan, yes, long); err != nil {
				return err
			}
			tell := a.duoWaits
			if plan.Calls > 1 {
				tell = a.duoSteps
			}
			issued, err := gate.DuoIssueBypass(cmd.Context(), plan, tell)
			if n := len(issued.Codes); n > 0 {
				a.say("kept %s for %s in the %s, good until %s\n", counted(n, "code"), plan.Username, gate.Secrets.Backend(), moment(issued.Expires))
			}
			if issued.Unnamed > 0 {
				a.say("of %s Duo did not say what it calls them: they are drawn as any others, and revoke looks again which they are\n", counted(issued.Unnamed, "code"))
			}
			if issued.Removed > 0 {
				a.say("took %s out of the stock that Duo has deleted\n", counted(issued.Removed, "code"))
			}
			if reveal {
				for _, code := range issued.Codes {
					if err := a.print("%s\n", code.Reveal()); err != nil {
						return err
					}
				}
			}
			if err != nil {
				return err
			}
			a.say("when the scan is done: gatepass duo bypass revoke %s\n", name)
			return nil
		}),
	}
	f := cmd.Flags()
	f.IntVar(&order.Count, "count", 0, "how many codes, at most 100")
	f.DurationVar(&order.Valid, "valid", 2*time.Hour, "how long they are good for")
	f.IntVar(&order.Uses, "uses", 1, "how often each can be used")
	f.BoolVar(&order.Replace, "replace", false, "delete every other code of the account, whoever made it")
	f.BoolVar(&yes, "yes", false, "do not ask")
	f.BoolVar(&long, "long-lived", false, "with --yes: codes that are good for more than seven days are meant")
	f.BoolVar(&reveal, "reveal", false, "print the codes as well, one a line")
	return cmd
}

// agreeToIssue asks for a word before codes are made, and for two where they outlive any
// scan.
func (a *app) agreeToIssue(cmd *cobra.Command, plan auth.BypassPlan, yes, long bool) error {
	if yes && !long && plan.Order.Long() {
		return usageError(cmd, errors.New("nothing was done: --valid is more than seven days, which wants --long-lived as well"))
	}
	word := plan.Order.Word()
	return a.agree(cmd, yes, "Type "+word+" to go on: ", word)
}

func (a *app) bypassImportCommand(o *duoFlags) *cobra.Command {
	var valid time.Duration
	var uses int
	cmd := &cobra.Command{
		Use:   "import TARGET FILE|-",
		Short: "Add bypass codes that an administrator gave you",
		Long: `Adds bypass codes that an administrator gave you to a target's stock: one a line,
separated by commas or spaces, as CSV or a JSON array. Zeros in front count. A code that
was added before is not taken for new, whatever became of it.`,
		Example: `  gatepass duo bypass import shop codes.txt --valid 8h`,
		Args:    exactArgs("a target's name", `a file or "-"`),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 1 {
				return nil, cobra.ShellCompDirectiveDefault
			}
			return a.completeTargets(cmd, args, typed)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			gate, err := a.duoGate(o)
			if err != nil {
				return err
			}
			if _, err := gate.Targets.Get(args[0]); err != nil {
				return err
			}
			text, err := a.secretFrom(cmd.Context(), args[1], "bypass codes")
			if err != nil {
				return err
			}
			codes, err := auth.ReadBypassCodes(text)
			if err != nil {
				return err
			}
			terms := auth.BypassTerms{Uses: uses}
			switch {
			case valid < 0:
				return usageError(cmd, errors.New("--valid is how long the codes are good for from now on"))
			case valid > 0:
				terms.Expires = a.now().Add(valid)
			}
			added, err := gate.AddBypass(cmd.Context(), args[0], codes, terms)
			if err != nil {
				return err
			}
			a.keptCodes(gate, auth.BypassCodes{Codes: codes, Terms: terms}, added)
			return nil
		},
	}
	f := cmd.Flags()
	f.DurationVar(&valid, "valid", 0, "how long they are good for, from now on; without it they are taken to be good for ever")
	f.IntVar(&uses, "uses", 1, "how often each can be used; 0 for as often as you like")
	return cmd
}

// codeStates are the states of bypass codes, best first.
var codeStates = []store.CodeState{store.CodeFresh, store.CodePartly, store.CodeUsed, store.CodeUnknown, store.CodeRefused, store.CodeExpired, store.CodeLost, store.CodeMissing}

// duoBypassOutput is what duo bypass list --json promises.
type duoBypassOutput struct {
	Target    string                  `json:"target"`
	Stock     string                  `json:"stock"`
	Shared    []string                `json:"shared_with"`
	Total     int                     `json:"total"`
	Codes     int                     `json:"codes_left"`
	Uses      *int                    `json:"uses_left"` // null: without limit
	Ends      *string                 `json:"first_expires"`
	Last      *string                 `json:"last_expires"`
	States    map[store.CodeState]int `json:"states"`
	Asked     bool                    `json:"duo_asked"`
	Problem   *string                 `json:"problem"`
	AtDuo     *int                    `json:"at_duo"`
	Elsewhere *int                    `json:"at_duo_unknown_here"`
	Lost      *int                    `json:"at_duo_never_arrived"` // of those: asked for here
	Account   *string                 `json:"account"`
	List      []bypassLineOutput      `json:"codes"`
	Reminders []string                `json:"reminders"`
}

type bypassLineOutput struct {
	State   store.CodeState `json:"state"`
	Uses    *int            `json:"uses"` // null: without limit
	Left    *int            `json:"left"`
	Added   string          `json:"added"`
	Expires *string         `json:"expires"`
	Issued  bool            `json:"issued"`
	Batch   *string         `json:"batch"`
	DuoID   *string         `json:"duo_id"`
	AtDuo   *string         `json:"at_duo"` // "yes", "no", or null where that is not known
	Draws   []drawOutput    `json:"draws"`
}

type drawOutput struct {
	At      string  `json:"at"`
	By      string  `json:"by"`
	Run     *string `json:"run"`
	Outcome string  `json:"outcome"` // "unknown" where nobody said
}

func bounded[T ~int](n T) *int {
	if n < 0 {
		return nil
	}
	v := int(n)
	return &v
}

func duoBypassJSON(l auth.BypassList) duoBypassOutput {
	out := duoBypassOutput{
		Target: l.Target, Stock: l.Name, Shared: list(l.Shared), Total: l.Total, Codes: l.Stock.Codes, Uses: bounded(l.Uses),
		Ends: stampOrNull(l.Ends), Last: stampOrNull(l.Last), States: l.States, Asked: l.Asked,
		List: []bypassLineOutput{}, Reminders: list(l.Reminders), Account: orNull(l.Username),
	}
	if l.Problem != nil {
		out.Problem = orNull(l.Problem.Error())
	}
	if l.Asked {
		out.AtDuo, out.Elsewhere, out.Lost = bounded(len(l.AtDuo)), bounded(len(l.Elsewhere)), bounded(len(l.Stray.Codes))
	}
	for _, line := range l.Lines {
		uses := line.Uses
		if uses == 0 {
			uses = -1
		}
		o := bypassLineOutput{
			State: line.State, Uses: bounded(uses), Left: bounded(line.Left), Added: line.Added.UTC().Format(time.RFC3339),
			Expires: stampOrNull(line.Expires), Issued: line.Issued, Batch: orNull(line.Batch), DuoID: orNull(line.DuoID),
			AtDuo: orNull(string(line.AtDuo)), Draws: []drawOutput{},
		}
		for _, d := range line.Draws {
			outcome := string(d.Outcome)
			if outcome == "" {
				outcome = "unknown"
			}
			o.Draws = append(o.Draws, drawOutput{d.At.UTC().Format(time.RFC3339), d.By, orNull(d.Run), outcome})
		}
		out.List = append(out.List, o)
	}
	return out
}

func (a *app) bypassListCommand(o *duoFlags) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list TARGET",
		Short: "Show what is left of a target's bypass codes, beside what Duo says of them",
		Long: `Shows what is left of a target's bypass codes, used, expired, or handed out with an
outcome that nobody knows, beside what Duo says of them. The codes themselves are not
shown; Duo shows none either.`,
		Example:           `  gatepass duo bypass list shop`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: a.onDuo(o, func(cmd *cobra.Command, gate *auth.Gate, name string) error {
			l, err := gate.DuoListBypass(cmd.Context(), name, a.duoWaits)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(duoBypassJSON(l))
			}
			return a.showBypass(l)
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

func (a *app) showBypass(l auth.BypassList) error {
	if err := a.bypassTable(l.Lines); err != nil {
		return err
	}
	if err := a.print("%s\n", bypassSummary(l, a.now())); err != nil {
		return err
	}
	if l.Problem != nil {
		a.say("Duo was not asked: %s\n", l.Problem)
		for _, hint := range store.Hints(l.Problem) {
			a.say("  → %s\n", hint)
		}
	}
	for _, r := range l.Reminders {
		a.say("%s\n", r)
	}
	return nil
}

// bypassTable prints a line for all codes that are told the same of: nobody tells
// fifty fresh ones apart.
func (a *app) bypassTable(lines []auth.BypassLine) error {
	var rows []string
	count := map[string]int{}
	for _, line := range lines {
		row := bypassRow(line)
		if count[row] == 0 {
			rows = append(rows, row)
		}
		count[row]++
	}
	if len(rows) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(a.Out, 0, 8, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "CODES\tSTATE\tUSES LEFT\tENDS\tISSUED HERE\tAT DUO\tADDED\tLAST DRAWN")
	for _, row := range rows {
		_, _ = fmt.Fprintf(w, "%d\t%s\n", count[row], row)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

func bypassRow(line auth.BypassLine) string {
	left, last, issued := "no limit", "", "no"
	if line.Left >= 0 {
		left = fmt.Sprint(line.Left)
	}
	if line.Issued {
		issued = "yes"
	}
	if n := len(line.Draws); n > 0 {
		d := line.Draws[n-1]
		last = moment(d.At) + " by " + d.By
	}
	return strings.Join([]string{string(line.State), left, dash(moment(line.Expires)), issued, dash(string(line.AtDuo)), moment(line.Added), dash(last)}, "\t")
}

// bypassSummary sums a stock up in a line.
func bypassSummary(l auth.BypassList, now time.Time) string {
	if l.Total == 0 && len(l.AtDuo) == 0 {
		return fmt.Sprintf("bypass codes: none in the stock %s", l.Name)
	}
	text := fmt.Sprintf("bypass codes: %d of %d left in the stock %s", l.Stock.Codes, l.Total, l.Name)
	if !l.Last.IsZero() {
		text += fmt.Sprintf(", the last until %s", moment(l.Last))
	}
	var rest []string
	for _, s := range codeStates[2:] {
		if n := l.States[s]; n > 0 {
			rest = append(rest, fmt.Sprintf("%d %s", n, s))
		}
	}
	if len(rest) > 0 {
		text += " (" + strings.Join(rest, ", ") + ")"
	}
	if len(l.Shared) > 0 {
		text += "; shared with " + strings.Join(l.Shared, ", ")
	}
	if l.Asked {
		text += fmt.Sprintf("; Duo has %d for the account %s", len(l.AtDuo), l.Username)
		if n := len(l.Stray.Codes); n > 0 {
			text += fmt.Sprintf(", %d of them never arrived here", n)
		}
		if n := len(l.Elsewhere) - len(l.Stray.Codes) - len(l.Stray.Unnamed); n > 0 {
			text += fmt.Sprintf(", %d of them unknown here (an administrator's, perhaps another machine's)", n)
		}
	}
	return text
}

func (a *app) bypassRevokeCommand(o *duoFlags) *cobra.Command {
	var all, yes bool
	var whose auth.BypassOwner
	cmd := &cobra.Command{
		Use:   "revoke TARGET",
		Short: "Delete a target's bypass codes at Duo and here",
		Long: `Deletes bypass codes at Duo and takes them out of the stock: those that gatepass had
issued and those that it asked for and never got, or with --all every code that the
account has, whoever made it. Which and how many those are is said first.

Where the target is gone, --tenant and --account say whose codes are meant.`,
		Example: `  gatepass duo bypass revoke shop
  gatepass duo bypass revoke --tenant acme --account scan-bot`,
		Args: func(c *cobra.Command, args []string) error {
			switch {
			case (whose.Tenant == "") != (whose.Username == ""):
				return usageError(c, errors.New("--tenant and --account go together"))
			case whose.Tenant == "":
				return exactArgs("a target's name")(c, args)
			case len(args) > 0:
				return usageError(c, errors.New("a target's name, or --tenant and --account: not both"))
			}
			return nil
		},
		ValidArgsFunction: a.completeTargets,
		RunE: a.onDuo(o, func(cmd *cobra.Command, gate *auth.Gate, name string) error {
			whose.Target = name
			plan, err := gate.DuoPlanRevoke(cmd.Context(), whose, all, a.duoWaits)
			if err != nil {
				return err
			}
			for _, s := range plan.Sentences {
				a.say("%s\n", s)
			}
			if plan.Going == 0 && plan.Here == 0 {
				a.say("there is nothing of gatepass's to revoke\n")
				if plan.AtDuo > 0 {
					a.say("to delete every code that the account has, whoever made it: %s --all\n", cmd.CommandPath()+" "+revokeArgs(whose))
				}
				return nil
			}
			if err := a.agree(cmd, yes, "Type revoke to go on: ", "revoke"); err != nil {
				return err
			}
			r, err := gate.DuoRevoke(cmd.Context(), whose, all, a.duoWaits)
			if err == nil || r.AtDuo > 0 || r.FromStock > 0 {
				a.say("deleted %s at Duo, took %d out of the stock; Duo has %d left for the account %s\n", counted(r.AtDuo, "code"), r.FromStock, r.Left, plan.Username)
			}
			if r.Unnamed > 0 {
				a.say("of %s it is not known which it is at Duo; they end by themselves, or with --all\n", counted(r.Unnamed, "code"))
			}
			return err
		}),
	}
	f := cmd.Flags()
	f.BoolVar(&all, "all", false, "every code that the account has, whoever made it")
	f.BoolVar(&yes, "yes", false, "do not ask")
	f.StringVar(&whose.Tenant, "tenant", "", "the Duo tenant, where no target is left")
	f.StringVar(&whose.Username, "account", "", "the account's name at Duo, where no target is left")
	must(cmd.RegisterFlagCompletionFunc("tenant", a.completeTenants))
	return cmd
}

// revokeArgs are the words that say whose codes are meant.
func revokeArgs(o auth.BypassOwner) string {
	if o.Target != "" {
		return o.Target
	}
	return "--tenant " + o.Tenant + " --account " + store.QuoteShell(o.Username)
}

// remindBypass says what of a target's bypass codes is to be revoked, by our own record.
// That it cannot be read is said by whatever else needs it.
func (a *app) remindBypass(ctx context.Context, gate *auth.Gate, name string) {
	reminders, _ := gate.BypassReminders(ctx, name)
	for _, r := range reminders {
		a.say("%s\n", r)
	}
}
