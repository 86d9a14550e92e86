package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A field is one key that a file may have.
type field struct {
	name string
	read func(r *reader, path string, value *yaml.Node)
}

// A reader turns a document into values and collects everything that is wrong with
// it, so that a file with three slips is mended in one go.
type reader struct {
	doc      *document
	lines    map[string]int // of each field read so far, by its path
	problems []*FieldError
	// unknown may give a better answer to a key that is not among the fields.
	unknown func(r *reader, key *yaml.Node, path string) *FieldError
}

func (r *reader) wrong(line int, path, problem string) *FieldError {
	e := r.doc.wrong(line, path, problem)
	r.problems = append(r.problems, e)
	return e
}

// mapping reads node's keys by fields.
func (r *reader) mapping(node *yaml.Node, path string, fields []field) {
	names := make([]string, len(fields))
	byName := map[string]field{}
	for i, f := range fields {
		names[i] = f.name
		byName[f.name] = f
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		at := join(path, key.Value)
		f, ok := byName[key.Value]
		if !ok {
			r.unknownKey(key, at, names)
			continue
		}
		r.lines[at] = key.Line
		f.read(r, at, value)
	}
}

func (r *reader) unknownKey(key *yaml.Node, path string, names []string) {
	if r.unknown != nil {
		if e := r.unknown(r, key, path); e != nil {
			if e.Suggest != "" {
				e.Allowed = names
			}
			return
		}
	}
	e := r.wrong(key.Line, path, "unknown key "+quoteKey(key.Value))
	e.Suggest = nearest(strings.ToLower(key.Value), names)
	e.Allowed = names
}

// text reads a value that is a string. An empty one is the same as none.
func text(into *string) func(*reader, string, *yaml.Node) {
	return func(r *reader, path string, n *yaml.Node) {
		if s, ok := r.scalar(path, n); ok {
			*into = s
		}
	}
}

// texts reads a list of strings.
func texts(into *[]string) func(*reader, string, *yaml.Node) {
	return func(r *reader, path string, n *yaml.Node) {
		if isNull(n) {
			return
		}
		if n.Kind != yaml.SequenceNode {
			last := path[strings.LastIndexByte(path, '.')+1:]
			r.wrong(n.Line, path, fmt.Sprintf("%s must be a list; write %s: [first, second]", path, last))
			return
		}
		for i, item := range n.Content {
			at := fmt.Sprintf("%s[%d]", path, i)
			r.lines[at] = item.Line
			if s, ok := r.scalar(at, item); ok {
				*into = append(*into, s)
			} else {
				*into = append(*into, "") // keeps the numbering; the file is refused
			}
		}
	}
}

// grants reads a list of origins, each a text or the keys of a [Grant].
func grants(into *[]Grant) func(*reader, string, *yaml.Node) {
	return func(r *reader, path string, n *yaml.Node) {
		if isNull(n) {
			return
		}
		if n.Kind != yaml.SequenceNode {
			r.wrong(n.Line, path, path+" must be a list; write "+path+": [first, second]")
			return
		}
		for i, item := range n.Content {
			*into = append(*into, r.grant(fmt.Sprintf("%s[%d]", path, i), item))
		}
	}
}

func (r *reader) grant(path string, n *yaml.Node) Grant {
	var g Grant
	r.lines[path] = n.Line
	if n.Kind != yaml.MappingNode {
		g.Origin, _ = r.scalar(path, n)
		return g
	}
	r.mapping(n, path, []field{{"origin", text(&g.Origin)}, {"for", texts(&g.For)}})
	if g.Origin == "" && !r.reported(path) {
		r.wrong(n.Line, path, path+": the origin is missing; write origin: https://host")
	}
	return g
}

// nested reads a mapping below a key.
func nested(fields []field) func(*reader, string, *yaml.Node) {
	return func(r *reader, path string, n *yaml.Node) {
		if isNull(n) {
			return
		}
		if n.Kind != yaml.MappingNode {
			names := make([]string, len(fields))
			for i, f := range fields {
				names[i] = f.name
			}
			r.wrong(n.Line, path, path+" must have keys of its own, indented below it").Allowed = names
			return
		}
		r.mapping(n, path, fields)
	}
}

func (r *reader) scalar(path string, n *yaml.Node) (string, bool) {
	switch {
	case isNull(n):
		return "", true
	case n.Kind == yaml.SequenceNode:
		r.wrong(n.Line, path, path+" must be one value, not a list")
	case n.Kind == yaml.MappingNode:
		r.wrong(n.Line, path, path+" must be one value; one with a colon in it needs quotes")
	case n.Tag != "!!str":
		r.wrong(n.Line, path, fmt.Sprintf("%s must be text and this is %s; put the value in quotes", path, typeName(n.Tag)))
	default:
		return n.Value, true
	}
	return "", false
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func typeName(tag string) string {
	switch tag {
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!timestamp":
		return "a date"
	default:
		return "something else"
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// reported reports whether something was said already about a field or about a part
// of it.
func (r *reader) reported(field string) bool {
	return slices.ContainsFunc(r.problems, func(e *FieldError) bool {
		return e.Field == field || strings.HasPrefix(e.Field, field+".")
	})
}

// verdict is everything that is wrong: what reading found, and the problems of the
// values that were read, which get their lines.
func (r *reader) verdict(problems []*FieldError) error {
	for _, p := range problems {
		if r.reported(p.Field) {
			continue // said already, better
		}
		p.File, p.Path, p.Line = r.doc.name, r.doc.path, r.lines[p.Field]
		r.problems = append(r.problems, p)
	}
	slices.SortStableFunc(r.problems, func(a, b *FieldError) int { return a.Line - b.Line })
	return result(r.problems)
}

// result joins the problems, in the order of the file's fields; nil if none.
func result(problems []*FieldError) error {
	switch len(problems) {
	case 0:
		return nil
	case 1:
		return problems[0]
	}
	errs := make([]error, len(problems))
	for i, p := range problems {
		errs[i] = p
	}
	return errors.Join(errs...)
}
