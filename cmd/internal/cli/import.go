package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/otp/importer"
	"gatepass/cmd/internal/prompt"
	"gatepass/store"
)

func (a *app) importCommand() *cobra.Command {
	var o importFlags
	cmd := &cobra.Command{
		Use:   "import FILE|-|DIR… | --clipboard",
		Short: "Keep the one-time-password entries of another program's backup",
		Long: `Reads the one-time-password entries of backups, lists and pictures with QR codes, says
what would be kept, what is here already and what cannot be, and keeps it when you
agree: all of it, or nothing. Of a folder, everything in it and below is read. The
format is found out by looking:

  ` + strings.Join(importer.Formats(), "\n  ") + `

An entry becomes a target that has a seed and no login page yet; gatepass edit gives
it one. An entry that is here already is not kept twice; one that has the seed of
another and other parameters is said to, and kept under a name of its own.

Where nobody can be asked, --yes agrees. --json without it prints what would be kept
("kept" is false then), keeps nothing, and ends with 0 if there was anything to read.
An import that was cut off is finished or taken back by the next one.`,
		Example: `  gatepass import backup.json
  gatepass import --clipboard
  gatepass import - --yes < links.txt`,
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
	if len(files) == 0 && len(args) > 0 {
		return misuse("there is no file in it")
	}
	read, broken := importer.ReadAll(ctx, files, importer.Options{Password: password, Sealed: o.passwordFile != ""})
	if len(read.Entries) == 0 && len(read.Refused) == 0 && broken != nil {
		return usage{error: broken}
	}
	settled, err := a.settleImport(ctx, gate)
	if err != nil {
		return err
	}
	if settled != "" {
		read.Notes = append(read.Notes, settled)
	}
	plan, err := gate.Collect(ctx, read.Entries)
	if err != nil {
		return err
	}
	a.showImport(read, plan, asJSON)
	if broken != nil {
		a.tell(broken)
	}
	keep := yes || !asJSON
	if keep {
		if err := a.agreed(cmd, plan, yes); err != nil {
			return err
		}
		if err := a.keepAll(ctx, gate, plan.Add); err != nil {
			return err
		}
	}
	if asJSON {
		if err := a.printJSON(importJSON(read, plan, keep)); err != nil {
			return err
		}
	}
	if broken != nil || len(plan.Add)+len(plan.Existing) == 0 {
		return status(exitFailed)
	}
	return nil
}

// keepAll keeps what is new, and tells how far it is: forward, or back.
func (a *app) keepAll(ctx context.Context, gate *auth.Gate, list []auth.Enrolment) error {
	if len(list) == 0 {
		return nil
	}
	leave, done := secondInterrupt()
	defer done()
	if err := gate.AddAll(ctx, list, auth.Importing{Progress: a.importProgress, Leave: leave}); err != nil {
		return err
	}
	a.say("kept %d in the %s\n", len(list), gate.Secrets.Backend())
	return nil
}

// settleImport finishes or takes back what an import that was cut off left behind,
// and says so in a sentence.
func (a *app) settleImport(ctx context.Context, gate *auth.Gate) (string, error) {
	leave, done := secondInterrupt()
	defer done()
	settled, err := gate.SettleImport(ctx, auth.Importing{Progress: a.importProgress, Leave: leave})
	return settled.String(), err
}

// secondInterrupt gives a channel that closes when this process is interrupted for
// the second time: the first ends the import and has it taken back, the second leaves
// that for later.
func secondInterrupt() (<-chan struct{}, func()) {
	signals, left, done := make(chan os.Signal, 2), make(chan struct{}), make(chan struct{})
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for range 2 {
			select {
			case <-signals:
			case <-done:
				return
			}
		}
		close(left)
	}()
	return left, func() { signal.Stop(signals); close(done) }
}

