package handoff

import (
	"io/fs"

	"gatepass/store"
)

// An Output is a login as one scanner takes it.
type Output struct {
	Scanner string // as --for takes it
	Title   string
	Variant string
	// Files are what to write, the one that the scanner reads first. The last one is
	// the sheet: everything below as text. For a scanner that takes no file the sheet
	// is the only one.
	Files  []File
	Steps  []Step   // what a person has to do, in order
	Run    []string // shell commands that run the scanner
	Check  []string // how to see that the scanner is signed in
	Silent []string // how it goes on without a session and does not say so
	Notes  []string // what else to know: lifetimes, bindings, what was left out
	// Refusals are the variants that would have come first and do not fit.
	Refusals []Refusal
	Wants    []Variable // what the files take from the environment
	Unproven bool       // it was not proven, and the files say so
	standing string     // whether and when it was proven
	Life     Lifetime   // of the session in the files; zero without one
}

// A File is one file of an output.
type File struct {
	Name    string      // without a folder
	Mode    fs.FileMode // 0600 where a secret is in it, else 0644
	Secret  bool        // a secret is in it
	Content Content
}

// Mask gives the file's text with every secret replaced by dots, for a preview.
func (f File) Mask() string { return f.Content.Mask() }

// Content is the text of a file. It cannot be printed by accident: every verb and
// JSON show "[secret]", whether there is one in it or not.
type Content struct {
	store.Secret
	masked string
}

// Mask gives the text with every secret replaced by dots.
func (c Content) Mask() string { return c.masked }

// A Step is one thing that a person does.
type Step struct {
	Do     string       // a whole sentence, or the name of a field
	Value  string       // what to enter there, to be copied; "" for none
	Secret store.Secret // the same where it is a secret
}

// A Variable is one environment variable that a file refers to.
type Variable struct {
	Name  string
	Holds string // what belongs into it, for people
}

// A Refusal is a variant that does not fit a login, and why.
type Refusal struct {
	Variant string
	Reasons []string // whole sentences
}
