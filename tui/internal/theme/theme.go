// Package theme turns the few meanings that colour has in gatepass into escape
// sequences for the terminal at hand.
//
// Only the sixteen ANSI colours are used: people choose those themselves, so
// they are readable on their screens. Colour never carries a meaning alone. With
// NO_COLOR every Paint is empty, bold and reverse included, and each screen still
// says everything by its characters.
package theme

import "github.com/charmbracelet/lipgloss"

// Styles holds one Paint a meaning.
type Styles struct {
	Title  Paint // the page's name in the header
	Bright Paint // what the eye should find first: a selected row, a code
	Dim    Paint // what may be overlooked: units, hints, column heads
	Accent Paint // where the keyboard is: the cursor, the marked choice
	Key    Paint // a key in the help line
	Good   Paint // passed, signed in
	Bad    Paint // failed, refused
	Warn   Paint // soon over, unproven, worth a look
	Match  Paint // the part of a name that a filter found; underlined, not coloured
	Print  Paint // black on white, whatever the terminal has: what a camera shall read

	Dark   bool   // the terminal's letters are light, as far as is known
	Shades Shades // how finely a picture can be coloured
}

// Plain reports whether nothing can be painted: what a Paint would say must be
// said by characters.
func (s *Styles) Plain() bool { return s.Bright.open == "" }

// The tokens, for dark and for light backgrounds. Yellow on white cannot be
// read, so a light background warns in magenta.
var (
	accent = lipgloss.AdaptiveColor{Dark: "14", Light: "4"}
	good   = lipgloss.AdaptiveColor{Dark: "10", Light: "2"}
	bad    = lipgloss.AdaptiveColor{Dark: "9", Light: "1"}
	warn   = lipgloss.AdaptiveColor{Dark: "11", Light: "5"}
)

// New makes the Styles for what r draws on. It asks r for its colour profile and
// background, so both must be known by then: an answer that comes while the
// program runs would land in a text field.
func New(r *lipgloss.Renderer) *Styles {
	plain := r.NewStyle()
	return &Styles{
		Title:  paint(plain.Bold(true).Foreground(accent)),
		Bright: paint(plain.Bold(true)),
		Dim:    paint(plain.Faint(true)),
		Accent: paint(plain.Foreground(accent)),
		Key:    paint(plain.Foreground(accent)),
		Good:   paint(plain.Foreground(good)),
		Bad:    paint(plain.Foreground(bad)),
		Warn:   paint(plain.Foreground(warn)),
		Match:  paint(plain.Bold(true).Underline(true)),
		Print:  paint(plain.Foreground(lipgloss.Color("0")).Background(lipgloss.Color("15"))),
		Dark:   r.HasDarkBackground(),
		Shades: shades(r.ColorProfile()),
	}
}
