package main

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/lab"
	"gatepass/store"
)

// tried runs the real program and gives what it printed, what it said and its exit code.
func (w *world) tried(stdin string, args ...string) (out, said string, code int) {
	w.t.Helper()
	cmd := w.command(args...)
	cmd.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

// spendAt spends a code of a target while the clock is off by so much.
func (w *world) spendAt(name string, off time.Duration) {
	w.t.Helper()
	home := store.HomeAt(w.home)
	now := func() time.Time { return time.Now().Add(off) }
	g := &auth.Gate{
		Home: home, Targets: store.NewTargets(home.TargetsDir()), Ledger: store.NewLedger(home.LedgerFile(), now), Now: now,
		Secrets: store.OpenFile(store.FileOptions{Path: home.SecretsFile(), Identity: filepath.Join(w.dir, "identity.txt")}),
	}
	if _, _, err := g.Code(w.t.Context(), name, auth.CodeOptions{By: "verify"}); err != nil {
		w.t.Fatal(err)
	}
}

// expect fails unless something is said, and with this exit code.
func expect(t *testing.T, what, said string, code, wantCode int, want ...string) {
	t.Helper()
	if code != wantCode {
		t.Errorf("%s: exit code %d, want %d: %s", what, code, wantCode, said)
	}
	for _, text := range want {
		if !strings.Contains(said, text) {
			t.Errorf("%s: %q is not said in\n%s", what, text, said)
		}
	}
}

// The clock was three days ahead while a scan ran; it is right again.
func TestACodeSpentByAWrongClockCanBeTakenBack(t *testing.T) {
	t.Parallel()
	l := startLab(t, lab.Options{})
	w := newWorld(t)
	w.addApp(l, "shop", "shop")
	w.spendAt("shop", 72*time.Hour)

	_, said, code := w.tried("", "code", "shop")
	expect(t, "code", said, code, 6, "ahead of this machine's clock", "gatepass code shop --forget-spent")
	// Nobody can be asked here, so it says what may happen and does nothing.
	_, said, code = w.tried("", "code", "shop", "--forget-spent")
	expect(t, "without --yes", said, code, 2, `"verify" took it`, "refuse every earlier one", "--yes")
	_, said, code = w.tried("", "code", "shop", "--no-wait")
	expect(t, "after that", said, code, 6)

	out, said, code := w.tried("", "code", "shop", "--forget-spent", "--yes")
	expect(t, "with --yes", said, code, 0, "the clock of "+l.Describe().Apps[0].URL[:12], "taken back")
	if out != "" {
		t.Errorf("it prints %q", out)
	}
	_, said, code = w.tried("", "code", "shop", "--no-wait")
	expect(t, "the present code counts as spent", said, code, 6, "the next begins in")
	_, said, code = w.tried("", "code", "shop", "--forget-spent", "--yes")
	expect(t, "again", said, code, 0, "nothing was spent far ahead")
}

// While this machine and the target do not agree on the time, what was spent may have
// been spent by the clock that is right.
func TestNothingIsTakenBackByAClockThatIsWrong(t *testing.T) {
	t.Parallel()
	l := startLab(t, lab.Options{})
	w := newWorld(t)
	w.addApp(l, "payroll", "payroll") // its clock is two minutes ahead
	w.spendAt("payroll", time.Hour)
	_, said, code := w.tried("", "code", "payroll", "--forget-spent", "--yes")
	expect(t, "a target that is ahead", said, code, 1, "nothing is taken back", "ahead of this machine's", "doctor --target payroll")
	_, said, code = w.tried("", "code", "payroll", "--no-wait")
	expect(t, "after that", said, code, 6, "--forget-spent")
	_, said, _ = w.tried("", "code", "payroll", "--clock", "target", "--peek")
	expect(t, "by the target's clock", said, 0, 0, "ahead of this machine's", "the code is right there")
}

// A counting key is set by the codes of another device, as people write them.
func TestACounterIsFoundByCodesInGroups(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(seed("hotp", "&counter=0"), "add", "bank", "--url", "https://bank.example.com/", "--username", "u", "--route", "otp", "--otp-file", "-")
	_, said, code := w.tried("338 314 254 676\n", "code", "bank", "--resync")
	expect(t, "forwards", said, code, 0, "the counter was 0 and is 6")
	if out := w.must("", "code", "bank"); out != "287922\n" {
		t.Errorf("the code after them is %q", out)
	}
	_, said, code = w.tried("755-224, 287-082", "code", "bank", "--resync")
	expect(t, "back", said, code, 2, "--back")
	_, said, code = w.tried("755 224 287", "code", "bank", "--resync")
	expect(t, "a code that is cut short", said, code, 2, "code 2 has not the 6 digits")
	if strings.Contains(said, "755224") || strings.Contains(said, "287") {
		t.Errorf("a code is said: %s", said)
	}
}
