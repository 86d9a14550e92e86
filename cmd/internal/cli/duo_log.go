package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
)

// logOutput is what duo log --json promises.
type logOutput struct {
	From     string          `json:"from"`
	To       string          `json:"to"`
	Complete string          `json:"complete_until"` // later logins may not be shown yet
	More     bool            `json:"more"`
	Lines    []logLineOutput `json:"entries"`
	Missing  []ownOutput     `json:"ours_without_entry"`
	Recent   []ownOutput     `json:"ours_too_recent"`
}

type logLineOutput struct {
	At          string     `json:"at"`
	Event       string     `json:"event"`
	Result      string     `json:"result"`
	Reason      string     `json:"reason"`
	Factor      string     `json:"factor"`
	IP          *string    `json:"ip"`
	Browser     *string    `json:"browser"`
	Place       *string    `json:"place"`
	Application string     `json:"application"`
	User        string     `json:"user"`
	TxID        string     `json:"txid"`
	Sentence    string     `json:"sentence"`
	Remedy      *string    `json:"remedy"`
	Ours        *ownOutput `json:"ours"`
}

type ownOutput struct {
	At   string  `json:"at"`
	What string  `json:"what"`
	Run  *string `json:"run"`
}

func ownJSON(u auth.OwnUse) ownOutput {
	return ownOutput{u.At.UTC().Format(time.RFC3339), u.What, orNull(u.Run)}
}

func logJSON(l auth.DuoLog) logOutput {
	out := logOutput{
		From: l.From.UTC().Format(time.RFC3339), To: l.To.UTC().Format(time.RFC3339), Complete: l.Complete.UTC().Format(time.RFC3339), More: l.More,
		Lines: []logLineOutput{}, Missing: []ownOutput{}, Recent: []ownOutput{},
	}
	for _, line := range l.Lines {
		e := line.Entry
		o := logLineOutput{
			At: e.At().UTC().Format(time.RFC3339), Event: e.Event, Result: e.Result, Reason: e.Reason, Factor: e.Factor,
			IP: orNull(e.Access.IP), Browser: orNull(strings.TrimSpace(e.Access.Browser + " " + e.Access.Version)), Place: orNull(place(line)),
			Application: e.Application.Name, User: e.User.Name, TxID: e.TxID, Sentence: line.Sentence, Remedy: orNull(line.Remedy),
		}
		if line.Ours != nil {
			own := ownJSON(*line.Ours)
			o.Ours = &own
		}
		out.Lines = append(out.Lines, o)
	}
	for _, u := range l.Missing {
		out.Missing = append(out.Missing, ownJSON(u))
	}
	for _, u := range l.Recent {
		out.Recent = append(out.Recent, ownJSON(u))
	}
	return out
}

func place(line auth.LogLine) string {
	var parts []string
	for _, p := range []string{line.Access.Location.City, line.Access.Location.State, line.Access.Location.Country} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

func (a *app) duoLogCommand(o *duoFlags) *cobra.Command {
	var since time.Duration
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "log TARGET",
		Short: "Show what Duo recorded of a target's account, beside what gatepass did",
		Long: `Shows what Duo recorded of a target's account in the target's application, in
sentences, beside what gatepass did at that time. Duo shows logins two minutes late, and
wants to be asked once a minute at most: asked again sooner, it waits.`,
		Example:           `  gatepass duo log shop --since 2h`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: a.onDuo(o, func(cmd *cobra.Command, gate *auth.Gate, name string) error {
			l, err := gate.DuoLog(cmd.Context(), name, since, a.duoWaits)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(logJSON(l))
			}
			return a.print("%s", logText(l))
		}),
	}
	cmd.Flags().DurationVar(&since, "since", time.Hour, "how far back")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

func logText(l auth.DuoLog) string {
	var b strings.Builder
	clock := func(t time.Time) string { return t.Local().Format("2 Jan 15:04:05") }
	for _, line := range l.Lines {
		state := "ok"
		if line.Refused() {
			state = "failed"
		}
		fmt.Fprintf(&b, " %s %s  %s\n", duoMark(state), clock(line.At()), line.Sentence)
		from := []string{}
		for _, s := range []string{line.Access.IP, place(line), strings.TrimSpace(line.Access.Browser + " " + line.Access.Version)} {
			if s != "" {
				from = append(from, s)
			}
		}
		if len(from) > 0 {
			fmt.Fprintf(&b, "   from %s\n", strings.Join(from, ", "))
		}
		if u := line.Ours; u != nil {
			fmt.Fprintf(&b, "   this was %s\n", ownText(*u))
		} else {
			b.WriteString("   not by gatepass on this machine, as far as it remembers\n")
		}
		if line.Remedy != "" {
			fmt.Fprintf(&b, "   → %s\n", line.Remedy)
		}
	}
	if len(l.Lines) == 0 {
		fmt.Fprintf(&b, "Duo shows nothing since %s.\n", clock(l.From))
	}
	if l.More {
		b.WriteString("There are more, older ones; ask for a shorter time: --since\n")
	}
	for _, u := range l.Missing {
		fmt.Fprintf(&b, "Duo has no record of %s. It may not have been asked: an exempt account, a refused password, or another application.\n", ownText(u))
	}
	for _, u := range l.Recent {
		fmt.Fprintf(&b, "%s is not in the log yet: Duo shows logins two minutes late.\n", ownText(u))
	}
	return b.String()
}

func ownText(u auth.OwnUse) string {
	text := "gatepass " + u.What
	if u.Run != "" {
		text += " (run " + u.Run + ")"
	}
	return text + " at " + u.At.Local().Format("15:04:05")
}
