package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/handoff"
	"gatepass/auth/login"
)

type loginFlags struct {
	auth.HandoffOptions
	format, out   string
	asJSON, force bool
}

func (a *app) loginCommand() *cobra.Command {
	var f loginFlags
	cmd := &cobra.Command{
		Use:   "login NAME --for FORMAT",
		Short: "Sign in, and write the session",
		Long: "Signs in and writes the session to standard output, or with --out into a file that only\n" +
			"you can read. When it ends and what it may be bound to is said on standard error. A\n" +
			"session that is known to end before --needed is refused.\n\n" + formatsHelp(),
		Example: `  gatepass login shop --for cookies.txt --out cookies.txt --needed 2h
  gatepass login shop --for header`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := notNegative(cmd, "needed"); err != nil {
				return err
			}
			if f.format == "" {
				return usageError(cmd, errors.New("login needs a format: --for "+strings.Join(handoff.FormatNames(), ", ")))
			}
			gate, err := a.gate()
			if err != nil {
				return err
			}
			if f.out == stdout {
				f.out = ""
			}
			return a.login(cmd.Context(), gate, args[0], f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.format, "for", "", "the format: "+strings.Join(handoff.FormatNames(), ", "))
	flags.StringVar(&f.out, "out", "", "write it into this new file; - is standard output, as without it")
	flags.BoolVar(&f.force, "force", false, "replace the file")
	flags.DurationVar(&f.Needed, "needed", 0, "how long it must be good: refuse a session that ends before, as it tells or as gatepass watch saw")
	flags.BoolVar(&f.asJSON, "json", false, "print one JSON object, with the session in it unless --out is given")
	signInFlags(flags, &f.Verify)
	must(cmd.RegisterFlagCompletionFunc("for", oneOf(handoff.FormatNames()...)))
	return cmd
}

func formatsHelp() string {
	var b strings.Builder
	for _, f := range handoff.Formats() {
		fmt.Fprintf(&b, "  %-12s %s\n", f.Name, f.Title)
	}
	return strings.TrimRight(b.String(), "\n")
}

func (a *app) login(ctx context.Context, gate *auth.Gate, name string, f loginFlags) error {
	if f.out != "" {
		if err := placeForFile(f.out); err != nil {
			return err
		}
	}
	if f.out != "" && !f.force && exists(filepath.Dir(f.out), filepath.Base(f.out)) {
		return usage{fmt.Errorf("%s is there already", f.out), "Replace it: --force"}
	}
	wait := waits{say: a.say}
	ticket, result, err := gate.Pass(ctx, name, f.format, f.HandoffOptions, wait.event)
	if ticket.Format.Name == "" {
		return a.notHandedOff(ctx, err)
	}
	if f.out != "" {
		if failed := putFile(f.out, ticket.File, f.force); failed != nil {
			return errors.Join(failed, err)
		}
	}
	return errors.Join(a.tellTicket(name, ticket, result, f), err)
}

// tellTicket delivers the session, and says beside it what is known of it.
func (a *app) tellTicket(name string, t handoff.Ticket, r login.Result, f loginFlags) error {
	if f.asJSON {
		return a.printJSON(ticketJSON(name, t, r, f.out, a.now()))
	}
	for _, note := range t.Notes {
		a.say("%s\n", note)
	}
	if f.out == "" {
		return a.print("%s", t.File.Content.Reveal())
	}
	a.say("wrote %s; it opens the account until it ends, so keep it as a secret\n", f.out)
	return nil
}

// ticketOutput is what login --json promises.
type ticketOutput struct {
	Target  string      `json:"target"`
	Run     string      `json:"run"`
	Format  string      `json:"format"`
	Path    *string     `json:"path"`    // null without --out
	Content *string     `json:"content"` // null with --out
	Made    string      `json:"made"`
	Until   *string     `json:"until"`        // null where the session does not tell
	EndsBy  *string     `json:"ends_by"`      // what ends then
	Left    *int64      `json:"left_seconds"` //
	Driver  string      `json:"driver"`
	Agent   *string     `json:"user_agent"`   // that it was made with
	Bare    login.Trait `json:"plain_client"` // a client without scripts can use it: yes, no, untried
	Notes   []string    `json:"notes"`

	Watched *watchedOutput `json:"watched"` // how long another session was seen to live; null: nobody watched one
}

func ticketJSON(name string, t handoff.Ticket, r login.Result, out string, now time.Time) ticketOutput {
	o := ticketOutput{
		Target: name, Run: r.Run, Format: t.Format.Name, Path: orNull(out), Until: until(t.Life), EndsBy: orNull(t.Life.By),
		Made: t.Life.Made.UTC().Format(time.RFC3339), Driver: r.Driver, Agent: orNull(login.Clean(r.Session.Agent)),
		Bare: r.Facts.BareClient, Notes: orEmpty(t.Notes), Watched: watchedJSON(t.Life),
	}
	if left, known := t.Life.LeftOver(now); known {
		seconds := int64(left / time.Second)
		o.Left = &seconds
	}
	if out == "" {
		text := t.File.Content.Reveal()
		o.Content = &text
	}
	return o
}
