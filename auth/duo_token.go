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
// of. The seed is kept before Duo is told, so that no token is ever without one: as the
// target's own or, where that would take the place of one that works, beside it until
// Duo has the token. Then the token is imported, attached, looked for, and proven with
// one passcode, whose time step is recorded as spent. One that Duo has already under
// its serial number, because an answer was lost or somebody imported it by hand, is
// taken as it is.
//
// A tenant that takes no such token through the API is no error: ByHand is set. An
// error beside an enrolment with a TokenID says what is not proven. With none, Duo has
// nothing of it, or the error says that it is not known; enrolling the kept seed again
// finds out.
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
	release, err := g.alone(ctx, a)
	if err != nil {
		return TokenEnrolment{}, err
	}
	defer release()
	user, err := a.findUser(ctx)
	if err == nil {
		err = canProve(user, name)
	}
	if err != nil {
		return TokenEnrolment{}, err
	}
	if o.Replace {
		if err := g.giveUpPending(ctx, a); err != nil {
			return TokenEnrolment{}, err
		}
	}
	seed, err := g.keepTokenSeed(ctx, a, o)
	if err != nil {
		return TokenEnrolment{Serial: seed.serial}, err
	}
	e := TokenEnrolment{Serial: seed.serial, Key: seed.key}
	err = a.importToken(ctx, user.ID, seed, &e)
	if errors.Is(err, duo.ErrNoTOTP) {
		e.ByHand, e.Steps = true, handSteps(name, a.user, seed)
		e.Notes = append(e.Notes, sentence(err))
		return e, nil
	}
	if err != nil {
		return e, g.notImported(ctx, a, seed, err)
	}
	if err := g.settleSeed(ctx, a, seed, &e); err != nil {
		return e, err
	}
	return e, g.proveToken(ctx, a, o, &e)
}

// canProve refuses an account that Duo lets nobody into: no passcode would tell anything
// there.
func canProve(u duo.User, target string) error {
	status, group := u.Effective()
	hint := "Have an administrator set its status to active, and try again."
	switch status {
	case duo.StatusLocked:
		hint = "An administrator sets its status to active again, or the lockout ends by itself. Then try again: gatepass duo token enrol " + target
	case duo.StatusDisabled, duo.StatusLeaving:
	default:
		return nil
	}
	return store.WithHint(fmt.Errorf("nothing was done: the account's status at Duo is %q%s, so no passcode of a token would be accepted", status, throughGroup(group)), hint)
}

// notImported says what became of the seed of a token that Duo does not have, or of
// which that is not known.
func (g *Gate) notImported(ctx context.Context, a *duoAccount, seed tokenSeed, err error) error {
	name := a.target.Name
	if !seed.pending || errors.Is(err, errTokenUnknown) {
		return store.WithHint(err, fmt.Sprintf("The seed is kept. Enrol that one when the reason is gone: gatepass duo token enrol %s --use-kept", name))
	}
	dropped := a.afterwards(ctx, func(ctx context.Context) error { return g.Secrets.Delete(ctx, newSeedRef(name)) })
	return store.WithHint(errors.Join(err, dropped), fmt.Sprintf("Duo has nothing of the new seed, and %q has the one that it had.", name))
}

// importToken has Duo have the token, and the account have it. A token that was made
// here and cannot be attached is taken out again.
func (a *duoAccount) importToken(ctx context.Context, userID string, seed tokenSeed, e *TokenEnrolment) error {
	a.tell.doing("looking whether Duo has the token %s", seed.serial)
	token, found, err := a.tokenOf(ctx, seed)
	if err != nil {
		if !seed.fresh {
			err = errors.Join(err, errTokenUnknown)
		}
		return err
	}
	if !found {
		if token, err = a.createToken(ctx, seed); err != nil {
			return err
		}
	}
	has := func(t duo.Token) bool {
		return slices.ContainsFunc(t.Users, func(u duo.UserOf) bool { return u.ID == userID })
	}
	switch {
	case has(token):
	case len(token.Users) > 0:
		return errors.Join(fmt.Errorf("%w: at Duo the token %s is %q's", ErrUsage, seed.serial, token.Users[0].Name), errTokenUnknown)
	default:
		if err := a.attach(ctx, userID, seed, token, has, !found); err != nil {
			return err
		}
	}
	e.TokenID = token.ID
	return nil
}

// errTokenUnknown says that Duo may have the token. Its seed must not be lost.
var errTokenUnknown = errors.New("whether Duo has the token is not known, or somebody has to look after it there")

func (a *duoAccount) tokenOf(ctx context.Context, seed tokenSeed) (duo.Token, bool, error) {
	if seed.fresh {
		return a.admin.TokenBySerial(ctx, tokenKind(seed.key), seed.serial)
	}
	return a.tokenAnywhere(ctx, seed.key, seed.serial)
}

