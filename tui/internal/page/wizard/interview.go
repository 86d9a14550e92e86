package wizard

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth/advice"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// interviewState is what was answered so far. An answer whose question does not matter
// any more stays, in case it matters again.
type interviewState struct {
	answers advice.Answers
	at      int // the question that is asked
	list    widget.List
}

func newInterview() interviewState { return interviewState{answers: advice.Answers{}} }

// measured is what was found out rather than said. Of the page only what it shows for
// certain counts: behind another provider's password page Duo may ask all the same.
func (p *Page) measured() advice.Measured {
	m := advice.Measured{Seed: p.key != nil}
	switch {
	case p.seen == nil:
	case p.seen.Provider == "duo":
		m.Provider = "duo"
	case p.seen.OTP:
		m.Provider = "app"
	}
	return m
}

// answers are what was said, with what was seen in its place.
func (p *Page) answers() advice.Answers {
	a := maps.Clone(p.interview.answers)
	switch p.measured().Provider {
	case "duo":
		a[advice.Challenge] = advice.ChallengeDuo
	case "app":
		a[advice.Challenge] = advice.ChallengeCodes
	}
	return a
}

// foreign reports that the second factor is known not to be Duo's.
func (p *Page) foreign() bool {
	said := p.answers()[advice.Challenge]
	return said == advice.ChallengeCodes || said == advice.ChallengeOther
}

// questions lists what is to be asked: what was seen needs no answer.
func (p *Page) questions() []advice.Question {
	seen := p.measured().Provider != ""
	return slices.DeleteFunc(advice.Questions(p.answers()), func(q advice.Question) bool {
		return seen && q.Topic == advice.Challenge
	})
}

// ask1 asks one question. The cursor stands on its answer if there is one.
func (p *Page) ask1(at int) {
	questions := p.questions()
	p.interview.at = max(min(at, len(questions)-1), 0)
	q := questions[p.interview.at]
	p.interview.list.SetHeight(len(q.Choices) + 1)
	p.interview.list.SetCount(len(q.Choices) + 1)
	p.interview.list.Select(0)
	for i := range len(q.Choices) + 1 {
		if choiceValue(q, i) == p.interview.answers[q.Topic] {
			p.interview.list.Select(i)
		}
	}
}

// choiceValue is a choice as answers have it; behind a question's own choices comes
// the one of who does not know.
func choiceValue(q advice.Question, i int) string {
	if i < len(q.Choices) {
		return q.Choices[i].Value
	}
	return advice.Unsaid
}

func (p *Page) interviewKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	q := p.questions()[p.interview.at]
	if n := digit(msg); n >= 1 && n <= len(q.Choices)+1 {
		p.interview.list.Select(n - 1)
		return p.reply(q)
	}
	switch {
	case key.Matches(msg, k.Next):
		return p.reply(q)
	case key.Matches(msg, k.Jump):
		return p.enter(route)
	default:
		p.interview.list.Update(msg, k.List)
	}
	return nil
}

// digit is the number that was pressed, 0 for any other key.
func digit(msg tea.KeyMsg) int {
	if msg.Type != tea.KeyRunes || msg.Paste || len(msg.Runes) != 1 || msg.Runes[0] < '1' || msg.Runes[0] > '9' {
		return 0
	}
	return int(msg.Runes[0] - '0')
}

// reply takes the answer under the cursor, and goes on.
func (p *Page) reply(q advice.Question) tea.Cmd {
	said := choiceValue(q, p.interview.list.Cursor())
	if said != p.interview.answers[q.Topic] { // who only goes through them again changes nothing
		p.routes.chosen = false
	}
	p.interview.answers[q.Topic] = said
	// What was answered decides what is asked next.
	for i, next := range p.questions() {
		if next.Topic == q.Topic && i+1 < len(p.questions()) {
			p.ask1(i + 1)
			return nil
		}
	}
	return p.enter(route)
}

// ranking is the routes as they fit what is known now, best first.
func (p *Page) ranking() []advice.Ranked { return advice.Rank(p.interview.answers, p.measured()) }

// beside is the narrowest page on which the ranking stands at the right.
const beside = 74

func (p *Page) interviewLines() []string {
	w := p.readable()
	if w < beside {
		lines := p.questionLines(w)
		return append(append(append(lines, ""), p.fitLines(w)...), p.becauseLines(w)...)
	}
	right := 36
	left := w - right - 3
	lines := abreast(p.questionLines(left), p.fitLines(right), left)
	return append(append(lines, ""), p.becauseLines(w)...)
}

// abreast puts two columns side by side; the left one is w cells wide.
func abreast(left, right []string, w int) []string {
	lines := make([]string, max(len(left), len(right)))
	for i := range lines {
		var l, r string
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		if r == "" {
			lines[i] = l
			continue
		}
		lines[i] = text.Pad(l, w) + "   " + r
	}
	return lines
}

func (p *Page) questionLines(w int) []string {
	s := p.env.Styles
	q := p.questions()[p.interview.at]
	var lines []string
	for _, l := range text.Wrap(q.Text, w) {
		lines = append(lines, s.Bright.Of(l))
	}
	answer := p.interview.answers[q.Topic]
	for i := range len(q.Choices) + 1 {
		label := "I do not know"
		if i < len(q.Choices) {
			label = q.Choices[i].Label
		}
		cursor, box := "  ", "( ) "
		if i == p.interview.list.Cursor() {
			cursor = s.Accent.Of("> ")
		}
		if choiceValue(q, i) == answer {
			box = s.Accent.Of("(•) ")
		}
		lines = append(lines, ui.Hanging(cursor+box+s.Key.Of(fmt.Sprint(i+1))+" ", label, w)...)
	}
	lines = append(lines, "")
	return append(lines, dimLines(s, q.Why, w)...)
}

// fitLines draw the routes in the order in which they fit.
func (p *Page) fitLines(w int) []string {
	s := p.env.Styles
	lines := []string{s.Dim.Of("What fits so far")}
	for i, r := range p.ranking() {
		lines = append(lines, text.Cut(fmt.Sprintf("%d %s %s ", i+1, text.Pad(string(r.Route), 14), gauge(s, r, 8))+fitWord(s, r.Fit), w))
	}
	return lines
}

// becauseLines say what was seen, and why the first route is the first.
func (p *Page) becauseLines(w int) []string {
	s := p.env.Styles
	var lines []string
	if seen := p.seenBrief(); seen != "" {
		lines = append(lines, ui.Hanging(s.Dim.Of("Seen on the page: "), seen, w)...)
	}
	first := p.ranking()[0]
	why := string(first.Route) + ": " + strings.Join(first.Why[:min(len(first.Why), 2)], " ") + " Who acts: " + first.Who + "."
	return append(lines, ui.Hanging(s.Dim.Of("why?  "), why, w)...)
}

// seenBrief is what the inspected page says of the second factor.
func (p *Page) seenBrief() string {
	switch {
	case p.seen == nil:
		return ""
	case p.seen.Provider == "duo":
		return "Cisco Duo asks for the second factor."
	case p.seen.OTP:
		return "a field for a one-time code."
	case p.seen.Provider != "":
		return "the login of " + text.Clean(p.seen.Provider) + "; what asks for the second factor comes behind it."
	case asks(p.seen.Inspection) != "":
		return "it " + asks(p.seen.Inspection) + "; what asks for the second factor comes behind it."
	}
	return ""
}
