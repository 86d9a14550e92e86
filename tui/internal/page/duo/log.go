package duo

import (
	"strings"
	"time"

	"gatepass/auth"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// logLines tell in sentences what Duo recorded, beside what gatepass did.
func (p *Page) logLines(w int) []string {
	s, l := p.env.Styles, p.logged
	w = min(w, 110)
	lines := ui.Hanging(s.Dim.Of("· "), "Duo shows logins two minutes late: what happened after "+p.clock(l.Complete)+" may not be here yet.", w)
	for _, u := range l.Recent {
		lines = append(lines, ui.Hanging(s.Dim.Of("· "), p.ownWords(u)+" is not in the log yet.", w)...)
	}
	for _, u := range l.Missing {
		lines = append(lines, ui.Hanging(s.Warn.Of("! "), "Duo has no record of "+p.ownWords(u)+". It may not have been asked: an exempt account, a refused password, or another application.", w)...)
	}
	lines = append(lines, "")
	for _, line := range l.Lines {
		lines = append(lines, p.entryLines(line, w)...)
	}
	if len(l.Lines) == 0 {
		lines = append(lines, text.Wrap("Duo recorded nothing of this account in this application since "+p.moment(l.From)+".", w)...)
	}
	if l.More {
		lines = append(lines, "", s.Dim.Of("There are older ones: gatepass duo log "+p.name))
	}
	return lines
}

func (p *Page) entryLines(line auth.LogLine, w int) []string {
	s := p.env.Styles
	mark := widget.MarkGood
	if line.Refused() {
		mark = widget.MarkBad
	}
	lines := ui.Hanging(mark.Of(s, 0)+" "+text.Pad(p.clock(line.At()), 16), text.Clean(line.Sentence), w)
	under := func(t string) { lines = append(lines, ui.Hanging(text.Blank(18), t, w)...) }
	var from []string
	for _, f := range []string{line.Access.IP, line.Access.Location.Country, strings.TrimSpace(line.Access.Browser + " " + line.Access.Version)} {
		if f = text.Clean(f); f != "" {
			from = append(from, f)
		}
	}
	whose := "not by gatepass on this machine, as far as it remembers"
	if line.Ours != nil {
		whose = "this was " + p.ownWords(*line.Ours)
	}
	if len(from) > 0 {
		whose = "from " + strings.Join(from, ", ") + "; " + whose
	}
	under(whose)
	if line.Remedy != "" {
		lines = append(lines, ui.Hanging(text.Blank(18)+s.Accent.Of("→ "), text.Clean(line.Remedy), w)...)
	}
	return lines
}

// clock writes a time with its seconds.
func (p *Page) clock(t time.Time) string {
	return t.In(p.env.Now().Location()).Format("2 Jan 15:04:05")
}

func (p *Page) ownWords(u auth.OwnUse) string {
	words := "gatepass " + text.Clean(u.What)
	if u.Run != "" {
		words += " (run " + text.Clean(u.Run) + ")"
	}
	return words + " at " + u.At.In(p.env.Now().Location()).Format("15:04:05")
}
