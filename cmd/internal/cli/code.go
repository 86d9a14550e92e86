package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/store"
)

// codeFlags are the flags of the command code.
type codeFlags struct {
	json, copy, waitFresh, peek, noWait bool
	next, watch, spend, resync, back    bool
	forget, yes                         bool
	minLeft, keep                       time.Duration
	clock                               string
}

func (a *app) codeCommand() *cobra.Command {
	var o codeFlags
	cmd := &cobra.Command{
		Use:   "code NAME",
		Short: "Print one passcode, and record it as spent",
		Long: `Prints one passcode of a target. Its time step is recorded as spent before it is
printed, and no gatepass on this machine gives it out again: a server accepts a
code once. If this step is spent or nearly over, it waits for the next. On the route
bypass-code it hands out one of the target's bypass codes, each use to one caller.

  --next    the code after the current one, before its time has come. Only servers that
            accept a step ahead take it at once. It is spent, and the current one with it.
  --watch   a line for each code as it becomes current, until interrupted. It looks only;
            with --spend each one is recorded as spent before it is printed.
  --clock   target asks the target's clock (Duo's, where the target names a Duo tenant)
            and gives the code that is right there.
  --copy    puts it into the clipboard, and clears that later if it is still there. Over
            SSH the terminal is asked to take it (OSC 52), also through tmux and screen.
  --resync  for a counting key that is out of step: reads two or three codes that another
            device showed one after the other from standard input, finds the counter,
            and goes on after them.
  --forget-spent
            for a seed whose codes wait because a clock that was wrong spent one far ahead:
            takes that back, after a look at the target's clock and a question. It prints
            no code.

With --json, next is a look at the code after this one, which is not recorded as spent;
spent is true where a look (--peek) found a code that was given out before, and false for
a code that is given out now; clock_offset_ms is how far the asked clock is ahead of this
machine's, and null unless --clock target asked it. All times are this machine's.`,
		Example: `  gatepass code shop
  gatepass code shop --json
  gatepass code shop --copy`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(cmd); err != nil {
				return err
			}
			gate, err := a.gate()
			if err != nil {
				return err
			}
			t, err := gate.Targets.Get(args[0])
			if err != nil {
				return err
			}
			if t.Route == store.RouteBypassCode {
				return a.bypassCode(cmd.Context(), gate, t, o)
			}
			switch {
			case o.resync:
				return a.resync(cmd, gate, args[0], o.back)
			case o.forget:
				return a.forgetSpent(cmd, gate, args[0], o.yes)
			}
			if cmd.Flags().Changed("min-left") && o.minLeft == 0 {
				o.minLeft = -1
			}
			clock, err := a.clockFor(cmd, gate, args[0], o.clock)
			if err != nil {
				return err
			}
			if o.watch {
				return a.watchCodes(cmd.Context(), gate, args[0], o, clock)
			}
			return a.oneCode(cmd.Context(), gate, args[0], o, clock)
		},
	}
	o.define(cmd)
	cmd.PreRun = func(cmd *cobra.Command, _ []string) {
		if !cmd.Flags().Changed("min-left") {
			o.minLeft = 0 // let the period have a say
		}
	}
	return cmd
}

