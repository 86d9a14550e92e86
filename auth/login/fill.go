package login

import (
	"context"
	"net/url"
	"slices"

	"gatepass/store"
)

// fill puts values into the roles and sends the form.
func (r *run) fill(ctx context.Context, step Step) error {
	stage := StageCredentials
	if !slices.Contains(step.Roles, RolePassword) && !slices.Contains(step.Roles, RoleUsername) {
		stage = StagePasscode
	}
	r.rec.begin(stage)
	if !r.memory.SentUsername && !r.memory.SentPassword {
		r.before = r.sessionNow(ctx)
	}
	if err := r.mayBeSent(ctx, step); err != nil {
		return err
	}
	inputs, err := r.inputs(ctx, step)
	if err != nil {
		return err
	}
	// What is about to be sent counts as sent, whatever becomes of it.
	before := r.page
	for _, role := range step.Roles {
		r.remember(role, step)
	}
	if !r.retried { // the same refusal again is news
		r.memory.Told = told(before)
	}
	s := Submission{Form: step.Reading.Form, Inputs: inputs, Button: step.Reading.Button, Bearer: r.memory.SentPassword}
	r.trackForm(s, step.Reading.Kind)
	return r.arriveAt(r.driver.Submit(ctx, before, s))
}

func (r *run) remember(role Role, step Step) {
	switch role {
	case RoleUsername:
		r.memory.SentUsername = true
		r.memory.UsernameTo = Origin(r.page.Action(step.Reading.Form, step.Reading.Button))
	case RolePassword:
		r.memory.SentPassword = true
		r.memory.PasswordTo = r.sentTo(step)
	case RoleCode:
		r.memory.SentCode = true
	}
}

// mayBeSent asks the guard before a passcode is drawn for a page that must not have
// one. The driver asks again, of what it really sends.
func (r *run) mayBeSent(ctx context.Context, step Step) error {
	if !r.guarded || !slices.Contains(step.Roles, RoleCode) {
		return nil
	}
	for _, to := range []*url.URL{r.page.URL, r.page.Action(step.Reading.Form, step.Reading.Button)} {
		if to == nil {
			continue
		}
		if err := r.plan.Guard.Check(ctx, to, step.Roles...); err != nil {
			return Stop(UnexpectedOrigin, err, "The page that asks for %s is at %s; %s.", RoleNames(step.Roles), r.hide.Bare(r.page.URL), err)
		}
	}
	return nil
}

// sentTo is the origin that a form is sent to; of one that a script sends, the page's.
func (r *run) sentTo(step Step) string {
	if to := r.page.Action(step.Reading.Form, step.Reading.Button); to != nil {
		return Origin(to)
	}
	return Origin(r.page.URL)
}

// inputs finds the value for each role. The passcode comes last, so that it is
// as fresh as can be.
func (r *run) inputs(ctx context.Context, step Step) ([]Input, error) {
	var inputs []Input
	for _, role := range step.Roles {
		switch role {
		case RoleUsername:
			inputs = append(inputs, Input{Field: step.Reading.Username, Role: role, Value: store.NewSecret(r.plan.Target.Username)})
		case RolePassword:
			if r.plan.Password.IsZero() {
				return nil, Stop(NoPassword, nil, "The page %s has a password field.", landed(r.page))
			}
			inputs = append(inputs, Input{Field: step.Reading.Password, Role: role, Value: r.plan.Password})
		case RoleCode:
			code, err := r.draw(ctx)
			if err != nil {
				return nil, err
			}
			fields := step.Reading.Code
			if step.Reading.Kind == KindBackupCode {
				fields = step.Reading.Backup
			}
			inputs = append(inputs, spread(fields, code.Value)...)
		}
	}
	return inputs, nil
}

// mayDraw says why no passcode is to be drawn; nil if one may.
func (r *run) mayDraw() *Stopped {
	where := landed(r.page)
	switch route := r.plan.Target.Route; {
	case r.memory.Exempt:
		return Stop(StillAsked, nil, "The login form itself has a field for a one-time code, which must be filled in: %s.", where)
	case r.plan.Passcodes != nil:
		return nil
	case route == store.RouteBypassCode:
		return Stop(NothingLeft, nil, "The page %s asks for a code.", where)
	case route == store.RoutePush, route == store.RouteTrustedDevice:
		return r.byRoute(Stop(PersonNeeded, nil, "The page %s asks for a code, and the route %s gives none.", where, route))
	}
	return Stop(NoPasscode, nil, "The page %s asks for a one-time code.", where)
}

// spread puts a code into one field, or a character into each of several.
func spread(fields []int, code store.Secret) []Input {
	if len(fields) == 1 {
		return []Input{{Field: fields[0], Role: RoleCode, Value: code}}
	}
	var inputs []Input
	chars := []rune(code.Reveal())
	for i, field := range fields {
		if i < len(chars) {
			inputs = append(inputs, Input{Field: field, Role: RoleCode, Value: store.NewSecret(string(chars[i]))})
		}
	}
	return inputs
}
