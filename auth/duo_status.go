package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"gatepass/auth/duo"
	"gatepass/store"
)

// A DuoStatus is a target's account at a glance.
type DuoStatus struct {
	Tenant   string
	Username string
	// User is the account as the Admin API has it, and UserErr why it could not be read.
	User    duo.User
	UserErr error
	// Settings tell after how many refusals an account locks; zero where not known.
	Settings   duo.Settings
	Policy     DuoPolicy
	PolicyErr  error
	Preauth    DuoPreauth
	PreauthErr error
	Bypass     BypassList
	Device     *store.DeviceTrust // its trusted device; nil: none is kept
	Sentences  []string           // what to know before a scan
}

// A StatusProblem is why a part of a status could not be read.
type StatusProblem struct {
	Part string // "account", "policy", "preauth" or "bypass codes"
	Err  error
}

// Problems lists what could not be read.
func (s DuoStatus) Problems() []StatusProblem {
	var all []StatusProblem
	for _, p := range []StatusProblem{{"account", s.UserErr}, {"policy", s.PolicyErr}, {"preauth", s.PreauthErr}, {"bypass codes", s.Bypass.Problem}} {
		if p.Err != nil {
			all = append(all, p)
		}
	}
	return all
}

// Told reports whether Duo told anything at all.
func (s DuoStatus) Told() bool {
	return s.UserErr == nil || s.PolicyErr == nil || s.PreauthErr == nil || s.Bypass.Asked
}

// DuoStatus reads everything about a target's account that can be read without doing
// anything: the account, its devices, the policy, what preauth says, and the stock of
// bypass codes. Each part stands for itself: what could not be read has its error, and
// the rest is there.
func (g *Gate) DuoStatus(ctx context.Context, name, ip string, tell DuoSink) (DuoStatus, error) {
	if _, err := parseIP(ip); err != nil {
		return DuoStatus{}, err
	}
	a, err := g.duoOf(ctx, name, tell)
	if err != nil {
		return DuoStatus{}, err
	}
	defer a.close()
	s := DuoStatus{Tenant: a.tenant.Name, Username: a.user}
	if s.UserErr = a.needAdmin("reading the account"); s.UserErr == nil {
		s.User, s.UserErr = a.findUser(ctx)
	}
	if s.UserErr == nil {
		s.Settings, _ = a.admin.Settings(ctx) // an extra: the permission is seldom granted
	}
	gone := hostGone(s.UserErr)
	if s.PolicyErr = gone; gone == nil {
		s.Policy, s.PolicyErr = a.policy(ctx, ip)
	}
	if s.PreauthErr = gone; gone == nil {
		s.Preauth, s.PreauthErr = a.preauth(ctx, ip)
	}
	gone = cmp.Or(gone, hostGone(s.PreauthErr))
	if s.Bypass, err = g.bypassOf(ctx, name, gone, tell); err != nil {
		return DuoStatus{}, err
	}
	if s.Device, err = g.deviceOf(ctx, a.target); err != nil {
		return DuoStatus{}, err
	}
	s.Sentences = append(accountSentences(s), s.Bypass.Reminders...)
	s.Sentences = append(s.Sentences, g.deviceSentences(s, name)...)
	return s, ctx.Err()
}

// hostGone gives an error back if it says that the tenant's host cannot be spoken to:
// then there is no use in waiting for it again.
func hostGone(err error) error {
	for _, gone := range []error{duo.ErrUnreachable, duo.ErrNoAnswer, duo.ErrUntrusted} {
		if errors.Is(err, gone) {
			return err
		}
	}
	return nil
}

// bypassOf lists a target's bypass codes; of a host that is gone nothing is asked.
func (g *Gate) bypassOf(ctx context.Context, name string, gone error, tell DuoSink) (BypassList, error) {
	if gone == nil {
		return g.DuoListBypass(ctx, name, tell)
	}
	return g.listBypass(ctx, name, func(*BypassList, map[string][]store.BypassCode) error { return gone })
}

func (g *Gate) deviceOf(ctx context.Context, t store.Target) (*store.DeviceTrust, error) {
	device, err := g.trusts(ctx)
	return device(t), err
}

// deviceSentences say until when the trusted device holds, and what the policy says of
// it.
func (g *Gate) deviceSentences(s DuoStatus, name string) []string {
	if s.Device == nil {
		return nil
	}
	now := g.Now()
	out := "The device is " + DeviceWords(*s.Device, now) + "."
	if _, over := s.Device.Over(now); over {
		return []string{out + " Capture it again: " + CaptureAgain(name)}
	}
	if s.PolicyErr == nil {
		return []string{out + " " + s.Policy.Verdict(store.RouteTrustedDevice).Why}
	}
	return []string{out + " " + DeviceCaveat}
}

func accountSentences(s DuoStatus) []string {
	if s.UserErr != nil {
		return nil
	}
	var out []string
	switch status, group := s.User.Effective(); status {
	case duo.StatusActive:
	case duo.StatusLocked:
		out = append(out, "The account is locked out: an administrator sets its status to active"+unlocks(s.Settings)+".")
	case duo.StatusBypass:
		out = append(out, fmt.Sprintf("The account's status is bypass%s: Duo asks it for nothing, in every application, for as long as that stays.", throughGroup(group)))
	default:
		out = append(out, fmt.Sprintf("The account's status is %q%s: Duo does not let it in.", status, throughGroup(group)))
	}
	if all := s.Policy.Everywhere; s.PolicyErr == nil && all.State == duo.Open && bypassed(s.User) == "" {
		out = append(out, "Nobody is asked for a second factor from anywhere, which is no exemption of a scanner. "+all.Why)
	}
	if n := s.Settings.LockoutThreshold; n > 0 {
		out = append(out, fmt.Sprintf("%d refusals in a row lock the account%s.", n, unlocks(s.Settings)))
	}
	if slices.ContainsFunc(s.User.Phones, func(p duo.Phone) bool { return slices.Contains(p.Capabilities, "push") }) {
		out = append(out, "The account has a phone: Duo's prompt sends it a push by itself, even where a code is used. A scan wants an account without one.")
	}
	return out
}

func unlocks(s duo.Settings) string {
	if s.LockoutExpires <= 0 {
		return ""
	}
	return fmt.Sprintf(", or it opens by itself after %s", plural(s.LockoutExpires, "minute"))
}
