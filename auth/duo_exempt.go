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
	Holds      bool         // the login was proven, nothing was asked for, and the policy does not say no
	Sentences  []string     // what follows
}

// DuoExempt asks the policy, asks Duo, and signs in for real: through o.Proxy, if
// that is where the scanner goes out. The login decides, unless the policy says no. It stops where a second
// factor is asked for if the target's route is the exemption; another route answers
// and spends a code. The error is for what kept all three from being asked.
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
		var p DuoPolicy
		if p, e.PolicyErr = a.policy(ctx, ip); e.PolicyErr == nil {
			e.Policy = p.Verdict(store.RouteExemption)
		}
		e.Preauth, e.PreauthErr = a.preauth(ctx, ip)
	}
	if err := ctx.Err(); err != nil {
		return DuoExemption{}, err
	}
	tell.doing("signing in")
	e.Login, e.LoginErr = g.Verify(ctx, name, o, emit)
	if err := ctx.Err(); err != nil && e.Login.Verdict == "" {
		return DuoExemption{}, errors.Join(err, e.LoginErr)
	}
	e.Holds = e.Login.OK() && !e.Login.MFA.Challenged && !e.denied()
	e.Sentences = e.conclude()
	return e, nil
}

// denied reports that the policy says no: then something else let the login through,
// which a scan must not rely on.
func (e DuoExemption) denied() bool { return e.PolicyErr == nil && e.Policy.State == duo.Blocked }

// conclude compares the three.
func (e DuoExemption) conclude() []string {
	saysYes := e.PolicyErr == nil && e.Policy.State == duo.Open
	saysNo := e.denied()
	unasked := e.Login.OK() && !e.Login.MFA.Challenged
	var out []string
	switch {
	case e.Login.Verdict == "":
		out = append(out, "The login could not be tried, so nothing is proven.")
	case unasked && saysYes:
		out = append(out, "The exemption holds: the policy grants it, and the login was not asked for a second factor.")
	case unasked && saysNo:
		out = append(out, "The login was not asked for a second factor, but not because of the policy that was read. Look for the reason before you rely on it: a remembered device, another application's integration key in the target, another address than the one named, or an application that does not ask Duo.")
	case unasked:
		out = append(out, "The login was not asked for a second factor. Why, the policy could not tell.")
	case e.Login.MFA.Challenged && saysYes:
		out = append(out, "The policy grants an exemption, and the login was asked all the same. Duo may see another address than the one named: compare with the log in two minutes (gatepass duo log), and go out as the scanner does: --proxy URL")
	case e.Login.MFA.Challenged:
		out = append(out, "The exemption does not hold: the login was asked for a second factor.")
	default:
		out = append(out, "The login ended before it could show whether a second factor is asked for.")
	}
	if e.PreauthErr == nil && e.Login.Verdict != "" {
		if would := e.Preauth.Result == duo.PreauthAllow; would != unasked {
			out = append(out, fmt.Sprintf("Preauth says otherwise (%s), which is no contradiction: it speaks of the Auth API application's own policy.", e.Preauth.Result))
		}
	}
	return out
}
