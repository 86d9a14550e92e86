package chrome

import (
	"net/url"

	"github.com/chromedp/cdproto/domsnapshot"
)

// document node kinds (DOM standard, Node.nodeType).
const (
	elementNode  = 1
	textNode     = 3
	fragmentNode = 11
)

// tree is one document of a snapshot with its tables turned into lookups.
type tree struct {
	capture  *capture
	doc      *domsnapshot.DocumentSnapshot
	base     *url.URL // what its addresses are relative to
	address  *url.URL // where it is
	children [][]int
	layout   []int // by node: its place in the layout, or -1
	laid     []bool
	shadow   map[int]string // shadow roots and their kind
	values   map[int]string
	texts    map[int]string
	checked  map[int]bool
	selected map[int]bool
	contents map[int]int // frame element → document
	pseudo   map[int]bool
	framed   bool           // it is a frame's document
	censuses map[int]census // by the document or shadow root
}

func newTree(c *capture, index int, inherited *url.URL) *tree {
	doc := c.shot.Documents[index]
	n := doc.Nodes
	count := len(n.ParentIndex)
	t := &tree{
		capture: c, doc: doc, children: make([][]int, count), layout: make([]int, count), laid: make([]bool, count),
		shadow: map[int]string{}, values: map[int]string{}, texts: map[int]string{},
		checked: set(n.InputChecked), selected: set(n.OptionSelected), contents: map[int]int{}, pseudo: map[int]bool{},
	}
	t.address = t.parse(doc.DocumentURL)
	if t.address == nil || t.address.Host == "" {
		t.address = inherited // about:blank and srcdoc belong to who made them
	}
	if t.base = t.parse(doc.BaseURL); t.base == nil || t.base.Host == "" {
		t.base = t.address
	}
	for i := range t.layout {
		t.layout[i] = -1
	}
	for at, node := range doc.Layout.NodeIndex {
		if node >= 0 && int(node) < count && t.layout[node] < 0 {
			t.layout[node], t.laid[node] = at, true
		}
	}
	for i := count - 1; i >= 0; i-- {
		if p := int(n.ParentIndex[i]); p >= 0 && p < i {
			t.laid[p] = t.laid[p] || t.laid[i]
		}
	}
	for i := range count {
		if p := int(n.ParentIndex[i]); p >= 0 && p < count {
			t.children[p] = append(t.children[p], i)
		}
	}
	t.each(n.ShadowRootType, t.shadow)
	t.each(n.InputValue, t.values)
	t.each(n.TextValue, t.texts)
	if n.PseudoType != nil {
		for _, i := range n.PseudoType.Index {
			t.pseudo[int(i)] = true
		}
	}
	if n.ContentDocumentIndex != nil {
		for k, i := range n.ContentDocumentIndex.Index {
			t.contents[int(i)] = int(n.ContentDocumentIndex.Value[k])
		}
	}
	return t
}

func (t *tree) str(i domsnapshot.StringIndex) string {
	if i < 0 || int(i) >= len(t.capture.shot.Strings) {
		return ""
	}
	return t.capture.shot.Strings[i]
}

// at is the string of an index that has lost its type; the empty one has none.
func (t *tree) at(i int64) string { return t.str(domsnapshot.StringIndex(i)) }

func (t *tree) parse(i domsnapshot.StringIndex) *url.URL {
	u, err := url.Parse(t.str(i))
	if err != nil {
		return nil
	}
	return u
}

func (t *tree) each(data *domsnapshot.RareStringData, into map[int]string) {
	if data == nil {
		return
	}
	for k, i := range data.Index {
		into[int(i)] = t.str(data.Value[k])
	}
}

func set(data *domsnapshot.RareBooleanData) map[int]bool {
	all := map[int]bool{}
	if data != nil {
		for _, i := range data.Index {
			all[int(i)] = true
		}
	}
	return all
}

// style is a computed value; "" for what is not laid out.
func (t *tree) style(node, which int) string {
	at := t.layout[node]
	if at < 0 || at >= len(t.doc.Layout.Styles) || which >= len(t.doc.Layout.Styles[at]) {
		return ""
	}
	return t.str(domsnapshot.StringIndex(t.doc.Layout.Styles[at][which]))
}

func (t *tree) box(node int) box {
	at := t.layout[node]
	if at < 0 || at >= len(t.doc.Layout.Bounds) {
		return box{}
	}
	return boxOf(t.doc.Layout.Bounds[at])
}
