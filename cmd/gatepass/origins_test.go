//go:build unix

package main

import (
	"strings"
	"testing"
	"time"

	"gatepass/auth/lab"
)

// On a terminal the first verification asks about each origin that would be sent a
// secret. What was answered with yes is not asked again, and what was not is.
func TestVerifyAsksAboutOrigins(t *testing.T) {
	l := startLab(t, lab.Options{Period: map[string]time.Duration{"": time.Hour}})
	app, _ := l.Describe().App("wiki")
	w := newWorld(t)
	w.addApp(l, "wiki", "wiki")

	k := w.talkTo(t, []string{"TERM=dumb"}, "verify", "wiki", "--plain")
	k.hears("send the username to "+app.Origins[0].Origin, "")
	k.hears("[y/N]", "y")
	k.hears("send the password to "+app.Origins[0].Origin, "")
	k.hears("[y/N]", "yes")
	k.hears("send the one-time code to "+app.Origins[0].Origin, "")
	k.hears("[y/N]", "")
	if _, err := k.pty.WriteString("\n"); err != nil { // the safe answer
		t.Fatal(err)
	}
	k.hears("unexpected-origin", "")
	if err := k.cmd.Wait(); err == nil {
		t.Error("a login that was held back ended well")
	}

	k = w.talkTo(t, []string{"TERM=dumb"}, "verify", "wiki", "--plain")
	k.hears("send the one-time code to "+app.Origins[0].Origin, "")
	k.hears("[y/N]", "y")
	k.hears("SIGNED IN", "")
	if err := k.cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, k.heard())
	}
	if strings.Contains(k.heard(), app.Password) {
		t.Error("the password was shown")
	}
}

// A prompt for the second factor that nobody told of is asked about where a redirect
// after the password has led to it, before its page may do anything, and again before
// the code is typed; and then it is pinned.
func TestVerifyAsksAboutAPrompt(t *testing.T) {
	needsBrowser(t)
	l := startLab(t, lab.Options{Period: map[string]time.Duration{"": time.Hour}})
	app, _ := l.Describe().App("bank")
	w := newWorld(t)
	w.addApp(l, "bank", "bank")

	k := w.talkTo(t, []string{"TERM=dumb"}, "verify", "bank", "--plain", "--driver", "browser")
	k.hears("send what signs in to "+app.Origins[0].Origin, "")
	k.hears("[y/N]", "y")
	k.hears("send the one-time code to "+app.Origins[0].Origin, "")
	k.hears("[y/N]", "y")
	k.hears("SIGNED IN", "")
	if err := k.cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, k.heard())
	}
	if kept := w.must("", "show", "bank", "--json"); !strings.Contains(kept, app.Origins[0].Origin) {
		t.Errorf("the prompt's origin was not pinned: %s", kept)
	}
}
