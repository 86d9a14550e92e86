package codes

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// detailLines is the pane under the list: a rule and four lines.
const detailLines = 5

// arrange tells the list how many rows fit.
func (p *Page) arrange() { p.list.SetHeight(p.h - p.filterLines() - p.paneLines()) }

func (p *Page) filterLines() int {
	if p.filtering || !p.filter.Empty() {
		return 1
	}
	return 0
}

func (p *Page) paneLines() int {
	if p.h >= 12 {
		return detailLines
	}
	return 0
}

// View implements ui.Page.
func (p *Page) View() string {
	s := p.env.Styles
	switch {
	case !p.loaded:
		return s.Dim.Of("Reading the targets…")
	case p.storeErr != nil:
		return strings.Join(p.storeView(), "\n")
	case len(p.rows) == 0 && p.err != nil:
		return strings.Join(append(ui.ErrorLines(s, p.err, p.readable()), "", s.Key.Of("r")+" read again"), "\n")
	case len(p.rows) == 0:
		return strings.Join(p.emptyView(), "\n")
	}
	var lines []string
	if p.filterLines() > 0 {
		count := fmt.Sprintf("%d of %d", len(p.shown), len(p.rows))
		lines = append(lines, text.Spread(s.Accent.Of("/ ")+p.filter.View(s, p.w-len(count)-4), s.Dim.Of(count), p.w))
	}
	if len(p.shown) == 0 {
		return strings.Join(append(lines, s.Dim.Of("  No code matches.")), "\n")
	}
	now := p.env.Now()
	c := p.columns()
	from, to := p.list.Window()
	for i := from; i < to; i++ {
		lines = append(lines, p.line(&p.rows[p.shown[i]], c, i == p.list.Cursor(), now))
	}
	if p.paneLines() > 0 {
		for len(lines) < p.h-detailLines {
			lines = append(lines, "")
		}
		lines = append(lines, s.Dim.Of(strings.Repeat("─", p.w)))
		lines = append(lines, p.details(now)...)
	}
	return strings.Join(lines, "\n")
}

func (p *Page) readable() int { return min(p.w, 92) }

func (p *Page) storeView() []string {
	s := p.env.Styles
	lines := []string{s.Bright.Of("The seeds cannot be read now."), ""}
	lines = append(lines, ui.ErrorLines(s, p.storeErr, p.readable())...)
	return append(lines, "", s.Key.Of("r")+" try again")
}

func (p *Page) emptyView() []string {
	s := p.env.Styles
	lines := []string{s.Bright.Of("No target has a seed yet."), ""}
	lines = append(lines, text.Wrap("A seed is what an application shows as a QR code or a line of letters when an authenticator app is enrolled. "+
		"It comes with the route otp.", p.readable())...)
	return append(lines, "", s.Key.Of("n")+" set up a target")
}

// columns are the widths of a line.
type columns struct{ label, code, bar, tail int }

const (
	countdown = 5  // " 22 s"
	usedWidth = 25 // "! used 12 s ago by verify"
)

func (p *Page) columns() columns {
	c := columns{label: 12, code: 7, bar: 12}
	from, to := p.list.Window()
	for _, at := range p.shown[from:to] {
		r := &p.rows[at]
		c.label = max(c.label, text.Width(r.label))
		if r.state == ready {
			c.code = max(c.code, widths[r.key.Digits()])
		}
	}
	used := usedWidth
	switch {
	case p.w < 66:
		c.bar, used = 0, 14
	case p.w < 74:
		c.bar = 6
	case p.w < 92:
		c.bar = 8
	}
	fixed := 2 + 2 + c.code + 2 + c.bar + 1 + countdown + 2
	c.label = max(min(c.label, p.w-fixed-used, 48), 12)
	c.tail = max(p.w-fixed-c.label, 0)
	return c
}

func (p *Page) line(r *row, c columns, cursor bool, now time.Time) string {
	s := p.env.Styles
	head, label := "  ", text.Pad(r.label, c.label)
	if cursor {
		head, label = s.Accent.Of("> "), s.Bright.Of(label)
	}
	head += label + "  "
	rest := c.code + 2 + c.bar + 1 + countdown + 2 + c.tail
	switch {
	case r.state == failed:
		return head + s.Bad.Of("✗ ") + text.Cut(why(r.err), rest-2)
	case r.state == unread:
		return head + s.Dim.Of(text.Pad("···", c.code))
	case r.counted():
		return head + p.counterLine(r, c, cursor, now)
	}
	left := r.code.Left(now)
	var code string
	if holds(r.code, now) {
		code = p.code(r.code, r.key.Digits(), c.code, cursor)
	} else {
		code = s.Dim.Of(text.Pad("···", c.code))
	}
	return head + code + "  " + widget.Countdown(s, left, r.key.Period(), c.bar) + "  " + p.tail(r, c.tail, cursor, now)
}

