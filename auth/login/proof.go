package login

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"gatepass/store"
)

// prove settles the last three stages. Two requests decide, not one page: what
// is seen with the session, and what the same address shows without it.
func (r *run) prove(ctx context.Context) *Stopped {
	address, text, err := r.proofOf()
	if err != nil {
		r.through()
		return Stop(ProofNotSeen, nil, "The proof's address cannot be read.")
	}
	if r.doubt != nil {
		if stop := r.settleDoubt(ctx, address, text); stop != nil {
			return stop
		}
	}
	fresh := r.session(ctx)
	r.rec.begin(StageProof)
	searched := address == r.page.URL && text == ""
	if searched {
		address = r.findProof(ctx)
	}
	with, err := r.driver.Fetch(ctx, address, true)
	if err != nil {
		return r.stopped(ctx, err)
	}
	if why := unlikeSignedIn(with, text); why != "" {
		return r.unproven(with, fresh, why)
	}
	r.rec.end(StageProof, Pass, with.Page, seen(with, text))

	r.rec.begin(StageControl)
	without, err := r.driver.Fetch(ctx, address, false)
	if err != nil {
		return r.stopped(ctx, err)
	}
	differs := difference(with, without, text, r.plan.Target.Username)
	if differs == "" {
		r.page = without.Page
		return Stop(Unproven, nil, "%s looks the same without a session.", Bare(address))
	}
	if searched {
		if stop := r.repeat(ctx, address, with, without); stop != nil {
			return stop
		}
	}
	r.rec.end(StageControl, Pass, without.Page, "without the session: "+differs)
	r.logout = logoutAddresses(r.page, with.Page)
	r.proof = store.Proof{URL: Bare(address), Text: text}
	r.keepSession(ctx, address, text, with, without)
	return nil
}

// settleDoubt asks for the proof before anything is called accepted: the page that
// the login ended on gives reason to doubt that it did.
func (r *run) settleDoubt(ctx context.Context, address *url.URL, text string) *Stopped {
	with, err := r.driver.Fetch(ctx, address, true)
	if err != nil {
		return r.stopped(ctx, err)
	}
	why := unlikeSignedIn(with, text)
	if why == "" && (text != "" || r.plan.Target.Proof.URL != "" || logoutLink(with.Page)) {
		r.through()
		return nil
	}
	if why == "" { // the same page again, which was in doubt
		why = "the page there does not tell"
	}
	said := r.seen(*r.doubt)
	if r.doubt.Doubt != UnexpectedOrigin {
		return Stop(r.doubt.Doubt, nil, "%s Whether it signed in was tried out: %s.", said, why)
	}
	stop := Stop(UnexpectedOrigin, r.plan.Guard.Refusal(r.page.URL), "%s Whether it signed in was tried out: %s.", said, why)
	stop.Diagnosis.Title = "The login went on to an origin that is not allowed"
	return stop
}

// unproven says what it means that the proof was not seen. To be asked for a login
// again is the application's answer; a text that is not there leaves it open whether
// the login or the proof is at fault.
func (r *run) unproven(with Answer, fresh bool, why string) *Stopped {
	r.page = with.Page
	kind := Read(with.Page).Kind
	turnedAway := asksToSignIn(kind) || with.Page.Status == http.StatusUnauthorized
	unnamed := r.plan.Target.Proof.URL == "" && r.plan.Target.Proof.Text == ""
	switch {
	case kind == KindPasswordChange:
		return Stop(PasswordExpired, nil, "The proof was asked for, and %s.", why)
	case unnamed && fresh:
		return Stop(Unproven, nil, "No proof is named, and the page that the login ended on does not show one: %s.", why)
	case turnedAway && !fresh:
		return r.blame(Stop(NoSession, nil, "No cookie was set or changed after the password, and %s.", why), false)
	case turnedAway:
		return r.blame(Stop(NoSession, nil, "Cookies were set after the password, and yet %s.", why), false)
	}
	return Stop(ProofNotSeen, nil, "The proof was asked for, and %s.", why)
}

// session settles what keeps the login, and reports whether something new does.
func (r *run) session(ctx context.Context) bool {
	now := r.sessionNow(ctx)
	appeared(r.before, &now)
	r.after, r.facts = now, factsOf(now)
	if !r.facts.kept() {
		r.rec.end(StageSession, Skip, r.page, "nothing was set or changed after the password")
		return false
	}
	r.rec.end(StageSession, Pass, r.page, r.facts.inWords())
	return true
}

// proofOf is the request that decides: the one the target names, or the page
// that the login ended on.
func (r *run) proofOf() (*url.URL, string, error) {
	proof := r.plan.Target.Proof
	if proof.URL == "" {
		return r.page.URL, proof.Text, nil
	}
	u, err := url.Parse(proof.URL)
	return u, proof.Text, err
}

// unlikeSignedIn says why an answer is not one for somebody who is signed in.
func unlikeSignedIn(a Answer, text string) string {
	switch kind := Read(a.Page).Kind; {
	case a.Page.Status >= 400:
		return fmt.Sprintf("%s answered with status %d", Bare(a.Page.URL), a.Page.Status)
	case asksToSignIn(kind) && !logoutLink(a.Page):
		return fmt.Sprintf("%s asked for a login again", Bare(a.Page.URL))
	case text != "" && !a.shows(text):
		if kind == KindPasswordChange {
			return fmt.Sprintf("%s asked for a new password", Bare(a.Page.URL))
		}
		return fmt.Sprintf("the text %s is not on %s", Quote(text), Bare(a.Page.URL))
	}
	return ""
}

// difference says how the answer without the session differs from the one with
// it in a way that matters; "" if it does not.
func difference(with, without Answer, text, username string) string {
	asked := func(a Answer) bool { return asksToSignIn(Read(a.Page).Kind) }
	switch {
	case without.Page.Status >= 400 && with.Page.Status < 400:
		return fmt.Sprintf("status %d", without.Page.Status)
	case text != "" && with.shows(text) && without.shows(text):
		return ""
	case asked(without) && !asked(with):
		return "asked for a login"
	case text != "" && with.shows(text):
		return "the text is not there"
	case Bare(with.Page.URL) != Bare(without.Page.URL):
		return "sent to " + Bare(without.Page.URL)
	case logoutLink(with.Page) && !logoutLink(without.Page):
		return "no way to sign out"
	case names(with, username) && !names(without, username):
		return "the username is not there"
	}
	return ""
}

// names reports whether a page shows a username.
func names(a Answer, username string) bool {
	return len(username) >= 3 && strings.Contains(a.Page.Text, Clean(username))
}

func seen(a Answer, text string) string {
	if text != "" {
		return Quote(text) + " is there"
	}
	return "it is not a login page"
}

func (a Answer) shows(text string) bool {
	return strings.Contains(a.Body, text) || strings.Contains(a.Page.Text, Clean(text))
}

// asksToSignIn reports whether a page of this kind asks for credentials or a code.
func asksToSignIn(k Kind) bool {
	switch k {
	case KindUsername, KindPassword, KindBoth, KindBothCode, KindCode, KindCaptcha, KindOtherCode, KindBackupCode, KindEnrolment:
		return true
	}
	return false
}
