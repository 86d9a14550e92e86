package store

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// list changes a list in the block style: lines of items that go are cut, items that
// changed are changed where they stand, new items are added at the end. Another order
// than that is not for it. It leaves no trace when it cannot.
func (s *splicer) list(value *yaml.Node, at span, have, want entry) bool {
	had, ok := items(have.value)
	if !ok || value.Kind != yaml.SequenceNode {
		return false
	}
	wanted, ok := items(want.value)
	if !ok {
		return false
	}
	before := len(s.changes)
	if s.items(value, at, had, wanted) {
		return true
	}
	s.changes = s.changes[:before]
	return false
}

func (s *splicer) items(list *yaml.Node, at span, had, want []item) bool {
	spans, ok := s.spans(list, at.last)
	if !ok {
		return false
	}
	indent := ""
	kept := 0
	for i, n := range list.Content {
		before, ok := s.dash(spans[i], list.Column)
		if !ok || n.Kind == yaml.ScalarNode && spans[i].last != spans[i].first+1 {
			return false
		}
		indent = before
		switch {
		case kept == len(want) || nameOf(n) != want[kept].name():
			s.changes = append(s.changes, change{spans[i].first, spans[i].last, ""})
		case !s.item(n, spans[i], indent, itemOf(had, nameOf(n)), want[kept]):
			return false
		default:
			kept++
		}
	}
	if kept == 0 {
		return false
	}
	return s.added(spans[len(spans)-1].last, indent, want[kept:])
}

// dash gives what stands in front of an item's dash, if the item begins with it.
func (s *splicer) dash(at span, column int) (indent string, ok bool) {
	line := s.lines[at.first]
	dash, ok := byteAt(line, column)
	if !ok || !strings.HasPrefix(line[dash:], "-") {
		return "", false
	}
	return line[:dash], true
}

// nameOf is what an item in a file calls itself: its text, or its first key's value
// by the order in which we write them.
func nameOf(n *yaml.Node) string {
	if n.Kind != yaml.MappingNode {
		return n.Value
	}
	if at := find(n, "origin"); at >= 0 {
		return n.Content[at+1].Value
	}
	return ""
}

func itemOf(items []item, name string) item {
	for _, i := range items {
		if i.name() == name {
			return i
		}
	}
	return item{text: name}
}

// item brings an item to what is wanted: not at all where it says that already, key
// by key where it has keys, else by other lines.
func (s *splicer) item(n *yaml.Node, at span, indent string, had, want item) bool {
	if had.same(want) {
		return true
	}
	if n.Kind == yaml.MappingNode && len(had.keys) > 0 && len(want.keys) > 0 && s.itemKeys(n, at, had, want) {
		return true
	}
	text, ok := s.itemLines(indent, want)
	if !ok {
		return false
	}
	comment := n.LineComment
	if n.Kind == yaml.MappingNode && len(n.Content) > 1 {
		comment += n.Content[1].LineComment
	}
	if comment != "" && !strings.Contains(comment, "\n") {
		first, rest, _ := strings.Cut(text, s.newline)
		text = first + " " + comment + s.newline + rest
	}
	s.changes = append(s.changes, change{at.first, at.last, text})
	return true
}

// itemKeys changes the values of an item's keys where they stand.
func (s *splicer) itemKeys(n *yaml.Node, at span, had, want item) bool {
	spans, ok := s.spans(n, at.last)
	if !ok || n.Style&yaml.FlowStyle != 0 {
		return false
	}
	before := len(s.changes)
	for i, e := range want.keys {
		if e.same(had.keys[i]) {
			continue
		}
		key := find(n, e.key)
		if key < 0 || !s.inPlace(n.Content[key+1], spans[key/2], e) && !s.list(n.Content[key+1], spans[key/2], had.keys[i], e) {
			s.changes = s.changes[:before]
			return false
		}
	}
	return true
}

// added writes new items in front of a line.
func (s *splicer) added(at int, indent string, items []item) bool {
	var all strings.Builder
	for _, i := range items {
		text, ok := s.itemLines(indent, i)
		if !ok {
			return false
		}
		all.WriteString(text)
	}
	if all.Len() > 0 {
		s.changes = append(s.changes, change{at, at, all.String()})
	}
	return true
}

// itemLines writes an item on lines of its own.
func (s *splicer) itemLines(indent string, i item) (string, bool) {
	body, err := renderNode(&yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{i.node()}})
	if err != nil {
		return "", false
	}
	var b strings.Builder
	for line := range strings.Lines(string(body)) {
		b.WriteString(indent + strings.TrimSuffix(line, "\n") + s.newline)
	}
	return b.String(), true
}
