package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/advice"
	"gatepass/cmd/internal/prompt"
	"gatepass/store"
)

// adviseFlags are what the command was asked.
type adviseFlags struct {
	target    string
	answers   string
	questions bool
	asJSON    bool
	letter    bool
	markdown  bool
	route     string
	request   advice.Request
	from      string
	until     string
}

func (a *app) adviseCommand() *cobra.Command {
	var f adviseFlags
	cmd := &cobra.Command{
		Use:   "advise [NAME]",
		Short: "Find the route past the challenge that fits, and write the request for it",
		Long: `Asks what matters and ranks the five routes: why, who must act, what each costs in
security, how long it lasts, and what to check afterwards. With --letter it writes
the request to whoever grants the route.

Answers come from a terminal, or from a file of "topic: choice" lines; a file with all
questions in it is printed by --questions. Answers may be left out. They are remembered,
for each target and for none: --letter goes by them and asks nothing again, and asked anew,
Enter keeps what was said before.

With a target's name, what was measured counts over what is answered: what its last
login met, what is kept for it, and, with a Duo tenant, what Duo says of the account.`,
		Example: `  gatepass advise
  gatepass advise --questions > answers.yaml
  gatepass advise --answers answers.yaml --letter --account scan-bot
  gatepass advise shop --json`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				f.target = args[0]
			}
			return a.advise(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.answers, "answers", "", "a file of answers (YAML or JSON), or - for standard input")
	flags.BoolVar(&f.questions, "questions", false, "print the questions as a file of answers to fill in")
	flags.BoolVar(&f.asJSON, "json", false, "print a JSON object")
	flags.BoolVar(&f.letter, "letter", false, "print the request for the route instead of the ranking")
	flags.BoolVar(&f.markdown, "markdown", false, "the letter as Markdown")
	flags.StringVar(&f.route, "route", "", "the letter for this route; otherwise for the first")
	flags.StringVar(&f.request.Application, "application", "", "the application's name, for the letter")
	flags.StringVar(&f.request.URL, "url", "", "its sign-in page")
	flags.StringVar(&f.request.Integration, "integration", "", "its integration key in Duo")
	flags.StringVar(&f.request.Account, "account", "", "the test account's username")
	flags.StringArrayVar(&f.request.Addresses, "address", nil, "the scanner's public address or network; may be repeated")
	flags.StringVar(&f.from, "from", "", "first day of the scans: 2026-12-01 or 2026-12-01T18:00")
	flags.StringVar(&f.until, "until", "", "last day of the scans")
	flags.IntVar(&f.request.Logins, "logins", 0, "how many sign-ins are expected")
	flags.StringVar(&f.request.Requester, "by", "", "who asks")
	return cmd
}

func (a *app) advise(ctx context.Context, f adviseFlags) error {
	gate, err := a.gate()
	if err != nil {
		return err
	}
	if f.questions {
		return a.printQuestions(ctx, gate, f.target)
	}
	measured, err := a.measured(ctx, gate, &f)
	if err != nil {
		return err
	}
	answers, err := a.adviceAnswers(ctx, gate, f)
	if err != nil {
		return err
	}
	ranked := advice.Rank(answers, measured.Measured)
	request, err := f.asked(answers, ranked, a.now().Location())
	if err != nil {
		return err
	}
	letter := advice.Write(request)
	if f.asJSON {
		return a.printJSON(adviceJSON(answers, measured.Notes, ranked, f.letter, request, letter))
	}
	if f.letter {
		return a.printLetter(letter, f.markdown)
	}
	for _, note := range measured.Notes {
		a.say("Measured: %s\n", note)
	}
	return a.printRanking(f.target, answers, ranked)
}

