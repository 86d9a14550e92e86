package query

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// XPath gives the elements that an expression of the kind finds that browser tools
// make: steps with / and //, a tag or *, and in brackets a place, an attribute with
// its value, or the element's text. It gives nil for one that it cannot read.
func XPath(root *html.Node, s string) []*html.Node {
	if len(s) > maxLength || !strings.HasPrefix(s, "/") {
		return nil
	}
	steps, ok := xpathSteps(s)
	if !ok {
		return nil
	}
	left := maxVisits
	now := []*html.Node{root}
	for _, step := range steps {
		if now = step.from(now, &left); left < 0 {
			return nil
		}
	}
	return now
}

type xpathStep struct {
	deep  bool // at any depth
	tag   string
	tests []func(n *html.Node, nth int) bool
}

// from takes the step from each of the nodes; what is found is in document order and
// there once.
func (s xpathStep) from(nodes []*html.Node, left *int) []*html.Node {
	seen := map[*html.Node]bool{}
	var found []*html.Node
	for _, n := range nodes {
		parents := []*html.Node{n}
		if s.deep {
			parents = elements(n)
			if n.Type != html.ElementNode {
				parents = append([]*html.Node{n}, parents...)
			}
		}
		for _, parent := range parents {
			for _, c := range s.children(parent, left) {
				if !seen[c] {
					seen[c] = true
					found = append(found, c)
				}
			}
			if *left < 0 {
				return nil
			}
		}
	}
	return found
}

// children are the children of one element that pass every test, each test counting
// among those that passed the one before.
func (s xpathStep) children(parent *html.Node, left *int) []*html.Node {
	var list []*html.Node
	for c := parent.FirstChild; c != nil; c = c.NextSibling {
		*left--
		if c.Type == html.ElementNode && (s.tag == "*" || s.tag == c.Data) {
			list = append(list, c)
		}
	}
	for _, test := range s.tests {
		var kept []*html.Node
		for i, c := range list {
			if test(c, i+1) {
				kept = append(kept, c)
			}
		}
		list = kept
	}
	return list
}

func xpathSteps(s string) ([]xpathStep, bool) {
	var steps []xpathStep
	for s != "" {
		var step xpathStep
		switch {
		case strings.HasPrefix(s, "//"):
			step.deep, s = true, s[2:]
		case strings.HasPrefix(s, "/"):
			s = s[1:]
		default:
			return nil, false
		}
		end := strings.IndexAny(s, "/[")
		if end < 0 {
			end = len(s)
		}
		step.tag, s = strings.ToLower(s[:end]), s[end:]
		if step.tag == "" || strings.ContainsAny(step.tag, "@:().|= ") {
			return nil, false
		}
		for strings.HasPrefix(s, "[") {
			inner, rest, ok := bracket(s)
			if !ok {
				return nil, false
			}
			test, ok := xpathTest(inner)
			if !ok {
				return nil, false
			}
			step.tests, s = append(step.tests, test), rest
		}
		steps = append(steps, step)
	}
	return steps, len(steps) > 0
}

// bracket cuts the first predicate off, minding quotation marks.
func bracket(s string) (inner, rest string, ok bool) {
	quote := byte(0)
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[':
			return "", "", false
		case c == ']':
			return strings.TrimSpace(s[1:i]), s[i+1:], true
		}
	}
	return "", "", false
}

func xpathTest(s string) (func(*html.Node, int) bool, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return func(_ *html.Node, nth int) bool { return nth == n }, true
	}
	left, right, ok := strings.Cut(s, "=")
	if !ok {
		return nil, false
	}
	left, right = strings.TrimSpace(left), strings.TrimSpace(right)
	if len(right) < 2 || right[0] != '"' && right[0] != '\'' || right[len(right)-1] != right[0] {
		return nil, false
	}
	want := right[1 : len(right)-1]
	if strings.IndexByte(want, right[0]) >= 0 {
		return nil, false
	}
	switch {
	case strings.HasPrefix(left, "@"):
		name := strings.ToLower(left[1:])
		return func(n *html.Node, _ int) bool { v, ok := attribute(n, name); return ok && v == want }, true
	case left == "." || left == "text()" || left == "normalize-space()" || left == "normalize-space(.)":
		return func(n *html.Node, _ int) bool { return text(n) == strings.Join(strings.Fields(want), " ") }, true
	}
	return nil, false
}

// text is what stands in an element, with single spaces.
func text(n *html.Node) string {
	var b strings.Builder
	for _, e := range elements(n) {
		for c := e.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.TextNode && b.Len() < 4<<10 {
				b.WriteString(c.Data + " ")
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
