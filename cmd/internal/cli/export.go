package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/auth/otp/exporter"
	"gatepass/auth/otp/qr"
	"gatepass/store"
)

// The forms of an export.
var exportForms = []string{"qr", "otpauth", "migration", "aegis"}

type exportFlags struct {
	to, out, passwordFile string
	all, yes              bool
}

func (a *app) exportCommand() *cobra.Command {
	var o exportFlags
	cmd := &cobra.Command{
		Use:   "export NAME… --to FORM",
		Short: "Hand seeds out: as QR codes, a list, or an encrypted Aegis vault",
		Long: `Hands out the seeds of targets. Whoever sees them can sign in, so it asks first.

  qr         a QR code of one target on the terminal, to enrol a phone beside the scanner
  otpauth    a list of otpauth links
  migration  QR codes that Google Authenticator imports: on the terminal, or as PNG files in the folder --out
  aegis      an encrypted vault for Aegis, into the file --out; its password is asked for, or in --password-file

Nothing is written where others could read it: a file of --out is for its owner alone,
and standard output must not go to a file that others may open.`,
		Example: `  gatepass export shop --to qr
  gatepass export --all --to aegis --out vault.json`,
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkExport(cmd, args, o); err != nil {
				return err
			}
			gate, err := a.gate()
			if err != nil {
				return err
			}
			items, err := a.exportItems(cmd.Context(), gate, args, o.all)
			if err != nil {
				return err
			}
			if err := a.mayExport(cmd, len(items), o.yes); err != nil {
				return err
			}
			return a.export(cmd.Context(), items, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.to, "to", "", "qr, otpauth, migration or aegis")
	f.StringVar(&o.out, "out", "", "a new file, or for migration a folder, instead of the terminal")
	f.StringVar(&o.passwordFile, "password-file", "", `a file with the new vault's password, or "-"`)
	f.BoolVar(&o.all, "all", false, "every target with a seed")
	f.BoolVar(&o.yes, "yes", false, "do not ask")
	must(cmd.RegisterFlagCompletionFunc("to", oneOf(exportForms...)))
	return cmd
}

func checkExport(cmd *cobra.Command, args []string, o exportFlags) error {
	switch {
	case o.all == (len(args) > 0):
		return usageError(cmd, errors.New("export needs the names of targets, or --all"))
	case o.to == "qr" && (o.all || len(args) != 1):
		return usageError(cmd, errors.New("a QR code holds one target"))
	case o.to == "aegis" && o.out == "":
		return usageError(cmd, errors.New("an Aegis vault goes into a file: --out FILE"))
	case o.to != "aegis" && o.passwordFile != "":
		return usageError(cmd, errors.New("only an Aegis vault has a password"))
	}
	if !slices.Contains(exportForms, o.to) {
		return usageError(cmd, fmt.Errorf("--to is %q: it is one of %s", o.to, strings.Join(exportForms, ", ")))
	}
	return nil
}

// exportItems reads the seeds, with counters as far as they have been used.
func (a *app) exportItems(ctx context.Context, gate *auth.Gate, names []string, all bool) ([]exporter.Item, error) {
	if all {
		targets, err := gate.Targets.List()
		if err != nil {
			return nil, err
		}
		for _, t := range targets {
			if t.Has(store.KindSeed) {
				names = append(names, t.Name)
			}
		}
	}
	items := make([]exporter.Item, 0, len(names))
	for _, name := range names {
		t, err := gate.Targets.Get(name)
		if err != nil {
			return nil, err
		}
		key, err := gate.Key(ctx, name)
		if err != nil {
			return nil, err
		}
		if key.Type() == otp.HOTP {
			next, _, err := gate.Code(ctx, name, auth.CodeOptions{Peek: true})
			if err != nil {
				return nil, err
			}
			if key, err = key.WithCounter(uint64(next.Step)); err != nil {
				return nil, err
			}
		}
		if key.Account() == "" && key.Issuer() == "" {
			if key, err = key.Named("", name); err != nil {
				return nil, err
			}
		}
		items = append(items, exporter.Item{Key: key, Tags: t.Tags})
	}
	return items, nil
}

// mayExport asks, in words that are typed on purpose.
func (a *app) mayExport(cmd *cobra.Command, n int, yes bool) error {
	if yes {
		return nil
	}
	if !a.InIsTerminal() {
		return usageError(cmd, errors.New("handing out seeds needs --yes where nobody can be asked"))
	}
	seeds := "a seed: whoever sees it"
	if n != 1 {
		seeds = fmt.Sprintf("%d seeds: whoever sees them", n)
	}
	sure, err := a.ask.Confirm(cmd.Context(), "This shows "+seeds+" can sign in. Type export to go on: ", "export")
	if err == nil && !sure {
		a.say("nothing was handed out\n")
		err = status(exitFailed)
	}
	return err
}

func (a *app) export(ctx context.Context, items []exporter.Item, o exportFlags) error {
	out := o.out
	if out == "" {
		if err := a.refuseOpenFile(); err != nil {
			return err
		}
	}
	switch o.to {
	case "otpauth":
		links, err := exporter.Links(items)
		if err != nil {
			return err
		}
		return a.deliver(out, []byte(links.Reveal()))
	case "aegis":
		password, err := a.vaultPassword(ctx, o.passwordFile)
		if err != nil {
			return err
		}
		vault, err := exporter.Aegis(ctx, items, password)
		if err != nil {
			return err
		}
		return a.deliver(out, vault)
	case "qr":
		code, err := exporter.Code(items[0].Key)
		if err != nil {
			return err
		}
		if out != "" {
			return a.deliverPNG(out, code)
		}
		return a.draw(code)
	}
	return a.exportMigration(items, out)
}

// shortestVaultPassword is in characters. A vault travels, so whoever has it can guess
// at leisure.
const shortestVaultPassword = 8

// vaultPassword is the new password of a vault: that of the file, or else asked for.
func (a *app) vaultPassword(ctx context.Context, file string) (password store.Secret, err error) {
	if file != "" {
		password, err = a.secretFrom(ctx, file, "password")
	} else {
		password, err = a.ask.NewSecret(ctx, "New password for the vault: ")
	}
	if err != nil {
		return store.Secret{}, err
	}
	if n := utf8.RuneCountInString(password.Reveal()); n < shortestVaultPassword {
		return store.Secret{}, usage{
			error: fmt.Errorf("the password of a vault has at least %d characters, this has %d", shortestVaultPassword, n),
			hint:  "Several words are easy to remember and hard to guess.",
		}
	}
	return password, nil
}

// refuseOpenFile refuses to write seeds to a file that others may read, as a shell's
// > makes them.
func (a *app) refuseOpenFile() error {
	f, ok := a.Out.(*os.File)
	if !ok || runtime.GOOS == "windows" {
		return nil
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	return usage{
		error: fmt.Errorf("standard output goes to a file that others may read (%04o)", info.Mode().Perm()),
		hint:  "Let gatepass write it, for its owner alone: --out FILE",
	}
}

// exportMigration makes as many QR codes as the entries need, and says which
// entries the format cannot hold.
func (a *app) exportMigration(items []exporter.Item, out string) error {
	links, refused, err := exporter.Migration(items)
	for _, r := range refused {
		a.say("left out %s: %s\n", r.Name, r.Reason)
	}
	if err != nil {
		return err
	}
	if out != "" {
		if err := os.MkdirAll(out, 0o700); err != nil {
			return fmt.Errorf("make the folder: %w", err)
		}
	}
	for i, link := range links {
		code, err := qr.Encode(link)
		if err != nil {
			return err
		}
		if out == "" {
			a.say("QR code %d of %d\n", i+1, len(links))
			err = a.draw(code)
		} else {
			err = a.deliverPNG(filepath.Join(out, fmt.Sprintf("migration-%d-of-%d.png", i+1, len(links))), code)
		}
		if err != nil {
			return err
		}
	}
	if len(refused) > 0 {
		return status(exitFailed)
	}
	return nil
}

// draw puts a QR code on standard output. A terminal with colours gets it black on
// white, whatever its own are: not every reader takes a code that is the other way
// round. Else it is light on dark, as most terminals are.
func (a *app) draw(code qr.Matrix) error {
	const blackOnWhite, usual = "\x1b[38;5;16;48;5;231m", "\x1b[0m"
	coloured := a.OutIsTerminal() && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
	for _, line := range code.HalfBlocks(!coloured) {
		if coloured {
			line = blackOnWhite + line + usual
		}
		if err := a.print("%s\n", line); err != nil {
			return err
		}
	}
	return nil
}

// deliver writes to a new file that nobody else can read, or to standard output.
func (a *app) deliver(out string, data []byte) error {
	if out == "" {
		return a.print("%s", data)
	}
	f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return misuse("%s is there already and is not overwritten", out)
	}
	if err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(fmt.Errorf("write the export: %w", err), os.Remove(out))
	}
	a.say("wrote %s; it opens accounts, so keep it as a secret\n", out)
	return nil
}

func (a *app) deliverPNG(out string, code qr.Matrix) error {
	picture, err := code.PNG(8)
	if err != nil {
		return err
	}
	return a.deliver(out, picture)
}