// measured finds out what it can about the target, and fills in what a letter says of
// it.
func (a *app) measured(ctx context.Context, gate *auth.Gate, f *adviseFlags) (auth.Measured, error) {
	if f.target == "" {
		return auth.Measured{}, nil
	}
	t, err := gate.Targets.Get(f.target)
	if err != nil {
		return auth.Measured{}, err
	}
	r := &f.request
	r.URL, r.Account = orElse(r.URL, t.URL), orElse(r.Account, t.Username)
	r.Integration, r.Application = orElse(r.Integration, t.Duo.Integration), orElse(r.Application, t.Name)
	ip := ""
	if len(r.Addresses) > 0 && !strings.Contains(r.Addresses[0], "/") {
		ip = r.Addresses[0]
	}
	return gate.Measure(ctx, f.target, ip, a.duoWaits)
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// adviceAnswers reads the answers, asks for them, or goes by those of the last time, and
// remembers them.
func (a *app) adviceAnswers(ctx context.Context, gate *auth.Gate, f adviseFlags) (advice.Answers, error) {
	last, known, err := gate.Answers(ctx, f.target)
	if err != nil { // the questions can be put all the same
		a.tell(err)
	}
	var answers advice.Answers
	switch {
	case f.answers != "":
		answers, err = a.answersIn(ctx, f.answers)
	case known && (f.letter || f.asJSON || !a.InIsTerminal()):
		a.say("By the answers of %s. Other ones: %s\n", moment(last.At), anew(f.target, a.InIsTerminal()))
		return last.Answers, nil
	default:
		answers, err = a.interview(ctx, last.Answers)
	}
	if err != nil {
		return nil, err
	}
	if err := gate.KeepAnswers(ctx, f.target, answers); err != nil { // they count all the same
		a.tell(fmt.Errorf("remember the answers: %w", err))
	}
	return answers, nil
}

// anew is the command that takes other answers.
func anew(target string, asked bool) string {
	command := strings.TrimSpace("gatepass advise " + target)
	if asked {
		return command
	}
	return command + " --questions > answers.yaml, then " + command + " --answers answers.yaml"
}

// answersIn reads the answers in a file.
func (a *app) answersIn(ctx context.Context, file string) (advice.Answers, error) {
	in := a.In
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, usage{error: fmt.Errorf("read the answers: %w", err), hint: "A file with all questions is printed by: gatepass advise --questions"}
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	text, err := readAll(ctx, io.LimitReader(in, maxSecretFile))
	if err != nil {
		return nil, fmt.Errorf("read the answers: %w", err)
	}
	answers, err := advice.ParseAnswers(text)
	if err != nil {
		return nil, usage{error: err, hint: `An answers file has lines such as "scanner: laptop"; all of them: gatepass advise --questions. Leave out what you do not know.`}
	}
	return answers, nil
}

// interview asks question by question. What was answered decides what is asked; last is
// what was said before.
func (a *app) interview(ctx context.Context, last advice.Answers) (advice.Answers, error) {
	answers := advice.Answers{}
	for {
		q, ok := nextQuestion(answers)
		if !ok {
			return answers, nil
		}
		choice, err := a.askQuestion(ctx, q, last[q.Topic])
		if errors.Is(err, prompt.ErrNoTerminal) {
			return nil, usage{error: err, hint: "Write the answers into a file: gatepass advise --questions > answers.yaml, then gatepass advise --answers answers.yaml"}
		}
		if err != nil {
			return nil, err
		}
		answers[q.Topic] = choice
	}
}

// nextQuestion is the first that was not put yet.
func nextQuestion(answers advice.Answers) (advice.Question, bool) {
	for _, q := range advice.Questions(answers) {
		if _, put := answers[q.Topic]; !put {
			return q, true
		}
	}
	return advice.Question{}, false
}

func (a *app) askQuestion(ctx context.Context, q advice.Question, last string) (string, error) {
	var text strings.Builder
	fmt.Fprintf(&text, "\n%s\n%s\n", q.Text, q.Why)
	choices, enter := slices.Clone(q.Choices), advice.Unsaid
	end := "Number, or Enter if you do not know: "
	if i := slices.IndexFunc(choices, func(c advice.Choice) bool { return c.Value == last }); i >= 0 {
		choices = append(choices, advice.Choice{Value: advice.Unsaid, Label: "I do not know"})
		enter, end = last, fmt.Sprintf("Number, or Enter for %d as before: ", i+1)
	}
	for i, c := range choices {
		fmt.Fprintf(&text, "  %d  %s\n", i+1, c.Label)
	}
	text.WriteString(end)
	question := text.String()
	for {
		answer, err := a.ask.Line(ctx, question)
		if err != nil {
			return "", err
		}
		if answer == "" {
			return enter, nil
		}
		if n, err := strconv.Atoi(answer); err == nil && n >= 1 && n <= len(choices) {
			return choices[n-1].Value, nil
		}
		question = fmt.Sprintf("A number from 1 to %d, or Enter: ", len(choices))
	}
}

// printQuestions prints a file of answers: for a target, with those of the last time.
func (a *app) printQuestions(ctx context.Context, gate *auth.Gate, target string) error {
	var last auth.KeptAnswers
	if target != "" {
		if _, err := gate.Targets.Get(target); err != nil {
			return err
		}
		var err error
		if last, _, err = gate.Answers(ctx, target); err != nil {
			return err
		}
	}
	return a.print("%s", questionsFile(last.Answers))
}

// questionsFile is a file of answers.
func questionsFile(last advice.Answers) string {
	var b strings.Builder
	b.WriteString("# Answers for gatepass advise --answers FILE. Leave unknown what you do not know.\n")
	for _, q := range advice.AllQuestions() {
		fmt.Fprintf(&b, "\n# %s\n", q.Text)
		for _, c := range q.Choices {
			fmt.Fprintf(&b, "#   %-10s %s\n", c.Value, c.Label)
		}
		fmt.Fprintf(&b, "%s: %s\n", q.Topic, orElse(last[q.Topic], advice.Unsaid))
	}
	return b.String()
}

// asked makes the request that a letter is about.
func (f adviseFlags) asked(answers advice.Answers, ranked []advice.Ranked, zone *time.Location) (advice.Request, error) {
	r := f.request
	r.Route = ranked[0].Route
	if f.route != "" {
		if r.Route = store.Route(f.route); !r.Route.Valid() {
			return r, misuse("there is no route %q", f.route)
		}
	}
	for _, address := range r.Addresses {
		if err := checkAddress(address); err != nil {
			return r, err
		}
	}
	var err error
	if r.From, err = parseDay("--from", f.from, zone); err != nil {
		return r, err
	}
	if r.Until, err = parseDay("--until", f.until, zone); err != nil {
		return r, err
	}
	if len(f.until) == len(time.DateOnly) && !r.Until.IsZero() { // the last day is one of them
		r.Until = r.Until.AddDate(0, 0, 1).Add(-time.Minute)
	}
	if !r.From.IsZero() && !r.Until.IsZero() && !r.From.Before(r.Until) {
		return r, misuse("--until is before --from")
	}
	r.Cloud = answers[advice.Place] == advice.PlaceCloud
	r.Foreign = answers[advice.Challenge] == advice.ChallengeCodes || answers[advice.Challenge] == advice.ChallengeOther
	return r, nil
}

// widest is the largest network that a letter asks an exemption for, in bits of its
// mask: beyond it lie whole providers.
const widest4, widest6 = 16, 32

// checkAddress refuses what cannot be the scanner's own public address or network.
func checkAddress(s string) error {
	network, err := netip.ParsePrefix(s)
	if err != nil {
		one, err := netip.ParseAddr(s)
		if err != nil {
			return misuse("--address is %q: it looks like 203.0.113.10 or 203.0.113.0/28", s)
		}
		network = netip.PrefixFrom(one, one.BitLen())
	}
	switch a := network.Addr(); {
	case a.Is4() && network.Bits() < widest4, a.Is6() && network.Bits() < widest6:
		return misuse("--address is %q: that is a large part of the Internet, and no scanner's own network", s)
	case a.IsPrivate(), a.IsLoopback(), a.IsLinkLocalUnicast(), a.IsUnspecified():
		return misuse("--address is %q: Duo sees the public address that the scanner's requests leave by, and this is none", s)
	}
	return nil
}

func parseDay(flag, s string, zone *time.Location) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02 15:04", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, misuse("%s is %q: it looks like 2026-12-01 or 2026-12-01T18:00", flag, s)
}

