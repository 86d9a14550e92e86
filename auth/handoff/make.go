package handoff

import (
	"fmt"
	"io/fs"

	"gatepass/store"
)

// Make writes a login as a scanner takes it. Beside the errors of [Choose] there are
// ErrNoSession, ErrTooShort and ErrRefused, for a session that the file cannot carry.
func Make(scanner string, in Input) (Output, error) {
	c, err := Choose(scanner, in)
	if err != nil {
		return Output{}, err
	}
	if in.unproven() && !in.Options.Unproven {
		return Output{}, in.notProven()
	}
	see := look(in)
	if c.Session {
		if err := see.usable(); err != nil {
			return Output{}, err
		}
	}
	return assemble(c, see)
}

// assemble writes the variant twice: as it is, and with dots for the secrets.
func assemble(c Choice, see *view) (Output, error) {
	real, err := c.Scanner.write(c.Variant.Name, see)
	if err != nil {
		return Output{}, err
	}
	masked, err := c.Scanner.write(c.Variant.Name, see.masked())
	if err != nil {
		return Output{}, fmt.Errorf("write a preview: %w", err)
	}
	out := Output{
		Scanner: c.Scanner.Name(), Title: c.Scanner.Title(), Variant: c.Variant.Name,
		Steps: real.steps, Run: real.run, Check: real.check, Silent: real.silent,
		Notes: real.notes, Refusals: c.Refusals, Wants: real.wants, Unproven: see.in.unproven(), standing: see.in.standing(),
	}
	if c.Session {
		out.Life = see.life
	}
	if c.Variant.Session != Never {
		out.Notes = append(out.Notes, see.aboutSession()...)
	}
	out.Notes = append(out.Notes, see.aboutClock(c.Variant)...)
	out.Notes = append(out.Notes, see.aboutProof()...)
	for i, f := range real.files {
		out.Files = append(out.Files, see.file(f.suffix, f.text, masked.files[i].text))
	}
	sheet, dots := out, out
	dots.Steps = masked.steps
	out.Files = append(out.Files, see.file(SheetName("", out.Scanner), sheet.sheet(), dots.sheet()))
	return out, nil
}

// file makes a file, and sees by its preview whether a secret is in it.
func (v *view) file(suffix, text, masked string) File {
	f := File{
		Name: v.base + suffix, Mode: fs.FileMode(0o644), Secret: text != masked,
		Content: Content{Secret: store.NewSecret(text), masked: masked},
	}
	if f.Secret {
		f.Mode = 0o600
	}
	return f
}
