package login

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// ReadHTML makes a Page of a parsed document. base is the document's address
// after redirects. Whatever the document says, the Page is bounded, and so is the
// work: texts are cut, and no more than a few thousand controls are kept.
//
// A control belongs to the form around it, or to the one that its form attribute
// names. [ReadDocument] also knows the forms that markup closed too early.
func ReadHTML(root *html.Node, base *url.URL) Page {
	r := reader{
		page: Page{URL: base}, base: base,
		ids: map[string]*html.Node{}, labels: map[string]string{}, labelled: map[string]*html.Node{},
		forms: map[string]int{}, marks: map[string]int{}, nodes: map[*html.Node]int{}, rows: map[*html.Node][]string{},
		left: maxVisits, census: newCensus(), tree: &tree{root: root},
	}
	r.index(root, 0)
	for _, style := range r.styles {
		r.sheet.read(style)
	}
	r.collectForms(root, 0)
	r.walk(root, surroundings{form: NoForm, visible: true})
	r.flushLine()
	r.page.Text = Clean(r.text.String())
	r.page.Plain = Clean(r.plain.String())
	for i := range r.page.Forms {
		f := &r.page.Forms[i]
		f.Text, f.Links = Clean(r.formTexts[i].text.String()), Clean(r.formTexts[i].links.String())
	}
	r.page.tree = r.tree
	return r.page
}

const (
	maxText     = 32 << 10 // bytes of text kept, for the page and for all its forms together
	maxControls = 2000
	maxForms    = 200
	maxLines    = 400
	maxMessages = 40
	maxHeadings = 100
	maxFrames   = 50
	maxDepth    = 512
	maxVisits   = 2 << 20 // nodes looked at for texts, which overlap
)

// reader walks a document once, after an index of ids, labels, style sheets and
// forms was made.
type reader struct {
	page     Page
	base     *url.URL
	based    bool // a base element was seen
	ids      map[string]*html.Node
	labels   map[string]string     // id of a control → text of its labels
	labelled map[string]*html.Node // id of a control → the first of its labels
	forms    map[string]int        // id of a form → its index
	marks    map[string]int        // mark of a form in the source → its index
	nodes    map[*html.Node]int
	rows     map[*html.Node][]string // what stands over the cells of a row
	styles   []string
	sheet    sheet
	census   census
	tree     *tree

	text, plain, line strings.Builder
	formTexts         []formText
	formBytes         int             // in all of formTexts
	heading           string          // the nearest heading before
	near              strings.Builder // the line that a control stands on
	above             string          // the line above it
	picture           string          // names of the picture since the last control
	order             int
	left              int // nodes that may still be looked at for texts
}

type formText struct {
	text, links strings.Builder
	headed      bool // it has headings of its own
}

// surroundings is what an element inherits from its ancestors.
type surroundings struct {
	form    int
	visible bool
	decoy   bool
	off     bool   // inside a disabled fieldset
	legend  bool   // inside the first legend of one, which is not disabled
	link    bool   // inside a link
	script  bool   // inside a noscript element
	labeled bool   // inside a label
	label   string // its text
	modal   bool   // inside a dialog that lies over the rest
	shadow  bool   // inside a shadow root that the document declares
	depth   int
}

// isShadow reports whether a template declares a shadow root: its content is drawn.
func isShadow(n *html.Node) bool { return has(n, "shadowrootmode") || has(n, "shadowroot") }

