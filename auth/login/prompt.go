package login

import (
	"net/url"
	"strings"
)

// factorChoice decides on a page that waits for a person or offers methods.
func factorChoice(p Page, r Reading, m Memory) Step {
	switch {
	case !m.SentPassword && !m.SentUsername && r.Kind == KindWaiting && asksForKey(p):
		return pastKey(r, m)
	case !m.SentPassword && !m.SentUsername:
		return noLogin(p, r, m)
	case m.unasked() != "":
		return Step{Reading: r, Stop: m.unasked(), Said: first(p.Headings)}
	}
	if code, said := promptRefuses(p, m); code != "" {
		return Step{Reading: r, Stop: code, Said: said}
	}
	switch {
	case m.SentCode:
		return finished(p, r, m)
	case m.Push:
		return forPush(p, r, m)
	case m.Seedless && m.Attended:
		return Step{Do: DoWait, Reading: r}
	case m.Seedless:
		return Step{Reading: r, Stop: PersonNeeded, Said: first(p.Headings)}
	case r.Picks != nil && r.Kind == KindMethods:
		return pick(p, r, m)
	case m.Bypass && r.Kind == KindMethods && r.Ways.Bypass >= 0:
		r.Button = r.Ways.Bypass
	}
	if m.Bypass && r.Kind == KindMethods && r.Button == r.Ways.Code && takesAnother(p, r.Button) {
		return Step{Reading: r, Stop: MethodMissing, Said: first(p.Headings)}
	}
	if r.Button >= 0 && !m.Answered[r.Kind] {
		return Step{Do: DoContinue, Reading: r}
	}
	if r.Lead != nil && !m.Answered[r.Kind] && !m.Bypass {
		return Step{Do: DoFollow, Reading: r}
	}
	if asksForKey(p) && r.Kind == KindWaiting {
		return Step{Reading: r, Stop: PasskeyOnly, Said: first(p.Headings)}
	}
	return Step{Reading: r, Stop: notOffered(r), Said: first(p.Headings)}
}

// pastKey leaves a login that begins with a passkey for its other ways, once.
func pastKey(r Reading, m Memory) Step {
	switch {
	case m.Answered[r.Kind]:
	case r.Button >= 0:
		return Step{Do: DoContinue, Reading: r}
	case r.Lead != nil:
		return Step{Do: DoFollow, Reading: r}
	}
	return Step{Reading: r, Stop: PasskeyOnly}
}

// asksForKey reports whether a page's headings or buttons speak of a passkey or a
// security key.
func asksForKey(p Page) bool {
	said := append([]string{p.Title}, clipList(p.Headings, 20)...)
	for _, b := range p.Buttons {
		if b.Visible {
			said = append(said, b.Label)
		}
	}
	return passkeyWords.in(proseOf(said...)) && p.Number == ""
}

// takesAnother reports whether a method takes what a token or an app shows and says so: a
// bypass code would be wrong there, and one less.
func takesAnother(p Page, button int) bool {
	if button < 0 {
		return false
	}
	label := proseOf(p.Buttons[button].Label)
	return hardwareWords.in(label) || appWords.in(label)
}

// forPush waits for the person, or asks for them.
func forPush(p Page, r Reading, m Memory) Step {
	switch {
	case r.Kind == KindWaiting:
		return Step{Do: DoWait, Reading: r}
	case r.Picks != nil && r.Kind == KindMethods:
		return pick(p, r, m)
	case r.Ways.Push >= 0 && !m.Answered[r.Kind]:
		r.Button = r.Ways.Push
		return Step{Do: DoContinue, Reading: r}
	}
	return Step{Reading: r, Stop: MethodMissing, Said: first(p.Headings)}
}

// notOffered says what it means that no method leads on: where nothing but a push is
// offered, that is said.
func notOffered(r Reading) Code {
	if r.Kind == KindWaiting || r.Ways.Push >= 0 && r.Ways.Count == 1 {
		return PushOnly
	}
	return MethodMissing
}

// promptRefuses reads what a prompt says instead of asking on: that the account is
// locked, that a policy is in the way, that the person said no or nothing.
func promptRefuses(p Page, m Memory) (Code, string) {
	said, text := news(p, m)
	for _, h := range p.Headings { // prompts say it in the heading
		if m.Told != nil && !m.Told[h] {
			text = text.and(proseOf(h))
			if said == "" {
				said = h
			}
		}
	}
	switch {
	case barred(text) != "":
		return barred(text), said
	case policyWords.in(text):
		return PolicyBlocked, said
	case m.Waited && deniedWords.in(text):
		return PushDenied, said
	case m.Waited && unansweredWords.in(text):
		return PushTimeout, said
	}
	return "", ""
}

// duoHost reports whether an address is one of Duo's own.
func duoHost(u *url.URL) bool {
	host := "." + strings.ToLower(u.Hostname())
	return strings.HasSuffix(host, ".duosecurity.com") || strings.HasSuffix(host, ".duofederal.com")
}
