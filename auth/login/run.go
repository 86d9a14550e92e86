package login

import (
	"context"
	"net/url"
	"strings"
	"time"

	"gatepass/store"
)

// maxPages bounds a login: identity providers take six or seven pages.
const maxPages = 16

// run is one login under way.
type run struct {
	plan         Plan
	driver       *budgeted
	raw          Driver // the same without a limit of time
	hide         *Secrets
	rec          *recorder
	memory       Memory
	guarded      bool // the guard is the driver's own
	page         Page // the page in front of us
	mfa          MFA
	sent         *Passcode    // the passcode that was sent
	before       Session      // before the credentials were sent
	after        Session      // when the login's pages were through
	proof        store.Proof  // what proved the login
	facts        SessionFacts // of after
	answers      []string     // to questions on the way
	trail        Trail        // the way so far
	pages        int          // how many were in front so far
	shot         int          // of which of them the last picture is
	picture      Picture
	patience     time.Time  // until when a person is waited for; zero: not yet
	factorAt     string     // the host that asked for the second factor
	factorOrigin string     // likewise, as an origin
	logout       []string   // addresses that sign out
	device       []Cookie   // what the device is remembered by
	settled      bool       // it is known what became of the passcode
	empties      int        // how many pages without anything on them were waited on
	renewed      bool       // the login was begun a second time
	retried      bool       // a second code was sent
	tied         bool       // the session is good in the browser only
	tape         *tape      // a recording under way; may be nil
	doubt        *Step      // why the login may not be through although it looks so
	notice       *Diagnosis // worth knowing although it went well
}

// signIn walks the stages; nil means that the login was proven.
func (r *run) signIn(ctx context.Context) *Stopped {
	r.rec.begin(StageReach)
	start, err := url.Parse(r.plan.Target.URL)
	if err != nil {
		return Stop(PageNotFound, nil, "The target's address is not one.")
	}
	r.page.URL = start // for the record, until a page came
	if len(r.plan.Device) > 0 {
		if err := r.driver.Restore(ctx, r.plan.Device); err != nil {
			return r.stopped(ctx, err)
		}
	}
	r.track(Act{Do: ActOpen})
	if err := r.arriveAt(r.driver.Open(ctx, start)); err != nil {
		return r.stopped(ctx, err)
	}
	if stop := r.walk(ctx); stop != nil {
		return stop
	}
	return r.prove(ctx)
}

// arriveAt takes in the page that an action led to.
func (r *run) arriveAt(p Page, err error) error {
	if err != nil {
		return err
	}
	r.page, r.pages = p, r.pages+1
	return nil
}

// walk goes through the login's pages.
func (r *run) walk(ctx context.Context) *Stopped {
	for range maxPages + r.tape.pages() {
		step := Decide(r.page, r.memory)
		if acted, err := r.replay(ctx, step); err != nil {
			return r.stopped(ctx, err)
		} else if acted {
			continue
		}
		r.arrive(step)
		var err error
		if ends := step.Do == DoStop || step.Do == DoFinish; ends {
			if r.onTheWay(ctx) {
				continue
			}
			if begun, err := r.anew(ctx); err != nil {
				return r.stopped(ctx, err)
			} else if begun {
				continue
			}
		}
		switch step.Do {
		case DoStop:
			again, ok := r.again(step)
			if !ok {
				return r.explain(step)
			}
			if err = r.fill(ctx, again); r.outOfCodes(err) {
				return r.explain(step)
			}
		case DoFinish:
			if step.Doubt == "" && !r.atHome(ctx) {
				step.Doubt = UnexpectedOrigin
			}
			if step.Doubt != "" {
				r.doubt = &step
				return nil
			}
			r.through()
			return nil
		case DoFill:
			err = r.fill(ctx, step)
		case DoContinue:
			err = r.goOn(ctx, step)
		case DoWait:
			err = r.await(ctx, step)
		case DoFollow:
			to := step.leads(r.page)
			r.memory.Refreshed[Bare(to)] = true
			if step.Reading.Lead != nil {
				r.memory.Answered[step.Reading.Kind] = true
			}
			err = r.arriveAt(r.driver.Open(ctx, to))
		}
		if err != nil {
			return r.stopped(ctx, err)
		}
	}
	return Stop(TooManyPages, nil, "After %d pages the login was still going on, at %s.", maxPages, Bare(r.page.URL))
}

// atHome reports whether the page in front is on an origin that belongs to the
// login. Elsewhere nothing was typed and requests were held back, so a page there is
// not taken for the end of a login, unless somebody says that it belongs there. A
// proof that is named can tell without a question.
func (r *run) atHome(ctx context.Context) bool {
	if r.plan.Guard.of(Origin(r.page.URL)) {
		return true
	}
	if r.plan.Target.Proof == (store.Proof{}) {
		return r.plan.Guard.Check(ctx, r.page.URL) == nil
	}
	u, err := url.Parse(r.plan.Target.Proof.URL)
	return err == nil && Origin(u) == Origin(r.page.URL)
}

// goOn sends a form that asks for no values.
func (r *run) goOn(ctx context.Context, step Step) error {
	if b := step.Reading.Button; b >= 0 {
		r.memory.Answered[step.Reading.Kind] = true
		label := r.page.Buttons[b].Label
		if step.Choice != nil {
			label = step.Choice.Label
		}
		answer := string(step.Reading.Kind) + " answered with " + Quote(label)
		r.answers = append(r.answers, answer)
		r.rec.note(r.rec.running(), answer)
	}
	s := Submission{Form: step.Reading.Form, Choice: step.Choice, Button: step.Reading.Button, Bearer: r.memory.SentPassword}
	if step.Reading.Kind != KindAutoSubmit { // a person does not press that one
		r.trackForm(s, step.Reading.Kind)
	}
	trusts := r.plan.Trust && step.Reading.Kind == KindTrust
	var before Session
	if trusts {
		before = r.sessionNow(ctx)
	}
	if err := r.arriveAt(r.driver.Submit(ctx, r.page, s)); err != nil {
		return err
	}
	if trusts {
		r.rememberDevice(ctx, before)
	}
	return nil
}

