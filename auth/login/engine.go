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
	// Run names the run; "" has a name made. Who draws the passcodes may know it before
	// the run begins: [NewRun].
	Run       string
	Target    store.Target
	Password  store.Secret
	Passcodes Passcodes // nil: no seed is stored
	// Budget is how long the pages may take together; waiting for a time step
	// is not counted. Required.
	Budget time.Duration
	Now    func() time.Time // required
	Emit   func(Event)      // may be nil
	// Guard knows who may be sent what. It is the one that the driver has; nil means
	// that the target's description is all there is.
	Guard *Guard
	// Device is the state of a device that was trusted once, to be put back before
	// the login (route trusted-device).
	Device     []Cookie
	DeviceMade time.Time // when Device was kept
	// Trust has "do you trust this browser?" answered with yes.
	Trust bool
	// Patience is how long a person may take to approve (route push); 0 means
	// DefaultPatience.
	Patience time.Duration
	// Bare makes a plain HTTP client that has a session, to see whether it is good
	// without the driver that made it. nil: it is not tried out.
	Bare func(Session) (Driver, error)
	// Pictures is given a picture of the page when a stage has ended, if the driver
	// has one; may be nil.
	Pictures func(Stage, Picture)
	// Replay is a login that was recorded. It comes before what is read of the pages,
	// as long as it fits them; nil for none.
	Replay *Recording
}

// DefaultPatience is how long a person may take to approve a login, unless asked
// otherwise: what Duo waits for by itself.
const DefaultPatience = time.Minute

// Passcodes gives passcodes, one for each call, each spent before it is given.
type Passcodes interface {
	// Draw waits until a code is fresh enough. waiting, if not nil, is told
	// until when. An error says that none is to be had: [ErrNothingFresh] if it
	// is a matter of time, else whatever kept the seed from being read.
	Draw(ctx context.Context, waiting func(until time.Time)) (Passcode, error)
}

// Clocked passcodes go by the target's clock. They are told how it differs from ours
// before each draw, if that is known.
type Clocked interface{ ByClock(Skew) }

// ErrNothingFresh says that no unused passcode is to be had.
var ErrNothingFresh = errors.New("nothing left to spend")

// A Passcode is what is typed into a challenge.
type Passcode struct {
	Value  store.Secret
	Factor string        // "totp", "hotp", "steam", "bypass_code"
	Period time.Duration // how long a time step is; 0 when it is counted
	Note   string        // what people are told of it when it is drawn, "" for nothing
	// Settle, if not nil, is told once what the application said to the passcode. It
	// is not called where that stayed unknown.
	Settle func(accepted bool)
}

// Run signs in: observe, decide, act, until the login's pages are through or
// something stops it; then it proves the session and checks the proof against a
// request without the session. It never panics on what a page holds and always
// answers with a Result in which every stage is settled.
func Run(ctx context.Context, d Driver, plan Plan) Result {
	hide := &Secrets{}
	hide.Add(RolePassword, plan.Password)
	guarded := plan.Guard != nil
	if !guarded {
		plan.Guard = NewGuard(Grants(plan.Target), nil)
	}
	r := &run{
		plan:    plan,
		driver:  &budgeted{driver: d, left: plan.Budget, now: plan.Now},
		raw:     d,
		hide:    hide,
		guarded: guarded,
		tape:    newTape(plan.Replay, plan.Target.URL),
		rec:     newRecorder(nameOf(plan), plan.Now, hide, plan.Emit),
		memory: Memory{
			Exempt:    plan.Target.Route == store.RouteExemption,
			Trusted:   plan.Target.Route == store.RouteTrustedDevice && !plan.Trust,
			Push:      plan.Target.Route == store.RoutePush,
			Bypass:    plan.Target.Route == store.RouteBypassCode,
			Trust:     plan.Trust,
			Attended:  plan.Trust,
			Seedless:  plan.Passcodes == nil,
			Refreshed: map[string]bool{},
			Answered:  map[Kind]bool{},
		},
	}
	plan.Guard.whilePaused(r.driver.pause)
	defer plan.Guard.whilePaused(nil)
	r.rec.ended = func(s Stage) { r.takePicture(ctx, s) }
	result := Result{
		Run: r.rec.run, Target: plan.Target.Name, Route: plan.Target.Route, Driver: d.Name(),
		Verdict: SignedIn,
	}
	if stop := r.signIn(ctx); stop != nil {
		stop.Diagnosis.Detail += r.aboutTape()
		result.Diagnosis = r.presentable(stop.Diagnosis)
		result.Verdict = verdictOf(stop.Diagnosis.Code)
		r.rec.fail(r.page, stop.Diagnosis.Title)
	} else if r.notice = r.remark(); r.notice != nil {
		result.Diagnosis = r.presentable(*r.notice)
	}
	result.Stages = r.rec.finish()
	result.MFA, result.Learned = r.mfa, plan.Guard.Learned()
	r.hideSession(ctx)
	result.Hidden = r.hide
	result.Trail, result.Facts, result.Device = r.trail, r.facts, r.device
	result.FactorAt, result.Logout = r.factorOrigin, r.logout
	if result.OK() {
		result.Landed, result.Session, result.Proof = r.after.URL, &r.after, r.proof
	}
	result.Elapsed = r.rec.elapsed()
	return result
}

// presentable makes a diagnosis safe to show and to keep.
func (r *run) presentable(d Diagnosis) *Diagnosis {
	d.Detail = r.hide.Clean(d.Detail)
	switch d.Code {
	case CSRFMismatch, RedirectLoop, NoSession:
		if _, scripted := r.raw.(Watcher); !scripted {
			d.Remedy += " Where scripts take part in it, a browser gets further: gatepass verify NAME --driver browser"
		}
	}
	d = d.For(r.plan.Target.Name)
	return &d
}

// verdictOf tells a refusal, which is the application's answer, from an error,
// which leaves the question open.
func verdictOf(c Code) Verdict {
	switch c {
	case WrongCredentials, AccountLocked, AccountDisabled, PasswordExpired, CSRFMismatch, AccessDenied,
		PushOnly, PushDenied, PushTimeout, PolicyBlocked, DeviceForgotten, WrongBypass,
		StillAsked, OtherChannel, NeedsBackup, EnrolmentNeeded, TermsWanted, PersonNeeded, WrongCode, ReplayedCode, ClockSkew,
		NoSession, Captcha, PasskeyOnly:
		return Refused
	}
	return Errored
}

// nameOf is the run's name.
func nameOf(p Plan) string {
	if p.Run != "" {
		return p.Run
	}
	return NewRun()
}

// NewRun names a run: eight hexadecimal digits, enough to tell runs apart.
func NewRun() string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