// code draws a code, or its mask.
func (p *Page) code(c otp.Code, digits, w int, cursor bool) string {
	if !p.readableCode(cursor) {
		return p.env.Styles.Dim.Of(masks[digits]) + text.Blank(w-widths[digits])
	}
	return p.env.Styles.Bright.Of(text.Pad(group(c.Reveal()), w))
}

func (p *Page) readableCode(cursor bool) bool {
	return p.reveal == everything || p.reveal == selected && cursor
}

// soonOver is when the code after this one is shown beside it.
const soonOver = 10 * time.Second

// tail is what there is to say about a code: that it was used, and what comes next.
func (p *Page) tail(r *row, w int, cursor bool, now time.Time) string {
	s := p.env.Styles
	used := r.used(now)
	next := ""
	if r.code.Left(now) <= soonOver && !r.next.IsZero() && p.readableCode(cursor) {
		next = "next " + group(r.next.Reveal())
	}
	switch {
	case used != "" && next != "" && text.Width(used)+3+text.Width(next)+2 <= w:
		return s.Warn.Of("! ") + used + s.Dim.Of("   "+next)
	case used != "":
		return s.Warn.Of(text.Cut("! "+used, w))
	}
	return s.Dim.Of(text.Cut(next, w))
}

// counterLine is a HOTP row after its label.
func (p *Page) counterLine(r *row, c columns, cursor bool, now time.Time) string {
	s := p.env.Styles
	if r.taken.IsZero() {
		note := "counter " + strconv.FormatInt(r.counter, 10)
		if cursor {
			note += s.Dim.Of("   space: take the next")
		}
		return text.Cut(note, c.code+2+c.bar+1+countdown+2+c.tail)
	}
	note := "counter " + strconv.FormatInt(r.taken.Step, 10) + ", taken " + text.Ago(r.takenAt, now)
	return p.code(r.taken, r.key.Digits(), c.code, cursor) + "  " + s.Dim.Of(text.Cut(note, c.bar+1+countdown+2+c.tail))
}

// why says in a few words why a row has no code.
func why(err error) string {
	if errors.Is(err, store.ErrNotFound) {
		return "no seed is kept for it any more"
	}
	what, _ := ui.Explain(err)
	return strings.Join(what, "; ")
}

// details tells more about the selected row, in four lines.
func (p *Page) details(now time.Time) []string {
	r := p.selected()
	if r == nil {
		return nil
	}
	s, w := p.env.Styles, p.w
	lines := []string{s.Bright.Of(text.Cut(r.target.Name, w/3)) + "  " + s.Dim.Of(text.Cut(text.Clean(r.target.URL), w-w/3-2))}
	switch r.state {
	case unread:
		return append(lines, s.Dim.Of("reading its seed…"))
	case failed:
		for i, l := range ui.ErrorLines(s, r.err, w) {
			if i < detailLines-2 {
				lines = append(lines, l)
			}
		}
		return lines
	case ready:
	}
	lines = append(lines, text.Cut(about(r.key), w))
	if r.counted() {
		return append(lines, s.Dim.Of(text.Cut("Counts instead of following the clock: each code that is taken is used up.", w)))
	}
	next := "next "
	if p.readableCode(true) && !r.next.IsZero() {
		next += group(r.next.Reveal())
	} else {
		next += masks[r.key.Digits()]
	}
	lines = append(lines, s.Dim.Of(text.Cut(next+" in "+text.Left(r.code.Left(now)), w)))
	if remark := r.remark(now); remark != "" {
		lines = append(lines, s.Warn.Of("! ")+text.Cut(remark, w-2))
	}
	return lines
}

// about names a key's parameters.
func about(k otp.Key) string {
	parts := []string{strings.ToUpper(string(k.Type())), string(k.Algorithm()), strconv.Itoa(k.Digits()) + " digits"}
	if k.Type() != otp.HOTP {
		parts = append(parts, text.Left(k.Period()))
	}
	who := text.Clean(k.Issuer())
	if a := text.Clean(k.Account()); a != "" {
		if who != "" {
			who += ": "
		}
		who += a
	}
	if who != "" {
		parts = append([]string{who}, parts...)
	}
	return strings.Join(parts, " · ")
}
