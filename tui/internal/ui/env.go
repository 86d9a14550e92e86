package ui

import (
	"context"
	"time"

	"gatepass/auth/otp/importer"
	"gatepass/store"
	"gatepass/tui/internal/theme"
)

// PageID tells the pages of one program apart.
type PageID int64

// Env is what a page is given when it is opened.
type Env struct {
	Context context.Context // ends when the page is left
	Life    context.Context // ends when the program does
	Page    PageID
	Gate    Gate
	Now     func() time.Time
	Styles  *theme.Styles
	Host    Host
	Crew    *Crew
	Place   Place
	AddLab  func(context.Context) error // adds the practice range's targets; may be nil
	Files   Files                       // may be nil: then only text can be brought in
	Save    Save                        // may be nil: then nothing can be saved
	Outside Outside                     // what else there may be around the screens
}

// Save writes a text without secrets into a file that others may read, and tells the
// file's whole path. Where a file is there already it answers [fs.ErrExist], unless it
// is to be replaced.
type Save func(ctx context.Context, path, text string, replace bool) (string, error)

// Files reads files, and of a folder the files in it, for an import. With an error,
// what it could read comes along. It never tells a path: people paste seeds where a
// path is wanted.
type Files func(ctx context.Context, paths []string) ([]importer.File, error)

// Place tells where secrets live, and lets a person choose.
type Place struct {
	Backend store.Backend // in use, or remembered but not open; "" when none is chosen
	Problem error         // why no secret can be read or kept; nil when all is well
	// Use opens a place, remembers the choice and gives the Gate over it. For a
	// file that exists the passphrase is the one it was made with; otherwise it
	// is the one it will have. Nil when there is no choice.
	Use func(ctx context.Context, b store.Backend, passphrase store.Secret) (Gate, error)
}

// Named gives a backend's name in a sentence.
func Named(b store.Backend) string {
	switch b {
	case store.BackendKeyring:
		return "the keyring"
	case store.BackendFile:
		return "the encrypted file"
	case store.BackendMemory:
		return "this program's memory"
	}
	return "the secret store"
}

// Host is the root as a page sees it. What is asked of it happens when the page's
// Update has returned, before any other message: a key that is pressed twice in
// a hurry cannot open a page twice.
type Host interface {
	Open(to Dest)          // in front of this page
	Replace(to Dest)       // in place of this page
	Back()                 // leave this page; from the last one it is Quit
	Quit()                 // end the program
	Say(n Notice)          // a line for the person, until the next key
	Copy(c Copying)        // to the clipboard, and clear it in time
	Adopt(g Gate, p Place) // use another Gate from now on, start anew
}

// A Notice is one line for the person.
type Notice struct {
	Level Level
	Text  string
}

// Level says what kind of news a notice is.
type Level int

// The levels.
const (
	Info Level = iota
	Success
	Warning
	Failure
)

// Copying is a text on its way to the clipboard, mostly a secret.
type Copying struct {
	Secret store.Secret
	Label  string        // what it is, for the notice: "shop's code"
	Keep   time.Duration // how long it may stay there; 0: it is no secret, and stays
	Remark string        // a sentence to add to the notice
	Doubt  bool          // the remark is a warning, to follow on "though"
}
