package handoff

import (
	"fmt"
	"strings"

	"gatepass/auth"
	"gatepass/auth/handoff"
	"gatepass/tui/internal/signin"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

func (p *Page) readable() int { return min(p.w, 120) }

// View implements ui.Page.
func (p *Page) View() string {
	var lines []string
	switch p.mode {
	case choosing:
		lines = p.choosingView()
	case making, failed:
		lines = p.makingView()
	case made:
		return strings.Join(p.madeView(), "\n")
	case writing:
		lines = p.writingView()
	case timing:
		lines = p.timingView()
	case replacing:
		lines = p.ask.View(p.env.Styles, p.readable())
	}
	p.scroll.SetHeight(p.h)
	return p.scroll.View(p.env.Styles, lines)
}

// The columns of the list.
const (
	scannerColumn = 17
	variantColumn = 13
)

// twoColumns is from where on the list and what is said of its row stand side by side.
const twoColumns = 116

func (p *Page) choosingView() []string {
	s := p.env.Styles
	switch {
	case p.err != nil:
		return ui.ErrorLines(s, p.err, p.readable())
	case !p.loaded:
		return []string{s.Dim.Of("Looking what fits…")}
	}
	head := append(p.manner(), "")
	if p.filter.On() {
		head = append(head, p.filter.View(s, len(p.shown), len(p.offers), p.readable()), "")
	}
	if p.w >= twoColumns {
		left := max(p.w*6/10, 70)
		list := p.rowLines(left, p.h-len(head))
		about := p.about(p.w - left - 4)
		return append(head, signin.Beside(list, padded(about, p.w-left-4), p.w)...)
	}
	about := p.about(p.readable())
	list := p.rowLines(p.readable(), max(p.h-len(head)-len(about)-1, 4))
	return append(append(append(head, list...), ""), about...)
}

// padded makes lines of one width, as what stands to the right must be.
func padded(lines []string, w int) []string {
	for i := range lines {
		lines[i] = text.Pad(lines[i], w)
	}
	return lines
}

// manner says how it is written: with what of the secrets, for how long a scan, and
// whether what was not proven is written as well.
func (p *Page) manner() []string {
	s := p.env.Styles
	takes := ""
	if p.needed > 0 {
		takes = " The scan takes " + spelled(p.needed) + "."
	}
	lines := []string{s.Dim.Of(text.Cut("Password and seed are references to the environment."+takes, p.readable()))}
	if p.inline {
		lines = []string{s.Warn.Of("! ") + text.Cut("Password and seed stand in the files, for you alone to read."+takes, p.readable()-2)}
	}
	if p.unproven {
		lines = append(lines, s.Warn.Of("! ")+text.Cut("What was not proven is written as well, and its files say UNPROVEN.", p.readable()-2))
	}
	return lines
}

// rowLines draws the scanners with their variants.
func (p *Page) rowLines(w, h int) []string {
	s := p.env.Styles
	p.rows.SetHeight(h - 1)
	if len(p.shown) == 0 {
		return []string{s.Dim.Of("No scanner is called so. esc clears the filter.")}
	}
	lines := []string{s.Dim.Of(text.Cut("    "+text.Pad("SCANNER", scannerColumn)+text.Pad("VARIANT", variantColumn)+"WHAT IS WRITTEN", w))}
	from, to := p.rows.Window()
	for i := from; i < to; i++ {
		lines = append(lines, p.row(i, i == from, w))
	}
	return lines
}

func (p *Page) row(i int, top bool, w int) string {
	s, o := p.env.Styles, p.offers[p.shown[i]]
	name := ""
	if top || i == 0 || p.offers[p.shown[i-1]].Scanner != o.Scanner {
		name = o.Scanner
	}
	cursor := "  "
	if i == p.rows.Cursor() {
		cursor, name = s.Accent.Of("> "), o.Scanner
	}
	columns := text.Pad(name, scannerColumn) + text.Pad(o.Variant.Name, variantColumn)
	room := w - 4 - scannerColumn - variantColumn
	switch {
	case len(o.Refused) > 0:
		return cursor + s.Dim.Of("– "+columns+text.Cut("no: "+text.Clean(o.Refused[0]), room))
	case i == p.rows.Cursor():
		return cursor + "  " + s.Bright.Of(columns) + text.Cut(o.Variant.Title, room)
	}
	return cursor + "  " + columns + text.Cut(o.Variant.Title, room)
}

// about says what is to be known of the row under the cursor.
func (p *Page) about(w int) []string {
	o := p.selected()
	if o == nil {
		return nil
	}
	s := p.env.Styles
	lines := []string{s.Bright.Of(text.Cut(o.Title+" · "+o.Variant.Name, w))}
	lines = append(lines, text.Wrap(upper(o.Variant.Title)+".", w)...)
	if len(o.Refused) > 0 {
		for _, r := range o.Refused {
			lines = append(lines, ui.Hanging(s.Bad.Of("✗ "), text.Clean(r), w)...)
		}
		if o.Unproven {
			lines = append(lines, ui.Hanging(s.Accent.Of("→ "), "u has it written all the same, and marked as unproven.", w)...)
		}
		if o.Inline {
			lines = append(lines, ui.Hanging(s.Accent.Of("→ "), "i has secrets written into the files.", w)...)
		}
		return lines
	}
	for _, say := range p.consequences(*o) {
		lines = append(lines, ui.Hanging("· ", say, w)...)
	}
	return lines
}

func upper(t string) string {
	r := []rune(t)
	if len(r) > 0 {
		r[0] = []rune(strings.ToUpper(string(r[0])))[0]
	}
	return string(r)
}

// consequences says what an offer does and holds.
func (p *Page) consequences(o auth.Offer) []string {
	var all []string
	switch {
	case o.Session && p.held != nil:
		all = append(all, "The session that was just proven goes into the file, if it still holds; else it signs in.")
	case o.Session:
		all = append(all, "It signs in first, and the session goes into the file.")
	}
	if o.Variant.SignsIn {
		all = append(all, "The scanner signs in by itself, again and again.")
	}
	if o.Secrets {
		all = append(all, "The password or the seed stands in the file.")
	}
	return all
}

func (p *Page) makingView() []string {
	s := p.env.Styles
	lines := []string{s.Dim.Of(text.Cut(p.chosen.Title+" · "+p.chosen.Variant.Name+" · "+p.chosen.Variant.Title, p.readable())), ""}
	if p.mode == making && p.run.ID() == "" && !p.run.Asking() {
		return append(lines, "Writing…")
	}
	if p.run.ID() != "" || p.run.Asking() {
		lines = append(lines, p.run.Lines(p.readable(), p.h-len(lines)-4)...)
	}
	if p.mode == failed {
		lines = append(lines, "", widget.MarkBad.Of(s, 0)+" "+s.Bright.Of("NOTHING IS HANDED OFF"))
		for _, l := range ui.ErrorLines(s, p.err, p.readable()-2) {
			lines = append(lines, "  "+l)
		}
	}
	return lines
}

// madeView shows the sheet, or a file with its secrets covered.
func (p *Page) madeView() []string {
	head := []string{p.tabBar(), ""}
	if p.tab > 0 {
		p.scroll.SetHeight(p.h - len(head))
		return append(head, strings.Split(p.scroll.View(p.env.Styles, p.preview(p.out.Files[p.tab-1])), "\n")...)
	}
	return append(head, p.sheet.view(p.env.Styles, p.summary(), p.readable(), p.h-len(head))...)
}

// tabBar names what there is to look at; brackets are around what is looked at.
func (p *Page) tabBar() string {
	s := p.env.Styles
	names := []string{"sheet"}
	for i := 1; i < p.tabs(); i++ {
		names = append(names, p.out.Files[i-1].Name)
	}
	var parts []string
	for i, n := range names {
		if n = text.Clean(n); i == p.tab {
			parts = append(parts, s.Bright.Of("["+n+"]"))
		} else {
			parts = append(parts, s.Dim.Of(" "+n+" "))
		}
	}
	return text.Cut(strings.Join(parts, " "), p.w)
}

// summary is what the sheet begins with: what was written where, and for how long a
// session is good.
func (p *Page) summary() []string {
	s := p.env.Styles
	var lines []string
	if p.out.Unproven {
		lines = append(lines, s.Warn.Of("! ")+s.Bright.Of("UNPROVEN")+"  it has not been shown that this signs in")
	}
	if p.err != nil {
		lines = append(lines, ui.ErrorLines(s, p.err, p.readable())...)
	}
	switch {
	case len(p.written) > 0:
		lines = append(lines, s.Good.Of("✓ ")+"Written:")
		lines = append(lines, p.fileLines(p.written)...)
	case p.env.Outside.Put != nil:
		lines = append(lines, "Nothing is written yet: "+s.Key.Of("w")+" writes "+files(p.out.Files)+".")
	}
	if left, known := p.out.Life.LeftOver(p.env.Now()); known {
		lines = append(lines, text.Cut("The session ends in "+text.Span(left)+", with "+text.Clean(p.out.Life.By)+".", p.readable()))
	}
	return lines
}

func files(all []handoff.File) string {
	if len(all) == 1 {
		return "one file"
	}
	return fmt.Sprintf("%d files", len(all))
}

// preview is a file's text with every secret covered, line for line.
func (p *Page) preview(f handoff.File) []string {
	s := p.env.Styles
	about := fmt.Sprintf("%04o, no secret in it", f.Mode.Perm())
	if f.Secret {
		about = fmt.Sprintf("%04o, secrets are covered here and written as they are", f.Mode.Perm())
	}
	lines := []string{s.Dim.Of(text.Cut(about, p.w)), ""}
	for l := range strings.SplitSeq(strings.TrimRight(f.Mask(), "\n"), "\n") {
		lines = append(lines, text.Cut(tabless(l), p.w))
	}
	return lines
}

// tabless writes a line of a file so that a terminal shows it as it is. What else a
// terminal would act on is taken out.
func tabless(l string) string {
	indent := len(l) - len(strings.TrimLeft(l, " "))
	return l[:indent] + text.Clean(strings.ReplaceAll(l[indent:], "\t", "  →  "))
}
