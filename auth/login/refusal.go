package login

import "net/http"

// byStatus recognises answers that mean the same on every page: the status says it.
func byStatus(p Page, r Reading, m Memory) (Code, string) {
	sent := m.SentUsername || m.SentPassword || m.SentCode
	formless := r.Kind == KindNone || r.Kind == KindScript
	said, _ := news(p, m)
	switch s := p.Status; {
	case s == http.StatusLocked:
		return AccountLocked, said
	case s == http.StatusTooManyRequests && sent:
		return AccountLocked, said
	case s == http.StatusProxyAuthRequired:
		return Proxy, said
	case formless && sent && refusedToken(p):
		return CSRFMismatch, said
	case s == http.StatusUnauthorized && formless && !sent && len(p.Auth) > 0:
		return HTTPAuth, ""
	case formless && !sent && (s == http.StatusForbidden || s == http.StatusTooManyRequests || s == http.StatusUnavailableForLegalReasons):
		return AccessDenied, first(p.Headings)
	case r.Kind == KindCaptcha:
		return "", ""
	case s >= 500:
		return ServerError, ""
	case !sent && (s == http.StatusNotFound || s == http.StatusGone):
		return PageNotFound, ""
	}
	return "", ""
}

// statusPageExpired is what Laravel answers to a stale token. It is in no registry.
const statusPageExpired = 419

// refusedToken reports whether an answer without a form refuses the form's token.
// A login that fails says so on its form.
func refusedToken(p Page) bool {
	switch p.Status {
	case statusPageExpired:
		return true
	case http.StatusBadRequest, http.StatusForbidden, http.StatusUnprocessableEntity:
		return csrfWords.in(proseOf(p.Title, clip(p.Text, maxProse)))
	}
	return false
}

// whyRefused names the reason for a refusal by what the page newly says; without
// a word about it, the plain one.
func whyRefused(p Page, m Memory) (Code, string) {
	said, text := news(p, m)
	switch {
	case barred(text) != "":
		return barred(text), said
	case expiredPasswordWords.in(text):
		return PasswordExpired, said
	case usedCodeWords.in(text) && m.SentCode:
		return ReplayedCode, said
	case csrfWords.in(text):
		return CSRFMismatch, said
	case m.SentCode && (codeWords.in(text) || weakCodeWords.in(text)) && !passwordWords.in(text):
		return WrongCode, said
	}
	return WrongCredentials, said
}

// barred tells an account that was switched off from one that is locked; "" for neither.
func barred(text prose) Code {
	switch {
	case disabledWords.in(text):
		return AccountDisabled
	case lockedWords.in(text):
		return AccountLocked
	}
	return ""
}

// news is what the page says now and did not say before the last submit: the one
// sentence to quote, and everything to judge by. Which language it is in does not
// matter for that it was said: words only choose among several.
func news(p Page, m Memory) (quote string, text prose) {
	if m.Told == nil { // nothing was sent yet
		return "", prose{}
	}
	var fresh []string
	add := func(list []string, any bool) {
		for _, s := range list {
			if m.Told[s] || len(fresh) >= 8 {
				continue
			}
			if words := proseOf(s); any || refusedWords.in(words) || lockedWords.in(words) || usedCodeWords.in(words) || expiredPasswordWords.in(words) {
				fresh = append(fresh, s)
			}
		}
	}
	add(p.Messages, true)
	add(p.Headings, false)
	add(p.Lines, false)
	if len(fresh) == 0 {
		fresh = fewNewLines(p, m)
	}
	return first(fresh), proseOf(fresh...)
}

// fewNewLines is what is new on a page that is otherwise the same: a refusal in a
// language that no vocabulary has. A page with much that is new is another page.
func fewNewLines(p Page, m Memory) []string {
	var fresh []string
	for _, s := range p.Lines {
		if !m.Told[s] {
			fresh = append(fresh, s)
		}
	}
	if len(fresh) > 3 || len(fresh) == len(p.Lines) {
		return nil
	}
	return fresh
}

// told collects what a page says, so that the next page's news can be told from it.
func told(p Page) map[string]bool {
	seen := make(map[string]bool, len(p.Messages)+len(p.Headings)+len(p.Lines))
	for _, list := range [][]string{p.Messages, p.Headings, p.Lines} {
		for _, s := range list {
			seen[s] = true
		}
	}
	return seen
}

// marked reports whether the page itself marks a text as a message.
func marked(p Page, said string) bool {
	for _, s := range p.Messages {
		if s == said {
			return true
		}
	}
	return false
}
