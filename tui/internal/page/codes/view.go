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
	case taking, warning, goingBack:
		return strings.Join(p.ask.View(s, p.readable()), "\n")
	case resyncing:
		return strings.Join(p.resyncView(), "\n")
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
	if len(p.only) > 0 {
		said := "No target that is called or tagged so has a seed any more: " + strings.Join(p.only, ", ")
		return append(text.Wrap(said, p.readable()), "", s.Dim.Of("gatepass codes shows every code."))
	}
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
		if p.reading() {
			count = fmt.Sprintf("%d found, %d of %d read", p.found, p.ranks.read, len(p.rows))
		}
		lines = append(lines, text.Spread(s.Accent.Of("/ ")+p.filter.View(s, p.w-len(count)-4), s.Dim.Of(count), p.w))
	}
	if len(p.items) == 0 {
		return strings.Join(append(lines, s.Dim.Of("  "+p.noMatch())), "\n")
	}
	c := p.columns()
	words := p.words()
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

// reading reports whether the filter has not seen every issuer yet.
func (p *Page) reading() bool { return p.seeking() && p.ranks.read < len(p.rows) }

func (p *Page) noMatch() string {
	if p.reading() || p.seeking() && p.ranks.stale {
		return text.Cut("No name matches; the issuers are being read…", p.w-2)
	}
	return "No code matches."
}

func (p *Page) head(it item) string {
	size := fmt.Sprintf("  %d", it.size)
	return p.env.Styles.Dim.Of(text.Cut(it.head, p.w-len(size)) + size)
}

// columns are the widths of a line. holder is 0 where there is no such column.
type columns struct{ label, holder, code, bar, tail int }

const (
	countdown = 5  // " 22 s"
	usedShort = 17 // "! used 12 min ago"
	usedWidth = 25 // "! sent 12 s ago by verify"
	// withHolder is how wide a page must be for a column of issuers; in narrower ones
	// the pane has them.
	withHolder = 100
	holderMax  = 28
)

func (p *Page) columns() columns {
	c := columns{label: 12, code: 7, bar: p.barWidth()}
	words := p.words()
	from, to := p.list.Window()
	for _, i := range p.items[from:to] {
		if i.isHead() {
			continue
		}
		r := &p.rows[i.row]
		c.label = max(c.label, text.Width(p.marked(r, words)))
		if r.state == ready {
			c.code = max(c.code, widths[r.key.Digits()])
			c.holder = max(c.holder, text.Width(r.holder.shown))
		}
	}
	c.holder = min(c.holder, holderMax)
	if p.w < withHolder {
		c.holder = 0
	}
	fixed := 2 + 2 + c.code + 2 + c.bar + 1 + countdown + 2
	if c.holder > 0 {
		fixed += c.holder + 2
	}
	c.label = max(min(c.label, p.w-fixed-p.usedRoom(), 48), 12)
	c.tail = max(p.w-fixed-c.label, 0)
	return c
}

// usedRoom is what is kept free for how a code was used: many words, few, or a sign.
func (p *Page) usedRoom() int {
	switch {
	case p.narrow():
		return 1
	case p.w < 150:
		return usedShort
	}
	return usedWidth
}

// narrow is a page for nothing but names, codes and what is left of them.
func (p *Page) narrow() bool { return p.w < 50 }

// labelOf is what a row shows of its target.
func (p *Page) labelOf(r *row) string {
	if p.narrow() {
		return r.target.Name // its rules leave nothing to clean
	}
	return r.label
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
	if r.state == ready && c.holder > 0 {
		head += p.holder(r, words, c.holder) + "  "
	}
	rest := c.code + 2 + c.bar + 1 + countdown + 2 + c.tail
	switch {
	case r.state == failed:
		return head + s.Bad.Of("✗ ") + text.Cut(why(r.err), rest+len(c.skipHolder())-2)
	case r.state == unread:
		return head + c.skipHolder() + s.Dim.Of(text.Pad("···", c.code))
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

// words are what the filter looks for.
func (p *Page) words() []string { return strings.Fields(widget.Fold(p.filter.Value())) }

// marked is a row's label, with brackets around what the filter found where nothing
// can be painted.
func (p *Page) marked(r *row, words []string) string {
	if len(words) == 0 || !p.env.Styles.Plain() {
		return p.labelOf(r)
	}
	return bracketed(p.labelOf(r), found(r.folded, words))
}

// label draws a row's name in w cells, with what the filter found in it.
func (p *Page) label(r *row, words []string, w int, cursor bool) string {
	s := p.env.Styles
	label := text.Pad(p.marked(r, words), w)
	switch {
	case len(words) > 0 && !s.Plain():
		return underlined(s, label, found(r.folded, words), cursor)
	case cursor:
		return s.Bright.Of(label)
	}
	return label
}

// skipHolder leaves the column of issuers blank.
func (c columns) skipHolder() string {
	if c.holder == 0 {
		return ""
	}
	return text.Blank(c.holder + 2)
}

// holder draws whose codes they are in w cells, with what the filter found there and
// not in the label.
func (p *Page) holder(r *row, words []string, w int) string {
	s := p.env.Styles
	shown := text.Pad(r.holder.shown, w)
	at := standing(widget.Fold(r.holder.shown), r.folded, words)
	if len(at) == 0 || s.Plain() {
		return s.Dim.Of(shown)
	}
	return underlined(s, shown, at, false)
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
	next := p.nextCode(r, now)
	used, short := r.uses(now)
	if used == "" {
		return s.Dim.Of(fitting(w, next)) // half a code is none
	}
	room := w - text.Width("! ")
	if next != "" && text.Width(used)+3+text.Width(next) <= room {
		return s.Warn.Of("! ") + used + s.Dim.Of("   "+next)
	}
	return s.Warn.Of(text.Cut("! "+fitting(room, used, short), w))
}

// fitting is the first of some texts that fits into w cells; "" if none does.
func fitting(w int, texts ...string) string {
	for _, t := range texts {
		if text.Width(t) <= w {
			return t
		}
	}
	return ""
}

// counterLine is a HOTP row after its label.
func (p *Page) counterLine(r *row, c columns, cursor bool, now time.Time) string {
	s := p.env.Styles
	room := c.bar + 1 + countdown + 2 + c.tail
	if r.taken.IsZero() {
		note, hint := "counter "+strconv.FormatUint(r.spent.Next, 10), "   space: take the next"
		if cursor && text.Width(note+hint) <= c.code+2+room {
			note += s.Dim.Of(hint)
		}
		return text.Cut(note, c.code+2+room)
	}
	counter := "counter " + strconv.FormatInt(r.taken.Step, 10)
	ago := "taken " + text.Ago(r.takenAt, now)
	return p.code(r, r.taken, c.code) + "  " + s.Dim.Of(fitting(room, counter+", "+ago, ago, counter, "taken"))
}

// why says in a few words why a row has no code.
func why(err error) string {
	if errors.Is(err, store.ErrNotFound) {
		return "no seed is kept for it any more"
	}
	what, _ := ui.Explain(err)
	return strings.Join(what, "; ")
}
