package auth_test

import (
	"sync"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/lab"
	"gatepass/auth/login"
)

// slowAnswer is longer than a browser waits for a request that does not matter.
const slowAnswer = 3200 * time.Millisecond

// TestASlowApplication: an application that is slow with every answer, its scripts'
// too, is waited for, page after page until the code has been judged. Nothing is taken
// for a refusal, or for the end of the login, before its answer is there.
func TestASlowApplication(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	notInShort(t)
	type slow struct {
		app, with string
		from      login.Stage // that has passed when it begins to be slow; "" from the start
	}
	var all sync.WaitGroup // they do little but wait, so that they need not take turns
	for _, c := range []slow{
		{"desk", "", ""}, {"mail", "", ""}, {"mail", lab.SwitchFrame, ""},
		{"bank", "", login.StageChallenge}, {"bank", lab.SwitchPrompt2021, login.StageChallenge},
	} {
		var on []string
		if c.with != "" {
			on = append(on, c.with)
		}
		if c.from == "" {
			on = append(on, lab.SwitchSlow)
		}
		l := newLabLogin(t, c.app, lab.Options{
			Switches: map[string][]string{c.app: on}, Delay: slowAnswer,
			Period: map[string]time.Duration{"": time.Hour}, // a code is right for as long as it takes here
		}, nil)
		all.Go(func() {
			r := l.verify(t, auth.VerifyOptions{Driver: "browser", Timeout: 5 * time.Minute}, func(e login.Event) {
				if e.State != login.Pass || e.Stage != c.from && e.Stage != login.StagePasscode {
					return
				}
				if err := l.lab.Set(c.app, lab.SwitchSlow, e.Stage == c.from); err != nil {
					t.Error(err)
				}
			})
			if !r.OK() || r.Diagnosis != nil {
				t.Errorf("%s %s: %s %+v\n%+v", c.app, c.with, r.Verdict, r.Diagnosis, r.Stages)
			}
		})
	}
	all.Wait()
}

// TestTooSlowAnApplication is called by that, wherever it was slow: also where the page
// is there and has yet to be drawn.
func TestTooSlowAnApplication(t *testing.T) {
	needsBrowser(t)
	for _, app := range []string{"desk", "mail"} {
		t.Run(app, func(t *testing.T) {
			t.Parallel()
			l := newLabLogin(t, app, lab.Options{Switches: map[string][]string{app: {lab.SwitchSlow}}, Delay: 3 * time.Second}, nil)
			r := l.verify(t, auth.VerifyOptions{Driver: "browser", Timeout: 4500 * time.Millisecond}, nil)
			if got := (outcome{r.Verdict, codeOf(r)}); got != (outcome{login.Errored, login.Timeout}) {
				t.Errorf("got %+v: %+v\n%+v", got, r.Diagnosis, r.Stages)
			}
		})
	}
}
