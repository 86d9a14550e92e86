package store

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// splice changes only the lines of what differs. It answers false for a layout that
// it does not know how to cut.
func (d *document) splice(have, want []entry) ([]byte, bool) {
	s, ok := newSplicer(d)
	if !ok || !s.mapping(d.root, 0, len(s.lines), have, want) {
		return nil, false
	}
	return s.apply()
}

// A splicer cuts a file into lines, as an editor counts them, and collects changes.
type splicer struct {
	lines   []string // each with its line end
	newline string
	changes []change
}

// A change puts text in place of the lines from first up to, not with, last.
type change struct {
	first, last int
	text        string
}

func newSplicer(d *document) (*splicer, bool) {
	// YAML counts these as line ends as well, editors do not: the numbers differ.
	if bytes.ContainsAny(d.text, "\u0085\u2028\u2029\ufeff") {
		return nil, false
	}
	newline := "\n"
	if bytes.Contains(d.text, []byte("\r\n")) {
		newline = "\r\n"
	}
	if bytes.Count(d.text, []byte("\r")) != bytes.Count(d.text, []byte("\r\n")) {
		return nil, false
	}
	return &splicer{lines: slices.Collect(strings.Lines(string(d.text))), newline: newline}, true
}

// apply gives the text with all changes made, or false if two touch one line. What
// is added in front of a line comes before what replaces the line.
func (s *splicer) apply() ([]byte, bool) {
	slices.SortStableFunc(s.changes, func(a, b change) int {
		return cmp.Or(a.first-b.first, min(a.last-a.first, 1)-min(b.last-b.first, 1))
	})
	var out strings.Builder
	copied := 0
	copyTo := func(end int) {
		for _, line := range s.lines[copied:end] {
			out.WriteString(s.closed(line))
		}
		copied = end
	}
	for _, c := range s.changes {
		if c.first < copied {
			return nil, false
		}
		copyTo(c.first)
		out.WriteString(c.text)
		copied = c.last
	}
	if copied < len(s.lines) {
		copyTo(len(s.lines) - 1)
		out.WriteString(s.lines[copied]) // as it ends, so it stays
	}
	return []byte(out.String()), true
}

// closed gives line with a line end, which a file's last line may lack.
func (s *splicer) closed(line string) string {
	if strings.HasSuffix(line, "\n") {
		return line
	}
	return line + s.newline
}

// mapping changes the keys of a mapping in the block style whose lines end before
// end.
func (s *splicer) mapping(n *yaml.Node, start, end int, have, want []entry) bool {
	if n.Style&yaml.FlowStyle != 0 || len(n.Content) == 0 {
		return false
	}
	spans, ok := s.spans(n, end)
	if !ok || spans[0].first < start {
		return false
	}
	indent, ok := s.indent(n.Content[0])
	if !ok {
		return false
	}
	after := spans[0].first // where a key that is missing goes: behind its neighbour
	for i, e := range want {
		at := find(n, e.key)
		if at >= 0 {
			after = spans[at/2].last
		}
		if e.same(have[i]) {
			continue
		}
		if at < 0 {
			if !s.insert(after, indent, e) {
				return false
			}
			continue
		}
		if !s.replace(n.Content[at], n.Content[at+1], spans[at/2], indent, have[i], e) {
			return false
		}
	}
	return true
}

// A span is the lines of one key with its value, comments behind it not counted.
type span struct{ first, last int }

func (s *splicer) spans(n *yaml.Node, end int) ([]span, bool) {
	step := 1
	if n.Kind == yaml.MappingNode {
		step = 2
	}
	var spans []span
	for i := 0; i < len(n.Content); i += step {
		first, last := n.Content[i].Line-1, end
		if i+step < len(n.Content) {
			last = n.Content[i+step].Line - 1
		}
		if first < 0 || last > len(s.lines) || first >= last {
			return nil, false // two keys on one line
		}
		column := n.Content[i].Column
		if step == 1 {
			column = n.Column // of the dash
		}
		spans = append(spans, span{first, s.trim(first+1, last, column)})
	}
	return spans, true
}

// trim gives the end of a value whose further lines are from first up to last: blank
// lines and comments behind it that are not indented below it belong to what
// follows, and so do the marks of a document's end.
func (s *splicer) trim(first, last, column int) int {
	for last > first {
		line := strings.TrimRight(s.lines[last-1], "\r\n")
		bare := strings.TrimLeft(line, " \t")
		deeper := len(line)-len(bare) >= column
		mark := line == "..." || line == "---"
		if bare != "" && !mark && (!strings.HasPrefix(bare, "#") || deeper) {
			break
		}
		last--
	}
	return last
}

// indent gives the white space in front of a key.
func (s *splicer) indent(key *yaml.Node) (string, bool) {
	line := s.lines[key.Line-1]
	at, ok := byteAt(line, key.Column)
	if !ok || strings.TrimLeft(line[:at], " ") != "" {
		return "", false
	}
	return line[:at], true
}

// insert adds a key with its value in front of a line.
func (s *splicer) insert(at int, indent string, e entry) bool {
	if e.empty() {
		return true
	}
	text, ok := s.block(indent, e)
	s.changes = append(s.changes, change{at, at, text})
	return ok
}

// block writes a key with its value on lines of its own.
func (s *splicer) block(indent string, e entry) (string, bool) {
	body, err := render([]entry{e})
	if err != nil {
		return "", false
	}
	var b strings.Builder
	for line := range strings.Lines(string(body)) {
		b.WriteString(indent + strings.TrimSuffix(line, "\n") + s.newline)
	}
	return b.String(), true
}

// replace changes the value of a key that is there, in the gentlest way that fits.
func (s *splicer) replace(key, value *yaml.Node, at span, indent string, have, e entry) bool {
	if e.empty() {
		s.changes = append(s.changes, change{at.first, at.last, ""})
		return true
	}
	if s.inPlace(value, at, e) {
		return true
	}
	if value.Style&yaml.FlowStyle == 0 {
		if s.list(value, at, have, e) {
			return true
		}
		if want, ok := e.value.([]entry); ok {
			if had, ok := have.value.([]entry); ok && value.Kind == yaml.MappingNode && s.below(value, at, had, want) {
				return true
			}
		}
	}
	text, ok := s.block(indent, e)
	if !ok {
		return false
	}
	if comment := key.LineComment + value.LineComment; comment != "" && !strings.Contains(comment, "\n") {
		first, rest, _ := strings.Cut(text, s.newline)
		text = first + " " + comment + s.newline + rest
	}
	s.changes = append(s.changes, change{at.first, at.last, text})
	return true
}

// below changes the keys of a mapping that is a value. It leaves no trace when it
// cannot.
func (s *splicer) below(value *yaml.Node, at span, have, want []entry) bool {
	before := len(s.changes)
	if s.mapping(value, at.first+1, at.last, have, want) {
		return true
	}
	s.changes = s.changes[:before]
	return false
}

// inPlace puts a value where the old one stands, if both take part of one line.
func (s *splicer) inPlace(value *yaml.Node, at span, e entry) bool {
	if at.last != at.first+1 || value.Line-1 != at.first {
		return false
	}
	_, scalar := e.value.(string)
	if scalar != (value.Kind == yaml.ScalarNode) {
		return false
	}
	line := s.lines[at.first]
	from, ok := byteAt(line, value.Column)
	if !ok {
		return false
	}
	to, ok := valueEnd(line, from)
	if !ok || to == from {
		return false
	}
	text, err := e.inline()
	if err != nil {
		return false
	}
	s.changes = append(s.changes, change{at.first, at.last, line[:from] + text + line[to:]})
	return true
}
