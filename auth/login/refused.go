package login

import (
	"fmt"
	"slices"
)

// cookiesBlocked says which cookies of the login were refused, if any were. A form
// that comes back without a word, a token that does not fit and a session that does
// not last are what comes of that.
func (r *run) cookiesBlocked() (string, bool) {
	picky, ok := r.raw.(Picky)
	if !ok {
		return "", false
	}
	refused := picky.Refused()
	if len(refused) == 0 {
		return "", false
	}
	first := refused[0]
	said := fmt.Sprintf("The browser did not take the cookie %s of %s (%s)", Quote(r.hide.Clean(first.Name)), Clean(first.Host), Clean(first.Why))
	switch more := len(refused) - 1; more {
	case 0:
	case 1:
		said += ", nor one more"
	default:
		said += fmt.Sprintf(", nor %d more", more)
	}
	return said + ".", true
}

// blame puts what a diagnosis comes of in its place.
func (r *run) blame(s *Stopped, silent bool) *Stopped {
	code := s.Diagnosis.Code
	if !slices.Contains([]Code{CSRFMismatch, NoSession, RedirectLoop}, code) && (code != WrongCredentials || !silent) {
		return s
	}
	why, blocked := r.cookiesBlocked()
	if !blocked {
		return s
	}
	return Stop(CookiesBlocked, s, "%s %s", why, s.Diagnosis.Detail)
}