// arrive settles the stages that this page's mere appearance decides.
func (r *run) arrive(step Step) {
	if r.memory.SentCode && afterCode(step.Reading.Kind) {
		r.settle(true)
	}
	switch step.Reading.Kind {
	case KindUsername, KindPassword, KindBoth, KindBothCode:
		r.rec.end(StageReach, Pass, r.page, landed(r.page))
	case KindCode, KindOtherCode, KindBackupCode:
		r.rec.end(StageReach, Pass, r.page, landed(r.page))
		r.challenged(step)
	case KindWaiting, KindMethods:
		if r.memory.SentPassword || r.memory.SentUsername {
			r.challenged(step)
		}
	}
	if r.memory.SentUsername || r.memory.SentPassword || r.memory.SentCode {
		r.rec.end(StageReach, Pass, r.page, landed(r.page))
	}
}

// challenged takes note of a page that asks for a code, the first time.
func (r *run) challenged(step Step) {
	if r.memory.Challenged || r.memory.SentCode {
		return
	}
	r.memory.Challenged = true
	r.accepted()
	r.mfa = MFA{Challenged: true, Provider: providerOf(r.page)}
	r.factorAt, r.factorOrigin = r.page.URL.Hostname(), Origin(r.page.URL)
	if step.Do == DoStop {
		r.rec.begin(StageChallenge)
		return
	}
	r.rec.end(StageChallenge, Pass, r.page, r.withAnswers(askedFor(step)))
}

// askedFor says what a challenge wants.
func askedFor(step Step) string {
	switch step.Reading.Kind {
	case KindWaiting:
		return "asked a person on a phone"
	case KindMethods:
		return "offered several ways"
	case KindBackupCode:
		return "asked for a bypass code"
	}
	return "asked for a one-time code"
}

// landed says where a page is in a few words.
func landed(p Page) string {
	if p.Title != "" {
		return Quote(p.Title)
	}
	return Bare(p.URL)
}

// withAnswers adds to a stage's note what was answered while it was at work.
func (r *run) withAnswers(note string) string {
	note = strings.Join(append([]string{note}, r.answers...), "; ")
	r.answers = nil
	return note
}

// accepted settles the credentials when the login went past them.
func (r *run) accepted() {
	if r.memory.SentPassword && !r.rec.settled(StageCredentials) {
		r.rec.end(StageCredentials, Pass, r.page, r.withAnswers(Clean(r.plan.Target.Username)+", password accepted"))
	}
}

// through settles the stages that end with the login's last page.
func (r *run) through() {
	r.accepted()
	switch {
	case r.memory.Waited && !r.memory.SentCode:
		r.rec.end(StagePasscode, Pass, r.page, r.withAnswers("a person passed it"))
	case r.memory.SentCode:
		r.settle(true)
		r.askedTogether()
		r.rec.end(StagePasscode, Pass, r.page, r.withAnswers("accepted"))
	case r.memory.Exempt:
		r.rec.end(StageChallenge, Pass, r.page, "not asked, as the exemption wants it")
	case r.memory.Trusted:
		r.rec.end(StageChallenge, Pass, r.page, "not asked, because the device is trusted")
	default:
		r.rec.end(StageChallenge, Skip, r.page, "not asked")
		d := diagnose(NotChallenged, "The route is %s, but the login went from the password straight to %s.", r.plan.Target.Route, landed(r.page))
		r.notice = &d
	}
}

// askedTogether settles the challenge of a form that asked for password and code
// at once: what became of the password is only known with the code's fate.
func (r *run) askedTogether() {
	if r.memory.Challenged {
		return
	}
	r.memory.Challenged = true
	r.accepted()
	r.mfa.Challenged, r.mfa.Provider = true, "app"
	r.rec.end(StageChallenge, Pass, r.page, "asked for together with the password")
}

// draw takes a passcode, and tells when it has to wait for one.
func (r *run) draw(ctx context.Context) (Passcode, error) {
	if stop := r.mayDraw(); stop != nil {
		return Passcode{}, stop
	}
	if c, ok := r.plan.Passcodes.(Clocked); ok && r.driver.Skew().Known {
		c.ByClock(r.driver.Skew())
	}
	stage := r.rec.running()
	limited, stop := context.WithCancel(ctx)
	defer stop()
	tooLong := false
	code, err := r.plan.Passcodes.Draw(limited, func(until time.Time) {
		wait := max(until.Sub(r.plan.Now()), 0).Round(time.Second)
		if tooLong = r.retried && wait > maxRetryWait; tooLong {
			stop()
			return
		}
		r.rec.wait(stage, "waiting "+inWords(wait)+" for an unused code", until)
	})
	if tooLong && ctx.Err() == nil {
		err = ErrNothingFresh
	}
	if err != nil {
		return Passcode{}, drawError{err}
	}
	if code.Note != "" {
		r.rec.wait(stage, code.Note, time.Time{})
	}
	r.hide.Add(RoleCode, code.Value)
	r.sent, r.settled = &code, false
	r.mfa.Factor = code.Factor
	return code, nil
}

// maxRetryWait is how long a second code is waited for at most.
const maxRetryWait = time.Minute

// drawError marks an error in getting a passcode.
type drawError struct{ error }

func (e drawError) Unwrap() error { return e.error }
