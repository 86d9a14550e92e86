package login

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"gatepass/auth/login/query"
)

// tree is the document that a page was read from. It is looked into only where
// somebody names an element by a selector, as recordings do.
type tree struct {
	root    *html.Node
	fields  []*html.Node // by index in Page.Fields, and so on
	buttons []*html.Node
	links   []*html.Node
}

// A spot is a control of a page, or nothing that can be acted on.
type spot struct {
	field, button, link int // an index in the page's list, or -1
}

var nowhere = spot{-1, -1, -1}

// spots finds which control each element is.
func (t *tree) spots() map[*html.Node]spot {
	all := make(map[*html.Node]spot, len(t.fields)+len(t.buttons)+len(t.links))
	for i, n := range t.links {
		all[n] = spot{-1, -1, i}
	}
	for i, n := range t.buttons {
		all[n] = spot{-1, i, -1}
	}
	for i, n := range t.fields {
		all[n] = spot{i, -1, -1}
	}
	return all
}

// css finds elements by a selector that may lead through shadow roots: each part is
// looked up inside what the one before has found. In the document that a page is read
// from, a shadow root's content stands inside its host.
func (t *tree) css(parts []string) []*html.Node {
	within := []*html.Node{t.root}
	for _, part := range parts {
		var next []*html.Node
		for _, n := range within {
			for _, found := range query.CSS(n, part) {
				if found != n {
					next = append(next, found)
				}
			}
		}
		within = next
	}
	return within
}

// xpath finds elements by an XPath expression.
func (t *tree) xpath(expression string) []*html.Node {
	return query.XPath(t.root, expression)
}

// control is what is acted on when somebody clicks on an element: itself, the control
// around it, the one that it labels, or the only one inside it.
func (t *tree) control(n *html.Node, spots map[*html.Node]spot) (spot, bool) {
	for up, depth := n, 0; up != nil && depth < maxDepth; up, depth = up.Parent, depth+1 {
		if at, ok := spots[up]; ok {
			return at, true
		}
		if up.DataAtom == atom.Label {
			if id := attr(up, "for"); id != "" {
				for c, at := range spots {
					if attr(c, "id") == id {
						return at, true
					}
				}
			}
			break
		}
	}
	var only spot
	count := 0
	var inside func(*html.Node, int)
	inside = func(n *html.Node, depth int) {
		if depth > maxDepth || count > 1 {
			return
		}
		if at, ok := spots[n]; ok {
			only = at
			count++
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			inside(c, depth+1)
		}
	}
	inside(n, 0)
	return only, count == 1
}

// sameWords compares two texts as people read them.
func sameWords(a, b string) bool {
	return strings.Join(strings.Fields(fold(a)), " ") == strings.Join(strings.Fields(fold(b)), " ")
}
