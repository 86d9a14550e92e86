package login

import (
	"context"
	"net/url"
	"slices"
	"strings"
)

// keepSession takes the session as it is once it was proven, and finds out whether it
// is good in a plain client too.
func (r *run) keepSession(ctx context.Context, address *url.URL, text string, with, without Answer) {
	now := r.sessionNow(ctx)
	if len(now.Cookies)+len(now.Storage) == 0 {
		now = r.after
	}
	appeared(r.before, &now)
	r.after, r.facts = now, factsOf(now)
	if r.plan.Bare == nil {
		return
	}
	plain, err := r.plan.Bare(now)
	if err != nil {
		return
	}
	defer func() { _ = plain.Close() }()
	a, err := spend(ctx, r.driver, func(ctx context.Context) (Answer, error) { return plain.Fetch(ctx, address, true) })
	if err != nil {
		return
	}
	r.facts.BareClient = No
	if unlikeSignedIn(a, text) == "" && difference(a, without, text, r.plan.Target.Username) != "" {
		r.facts.BareClient = Yes
		return
	}
	// What scripts draw from elsewhere is not to be seen in the document, in a plain
	// client as little as anywhere. But what stands in the document that the browser
	// got, and not in the one that the client got, is kept from it.
	cookiesOnly := len(r.facts.LocalStorage)+len(r.facts.TabStorage) == 0 && !r.facts.Header
	r.tied = cookiesOnly && text != "" && strings.Contains(with.Body, text)
}

// StillSignedIn asks a driver that has a session for a proof, and for the same without
// it, and says in a line what was seen.
func StillSignedIn(ctx context.Context, d Driver, address *url.URL, text, username string) (Trait, string, error) {
	with, err := d.Fetch(ctx, address, true)
	if err != nil {
		return Untried, "", err
	}
	if why := unlikeSignedIn(with, text); why != "" {
		return No, why, nil
	}
	without, err := d.Fetch(ctx, address, false)
	if err != nil {
		return Untried, "", err
	}
	differs := difference(with, without, text, username)
	if differs == "" {
		return Untried, Bare(address) + " looks the same without a session", nil
	}
	return Yes, seen(with, text) + "; without the session: " + differs, nil
}

// logoutAddresses lists where pages lead to in order to sign out.
func logoutAddresses(pages ...Page) []string {
	var all []string
	add := func(u *url.URL) {
		if where := Bare(u); where != "" && !slices.Contains(all, where) {
			all = append(all, where)
		}
	}
	for _, p := range pages {
		for _, l := range p.Links {
			if logoutNames.in(namesOf(path(l.URL))) || logoutWords.in(proseOf(l.Text)) {
				add(l.URL)
			}
		}
		for _, f := range p.Forms {
			if f.Action != p.URL && logoutNames.in(namesOf(path(f.Action))) {
				add(f.Action)
			}
		}
	}
	return all
}

// remark is what is worth knowing about a login that went well; the first there is.
func (r *run) remark() *Diagnosis {
	var d Diagnosis
	switch {
	case r.notice != nil:
		return r.notice
	case r.plan.Trust && len(r.device) == 0:
		d = diagnose(DeviceUntaken, "The login was proven, and nothing of the second factor's host outlives the browser.")
	case r.tied:
		d = diagnose(NotPortable, "The proof was seen in the browser; a plain HTTP client with the same cookies was not shown it.")
	default:
		return nil
	}
	return &d
}
