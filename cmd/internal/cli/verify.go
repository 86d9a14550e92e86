package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/store"
	"gatepass/tui"
)

func (a *app) verifyCommand() *cobra.Command {
	var o auth.VerifyOptions
	var asJSON, plain bool
	var times, parallel int
	var files reports
	var allow []string
	cmd := &cobra.Command{
		Use:   "verify NAME",
		Short: "Sign in for real, and say at every stage what happened",
		Long: `Signs in for real and says at every stage what happened. It ends with 0 if the
session was proven: seen with the session, and not seen without it. It ends with 3 if
the login was tried and refused, and with 1 if it could not be found out.

With --times it is a rehearsal of what a scan will do: its cost is told before it
begins, and at the end how many logins went well, how long they took, and how long they
waited for codes that nobody had used. The second refusal ends it.`,
		Example: `  gatepass verify shop
  gatepass verify shop --json
  gatepass verify shop --times 20 --parallel 2`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			if times < 1 || parallel < 1 {
				return usageError(cmd, fmt.Errorf("--times is %d and --parallel %d: at least once each", times, parallel))
			}
			o.AllowOrigins = grants(allow)
			if err := files.ready(); err != nil {
				return err
			}
			if o.Evidence != "" {
				if err := placeForFiles(o.Evidence); err != nil {
					return err
				}
			}
			gate, err := a.gate()
			if err != nil {
				return files.notStarted(args[0], err, a.now())
			}
			files.gate = gate
			switch {
			case times > 1:
				return a.rehearse(cmd.Context(), gate, args[0], auth.RehearsalOptions{Verify: o, Times: times, Parallel: parallel}, &files, asJSON)
			case a.Screen() && !plain && !asJSON && files.none():
				return a.verifyOnScreen(cmd.Context(), gate, args[0], o)
			}
			return a.verifyInLines(cmd.Context(), gate, args[0], o, &files, asJSON)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Driver, "driver", "", "how to sign in: http, browser, or auto, which starts a browser only where the page needs one")
	f.StringVar(&o.Browser, "browser", "", "the browser's program, instead of the one that is found")
	f.BoolVar(&o.Headful, "headful", false, "show the browser's window")
	f.BoolVar(&plain, "plain", false, "print lines even on a terminal that could show a screen")
	f.BoolVar(&asJSON, "json", false, "print one JSON object, when the verdict is there")
	f.IntVar(&times, "times", 1, "rehearse a scan: sign in this often, each time with a code of its own")
	f.IntVar(&parallel, "parallel", 1, "with --times: how many logins at once")
	files.add(f)
	f.StringVar(&o.Proxy, "proxy", "", "go through this proxy (http://HOST:PORT, socks5://HOST:PORT)")
	f.DurationVar(&o.Timeout, "timeout", auth.DefaultTimeout, "how long the pages may take; waiting for a time step is not counted")
	f.StringArrayVar(&allow, "allow-origin", nil, "let this origin receive secrets from now on: ORIGIN, or ORIGIN=password,passcode (repeat for more)")
	f.BoolVar(&o.TrustDevice, "trust-device", false, "have the second factor remember this device, and keep what it remembers it by; a person must be at hand")
	f.DurationVar(&o.Patience, "patience", login.DefaultPatience, "how long a person may take to approve")
	f.StringVar(&o.Clock, "clock", "", "whose time decides which code is right: own or target")
	f.StringVar(&o.Evidence, "evidence", "", "write the timeline into this folder")
	cmd.MarkFlagsMutuallyExclusive("json", "plain")
	must(cmd.RegisterFlagCompletionFunc("driver", oneOf("auto", "http", "browser")))
	must(cmd.RegisterFlagCompletionFunc("clock", oneOf("own", "target")))
	return cmd
}

// watched is a Gate that remembers how the last login ended, so that the screen's
// verdict becomes the exit code.
type watched struct {
	*auth.Gate

	mu   sync.Mutex
	last *login.Result
	err  error
}

// Verify implements [tui.Gate].
func (w *watched) Verify(ctx context.Context, name string, o auth.VerifyOptions, emit auth.Sink) (login.Result, error) {
	result, err := w.Gate.Verify(ctx, name, o, emit)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last, w.err = nil, err
	if result.Verdict != "" {
		w.last = &result
	}
	return result, err
}