// agreed asks whether to go on; with nothing to keep there is nothing to ask.
func (a *app) agreed(cmd *cobra.Command, plan auth.Collection, yes bool) error {
	if len(plan.Add) == 0 || yes {
		return nil
	}
	if !a.InIsTerminal() {
		return usage{
			error: errors.New("nothing was kept: standard input is no terminal, so nobody can be asked"),
			hint:  "Agree with --yes: the same command, and --yes at its end.",
		}
	}
	sure, err := a.ask.YesNo(cmd.Context(), fmt.Sprintf("Keep %d? yes or no: ", len(plan.Add)))
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
		info, err := os.Stat(arg)
		switch {
		case err != nil:
			return nil, noFile("entries", err)
		case info.IsDir():
			inside, err := filesIn(ctx, arg)
			if err != nil {
				return nil, err
			}
			files = append(files, inside...)
			continue
		case !info.Mode().IsRegular() && info.Mode()&fs.ModeNamedPipe == 0: // a shell's <(…) is a pipe
			return nil, misuse("%s is neither a file, a pipe nor a folder", arg)
		}
		data, err := contentsOf(ctx, arg)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", arg, err)
		}
		files = append(files, importer.File{Name: filepath.Base(arg), Data: data})
	}
	return files, nil
}

// contentsOf reads a file. Opening a pipe waits for its writer, so that is done where
// the context can end it.
func contentsOf(ctx context.Context, name string) ([]byte, error) {
	f := &lateFile{name: name}
	return limited(ctx, f)
}

// A lateFile is opened by its first Read, and closed by the one that fails or ends.
type lateFile struct {
	name string
	file *os.File
}

func (l *lateFile) Read(p []byte) (int, error) {
	if l.file == nil {
		f, err := os.Open(l.name)
		if err != nil {
			return 0, err
		}
		l.file = f
	}
	n, err := l.file.Read(p)
	if err != nil {
		_ = l.file.Close()
	}
	return n, err
}

// limited reads one byte more than an importer takes, so that it can tell.
func limited(ctx context.Context, r io.Reader) ([]byte, error) {
	return readAll(ctx, io.LimitReader(r, importer.MaxBytes+1))
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
	password, err := a.ask.Secret(ctx, question)
	if errors.Is(err, prompt.ErrNoTerminal) {
		return password, store.WithHint(fmt.Errorf("%w, and %w for its password", importer.ErrPasswordNeeded, prompt.ErrNoTerminal),
			"Give it with --password-file FILE, or with - from standard input.")
	}
	return password, err
}

// importProgress tells, now and then, how far an import is.
func (a *app) importProgress(p auth.ImportProgress) {
	const few, every = 50, 50
	switch {
	case p.Back && p.Done == 0 && p.Total > 0:
		a.say("taking back what was kept; interrupt again to leave that to the next import\n")
	case p.Total < few || p.Done%every != 0 && p.Done != p.Total:
	case p.Back:
		a.say("taking back %d of %d…\n", p.Done, p.Total)
	default:
		a.say("kept %d of %d\n", p.Done, p.Total)
	}
}

// showImport tells what was read, a line each, and never a seed.
func (a *app) showImport(read importer.Result, plan auth.Collection, quiet bool) {
	if quiet {
		return
	}
	a.say("%s\n", read.Format)
	for _, e := range plan.Add {
		a.say("  + %-24s %s\n", e.Target.Name, describeKey(*e.OTP)+alike(plan, e.Target.Name, "; it has "))
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

// alike says of a new entry that its seed is here under other parameters.
func alike(plan auth.Collection, name, before string) string {
	if said, ok := plan.Alike[name]; ok {
		return before + said
	}
	return ""
}

// importOutput is what import --json promises.
type importOutput struct {
	Format   string           `json:"format"`
	Kept     bool             `json:"kept"` // false: added is what --yes would keep
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
	Alike     string   `json:"alike"` // the target that has the same seed otherwise, and how; or ""
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

func importJSON(read importer.Result, plan auth.Collection, kept bool) importOutput {
	out := importOutput{Format: read.Format, Kept: kept, Added: []importedEntry{}, Existing: []existingOutput{}, Refused: []refusedOutput{}, Notes: list(read.Notes)}
	for _, e := range plan.Add {
		k := *e.OTP
		out.Added = append(out.Added, importedEntry{
			Target: e.Target.Name, Issuer: k.Issuer(), Account: k.Account(), Type: string(k.Type()),
			Algorithm: string(k.Algorithm()), Digits: k.Digits(), Period: int(k.Period().Seconds()), Tags: list(e.Target.Tags), Alike: plan.Alike[e.Target.Name],
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
