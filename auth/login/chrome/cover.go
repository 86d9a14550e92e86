package chrome

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"

	"gatepass/auth/login"
	"gatepass/store"
)

// A cover is what of a window nobody may see: boxes on what it shows now.
type cover struct {
	width float64 // of the window
	boxes []box
}

// A spot is a node of a live document.
type spot struct {
	in   *session
	node cdp.BackendNodeID
}

// cover finds out what of a window is to be covered.
func (d *Driver) cover(ctx context.Context, t *tab) (cover, error) {
	c, err := d.captureTab(ctx, t)
	if err != nil {
		return cover{}, err
	}
	width, err := windowWidth(ctx, t)
	if err != nil {
		return cover{}, err
	}
	f := &finder{typed: d.guard.typed, values: d.values, touched: d.touched, spots: map[spot]bool{}}
	f.read(c)
	f.capture(c)
	all := cover{width: width}
	for at := range f.spots {
		boxes, err := boxesOf(ctx, at)
		if err != nil {
			return cover{}, err
		}
		all.boxes = append(all.boxes, boxes...)
	}
	slices.SortFunc(all.boxes, box.compare)
	return all, nil
}

func windowWidth(ctx context.Context, t *tab) (float64, error) {
	world, err := call(ctx, t.main, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: cdp.FrameID(t.main.info.TargetID), WorldName: "gatepass"})
	if err != nil {
		return 0, err
	}
	r, err := call(ctx, t.main, runtime.Evaluate, runtime.EvaluateParams{Expression: "innerWidth", ContextID: world.ExecutionContextID, ReturnByValue: new(true), Silent: new(true)})
	if err != nil {
		return 0, err
	}
	var width float64
	if r.Result == nil || jsonv2.Unmarshal(r.Result.Value, &width, protocol) != nil || width <= 0 {
		return 0, errLeft
	}
	return width, nil
}

// boxesOf gives where a node shows in its window. A frame of another site counts from
// its own corner, so the places of the frames around it are added.
func boxesOf(ctx context.Context, at spot) ([]box, error) {
	var boxes []box
	if model, err := call(ctx, at.in, dom.GetBoxModel, dom.GetBoxModelParams{BackendNodeID: at.node}); err == nil && model.Model != nil {
		boxes = append(boxes, around(model.Model.Border))
	} else if quads, err := call(ctx, at.in, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: at.node}); err == nil {
		for _, q := range quads.Quads {
			boxes = append(boxes, around(q))
		}
	} else if ctx.Err() != nil || errors.Is(err, errGone) || errors.Is(err, errLeft) {
		return nil, err
	}
	for s := at.in; s.parent != nil && s.info.Type == "iframe"; s = s.parent {
		owner, err := call(ctx, s.parent, dom.GetFrameOwner, dom.GetFrameOwnerParams{FrameID: cdp.FrameID(s.info.TargetID)})
		if err != nil {
			return nil, err
		}
		model, err := call(ctx, s.parent, dom.GetBoxModel, dom.GetBoxModelParams{BackendNodeID: owner.BackendNodeID})
		if err != nil || model.Model == nil {
			return nil, errors.Join(errLeft, err)
		}
		corner := around(model.Model.Content)
		for i, b := range boxes {
			boxes[i] = box{b.left + corner.left, b.top + corner.top, b.right + corner.left, b.bottom + corner.top}
		}
	}
	return boxes, nil
}

// around is the box around four corners.
func around(q dom.Quad) box {
	if len(q) < 8 {
		return box{}
	}
	return box{min(q[0], q[2], q[4], q[6]), min(q[1], q[3], q[5], q[7]), max(q[0], q[2], q[4], q[6]), max(q[1], q[3], q[5], q[7])}
}

// compare orders boxes, so that two lists of them can be compared.
func (b box) compare(c box) int {
	return slices.Compare([]float64{b.left, b.top, b.right, b.bottom}, []float64{c.left, c.top, c.right, c.bottom})
}

// finder looks for what must not be seen.
type finder struct {
	typed   *login.Secrets
	values  []store.Secret // what was typed, to be found over several texts
	touched map[spot]bool  // fields that took in a secret
	secret  bool           // the page shows a seed that belongs to the user
	spots   map[spot]bool
}

// read takes what the page's reading knows: which fields are for what, and whether
// it shows what an authenticator is set up with.
func (f *finder) read(c *capture) {
	b := &builder{typed: f.typed, ids: map[string]int{}}
	root, address := b.document(c)
	p := login.ReadHTML(root, address)
	var handles []handle
	for i := range p.Fields {
		handles = append(handles, b.take(&p.Fields[i].Class))
	}
	r := login.Read(p)
	f.secret = p.QR || r.Kind == login.KindEnrolment || r.Kind == login.KindBackupCode
	for _, i := range append([]int{r.Password}, r.Code...) {
		if i >= 0 && i < len(handles) && handles[i].in != nil {
			f.spots[spot{handles[i].in, handles[i].node}] = true
		}
	}
}

