package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/otp/importer"
	"gatepass/store"
)

func (a *app) importCommand() *cobra.Command {
	var o importFlags
	cmd := &cobra.Command{
		Use:   "import FILE|-|DIR… | --clipboard",
		Short: "Keep the one-time-password entries of another program's backup",
		Long: `Reads the one-time-password entries of backups, lists and pictures with QR codes, says
what would be kept, what is here already and what cannot be, and keeps it when you
agree: all of it, or nothing. The format is found out by looking:

  ` + strings.Join(importer.Formats(), "\n  ") + `

An entry becomes a target that has a seed and no login page yet; gatepass edit gives
it one. A seed that is here already is not kept twice.`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 && !o.clipboard {
				return usageError(c, errors.New("import needs the name of a file or folder, - for standard input, or --clipboard"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			gate, err := a.gate()
			if err != nil {
				return err
			}
			return a.importEntries(cmd, gate, args, o)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.yes, "yes", false, "keep it without asking")
	f.BoolVar(&o.json, "json", false, "print what was read as a JSON object")
	f.BoolVar(&o.clipboard, "clipboard", false, "read the picture or the text on the clipboard")
	f.StringVar(&o.passwordFile, "password-file", "", `a file with the password of an encrypted backup, or "-"`)
	return cmd
}

type importFlags struct {
	yes, json, clipboard bool
	passwordFile         string
}

func (a *app) importEntries(cmd *cobra.Command, gate *auth.Gate, args []string, o importFlags) error {
	ctx := cmd.Context()
	yes, asJSON := o.yes, o.json
	password, err := a.passwordOfBackup(cmd, args, o.passwordFile)
	if err != nil {
		return err
	}
	files, err := a.importFiles(ctx, args)
	if err != nil {
		return err
	}
	if o.clipboard {
		pasted, err := a.clipboard().Paste(ctx, importer.MaxBytes)
		if err != nil {
			return err
		}
		files = append(files, importer.File{Name: "the clipboard", Data: pasted})
	}
	read, broken := importer.ReadAll(ctx, files, importer.Options{Password: password})
	if len(read.Entries) == 0 && len(read.Refused) == 0 && broken != nil {
		return usage{error: broken}
	}
	plan, err := gate.Collect(ctx, read.Entries)
	if err != nil {
		return err
	}
	a.showImport(read, plan, asJSON)
	if broken != nil {
		a.tell(broken)
	}
	if err := a.agreed(cmd, plan, yes); err != nil {
		return err
	}
	if err := gate.AddAll(ctx, plan.Add, a.progress("kept")); err != nil {
		return err
	}
	if len(plan.Add) > 0 {
		a.say("kept %d in the %s\n", len(plan.Add), gate.Secrets.Backend())
	}
	if asJSON {
		if err := a.printJSON(importJSON(read, plan)); err != nil {
			return err
		}
	}
	if broken != nil || len(plan.Add)+len(plan.Existing) == 0 {
		return status(exitFailed)
	}
	return nil
}

// agreed asks whether to go on; with nothing to keep there is nothing to ask.
func (a *app) agreed(cmd *cobra.Command, plan auth.Collection, yes bool) error {
	if len(plan.Add) == 0 || yes {
		return nil
	}
	if !a.InIsTerminal() {
		return usageError(cmd, errors.New("nothing was kept: --yes is needed where nobody can be asked"))
	}
	sure, err := a.ask.Confirm(cmd.Context(), fmt.Sprintf("Type yes to keep %d: ", len(plan.Add)), "yes")
	if err == nil && !sure {
		a.say("nothing was kept\n")
		err = status(exitFailed)
	}
	return err
}

// importFiles reads what the arguments name; of a folder, the files in it.
func (a *app) importFiles(ctx context.Context, args []string) ([]importer.File, error) {
	var files []importer.File
	for _, arg := range args {
		if arg == "-" {
			data, err := limited(ctx, a.In)
			if err != nil {
				return nil, fmt.Errorf("read standard input: %w", err)
			}
			files = append(files, importer.File{Name: "standard input", Data: data})
			continue
		}
		names := []string{arg}
		info, err := os.Stat(arg)
		switch {
		case err != nil:
			return nil, noFile("entries", err)
		case !info.IsDir() && !info.Mode().IsRegular():
			return nil, misuse("%s is neither a file nor a folder; a pipe is read as -", arg)
		}
		if info.IsDir() {
			if names, err = filesIn(arg); err != nil {
				return nil, err
			}
		}
		for _, name := range names {
			f, err := os.Open(name)
			if err != nil {
				return nil, fmt.Errorf("read entries: %w", err)
			}
			data, err := limited(ctx, f)
			_ = f.Close()
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", name, err)
			}
			files = append(files, importer.File{Name: filepath.Base(name), Data: data})
		}
	}
	return files, nil
}

// limited reads one byte more than an importer takes, so that it can tell.
func limited(ctx context.Context, r io.Reader) ([]byte, error) {
	return readAll(ctx, io.LimitReader(r, importer.MaxBytes+1))
}

func filesIn(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("read the folder: %w", err)
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, filepath.Join(folder, e.Name()))
		}
	}
	return names, nil
}

