package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/store"
)

// bypassFlags are the flags that bring bypass codes along, shared by add and edit.
type bypassFlags struct {
	file  string
	valid time.Duration
	uses  int
}

func (b *bypassFlags) define(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&b.file, "bypass-codes-file", "", `a file with bypass codes, one a line or separated by commas, or "-"`)
	f.DurationVar(&b.valid, "bypass-valid", 0, "how long the codes are good for from now on, such as 2h; without end unless given")
	f.IntVar(&b.uses, "bypass-uses", 1, "how often each code can be used; 0 for as often as you like")
}

// read reads the codes that were given; nil when none were.
func (b *bypassFlags) read(ctx context.Context, a *app, cmd *cobra.Command) (*auth.BypassCodes, error) {
	if b.file == "" {
		for _, flag := range []string{"bypass-valid", "bypass-uses"} {
			if cmd.Flags().Changed(flag) {
				return nil, usageError(cmd, fmt.Errorf("--%s is about the codes of --bypass-codes-file, which is not given", flag))
			}
		}
		return nil, nil
	}
	if cmd.Flags().Changed("bypass-valid") && b.valid <= 0 {
		return nil, usageError(cmd, fmt.Errorf("--bypass-valid %s: codes are good for a while, such as 2h", b.valid))
	}
	text, err := a.secretFrom(ctx, b.file, "list of bypass codes")
	if err != nil {
		return nil, err
	}
	codes, err := auth.ReadBypassCodes(text)
	if err != nil {
		return nil, fmt.Errorf("the list of bypass codes: %w", err)
	}
	terms := auth.BypassTerms{Uses: b.uses}
	if b.valid > 0 {
		terms.Expires = a.now().Add(b.valid)
	}
	return &auth.BypassCodes{Codes: codes, Terms: terms}, nil
}

// keptCodes says what came of adding codes.
func (a *app) keptCodes(gate *auth.Gate, b auth.BypassCodes, added auth.BypassAdded) {
	if added.Added > 0 {
		a.say("kept %s in the %s: %s\n", counted(added.Added, "bypass code"), gate.Secrets.Backend(), terms(b.Terms, a.now()))
	} else {
		a.say("no code is new, and nothing was kept\n")
	}
	for _, r := range added.Repeats {
		a.say("  code %d is the same as code %d: kept once\n", r.Position, r.First)
	}
	byState := map[store.CodeState][]string{}
	for _, k := range added.Known {
		byState[k.State] = append(byState[k.State], fmt.Sprint(k.Position))
	}
	for _, s := range stateWords {
		if at := byState[s.state]; len(at) > 0 {
			a.say("  there already, %s, and left as it is: %s %s\n", s.word, plural(len(at), "code"), strings.Join(at, ", "))
		}
	}
	if short, long := lengths(b.Codes); short < long {
		a.say("  some have %d digits and others %d: look whether a table program dropped zeros in front\n", short, long)
	}
}

// stateWords put the states of codes into words, in the order of a list.
var stateWords = []struct {
	state store.CodeState
	word  string
}{
	{store.CodeFresh, "unused"},
	{store.CodePartly, "used in part"},
	{store.CodeUsed, "used"},
	{store.CodeUnknown, "handed out, outcome unknown"},
	{store.CodeRefused, "refused"},
	{store.CodeExpired, "expired"},
	{store.CodeLost, "not in the secret store any more"},
	{store.CodeMissing, "deleted at Duo"},
}

func terms(t auth.BypassTerms, now time.Time) string {
	uses := "each for " + counted(t.Uses, "use")
	if t.Uses == 0 {
		uses = "each for any number of uses"
	}
	if t.Expires.IsZero() {
		return uses + ", taken to be good for ever"
	}
	return uses + ", until " + t.Expires.In(now.Location()).Format("2 Jan 15:04")
}

func counted(n int, noun string) string { return fmt.Sprintf("%d %s", n, plural(n, noun)) }

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// lengths gives how many digits the shortest and the longest code have.
func lengths(codes []store.Secret) (short, long int) {
	for i, c := range codes {
		n := len(c.Reveal())
		if i == 0 || n < short {
			short = n
		}
		long = max(long, n)
	}
	return short, long
}

// bypassCode hands out one use of one of a target's bypass codes.
func (a *app) bypassCode(ctx context.Context, gate *auth.Gate, t store.Target, o codeFlags) error {
	switch {
	case o.peek:
		return store.WithHint(misuse("a bypass code cannot be looked at without being handed out: who has seen it can use it"),
			"See how many are left: gatepass show "+t.Name)
	case o.next, o.watch, o.resync, o.forget, o.clock == "target":
		return misuse("%s has bypass codes, which know no time and no order: --next, --watch, --resync, --forget-spent and --clock are for one-time codes", t.Name)
	}
	if o.copy {
		if err := a.clipboard().Check(); err != nil {
			return err // before a use is taken
		}
	}
	drawn, err := gate.DrawBypass(ctx, t.Name, "code", "")
	if err != nil {
		return err
	}
	a.say("%s\n", auth.StockWords(drawn.Left, a.now()))
	if again := drawn.Again(); again != "" {
		a.say("%s\n", again)
	}
	switch {
	case o.copy:
		return a.copyBypass(ctx, drawn, o.keep)
	case o.json:
		return a.printJSON(drawnJSON(drawn, t, a.now()))
	}
	return a.print("%s\n", drawn.Code.Reveal())
}