func (o *codeFlags) define(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.json, "json", false, "print the code with what is known of it as JSON")
	f.BoolVar(&o.copy, "copy", false, "put the code into the clipboard instead of printing it")
	f.DurationVar(&o.keep, "clear-after", clearAfter, "with --copy: clear the clipboard after so long if it is still there; 0 leaves it")
	f.BoolVar(&o.peek, "peek", false, "look only: the code is not recorded as spent and may have been used")
	f.BoolVar(&o.next, "next", false, "the code after the current one, before its time")
	f.BoolVar(&o.watch, "watch", false, "print each code as it becomes current, a line each")
	f.BoolVar(&o.spend, "spend", false, "with --watch: record each code as spent before it is printed")
	f.BoolVar(&o.waitFresh, "wait-fresh", false, "wait for the start of a time step")
	f.BoolVar(&o.noWait, "no-wait", false, "end with exit code 6 instead of waiting")
	f.DurationVar(&o.minLeft, "min-left", auth.DefaultMinLeft, "how long the code must still be right; half a period at most unless given")
	f.StringVar(&o.clock, "clock", "own", "whose time decides which code is right: own or target")
	f.BoolVar(&o.resync, "resync", false, "find a counting key's counter by codes from standard input")
	f.BoolVar(&o.back, "back", false, "with --resync: the counter may go back")
	f.BoolVar(&o.forget, "forget-spent", false, "take back a code that a wrong clock spent far ahead")
	f.BoolVar(&o.yes, "yes", false, "with --forget-spent: do not ask")
	must(cmd.RegisterFlagCompletionFunc("clock", oneOf("own", "target")))
	cmd.MarkFlagsMutuallyExclusive("json", "copy")
	cmd.MarkFlagsMutuallyExclusive("no-wait", "wait-fresh")
	cmd.MarkFlagsMutuallyExclusive("next", "wait-fresh")
	for _, other := range []string{"copy", "peek", "next", "wait-fresh", "no-wait", "min-left", "resync"} {
		cmd.MarkFlagsMutuallyExclusive("watch", other)
	}
	for _, other := range []string{"json", "copy", "peek", "next", "wait-fresh", "no-wait", "min-left", "clock"} {
		cmd.MarkFlagsMutuallyExclusive("resync", other)
		cmd.MarkFlagsMutuallyExclusive("forget-spent", other)
	}
	cmd.MarkFlagsMutuallyExclusive("forget-spent", "resync")
	cmd.MarkFlagsMutuallyExclusive("forget-spent", "watch")
}

// check refuses flags that mean nothing without another.
func (o *codeFlags) check(cmd *cobra.Command) error {
	switch {
	case o.spend && !o.watch:
		return usageError(cmd, errors.New("--spend belongs to --watch: without it a code is spent anyway, and --peek looks only"))
	case o.back && !o.resync:
		return usageError(cmd, errors.New("--back belongs to --resync"))
	case o.yes && !o.forget:
		return usageError(cmd, errors.New("--yes belongs to --forget-spent"))
	case o.clock != "own" && o.clock != "target":
		return usageError(cmd, fmt.Errorf("--clock is %q: it is own or target", o.clock))
	}
	return nil
}

// clockFor asks the target's clock if that is to decide; nil leaves it to this
// machine's.
func (a *app) clockFor(cmd *cobra.Command, gate *auth.Gate, name, whose string) (*auth.Clock, error) {
	if whose != "target" {
		return nil, nil
	}
	c, err := gate.Offset(cmd.Context(), name)
	if err != nil {
		return nil, err
	}
	if c.Unsteady || c.Within > auth.ClockOff {
		return nil, store.WithHint(fmt.Errorf("the clock of %s cannot be relied on: its answers are up to %s apart", c.Of, (2*c.Within).Round(time.Second)),
			"Set this machine's clock, and leave --clock away: timedatectl set-ntp true")
	}
	a.say("%s; the code is right there\n", clockWords(c))
	return &c, nil
}

func aheadOf(c *auth.Clock) time.Duration {
	if c == nil {
		return 0
	}
	return c.Offset
}

func (a *app) oneCode(ctx context.Context, gate *auth.Gate, name string, o codeFlags, clock *auth.Clock) error {
	if o.copy {
		if err := a.clipboard().Check(); err != nil {
			return err // before a code is spent
		}
	}
	ahead := aheadOf(clock)
	code, key, err := gate.Code(ctx, name, auth.CodeOptions{
		MinLeft: o.minLeft, NoWait: o.noWait, WaitFresh: o.waitFresh, Peek: o.peek, Next: o.next, Ahead: ahead, By: "code",
		Waiting: a.sayOnce("waiting %s for the next code\n"),
	})
	if err != nil {
		return err
	}
	if starts := code.From.Add(-ahead).Sub(a.now()); o.next && !o.json && starts > 0 {
		a.say("it becomes right in %s; before, only a server that accepts a step ahead takes it\n", wholeSeconds(starts))
	}
	switch {
	case o.copy:
		return a.copyCode(ctx, code, ahead, o.keep)
	case !o.json:
		return a.print("%s\n", code.Reveal())
	}
	out, err := codeJSON(code, key, a.now(), clock)
	if err != nil {
		return err
	}
	if o.peek {
		spent, ok, err := gate.Spent(ctx, key)
		if err != nil {
			return err
		}
		out.Spent = ok && key.Type() != otp.HOTP && spent.Step >= code.Step
	}
	return a.printJSON(out)
}

