package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/auth/otp/exporter"
	"gatepass/auth/otp/qr"
	"gatepass/store"
)

// The forms of an export.
var exportForms = []string{"qr", "otpauth", "migration", "aegis"}

func (a *app) exportCommand() *cobra.Command {
	var to, out string
	var all, yes bool
	cmd := &cobra.Command{
		Use:   "export NAME… --to FORM",
		Short: "Hand seeds out: as QR codes, a list, or an encrypted Aegis vault",
		Long: `Hands out the seeds of targets. Whoever sees them can sign in, so it asks first.

  qr         a QR code of one target on the terminal, to enrol a phone beside the scanner
  otpauth    a list of otpauth links
  migration  QR codes that Google Authenticator imports: on the terminal, or as PNG files in the folder --out
  aegis      an encrypted vault for Aegis, into the file --out`,
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkExport(cmd, args, to, out, all); err != nil {
				return err
			}
			gate, err := a.gate()
			if err != nil {
				return err
			}
			items, err := a.exportItems(cmd.Context(), gate, args, all)
			if err != nil {
				return err
			}
			if err := a.mayExport(cmd, len(items), yes); err != nil {
				return err
			}
			return a.export(cmd.Context(), items, to, out)
		},
	}
	f := cmd.Flags()
	f.StringVar(&to, "to", "", "qr, otpauth, migration or aegis")
	f.StringVar(&out, "out", "", "a new file, or for migration a folder, instead of the terminal")
	f.BoolVar(&all, "all", false, "every target with a seed")
	f.BoolVar(&yes, "yes", false, "do not ask")
	must(cmd.RegisterFlagCompletionFunc("to", oneOf(exportForms...)))
	return cmd
}

func checkExport(cmd *cobra.Command, args []string, to, out string, all bool) error {
	switch {
	case all == (len(args) > 0):
		return usageError(cmd, errors.New("export needs the names of targets, or --all"))
	case to == "qr" && (all || len(args) != 1):
		return usageError(cmd, errors.New("a QR code holds one target"))
	case to == "aegis" && out == "":
		return usageError(cmd, errors.New("an Aegis vault goes into a file: --out FILE"))
	}
	for _, form := range exportForms {
		if to == form {
			return nil
		}
	}
	return usageError(cmd, fmt.Errorf("--to is %q: it is one of %s", to, strings.Join(exportForms, ", ")))
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
	sure, err := a.ask.Confirm(cmd.Context(), fmt.Sprintf("This shows %d seeds: whoever sees them can sign in. Type export to go on: ", n), "export")
	if err == nil && !sure {
		a.say("nothing was handed out\n")
		err = status(exitFailed)
	}
	return err
}

func (a *app) export(ctx context.Context, items []exporter.Item, to, out string) error {
	switch to {
	case "otpauth":
		links, err := exporter.Links(items)
		if err != nil {
			return err
		}
		return a.deliver(out, []byte(links.Reveal()))
	case "aegis":
		password, err := a.ask.NewSecret(ctx, "New password for the vault: ")
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

// draw puts a QR code on standard output, light on dark as terminals are.
func (a *app) draw(code qr.Matrix) error {
	return a.print("%s\n", strings.Join(code.HalfBlocks(true), "\n"))
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
