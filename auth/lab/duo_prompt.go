package lab

import (
	"slices"
	"time"
)

// The prompt's names for the methods, in the order that it offers them.
var promptMethods = []struct{ name, method string }{
	{"push", methodPush}, {"mobile", methodPasscode}, {"bypass", methodBypass}, {"token", methodToken},
}

// takenBy says which passcodes a method of the prompt takes.
var takenBy = map[string][]string{"mobile": {methodPasscode}, "bypass": {methodBypass}, "token": {methodToken}}

// visitor is the visit behind a prompt.
func (t *tenant) visitor(p *prompt) duoVisit {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.visitAt(p, "")
}

func (t *tenant) visitAt(p *prompt, trusted string) duoVisit {
	return duoVisit{
		name: p.user, user: t.userNamed(p.user), at: t.bank, from: p.from, agent: p.agent, trusted: trusted, browser: true,
	}
}

// greet begins a prompt: it reports true if the visitor need not be asked at all.
func (t *tenant) greet(p *prompt, trusted string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	v := t.visitAt(p, trusted)
	r := t.rule(v)
	switch r.result {
	case rulesAllow:
		t.noteRuling(v, r)
		if v.user != nil {
			t.succeed(v.user)
		}
		p.factor = r.factor
		if r.reason == "bypass_user" {
			p.factor = r.reason
		}
		return true
	case rulesDeny:
		t.noteRuling(v, r)
	}
	return false
}

// review lets a prompt see what became of the user and of the policy meanwhile. The
// caller holds p.mu.
func (t *tenant) review(p *prompt) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p.denied = ""
	r := t.rule(t.visitAt(p, ""))
	switch {
	case p.factor != "":
	case r.reason == "locked_out":
		p.denied = saysLockedOut
	case r.result == rulesDeny || r.result == rulesEnroll:
		p.denied = r.says
	}
}

// rulesFor gives what holds for a prompt's visitor.
func (t *tenant) rulesFor(v duoVisit) duoRules {
	all, _ := t.effective(v.user, v.at)
	r, _ := all.rules() // Sections were checked when they came in.
	return r
}

// offers lists the methods that a prompt shows.
func (t *tenant) offers(p *prompt) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	v := t.visitAt(p, "")
	if v.user == nil {
		return nil
	}
	may := t.methods(v.user, t.rulesFor(v))
	var names []string
	for _, m := range promptMethods {
		if slices.Contains(may, m.method) {
			names = append(names, m.name)
		}
	}
	return names
}

func (t *tenant) remembersBrowsers(p *prompt) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rulesFor(t.visitAt(p, "")).remembered() > 0
}

// trustBrowser remembers the browser at a prompt: its new name, and for how long.
func (t *tenant) trustBrowser(p *prompt) (name string, life time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	v := t.visitAt(p, "")
	if life = t.rulesFor(v).remembered(); life <= 0 || v.user == nil {
		return "", 0
	}
	return t.trust(v), life
}

// firstBypass lists the codes that the bank's customer had from the start, used or not.
func (t *tenant) firstBypass() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var codes []string
	for _, b := range t.issued[:firstCodes] {
		codes = append(codes, b.code)
	}
	return codes
}
