package duo

import (
	"strings"

	"gatepass/tui/internal/talk"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// readable is the width of what is read and filled in.
func (p *Page) readable() int { return min(p.w, 92) }

// View implements ui.Page.
func (p *Page) View() string {
	s, w := p.env.Styles, p.readable()
	below := p.doing(p.w)
	room := max(p.h-len(below), 1)
	var above string
	switch {
	case p.ask != nil:
		above = first(p.ask.View(s, w), room)
	case !p.loaded:
		above = s.Dim.Of("Reading which tenants there are…")
	case p.mode == adding, p.mode == locating, p.mode == ordering:
		above = first(p.formLines(w), room)
	case p.mode == picking, p.mode == revoking, p.mode == enroling, p.mode == naming:
		above = p.choiceView(w, room)
	case p.mode == logReading:
		above = p.scrolled(p.logLines(p.w), room)
	case p.mode == tokenTold:
		above = p.scrolled(append(talk.TokenLines(s, *p.made, w), p.problem(w)...), room)
	case len(p.tenants) == 0:
		above = p.scrolled(p.noneLines(w), room)
	default:
		above = p.scrolled(p.overviewLines(), room)
	}
	if len(below) == 0 {
		return above
	}
	gap := max(room-strings.Count(above, "\n")-1, 0)
	return above + strings.Repeat("\n", gap+1) + strings.Join(below, "\n")
}

func (p *Page) scrolled(lines []string, h int) string {
	p.scroll.SetHeight(h)
	return p.scroll.View(p.env.Styles, lines)
}

func first(lines []string, h int) string {
	if len(lines) > h {
		lines = lines[:max(h, 0)]
	}
	return strings.Join(lines, "\n")
}

// doing tells what goes on, at the foot of the page.
func (p *Page) doing(w int) []string {
	s, now := p.env.Styles, p.env.Now()
	var lines []string
	for _, t := range []*talk.Talk{&p.act, &p.check, &p.state} {
		lines = append(lines, t.Lines(s, now, w)...)
	}
	if p.keeping.Busy() {
		lines = append(lines, widget.MarkRunning.Of(s, int(now.UnixMilli()/150))+" keeping…")
	}
	return lines
}

// problem is why what was asked last was not done.
func (p *Page) problem(w int) []string {
	if p.actErr == nil {
		return nil
	}
	return append([]string{""}, ui.ErrorLines(p.env.Styles, p.actErr, w)...)
}

var formWords = map[mode]string{
	adding:   "The API host and the keys are shown by the Admin Panel: Applications, Protect an Application, “Auth API” and “Admin API”. One of the two is enough to begin with. Secret keys are not shown here.",
	locating: "Policies know networks by address. From where does the scanner come, as Duo sees it?",
	ordering: "Duo makes the codes and they go straight into the secret store. What that costs is said before it is done.",
}

func (p *Page) formLines(w int) []string {
	s := p.env.Styles
	words := formWords[p.mode]
	if p.mode == adding && p.fields.change {
		words = "What is given replaces what is there; a secret key that stays empty stays as it is."
	}
	lines := append(text.Wrap(words, w), "")
	return append(append(lines, p.form.View(s, w)...), p.problem(w)...)
}

var choiceTitles = map[mode]string{
	picking: "Which Duo tenant?", revoking: "Which codes are to be revoked?", enroling: "Of which seed?",
	naming: "Which of the tenant's applications is it?",
}

func (p *Page) choiceView(w, h int) string {
	s := p.env.Styles
	head := []string{s.Bright.Of(choiceTitles[p.mode]), ""}
	tail := p.problem(w)
	p.choice.SetHeight(max(h-len(head)-len(tail), 1))
	from, to := p.choice.Window()
	rows := p.choice.View(s, w)
	return first(append(append(head, rows[from:to]...), tail...), h)
}

// noneLines explain what a tenant is good for.
func (p *Page) noneLines(w int) []string {
	s := p.env.Styles
	lines := []string{s.Bright.Of("No Duo tenant is known yet."), ""}
	lines = append(lines, text.Wrap("A tenant is one customer's Duo. With the keys of two of its applications gatepass asks Duo instead of guessing:", w)...)
	lines = append(lines, "")
	lines = append(lines, ui.Hanging("  Auth API   ", "what Duo would do with an account from an address", w)...)
	lines = append(lines, ui.Hanging("  Admin API  ", "what the policy says of each route, the log, and it makes bypass codes and tokens", w)...)
	lines = append(lines, "", s.Key.Of("n")+"  add one here")
	lines = append(lines, ui.Hanging("   ", "or by command: gatepass duo add NAME --api-host HOST --auth-ikey KEY --auth-skey-file FILE --admin-ikey KEY --admin-skey-file FILE", w)...)
	lines = append(lines, "")
	lines = append(lines, text.Wrap("Without a tenant every route works too: codes and seeds are given by hand, and the request to the administrator is written by the wizard.", w)...)
	if p.err != nil {
		lines = append(append(lines, ""), ui.ErrorLines(s, p.err, w)...)
	}
	return append(lines, p.problem(w)...)
}
