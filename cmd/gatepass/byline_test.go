//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"gatepass/auth/lab"
)

// A talk is a terminal with nobody's eyes on it: what is printed is heard line by
// line, and answers are typed.
type talk struct {
	t    *testing.T
	cmd  *exec.Cmd
	pty  interface{ WriteString(string) (int, error) }
	mu   sync.Mutex
	out  bytes.Buffer // since the last question
	all  bytes.Buffer
	more chan struct{}
}

// talkTo runs the program on a terminal of its own, which is its controlling one.
func (w *world) talkTo(t *testing.T, env []string, args ...string) *talk {
	t.Helper()
	cmd := w.command(args...)
	cmd.Env = append(cmd.Env, env...)
	return talkWith(t, cmd)
}

// talkWith runs a command on a terminal of its own.
func talkWith(t *testing.T, cmd *exec.Cmd) *talk {
	t.Helper()
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 80, Rows: 24})
	if err != nil {
		t.Fatal(err)
	}
	k := &talk{t: t, cmd: cmd, pty: terminal, more: make(chan struct{}, 1)}
	t.Cleanup(func() { _ = terminal.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := terminal.Read(buf)
			k.mu.Lock()
			k.out.Write(buf[:n])
			k.all.Write(buf[:n])
			k.mu.Unlock()
			select {
			case k.more <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	return k
}

func (k *talk) heard() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.out.String()
}

// hears waits for a question, and answers it.
func (k *talk) hears(question, answer string) {
	k.t.Helper()
	end := time.NewTimer(patience)
	defer end.Stop()
	for !strings.Contains(k.heard(), question) {
		select {
		case <-k.more:
		case <-end.C:
			k.t.Fatalf("%q was never asked; heard:\n%s", question, k.heard())
		}
	}
	k.mu.Lock()
	_, rest, _ := strings.Cut(k.out.String(), question)
	k.out.Reset()
	k.out.WriteString(rest)
	k.mu.Unlock()
	if answer != "" {
		if _, err := k.pty.WriteString(answer + "\n"); err != nil {
			k.t.Fatal(err)
		}
	}
}

// Setting up a target without a screen asks the same as the wizard, and ends in the
// same login.
func TestSetupQuestionByQuestion(t *testing.T) {
	for name, env := range map[string][]string{
		"a screen reader":        {"TERM=xterm-256color", "ACCESSIBLE=1"},
		"a terminal that cannot": {"TERM=dumb"},
	} {
		t.Run(name, func(t *testing.T) {
			l := startLab(t, lab.Options{})
			app, _ := l.Describe().App("shop")
			w := newWorld(t)
			k := w.talkTo(t, env, "setup")
			var all strings.Builder
			ask := func(question, answer string) {
				t.Helper()
				k.hears(question, "")
				all.WriteString(k.heard())
				if answer != "" {
					if _, err := k.pty.WriteString(answer + "\n"); err != nil {
						t.Fatal(err)
					}
				}
			}
			ask("Login page", "ftp://nonsense")
			ask("That will not do", "")
			ask("Login page", app.URL)
			ask("It asks for a username and a password.", "")
			ask("Name, what you will call it", "shop")
			ask("5. push", "")
			ask("Number or name of the way [2]:", "")
			if _, err := k.pty.WriteString("\n"); err != nil { // the suggestion
				t.Fatal(err)
			}
			ask("Username of", app.Username)
			ask("Password, not shown", app.Password)
			ask("Seed, the otpauth link", "018")
			ask("That will not do", "")
			ask("Seed, the otpauth link", app.OTPAuth)
			ask("Read as totp, 6 digits", "")
			ask("Address that only works", app.ProofURL)
			ask("Text there", app.ProofText)
			ask("Type yes to store it", "yes")
			ask("Sign in now", "yes")
			ask("SIGNED IN", "")
			if err := k.cmd.Wait(); err != nil {
				t.Errorf("it ended with %v", err)
			}
			all.WriteString(k.heard())
			for _, never := range []string{app.Password, app.OTPAuth, "\x1b["} {
				if strings.Contains(all.String(), never) {
					t.Errorf("%q was printed", never)
				}
			}
			if len(l.Accepted("shop")) != 1 {
				t.Errorf("the application accepted %d codes, want 1", len(l.Accepted("shop")))
			}
		})
	}
}

// Whoever changes their mind leaves nothing behind.
func TestSetupQuestionByQuestionCanBeLeft(t *testing.T) {
	w := newWorld(t)
	k := w.talkTo(t, []string{"ACCESSIBLE=1"}, "setup", "shop")
	k.hears("Login page", "\x03")
	if err := k.cmd.Wait(); err == nil || k.cmd.ProcessState.ExitCode() != 130 {
		t.Errorf("it ended with %v", err)
	}
	if out := w.must("", "list", "--json"); strings.TrimSpace(out) != "[]" {
		t.Errorf("a target was kept: %s", out)
	}
}

// On a terminal that wants lines, the viewer prints them until it is told to stop.
func TestCodesLineByLine(t *testing.T) {
	w := newWorld(t)
	w.must(seed("totp", "&period=1"), "add", "fast", "--url", "https://fast.example.com/", "--username", "u", "--route", "otp", "--otp-file", "-")
	k := w.talkTo(t, []string{"TERM=xterm-256color", "ACCESSIBLE=1"}, "codes")
	for range 3 {
		k.hears("fast\t", "")
	}
	if strings.Contains(k.heard(), "\x1b") {
		t.Error("an escape sequence was printed")
	}
	if _, err := k.pty.WriteString("\x03"); err != nil {
		t.Fatal(err)
	}
	if err := k.cmd.Wait(); err == nil || k.cmd.ProcessState.ExitCode() != 130 {
		t.Errorf("it ended with %v", err)
	}
}

// Who suspends a question for a secret and comes back is asked again, and what is typed
// then is still not shown: the shell had put the echo back on.
func TestASecretIsNotShownAfterSuspending(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash, whose job control this is about")
	}
	w := newWorld(t)
	add := w.command("add", "shop", "--url", "https://shop.example.com/", "--username", "u", "--route", "otp", "--otp-file", "seed.txt")
	shell := exec.Command(bash, "--norc", "--noprofile", "-i")
	shell.Dir, shell.Env = t.TempDir(), append(add.Env, "GATEPASS_IDENTITY=", "PS1=shell> ", "TERM=dumb", "PROGRAM="+add.Path)
	if err := os.WriteFile(filepath.Join(shell.Dir, "seed.txt"), []byte("JBSWY3DPEHPK3PXP"), 0o600); err != nil {
		t.Fatal(err)
	}
	k := talkWith(t, shell)
	k.hears("shell> ", `"$PROGRAM" `+strings.Join(add.Args[1:], " "))
	k.hears("New passphrase", "")
	if _, err := k.pty.WriteString("\x1a"); err != nil {
		t.Fatal(err)
	}
	k.hears("shell> ", "fg")
	const typed = "nobody-should-read-this"
	k.hears("New passphrase", typed)
	k.hears("Once more", "\x03")
	k.hears("shell> ", "exit")
	_ = k.cmd.Wait() // with the code of what was interrupted
	k.mu.Lock()
	defer k.mu.Unlock()
	if strings.Contains(k.all.String(), typed) {
		t.Errorf("the passphrase was shown:\n%s", k.all.String())
	}
}