// watchCodes prints a line for each code as it becomes current.
func (a *app) watchCodes(ctx context.Context, gate *auth.Gate, name string, o codeFlags, clock *auth.Clock) error {
	key, err := gate.Key(ctx, name)
	if err != nil {
		return err
	}
	return gate.Watch(ctx, key, auth.WatchOptions{Spend: o.spend, Ahead: aheadOf(clock), By: "code"}, func(code otp.Code) error {
		if !o.json {
			return a.print("%s\n", code.Reveal())
		}
		out, err := codeJSON(code, key, a.now(), clock)
		if err != nil {
			return err
		}
		return a.printJSON(out)
	})
}

// codeOutput is what code --json promises.
type codeOutput struct {
	Code      string  `json:"code"`
	Type      string  `json:"type"`
	Issuer    string  `json:"issuer"`
	Account   string  `json:"account"`
	Algorithm string  `json:"algorithm"`
	Digits    int     `json:"digits"`
	Period    int     `json:"period"` // seconds; 0 for a counter
	Step      int64   `json:"step"`   // the time step, or the counter
	From      *string `json:"valid_from"`
	Until     *string `json:"valid_until"`
	Remaining *int    `json:"remaining_seconds"`
	Next      *string `json:"next"`            // null for a counter, of which every code counts
	Offset    *int64  `json:"clock_offset_ms"` // null: no other clock was asked
	Spent     bool    `json:"spent"`           // of a look: given out before, so a server would refuse it
}

func codeJSON(c otp.Code, k otp.Key, now time.Time, clock *auth.Clock) (codeOutput, error) {
	out := codeOutput{
		Code: c.Reveal(), Type: string(k.Type()), Issuer: k.Issuer(), Account: k.Account(),
		Algorithm: string(k.Algorithm()), Digits: k.Digits(), Step: c.Step,
	}
	ahead := aheadOf(clock)
	if clock != nil {
		ms := ahead.Milliseconds()
		out.Offset = &ms
	}
	if k.Type() == otp.HOTP {
		return out, nil
	}
	next, err := k.At(c.Step + 1)
	if err != nil {
		return out, err
	}
	value := next.Reveal()
	out.Next = &value
	from, until := c.From.Add(-ahead).UTC().Format(time.RFC3339), c.Until.Add(-ahead).UTC().Format(time.RFC3339)
	left := int(c.Left(now.Add(ahead)) / time.Second)
	out.Period, out.From, out.Until, out.Remaining = int(k.Period()/time.Second), &from, &until, &left
	return out, nil
}

// sayOnce tells of the first wait only: where many processes want a code of one
// seed, each may have to wait for several time steps.
func (a *app) sayOnce(format string) func(until time.Time) {
	said := false
	return func(until time.Time) {
		if !said {
			a.say(format, wholeSeconds(until.Sub(a.now())))
		}
		said = true
	}
}

// wholeSeconds rounds up: nobody waits for 0 s.
func wholeSeconds(d time.Duration) string {
	return fmt.Sprintf("%d s", int64((d+time.Second-1)/time.Second))
}

// untilText says how long a code is right.
func untilText(c otp.Code, now time.Time) string {
	if c.Until.IsZero() {
		return "right until a later one is used"
	}
	return "right for " + wholeSeconds(c.Left(now))
}
