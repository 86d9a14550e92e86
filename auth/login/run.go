package login

import (
	"context"
	"net/url"
	"strings"
	"time"
)

// maxPages bounds a login: identity providers take six or seven pages.
const maxPages = 16

// run is one login under way.
type run struct {
	plan    Plan
	driver  *budgeted
	hide    *Secrets
	rec     *recorder
	memory  Memory
	page    Page // the page in front of us
	mfa     MFA
	sent    *Passcode         // the passcode that was sent
	cookies map[string]string // before the credentials were sent
	answers []string          // to questions on the way
	doubt   *Step             // why the login may not be through although it looks so
	notice  *Diagnosis        // worth knowing although it went well
}

// signIn walks the stages; nil means that the login was proven.
func (r *run) signIn(ctx context.Context) *Stopped {
	r.rec.begin(StageReach)
	start, err := url.Parse(r.plan.Target.URL)
	if err != nil {
		return Stop(PageNotFound, nil, "The target's address is not one.")
	}
	r.page.URL = start // for the record, until a page came
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
	r.page = p
	return nil
}

// walk goes through the login's pages.
func (r *run) walk(ctx context.Context) *Stopped {
	for range maxPages {
		step := Decide(r.page, r.memory)
		r.arrive(step)
		var err error
		switch step.Do {
		case DoStop:
			return r.explain(step)
		case DoFinish:
			if step.Doubt == "" && !r.atHome() {
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
		case DoFollow:
			to := r.page.Refresh
			r.memory.Refreshed[Bare(to)] = true
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
// not taken for the end of a login.
func (r *run) atHome() bool {
	origin := Origin(r.page.URL)
	for _, o := range append(r.plan.Target.AllowedOrigins(), r.plan.Target.Proof.URL) {
		if u, err := url.Parse(o); err == nil && Origin(u) == origin {
			return true
		}
	}
	return false
}

// goOn sends a form that asks for no values.
func (r *run) goOn(ctx context.Context, step Step) error {
	if b := step.Reading.Button; b >= 0 {
		r.memory.Answered[step.Reading.Kind] = true
		answer := string(step.Reading.Kind) + " answered with " + Quote(r.page.Buttons[b].Label)
		r.answers = append(r.answers, answer)
		r.rec.note(r.rec.running(), answer)
	}
	return r.arriveAt(r.driver.Submit(ctx, r.page, Submission{
		Form: step.Reading.Form, Button: step.Reading.Button, Bearer: r.memory.SentPassword,
	}))
}

// arrive settles the stages that this page's mere appearance decides.
func (r *run) arrive(step Step) {
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
	if step.Do == DoStop {
		r.rec.begin(StageChallenge)
		return
	}
	r.rec.end(StageChallenge, Pass, r.page, "asked for a one-time code")
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
	case r.memory.SentCode:
		r.askedTogether()
		r.rec.end(StagePasscode, Pass, r.page, r.withAnswers("accepted"))
	case r.memory.Exempt:
		r.rec.end(StageChallenge, Pass, r.page, "not asked, as the exemption wants it")
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
	stage := r.rec.running()
	code, err := r.plan.Passcodes.Draw(ctx, func(until time.Time) {
		wait := max(until.Sub(r.plan.Now()), 0).Round(time.Second)
		r.rec.note(stage, "waiting "+wait.String()+" for an unused code")
	})
	if err != nil {
		return Passcode{}, drawError{err}
	}
	r.hide.Add(RoleCode, code.Value)
	r.sent = &code
	r.mfa.Factor = code.Factor
	return code, nil
}

// drawError marks an error in getting a passcode.
type drawError struct{ error }

func (e drawError) Unwrap() error { return e.error }
