package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/handoff"
)

type handoffFlags struct {
	auth.HandoffOptions
	scanner, out        string
	asJSON, list, force bool
}

func (a *app) handoffCommand() *cobra.Command {
	var f handoffFlags
	cmd := &cobra.Command{
		Use:   "handoff NAME --for SCANNER",
		Short: "Write a proven login as a scanner takes it",
		Long: `Writes a login that was proven as a scanner takes it: a plan, a configuration, a
session, or a checklist, with how to run it, how to see that the scanner is signed in,
and how this scanner goes on signed out without saying so.

Passwords and seeds are written as references to the environment, unless
--inline-secrets is given. What needs a session signs in for it.

Without --out the file that the scanner reads goes to standard output, and the rest of
what is to be known to standard error. With --out everything is written into a folder.
The scanners and their variants: gatepass handoff --list`,
		Example: `  gatepass handoff --list
  gatepass handoff shop --for zap --out scan`,
		Args: func(c *cobra.Command, args []string) error {
			if f.list {
				return noArgs(c, args)
			}
			return exactArgs("a target's name")(c, args)
		},
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.list {
				return a.listScanners(f.asJSON)
			}
			if err := notNegative(cmd, "needed"); err != nil {
				return err
			}
			if f.scanner == "" {
				return usageError(cmd, errors.New("handoff needs a scanner: --for "+strings.Join(handoff.Names(), ", ")))
			}
			gate, err := a.gate()
			if err != nil {
				return err
			}
			if f.out == stdout {
				f.out = ""
			}
			return a.handoff(cmd.Context(), gate, args[0], f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.scanner, "for", "", "the scanner: "+strings.Join(handoff.Names(), ", "))
	flags.StringVar(&f.Variant, "variant", "", "how it is handed over; the first that fits, unless given")
	flags.StringVar(&f.out, "out", "", "write everything into this folder; - is standard output, as without it")
	flags.BoolVar(&f.force, "force", false, "replace the files of an earlier hand-off in the folder")
	flags.BoolVar(&f.Unproven, "unproven", false, "write it although the login was not proven, and mark the files")
	flags.BoolVar(&f.Inline, "inline-secrets", false, "write password and seed into the files; with --out they are readable by you alone")
	flags.DurationVar(&f.Needed, "needed", 0, "how long the scan takes: refuse a session that ends before, as it tells or as gatepass watch saw")
	flags.StringVar(&f.Broker, "broker", handoff.DefaultBroker, "where gatepass serve listens")
	flags.BoolVar(&f.asJSON, "json", false, "print one JSON object")
	flags.BoolVar(&f.list, "list", false, "list the scanners with their variants")
	signInFlags(flags, &f.Verify)
	must(cmd.RegisterFlagCompletionFunc("for", oneOf(handoff.Names()...)))
	return cmd
}

// signInFlags are the flags of a command that signs in on its way.
func signInFlags(flags flagSet, o *auth.VerifyOptions) {
	flags.StringVar(&o.Driver, "driver", "", "how to sign in: http, browser, or auto")
	flags.StringVar(&o.Browser, "browser", "", "the browser's program, instead of the one that is found")
	flags.StringVar(&o.Proxy, "proxy", "", "sign in through this proxy (http://HOST:PORT, socks5://HOST:PORT)")
	flags.DurationVar(&o.Timeout, "timeout", auth.DefaultTimeout, "how long the pages of a login may take")
	flags.StringVar(&o.Clock, "clock", "", "whose time decides which code is right: own or target")
}

func (a *app) handoff(ctx context.Context, gate *auth.Gate, name string, f handoffFlags) error {
	if err := a.freeFolder(name, f); err != nil {
		return err
	}
	wait := waits{say: a.say}
	out, err := gate.Handoff(ctx, name, f.scanner, f.HandoffOptions, wait.event)
	if out.Scanner == "" {
		return a.notHandedOff(ctx, err)
	}
	written, failed := a.writeHandoff(out, f)
	return errors.Join(err, failed, a.tellHandoff(name, out, written, f))
}

// notHandedOff tells why a login gave no session, and ends as verify would.
func (a *app) notHandedOff(ctx context.Context, err error) error {
	var not *auth.NotSignedInError
	if !errors.As(err, &not) {
		return err
	}
	a.tell(err)
	return outcome(ctx, not.Result)
}

// stdout is the file name that stands for standard output.
const stdout = "-"

// freeFolder looks whether the folder can be written into, and whether an earlier
// hand-off would be overwritten, before a passcode is spent for a new one.
func (a *app) freeFolder(name string, f handoffFlags) error {
	if f.out == "" {
		return nil
	}
	if err := placeForFiles(f.out); err != nil || f.force {
		return err
	}
	for _, base := range []string{name, name + ".unproven"} {
		if sheet := handoff.SheetName(base, f.scanner); exists(f.out, sheet) {
			return usage{fmt.Errorf("%s is in %s already", sheet, f.out), "Replace the hand-off: --force"}
		}
	}
	return nil
}

// writeHandoff writes the files into the folder, if there is one.
func (a *app) writeHandoff(out handoff.Output, f handoffFlags) ([]string, error) {
	if f.out == "" {
		return nil, nil
	}
	return putFiles(f.out, out.Files, f.force)
}

// tellHandoff shows what was made.
func (a *app) tellHandoff(name string, out handoff.Output, written []string, f handoffFlags) error {
	sheet := out.Files[len(out.Files)-1]
	switch {
	case f.asJSON:
		return a.printJSON(handoffJSON(name, out, written, f.out == ""))
	case f.out == "":
		if len(out.Files) > 1 {
			a.say("%s\n", strings.TrimRight(sheet.Mask(), "\n"))
			for _, more := range out.Files[1 : len(out.Files)-1] {
				a.say("%s is written with --out FOLDER\n", more.Name)
			}
		}
		return a.print("%s", out.Files[0].Content.Reveal())
	}
	for i, file := range written {
		a.say("wrote %s%s\n", file, private(out.Files[i]))
	}
	a.say("\n%s", sheet.Mask())
	return nil
}

// private says what a file is.
func private(f handoff.File) string {
	if f.Secret {
		return "; it holds a secret and opens the account, so only you can read it"
	}
	return ""
}

// listScanners lists what --for and --variant take.
func (a *app) listScanners(asJSON bool) error {
	if asJSON {
		return a.printJSON(scannersJSON())
	}
	for _, s := range handoff.Scanners() {
		if err := a.print("%-16s %s\n", s.Name(), s.Title()); err != nil {
			return err
		}
		for _, v := range s.Variants() {
			if err := a.print("  %-14s %s\n", v.Name, v.Title); err != nil {
				return err
			}
		}
	}
	return nil
}

// scannerOutput is what handoff --list --json promises.
type scannerOutput struct {
	Name     string          `json:"name"`
	Title    string          `json:"title"`
	Variants []variantOutput `json:"variants"`
}

type variantOutput struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	SignsIn bool   `json:"signs_in"`        // the scanner signs in by itself
	Session string `json:"session_in_file"` // "never", "inline", "always"
	Secrets string `json:"secrets_in_file"` // likewise, of password and seed
}

