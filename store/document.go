package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// maxDocument bounds a file that people edit, in bytes.
const maxDocument = 1 << 20

// A document is a YAML file that people edit: its bytes as they are, and what they
// mean. Only plain data is admitted: one document, no anchors, aliases, tags or
// merge keys, each key once.
type document struct {
	name string // as errors show it
	path string
	text []byte
	file *yaml.Node // the whole, with the comments around it
	root *yaml.Node // the mapping in it
}

// readDocument reads and parses the file at path. A missing one answers
// fs.ErrNotExist.
func readDocument(path string) (*document, error) {
	d := &document{path: path, name: shownName(path)}
	// Looked at before it is opened: opening a pipe waits for a writer.
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("look at file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, d.wrong(0, "", "this is "+describe(info.Mode())+", not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	if err := d.parse(text); err != nil {
		return nil, err
	}
	return d, nil
}

// shownName is how errors name a file: with its folder, "targets/shop.yaml".
func shownName(path string) string {
	return filepath.ToSlash(filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path)))
}

// parse reads text as the document's content.
func (d *document) parse(text []byte) error {
	if len(text) > maxDocument {
		return d.wrong(0, "", fmt.Sprintf("larger than %d bytes; a file of this kind has a few lines", maxDocument))
	}
	if line := badUTF8(text); line > 0 {
		return d.wrong(line, "", "not UTF-8 text; save the file as UTF-8")
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var file yaml.Node
	if err := decoder.Decode(&file); errors.Is(err, io.EOF) {
		d.text, d.root = text, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		d.file = &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{d.root}}
		return nil // nothing, or comments alone: no keys
	} else if err != nil {
		return d.syntax(err)
	}
	var more yaml.Node
	if err := decoder.Decode(&more); err == nil {
		return d.wrong(more.Line, "", "a second document begins here; one file holds one, so remove the --- line and what follows")
	} else if !errors.Is(err, io.EOF) {
		return d.syntax(err)
	}
	root := file.Content[0]
	if err := d.plain(root); err != nil {
		return err
	}
	if root.Kind != yaml.MappingNode {
		return d.wrong(root.Line, "", "the file must be a list of keys with values, such as url: https://shop.example.com/login")
	}
	d.text, d.file, d.root = text, &file, root
	return nil
}

// plain refuses what makes YAML more than data.
func (d *document) plain(n *yaml.Node) error {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return d.wrong(n.Line, "", "anchors and aliases (& and *) are not read here; write the value out, in quotes if it begins so")
	case n.Style&yaml.TaggedStyle != 0:
		return d.wrong(n.Line, "", "tags (!) are not read here; write the plain value, in quotes if it begins so")
	case n.Tag == "!!merge":
		return d.wrong(n.Line, "", "merge keys (<<) are not read here; write the keys out")
	}
	seen := map[string]bool{}
	for i, child := range n.Content {
		if err := d.plain(child); err != nil {
			return err
		}
		if n.Kind != yaml.MappingNode || i%2 == 1 {
			continue
		}
		if child.Kind != yaml.ScalarNode {
			return d.wrong(child.Line, "", "a key must be a word")
		}
		if seen[child.Value] {
			return d.wrong(child.Line, child.Value, fmt.Sprintf("key %s stands here a second time; keep one", quoteKey(child.Value)))
		}
		seen[child.Value] = true
	}
	return nil
}

// wrong is a FieldError at a line of this document.
func (d *document) wrong(line int, field, problem string) *FieldError {
	return &FieldError{File: d.name, Path: d.path, Line: line, Field: field, Problem: problem}
}

// The library's syntax errors are plain texts, "yaml: line 3: did not find …", with
// no type to ask. They quote at most the name of an anchor.
var syntaxText = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

func (d *document) syntax(err error) error {
	line, text := 0, err.Error()
	if m := syntaxText.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1]) // "" stays 0
		text = m[2]
	}
	if strings.HasPrefix(text, "unknown anchor") {
		text = "anchors and aliases (& and *) are not read here; write the value out, in quotes if it begins so"
	}
	return d.wrong(line, "", "not valid YAML: "+text)
}

// badUTF8 gives the line of the first byte that is not UTF-8, or 0.
func badUTF8(text []byte) int {
	line := 1
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r == utf8.RuneError && n == 1 {
			return line
		}
		if r == '\n' {
			line++
		}
		text = text[n:]
	}
	return 0
}

// keyText is what a key looks like. Anything else in a key's place may be a secret
// that was pasted there.
var keyText = regexp.MustCompile(`^[A-Za-z0-9_-]{1,24}$`)

// quoteKey shows a key from a file, if it looks like one.
func quoteKey(key string) string {
	if !keyText.MatchString(key) {
		return "(not shown)"
	}
	return strconv.Quote(key)
}