// index finds the base address, ids, style sheets and what labels point at.
func (r *reader) index(n *html.Node, depth int) {
	if depth > maxDepth {
		return
	}
	if n.Type == html.ElementNode {
		r.census.count(n)
		if id := attr(n, "id"); id != "" && r.ids[id] == nil {
			r.ids[id] = n
		}
		switch n.DataAtom {
		case atom.Base: // the first that names an address counts
			if u := r.resolve(attr(n, "href")); u != nil && !r.based {
				r.base, r.based = u, true
			}
		case atom.Style:
			r.styles = append(r.styles, rawText(n))
		case atom.Label:
			if id := attr(n, "for"); id != "" && len(r.labels[id]) < 300 {
				if r.labelled[id] == nil {
					r.labelled[id] = n
				}
				r.labels[id] = strings.TrimSpace(r.labels[id] + " " + clip(r.textOf(n), 300))
			}
		case atom.Template:
			if !isShadow(n) {
				return
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.index(c, depth+1)
	}
}

// collectForms numbers the forms first: a control may name one that comes later.
func (r *reader) collectForms(n *html.Node, depth int) {
	if depth > maxDepth {
		return
	}
	if n.Type == html.ElementNode {
		switch n.DataAtom {
		case atom.Template:
			if !isShadow(n) {
				return
			}
		case atom.Form:
			r.form(n)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.collectForms(c, depth+1)
	}
}

func (r *reader) walk(n *html.Node, in surroundings) {
	if in.depth > maxDepth {
		return
	}
	in.depth++
	switch n.Type {
	case html.TextNode:
		r.addText(n.Data, in)
		return
	case html.ElementNode:
		if isBlock(n.DataAtom) {
			r.addText(" ", in)
			r.flushLine()
		}
		if !r.element(n, &in) {
			return
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.walk(c, in)
	}
	if n.Type == html.ElementNode && isBlock(n.DataAtom) {
		r.addText(" ", in)
		r.flushLine()
	}
}

// element takes note of n and reports whether its children are to be read.
func (r *reader) element(n *html.Node, in *surroundings) bool {
	if r.hidden(n) {
		in.visible = false
	}
	in.decoy = in.decoy || attr(n, "aria-hidden") == "true"
	in.modal = in.modal || attr(n, "aria-modal") == "true"
	r.widget(n, *in)
	r.number(n, *in)
	if in.visible && ActsAsButton(n) && r.pressable(n, *in) {
		return false
	}
	switch n.DataAtom {
	case atom.Head:
		r.head(n)
		return false
	case atom.Script:
		r.page.Scripts++
		r.widgetScript(n)
		return false
	case atom.Style:
		return false
	case atom.Template:
		in.shadow = isShadow(n)
		return in.shadow
	case atom.Noscript: // read on: without scripts, what is inside is the page
		r.noscript(n)
		in.script = true
	case atom.Form:
		if i, ok := r.formOf(n); ok {
			in.form = i
		}
		in.decoy = false
	case atom.Fieldset:
		in.off = in.off && !in.legend || has(n, "disabled")
		in.legend = false
	case atom.Legend:
		in.legend = in.off && firstLegend(n)
		r.takeHeading(n, *in)
	case atom.Label:
		in.labeled, in.label = true, clip(r.textOf(n), 300)
	case atom.Input, atom.Textarea, atom.Select:
		r.control(n, *in)
		return false
	case atom.Button:
		r.button(n, *in, strings.ToLower(attr(n, "type")), r.textOf(n))
		r.aloud(r.textOf(n), *in)
		return false
	case atom.A:
		in.link = in.link || has(n, "href")
		r.link(n, *in)
	case atom.Img, atom.Canvas, atom.Svg:
		r.image(n, *in)
		return n.DataAtom != atom.Svg
	case atom.Iframe, atom.Frame:
		r.frame(n, *in)
		return false
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		r.takeHeading(n, *in)
	case atom.Title: // a title outside head, as broken pages have
		r.title(n)
		return false
	}
	if strings.EqualFold(attr(n, "role"), "heading") && !isHeading(n.DataAtom) {
		r.takeHeading(n, *in)
	}
	r.message(n, *in)
	return true
}

func (r *reader) head(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.DataAtom {
		case atom.Title:
			r.title(c)
		case atom.Meta:
			r.meta(c)
		case atom.Script:
			r.page.Scripts++
			r.widgetScript(c)
		case atom.Noscript:
			r.noscript(c)
		}
	}
}

func (r *reader) title(n *html.Node) {
	if r.page.Title == "" && n.Namespace == "" {
		r.page.Title = clip(r.textOf(n), 300)
	}
}

// noscript keeps what the page tells readers without scripts, and the refresh
// that it gives them: in a program that runs no scripts both are meant for us.
func (r *reader) noscript(n *html.Node) {
	if len(r.page.NoScript) < 500 {
		r.page.NoScript = clip(strings.TrimSpace(r.page.NoScript+" "+r.textOf(n)), 500)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Meta {
			r.meta(c)
		}
	}
}

func (r *reader) meta(n *html.Node) {
	if strings.EqualFold(attr(n, "http-equiv"), "refresh") && r.page.Refresh == nil {
		r.page.Refresh = RefreshTarget(attr(n, "content"), r.base)
	}
}

// link keeps an anchor that leads somewhere.
func (r *reader) link(n *html.Node, in surroundings) {
	href := attr(n, "href")
	if strings.HasPrefix(strings.ToLower(href), "otpauth:") {
		r.page.QR = true
	}
	u := r.resolve(href)
	if u == nil || !in.visible || len(r.page.Links) >= maxControls {
		return
	}
	label := r.textOf(n)
	if label == "" {
		label = Clean(attr(n, "aria-label") + " " + attr(n, "title"))
	}
	r.page.Links = append(r.page.Links, Link{URL: u, Text: clip(label, 200), Form: in.form})
	r.tree.links = append(r.tree.links, n)
}

// frame keeps a document inside the page. What a script puts into a page for
// those without scripts, and what nobody sees, counts for nothing.
func (r *reader) frame(n *html.Node, in surroundings) {
	tiny := func(name string) bool { v := strings.TrimSuffix(attr(n, name), "px"); return v == "0" || v == "1" }
	if !in.visible || in.script || tiny("width") || tiny("height") || len(r.page.Frames) >= maxFrames {
		return
	}
	r.page.Frames = append(r.page.Frames, Frame{URL: r.resolve(attr(n, "src")), Name: attr(n, "name"), ID: attr(n, "id")})
}

// resolve makes ref absolute; nil when it is empty, broken or not for http.
func (r *reader) resolve(ref string) *url.URL {
	return resolve(r.base, ref)
}

func resolve(base *url.URL, ref string) *url.URL {
	ref = strings.Trim(ref, " \t\r\n\f")
	if ref == "" || base == nil {
		return nil
	}
	u, err := base.Parse(strings.Map(noBreaks, ref))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil
	}
	return u
}

// noBreaks drops what the URL standard drops wherever it stands.
func noBreaks(c rune) rune {
	if c == '\t' || c == '\r' || c == '\n' {
		return -1
	}
	return c
}
