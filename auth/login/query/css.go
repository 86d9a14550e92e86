package query

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// CSS gives the elements of a document that a CSS selector finds, in document order:
// types, ids, classes, attributes, the combinators, lists, :not(), :is(), and the
// pseudo-classes that count children. It gives nil for a selector that it cannot read.
func CSS(root *html.Node, s string) []*html.Node {
	if len(s) > maxLength {
		return nil
	}
	p := &cssParser{in: strings.TrimSpace(s)}
	list, ok := p.list()
	if !ok || p.in != "" {
		return nil
	}
	left := maxVisits
	var found []*html.Node
	for _, n := range elements(root) {
		if anyFits(list, n, &left) {
			found = append(found, n)
		}
		if left < 0 {
			return nil
		}
	}
	return found
}

// chain is one complex selector, its last compound first.
type chain []compound

// compound is what one element has to be, and how it stands to the next compound of
// the chain: ' ' inside it, '>' its child, '+' right after it, '~' after it.
type compound struct {
	tests      []func(n *html.Node, left *int) bool
	combinator byte
}

func anyFits(list []chain, n *html.Node, left *int) bool {
	for _, c := range list {
		if c.fits(n, left) {
			return true
		}
	}
	return false
}

func (c chain) fits(n *html.Node, left *int) bool {
	if *left--; *left < 0 || n == nil || n.Type != html.ElementNode {
		return false
	}
	for _, test := range c[0].tests {
		if !test(n, left) {
			return false
		}
	}
	if len(c) == 1 {
		return true
	}
	rest := c[1:]
	switch c[0].combinator {
	case '>':
		return rest.fits(n.Parent, left)
	case '+':
		return rest.fits(previous(n), left)
	case '~':
		for s := previous(n); s != nil; s = previous(s) {
			if rest.fits(s, left) {
				return true
			}
		}
		return false
	}
	for up := n.Parent; up != nil; up = up.Parent {
		if rest.fits(up, left) {
			return true
		}
	}
	return false
}

type cssParser struct {
	in    string
	depth int
}

func (p *cssParser) space() bool {
	before := len(p.in)
	p.in = strings.TrimLeft(p.in, " \t\r\n\f")
	return len(p.in) != before
}

// take consumes one character if it is next.
func (p *cssParser) take(c byte) bool {
	if p.in == "" || p.in[0] != c {
		return false
	}
	p.in = p.in[1:]
	return true
}

// list reads selectors with commas between them, up to the end or a closing bracket.
func (p *cssParser) list() ([]chain, bool) {
	if p.depth++; p.depth > 8 {
		return nil, false
	}
	defer func() { p.depth-- }()
	var all []chain
	for {
		p.space()
		c, ok := p.chain()
		if !ok {
			return nil, false
		}
		all = append(all, c)
		p.space()
		if !p.take(',') {
			return all, true
		}
	}
}

func (p *cssParser) chain() (chain, bool) {
	var c chain
	combinator := byte(0)
	for {
		one, ok := p.compound()
		if !ok {
			return nil, false
		}
		one.combinator = combinator
		c = append(chain{one}, c...)
		gap := p.space()
		switch {
		case p.take('>'):
			combinator = '>'
		case p.take('+'):
			combinator = '+'
		case p.take('~'):
			combinator = '~'
		case gap && p.in != "" && p.in[0] != ',' && p.in[0] != ')':
			combinator = ' '
		default:
			return c, true
		}
		p.space()
	}
}

func (p *cssParser) compound() (compound, bool) {
	var c compound
	if p.take('*') {
		c.tests = append(c.tests, func(*html.Node, *int) bool { return true })
	} else if name := p.name(); name != "" {
		name = strings.ToLower(name)
		c.tests = append(c.tests, func(n *html.Node, _ *int) bool { return n.Data == name })
	}
	for {
		var test func(*html.Node, *int) bool
		ok := true
		switch {
		case p.take('#'):
			id := p.name()
			ok = id != ""
			test = func(n *html.Node, _ *int) bool { v, _ := attribute(n, "id"); return v == id }
		case p.take('.'):
			class := p.name()
			ok = class != ""
			test = func(n *html.Node, _ *int) bool { v, _ := attribute(n, "class"); return hasWord(v, class) }
		case p.take('['):
			test, ok = p.attribute()
		case p.take(':'):
			test, ok = p.pseudo()
		default:
			return c, len(c.tests) > 0
		}
		if !ok {
			return c, false
		}
		c.tests = append(c.tests, test)
	}
}

// name reads an identifier with its escapes (CSS Syntax, consume an ident sequence).
func (p *cssParser) name() string {
	var b strings.Builder
	for p.in != "" {
		c := p.in[0]
		switch {
		case c == '\\':
			r, rest, ok := escaped(p.in[1:])
			if !ok {
				return ""
			}
			b.WriteString(r)
			p.in = rest
			continue
		case c == '-', c == '_', c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= 0x80:
			b.WriteByte(c)
		default:
			return b.String()
		}
		p.in = p.in[1:]
	}
	return b.String()
}

// escaped reads what follows a backslash.
func escaped(s string) (char, rest string, ok bool) {
	if s == "" {
		return "", "", false
	}
	end := 0
	for end < len(s) && end < 6 && strings.IndexByte("0123456789abcdefABCDEF", s[end]) >= 0 {
		end++
	}
	if end == 0 {
		r := []rune(s)[0]
		return string(r), s[len(string(r)):], true
	}
	code, err := strconv.ParseUint(s[:end], 16, 32)
	if err != nil || code == 0 || code > 0x10ffff {
		code = 0xfffd
	}
	s = s[end:]
	if s != "" && strings.IndexByte(" \t\r\n\f", s[0]) >= 0 {
		s = s[1:]
	}
	return string(rune(code)), s, true
}

