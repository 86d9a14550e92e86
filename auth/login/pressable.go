package login

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// ActsAsButton reports whether an element that is no button is pressed like one: what
// says so by its role, and a link that only its script knows the use of. Links that
// lead somewhere stay links, and what holds controls of its own is a box around them.
func ActsAsButton(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Button, atom.Input, atom.Select, atom.Textarea, atom.Form, atom.Html, atom.Body:
		return false
	case atom.A:
		return leadsNowhere(n)
	}
	switch strings.ToLower(strings.TrimSpace(attr(n, "role"))) {
	case "button", "link":
		return !holdsControl(n, 0)
	}
	return false
}

// leadsNowhere reports whether a link has no address, or one that changes nothing.
func leadsNowhere(n *html.Node) bool {
	href := strings.ToLower(strings.TrimSpace(attr(n, "href")))
	switch {
	case href == "", href == "#", strings.HasPrefix(href, "javascript:"):
		return true
	}
	return strings.HasPrefix(href, "#") && (strings.EqualFold(attr(n, "role"), "button") || has(n, "onclick"))
}

// holdsControl reports whether there is something to fill in or to press inside n.
func holdsControl(n *html.Node, depth int) bool {
	for c := n.FirstChild; c != nil && depth < 20; c = c.NextSibling {
		switch c.DataAtom {
		case atom.Input, atom.Select, atom.Textarea, atom.Button, atom.Form:
			return true
		}
		if holdsControl(c, depth+1) {
			return true
		}
	}
	return false
}