// tokenKind is what Duo's API calls the type of a seed's token.
func tokenKind(k otp.Key) string { return fmt.Sprintf("t%d", k.Digits()) }

// createToken imports the token. After an answer that was lost it looks what came of it.
func (a *duoAccount) createToken(ctx context.Context, seed tokenSeed) (duo.Token, error) {
	raw, err := otp.ParseSeed(seed.key.Seed().Reveal(), otp.SeedBase32)
	if err != nil {
		return duo.Token{}, err
	}
	a.tell.doing("importing the token %s", seed.serial)
	asking, sent := duo.Sent(ctx)
	token, err := a.admin.CreateToken(asking, duo.TokenOrder{Serial: seed.serial, Seed: raw, Digits: seed.key.Digits(), Period: seed.key.Period()})
	if err == nil || refusedByDuo(err) || !sent() {
		return token, err
	}
	a.tell.doing("looking whether Duo has the token %s", seed.serial)
	var found bool
	looked := a.afterwards(ctx, func(ctx context.Context) (err error) {
		token, found, err = a.tokenOf(ctx, seed)
		return err
	})
	switch {
	case looked != nil:
		return token, errors.Join(err, errTokenUnknown, looked)
	case !found:
		return token, err
	case ctx.Err() != nil: // nobody waits for it any more
		return token, errors.Join(err, a.takeOut(ctx, seed, token))
	}
	return token, nil
}

// attach gives the account a token. After an answer that was lost it looks what came of
// it; made says that the token was made here, and is to go if it cannot be attached.
func (a *duoAccount) attach(ctx context.Context, userID string, seed tokenSeed, token duo.Token, has func(duo.Token) bool, made bool) error {
	a.tell.doing("attaching it to %q", a.user)
	asking, sent := duo.Sent(ctx)
	err := a.admin.AttachToken(asking, userID, token.ID)
	if err == nil {
		return nil
	}
	if sent() && !refusedByDuo(err) {
		attached := false
		looked := a.afterwards(ctx, func(ctx context.Context) error {
			now, _, err := a.tokenOf(ctx, seed)
			attached = has(now)
			return err
		})
		switch {
		case looked != nil:
			return errors.Join(fmt.Errorf("attach the token: %w", err), errTokenUnknown, looked)
		case attached:
			return nil
		}
	}
	err = fmt.Errorf("attach the token: %w", err)
	if !made {
		return errors.Join(err, errTokenUnknown)
	}
	return errors.Join(err, a.takeOut(ctx, seed, token))
}

// takeOut takes a token out of Duo again, and says so if it stays.
func (a *duoAccount) takeOut(ctx context.Context, seed tokenSeed, token duo.Token) error {
	err := a.afterwards(ctx, func(ctx context.Context) error { return a.admin.DeleteToken(ctx, token.ID) })
	if err != nil {
		return errors.Join(fmt.Errorf("the token %s stays in Duo: %w", seed.serial, err), errTokenUnknown)
	}
	return nil
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
	switch pre.Result {
	case duo.PreauthAuth:
	case duo.PreauthAllow:
		e.Notes = append(e.Notes, "Duo lets this account in without a second factor, so the token cannot be seen, and no passcode was tried. Why it does: gatepass duo exempt "+a.target.Name)
		return nil
	default:
		return store.WithHint(fmt.Errorf("%w: the token %s is attached, and Duo does not let the account in (%s): %s", errNotProven, e.Serial, login.Quote(pre.Result), login.Quote(pre.Message)),
			"What stands against it: gatepass duo status "+a.target.Name,
			"When that is mended, prove the token: gatepass duo token enrol "+a.target.Name+" --use-kept")
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
		hints = append(hints, fmt.Sprintf("Duo's clock is %s this machine's, and its tokens know no drift. Set the clock: timedatectl set-ntp true", duo.Ahead(skew)))
	}
	return store.WithHint(fmt.Errorf("%w: the token %s is attached, and Duo refused its passcode: %s", errNotProven, e.Serial, login.Quote(answer.Message)), hints...)
}

// handSteps is what an administrator does where the API does not.
func handSteps(target, user string, seed tokenSeed) []string {
	last := fmt.Sprintf("Delete the file, then prove the token: gatepass duo token enrol %s --use-kept", target)
	if seed.pending {
		last = "Delete the file, then have the new seed take the place of the old one: gatepass duo token enrol " + target + " --use-kept"
	}
	return []string{
		"In the Admin Panel open Devices → Hardware Tokens → Import Hardware Tokens.",
		fmt.Sprintf("Choose TOTP with %d digits and %d seconds, and paste the line that this gives: gatepass duo token csv %s --out FILE", seed.key.Digits(), int(seed.key.Period()/time.Second), target),
		fmt.Sprintf("Open the token %s, and attach it to the user %s.", seed.serial, user),
		last,
	}
}

