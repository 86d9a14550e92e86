package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/broker"
	"gatepass/auth/handoff"
	"gatepass/auth/keeper"
	"gatepass/auth/login"
	"gatepass/cmd/internal/child"
	"gatepass/store"
	"gatepass/store/vanish"
)

// What to do when the session ends before the command does.
const (
	expiryRenew  = "renew"
	expiryStop   = "stop"
	expiryIgnore = "ignore"
)

type execFlags struct {
	keepFlags
	onExpiry  string
	noBroker  bool
	give      []string // of auth.Gifts
	noSession bool
}

func (a *app) execCommand() *cobra.Command {
	var f execFlags
	cmd := &cobra.Command{
		Use:   "exec NAME -- COMMAND [ARGUMENT...]",
		Short: "Run a scanner with a signed-in session in its environment",
		Long: `Signs in, and runs a command with the session:

  GATEPASS_COOKIE          the value of a Cookie header
  GATEPASS_HEADER          one whole header line
  GATEPASS_COOKIES_TXT     a cookies.txt, a private temporary file
  GATEPASS_STORAGE_STATE   Playwright's storageState, likewise
  GATEPASS_BROKER          an address that gives fresh codes and sessions
  GATEPASS_BROKER_TOKEN    what it is asked with (Authorization: Bearer)
  GATEPASS_FOLDER          the private folder that the files are in

While the command runs, the session is looked at, and made anew when it was lost: the
files are then replaced, and the broker gives the new one. The environment of a running
command cannot be changed. Signals go to the command, and its exit code is gatepass's.
When it ends, or gatepass does, the files are gone; and when it is ended, so is on Linux
whatever it has started.

A scanner that signs in by itself is given what it needs with --give, under the names
that a hand-off's files refer to: GATEPASS_USERNAME, GATEPASS_PASSWORD and
GATEPASS_TOTP_SECRET. Bypass codes are given to nobody.`,
		Example: `  gatepass exec shop -- sh -c 'curl -b "$GATEPASS_COOKIES_TXT" https://shop.example.com/account'
  gatepass exec shop --check 10s --on-expiry stop -- ./scan.sh`,
		Args:              execArgs,
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch f.onExpiry {
			case expiryRenew, expiryStop, expiryIgnore:
			default:
				return usageError(cmd, fmt.Errorf("--on-expiry is %q: renew, stop or ignore", f.onExpiry))
			}
			if f.noSession && len(f.give) == 0 {
				return usageError(cmd, errors.New("--no-session leaves nothing to give the command: say --give "+strings.Join(auth.Gifts(), ",")))
			}
			if err := notNegative(cmd, "check"); err != nil {
				return err
			}
			gate, err := a.gate()
			if err != nil {
				return err
			}
			return a.execWith(cmd.Context(), gate, args[0], args[1:], f)
		},
	}
	flags := cmd.Flags()
	f.add(flags)
	flags.StringVar(&f.onExpiry, "on-expiry", expiryRenew, "when the session was lost: renew it, stop the command, or ignore it")
	flags.BoolVar(&f.noBroker, "no-broker", false, "do not offer the broker")
	cmd.Flags().StringSliceVar(&f.give, "give", nil, "also give the command these, in its environment: "+strings.Join(auth.Gifts(), ", ")+"; whoever may read its environment can read them")
	flags.BoolVar(&f.noSession, "no-session", false, "do not sign in, and offer no broker: the command does so by itself, with what --give gives")
	must(cmd.RegisterFlagCompletionFunc("give", oneOf(auth.Gifts()...)))
	must(cmd.RegisterFlagCompletionFunc("on-expiry", oneOf(expiryRenew, expiryStop, expiryIgnore)))
	return cmd
}

// execArgs wants a target, two dashes and a command.
func execArgs(c *cobra.Command, args []string) error {
	if dash := c.ArgsLenAtDash(); dash != 1 || len(args) < 2 {
		return usageError(c, errors.New(`gatepass exec takes a target's name, --, and a command: gatepass exec shop -- sh -c 'curl -b "$GATEPASS_COOKIES_TXT" URL'`))
	}
	return nil
}

// An execution is a command under way, with what it was given.
type execution struct {
	a     *app
	gate  *auth.Gate
	name  string
	place *vanish.Folder     // of the session's files
	stop  context.CancelFunc // ends the command

	mu      sync.Mutex
	env     map[string]string
	ungiven error     // why the last session could not be given
	lost    error     // why the command was ended
	without time.Time // since when there is no session; zero: there is one
}

