package intake

import (
	"fmt"
	"strconv"
	"strings"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// View implements ui.Page.
func (p *Page) View() string {
	var lines []string
	switch {
	case p.question != nil:
		lines = p.passwordView()
	case p.mode == waiting:
		lines = p.waitingView()
	case p.mode == reading:
		lines = []string{p.spinner() + " reading" + p.far() + "…"}
	case p.mode == agreeing:
		lines = p.ask.View(p.env.Styles, p.readable())
	case p.mode == keeping:
		lines = p.keepingView()
	case p.mode == review:
		return p.reviewView()
	}
	if len(lines) > p.h {
		lines = lines[:p.h]
	}
	return strings.Join(lines, "\n")
}

func (p *Page) readable() int { return min(p.w, 92) }

func (p *Page) waitingView() []string {
	s, w := p.env.Styles, p.readable()
	lines := []string{s.Bright.Of("Paste it here, or drop files on the terminal."), ""}
	lines = append(lines, p.typedView(w), "")
	if p.failure != nil {
		lines = append(append(lines, ui.ErrorLines(s, p.failure, w)...), "")
	}
	lines = append(lines, text.Wrap("Links (otpauth://, otpauth-migration://, steam://), seeds in base32, a line each; backups of other programs; "+
		"pictures and screenshots with QR codes; folders of them. Several at once, or one after the other.", w)...)
	lines = append(lines, "", "Nothing is stored before you have seen it and agreed.")
	if p.failure != nil {
		return lines // it has said what is known
	}
	lines = append(lines, "", s.Dim.Of("Known are:"))
	for _, l := range text.Wrap(formats+".", w) {
		lines = append(lines, s.Dim.Of(l))
	}
	return lines
}

// typedView is the field. What is typed may be a seed, so it is covered unless it
// begins like a path.
func (p *Page) typedView(w int) string {
	s := p.env.Styles
	const prompt = "> "
	note := ""
	value := p.typed.View(s, w-len(prompt)-40)
	switch {
	case looksLikePath(p.typed.Value()):
		value = text.CutLeft(text.Clean(p.typed.Value()), w-len(prompt)-1) + s.Accent.Of("▏")
	case !p.typed.Empty():
		note = fmt.Sprintf("  (%d characters, covered%s)", len([]rune(p.typed.Value())), p.before())
	case len(p.lines) > 0:
		note = "  (" + strings.TrimPrefix(p.before(), ", ") + ")"
	default:
		note = "  (nothing yet)"
	}
	return s.Accent.Of(prompt) + value + s.Dim.Of(note)
}

// before tells of lines that were ended already.
func (p *Page) before() string {
	switch n := len(p.lines); n {
	case 0:
		return ""
	case 1:
		return ", after 1 line"
	default:
		return fmt.Sprintf(", after %d lines", n)
	}
}

func (p *Page) spinner() string {
	return widget.MarkRunning.Of(p.env.Styles, int(p.env.Now().UnixMilli()/100))
}

// far says how far the work is, as far as that is known.
func (p *Page) far() string {
	done, total := p.progress.done.Load(), p.progress.total.Load()
	switch {
	case total > 0:
		return fmt.Sprintf(" %d of %d", done, total)
	case done > 0:
		return fmt.Sprintf(", %d entries so far", done)
	}
	return ""
}

func (p *Page) passwordView() []string {
	s, w, q := p.env.Styles, p.readable(), p.question
	lines := ui.Hanging("", fmt.Sprintf("%s is encrypted (%s).", text.Clean(q.Name), q.Format), w)
	if q.Attempt > 1 {
		lines = append(lines, "")
		lines = append(lines, ui.Hanging(s.Bad.Of("✗ "), fmt.Sprintf("That password does not open it. This is attempt %d of 3.", q.Attempt), w)...)
	}
	return append(lines, "", s.Accent.Of("> ")+"Password  "+p.password.View(s, w-12))
}

func (p *Page) keepingView() []string {
	s, w := p.env.Styles, p.readable()
	done, total := int(p.progress.done.Load()), int(p.progress.total.Load())
	what := "keeping"
	if p.stopped {
		what = "stopped; taking back what was kept already,"
	}
	return []string{p.spinner() + " " + what + p.far() + "…", "", widget.Gauge(s, done, total, min(w, 60))}
}

// reviewView is what was found, and what has to be known before it is kept.
func (p *Page) reviewView() string {
	s := p.env.Styles
	n := len(p.res.plan.Add)
	last := s.Bright.Of("Nothing here is new.") + s.Dim.Of(" Paste more, or go back.")
	if n > 0 {
		last = s.Bright.Of("Enter keeps "+entries(n)+".") + s.Dim.Of(" Paste more to add to it.")
	}
	body := p.scroll.View(s, p.drawn)
	for range p.h - 2 - strings.Count(body, "\n") - 1 {
		body += "\n"
	}
	return body + "\n\n" + text.Cut(last, p.w)
}

// draw makes the lines of the review. It is done once, for there may be thousands.
func (p *Page) draw() {
	if p.mode != review {
		return
	}
	s, w := p.env.Styles, p.w
	var lines []string
	if p.failure != nil {
		lines = append(append(lines, ui.ErrorLines(s, p.failure, w)...), s.Bright.Of("Nothing was kept."), "")
	}
	if p.res.read.Format != "" {
		lines = append(lines, s.Dim.Of(text.Cut(p.res.read.Format, w)))
	}
	name := nameWidth(p.res.plan, w)
	for _, e := range p.res.plan.Add {
		lines = append(lines, s.Good.Of("+ ")+text.Pad(e.Target.Name, name)+"  "+s.Dim.Of(text.Cut(describe(*e.OTP)+p.res.alike(e.Target.Name), w-name-4)))
	}
	for _, e := range p.res.plan.Existing {
		lines = append(lines, s.Dim.Of("= ")+text.Pad(text.Clean(e.Name), name)+"  "+
			s.Dim.Of(text.Cut("is here already as "+e.Target+" ("+text.Clean(e.Where)+")", w-name-4)))
	}
	for _, r := range p.res.read.Refused {
		lines = append(lines, ui.Hanging(s.Bad.Of("✗ "), text.Clean(strings.TrimSpace(r.Name+" "))+" refused: "+r.Reason+" ("+text.Clean(r.Where)+")", w)...)
	}
	for _, n := range p.res.notes() {
		lines = append(lines, ui.Hanging(s.Warn.Of("! "), text.Clean(n), w)...)
	}
	if p.res.broken != nil {
		lines = append(append(lines, ""), ui.ErrorLines(s, p.res.broken, w)...)
	}
	p.drawn = lines
}

// notes are what has to be known beside the entries.
func (r readResult) notes() []string {
	notes := append([]string{}, r.read.Notes...)
	if said := r.settled.String(); said != "" {
		notes = append(notes, said)
	}
	return notes
}

// alike says of a new entry that its seed is here under other parameters.
func (r readResult) alike(name string) string {
	if said, ok := r.plan.Alike[name]; ok {
		return " · " + said
	}
	return ""
}

// nameWidth is the column of the names.
func nameWidth(plan auth.Collection, w int) int {
	widest := 8
	for _, e := range plan.Add {
		widest = max(widest, text.Width(e.Target.Name))
	}
	for _, e := range plan.Existing {
		widest = max(widest, text.Width(e.Name))
	}
	return min(widest, w/3)
}

// describe names a key's parameters.
func describe(k otp.Key) string {
	parts := []string{}
	for _, n := range []string{text.Clean(k.Issuer()), text.Clean(k.Account())} {
		if n != "" {
			parts = append(parts, n)
		}
	}
	parts = append(parts, strings.ToUpper(string(k.Type())), strconv.Itoa(k.Digits())+" digits", string(k.Algorithm()))
	if k.Type() == otp.HOTP {
		return strings.Join(append(parts, "from counter "+strconv.FormatUint(k.Counter(), 10)), " · ")
	}
	return strings.Join(append(parts, "every "+text.Left(k.Period())), " · ")
}
