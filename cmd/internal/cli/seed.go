package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth/otp"
	"gatepass/auth/otp/qr"
)

// seedFlags say what a bare seed does not say of itself: lists of hardware tokens and
// Duo give hexadecimal or text, and counters.
type seedFlags struct {
	form, typ, algorithm string
	digits               int
	period               time.Duration
	counter              uint64
}

func (o *seedFlags) define(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.form, "otp-form", "", "how a seed without a link is written: base32, hex, base64 or text (Duo's hotp_secret)")
	f.StringVar(&o.typ, "otp-type", "", "what a seed without a link counts: totp, hotp or steam")
	f.StringVar(&o.algorithm, "otp-algorithm", "", "the hash of a seed without a link: SHA1, SHA256 or SHA512")
	f.IntVar(&o.digits, "otp-digits", 0, "how many digits the codes of a seed without a link have")
	f.DurationVar(&o.period, "otp-period", 0, "how long a code of a seed without a link is right")
	f.Uint64Var(&o.counter, "otp-counter", 0, "the counter of the first code, with --otp-type hotp")
	must(cmd.RegisterFlagCompletionFunc("otp-form", oneOf("base32", "hex", "base64", "text")))
	must(cmd.RegisterFlagCompletionFunc("otp-type", oneOf("totp", "hotp", "steam")))
}

// entry gives the flags as the room of codes has them.
func (o *seedFlags) entry() (otp.Entry, error) {
	e := otp.Entry{Form: otp.SeedForm(o.form), Type: otp.Type(o.typ), Digits: o.digits, Period: o.period, Counter: o.counter}
	if o.algorithm != "" {
		algorithm, err := otp.ParseAlgorithm(o.algorithm)
		if err != nil {
			return e, err
		}
		e.Algorithm = algorithm
	}
	switch e.Form {
	case "", otp.SeedBase32, otp.SeedHex, otp.SeedBase64, otp.SeedText:
	default:
		return e, misuse("--otp-form is %q: it is base32, hex, base64 or text", o.form)
	}
	if e.Counter > 0 && e.Type != otp.HOTP {
		return e, misuse("--otp-counter belongs to --otp-type hotp: other keys follow the clock")
	}
	return e, nil
}

// seedFrom reads a seed, and says what it was taken for.
func (a *app) seedFrom(ctx context.Context, file string, flags *seedFlags) (*otp.Key, error) {
	e, err := flags.entry()
	if err != nil {
		return nil, err
	}
	if err := refusePicture(file); err != nil {
		return nil, err
	}
	seed, err := a.secretFrom(ctx, file, "seed")
	if err != nil {
		return nil, err
	}
	k, err := otp.ParseAs(seed.Reveal(), e)
	if err != nil {
		return nil, fmt.Errorf("the seed: %w", err)
	}
	if !e.IsZero() {
		a.say("%s\n", otp.TakenFor(k, e))
	}
	return &k, nil
}

// refusePicture tells a picture from a seed: many people are given a QR code. Where
// the file cannot be looked into, reading it will say why.
func refusePicture(file string) error {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, 64)
	n, _ := io.ReadFull(f, head)
	if !qr.IsPicture(head[:n]) {
		return nil
	}
	return usage{
		error: errors.New("the file with the seed is a picture"),
		hint:  "A picture of a QR code comes in with: gatepass import " + file,
	}
}
