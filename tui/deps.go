package tui

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"gatepass/store"
	"gatepass/tui/clipboard"
	"gatepass/tui/internal/ui"
)

// Gate is what the screens ask of the rooms below; [*auth.Gate] is one.
type Gate = ui.Gate

// Place tells where secrets live, and lets a person choose.
type Place = ui.Place

// Files reads files for an import.
type Files = ui.Files

// Save writes a text into a file.
type Save = ui.Save

// Outside is what else there may be around the screens.
type Outside = ui.Outside

// A Start is the page that comes first.
type Start struct{ dest ui.Dest }

// Home starts with the list of targets.
func Home() Start { return Start{ui.ToHome{}} }

// Wizard starts with setting up a target; name may be "".
func Wizard(name string) Start { return Start{ui.ToWizard{Name: name}} }

// Verify starts with a login of the target called name, at once.
func Verify(name string) Start { return Start{ui.ToVerify{Name: name, Run: true}} }

// CodesOptions say how the live viewer begins.
type CodesOptions struct {
	Only   []string // names and tags: only targets with one of them are listed; nil is all
	Reveal bool     // every code can be read from the beginning
}

// Codes starts with the live viewer.
func Codes(o CodesOptions) Start {
	return Start{ui.ToCodes{Only: strings.Join(o.Only, "\n"), Reveal: o.Reveal}}
}

// Clipboard takes codes; [*clipboard.Clipboard] is one.
type Clipboard interface {
	Copy(ctx context.Context, text store.Secret) (clipboard.Way, error)
	ClearIfOurs(ctx context.Context) (bool, error)
}

// Deps is all that the screens need of the world.
type Deps struct {
	// Gate is the rooms below. Nil while no place for secrets is usable: then the
	// first page asks where they shall live, and Place.Use gives the Gate.
	Gate  Gate
	Place Place
	// Now is the clock that codes and countdowns go by. Required.
	Now func() time.Time
	// Start is the first page; the zero Start is Home.
	Start Start
	// Clipboard takes codes. Without one, copying says that there is none.
	Clipboard Clipboard
	// AddLab starts the practice range and adds its targets; its context ends
	// with the program. Nil: the range is not offered.
	AddLab func(ctx context.Context) error
	// Files reads what an import names. Nil: only text can be imported.
	Files Files
	// Save writes what a page offers to save. Nil: nothing can be saved.
	Save Save
	// Outside is what else there is: how logins are made, where files go.
	Outside Outside
	// Welcome is a line on the first page, until the first key.
	Welcome string
	// Version is shown on the help page.
	Version string
	// In and Out are the terminal. Nil is the process's own.
	In  io.Reader
	Out io.Writer
}

// ErrInterrupted is what Run answers when ctrl+c or a signal ended it.
var ErrInterrupted = errors.New("interrupted")