// capture looks through all documents of a target and of the frames in it.
func (f *finder) capture(c *capture) {
	for i, doc := range c.shot.Documents {
		if doc.Nodes != nil && doc.Layout != nil {
			f.document(newTree(c, i, nil))
		}
	}
	for _, inner := range c.frames {
		f.capture(inner)
	}
}

func (f *finder) document(t *tree) {
	var texts run
	for at, node := range t.doc.Layout.NodeIndex {
		if int(node) >= len(t.layout) {
			continue
		}
		switch n := int(node); {
		case at < len(t.doc.Layout.Text) && t.doc.Layout.Text[at] >= 0 && t.str(t.doc.Layout.Text[at]) != "":
			texts.add(t.shownBy(n), t.str(t.doc.Layout.Text[at]))
		case t.doc.Nodes.NodeType[n] == elementNode && f.covers(t, n):
			f.add(t, n)
		}
	}
	for _, node := range texts.holding(f) {
		f.add(t, node)
	}
}

func (f *finder) add(t *tree, node int) {
	f.spots[spot{t.capture.of, t.doc.Nodes.BackendNodeID[node]}] = true
}

// covers reports whether an element is to be covered as a whole.
func (f *finder) covers(t *tree, n int) bool {
	switch t.tag(n) {
	case "input":
		if strings.EqualFold(t.attribute(n, "type"), "password") || strings.Contains(strings.ToLower(t.attribute(n, "autocomplete")), "one-time-code") {
			return true
		}
		return f.touched[spot{t.capture.of, t.doc.Nodes.BackendNodeID[n]}] || f.in(t.values[n]) || f.in(t.attribute(n, "placeholder")) || f.in(t.attribute(n, "value"))
	case "textarea":
		return f.touched[spot{t.capture.of, t.doc.Nodes.BackendNodeID[n]}] || f.in(t.texts[n]) || f.in(t.attribute(n, "placeholder"))
	case "canvas", "video", "object", "embed":
		// What is painted cannot be read here; some applications paint all they show.
		return f.secret || len(f.values) > 0
	case "img", "svg":
		return f.secret || f.in(t.attribute(n, "src")) || f.in(t.attribute(n, "alt"))
	}
	return f.in(t.attribute(n, "style"))
}

// in reports whether a text has a secret in it, be it with gaps.
func (f *finder) in(text string) bool {
	if text == "" {
		return false
	}
	return f.typed.In(text) || f.typed.In(closeUp(text)) || f.secret && seedLike(text)
}

// shownBy is the node to ask for the place of a text: the text itself, or the element
// that draws it where it is no node of the page's own.
func (t *tree) shownBy(node int) int {
	at := node
	for n := node; n > 0; n = int(t.doc.Nodes.ParentIndex[n]) {
		if t.pseudo[n] || t.shadow[n] == "user-agent" {
			at = int(t.doc.Nodes.ParentIndex[n])
		}
	}
	return max(at, 0)
}

// run is the texts of a document one after the other.
type run struct {
	nodes []int
	texts []string
}

func (r *run) add(node int, text string) {
	r.nodes, r.texts = append(r.nodes, node), append(r.texts, text)
}

// holding lists the nodes whose texts hold a secret, be it that several make it up.
func (r *run) holding(f *finder) []int {
	var nodes []int
	var whole strings.Builder
	var from []int // where each text begins in whole
	for i, text := range r.texts {
		if f.in(text) {
			nodes = append(nodes, r.nodes[i])
		}
		from = append(from, whole.Len())
		whole.WriteString(strings.ToLower(closeUp(text)))
	}
	all := whole.String()
	for _, v := range f.values {
		value := strings.ToLower(closeUp(v.Reveal()))
		if len(value) < 4 {
			continue
		}
		for at := strings.Index(all, value); at >= 0; {
			for i := range from {
				if end := len(all); from[i] < at+len(value) && (i+1 == len(from) && at < end || i+1 < len(from) && from[i+1] > at) {
					nodes = append(nodes, r.nodes[i])
				}
			}
			next := strings.Index(all[at+1:], value)
			if next < 0 {
				break
			}
			at += 1 + next
		}
	}
	return nodes
}

// closeUp leaves out what pages put between the characters of a code.
func closeUp(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || unicode.Is(unicode.Cf, c) || strings.ContainsRune("-–·.•", c) {
			return -1
		}
		return c
	}, s)
}

// seedLike reports whether a text could be what an authenticator is set up with, or a
// code off a list, on a page that shows such things: whatever has a figure in it, or a
// word in capitals. Of instructions that covers more than it must.
func seedLike(text string) bool {
	capitals := 0
	for _, c := range text {
		switch {
		case unicode.IsDigit(c):
			return true
		case unicode.IsUpper(c):
			if capitals++; capitals >= 4 {
				return true
			}
		default:
			capitals = 0
		}
	}
	return false
}