// passwordOfBackup is what opens an encrypted backup: the file that was named, or
// else a question.
func (a *app) passwordOfBackup(cmd *cobra.Command, args []string, file string) (func(context.Context, importer.Ask) (store.Secret, error), error) {
	if file == "" {
		return a.backupPassword, nil
	}
	if file == "-" && slices.Contains(args, "-") {
		return nil, usageError(cmd, errors.New("either the entries or their password can come from standard input"))
	}
	password, err := a.secretFrom(cmd.Context(), file, "password")
	return func(context.Context, importer.Ask) (store.Secret, error) { return password, nil }, err
}

// backupPassword asks for the password of an encrypted backup.
func (a *app) backupPassword(ctx context.Context, ask importer.Ask) (store.Secret, error) {
	question := fmt.Sprintf("Password of %s (%s): ", ask.Name, ask.Format)
	if ask.Attempt > 1 {
		question = "That was not it. " + question
	}
	return a.ask.Secret(ctx, question)
}

// progress tells, now and then, how far a long work is.
func (a *app) progress(done string) func(int, int) {
	return func(n, total int) {
		if total >= 50 && (n%50 == 0 || n == total) {
			a.say("%s %d of %d\n", done, n, total)
		}
	}
}

// showImport tells what was read, a line each, and never a seed.
func (a *app) showImport(read importer.Result, plan auth.Collection, quiet bool) {
	if quiet {
		return
	}
	a.say("%s\n", read.Format)
	for _, e := range plan.Add {
		a.say("  + %-24s %s\n", e.Target.Name, describeKey(*e.OTP))
	}
	for _, e := range plan.Existing {
		a.say("  = %-24s is here already as %s (%s)\n", e.Name, e.Target, e.Where)
	}
	for _, r := range read.Refused {
		a.say("  ✗ %-24s %s (%s)\n", r.Name, r.Reason, r.Where)
	}
	for _, n := range read.Notes {
		a.say("  ! %s\n", n)
	}
	a.say("%d new, %d here already, %d refused\n", len(plan.Add), len(plan.Existing), len(read.Refused))
}

// importOutput is what import --json promises.
type importOutput struct {
	Format   string           `json:"format"`
	Added    []importedEntry  `json:"added"`
	Existing []existingOutput `json:"existing"`
	Refused  []refusedOutput  `json:"refused"`
	Notes    []string         `json:"notes"`
}

type importedEntry struct {
	Target    string   `json:"target"`
	Issuer    string   `json:"issuer"`
	Account   string   `json:"account"`
	Type      string   `json:"type"`
	Algorithm string   `json:"algorithm"`
	Digits    int      `json:"digits"`
	Period    int      `json:"period"`
	Tags      []string `json:"tags"`
}

type existingOutput struct {
	Name   string `json:"name"`
	Where  string `json:"where"`
	Target string `json:"target"`
}

type refusedOutput struct {
	Name   string `json:"name"`
	Where  string `json:"where"`
	Reason string `json:"reason"`
}

func importJSON(read importer.Result, plan auth.Collection) importOutput {
	out := importOutput{Format: read.Format, Added: []importedEntry{}, Existing: []existingOutput{}, Refused: []refusedOutput{}, Notes: list(read.Notes)}
	for _, e := range plan.Add {
		k := *e.OTP
		out.Added = append(out.Added, importedEntry{
			Target: e.Target.Name, Issuer: k.Issuer(), Account: k.Account(), Type: string(k.Type()),
			Algorithm: string(k.Algorithm()), Digits: k.Digits(), Period: int(k.Period().Seconds()), Tags: list(e.Target.Tags),
		})
	}
	for _, e := range plan.Existing {
		out.Existing = append(out.Existing, existingOutput(e))
	}
	for _, r := range read.Refused {
		out.Refused = append(out.Refused, refusedOutput{Name: r.Name, Where: r.Where, Reason: r.Reason})
	}
	return out
}
