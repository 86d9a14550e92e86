package store

import "errors"

// What [Targets] answers with, wrapped.
var (
	ErrNoTarget     = errors.New("no such target")
	ErrTargetExists = errors.New("there is a target of that name already")
)

// ErrChanged says that a file was changed by somebody else meanwhile.
var ErrChanged = errors.New("the file was changed meanwhile")

// Targets keeps each target in a file of its own, NAME.yaml. Reading takes no lock;
// writers exclude each other through a lock file beside the folder.
type Targets struct{ shelf[Target] }

// NewTargets keeps targets in dir, which is made when the first one is.
func NewTargets(dir string) *Targets {
	return &Targets{shelf[Target]{dir: dir, decode: decodeTarget, trade: trade{
		noun:    "target",
		header:  "# A target of gatepass. No secret is in this file, and none may be.\n",
		missing: ErrNoTarget,
		exists:  ErrTargetExists,
		make:    "gatepass setup", change: "gatepass edit", list: "gatepass list",
	}}}
}

// Path names the file of a target, whether it is there or not.
func (s *Targets) Path(name string) string { return s.path(name) }

// Get reads a target. It answers ErrNoTarget, with the name that was probably
// meant, ErrBadName, or a [FieldError] for each thing wrong in the file.
func (s *Targets) Get(name string) (Target, error) { return s.get(name) }

// List reads all targets, sorted by name. When some files are wrong it gives the
// good ones together with the errors of the others, joined.
func (s *Targets) List() ([]Target, error) { return s.all() }

// Create writes a new target. It answers ErrTargetExists when there is one of that
// name, whatever is in its file.
func (s *Targets) Create(t Target) error { return s.create(t) }

// Save writes t into the file that is there, changing only what differs: comments,
// order and layout stay, and when nothing differs the file is not touched. A file
// that is a symbolic link stays one. Save answers ErrNoTarget when there is no file
// and a [FieldError] when the file is wrong: what cannot be read is not edited.
func (s *Targets) Save(t Target) error { return s.save(t) }

// Rewrite puts text in place of a target's file, byte for byte, as an editor left
// it; before is what the editor was given. It answers ErrNoTarget when there is no
// file, ErrChanged when it is not what it was, and a [FieldError] when text is not a
// right target; then the file stays as it is.
func (s *Targets) Rewrite(name string, before, text []byte) error {
	return s.rewrite(name, before, text)
}

// Rename gives a target another name. The file's content stays as it is.
func (s *Targets) Rename(old, new string) error { return s.rename(old, new) }

// Delete removes a target's file, whatever is in it. Its secrets stay where they
// are.
func (s *Targets) Delete(name string) error { return s.remove(name) }

func (t Target) title() string { return t.Name }

func sameTarget(a, b Target) bool { return sameEntries(a.entries(), b.entries()) }
