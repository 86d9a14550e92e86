package login

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

const (
	maxCandidates = 3 // requests that are tried out as a proof
	proofRepeats  = 2 // how often a proof that was found is asked for again
)

// findProof looks for a request that tells a signed-in user from anybody else, where
// none is named: the page that the login ended on, if it tells; else one that the
// application itself made there, the best by what it answers. Nothing is asked for
// that the application has not asked for by itself.
func (r *run) findProof(ctx context.Context) *url.URL {
	landed := Answer{Page: r.page}
	if names(landed, r.plan.Target.Username) || logoutLink(r.page) {
		return r.page.URL
	}
	best, most := r.page.URL, scoreProof(landed, "", r.plan.Target.Username)
	for _, x := range r.candidates() {
		u, err := url.Parse(x.URL)
		if err != nil {
			continue
		}
		a, err := r.driver.Fetch(ctx, u, true)
		if err != nil {
			return best
		}
		if s := scoreProof(a, x.Type, r.plan.Target.Username); s > most && unlikeSignedIn(a, "") == "" {
			best, most = u, s
		}
	}
	return best
}

// candidates are the last requests of the application that answered with data, newest
// first, each address once.
func (r *run) candidates() []Exchange {
	var out []Exchange
	seen := map[string]bool{Bare(r.page.URL): true}
	all := r.raw.Traffic()
	for i := len(all) - 1; i >= 0 && len(out) < maxCandidates; i-- {
		x := all[i]
		u, err := url.Parse(x.URL)
		if err != nil || seen[x.URL] || x.Method != http.MethodGet || x.Status != http.StatusOK || !structured(x.Type) {
			continue
		}
		seen[x.URL] = true
		if Origin(u) == Origin(r.page.URL) && !logoutNames.in(namesOf(path(u))) && !signupNames.in(namesOf(path(u))) {
			out = append(out, x)
		}
	}
	return out
}

func structured(media string) bool {
	return strings.HasSuffix(media, "json") || strings.HasSuffix(media, "/xml") || strings.HasSuffix(media, "+xml") && !strings.HasPrefix(media, "image/") && !strings.HasPrefix(media, "application/xhtml")
}

// scoreProof weighs an answer: that it is one, that it is data, and above all that it
// knows who asks.
func scoreProof(a Answer, media, username string) int {
	s := 2
	if a.Page.Status == http.StatusOK {
		s++
	}
	if structured(media) {
		s += 4
	}
	if names(a, username) || len(username) >= 3 && strings.Contains(a.Body, username) {
		s += 8
	}
	return s
}

// repeat asks for a proof that was found several times more, with the session and
// without: what answers now so and now so proves nothing.
func (r *run) repeat(ctx context.Context, address *url.URL, with, without Answer) *Stopped {
	for range proofRepeats {
		again, err := r.driver.Fetch(ctx, address, true)
		if err != nil {
			return r.stopped(ctx, err)
		}
		control, err := r.driver.Fetch(ctx, address, false)
		if err != nil {
			return r.stopped(ctx, err)
		}
		if why := unlike(with, again); why != "" {
			return Stop(Unproven, nil, "%s answers differently from one time to the next with the session: %s.", Bare(address), why)
		}
		if why := unlike(without, control); why != "" {
			return Stop(Unproven, nil, "%s answers differently from one time to the next without the session: %s.", Bare(address), why)
		}
	}
	return nil
}

// unlike says in what two answers to the same request differ that should not.
func unlike(a, b Answer) string {
	switch {
	case a.Page.Status != b.Page.Status:
		return fmt.Sprintf("status %d, then %d", a.Page.Status, b.Page.Status)
	case Bare(a.Page.URL) != Bare(b.Page.URL):
		return "it led to " + Bare(a.Page.URL) + ", then to " + Bare(b.Page.URL)
	case asksToSignIn(Read(a.Page).Kind) != asksToSignIn(Read(b.Page).Kind):
		return "it asked for a login once, and once not"
	case logoutLink(a.Page) != logoutLink(b.Page):
		return "it offered to sign out once, and once not"
	}
	return ""
}