// DuoTokenCSV is the line with which the Admin Panel imports a target's seed: serial
// number and seed in hexadecimal. It is as secret as the seed. Of a target whose seed is
// being replaced it is the new one.
func (g *Gate) DuoTokenCSV(ctx context.Context, name string) (serial string, line store.Secret, err error) {
	if _, err := g.Targets.Get(name); err != nil {
		return "", store.Secret{}, err
	}
	key, waits, err := g.pendingSeed(ctx, name)
	if err == nil && !waits {
		key, err = g.Key(ctx, name)
	}
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

// A TokenRemoval tells what removing a token came to.
type TokenRemoval struct {
	Serial string
	AtDuo  bool // Duo had the token, and has it no more
}

// DuoRemoveToken takes a target's token from its account, out of Duo, and then its
// seed out of the secret store. That Duo has no such token is no error.
func (g *Gate) DuoRemoveToken(ctx context.Context, name string, tell DuoSink) (TokenRemoval, error) {
	a, err := g.duoOf(ctx, name, tell)
	if err != nil {
		return TokenRemoval{}, err
	}
	defer a.close()
	if err := a.needAdmin("removing a token"); err != nil {
		return TokenRemoval{}, err
	}
	if a.target.CodesOnly() {
		return TokenRemoval{}, store.WithHint(fmt.Errorf("%w: %q is kept for its codes alone, so without its seed nothing is left of it", ErrUsage, name),
			"Give it a login page first (gatepass edit "+name+" --url URL --username USER), or remove the token in the Admin Panel.")
	}
	release, err := g.alone(ctx, a)
	if err != nil {
		return TokenRemoval{}, err
	}
	defer release()
	key, err := g.keyOf(ctx, a.target)
	if errors.Is(err, store.ErrNotFound) {
		return TokenRemoval{}, store.WithHint(fmt.Errorf("no seed is kept for %q, and without it nobody knows which token would be its own: %w", name, store.ErrNotFound),
			"If there is one, delete it in the Admin Panel: Devices, Hardware Tokens, the serial number that begins with gatepass-"+name+"-.")
	}
	if err != nil {
		return TokenRemoval{}, err
	}
	r := TokenRemoval{Serial: serialOf(key)}
	if r.Serial == "" {
		return r, store.WithHint(fmt.Errorf("%w: the seed of %q was not made for Duo, so it is no token of gatepass's", ErrUsage, name),
			"Remove the token in the Admin Panel.")
	}
	if err := g.giveUpPending(ctx, a); err != nil {
		return r, err
	}
	if r.AtDuo, err = a.dropToken(ctx, key, r.Serial); err != nil {
		return r, err
	}
	tell.doing("deleting the seed")
	return r, g.dropSeed(ctx, name)
}

// dropToken takes a token out of Duo, and reports whether Duo had it. One that is gone
// already is what was wanted.
func (a *duoAccount) dropToken(ctx context.Context, key otp.Key, serial string) (bool, error) {
	a.tell.doing("looking for the token %s", serial)
	token, found, err := a.tokenAnywhere(ctx, key, serial)
	if err != nil || !found {
		return false, err
	}
	for _, u := range token.Users {
		a.tell.doing("taking it from %q", u.Name)
		if err := a.admin.DetachToken(ctx, u.ID, token.ID); err != nil {
			return false, err
		}
	}
	a.tell.doing("deleting the token")
	return true, a.admin.DeleteToken(ctx, token.ID)
}

// tokenAnywhere finds a token by its serial number. Under which type Duo has one that
// was imported by hand is not documented, so the account's own tokens are looked
// through as well.
func (a *duoAccount) tokenAnywhere(ctx context.Context, key otp.Key, serial string) (duo.Token, bool, error) {
	token, found, err := a.admin.TokenBySerial(ctx, tokenKind(key), serial)
	if found || err != nil && !errors.Is(err, duo.ErrInvalid) {
		return token, found, err
	}
	user, err := a.findUser(ctx)
	if errors.Is(err, duo.ErrNoUser) {
		return duo.Token{}, false, nil
	}
	i := slices.IndexFunc(user.Tokens, func(t duo.Token) bool { return t.Serial == serial })
	if err != nil || i < 0 {
		return duo.Token{}, false, err
	}
	token = user.Tokens[i]
	token.Users = []duo.UserOf{{ID: user.ID, Name: user.Name}}
	return token, true, nil
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
