// Package query finds elements in a parsed document by the selectors that browser
// tools write down: a good part of CSS (Selectors Level 4) and the few forms of XPath
// that such tools make. What it does not know finds nothing; it is never guessed at.
package query

import (
	"strings"

	"golang.org/x/net/html"
)

// maxLength bounds a selector, in bytes: people and tools write shorter ones.
const maxLength = 4 << 10

// maxVisits bounds the work for one selector, in steps.
const maxVisits = 2_000_000

// elements lists the elements below and including n, in document order.
func elements(n *html.Node) []*html.Node {
	var all []*html.Node
	// Not recursive: documents can be deeper than a stack should be.
	for at := n; at != nil; {
		if at.Type == html.ElementNode {
			all = append(all, at)
		}
		if at.FirstChild != nil {
			at = at.FirstChild
			continue
		}
		for at != nil && at != n && at.NextSibling == nil {
			at = at.Parent
		}
		if at == nil || at == n {
			break
		}
		at = at.NextSibling
	}
	return all
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// previous is the element before n among its siblings.
func previous(n *html.Node) *html.Node {
	for n = n.PrevSibling; n != nil && n.Type != html.ElementNode; n = n.PrevSibling {
	}
	return n
}

// place counts n among its sibling elements from one, from the front and from the
// back; of its own tag alone if sameTag is set.
func place(n *html.Node, sameTag bool) (front, back int) {
	counts := func(s *html.Node) bool {
		return s.Type == html.ElementNode && (!sameTag || s.Data == n.Data)
	}
	for s := n; s != nil; s = s.PrevSibling {
		if counts(s) {
			front++
		}
	}
	for s := n; s != nil; s = s.NextSibling {
		if counts(s) {
			back++
		}
	}
	return front, back
}

func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return true
		}
	}
	return false
}
