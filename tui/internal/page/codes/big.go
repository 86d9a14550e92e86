package codes

import (
	"strconv"
	"strings"
	"time"

	"gatepass/tui/internal/text"
	"gatepass/tui/internal/widget"
)

// bigView shows the selected code as large as the window is. It is for the far side
// of a room, so what stands beside it is little: whose it is, how long it is right,
// and what would make one hesitate.
func (p *Page) bigView(now time.Time) string {
	r := p.selected()
	if r == nil {
		return ""
	}
	head := []string{centred(p.env.Styles.Bright.Of(text.Cut(r.label, p.w)), p.w)}
	foot := p.bigFoot(r, now)
	room := p.h - len(head) - len(foot)
	body := widget.Big(words(p.bigText(r, now)), p.w, room)
	if body == nil {
		body = []string{group(p.bigText(r, now))}
	}
	lines := append([]string{}, head...)
	for range (room - len(body)) / 2 {
		lines = append(lines, "")
	}
	for _, l := range body {
		lines = append(lines, p.env.Styles.Bright.Of(centred(l, p.w)))
	}
	for len(lines) < p.h-len(foot) {
		lines = append(lines, "")
	}
	return strings.Join(append(lines, foot...), "\n")
}

// bigText is the code, stars in its place while it is covered, or blanks while
// there is none.
func (p *Page) bigText(r *row, now time.Time) string {
	code := r.code
	if r.counted() {
		code = r.taken
	}
	switch {
	case r.state != ready:
		return "      "
	case code.IsZero(), !r.counted() && !holds(code, now):
		return strings.Repeat(" ", r.key.Digits())
	case !p.shows(r):
		return strings.Repeat("*", r.key.Digits())
	}
	return code.Reveal()
}

// bigFoot is what stands under the code.
func (p *Page) bigFoot(r *row, now time.Time) []string {
	s := p.env.Styles
	switch {
	case r.state == failed:
		return []string{s.Bad.Of("✗ ") + text.Cut(why(r.err), p.w-2)}
	case r.state == unread:
		return []string{s.Dim.Of("reading its seed…")}
	case r.counted() && r.taken.IsZero():
		return []string{"counter " + strconv.FormatUint(r.spent.Next, 10) + " · space takes it"}
	case r.counted():
		return []string{"counter " + strconv.FormatInt(r.taken.Step, 10) + ", taken " + text.Ago(r.takenAt, now)}
	}
	left := r.code.Left(now)
	line := text.Left(left) + " left"
	if left <= widget.Soon {
		line = s.Warn.Of(line)
	}
	if next := p.nextCode(r, now); next != "" {
		line += s.Dim.Of("   " + next)
	}
	remark := r.remark(now)
	if remark != "" {
		remark = centred(s.Warn.Of("! ")+text.Cut(remark, p.w-2), p.w)
	}
	return []string{widget.Meter(s, left, r.key.Period(), p.w), centred(line, p.w), remark}
}

func centred(line string, w int) string { return text.Blank((w-text.Width(line))/2) + line }