func (a *app) execWith(ctx context.Context, gate *auth.Gate, name string, argv []string, f execFlags) (err error) {
	if _, err := a.keepable(gate, name); err != nil {
		return err
	}
	if _, err := exec.LookPath(argv[0]); err != nil { // before a code is spent on it
		a.tell(store.WithHint(fmt.Errorf("%w: %w", child.ErrNotStarted, err), "What stands after -- is the program and its arguments. Nothing was sent."))
		return status(exitNoCommand)
	}
	x := &execution{a: a, gate: gate, name: name, env: map[string]string{}}
	if err := x.giveParts(ctx, f.give); err != nil { // before a code is spent on it
		return err
	}
	if x.place, err = vanish.Make("", "exec", a.guardian); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.place.Close()) }()
	x.env[handoff.EnvFolder] = x.place.Path()

	// From here on signals are for the command; before it runs they end us.
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	x.stop = stop
	if f.noSession {
		end, err := x.run(ctx, life, argv)
		return errors.Join(x.dismiss(ctx, end), x.outcome(end.Code, err))
	}
	return x.withSession(ctx, life, argv, f)
}

// withSession signs in, and runs the command for as long as life with the session that
// is kept for it.
func (x *execution) withSession(ctx, life context.Context, argv []string, f execFlags) error {
	if err := x.a.tellLife(ctx, x.gate, x.name, " The files and the broker are renewed, what stands in the command's environment is not."); err != nil {
		return err
	}
	k := x.gate.Keep(x.name, f.verify, keeper.Options{
		Every: f.check, Renew: f.onExpiry == expiryRenew, Tell: x.told,
		Made: func(s login.Session) { x.give(life, s) },
	}, nil)
	defer k.Close()
	if _, err := k.Session(ctx); err != nil {
		return err
	}
	if x.ungiven != nil {
		return x.ungiven
	}
	if err := x.awaitOwnStep(ctx, f.give); err != nil {
		return err
	}
	hangUp, err := x.serve(life, k, f)
	if err != nil {
		return err
	}
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		x.keep(life, k, f.onExpiry)
	}()
	end, err := x.run(ctx, life, argv)
	if err == nil && f.check > 0 {
		x.lastLook(life, k, f.verify)
	}
	x.stop()
	<-kept
	return errors.Join(hangUp(), x.dismiss(ctx, end), x.outcome(end.Code, err))
}

// run runs the command for as long as life, unless we were asked to end before it began.
func (x *execution) run(ctx, life context.Context, argv []string) (child.End, error) {
	if err := ctx.Err(); err != nil {
		return child.End{}, err
	}
	return child.Run(life, x.command(argv))
}

// giveParts puts what was asked for into the command's environment, and says so.
func (x *execution) giveParts(ctx context.Context, gifts []string) error {
	values, err := x.gate.Give(ctx, x.name, gifts)
	if err != nil || len(gifts) == 0 {
		return err
	}
	var variables []string
	for i, gift := range gifts {
		variables = append(variables, gifted[gift])
		x.env[gifted[gift]] = values[i].Reveal()
	}
	x.a.say("The command is given the %s of %s in its environment (%s): it, what it starts, and other programs of yours can read that there.\n",
		strings.Join(gifts, ", "), x.name, strings.Join(variables, ", "))
	return nil
}

// gifted are the variables that parts of the credentials are given by.
var gifted = map[string]string{
	auth.GiveUsername: handoff.EnvUsername, auth.GivePassword: handoff.EnvPassword, auth.GiveSeed: handoff.EnvSeed,
}

// awaitOwnStep waits until the command's own codes are others than the one that signed
// in just now: it does not know what was spent.
func (x *execution) awaitOwnStep(ctx context.Context, gifts []string) error {
	if !slices.Contains(gifts, auth.GiveSeed) {
		return nil
	}
	until, err := x.gate.AfterStep(ctx, x.name)
	if err != nil || until.IsZero() {
		return err
	}
	wait := until.Sub(x.a.now())
	if wait <= 0 {
		return nil // the login took longer than that, or was asked for no code
	}
	x.a.say("waiting %s, so that the command's first code is not the one that was just used\n", wait.Round(time.Second))
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// dismiss ends what a command that did not end by itself has left running: it would go on
// without a session. A shell may have been ended by the signal that came to us and tell
// so by its code; the same code without one is the command's own.
func (x *execution) dismiss(ctx context.Context, end child.End) error {
	x.mu.Lock()
	lost := x.lost != nil
	x.mu.Unlock()
	interrupted := ctx.Err() != nil && end.Code > 128
	if !end.Killed && !lost && !interrupted {
		return nil
	}
	return x.place.DismissUsers()
}

// told tells what became of the session, and remembers since when there was none.
func (x *execution) told(e keeper.Event) {
	x.mu.Lock()
	switch e.Kind {
	case keeper.SignedIn, keeper.Alive:
		x.without = time.Time{}
	case keeper.Lost:
		x.without = e.At
	}
	x.mu.Unlock()
	x.a.tellSession(x.name, true)(e)
}

// lastLook looks once more when the command has ended: it may have gone on without a
// session since the last time.
func (x *execution) lastLook(ctx context.Context, k *keeper.Keeper, o auth.VerifyOptions) {
	s, ok := k.Current()
	if !ok {
		return
	}
	seen, err := x.gate.Check(ctx, x.name, s, o)
	if err == nil && seen.SignedIn == login.No {
		x.told(keeper.Event{At: x.a.now(), Kind: keeper.Lost, Note: seen.Why, Age: x.a.now().Sub(s.At)})
	}
}

// outcome is the command's exit code, unless it was ended for want of a session.
func (x *execution) outcome(code int, err error) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case err != nil:
		return err
	case x.lost != nil:
		return fmt.Errorf("the command was ended: %w", x.lost)
	case code != 0:
		return status(code)
	case !x.without.IsZero():
		return store.WithHint(fmt.Errorf("the command ended well, but at the end it had no session: it was seen lost at %s", x.without.Format(time.TimeOnly)),
			"What it found since the last look that was good it found signed out. Look more often: --check 10s")
	}
	return nil
}

