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

// arrange tells the list how many rows fit.
func (p *Page) arrange() { p.list.SetHeight(p.h - p.filterLines() - p.paneLines()) }

func (p *Page) filterLines() int {
	if p.mode == filtering || !p.filter.Empty() {
		return 1
	}
	return 0
}

// View implements ui.Page.
func (p *Page) View() string {
	s := p.env.Styles
	now := p.env.Now()
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
	switch p.mode {
	case taking, warning:
		return strings.Join(p.ask.View(s, p.readable()), "\n")
	case qrCode:
		return p.qrView(now)
	case big:
		return p.bigView(now)
	case listing, filtering:
	}
	return p.listView(now)
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
	return append(lines, "", s.Key.Of("i")+" import them from another program's backup, or paste them", s.Key.Of("n")+" set up a target")
}

func (p *Page) listView(now time.Time) string {
	s := p.env.Styles
	var lines []string
	if p.filterLines() > 0 {
		count := fmt.Sprintf("%d of %d", p.found, len(p.rows))
		lines = append(lines, text.Spread(s.Accent.Of("/ ")+p.filter.View(s, p.w-len(count)-4), s.Dim.Of(count), p.w))
	}
	if len(p.items) == 0 {
		return strings.Join(append(lines, s.Dim.Of("  No code matches.")), "\n")
	}
	c := p.columns()
	words := strings.Fields(widget.Fold(p.filter.Value()))
	from, to := p.list.Window()
	for i := from; i < to; i++ {
		if it := p.items[i]; it.isHead() {
			lines = append(lines, p.head(it))
		} else {
			lines = append(lines, p.line(&p.rows[it.row], c, words, i == p.list.Cursor(), now))
		}
	}
	if p.paneLines() > 0 {
		for len(lines) < p.h-p.paneLines() {
			lines = append(lines, "")
		}
		lines = append(lines, p.pane(now)...)
	}
	return strings.Join(lines, "\n")
}

func (p *Page) head(it item) string {
	size := fmt.Sprintf("  %d", it.size)
	return p.env.Styles.Dim.Of(text.Cut(it.head, p.w-len(size)) + size)
}

// columns are the widths of a line.
type columns struct{ label, code, bar, tail int }

const (
	countdown = 5  // " 22 s"
	usedWidth = 25 // "! sent 12 s ago by verify"
)

func (p *Page) columns() columns {
	c := columns{label: 12, code: 7, bar: p.barWidth()}
	from, to := p.list.Window()
	for _, i := range p.items[from:to] {
		if i.isHead() {
			continue
		}
		r := &p.rows[i.row]
		c.label = max(c.label, text.Width(r.label))
		if r.state == ready {
			c.code = max(c.code, widths[r.key.Digits()])
		}
	}
	used := usedWidth
	if p.w < 66 {
		used = 14
	}
	if p.env.Styles.Plain() && !p.filter.Empty() {
		c.label += 4 // for the brackets around what matches
	}
	fixed := 2 + 2 + c.code + 2 + c.bar + 1 + countdown + 2
	c.label = max(min(c.label, p.w-fixed-used, 48), 12)
	c.tail = max(p.w-fixed-c.label, 0)
	return c
}

func (p *Page) barWidth() int {
	switch {
	case p.w < 66:
		return 0
	case p.w < 74:
		return 6
	case p.w < 92:
		return 8
	case p.w < 150:
		return 12
	}
	return 24
}

func (p *Page) line(r *row, c columns, words []string, cursor bool, now time.Time) string {
	s := p.env.Styles
	head := "  "
	if cursor {
		head = s.Accent.Of("> ")
	}
	head += p.label(r, words, c.label, cursor) + "  "
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
	code := s.Dim.Of(text.Pad("···", c.code))
	if holds(r.code, now) {
		code = p.code(r, r.code, c.code)
	}
	return head + code + "  " + widget.Metered(s, left, r.key.Period(), c.bar) + "  " + p.tail(r, c.tail, now)
}

// label draws a row's name in w cells, with what the filter found in it.
func (p *Page) label(r *row, words []string, w int, cursor bool) string {
	s := p.env.Styles
	if len(words) == 0 {
		if cursor {
			return s.Bright.Of(text.Pad(r.label, w))
		}
		return text.Pad(r.label, w)
	}
	at := found(r.folded, words)
	if s.Plain() {
		return text.Pad(bracketed(r.label, at), w)
	}
	return underlined(s, text.Pad(r.label, w), at, cursor)
}

// code draws a code, or its mask.
func (p *Page) code(r *row, c otp.Code, w int) string {
	if digits := r.key.Digits(); !p.shows(r) {
		return p.env.Styles.Dim.Of(masks[digits]) + text.Blank(w-widths[digits])
	}
	return p.env.Styles.Bright.Of(text.Pad(group(c.Reveal()), w))
}

// shows reports whether a row's code can be read.
func (p *Page) shows(r *row) bool { return p.all || p.open == r.target.Name }

// soonOver is when the code after this one is shown beside it.
const soonOver = 10 * time.Second

// nextCode is the code after this one, near this one's end; "" before that, and
// while the code is covered.
func (p *Page) nextCode(r *row, now time.Time) string {
	if r.code.Left(now) > soonOver || r.next.IsZero() || !p.shows(r) {
		return ""
	}
	return "next " + group(r.next.Reveal())
}

// tail is what there is to say about a code: that it was used, and what comes next.
func (p *Page) tail(r *row, w int, now time.Time) string {
	s := p.env.Styles
	used, next := r.used(now), p.nextCode(r, now)
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
		note := "counter " + strconv.FormatUint(r.spent.Next, 10)
		if cursor {
			note += s.Dim.Of("   space: take the next")
		}
		return text.Cut(note, c.code+2+c.bar+1+countdown+2+c.tail)
	}
	note := "counter " + strconv.FormatInt(r.taken.Step, 10) + ", taken " + text.Ago(r.takenAt, now)
	return p.code(r, r.taken, c.code) + "  " + s.Dim.Of(text.Cut(note, c.bar+1+countdown+2+c.tail))
}

// why says in a few words why a row has no code.
func why(err error) string {
	if errors.Is(err, store.ErrNotFound) {
		return "no seed is kept for it any more"
	}
	what, _ := ui.Explain(err)
	return strings.Join(what, "; ")
}
