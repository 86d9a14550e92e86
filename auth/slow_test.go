package auth_test

import (
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/lab"
	"gatepass/auth/login"
)

// slowAnswer is longer than a browser waits for a request that does not matter.
const slowAnswer = 3500 * time.Millisecond

// TestASlowApplication: an application that is slow with every answer, its scripts'
// too, is waited for, page after page until the code has been judged. Nothing is taken
// for a refusal, or for the end of the login, before its answer is there.
func TestASlowApplication(t *testing.T) {
	needsBrowser(t)
	notInShort(t)
	for name, switches := range map[string][]string{
		"desk": {"desk"}, "mail": {"mail"}, "mail in a frame": {"mail", lab.SwitchFrame},
		"bank": {"bank"}, "bank with the older prompt": {"bank", lab.SwitchPrompt2021},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := switches[0]
			l := newLabLogin(t, app, lab.Options{
				Switches: map[string][]string{app: append(switches[1:], lab.SwitchSlow)}, Delay: slowAnswer,
			}, nil)
			r := l.verify(t, auth.VerifyOptions{Driver: "browser"}, func(e login.Event) {
				if e.Stage == login.StagePasscode && e.State == login.Pass {
					if err := l.lab.Set(app, lab.SwitchSlow, false); err != nil {
						t.Error(err)
					}
				}
			})
			if !r.OK() || r.Diagnosis != nil {
				t.Errorf("%s %+v\n%+v", r.Verdict, r.Diagnosis, r.Stages)
			}
		})
	}
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
