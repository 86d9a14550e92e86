package store

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// An entry is one key of a file with its value: a string, a []string, an []item, or
// []entry for keys below it. An empty value means that the key is left out.
type entry struct {
	key   string
	value any
}

// An item of a list is a text, or else keys of its own. The first key names it: two
// items whose first keys say the same are the same item, changed perhaps.
type item struct {
	text string
	keys []entry
}

// name is what tells an item from the others of its list.
func (i item) name() string {
	if len(i.keys) > 0 {
		name, _ := i.keys[0].value.(string)
		return name
	}
	return i.text
}

func (i item) same(o item) bool { return i.text == o.text && sameEntries(i.keys, o.keys) }

// node gives an item as YAML. Lists among its keys stand on one line.
func (i item) node() *yaml.Node {
	if len(i.keys) == 0 {
		return textNode(i.text)
	}
	n := mappingNode(i.keys)
	for _, child := range n.Content {
		if child.Kind == yaml.SequenceNode {
			child.Style = yaml.FlowStyle
		}
	}
	return n
}

// items gives the items of a list's value, and false for what is no list.
func items(value any) ([]item, bool) {
	switch v := value.(type) {
	case []item:
		return v, true
	case []string:
		texts := make([]item, len(v))
		for i, s := range v {
			texts[i] = item{text: s}
		}
		return texts, true
	}
	return nil, false
}

func (e entry) empty() bool {
	switch v := e.value.(type) {
	case string:
		return v == ""
	case []string:
		return len(v) == 0
	case []item:
		return len(v) == 0
	case []entry:
		return !slices.ContainsFunc(v, func(e entry) bool { return !e.empty() })
	default:
		return true
	}
}

func (e entry) same(o entry) bool {
	if e.key != o.key || e.empty() != o.empty() {
		return false
	}
	switch v := e.value.(type) {
	case string:
		return v == o.value
	case []string:
		w, ok := o.value.([]string)
		return ok && slices.Equal(v, w)
	case []item:
		w, ok := o.value.([]item)
		return ok && slices.EqualFunc(v, w, item.same)
	case []entry:
		w, ok := o.value.([]entry)
		return ok && sameEntries(v, w)
	default:
		return false
	}
}

func sameEntries(a, b []entry) bool { return slices.EqualFunc(a, b, entry.same) }

// node gives the value as YAML in the block style.
func (e entry) node() *yaml.Node {
	if list, ok := items(e.value); ok {
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, i := range list {
			n.Content = append(n.Content, i.node())
		}
		return n
	}
	switch v := e.value.(type) {
	case []entry:
		return mappingNode(v)
	default:
		s, _ := v.(string)
		return textNode(s)
	}
}

func mappingNode(entries []entry) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, e := range entries {
		if !e.empty() {
			n.Content = append(n.Content, textNode(e.key), e.node())
		}
	}
	return n
}

// textNode is a string as YAML, in quotes where it would read as something else, to
// the letter of older YAML too: no, on and 0777 are words.
func textNode(s string) *yaml.Node {
	n := &yaml.Node{}
	if err := n.Encode(s); err != nil { // not UTF-8, which Validate refuses
		n.SetString(s)
	}
	return n
}

// render writes entries as a file's text, indented by two.
func render(entries []entry) ([]byte, error) {
	return renderNode(mappingNode(entries))
}

func renderNode(n *yaml.Node) ([]byte, error) {
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(n); err != nil {
		return nil, fmt.Errorf("encode YAML: %w", err)
	}
	if err := encoder.Close(); err != nil {
		return nil, fmt.Errorf("encode YAML: %w", err)
	}
	return b.Bytes(), nil
}

// inline writes a value on one line: a scalar, or a list or mapping in brackets.
func (e entry) inline() (string, error) {
	n := e.node()
	if n.Kind != yaml.ScalarNode {
		n.Style = yaml.FlowStyle
	}
	b, err := renderNode(n)
	text := strings.TrimSuffix(string(b), "\n")
	if err == nil && strings.Contains(text, "\n") {
		err = fmt.Errorf("encode YAML: %s takes more than one line", e.key)
	}
	return text, err
}
