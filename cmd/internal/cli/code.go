package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/otp"
)

func (a *app) codeCommand() *cobra.Command {
	var o struct {
		json, copy, waitFresh, peek, noWait bool
		minLeft                             time.Duration
	}
	cmd := &cobra.Command{
		Use:   "code NAME",
		Short: "Print one passcode, and record it as spent",
		Long: `Prints one passcode of a target. Its time step is recorded as spent before it is
printed, and no gatepass on this machine gives it out again: a server accepts a
code once. If this step is spent or nearly over, it waits for the next.`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			gate, err := a.gate()
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("min-left") && o.minLeft == 0 {
				o.minLeft = -1
			}
			code, key, err := gate.Code(cmd.Context(), args[0], auth.CodeOptions{
				MinLeft: o.minLeft, NoWait: o.noWait, WaitFresh: o.waitFresh, Peek: o.peek, By: "code",
				Waiting: a.sayOnce("waiting %s for the next code\n"),
			})
			if err != nil {
				return err
			}
			switch {
			case o.copy:
				return a.copyCode(cmd.Context(), code)
			case o.json:
				out := codeJSON(code, key, a.now())
				if o.peek {
					spent, ok, err := gate.Spent(cmd.Context(), key)
					if err != nil {
						return err
					}
					out.Spent = ok && key.Type() != otp.HOTP && spent.Step >= code.Step
				}
				return a.printJSON(out)
			}
			return a.print("%s\n", code.Reveal())
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.json, "json", false, "print the code with what is known of it as JSON")
	f.BoolVar(&o.copy, "copy", false, "put the code into the clipboard instead of printing it")
	f.BoolVar(&o.peek, "peek", false, "look only: the code is not recorded as spent and may have been used")
	f.BoolVar(&o.waitFresh, "wait-fresh", false, "wait for the start of a time step")
	f.BoolVar(&o.noWait, "no-wait", false, "end with exit code 6 instead of waiting")
	f.DurationVar(&o.minLeft, "min-left", auth.DefaultMinLeft, "how long the code must still be right; half a period at most unless given")
	cmd.MarkFlagsMutuallyExclusive("json", "copy")
	cmd.MarkFlagsMutuallyExclusive("no-wait", "wait-fresh")
	cmd.PreRun = func(cmd *cobra.Command, _ []string) {
		if !cmd.Flags().Changed("min-left") {
			o.minLeft = 0 // let the period have a say
		}
	}
	return cmd
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
	Spent     bool    `json:"spent"` // given out before: a server would refuse it
}

func codeJSON(c otp.Code, k otp.Key, now time.Time) codeOutput {
	out := codeOutput{
		Code: c.Reveal(), Type: string(k.Type()), Issuer: k.Issuer(), Account: k.Account(),
		Algorithm: string(k.Algorithm()), Digits: k.Digits(), Step: c.Step,
	}
	if k.Type() != otp.HOTP {
		from, until := c.From.UTC().Format(time.RFC3339), c.Until.UTC().Format(time.RFC3339)
		left := int(c.Left(now) / time.Second)
		out.Period, out.From, out.Until, out.Remaining = int(k.Period()/time.Second), &from, &until, &left
	}
	return out
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
