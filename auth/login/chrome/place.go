package chrome

import (
	"strconv"
	"strings"

	"gatepass/auth/login"
)

// census counts what the elements of one document, or of one shadow root, are
// called, so that what is said to find one of them finds no other.
type census struct {
	ids, names, tagNames map[string]int
}

// place says where a node stands and how to find it there. The snapshot has the
// page's own ids and order; the tree that is read has neither, with shadow roots and
// frames put in their place.
func (t *tree) place(node int) login.Place {
	root := t.rootOf(node)
	c := t.censusOf(root)
	at := login.Place{Shadow: root != 0}
	if t.framed {
		at.Frame = t.address
	}
	tag, id, name := t.tag(node), t.attribute(node, "id"), t.attribute(node, "name")
	if c.ids[id] == 1 {
		at.ID = id
	}
	if c.names[name] == 1 {
		at.Name = name
	}
	switch {
	case at.ID != "" && quotable(id):
		at.CSS, at.XPath = `[id="`+id+`"]`, `//*[@id="`+id+`"]`
		if login.PlainID(id) {
			at.CSS = "#" + id
		}
	case quotable(name) && c.tagNames[tag+" "+name] == 1:
		at.CSS, at.XPath = tag+`[name="`+name+`"]`, `//`+tag+`[@name="`+name+`"]`
	default:
		at.CSS, at.XPath = t.path(node, root)
	}
	if at.Shadow {
		at.XPath = "" // it does not reach into one
	}
	return at
}

func quotable(s string) bool { return s != "" && !strings.ContainsAny(s, "\"\\\r\n\f") }

func (t *tree) tag(node int) string { return strings.ToLower(t.str(t.doc.Nodes.NodeName[node])) }

// rootOf is the document, 0, or the shadow root that a node stands in.
func (t *tree) rootOf(node int) int {
	for node > 0 && t.doc.Nodes.NodeType[node] != fragmentNode {
		node = int(t.doc.Nodes.ParentIndex[node])
	}
	return max(node, 0)
}

// censusOf counts by parents, because children are taken apart while a page is read.
func (t *tree) censusOf(root int) census {
	if t.censuses == nil {
		t.censuses = map[int]census{}
		for node, kind := range t.doc.Nodes.NodeType {
			if kind == elementNode && !t.pseudo[node] {
				t.count(node)
			}
		}
	}
	return t.censuses[root]
}

func (t *tree) count(node int) {
	root := t.rootOf(node)
	c, ok := t.censuses[root]
	if !ok {
		c = census{map[string]int{}, map[string]int{}, map[string]int{}}
		t.censuses[root] = c
	}
	if id := t.attribute(node, "id"); id != "" && !login.Generated(id) {
		c.ids[id]++
	}
	if name := t.attribute(node, "name"); name != "" && !login.Generated(name) {
		c.names[name]++
		c.tagNames[t.tag(node)+" "+name]++
	}
}

// path leads to a node from its document or shadow root, step by step.
func (t *tree) path(node, root int) (css, xpath string) {
	for node > 0 && node != root {
		parent := int(t.doc.Nodes.ParentIndex[node])
		if parent < 0 {
			break
		}
		nth, tag := 0, t.tag(node)
		for _, s := range t.children[parent] {
			if t.doc.Nodes.NodeType[s] == elementNode && !t.pseudo[s] && t.tag(s) == tag {
				nth++
			}
			if s == node {
				break
			}
		}
		step := strconv.Itoa(nth)
		css = strings.TrimSuffix(tag+":nth-of-type("+step+") > "+css, " > ")
		xpath = "/" + tag + "[" + step + "]" + xpath
		node = parent
	}
	return css, xpath
}
