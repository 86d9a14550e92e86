// Package termprobe keeps every command from asking the terminal for its
// background colour.
//
// Bubble Tea v1 asks in a package init: on a terminal that does not answer that
// is five seconds and stray escape bytes, in every command of a program that
// merely imports it. Lip Gloss does not ask once it has been told. Go initialises
// packages that are ready in the order of their import paths, so this package
// must be imported by main and sort before "github.com/charmbracelet/bubbletea":
// that is why the module is named gatepass. A test in a pseudo-terminal that
// never answers guards it. The screens ask for themselves when they start.
package termprobe

import "github.com/charmbracelet/lipgloss"

func init() { lipgloss.SetHasDarkBackground(true) }
