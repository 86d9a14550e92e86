package chrome

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"gatepass/auth/login"
)

// A handle is an element in the live document.
type handle struct {
	in      *session
	node    cdp.BackendNodeID
	address *url.URL // of the document that it stands in
	secret  bool     // a password field
	place   login.Place
}

// builder turns a capture into a tree of the kind that [login.ReadHTML] reads, so
// that a live page and a document are understood by the same code. What the layout
// knows is written into it: what is not to be seen gets the attribute hidden, and
// what is to be seen loses whatever a reader without a layout would take for
// hiding. Shadow roots are put where they show, and frames in place of their
// elements.
type builder struct {
	typed   *login.Secrets
	handles []handle
	ids     map[string]int // id → the scope that has it
	scopes  int
	frames  int
	scripts int
}

// scope is a document or a shadow root: ids count within it.
type scope struct {
	number  int
	renamed map[string]string
	inner   bool // not the page's own document
}

// look is what an element inherits from its ancestors.
type look struct {
	shown bool // nothing around it is transparent
	clip  box  // what its ancestors cut off
	held  box  // the same for what is positioned
	form  bool // a form of another document is around it
	owner bool // a form of its own document is
	depth int
}

const maxDepth = 400

// mark is the class by which a handle is found again on the Page. A page that
// forges one gains nothing: the last one counts, and ours comes last.
const mark = "gatepass~"

func (b *builder) document(c *capture) (*html.Node, *url.URL) {
	t := newTree(c, 0, &url.URL{})
	root := &html.Node{Type: html.DocumentNode}
	if len(t.children) > 0 {
		b.children(root, t, 0, b.newScope(false), look{shown: true, clip: everywhere, held: everywhere})
	}
	return root, t.address
}

func (b *builder) newScope(inner bool) *scope {
	b.scopes++
	return &scope{number: b.scopes, renamed: map[string]string{}, inner: inner}
}

func (b *builder) children(to *html.Node, t *tree, node int, in *scope, l look) {
	for _, child := range t.children[node] {
		b.node(to, t, child, in, l)
	}
}

func (b *builder) node(to *html.Node, t *tree, i int, in *scope, l look) {
	if l.depth++; l.depth > maxDepth || t.pseudo[i] {
		return
	}
	switch t.doc.Nodes.NodeType[i] {
	case textNode:
		if b.reads(t, i, to, l) {
			to.AppendChild(&html.Node{Type: html.TextNode, Data: t.str(t.doc.Nodes.NodeValue[i])})
		}
	case elementNode:
		b.element(to, t, i, in, l)
	case fragmentNode:
		// A shadow root is taken up by its host.
	}
}

// reads reports whether a person reads a text.
func (b *builder) reads(t *tree, i int, parent *html.Node, l look) bool {
	switch parent.DataAtom {
	case atom.Title, atom.Option:
		return true
	}
	return t.layout[i] >= 0 && l.shown && t.style(i, styleVisibility) == "visible" && t.box(i).within(l.clip).atLeast(0.5)
}

func (b *builder) element(to *html.Node, t *tree, i int, in *scope, l look) {
	name := strings.ToLower(t.str(t.doc.Nodes.NodeName[i]))
	n := &html.Node{Type: html.ElementNode, Data: name, DataAtom: atom.Lookup([]byte(name))}
	if n.DataAtom == 0 {
		n.Data = name
	}
	switch n.DataAtom {
	case atom.Style, atom.Base, atom.Link, atom.Noscript, atom.Template:
		return // what they do shows in the layout
	case atom.Head, atom.Meta:
		if in.inner {
			return
		}
	case atom.Script:
		b.scripts++
	}
	b.attributes(n, t, i, in)
	seen, inner := b.see(n, t, i, l)
	b.adapt(n, t, i, seen, &inner, in)
	to.AppendChild(n)
	switch n.DataAtom {
	case atom.Iframe, atom.Frame:
		b.frame(n, t, i, seen, inner)
		return
	case atom.Svg, atom.Script, atom.Input, atom.Textarea:
		return
	}
	for _, child := range t.children[i] {
		if kind := t.shadow[child]; t.doc.Nodes.NodeType[child] == fragmentNode {
			if kind != "user-agent" {
				b.shadow(n, t, i, child, in, inner)
				return
			}
		}
	}
	b.children(n, t, i, in, inner)
}

// see decides whether an element is to be seen, and what its children inherit.
func (b *builder) see(n *html.Node, t *tree, i int, l look) (bool, look) {
	inner := l
	if t.layout[i] < 0 {
		return t.laid[i] && l.shown, inner
	}
	position := t.style(i, stylePosition)
	switch position {
	case "fixed":
		inner.clip = everywhere
	case "absolute":
		inner.clip = l.held
	}
	at := t.box(i)
	inner.shown = l.shown && (opaque(t.style(i, styleOpacity)) || underBoxes(n))
	seen := inner.shown
	if isControl(n) {
		seen = seen && t.style(i, styleVisibility) == "visible" && at.within(inner.clip).atLeast(2)
	}
	if t.style(i, styleOverflowX) != "visible" || t.style(i, styleOverflowY) != "visible" {
		if n.DataAtom != atom.Html && n.DataAtom != atom.Body { // these cut off nothing but what can be scrolled to
			inner.clip = inner.clip.within(at)
		}
	}
	if position != "static" {
		inner.held = inner.clip
	}
	return seen, inner
}

