package login

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"time"

	"gatepass/store"
)

// A Plan is one login to carry out.
type Plan struct {
	Target    store.Target
	Password  store.Secret
	Passcodes Passcodes // nil: no seed is stored
	// Budget is how long the pages may take together; waiting for a time step
	// is not counted. Required.
	Budget time.Duration
	Now    func() time.Time // required
	Emit   func(Event)      // may be nil
}

// Passcodes gives passcodes, one for each call, each spent before it is given.
type Passcodes interface {
	// Draw waits until a code is fresh enough. waiting, if not nil, is told
	// until when. An error says that none is to be had: [ErrNothingFresh] if it
	// is a matter of time, else whatever kept the seed from being read.
	Draw(ctx context.Context, waiting func(until time.Time)) (Passcode, error)
}

// ErrNothingFresh says that no unused passcode is to be had.
var ErrNothingFresh = errors.New("nothing left to spend")

// A Passcode is what is typed into a challenge.
type Passcode struct {
	Value  store.Secret
	Factor string        // "totp", "hotp", "steam"
	Period time.Duration // how long a time step is; 0 when it is counted
}

// Run signs in: observe, decide, act, until the login's pages are through or
// something stops it; then it proves the session and checks the proof against a
// request without the session. It never panics on what a page holds and always
// answers with a Result in which every stage is settled.
func Run(ctx context.Context, d Driver, plan Plan) Result {
	hide := &Secrets{}
	hide.Add(RolePassword, plan.Password)
	r := &run{
		plan:   plan,
		driver: &budgeted{driver: d, left: plan.Budget, now: plan.Now},
		hide:   hide,
		rec:    newRecorder(newRunID(), plan.Now, hide, plan.Emit),
		memory: Memory{
			Exempt:    plan.Target.Route == store.RouteExemption,
			Seedless:  plan.Passcodes == nil,
			Refreshed: map[string]bool{},
			Answered:  map[Kind]bool{},
		},
	}
	result := Result{
		Run: r.rec.run, Target: plan.Target.Name, Route: plan.Target.Route, Driver: d.Name(),
		Verdict: SignedIn,
	}
	if stop := r.signIn(ctx); stop != nil {
		result.Diagnosis = r.presentable(stop.Diagnosis)
		result.Verdict = verdictOf(stop.Diagnosis.Code)
		r.rec.fail(r.page, stop.Diagnosis.Title)
	} else if r.notice != nil {
		result.Diagnosis = r.presentable(*r.notice)
	}
	result.Stages = r.rec.finish()
	result.MFA = r.mfa
	result.Elapsed = r.rec.elapsed()
	return result
}

// presentable makes a diagnosis safe to show and to keep.
func (r *run) presentable(d Diagnosis) *Diagnosis {
	d.Detail = r.hide.Clean(d.Detail)
	d = d.For(r.plan.Target.Name)
	return &d
}

// verdictOf tells a refusal, which is the application's answer, from an error,
// which leaves the question open.
func verdictOf(c Code) Verdict {
	switch c {
	case WrongCredentials, AccountLocked, PasswordExpired, CSRFMismatch, AccessDenied,
		StillAsked, OtherChannel, NeedsBackup, EnrolmentNeeded, TermsWanted, PersonNeeded, WrongCode, ReplayedCode, ClockSkew,
		NoSession, Captcha, PasskeyOnly:
		return Refused
	}
	return Errored
}

// newRunID names a run: eight hexadecimal digits, enough to tell runs apart.
func newRunID() string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
