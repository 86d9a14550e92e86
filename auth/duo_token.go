package auth

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatepass/auth/duo"
	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

// tokenIssuer marks a seed that is kept as one that Duo has as a token, whose serial
// number is the account's name in it.
const tokenIssuer = "Duo"

// seedSize is how many bytes a new seed has: as many as SHA-1 gives, which RFC 4226
// recommends.
const seedSize = 20

// A TokenOrder says which seed becomes a token.
type TokenOrder struct {
	// Seed is the seed to enrol; nil makes a new one. It must be TOTP with SHA-1 and 6
	// or 8 digits: Duo knows no other.
	Seed *otp.Key
	// UseKept enrols the seed that the target has already.
	UseKept bool
	// Replace gives up the seed that the target has already.
	Replace bool
	IP      string // where the proof is said to come from, "" if it does not matter
}

// A TokenEnrolment tells how far enrolling a token came.
type TokenEnrolment struct {
	Serial   string
	TokenID  string // Duo's, "" while Duo does not have it
	Key      otp.Key
	Seen     bool // preauth lists the token
	Accepted bool // Duo accepted a passcode of it
	Notes    []string
	// ByHand says that the tenant takes no TOTP token through the API. The seed is kept,
	// and DuoTokenCSV gives what the Admin Panel takes.
	ByHand bool
	Steps  []string // what an administrator does by hand
}

// DuoEnrolToken gives a target's account a TOTP token that gatepass makes the codes
// of. The seed is made here and kept as the target's seed before Duo is told, so that
// no token is ever without one; then the token is imported, attached, looked for, and
// proven with one passcode, whose time step is recorded as spent.
//
// A tenant that takes no such token through the API is no error: ByHand is set. An
// error beside an enrolment with a TokenID says what is not proven; with none, Duo has
// nothing of it.
func (g *Gate) DuoEnrolToken(ctx context.Context, name string, o TokenOrder, tell DuoSink) (TokenEnrolment, error) {
	if _, err := parseIP(o.IP); err != nil {
		return TokenEnrolment{}, err
	}
	a, err := g.duoOf(ctx, name, tell)
	if err != nil {
		return TokenEnrolment{}, err
	}
	defer a.close()
	if err := a.needAdmin("enrolling a token"); err != nil {
		return TokenEnrolment{}, err
	}
	user, err := a.findUser(ctx)
	if err != nil {
		return TokenEnrolment{}, err
	}
	e, err := g.keepTokenSeed(ctx, a, o)
	if err != nil {
		return e, err
	}
	err = a.importToken(ctx, user.ID, &e)
	if errors.Is(err, duo.ErrNoTOTP) {
		e.ByHand, e.Steps = true, handSteps(name, a.user, e)
		e.Notes = append(e.Notes, sentence(err))
		return e, nil
	}
	if err != nil {
		return e, store.WithHint(err, fmt.Sprintf("The seed is kept. Enrol that one when the reason is gone: gatepass duo token enrol %s --use-kept", name))
	}
	return e, g.proveToken(ctx, a, o, &e)
}

// keepTokenSeed settles which seed it is, and keeps it.
func (g *Gate) keepTokenSeed(ctx context.Context, a *duoAccount, o TokenOrder) (TokenEnrolment, error) {
	t := a.target
	key, err := g.tokenKey(ctx, t, o)
	if err != nil {
		return TokenEnrolment{}, err
	}
	if key.Type() != otp.TOTP || key.Algorithm() != otp.SHA1 || key.Digits() != 6 && key.Digits() != 8 {
		return TokenEnrolment{}, store.WithHint(fmt.Errorf("%w: this seed is %s with %s and %d digits, and Duo takes TOTP with SHA1 and 6 or 8", ErrUsage, key.Type(), key.Algorithm(), key.Digits()),
			"Leave the seed away to have a new one made.")
	}
	e := TokenEnrolment{Serial: serialOf(key)}
	if e.Serial == "" {
		e.Serial = newSerial(t.Name)
		if key, err = key.Named(tokenIssuer, e.Serial); err != nil {
			return e, err
		}
	}
	e.Key = key
	a.tell.doing("keeping the seed of %s", e.Serial)
	if err := g.Add(ctx, Enrolment{Target: t, OTP: &key, Replace: true}); err != nil {
		return e, fmt.Errorf("nothing was sent to Duo: %w", err)
	}
	return e, nil
}