func (a *app) printLetter(l advice.Letter, markdown bool) error {
	text := l.Text()
	if markdown {
		text = l.Markdown()
	}
	if _, err := io.WriteString(a.Out, text); err != nil {
		return fmt.Errorf("write the letter: %w", err)
	}
	if len(l.Blanks) > 0 {
		a.say("Still to be filled in: %s.\n", strings.Join(l.Blanks, "; "))
	}
	return nil
}

func (a *app) printRanking(target string, answers advice.Answers, ranked []advice.Ranked) error {
	var b strings.Builder
	for i, r := range ranked {
		fmt.Fprintf(&b, "%d  %-15s %s\n", i+1, r.Route, r.Fit)
		for _, why := range r.Why {
			fmt.Fprintf(&b, "     %s\n", why)
		}
		if r.Fit != advice.Blocked {
			fmt.Fprintf(&b, "     who    %s\n     costs  %s\n     lasts  %s\n     check  %s\n", r.Who, r.Cost, r.Lasts, r.Check)
		}
		if r.Better != "" {
			fmt.Fprintf(&b, "     better %s\n", r.Better)
		}
	}
	if _, err := io.WriteString(a.Out, b.String()); err != nil {
		return fmt.Errorf("write the ranking: %w", err)
	}
	if open := unanswered(answers); len(open) > 0 {
		a.say("Not answered: %s. The order may change with the answers.\n", strings.Join(open, ", "))
	}
	a.say("The request for the first, by the same answers: %s --letter\n", strings.TrimSpace("gatepass advise "+target))
	return nil
}