func scannersJSON() []scannerOutput {
	var all []scannerOutput
	for _, s := range handoff.Scanners() {
		o := scannerOutput{Name: s.Name(), Title: s.Title()}
		for _, v := range s.Variants() {
			o.Variants = append(o.Variants, variantOutput{v.Name, v.Title, v.SignsIn, carry(v.Session), carry(v.Secrets)})
		}
		all = append(all, o)
	}
	return all
}

func carry(c handoff.Carry) string {
	if c == handoff.Never {
		return "never"
	}
	return string(c)
}

// handoffOutput is what handoff --json promises.
type handoffOutput struct {
	Target    string           `json:"target"`
	Scanner   string           `json:"scanner"`
	Variant   string           `json:"variant"`
	Proven    bool             `json:"proven"`
	Files     []fileOutput     `json:"files"`
	Steps     []stepOutput     `json:"steps"`
	Variables []variableOutput `json:"variables"`
	Run       []string         `json:"run"`
	Check     []string         `json:"check"`
	Silent    []string         `json:"silent"`
	Notes     []string         `json:"notes"`
	Refused   []refusalOutput  `json:"refused"`
	Until     *string          `json:"session_until"` // null without one, and where it does not tell
	Watched   *watchedOutput   `json:"session_watched"`
}

type fileOutput struct {
	Name    string  `json:"name"`
	Path    *string `json:"path"`    // where it was written; null without --out
	Content *string `json:"content"` // the text; null with --out, also where it could not be written
	Secret  bool    `json:"secret"`
}

type stepOutput struct {
	Do    string  `json:"do"`
	Value *string `json:"value"`
}

type variableOutput struct {
	Name  string `json:"name"`
	Holds string `json:"holds"`
}

type refusalOutput struct {
	Variant string   `json:"variant"`
	Reasons []string `json:"reasons"`
}

// handoffJSON is what there is to say. inline puts the files' texts into it: who named a
// folder does not want secrets on standard output, which pipelines keep.
func handoffJSON(name string, o handoff.Output, written []string, inline bool) handoffOutput {
	out := handoffOutput{
		Target: name, Scanner: o.Scanner, Variant: o.Variant, Proven: !o.Unproven, Files: []fileOutput{},
		Steps: []stepOutput{}, Variables: []variableOutput{}, Refused: []refusalOutput{},
		Run: orEmpty(o.Run), Check: orEmpty(o.Check), Silent: orEmpty(o.Silent), Notes: orEmpty(o.Notes), Until: until(o.Life), Watched: watchedJSON(o.Life),
	}
	for i, f := range o.Files {
		file := fileOutput{Name: f.Name, Secret: f.Secret}
		switch {
		case i < len(written):
			file.Path = &written[i]
		case inline:
			text := f.Content.Reveal()
			file.Content = &text
		}
		out.Files = append(out.Files, file)
	}
	for _, s := range o.Steps {
		value := s.Value
		if !s.Secret.IsZero() {
			value = "(secret: it is in the sheet)"
		}
		out.Steps = append(out.Steps, stepOutput{s.Do, orNull(value)})
	}
	for _, v := range o.Wants {
		out.Variables = append(out.Variables, variableOutput{v.Name, v.Holds})
	}
	for _, r := range o.Refusals {
		out.Refused = append(out.Refused, refusalOutput{r.Variant, r.Reasons})
	}
	return out
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// watchedOutput is how long a session of the target was seen to live.
type watchedOutput struct {
	At   string `json:"at"`
	Held int64  `json:"held_seconds"` // its age when it was last seen signed in
	Lost *int64 `json:"lost_seconds"` // its age when it was first seen gone; null: it was not
}

// watchedJSON is null where nobody watched one.
func watchedJSON(l handoff.Lifetime) *watchedOutput {
	if l.Watched == nil {
		return nil
	}
	out := &watchedOutput{At: l.Watched.At.UTC().Format(time.RFC3339), Held: int64(l.Watched.Held / time.Second)}
	if l.Watched.Lost > 0 {
		lost := int64(l.Watched.Lost / time.Second)
		out.Lost = &lost
	}
	return out
}

// until is when a session ends as JSON has it.
func until(l handoff.Lifetime) *string {
	if !l.Known() {
		return nil
	}
	text := l.Until.UTC().Format(time.RFC3339)
	return &text
}
