package store

import (
	"fmt"
	"strings"
)

// A FieldError is one thing wrong in a file that people edit, or in a value that
// would go into one. It prints as editors and terminals like it:
//
//	targets/shop.yaml:4: unknown key "usename"; did you mean "username"? allowed: url, username, …
//
// Nothing that might be a secret pasted into the wrong place is repeated in it.
type FieldError struct {
	File    string   // as it is shown, "targets/shop.yaml"; "" for a value that is in no file yet
	Path    string   // the whole path of File
	Line    int      // from 1; 0 when what is wrong is not at one place
	Field   string   // "route", "proof.url", "origins[1]"; "" for the file as a whole
	Problem string   // what is wrong, and the correction where there is one
	Suggest string   // what was probably meant, or ""
	Allowed []string // everything that is allowed, when that is a short list

	remedies []string
}

// Error implements error.
func (e *FieldError) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if e.Line > 0 {
			fmt.Fprintf(&b, ":%d", e.Line)
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Problem)
	if e.Suggest != "" {
		fmt.Fprintf(&b, "; did you mean %q?", e.Suggest)
	}
	if len(e.Allowed) > 0 {
		if e.Suggest == "" {
			b.WriteString(";")
		}
		b.WriteString(" allowed: " + strings.Join(e.Allowed, ", "))
	}
	return b.String()
}

// Hints implements [Hinter].
func (e *FieldError) Hints() []string {
	hints := e.remedies
	if e.Path != "" {
		hints = append(hints[:len(hints):len(hints)], "Edit the file: "+QuoteShell(e.Path))
	}
	return hints
}
