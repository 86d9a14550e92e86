package cli

import (
	"fmt"
	"strings"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

// transcript prints a verification as lines, each when it happens: for pipes,
// logs and screen readers. Every state is a word or a mark, never a colour alone.
type transcript struct {
	print func(format string, args ...any) error
	now   func() time.Time
	notes map[login.Stage]string
	err   error // the first failure to print
}

func (t *transcript) line(format string, args ...any) {
	if t.err == nil {
		t.err = t.print(format+"\n", args...)
	}
}

func (t *transcript) head(target store.Target) {
	t.line("verify %s   %s   route %s", target.Name, target.URL, target.Route)
}

// event prints a stage that ended, and what a running one waits for.
func (t *transcript) event(e login.Event) {
	switch e.State {
	case login.Running:
		if e.Note != "" && t.notes[e.Stage] != e.Note {
			if t.notes == nil {
				t.notes = map[login.Stage]string{}
			}
			t.notes[e.Stage] = e.Note
			t.line("  … %-12s         %s", e.Stage, e.Note)
		}
	case login.Skip:
		t.line("%s", strings.TrimRight(fmt.Sprintf("  – %-12s %7s  %s", e.Stage, "", e.Note), " "))
	default:
		t.line("  %s %-12s %7s  %s", mark(e.State), e.Stage, seconds(e.Took), e.Note)
	}
}

func mark(s login.State) string {
	return map[login.State]string{login.Pass: "✓", login.Fail: "✗", login.Skip: "–", login.Running: "…"}[s]
}

// verdict prints how it ended, why, and what to do.
func (t *transcript) verdict(r login.Result) {
	word, sign := map[login.Verdict]string{
		login.SignedIn: "SIGNED IN", login.Refused: "REFUSED", login.Errored: "ERROR",
	}[r.Verdict], "✓"
	if !r.OK() {
		sign = "✗"
	}
	d := r.Diagnosis
	if d == nil {
		t.line("  %s %s in %s, driver %s", sign, word, seconds(r.Elapsed), r.Driver)
		t.device(r)
		return
	}
	t.line("  %s %s   %s", sign, word, d.Code)
	t.line("    %s.", strings.TrimSuffix(d.Title, "."))
	if d.Detail != "" {
		t.line("    %s", d.Detail)
	}
	if d.Remedy != "" {
		t.line("    → %s", d.Remedy)
	}
	t.device(r)
}

// device prints until when the device is trusted that the login captured or began with.
// One whose end is the diagnosis was told.
func (t *transcript) device(r login.Result) {
	if r.Trust == nil || !r.Trust.Ended.IsZero() {
		return
	}
	t.line("    device %s", trustLine(r.Trust, r.Target, t.now()))
}
