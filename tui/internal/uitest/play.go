package uitest

import (
	"context"
	"fmt"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/store"
)

// A Login is what Verify plays: the events, then a result or an error. With
// Stay it does not end by itself after the events.
type Login struct {
	Events []login.Event
	Result login.Result
	Err    error
	Stay   bool
	// Asks are questions whether an origin may be sent secrets. A yes to each is
	// learned; a no ends the login there, with Denied.
	Asks []Question
	// Pictures are shown after the events.
	Pictures [][]byte
}

// A Question is asked before the event of that number.
type Question struct {
	Before int
	Origin string
	Roles  []login.Role
}

// Denied is a login that was stopped because an origin is not to be sent anything.
func Denied(target, origin string) login.Result {
	r := login.Result{Run: "7f3a09c2", Target: target, Route: store.RouteOTP, Driver: "http", Verdict: login.Errored, Elapsed: 900 * ms}
	for _, s := range login.Stages() {
		r.Stages = append(r.Stages, login.StageResult{Name: s, State: login.Skip})
	}
	r.Diagnosis = &login.Diagnosis{
		Code: login.UnexpectedOrigin, Title: "A secret was about to go to another origin",
		Detail: origin + " is not one of the allowed origins.", Remedy: "If it belongs to the login, allow it.",
	}
	return r
}

// play plays the login of a target.
func (g *Gate) play(ctx context.Context, name string, o auth.VerifyOptions, emit auth.Sink) (login.Result, error) {
	g.mu.Lock()
	l, ok := g.Logins[name]
	g.mu.Unlock()
	if !ok {
		return login.Result{}, fmt.Errorf("no target is called %q", name)
	}
	var learned []login.Grant
	for i, e := range l.Events {
		for _, q := range l.Asks {
			if q.Before != i || o.Ask == nil {
				continue
			}
			yes, err := o.Ask(ctx, q.Origin, q.Roles)
			if err != nil {
				return login.Result{}, err
			}
			if !yes {
				return Denied(name, q.Origin), nil
			}
			learned = append(learned, login.Grant{Origin: q.Origin, For: q.Roles})
		}
		if emit != nil {
			emit(e)
		}
	}
	for _, png := range l.Pictures {
		if o.Pictures != nil {
			o.Pictures(login.StageReach, login.Picture{PNG: png})
		}
	}
	if l.Stay {
		<-ctx.Done()
		return login.Result{}, ctx.Err()
	}
	result := l.Result
	result.Learned = append(result.Learned, learned...)
	return result, l.Err
}