// underBoxes reports whether an element is a field for a code that pages let nobody
// see on purpose: what is typed into it shows in boxes that only look like fields.
func underBoxes(n *html.Node) bool {
	if n.DataAtom != atom.Input || !strings.Contains(get(n, "autocomplete"), "one-time-code") {
		return false
	}
	length, err := strconv.Atoi(get(n, "maxlength"))
	return err == nil && length >= 4 && length <= 10
}

func opaque(s string) bool {
	v, err := strconv.ParseFloat(s, 64)
	return err != nil || v > 0.05
}

// isControl reports whether an element must itself be seen to be of use. Others
// may have no size of their own and still hold what shows.
func isControl(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Input, atom.Textarea, atom.Select, atom.Button, atom.Iframe, atom.Frame, atom.Img, atom.Canvas:
		return true
	}
	return false
}

// shadow puts a shadow root's children in place of its host's, and the host's own
// where the slots are.
func (b *builder) shadow(host *html.Node, t *tree, i, root int, in *scope, l look) {
	slots := map[string][]int{}
	for _, child := range t.children[i] {
		if child != root && t.doc.Nodes.NodeType[child] != fragmentNode {
			name := ""
			if t.doc.Nodes.NodeType[child] == elementNode {
				name = t.attribute(child, "slot")
			}
			slots[name] = append(slots[name], child)
		}
	}
	s := &slotting{slots: slots, outer: in}
	b.slotted(host, t, root, b.newScope(true), s, l)
	// What has no slot does not show, but a form sends it.
	rest := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div, Attr: []html.Attribute{{Key: "hidden"}}}
	for _, name := range sortedKeys(slots) {
		for _, child := range slots[name] {
			b.node(rest, t, child, in, l)
		}
	}
	if rest.FirstChild != nil {
		host.AppendChild(rest)
	}
}

// slotting is the light children of a host that wait for their slots.
type slotting struct {
	slots map[string][]int
	outer *scope
}

// slotted walks a shadow tree and fills its slots.
func (b *builder) slotted(to *html.Node, t *tree, node int, in *scope, s *slotting, l look) {
	for _, child := range t.children[node] {
		if l.depth > maxDepth {
			return
		}
		if t.doc.Nodes.NodeType[child] != elementNode {
			b.node(to, t, child, in, l)
			continue
		}
		if !strings.EqualFold(t.str(t.doc.Nodes.NodeName[child]), "slot") {
			if !t.holdsSlot(child, 0) {
				b.node(to, t, child, in, l)
				continue
			}
			at := to.LastChild
			b.shell(to, t, child, in, l)
			n := to.LastChild
			if n == nil || n == at {
				continue
			}
			inner := l
			_, inner = b.see(n, t, child, l)
			inner.depth++
			b.slotted(n, t, child, in, s, inner)
			continue
		}
		name := t.attribute(child, "name")
		assigned := s.slots[name]
		delete(s.slots, name)
		for _, light := range assigned {
			b.node(to, t, light, s.outer, l)
		}
		if len(assigned) == 0 {
			b.children(to, t, child, in, l)
		}
	}
}

// shell adds an element without its children.
func (b *builder) shell(to *html.Node, t *tree, i int, in *scope, l look) {
	kept := t.children[i]
	t.children[i] = nil
	b.node(to, t, i, in, l)
	t.children[i] = kept
}

func (t *tree) holdsSlot(node, depth int) bool {
	if depth > maxDepth {
		return false
	}
	for _, child := range t.children[node] {
		if strings.EqualFold(t.str(t.doc.Nodes.NodeName[child]), "slot") || t.holdsSlot(child, depth+1) {
			return true
		}
	}
	return false
}

// frame puts what a frame shows in its element's place. A robots' gate stays the
// frame that it is, because by that it is known.
func (b *builder) frame(n *html.Node, t *tree, i int, seen bool, l look) {
	address := get(n, "src")
	if !seen || b.frames >= maxFrames || isGate(address) {
		return
	}
	var inside *tree
	if index, ok := t.contents[i]; ok && index > 0 && index < len(t.capture.shot.Documents) {
		inside = newTree(t.capture, index, t.address)
	} else if c := t.capture.frames[t.doc.Nodes.BackendNodeID[i]]; c != nil {
		inside = newTree(c, 0, t.address)
	}
	if inside == nil || len(inside.children) == 0 {
		return
	}
	b.frames++
	inside.framed = true
	n.Data, n.DataAtom, n.Attr = "div", atom.Div, nil
	b.children(n, inside, 0, b.newScope(true), look{shown: l.shown, clip: everywhere, held: everywhere, form: l.form || l.owner, depth: l.depth})
}

// isGate knows the robots' gates that come in frames.
func isGate(address string) bool {
	for _, part := range []string{"captcha", "challenges.cloudflare.com/", "geetest.com/", "arkoselabs.com/", "_Incapsula_Resource"} {
		if strings.Contains(address, part) {
			return true
		}
	}
	return false
}

func sortedKeys(m map[string][]int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
