package auth

import (
	"context"
	"errors"
	"fmt"

	"gatepass/auth/duo"
	"gatepass/auth/login"
	"gatepass/store"
)

// A DuoExemption is three answers to one question, side by side: is a target's account
// let in without a second factor from where the scanner is?
type DuoExemption struct {
	Policy     duo.Verdict // what the policy says
	PolicyErr  error       // why it could not be read
	Preauth    DuoPreauth  // what Duo would do, by the Auth API application's policy
	PreauthErr error
	Login      login.Result // what happened
	LoginErr   error        // why it could not be tried, or what of it could not be kept
	// Alarm says why nobody would be asked from anywhere, which is no exemption of a
	// scanner but a login without a second factor; "" if that is not so.
	Alarm     string
	Holds     bool     // the login was proven, nothing was asked for, the policy does not say no, and there is no alarm
	Sentences []string // what follows
}

// DuoExempt asks the policy, asks Duo, and signs in for real: through o.Proxy, if
// that is where the scanner goes out. The login decides, unless the policy says no, or
// says yes to everybody. It stops where a second factor is asked for, and spends
// nothing. The error is for what kept all three from being asked.
func (g *Gate) DuoExempt(ctx context.Context, name, ip string, o VerifyOptions, tell DuoSink, emit Sink) (DuoExemption, error) {
	if _, err := parseIP(ip); err != nil {
		return DuoExemption{}, err
	}
	t, err := g.Targets.Get(name)
	if err != nil {
		return DuoExemption{}, err
	}
	if err := possible(t); err != nil {
		return DuoExemption{}, err
	}
	var e DuoExemption
	if a, err := g.duoOf(ctx, name, tell); err != nil {
		e.PolicyErr, e.PreauthErr = err, err
	} else {
		defer a.close()
		e.ask(ctx, a, ip)
	}
	if err := ctx.Err(); err != nil {
		return DuoExemption{}, err
	}
	tell.doing("signing in")
	o.Exempt = true
	e.Login, e.LoginErr = g.Verify(ctx, name, o, emit)
	if err := ctx.Err(); err != nil && e.Login.Verdict == "" {
		return DuoExemption{}, errors.Join(err, e.LoginErr)
	}
	e.Holds = e.unasked() && !e.denied() && e.Alarm == ""
	e.Sentences = e.conclude(name)
	return e, nil
}

// ask asks the policy and preauth. The account's own status is read by itself where the
// policy cannot be: it decides before any policy.
func (e *DuoExemption) ask(ctx context.Context, a *duoAccount, ip string) {
	var p DuoPolicy
	if p, e.PolicyErr = a.policy(ctx, ip); e.PolicyErr == nil {
		e.Policy = p.Verdict(store.RouteExemption)
		if p.Everywhere.State == duo.Open {
			e.Alarm = p.Everywhere.Why
		}
	} else if a.admin != nil && ctx.Err() == nil {
		if user, err := a.findUser(ctx); err == nil {
			e.Alarm = bypassed(user)
		}
	}
	e.Preauth, e.PreauthErr = a.preauth(ctx, ip)
}

// bypassed says that an account is let in everywhere by its status; "" if it is not.
func bypassed(u duo.User) string {
	status, group := u.Effective()
	if status != duo.StatusBypass {
		return ""
	}
	return fmt.Sprintf("The account's status is bypass%s: Duo asks it for nothing, in every application.", throughGroup(group))
}

// unasked reports that the login was proven without a second factor.
func (e DuoExemption) unasked() bool { return e.Login.OK() && !e.Login.MFA.Challenged }

// denied reports that the policy says no: then something else let the login through,
// which a scan must not rely on.
func (e DuoExemption) denied() bool { return e.PolicyErr == nil && e.Policy.State == duo.Blocked }

// conclude compares the three.
func (e DuoExemption) conclude(target string) []string {
	saysYes := e.PolicyErr == nil && e.Policy.State == duo.Open
	saysNo := e.denied()
	unasked := e.unasked()
	var out []string
	if e.Alarm != "" {
		out = append(out, fmt.Sprintf("ALARM: this is no exemption of the scanner. From every address of the world the password is all there is. %s Have an administrator end that, and exempt the scanner's address alone: gatepass advise %s --letter --route exemption", e.Alarm, target))
	}
	switch {
	case e.Login.Verdict == "":
		out = append(out, "The login could not be tried, so nothing is proven.")
	case unasked && e.Alarm != "":
		out = append(out, "The login was not asked for a second factor, as nobody's is who knows the password.")
	case unasked && saysYes:
		out = append(out, "The exemption holds: the policy grants it, and the login was not asked for a second factor.")
	case unasked && saysNo:
		out = append(out, "The login was not asked for a second factor, but not because of the policy that was read. Look for the reason before you rely on it: another application's integration key in the target, another address than the one named, or an application that does not ask Duo.")
	case unasked:
		out = append(out, "The login was not asked for a second factor. Why, the policy could not tell.")
	case e.Login.MFA.Challenged && saysYes:
		out = append(out, "The policy grants an exemption, and the login was asked all the same. Duo may see another address than the one named: compare with the log in two minutes (gatepass duo log "+target+"), and go out as the scanner does: --proxy URL")
	case e.Login.MFA.Challenged:
		out = append(out, "The exemption does not hold: the login was asked for a second factor.")
	default:
		out = append(out, "The login ended before it could show whether a second factor is asked for.")
	}
	if e.PreauthErr == nil && e.Login.Verdict != "" && e.Alarm == "" {
		if would := e.Preauth.Result == duo.PreauthAllow; would != unasked {
			out = append(out, fmt.Sprintf("Preauth says otherwise (%s), which is no contradiction: it speaks of the Auth API application's own policy.", e.Preauth.Result))
		}
	}
	return out
}