// unanswered lists the topics that matter and are open.
func unanswered(answers advice.Answers) []string {
	var open []string
	for _, q := range advice.Questions(answers) {
		if v := answers[q.Topic]; v == "" || v == advice.Unsaid {
			open = append(open, string(q.Topic))
		}
	}
	return open
}

// adviceOutput is what advise --json promises.
type adviceOutput struct {
	Answers advice.Answers `json:"answers"`
	Open    []string       `json:"open"`
	Seen    []string       `json:"measured"`
	Routes  []rankedOutput `json:"routes"`
	Letter  *letterOutput  `json:"letter,omitempty"`
}

type rankedOutput struct {
	Route  store.Route `json:"route"`
	Fit    advice.Fit  `json:"fit"`
	Score  int         `json:"score"`
	Why    []string    `json:"why"`
	Who    string      `json:"who"`
	Cost   string      `json:"cost"`
	Lasts  string      `json:"lasts"`
	Check  string      `json:"check"`
	Better *string     `json:"better"`
}

type letterOutput struct {
	Route    store.Route `json:"route"`
	Subject  string      `json:"subject"`
	Text     string      `json:"text"`
	Markdown string      `json:"markdown"`
	Blanks   []string    `json:"blanks"`
}

func adviceJSON(answers advice.Answers, measured []string, ranked []advice.Ranked, withLetter bool, r advice.Request, l advice.Letter) adviceOutput {
	out := adviceOutput{Answers: answers, Open: list(unanswered(answers)), Seen: list(measured)}
	for _, one := range ranked {
		out.Routes = append(out.Routes, rankedOutput{
			one.Route, one.Fit, one.Score, slices.Clone(one.Why), one.Who, one.Cost, one.Lasts, one.Check, orNull(one.Better),
		})
	}
	if withLetter {
		out.Letter = &letterOutput{r.Route, l.Subject, l.Text(), l.Markdown(), list(l.Blanks)}
	}
	return out
}