// attribute reads the rest of an attribute selector, after its bracket.
func (p *cssParser) attribute() (func(*html.Node, *int) bool, bool) {
	p.space()
	name := strings.ToLower(p.name())
	p.space()
	if name == "" {
		return nil, false
	}
	if p.take(']') {
		return func(n *html.Node, _ *int) bool { _, ok := attribute(n, name); return ok }, true
	}
	operator := byte('=')
	if p.in != "" && strings.IndexByte("~|^$*", p.in[0]) >= 0 {
		operator, p.in = p.in[0], p.in[1:]
	}
	if !p.take('=') {
		return nil, false
	}
	p.space()
	want, ok := p.value()
	if !ok {
		return nil, false
	}
	fold := name == "type" // HTML: some attributes' values are compared without case
	if p.space() && p.in != "" && (p.in[0] == 'i' || p.in[0] == 'I') {
		fold, p.in = true, p.in[1:]
		p.space()
	} else if p.in != "" && (p.in[0] == 's' || p.in[0] == 'S') {
		p.in = p.in[1:]
		p.space()
	}
	if !p.take(']') {
		return nil, false
	}
	return func(n *html.Node, _ *int) bool {
		have, ok := attribute(n, name)
		return ok && compare(have, operator, want, fold)
	}, true
}

func compare(have string, operator byte, want string, fold bool) bool {
	if fold {
		have, want = strings.ToLower(have), strings.ToLower(want)
	}
	switch operator {
	case '~':
		return want != "" && hasWord(have, want)
	case '|':
		return have == want || strings.HasPrefix(have, want+"-")
	case '^':
		return want != "" && strings.HasPrefix(have, want)
	case '$':
		return want != "" && strings.HasSuffix(have, want)
	case '*':
		return want != "" && strings.Contains(have, want)
	}
	return have == want
}

// value is a string or a name.
func (p *cssParser) value() (string, bool) {
	if p.in == "" || p.in[0] != '"' && p.in[0] != '\'' {
		name := p.name()
		return name, name != ""
	}
	quote := p.in[0]
	var b strings.Builder
	for p.in = p.in[1:]; p.in != ""; {
		c := p.in[0]
		switch c {
		case quote:
			p.in = p.in[1:]
			return b.String(), true
		case '\\':
			char, rest, ok := escaped(p.in[1:])
			if !ok {
				return "", false
			}
			b.WriteString(char)
			p.in = rest
		default:
			b.WriteByte(c)
			p.in = p.in[1:]
		}
	}
	return "", false
}

// pseudo reads a pseudo-class after its colon.
func (p *cssParser) pseudo() (func(*html.Node, *int) bool, bool) {
	name := strings.ToLower(p.name())
	switch name {
	case "not", "is", "where":
		if !p.take('(') {
			return nil, false
		}
		list, ok := p.list()
		if !ok || !p.take(')') {
			return nil, false
		}
		return func(n *html.Node, left *int) bool { return anyFits(list, n, left) != (name == "not") }, true
	case "nth-child", "nth-of-type", "nth-last-child", "nth-last-of-type":
		if !p.take('(') {
			return nil, false
		}
		formula, rest, ok := strings.Cut(p.in, ")")
		if !ok {
			return nil, false
		}
		p.in = rest
		a, b, ok := nth(formula)
		if !ok {
			return nil, false
		}
		sameTag, back := strings.HasSuffix(name, "type"), strings.Contains(name, "last")
		return func(n *html.Node, left *int) bool { return counted(n, a, b, sameTag, back, left) }, true
	case "first-child", "last-child", "first-of-type", "last-of-type":
		sameTag, back := strings.HasSuffix(name, "type"), strings.HasPrefix(name, "last")
		return func(n *html.Node, left *int) bool { return counted(n, 0, 1, sameTag, back, left) }, true
	case "only-child", "only-of-type":
		return func(n *html.Node, left *int) bool {
			return counted(n, 0, 1, name == "only-of-type", false, left) && counted(n, 0, 1, name == "only-of-type", true, left)
		}, true
	case "root":
		return func(n *html.Node, _ *int) bool { return n.Parent == nil || n.Parent.Type == html.DocumentNode }, true
	}
	return nil, false
}

func counted(n *html.Node, a, b int, sameTag, fromBack bool, left *int) bool {
	at, back := place(n, sameTag)
	*left -= at + back
	if fromBack {
		at = back
	}
	if a == 0 {
		return at == b
	}
	steps := (at - b) / a
	return steps >= 0 && steps*a == at-b
}

// nth reads an+b.
func nth(s string) (a, b int, ok bool) {
	s = strings.ToLower(strings.Join(strings.Fields(s), ""))
	switch s {
	case "odd":
		return 2, 1, true
	case "even":
		return 2, 0, true
	}
	before, after, found := strings.Cut(s, "n")
	if !found {
		b, err := strconv.Atoi(s)
		return 0, b, err == nil
	}
	var err error
	switch before {
	case "", "+":
		a = 1
	case "-":
		a = -1
	default:
		if a, err = strconv.Atoi(before); err != nil {
			return 0, 0, false
		}
	}
	if after != "" {
		if b, err = strconv.Atoi(after); err != nil {
			return 0, 0, false
		}
	}
	return a, b, true
}