// verifyOnScreen shows the login on a screen of its own, and leaves its verdict
// behind as lines.
func (a *app) verifyOnScreen(ctx context.Context, gate *auth.Gate, name string, o auth.VerifyOptions) error {
	if _, err := gate.Targets.Get(name); err != nil {
		return err
	}
	if file, ok := gate.Secrets.(*store.File); ok {
		if err := file.Unlock(ctx); err != nil {
			return err
		}
	}
	w := &watched{Gate: gate}
	deps := a.deps(tui.Verify(name))
	deps.Outside.SignIn = o
	deps.Gate, deps.Place = w, tui.Place{Backend: gate.Secrets.Backend()}
	if err := tui.Run(ctx, deps); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last == nil {
		return errors.Join(w.err, status(exitFailed))
	}
	t := transcript{print: a.print, now: a.now}
	t.line("%s", name)
	t.verdict(*w.last)
	a.remindBypass(ctx, gate, name)
	if s := outcome(ctx, *w.last); s != exitDone {
		return s
	}
	return t.err
}

// verifyInLines verifies once, tells it as lines or as one object, and ends with its
// outcome.
func (a *app) verifyInLines(ctx context.Context, gate *auth.Gate, name string, o auth.VerifyOptions, files *reports, asJSON bool) error {
	began := a.now()
	result, err := a.verifyOnce(ctx, gate, name, o, asJSON)
	if result.Verdict == "" {
		return files.notStarted(name, err, began)
	}
	files.results = append(files.results, result)
	err = errors.Join(err, files.write(began))
	ended := outcome(ctx, result)
	if err != nil { // the verdict stands; what could not be told or kept is said
		a.tell(err)
		ended = max(ended, exitFailed)
	}
	a.remindBypass(ctx, gate, name)
	if ended != exitDone {
		return ended
	}
	return nil
}

func (a *app) verifyOnce(ctx context.Context, gate *auth.Gate, name string, o auth.VerifyOptions, asJSON bool) (login.Result, error) {
	if asJSON {
		wait := waits{say: a.say}
		result, err := gate.Verify(ctx, name, o, wait.event)
		if result.Verdict == "" {
			result = notStarted(name, err)
			return login.Result{}, errors.Join(err, a.printJSON(resultJSON(result, a.now())))
		}
		return result, errors.Join(a.printJSON(resultJSON(result, a.now())), err)
	}
	t := transcript{print: a.print, now: a.now}
	if target, err := gate.Targets.Get(name); err == nil {
		t.head(target)
	}
	if a.InIsTerminal() {
		o.Ask = a.askAboutOrigins(name)
	}
	result, err := gate.Verify(ctx, name, o, t.event)
	if result.Verdict == "" {
		return result, err
	}
	t.verdict(result)
	return result, errors.Join(t.err, err)
}

// askAboutOrigins puts the question whether an origin may be sent secrets.
func (a *app) askAboutOrigins(name string) login.Ask {
	return func(ctx context.Context, origin string, roles []login.Role) (bool, error) {
		what := login.RoleNames(roles)
		if what == "" {
			what = "what signs in"
		}
		answer, err := a.ask.Line(ctx, fmt.Sprintf("The login of %s is about to send %s to %s, which is not one of its origins.\nMay it, from now on? [y/N] ", name, what, origin))
		if err != nil {
			return false, err
		}
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "y", "yes":
			return true, nil
		}
		return false, nil
	}
}

// waits tells on standard error what a login waits for, while nothing else is told.
type waits struct {
	say  func(format string, args ...any)
	last string
}

func (w *waits) event(e login.Event) {
	if e.State == login.Running && e.Note != "" && e.Note != w.last {
		w.last = e.Note
		w.say("%s: %s\n", e.Stage, e.Note)
	}
}

// notStartedCode is the diagnosis of a login that could not begin.
const notStartedCode login.Code = "not-started"

// notStarted is the object for a login that could not begin: pipelines get one
// object whatever happens.
func notStarted(name string, err error) login.Result {
	r := login.Result{Target: name, Verdict: login.Errored}
	for _, s := range login.Stages() {
		r.Stages = append(r.Stages, login.StageResult{Name: s, State: login.Skip})
	}
	r.Diagnosis = &login.Diagnosis{
		Code: notStartedCode, Title: "The login could not begin", Detail: err.Error(),
		Remedy: strings.Join(store.Hints(err), " "),
	}
	return r
}

// outcome gives the exit code of a verdict.
func outcome(ctx context.Context, r login.Result) status {
	switch {
	case ctx.Err() != nil:
		return exitInterrupted
	case r.Diagnosis != nil && (r.Diagnosis.Code == login.NothingFresh || r.Diagnosis.Code == login.NothingLeft):
		return exitSpent
	case r.Verdict == login.SignedIn:
		return exitDone
	case r.Verdict == login.Refused:
		return exitRefused
	}
	return exitFailed
}

// seconds writes how long something took: tenths of a second, and milliseconds
// where those would all be zero.
func seconds(d time.Duration) string {
	if d < 100*time.Millisecond {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
