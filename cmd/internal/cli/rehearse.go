package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/store"
)

// rehearse signs in as often as a scan would, and ends with the worst outcome.
func (a *app) rehearse(ctx context.Context, gate *auth.Gate, name string, o auth.RehearsalOptions, files *reports, asJSON bool) error {
	began := a.now()
	cost, err := gate.RehearsalCost(ctx, name, o)
	if err != nil {
		return files.notStarted(name, err, began)
	}
	a.say("%s\n", costLine(name, o, cost))
	if !cost.Enough() {
		err := store.WithHint(fmt.Errorf("%w: %d logins need %d uses of bypass codes", store.ErrNothingLeft, o.Times, cost.Codes),
			fmt.Sprintf("Nothing was sent. Fewer: gatepass verify %s --times %d", name, cost.Left), fmt.Sprintf("Or have more issued: gatepass duo bypass issue %s --count %d --valid 2h", name, max(cost.Codes-cost.Left, 1)))
		return files.notStarted(name, err, began)
	}
	var printing error
	sum, err := gate.Rehearse(ctx, name, o, func(e auth.RehearsalEvent) {
		if e.Result == nil {
			return
		}
		if asJSON {
			printing = errors.Join(printing, a.printJSON(resultJSON(*e.Result, a.now())))
			return
		}
		printing = errors.Join(printing, a.print("  %3d  %s\n", e.Login, loginLine(*e.Result)))
	})
	if err != nil {
		a.tell(err)
	}
	if files.results = sum.Results; err != nil && len(sum.Results) == 0 {
		files.results = []login.Result{notStarted(name, err)}
	}
	if asJSON {
		printing = errors.Join(printing, a.printJSON(rehearsalJSON(name, o, sum)))
	} else {
		printing = errors.Join(printing, a.print("%s\n", sumLine(sum)))
	}
	if err := errors.Join(printing, files.write(began)); err != nil {
		return err
	}
	a.remindBypass(ctx, gate, name)
	return rehearsed(ctx, sum, err)
}

// rehearsed is the worst outcome.
func rehearsed(ctx context.Context, sum auth.Rehearsal, err error) error {
	worst := status(exitDone)
	if err != nil {
		worst = status(code(err))
	}
	for _, r := range sum.Results {
		worst = max(worst, outcome(ctx, r))
	}
	if ctx.Err() != nil {
		worst = exitInterrupted
	}
	if worst == exitDone {
		return nil
	}
	return worst
}

// costLine says what a rehearsal will cost.
func costLine(name string, o auth.RehearsalOptions, c auth.RehearsalCost) string {
	line := fmt.Sprintf("%s: %d logins, %d at once", name, o.Times, max(o.Parallel, 1))
	switch {
	case c.Codes > 0 && c.Left < 0:
		line += fmt.Sprintf("; costs %d uses of bypass codes, which have no limit", c.Codes)
	case c.Codes > 0:
		line += fmt.Sprintf("; costs %d of the %d uses of bypass codes that are left", c.Codes, c.Left)
	case c.People > 0:
		line += fmt.Sprintf("; somebody has to approve %d times", c.People)
	case c.AtLeast > 0:
		line += fmt.Sprintf("; takes %s at least, because a code is good for one login", c.AtLeast)
	}
	return line
}

func loginLine(r login.Result) string {
	took := seconds(r.Elapsed)
	if r.OK() {
		return "✓ signed in  " + took
	}
	line := "✗ " + string(r.Verdict)
	if d := r.Diagnosis; d != nil {
		line += "  " + string(d.Code) + "  " + d.Title
	}
	return line + "  " + took
}

func sumLine(s auth.Rehearsal) string {
	parts := []string{fmt.Sprintf("signed in %d of %d times (%d %%)", s.SignedIn, s.Planned, 100*s.SignedIn/s.Planned)}
	if s.SignedIn > 0 {
		parts = append(parts, fmt.Sprintf("%s each, %s at most", seconds(s.Median), seconds(s.Slowest)))
	}
	if s.Waited >= time.Second {
		parts = append(parts, "waited "+s.Waited.Round(time.Second).String()+" for unused codes")
	}
	if s.Stopped != "" {
		parts = append(parts, "stopped: "+s.Stopped)
	}
	return strings.Join(parts, "; ")
}

// rehearsalOutput is the last line of verify --times --json.
type rehearsalOutput struct {
	Rehearsal rehearsalSum `json:"rehearsal"`
}

type rehearsalSum struct {
	Target    string             `json:"target"`
	Planned   int                `json:"planned"`
	Parallel  int                `json:"parallel"`
	Made      int                `json:"made"`
	SignedIn  int                `json:"signed_in"`
	Refused   int                `json:"refused"`
	Errored   int                `json:"errored"`
	Rate      float64            `json:"success_rate"` // of the logins that were planned
	MedianMS  int64              `json:"median_ms"`
	SlowestMS int64              `json:"slowest_ms"`
	WaitedMS  int64              `json:"waited_ms"`
	ElapsedMS int64              `json:"elapsed_ms"`
	Stopped   *string            `json:"stopped"`
	Diagnoses []diagnosisCounted `json:"diagnoses"`
}

type diagnosisCounted struct {
	Code  login.Code `json:"code"`
	Count int        `json:"count"`
}

func rehearsalJSON(name string, o auth.RehearsalOptions, s auth.Rehearsal) rehearsalOutput {
	out := rehearsalSum{
		Target: name, Planned: s.Planned, Parallel: max(o.Parallel, 1), Made: s.Made(),
		SignedIn: s.SignedIn, Refused: s.Refused, Errored: s.Errored, Rate: float64(s.SignedIn) / float64(s.Planned),
		MedianMS: s.Median.Milliseconds(), SlowestMS: s.Slowest.Milliseconds(), WaitedMS: s.Waited.Milliseconds(),
		ElapsedMS: s.Elapsed.Milliseconds(), Stopped: orNull(s.Stopped), Diagnoses: []diagnosisCounted{},
	}
	for code, n := range s.Diagnoses {
		out.Diagnoses = append(out.Diagnoses, diagnosisCounted{code, n})
	}
	slices.SortFunc(out.Diagnoses, func(x, y diagnosisCounted) int { return strings.Compare(string(x.Code), string(y.Code)) })
	return rehearsalOutput{out}
}
