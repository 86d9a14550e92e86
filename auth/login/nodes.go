package login

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return true
		}
	}
	return false
}

// isBlock reports whether an element stands on lines of its own.
func isBlock(a atom.Atom) bool {
	switch a {
	case atom.A, atom.Abbr, atom.B, atom.Em, atom.Font, atom.I, atom.Span, atom.Strong, atom.Code, atom.Small, atom.Sub, atom.Sup, atom.U, atom.Label, atom.Input:
		return false
	}
	return true
}

// isMessage reports whether n is where a page tells what went wrong.
func isMessage(n *html.Node) bool {
	switch attr(n, "role") {
	case "alert", "status", "alertdialog":
		return true
	}
	if live := attr(n, "aria-live"); live == "assertive" || live == "polite" {
		return true
	}
	switch n.DataAtom {
	case atom.Html, atom.Body, atom.Form, atom.Input, atom.Main:
		return false
	}
	class, id := attr(n, "class"), attr(n, "id")
	return (class != "" || id != "") && messageNames.in(namesOf(class, id))
}

var messageNames = words("error*", "*error", "errormsg", "errors", "alert*", "danger", "invalid", "invalid feedback", "warning", "flash*", "notice", "toast*", "failure*", "help block error", "validation summary*", "login message", "feedback error", "callout*")

// textOf is what a person would read inside n.
func (r *reader) textOf(n *html.Node) string {
	var b strings.Builder
	var visit func(*html.Node, int)
	visit = func(n *html.Node, depth int) {
		if r.left--; depth > maxDepth || b.Len() > 4096 || r.left < 0 {
			return
		}
		switch {
		case n.Type == html.TextNode:
			b.WriteString(clipBytes(n.Data, 4096))
			return
		case n.Type == html.ElementNode && depth > 0:
			switch n.DataAtom {
			case atom.Script, atom.Style, atom.Template, atom.Select, atom.Textarea, atom.Noscript, atom.Button:
				return
			case atom.Img:
				b.WriteString(" " + clipBytes(attr(n, "alt"), 300) + " ")
			}
			if r.hidden(n) {
				return
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && c.PrevSibling != nil && c.PrevSibling.Type == html.ElementNode {
				b.WriteByte(' ') // a name and what explains it are set apart by style alone
			}
			visit(c, depth+1)
		}
		if n.Type == html.ElementNode && isBlock(n.DataAtom) {
			b.WriteByte(' ')
		}
	}
	visit(n, 0)
	return Clean(b.String())
}

// rawText is the text right inside n, as a textarea would send it.
func rawText(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// clipBytes cuts s to n bytes at most, between characters.
func clipBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
