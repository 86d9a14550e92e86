package home

import (
	"strings"

	"gatepass/auth/login"
	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// View implements ui.Page.
func (p *Page) View() string {
	s := p.env.Styles
	switch {
	case p.mode == removing:
		return strings.Join(p.ask.View(s, p.readable()), "\n")
	case p.mode == renaming:
		return strings.Join(p.renameView(), "\n")
	case !p.loaded:
		return s.Dim.Of("Reading the targets…")
	case len(p.rows) == 0 && p.err != nil:
		return strings.Join(append(ui.ErrorLines(s, p.err, p.readable()), "", s.Key.Of("r")+" read again"), "\n")
	case len(p.rows) == 0:
		return strings.Join(p.emptyView(), "\n")
	case p.w >= sideBySide:
		return p.wideView()
	}
	return p.narrowView()
}

// readable is the width for sentences: as wide as the page, but not so wide that
// the eye loses the line.
func (p *Page) readable() int { return min(p.w, 92) }

func (p *Page) emptyView() []string {
	s := p.env.Styles
	lines := []string{s.Bright.Of("No targets yet."), ""}
	lines = append(lines, text.Wrap("A target is one web application and the account that your scanner signs in with. "+
		"gatepass signs in for real, with the one-time code if it is asked for, and tells what happened.", p.readable())...)
	lines = append(lines, "", s.Key.Of("n")+"  set up a target")
	lines = append(lines, indent(text.Wrap("You need the address of its login page and a test account. Nothing is stored before you have seen it all.", p.readable()-3))...)
	if p.env.AddLab != nil {
		lines = append(lines, "", s.Key.Of("l")+"  try it on the practice range")
		lines = append(lines, indent(text.Wrap("Starts small applications with real logins on this machine, and adds them as targets.", p.readable()-3))...)
	}
	if work := p.workLines(); len(work) > 0 {
		return append(lines, work...)
	}
	lines = append(lines, "", s.Key.Of("i")+"  import seeds")
	return append(lines, indent(text.Wrap("From an authenticator app's backup, QR codes or links; or paste them here. Each becomes a target.", p.readable()-3))...)
}

func indent(lines []string) []string {
	for i := range lines {
		lines[i] = "   " + lines[i]
	}
	return lines
}

func (p *Page) renameView() []string {
	s := p.env.Styles
	lines := []string{
		s.Bright.Of(text.Cut("Rename "+p.about, p.w)), "",
		"New name  " + p.name.View(s, min(p.w-10, 64)), "",
	}
	if p.workErr != nil {
		return append(lines, ui.ErrorLines(s, p.workErr, p.readable())...)
	}
	return append(lines, s.Dim.Of(text.Cut("Its secrets and its history move along.", p.w)))
}

// workLines tell what is being done, or how it failed.
func (p *Page) workLines() []string {
	s := p.env.Styles
	switch {
	case p.work.Busy():
		frame := int(p.env.Now().UnixMilli() / 150)
		return []string{"", widget.MarkRunning.Of(s, frame) + " " + text.Cut(p.working, p.w-3) + "…"}
	case p.workErr != nil:
		return append([]string{""}, ui.ErrorLines(s, p.workErr, p.readable())...)
	}
	return nil
}

// The width from which the details stand beside the list, and the share of the
// list there.
const (
	sideBySide = 150
	listShare  = 58 // percent
)

func (p *Page) wideView() string {
	left := p.w * listShare / 100
	list := strings.Split(p.table(left, p.h), "\n")
	detail := append(p.details(min(p.w-left-3, 92), wrapped), p.problems(p.w-left-3, p.h/2)...)
	bar := p.env.Styles.Dim.Of("│")
	lines := make([]string, p.h)
	for i := range lines {
		var l, r string
		if i < len(list) {
			l = list[i]
		}
		if i < len(detail) {
			r = detail[i]
		}
		lines[i] = text.Pad(l, left) + " " + bar + " " + r
	}
	return strings.Join(lines, "\n")
}

func (p *Page) narrowView() string {
	below := append(p.details(p.w, wrapped), p.problems(p.w, p.h/3)...)
	if len(below) > p.h-6 {
		below = append(p.details(p.w, 1), p.problems(p.w, p.h/3)...)
	}
	below = append([]string{p.env.Styles.Dim.Of(strings.Repeat("─", p.w))}, below...)
	if room := p.h - 5; len(below) > room {
		below = below[:max(room, 0)]
	}
	table := p.table(p.w, p.h-len(below))
	gap := p.h - len(below) - strings.Count(table, "\n") - 1
	return table + strings.Repeat("\n", gap+1) + strings.Join(below, "\n")
}

// problems are files that could not be read, and work that failed: at most most
// lines of it.
func (p *Page) problems(w, most int) []string {
	lines := p.workLines()
	if p.err != nil {
		lines = append(append(lines, ""), ui.ErrorLines(p.env.Styles, p.err, w)...)
	}
	if len(lines) > most {
		lines = append(lines[:max(most-1, 0)], p.env.Styles.Dim.Of("… more: gatepass list"))
	}
	return lines
}

// columns are the widths of the table.
type columns struct{ name, host, route, verdict, ago int }

func (p *Page) columns(w int) columns {
	c := columns{name: 6, route: 5, verdict: 13, ago: 11}
	from, to := p.list.Window()
	for _, at := range p.shown[from:to] {
		c.name = max(c.name, len(p.rows[at].Target.Name))
		c.route = max(c.route, len(p.rows[at].Target.Route))
	}
	c.name = min(c.name, max(w/4, 12))
	rest := func() int { return w - 2 - c.name - 2 - 2 - c.route - 2 - 2 - c.verdict - 1 - c.ago }
	if extra := rest() - 28; extra > 0 {
		c.verdict += min(extra, 9) // the longest diagnoses
	}
	c.host = rest()
	if c.host < 10 { // of no use; the details have it
		c.name = min(c.name+c.host+2, w)
		c.host = 0
	}
	return c
}

// hostCell is the column of the hosts with the gap behind it, if there is one.
func (c columns) hostCell(host string) string {
	if c.host == 0 {
		return ""
	}
	return text.Pad(host, c.host) + "  "
}

// table draws the heads and as many rows as fit into h lines.
func (p *Page) table(w, h int) string {
	s := p.env.Styles
	var lines []string
	if p.filter.On() {
		lines = append(lines, p.filter.View(s, len(p.shown), len(p.rows), w))
	}
	p.list.SetHeight(h - len(lines) - 1)
	if len(p.shown) == 0 {
		return strings.Join(append(lines, s.Dim.Of("  No target matches.")), "\n")
	}
	c := p.columns(w)
	lines = append(lines, s.Dim.Of("  "+text.Pad("TARGET", c.name)+"  "+c.hostCell("HOST")+text.Pad("ROUTE", c.route)+"  "+text.Cut("LAST VERIFIED", c.verdict+c.ago)))
	from, to := p.list.Window()
	for i := from; i < to; i++ {
		lines = append(lines, p.row(&p.rows[p.shown[i]], c, i == p.list.Cursor()))
	}
	return strings.Join(lines, "\n")
}

func (p *Page) row(r *row, c columns, selected bool) string {
	s := p.env.Styles
	cursor, name := "  ", text.Pad(r.Target.Name, c.name)
	if selected {
		cursor, name = s.Accent.Of("> "), s.Bright.Of(name)
	}
	line := cursor + name + "  " + c.hostCell(r.host) + s.Dim.Of(text.Pad(string(r.Target.Route), c.route)) + "  "
	if p.showsStock(r) {
		return line + p.stockCell(r, c.verdict+1+c.ago)
	}
	if words := p.trustEnded(r); words != "" {
		return line + widget.MarkBad.Of(s, 0) + " " + s.Bad.Of(text.Pad(words, c.verdict+1+c.ago))
	}
	mark, word := verdict(r.Last)
	ago := ""
	if r.Last != nil {
		ago = text.Ago(r.Last.At, p.env.Now())
	}
	return line + mark.Of(s, 0) + " " + mark.Paint(s).Of(text.Pad(word, c.verdict)) + " " + s.Dim.Of(text.PadLeft(ago, c.ago))
}

// verdict puts a verification into a mark and a word.
func verdict(v *store.Verification) (widget.Mark, string) {
	if v == nil {
		return widget.MarkNone, "never"
	}
	word := text.Clean(v.Diagnosis)
	switch login.Verdict(v.Verdict) {
	case login.SignedIn:
		return widget.MarkGood, "signed in"
	case login.Refused:
		if word == "" {
			word = "refused"
		}
		return widget.MarkBad, word
	default:
		if word == "" {
			word = "error"
		}
		return widget.MarkWarn, word
	}
}

// routeWords say in a few words how each route is passed.
var routeWords = map[store.Route]string{
	store.RouteExemption:     "nothing is asked of this account",
	store.RouteOTP:           "a one-time code, made from its seed",
	store.RouteBypassCode:    "codes that an administrator issued",
	store.RouteTrustedDevice: "a browser that was trusted once",
	store.RoutePush:          "a person approves on a phone",
}

// wrapped is how many lines of the details one field takes at most, where there is room.
const wrapped = 2

// details draws the selected target, each field in most lines at most.
func (p *Page) details(w, most int) []string {
	r := p.selected()
	if r == nil {
		return nil
	}
	s, t := p.env.Styles, r.Target
	lines := []string{s.Bright.Of(text.Cut(t.Name, w))}
	field := func(name, value string) {
		if value == "" {
			return
		}
		head := s.Dim.Of(text.Pad(name, 9))
		for i, l := range limited(text.Wrap(text.Clean(value), w-9), most) {
			if i > 0 {
				head = text.Blank(9)
			}
			lines = append(lines, head+l)
		}
	}
	field("login", t.URL)
	field("account", t.Username+", "+kept(p.useful(r), p.env.Place.Backend))
	field("route", string(t.Route)+": "+routeWords[t.Route])
	field("codes", p.stockWords(r))
	field("revoke", p.revokeWords(r))
	field("device", p.deviceWords(r))
	field("proof", proof(t.Proof))
	field("tags", strings.Join(t.Tags, ", "))
	return append(lines, p.lastLine(r, w)...)
}

// limited shortens a text that was wrapped to most lines.
func limited(lines []string, most int) []string {
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = text.Cut(lines[most-1], text.Width(lines[most-1])-1)
	}
	return lines
}

func kept(all []store.Kind, b store.Backend) string {
	if len(all) == 0 {
		return "no secret kept"
	}
	return kinds(all) + " in " + ui.Named(b)
}

func proof(p store.Proof) string {
	switch {
	case p.URL == "" && p.Text == "":
		return "the page after the login, if others see another one there"
	case p.Text == "":
		return p.URL
	case p.URL == "":
		return "“" + p.Text + "” on the page after the login"
	}
	return "“" + p.Text + "” on " + p.URL
}

func (p *Page) lastLine(r *row, w int) []string {
	s := p.env.Styles
	mark, word := verdict(r.Last)
	if r.Last == nil {
		return []string{s.Dim.Of(text.Pad("last", 9)) + mark.Of(s, 0) + " never verified"}
	}
	if word != "signed in" {
		word = text.Clean(r.Last.Verdict) + ", " + word
	}
	about := " · " + text.Ago(r.Last.At, p.env.Now()) + " · took " + text.Took(r.Last.Took) + " · " + text.Clean(r.Last.Driver)
	return []string{s.Dim.Of(text.Pad("last", 9)) + mark.Of(s, 0) + " " + mark.Paint(s).Of(word) + text.Cut(about, w-11-text.Width(word))}
}
