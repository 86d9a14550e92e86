package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Limits of a JSON text that is made a tree of. A thousand entries are a quarter of a
// megabyte, and have some fifteen thousand values.
const (
	maxTree  = 8 << 20 // bytes
	maxNodes = 500_000
)

// A node is one value of a JSON text, with the members of an object in the order
// of the file.
type node struct {
	kind  nodeKind
	text  string   // of a string, a number or a boolean
	names []string // of an object's members
	items []node   // an array's elements, an object's values
}

type nodeKind byte

const (
	nullNode nodeKind = iota
	stringNode
	numberNode
	booleanNode
	arrayNode
	objectNode
)

// treeOf reads a whole JSON text.
func treeOf(data []byte) (node, error) {
	if len(data) > maxTree {
		return node{}, fmt.Errorf("%w: its JSON is over %d MB", ErrTooLarge, maxTree>>20)
	}
	if tooDeep(data) {
		return node{}, fmt.Errorf("%w: its JSON is nested too deeply", ErrDamaged)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	n, err := (&treeReader{Decoder: dec}).read()
	if errors.Is(err, ErrTooMany) {
		return node{}, err
	}
	if err != nil {
		return node{}, fmt.Errorf("%w: its JSON breaks off or is wrong", ErrDamaged)
	}
	return n, nil
}

// A treeReader counts what it reads.
type treeReader struct {
	*json.Decoder
	nodes int
}

func (dec *treeReader) read() (node, error) {
	if dec.nodes++; dec.nodes > maxNodes {
		return node{}, fmt.Errorf("%w: over %d values in its JSON", ErrTooMany, maxNodes)
	}
	token, err := dec.Token()
	if err != nil {
		return node{}, err
	}
	switch t := token.(type) {
	case string:
		return node{kind: stringNode, text: t}, nil
	case json.Number:
		return node{kind: numberNode, text: t.String()}, nil
	case bool:
		return node{kind: booleanNode, text: fmt.Sprint(t)}, nil
	case json.Delim:
		return dec.members(t)
	}
	return node{}, nil
}

// members reads an array or object whose opening bracket was read.
func (dec *treeReader) members(open json.Delim) (node, error) {
	n := node{kind: arrayNode}
	if open == '{' {
		n.kind = objectNode
	}
	for dec.More() {
		if n.kind == objectNode {
			name, err := dec.Token()
			if err != nil {
				return node{}, err
			}
			n.names = append(n.names, name.(string)) // the decoder gives nothing else here
		}
		item, err := dec.read()
		if err != nil {
			return node{}, err
		}
		n.items = append(n.items, item)
	}
	_, err := dec.Token()
	return n, err
}

// plain reports whether the node is a string or a number, and gives it as text.
func (n node) plain() (string, bool) {
	return strings.TrimSpace(n.text), n.kind == stringNode || n.kind == numberNode
}

// get gives the first member that goes by one of the names, in their order, as
// fold writes them.
func (n node) get(names ...string) (node, bool) {
	for _, want := range names {
		for i, name := range n.names {
			if fold(name) == want && n.items[i].kind != nullNode {
				return n.items[i], true
			}
		}
	}
	return node{}, false
}

// first gives the first text among the members that is not empty.
func (n node) first(names ...string) string {
	for _, name := range names {
		if member, ok := n.get(name); ok {
			if text, ok := member.plain(); ok && text != "" {
				return text
			}
		}
	}
	return ""
}

// has reports whether there is a member for each of the names.
func (n node) has(names ...string) bool {
	for _, name := range names {
		if _, ok := n.get(name); !ok {
			return false
		}
	}
	return true
}

var nameDividers = strings.NewReplacer("_", "", "-", "", " ", "", ".", "")

// fold writes a member's name as all spellings of it: originalIssuerName,
// original_issuer_name.
func fold(name string) string { return nameDividers.Replace(strings.ToLower(name)) }
