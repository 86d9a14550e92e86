package codes

import (
	"strconv"
	"strings"
	"time"

	"gatepass/auth/otp"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
)

// paneHeight is the pane under the list: a rule and four lines.
const paneHeight = 5

// cramped is a page too low for a pane, and for more than a sentence beside a question.
func (p *Page) cramped() bool { return p.h < 12 }

// paneLines is how many lines the pane takes: none where the list needs them, and
// more while there is something to say about the clock.
func (p *Page) paneLines() int {
	if p.cramped() {
		return 0
	}
	return paneHeight + len(p.clock.lines(p.env.Styles, p.w))
}

// pane tells more about the selected row. It never holds the seed.
func (p *Page) pane(now time.Time) []string {
	s, w := p.env.Styles, p.w
	lines := append([]string{s.Dim.Of(strings.Repeat("─", w))}, p.details(now)...)
	if len(lines) > paneHeight {
		lines = lines[:paneHeight]
	}
	return append(lines, p.clock.lines(s, w)...)
}

func (p *Page) details(now time.Time) []string {
	r := p.selected()
	if r == nil {
		return nil
	}
	s, w := p.env.Styles, p.w
	lines := []string{p.whose(r)}
	switch r.state {
	case unread:
		return append(lines, s.Dim.Of("reading its seed…"))
	case failed:
		return append(lines, ui.ErrorLines(s, r.err, w)...)
	case ready:
	}
	lines = append(lines, text.Cut(parameters(r), w), s.Dim.Of(text.Cut(p.history(r, now), w)))
	if remark := r.remark(now); remark != "" {
		lines = append(lines, s.Warn.Of("! ")+text.Cut(remark, w-2))
	}
	return lines
}

// whose is the target: its name, its login page, its route and tags.
func (p *Page) whose(r *row) string {
	s, w := p.env.Styles, p.w
	right := "route " + string(r.target.Route)
	if len(r.target.Tags) > 0 {
		right += " · " + text.Clean(strings.Join(r.target.Tags, ", "))
	}
	right = text.Cut(right, w/3)
	name := text.Cut(r.target.Name, w/3)
	url := text.Cut(text.Clean(r.target.URL), w-text.Width(name)-text.Width(right)-4)
	return text.Spread(s.Bright.Of(name)+"  "+s.Dim.Of(url), s.Dim.Of(right), w)
}

// parameters are those of a row's key.
func parameters(r *row) string {
	k := r.key
	var parts []string
	if issuer := text.Clean(k.Issuer()); issuer != "" {
		parts = append(parts, "issuer "+issuer)
	}
	if account := text.Clean(k.Account()); account != "" {
		parts = append(parts, "account "+account)
	}
	parts = append(parts, strings.ToUpper(string(k.Type())), string(k.Algorithm()), strconv.Itoa(k.Digits())+" digits")
	if k.Type() == otp.HOTP {
		parts = append(parts, "counter "+strconv.FormatUint(r.spent.Next, 10))
	} else {
		parts = append(parts, "every "+text.Left(k.Period()))
	}
	return strings.Join(parts, " · ")
}

// history is when a row's codes were used last, and what comes next.
func (p *Page) history(r *row, now time.Time) string {
	last := "never used here"
	if r.spent.Known {
		told, _ := r.spent.told(now)
		last = "last " + told
	}
	if r.counted() {
		return last + " · each code that is taken is used up"
	}
	next := masks[r.key.Digits()]
	if p.shows(r) && !r.next.IsZero() {
		next = group(r.next.Reveal())
	}
	return "next " + next + " in " + text.Left(r.code.Left(now)) + " · " + last
}
