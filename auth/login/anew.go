package login

import (
	"context"
	"net/url"
	"slices"
)

// A second factor's page that stands still, with nothing on it but its frame, is known of
// Duo's prompt: now and then its script does not get on. A person would reload, which such
// a page does not survive, or begin once more, which helps.

// anew begins the login once more where the page that took over after the password stands
// still: once, and only as long as no passcode was spent and nobody was asked on a phone.
// That another origin took over says that the password was right, so that sending it again
// is no second try.
func (r *run) anew(ctx context.Context) (begun bool, err error) {
	m := &r.memory
	at := Origin(r.page.URL)
	if _, ok := r.raw.(Watcher); !ok || r.renewed || r.tape != nil || !standsStill(r.page) ||
		!m.SentPassword || m.SentCode || m.Waited || m.Challenged || at == m.PasswordTo || !r.plan.Guard.of(at) {
		return false, nil
	}
	start, err := url.Parse(r.plan.Target.URL)
	if err != nil {
		return false, nil
	}
	r.renewed = true
	r.accepted()
	r.rec.note(StageChallenge, "the page "+landed(r.page)+" stands still; the login is begun once more")
	r.answers = append(r.answers, "the page stood still at first, so the login was begun once more")
	m.SentUsername, m.UsernameTo, m.SentPassword, m.PasswordTo, m.Told = false, "", false, "", nil
	clear(m.Answered)
	clear(m.Refreshed)
	r.empties, r.trail = 0, nil
	r.page = Page{URL: start}
	r.track(Act{Do: ActOpen})
	return true, r.arriveAt(r.driver.Open(ctx, start))
}

// standsStill reports whether there is nothing on a page to go on with: nothing at all, or
// of Duo's prompt no more than what is around it. Hidden values are nothing: a form of
// them that is about to travel on is seen in the making.
func standsStill(p Page) bool {
	return p.Status < 400 && nothingToDo(p) && len(p.Frames) == 0 && p.Number == "" &&
		(p.Text == "" || duoHost(p.URL) && len(p.Messages) == 0)
}

// nothingToDo reports whether a page has nothing to fill in, to press or to follow.
func nothingToDo(p Page) bool {
	return len(p.Links) == 0 &&
		!slices.ContainsFunc(p.Fields, func(f Field) bool { return f.Visible && f.Type != "hidden" }) &&
		!slices.ContainsFunc(p.Buttons, func(b Button) bool { return b.Visible })
}
