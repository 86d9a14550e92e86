package store

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// An entry is one key of a file with its value: a string, a []string, or []entry
// for keys below it. An empty value means that the key is left out.
type entry struct {
	key   string
	value any
}

func (e entry) empty() bool {
	switch v := e.value.(type) {
	case string:
		return v == ""
	case []string:
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
	switch v := e.value.(type) {
	case []string:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, s := range v {
			n.Content = append(n.Content, textNode(s))
		}
		return n
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
