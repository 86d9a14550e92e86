package handoff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"gatepass/store"
)

// javaLiteral writes a text as a regular expression that matches it literally, in
// Java's spelling, as ZAP and StackHawk read it. The proof was seen as people read
// it, and the scanner looks into the page's source: blanks may be line breaks there,
// and some characters entities. Both are allowed for, because a pattern that never
// matches has ZAP sign in again for every request.
func javaLiteral(text string) string {
	var b, plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			b.WriteString(`\Q` + plain.String() + `\E`)
			plain.Reset()
		}
	}
	blank := false
	for _, r := range text {
		if unicode.IsSpace(r) {
			if !blank {
				flush()
				b.WriteString(`(?:\s|\x{A0}|&nbsp;)+`)
			}
			blank = true
			continue
		}
		blank = false
		if e, special := entities[r]; special {
			flush()
			b.WriteString(e)
			continue
		}
		plain.WriteRune(r)
	}
	flush()
	return b.String()
}

// entities are the characters that HTML may write otherwise, as patterns. The
// backslash is among them because it would end a quotation.
var entities = map[rune]string{
	'&':  `(?:&|&amp;|&#38;)`,
	'<':  `(?:<|&lt;|&#60;)`,
	'>':  `(?:>|&gt;|&#62;)`,
	'"':  `(?:"|&quot;|&#34;)`,
	'\'': `(?:'|&#39;|&#x27;|&apos;)`,
	'\\': `\\`,
}

// javaPrefix is a pattern for everything that begins with an address.
func javaPrefix(address string) string { return regexp.QuoteMeta(address) + ".*" }

// shell quotes a word for a POSIX shell.
func shell(word string) string { return store.QuoteShell(word) }

// toYAML writes a value with two spaces of indentation, below a comment and above
// another.
func toYAML(head []string, value any, tail []string) (string, error) {
	var b bytes.Buffer
	b.WriteString(comment(head))
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(value); err != nil {
		return "", fmt.Errorf("write YAML: %w", err)
	}
	if err := enc.Close(); err != nil {
		return "", fmt.Errorf("write YAML: %w", err)
	}
	if len(tail) > 0 {
		b.WriteString("\n" + comment(tail))
	}
	return b.String(), nil
}

// comment writes lines behind number signs. Nothing in them can end the comment.
func comment(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		line = strings.Map(func(r rune) rune {
			if control(r) {
				return ' '
			}
			return r
		}, line)
		b.WriteString(strings.TrimRight("# "+line, " ") + "\n")
	}
	return b.String()
}

// toJSON writes a value with two spaces of indentation and leaves <, > and & as they
// are.
func toJSON(value any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		return "", fmt.Errorf("write JSON: %w", err)
	}
	return b.String(), nil
}

// quoted is shell with quotes in any case, for a file of assignments.
func quoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// noReference refuses a value in which a scanner would see a reference to a variable.
func noReference(value, of string) error {
	if strings.Contains(value, "${") {
		return refuse("the %s holds ${, which this scanner would take for a variable", of)
	}
	return nil
}

// names lists the names of variables.
func names(all []Variable) string {
	var b []string
	for _, v := range all {
		b = append(b, v.Name)
	}
	return strings.Join(b, " and ")
}

// ordered is a YAML mapping of texts that keeps its order.
func ordered(names, values []string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode}
	for i, name := range names {
		var key, value yaml.Node
		key.SetString(name)
		value.SetString(values[i])
		value.Style = yaml.DoubleQuotedStyle
		node.Content = append(node.Content, &key, &value)
	}
	return node
}
