package ui

import (
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth/login"
	"gatepass/store"
)

// A Page is one screen. It is not a [tea.Model]: the root is the only one, and
// gives each page its size, its keys and the results of its own work. Nothing in
// Update or View reads a file, a keyring or a network, or waits.
type Page interface {
	// Init is called once, when the page is opened and has its size.
	Init() tea.Cmd
	// Update takes a key, one of the messages of this package, or a Result of
	// work that this page began.
	Update(msg tea.Msg) tea.Cmd
	// View draws at most the size that SetSize gave.
	View() string
	// SetSize tells how many cells and lines there are for View.
	SetSize(w, h int)
	// Title names the page in the header, Status is at the header's other end.
	Title() string
	Status() string
	// Keys are those that work right now.
	Keys() Keys
	// CapturesText reports whether letters are text now, not commands.
	CapturesText() bool
	// Pulse is how often the page wants a TickMsg; 0 is never.
	Pulse() time.Duration
}

// Small is a page that is of use in a smaller terminal than others are.
type Small interface {
	// Least is the smallest terminal for it.
	Least() (columns, rows int)
}

// Keys is the help for a page. Disabled bindings are left out.
type Keys struct {
	Short []key.Binding // for the last line, the most useful first
	Full  []KeyGroup    // for the help page
}

// A KeyGroup is a heading with keys.
type KeyGroup struct {
	Title string
	Keys  []key.Binding
}

// TickMsg comes once a Pulse to the page in front. Pages look at their clock
// rather than count ticks: a machine that slept has not ticked.
type TickMsg struct{}

// ShownMsg tells a page that it is in front again: the page above it was left,
// or the program came back from being suspended.
type ShownMsg struct{}

// HideMsg tells every page to cover the secrets that it shows: the program is
// about to be suspended.
type HideMsg struct{}

// A Dest is a page to go to.
type Dest interface{ dest() }

// The pages.
type (
	// ToHome is the list of targets.
	ToHome struct{}
	// ToWizard sets up a target. Name is put into the form; "" leaves it open.
	ToWizard struct{ Name string }
	// ToCodes is the live viewer. Name is selected first; "" is the first of all.
	// Only are names and tags, one a line: only targets with one of them are listed; ""
	// is all. Reveal shows the codes from the beginning.
	ToCodes struct {
		Name   string
		Only   string
		Reveal bool
	}
	// ToImport brings entries of other programs in. Pasted is what was pasted for it on
	// another page, a seed or a file's path; nil is nothing yet.
	ToImport struct{ Pasted *store.Secret }
	// ToVerify is a login of the target Name. Run starts it at once. With Trust the
	// device is to be remembered: the attended login that the route trusted-device
	// begins with.
	ToVerify struct {
		Name  string
		Run   bool
		Trust bool
	}
	// ToDuo is what Duo knows of the target Name; "" shows the tenants alone.
	ToDuo struct{ Name string }
	// ToHandoff writes the login of the target Name as a scanner takes it. Held is its
	// session, where it was just made; nil makes one when it is needed.
	ToHandoff struct {
		Name string
		Held *login.Session
	}
	// ToServe gives a scanner codes and sessions of the target Name, while it is open.
	ToServe struct {
		Name string
		Held *login.Session
	}
	// ToWatch watches how long a session of the target Name lives.
	ToWatch struct {
		Name string
		Held *login.Session
	}
	// ToStorePick asks where secrets shall live.
	ToStorePick struct{}
)

func (ToHome) dest()      {}
func (ToWizard) dest()    {}
func (ToCodes) dest()     {}
func (ToImport) dest()    {}
func (ToVerify) dest()    {}
func (ToStorePick) dest() {}
func (ToDuo) dest()       {}
func (ToHandoff) dest()   {}
func (ToServe) dest()     {}
func (ToWatch) dest()     {}