// tokenKey gives the seed that was asked for.
func (g *Gate) tokenKey(ctx context.Context, t store.Target, o TokenOrder) (otp.Key, error) {
	switch {
	case o.UseKept:
		return g.keyOf(ctx, t)
	case t.Has(store.KindSeed) && !o.Replace:
		return otp.Key{}, store.WithHint(fmt.Errorf("%w: %q has a seed already, and a new one would take its place", ErrUsage, t.Name),
			"To make that seed a token of Duo's: --use-kept", "To give it up: --replace")
	case o.Seed != nil:
		return *o.Seed, nil
	}
	raw := make([]byte, seedSize)
	_, _ = rand.Read(raw) // never fails
	return otp.New(otp.Params{Seed: store.NewSecret(string(raw))})
}

// serialOf is the serial number of a seed that was made for Duo, else "".
func serialOf(k otp.Key) string {
	if k.Issuer() != tokenIssuer || !strings.HasPrefix(k.Account(), serialPrefix) {
		return ""
	}
	return k.Account()
}

const serialPrefix = "gatepass-"

// byToken is who the ledger says spent the passcode that proves a token.
const byToken = "duo token"

// newSerial names a token so that people in the Admin Panel know whose it is.
func newSerial(target string) string {
	random := make([]byte, 3)
	_, _ = rand.Read(random) // never fails
	return serialPrefix + target + "-" + hex.EncodeToString(random)
}

// importToken gives Duo the token and attaches it. If it cannot be attached it is
// taken out again.
func (a *duoAccount) importToken(ctx context.Context, userID string, e *TokenEnrolment) error {
	raw, err := otp.ParseSeed(e.Key.Seed().Reveal(), otp.SeedBase32)
	if err != nil {
		return err
	}
	a.tell.doing("importing the token %s", e.Serial)
	token, err := a.admin.CreateToken(ctx, duo.TokenOrder{Serial: e.Serial, Seed: raw, Digits: e.Key.Digits(), Period: e.Key.Period()})
	if err != nil {
		return err
	}
	a.tell.doing("attaching it to %q", a.user)
	if err := a.admin.AttachToken(ctx, userID, token.ID); err != nil {
		undone := a.afterwards(ctx, func(ctx context.Context) error { return a.admin.DeleteToken(ctx, token.ID) })
		if undone != nil {
			undone = fmt.Errorf("the token %s stays in Duo without a user: %w", e.Serial, undone)
		}
		return errors.Join(fmt.Errorf("attach the token: %w", err), undone)
	}
	e.TokenID = token.ID
	return nil
}

// afterwards does what must be done even when the caller's context has ended.
func (a *duoAccount) afterwards(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	return do(ctx)
}

// proveToken looks whether preauth lists the token and has Duo accept one passcode.
func (g *Gate) proveToken(ctx context.Context, a *duoAccount, o TokenOrder, e *TokenEnrolment) error {
	if a.auth == nil {
		e.Notes = append(e.Notes, "The token is attached and not proven: the tenant has no Auth API application here. Sign in with it: gatepass verify "+a.target.Name)
		return nil
	}
	who := duo.UserRef{Name: a.user}
	a.tell.doing("looking for the token among the account's devices")
	pre, err := a.auth.Preauth(ctx, who, o.IP)
	if err != nil {
		return fmt.Errorf("the token is attached; looking for it: %w", err)
	}
	e.Seen = slices.ContainsFunc(pre.Devices, func(d duo.Device) bool { return d.Type == "token" && d.Name == e.Serial })
	if pre.Result != duo.PreauthAuth {
		e.Notes = append(e.Notes, fmt.Sprintf("Preauth does not ask for a second factor (%s), so the token cannot be seen there, and no passcode was tried.", pre.Result))
		return nil
	}
	if !e.Seen {
		return store.WithHint(fmt.Errorf("%w: the token %s is attached, and preauth does not list it", errNotProven, e.Serial),
			"The policy may block hardware tokens: gatepass duo policy "+a.target.Name)
	}
	return g.provePasscode(ctx, a, who, o, e)
}

var errNotProven = errors.New("not proven")

func (g *Gate) provePasscode(ctx context.Context, a *duoAccount, who duo.UserRef, o TokenOrder, e *TokenEnrolment) error {
	code, err := g.Draw(ctx, e.Key, CodeOptions{By: byToken, Waiting: func(until time.Time) {
		a.tell.waiting(until, "the next passcode")
	}})
	if err != nil {
		return fmt.Errorf("the token is attached; making a passcode: %w", err)
	}
	a.tell.doing("trying one passcode")
	answer, err := a.auth.Passcode(ctx, who, store.NewSecret(code.Reveal()), o.IP)
	if err != nil {
		return fmt.Errorf("the token is attached; trying a passcode: %w", err)
	}
	if e.Accepted = answer.Allowed(); e.Accepted {
		return nil
	}
	hints := []string{"Nothing was tried again: refusals lock accounts."}
	if skew, err := a.auth.Skew(ctx); err == nil && skew.Abs() >= SkewWarns {
		hints = append(hints, fmt.Sprintf("Duo's clock is %s of this machine's, and its tokens know no drift. Set the clock: timedatectl set-ntp true", duo.Ahead(skew)))
	}
	return store.WithHint(fmt.Errorf("%w: the token %s is attached, and Duo refused its passcode: %s", errNotProven, e.Serial, login.Quote(answer.Message)), hints...)
}

