package store

import (
	"errors"
	"slices"

	"go.yaml.in/yaml/v3"
)

// errNotEdited is a change that could not be brought into a file. It would be a
// defect in here: the file stays as it was.
var errNotEdited = errors.New("the change could not be brought into the file")

// edit gives the document's text with have changed to want. It first cuts and
// pastes lines, so that whatever it does not understand stays to the byte; where
// the layout is too unusual for that, it changes the tree and writes that, which
// keeps comments and order but not blank lines. right judges the outcome: nothing is
// given that does not mean exactly what was wanted.
func (d *document) edit(have, want []entry, right func(*document) bool) ([]byte, error) {
	for _, way := range []func(have, want []entry) ([]byte, bool){d.splice, d.extend, d.rebuild} {
		text, ok := way(have, want)
		if !ok {
			continue
		}
		after := &document{name: d.name, path: d.path}
		if after.parse(text) == nil && right(after) {
			return text, nil
		}
	}
	return nil, errNotEdited
}

// extend writes what is wanted below a file that has no keys yet, perhaps comments.
func (d *document) extend(_, want []entry) ([]byte, bool) {
	if len(d.root.Content) > 0 {
		return nil, false
	}
	text := slices.Clone(d.text)
	if len(text) > 0 && text[len(text)-1] != '\n' {
		text = append(text, '\n')
	}
	body, err := render(want)
	return append(text, body...), err == nil
}

// rebuild changes the tree.
func (d *document) rebuild(have, want []entry) ([]byte, bool) {
	// A fresh tree: the document's own may be needed unchanged.
	fresh := &document{}
	if err := fresh.parse(d.text); err != nil {
		return nil, false
	}
	root := fresh.root
	for i, e := range want {
		if e.same(have[i]) {
			continue
		}
		at := find(root, e.key)
		switch {
		case e.empty() && at >= 0:
			root.Content = slices.Delete(root.Content, at, at+2)
		case e.empty():
		case at >= 0:
			old, n := root.Content[at+1], e.node()
			n.HeadComment, n.LineComment, n.FootComment = old.HeadComment, old.LineComment, old.FootComment
			root.Content[at+1] = n
		default:
			root.Content = append(root.Content, textNode(e.key), e.node())
		}
	}
	text, err := renderNode(fresh.file)
	return text, err == nil
}

// find gives the index of key among a mapping's content, or -1.
func find(mapping *yaml.Node, key string) int {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return i
		}
	}
	return -1
}