// copyBypass puts a code into the clipboard. One that did not get there is nobody's: it
// goes back. After an interruption it may be there, and counts as handed out.
func (a *app) copyBypass(ctx context.Context, drawn auth.DrawnBypass, keep time.Duration) error {
	err := a.copySecret(ctx, drawn.Code, rightUntil(drawn.BypassReservation.Code, a.now()), keep)
	if err == nil || ctx.Err() != nil {
		return err
	}
	if settled := drawn.Settle(ctx, store.OutcomeReturned); settled != nil {
		return errors.Join(err, settled)
	}
	a.say("the code was not handed out\n")
	return err
}

// rightUntil says how long a bypass code is right.
func rightUntil(c store.BypassCode, now time.Time) string {
	if c.Expires.IsZero() {
		return "right until it is used"
	}
	return "right until " + c.Expires.In(now.Location()).Format("2 Jan 15:04")
}

// drawnOutput is what code --json promises of a bypass code.
type drawnOutput struct {
	Code      string  `json:"code"`
	Type      string  `json:"type"` // "bypass"
	Account   string  `json:"account"`
	Stock     string  `json:"stock"`
	Uses      int     `json:"uses"`      // how often it can be used; 0 without limit
	UsesLeft  *int    `json:"uses_left"` // after this one; null without limit
	Expires   *string `json:"expires"`
	Remaining *int    `json:"remaining_seconds"`
	CodesLeft int     `json:"codes_left"` // in the stock, that can be drawn yet
}

func drawnJSON(d auth.DrawnBypass, t store.Target, now time.Time) drawnOutput {
	out := drawnOutput{
		Code: d.Code.Reveal(), Type: "bypass", Account: t.Username, Stock: d.Stock,
		Uses: d.BypassReservation.Code.Uses, CodesLeft: d.Left.Codes,
	}
	if left := d.BypassReservation.Code.Left(now); left >= 0 {
		out.UsesLeft = &left
	}
	if end := d.BypassReservation.Code.Expires; !end.IsZero() {
		text, left := end.UTC().Format(time.RFC3339), int(end.Sub(now)/time.Second)
		out.Expires, out.Remaining = &text, &left
	}
	return out
}

// stockOutput is a stock as list --json and show --json promise it.
type stockOutput struct {
	Name     string  `json:"name"`
	Total    int     `json:"total"`
	Left     int     `json:"left"`      // codes that can be drawn yet
	UsesLeft *int    `json:"uses_left"` // null without limit
	Ends     *string `json:"ends"`      // when the first of those expires
	Unknown  int     `json:"unknown"`   // handed out, outcome unknown
	Used     int     `json:"used"`
	Refused  int     `json:"refused"`
	Expired  int     `json:"expired"`
	Lost     int     `json:"lost"`    // not in the secret store any more
	Missing  int     `json:"missing"` // deleted at Duo
	Account  *string `json:"account"` // whose second factor they stand for; null where that is not known
}

func stockJSON(s *store.Stock) *stockOutput {
	if s == nil {
		return nil
	}
	out := &stockOutput{
		Name: s.Name, Total: s.Total, Left: s.Codes,
		Unknown: s.States[store.CodeUnknown], Used: s.States[store.CodeUsed], Refused: s.States[store.CodeRefused],
		Expired: s.States[store.CodeExpired], Lost: s.States[store.CodeLost],
		Missing: s.States[store.CodeMissing], Account: orNull(s.Account.User),
	}
	if s.Uses >= 0 {
		out.UsesLeft = &s.Uses
	}
	if !s.Ends.IsZero() {
		text := s.Ends.UTC().Format(time.RFC3339)
		out.Ends = &text
	}
	return out
}

// stockLine is what show says of a stock.
func stockLine(s *store.Stock, t store.Target, now time.Time) string {
	if s == nil {
		if t.Route == store.RouteBypassCode {
			return "none"
		}
		return ""
	}
	line := auth.StockWords(*s, now)
	var more []string
	for _, w := range stateWords {
		if n := s.States[w.state]; n > 0 && w.state != store.CodeFresh && w.state != store.CodePartly {
			more = append(more, fmt.Sprintf("%d %s", n, w.word))
		}
	}
	if len(more) > 0 {
		line += " (" + strings.Join(more, ", ") + ")"
	}
	if s.Name != t.Name {
		line += ", from the stock " + s.Name
	}
	return line
}