// keep looks after the session while the command runs.
func (x *execution) keep(ctx context.Context, k *keeper.Keeper, onExpiry string) {
	err := k.Run(ctx)
	if err == nil || ctx.Err() != nil {
		return
	}
	if onExpiry == expiryIgnore {
		x.a.say("The command goes on without a session.\n")
		return
	}
	x.mu.Lock()
	x.lost = err
	x.mu.Unlock()
	x.stop()
}

// give writes a session's shapes into the folder and the environment. A shape that the
// session does not fit into is left out.
func (x *execution) give(ctx context.Context, s login.Session) {
	x.mu.Lock()
	defer x.mu.Unlock()
	given := 0
	x.ungiven = nil
	for _, shape := range shapes {
		switch ok, err := x.giveAs(ctx, shape, s); {
		case err != nil:
			x.ungiven = fmt.Errorf("give the session to the command: %w", err)
			x.a.say("gatepass: %v\n", x.ungiven)
			return
		case ok:
			given++
		}
	}
	if given == 0 {
		x.ungiven = store.WithHint(fmt.Errorf("the session of %q cannot be handed to a command", x.name),
			"It is neither in cookies nor in storage nor in a header that was seen.")
	}
}

// giveAs gives one shape; false if the session does not fit into it.
func (x *execution) giveAs(ctx context.Context, shape shape, s login.Session) (bool, error) {
	ticket, err := x.gate.Ticket(ctx, x.name, shape.format, s)
	if errors.Is(err, handoff.ErrNoSession) || errors.Is(err, handoff.ErrRefused) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	text := ticket.File.Content.Reveal()
	if shape.file == "" {
		x.env[shape.variable], _, _ = strings.Cut(text, "\n")
		return true, nil
	}
	file := filepath.Join(x.place.Path(), shape.file)
	x.env[shape.variable] = file
	return true, replaceFile(file, text)
}

// replaceFile puts a whole file where readers may be at the old one.
func replaceFile(file, text string) error {
	fresh := file + ".new"
	if err := os.WriteFile(fresh, []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(fresh, file)
}

// serve starts the broker; end stops it and waits.
func (x *execution) serve(ctx context.Context, k *keeper.Keeper, f execFlags) (end func() error, err error) {
	if f.noBroker {
		return func() error { return nil }, nil
	}
	l, err := broker.Listen(broker.Where{})
	if err != nil {
		return nil, err
	}
	token := auth.NewToken()
	b, err := x.gate.Broker(ctx, x.name, k, l, token, f.verify, nil)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	x.mu.Lock()
	x.env[handoff.EnvBroker], x.env[handoff.EnvBrokerToken] = l.URL, token.Reveal()
	x.mu.Unlock()
	ctx, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- b.Serve(ctx, l) }()
	return func() error { stop(); return <-done }, nil
}

// command is the command with the session in its environment. What unlocks our own
// store is none of its business, and the session of another exec around this one not
// what it asked for.
func (x *execution) command(argv []string) child.Command {
	x.mu.Lock()
	defer x.mu.Unlock()
	var env []string
	for _, pair := range x.a.environ() {
		name, _, _ := strings.Cut(pair, "=")
		if _, ours := x.env[name]; !ours && !slices.Contains(ofSessions, name) && name != "GATEPASS_IDENTITY" {
			env = append(env, pair)
		}
	}
	for name, value := range x.env {
		env = append(env, name+"="+value)
	}
	return child.Command{Args: argv, Env: env, In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
}