// handSteps is what an administrator does where the API does not.
func handSteps(target, user string, e TokenEnrolment) []string {
	return []string{
		"In the Admin Panel open Devices → Hardware Tokens → Import Hardware Tokens.",
		fmt.Sprintf("Choose TOTP with %d digits and %d seconds, and paste the line that this gives: gatepass duo token csv %s --out FILE", e.Key.Digits(), int(e.Key.Period()/time.Second), target),
		fmt.Sprintf("Open the token %s, and attach it to the user %s.", e.Serial, user),
		"Delete the file, then sign in: gatepass verify " + target,
	}
}

// DuoTokenCSV is the line with which the Admin Panel imports a target's seed: serial
// number and seed in hexadecimal. It is as secret as the seed.
func (g *Gate) DuoTokenCSV(ctx context.Context, name string) (serial string, line store.Secret, err error) {
	key, err := g.Key(ctx, name)
	if err != nil {
		return "", store.Secret{}, err
	}
	raw, err := otp.ParseSeed(key.Seed().Reveal(), otp.SeedBase32)
	if err != nil {
		return "", store.Secret{}, err
	}
	if serial = serialOf(key); serial == "" {
		return "", store.Secret{}, store.WithHint(fmt.Errorf("%w: the seed of %q was not made for Duo", ErrUsage, name),
			"Enrol it first: gatepass duo token enrol "+name+" --use-kept")
	}
	return serial, store.NewSecret(serial + "," + duo.HexSeed(raw).Reveal() + "\n"), nil
}

// DuoRemoveToken takes a target's token from its account, out of Duo, and then its
// seed out of the secret store. It gives the serial number.
func (g *Gate) DuoRemoveToken(ctx context.Context, name string, tell DuoSink) (string, error) {
	a, err := g.duoOf(ctx, name, tell)
	if err != nil {
		return "", err
	}
	defer a.close()
	if err := a.needAdmin("removing a token"); err != nil {
		return "", err
	}
	if a.target.CodesOnly() {
		return "", store.WithHint(fmt.Errorf("%w: %q is kept for its codes alone, so without its seed nothing is left of it", ErrUsage, name),
			"Give it a login page first (gatepass edit "+name+" --url URL --username USER), or remove the token in the Admin Panel.")
	}
	key, err := g.keyOf(ctx, a.target)
	if err != nil {
		return "", err
	}
	serial := serialOf(key)
	if serial == "" {
		return "", store.WithHint(fmt.Errorf("%w: the seed of %q was not made for Duo, so it is no token of gatepass's", ErrUsage, name),
			"Remove the token in the Admin Panel.")
	}
	if err := a.dropToken(ctx, key, serial); err != nil {
		return serial, err
	}
	tell.doing("deleting the seed")
	return serial, g.dropSeed(ctx, name)
}

func (a *duoAccount) dropToken(ctx context.Context, key otp.Key, serial string) error {
	a.tell.doing("looking for the token %s", serial)
	token, found, err := a.admin.TokenBySerial(ctx, fmt.Sprintf("t%d", key.Digits()), serial)
	if err != nil || !found {
		return err // one that is gone already is what was wanted
	}
	for _, u := range token.Users {
		a.tell.doing("taking it from %q", u.Name)
		if err := a.admin.DetachToken(ctx, u.ID, token.ID); err != nil {
			return err
		}
	}
	a.tell.doing("deleting the token")
	return a.admin.DeleteToken(ctx, token.ID)
}

// dropSeed deletes a target's seed and says so in its file.
func (g *Gate) dropSeed(ctx context.Context, name string) error {
	return g.Targets.Change(ctx, func() error {
		t, err := g.Targets.Get(name)
		if err != nil {
			return err
		}
		if err := g.Secrets.Delete(ctx, store.Ref{Owner: name, Kind: store.KindSeed}); err != nil {
			return fmt.Errorf("delete the seed of %q: %w", name, err)
		}
		t.Secrets = slices.DeleteFunc(slices.Clone(t.Secrets), func(k store.Kind) bool { return k == store.KindSeed })
		return g.Targets.Save(t)
	})
}
