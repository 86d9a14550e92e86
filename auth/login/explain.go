package login

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatepass/store"
)

// explain turns a decision to stop into a diagnosis with what was seen.
func (r *run) explain(step Step) *Stopped {
	code, detail := step.Stop, r.seen(step)
	if code == WrongCode {
		if why, ok := r.clockAtFault(); ok {
			code, detail = ClockSkew, why+" "+detail
		}
	}
	switch code {
	case WrongCode, ReplayedCode, ClockSkew, WrongBypass:
		if r.memory.SentCode {
			r.settle(false)
			r.askedTogether()
			r.rec.begin(StagePasscode)
		}
	case AccountLocked, AccountDisabled:
		if r.memory.SentCode && step.Reading.Kind == KindCode {
			r.settle(false)
		}
	}
	if r.memory.SentPassword && !r.memory.Challenged && r.memory.PasswordTo != Origin(r.page.URL) && beyondPassword(code) {
		// Another host took over, so the password was good.
		r.accepted()
		r.rec.begin(StageChallenge)
	}
	if code == DeviceForgotten {
		detail += " " + r.aboutDevice()
	}
	if r.renewed && standsStill(r.page) {
		detail += " The login was begun once more from the start, and came to stand still there again."
	}
	if r.retried && (code == WrongCode || code == ReplayedCode) {
		detail += " Two codes of different time steps were tried."
	}
	stop := r.byRoute(Stop(code, nil, "%s", detail))
	if code == NeedsClick {
		stop.Diagnosis.Remedy = strings.Replace(stop.Diagnosis.Remedy, "ADDRESS", step.Said, 1)
	}
	return r.blame(stop, step.Said == "")
}

// byRoute says in the words of the route what a diagnosis else says of a seed's codes.
func (r *run) byRoute(s *Stopped) *Stopped {
	d := &s.Diagnosis
	switch {
	case d.Code == MethodMissing && r.memory.Bypass:
		d.Title = "The second factor does not offer to take a bypass code"
		d.Remedy = "None was used up. A policy may block them: see gatepass duo policy NAME, and ask the administrator to allow bypass codes for this application; then verify again. Which other route fits: gatepass advise NAME"
	case d.Code == MethodMissing && r.memory.Push:
		d.Title = "The second factor does not offer a push"
		d.Remedy = "The account needs a phone with the app, and the policy must allow pushes: see gatepass duo policy NAME, and ask the administrator. Which other route fits: gatepass advise NAME"
	case d.Code == PersonNeeded && r.memory.Push:
		d.Title = "The second factor asks for a code instead of sending a push"
		d.Remedy = "The account needs a phone with the app, and the policy must allow pushes: see gatepass duo policy NAME, and ask the administrator. Which other route fits: gatepass advise NAME"
	case d.Code == WrongBypass:
		d.Remedy += " If none is taken at all, a policy may block them: gatepass duo policy NAME"
	}
	return s
}

// beyondPassword reports whether a diagnosis can be about a prompt that came after the
// password.
func beyondPassword(c Code) bool {
	switch c {
	case AccountLocked, AccountDisabled, PolicyBlocked, UnknownPrompt, EnrolmentNeeded:
		return true
	}
	return false
}

// aboutDevice says what is known of why a device is not trusted any more.
func (r *run) aboutDevice() string {
	now, ended := r.plan.Now(), 0
	for _, c := range r.plan.Device {
		if c.Expired(now) {
			ended++
		}
	}
	made := "It was trusted " + inWords(now.Sub(r.plan.DeviceMade)) + " ago"
	if days := int(now.Sub(r.plan.DeviceMade).Hours() / 24); days > 0 {
		made = fmt.Sprintf("It was trusted %d days ago", days)
	}
	if ended > 0 && ended == len(r.plan.Device) {
		return made + ", and its time is over."
	}
	return made + ", and its time is not over: the address, the browser or the policy is another, or trust was taken back."
}

// seen says what a decision rests on.
func (r *run) seen(step Step) string {
	where := Bare(r.page.URL)
	switch {
	case step.Stop == NeedsClick:
		return "The login is behind the link " + Quote(step.Said) + "."
	case step.Stop == PersonNeeded && step.Reading.Joined:
		return fmt.Sprintf("One field at %s takes a PIN and then the code; the code alone would be wrong there.", where)
	case step.Stop == HTTPAuth:
		return fmt.Sprintf("%s answered with status 401 and asks for: %s.", where, Clean(first(r.page.Auth)))
	case step.Said != "" && r.page.Status >= 400:
		return fmt.Sprintf("The page says: %s (status %d, %s).", Quote(step.Said), r.page.Status, where)
	case step.Said != "":
		return fmt.Sprintf("The page says: %s (%s).", Quote(step.Said), where)
	case r.page.Status >= 400:
		return fmt.Sprintf("%s answered with status %d.", where, r.page.Status)
	case r.page.Title != "":
		return fmt.Sprintf("This is what was reached: %s at %s.", landed(r.page), where)
	}
	return fmt.Sprintf("This is what was reached: %s.", where)
}

// clockAtFault reports whether the clocks differ by so much that the code cannot
// have been right at the target: RFC 6238 §5.2 lets a server accept one step of
// delay, so a whole step and more is the likely cause.
func (r *run) clockAtFault() (string, bool) {
	skew := r.driver.Skew()
	if !skew.Known || r.sent == nil || r.sent.Period == 0 {
		return "", false
	}
	if skew.Offset.Abs()-skew.Within < max(r.sent.Period, 10*time.Second) {
		return "", false
	}
	where := "ahead of"
	if skew.Offset < 0 {
		where = "behind"
	}
	return fmt.Sprintf("The target's clock is %s %s this machine's (± %.1f s, by its Date header).",
		inWords(skew.Offset.Abs()), where, skew.Within.Seconds()), true
}

// inWords writes a difference between clocks: seconds while they can be grasped.
func inWords(d time.Duration) string {
	if d = d.Round(time.Second); d < 100*time.Second {
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
}

// stopped turns whatever ended a step into a diagnosis.
func (r *run) stopped(ctx context.Context, err error) *Stopped {
	var (
		s    *Stopped
		draw drawError
	)
	switch {
	case errors.As(err, &s):
		return r.blame(s, false)
	case ctx.Err() != nil:
		return Stop(Interrupted, err, "It was ended while the stage %s was at work.", r.rec.running())
	case errors.As(err, &draw) && errors.Is(err, store.ErrNothingLeft):
		return Stop(NothingLeft, err, "%s.", err)
	case errors.As(err, &draw) && errors.Is(err, ErrNothingFresh):
		return Stop(NothingFresh, err, "%s.", err)
	case errors.As(err, &draw):
		return Stop(SecretStore, err, "%s.", err)
	case errors.Is(err, context.DeadlineExceeded):
		return Stop(Timeout, err, "The time allowed for the pages, %s, was used up at %s.", r.plan.Budget, Bare(r.page.URL))
	}
	return Stop(UnknownFailure, err, "%s.", err)
}
