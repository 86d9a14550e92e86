package login

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// addText takes up text where it is read: by the page, by its form, before the
// next control.
func (r *reader) addText(s string, in surroundings) {
	if !in.visible {
		return
	}
	put(&r.text, s)
	if in.link {
		r.addFormText(s, in)
		return
	}
	put(&r.near, s)
	r.addFormText(s, in)
	if !in.labeled {
		put(&r.plain, s)
		put(&r.line, s)
	}
}

func (r *reader) addFormText(s string, in surroundings) {
	if in.form == NoForm || r.formBytes > maxText {
		return
	}
	to := &r.formTexts[in.form].text
	if in.link {
		to = &r.formTexts[in.form].links
	}
	r.formBytes += len(s)
	put(to, s)
}

// beside takes what stands right before a control, on its line or the one above. A
// whole sentence is not what a control is called.
func (r *reader) beside() string {
	s := Clean(r.near.String())
	if s == "" {
		s = r.above
	}
	r.near.Reset()
	r.above = ""
	if len(s) > 120 || len(strings.Fields(s)) > 8 {
		return ""
	}
	return s
}

func put(to *strings.Builder, s string) {
	if to.Len() < maxText {
		to.WriteString(clipBytes(s, maxText-to.Len()))
	}
}

// flushLine ends a line: of Page.Lines, and of what stands beside a control.
func (r *reader) flushLine() {
	if s := Clean(r.near.String()); s != "" {
		r.above = s
	}
	r.near.Reset()
	if r.line.Len() == 0 {
		return
	}
	s := Clean(r.line.String())
	r.line.Reset()
	if s != "" && len(r.page.Lines) < maxLines {
		r.page.Lines = append(r.page.Lines, clip(s, 300))
	}
}

// aloud adds text that a person reads but that is not the page's own speech.
func (r *reader) aloud(s string, in surroundings) {
	in.link, in.form = true, NoForm
	r.addText(s+" ", in)
}

func (r *reader) takeHeading(n *html.Node, in surroundings) {
	t := clip(r.textOf(n), 300)
	if t == "" || !in.visible {
		return
	}
	r.heading = t
	// The small ones are a page's own only where it has no others: cards and footers
	// are full of them.
	if !isSmallHeading(n.DataAtom) || len(r.page.Headings) == 0 {
		r.headline(t)
	}
	if in.form == NoForm {
		return
	}
	f := &r.page.Forms[in.form]
	if own := &r.formTexts[in.form].headed; !*own { // its own replace the one before it
		*own, f.Heading = true, ""
	}
	if len(f.Heading) < 600 {
		f.Heading = strings.TrimSpace(f.Heading + " " + t)
	}
}

func isHeading(a atom.Atom) bool {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.Legend:
		return true
	}
	return isSmallHeading(a)
}

func isSmallHeading(a atom.Atom) bool { return a == atom.H4 || a == atom.H5 || a == atom.H6 }

// headline adds to the page's headings.
func (r *reader) headline(t string) {
	if len(r.page.Headings) < maxHeadings {
		r.page.Headings = append(r.page.Headings, t)
	}
}

// message keeps what a page marks as such. Of nested ones the outermost counts,
// and none that holds the form itself.
func (r *reader) message(n *html.Node, in surroundings) {
	if !in.visible || len(r.page.Messages) >= maxMessages || !isMessage(n) {
		return
	}
	t := clip(r.textOf(n), 500)
	if t == "" || r.holdsForm(n, 0) {
		return
	}
	for _, have := range r.page.Messages {
		if strings.Contains(have, t) {
			return
		}
	}
	r.page.Messages = append(r.page.Messages, t)
}

func (r *reader) holdsForm(n *html.Node, depth int) bool {
	for c := n.FirstChild; c != nil && depth < 20; c = c.NextSibling {
		if r.left--; r.left < 0 || c.DataAtom == atom.Form || r.holdsForm(c, depth+1) {
			return true
		}
	}
	return false
}
