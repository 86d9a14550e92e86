package widget

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
)

// maxInput is more than any URL, password or otpauth URI that people have, and
// little enough to check on every key.
const maxInput = 4096

// caret stands where the next character will go. It is a character of its own,
// because reverse video is nothing without colour.
const caret = "▏"

// An Input is one line of text to type into. A masked one shows a bullet a
// character and never the text, whatever happens to it.
type Input struct {
	edit   textinput.Model
	masked bool
}

// NewInput makes an Input for text that everybody may see.
func NewInput() Input { return newInput(textinput.EchoNormal) }

// NewMasked makes an Input for a secret.
func NewMasked() Input { return newInput(textinput.EchoPassword) }

func newInput(echo textinput.EchoMode) Input {
	edit := textinput.New()
	edit.EchoMode = echo
	edit.CharLimit = maxInput
	edit.Cursor.SetMode(cursor.CursorStatic)
	// Reading the clipboard answers later, when another field may have the
	// keyboard: a secret would land there in clear. Terminals paste by themselves.
	edit.KeyMap.Paste = key.NewBinding(key.WithDisabled())
	return Input{edit: edit, masked: echo != textinput.EchoNormal}
}

// Focus lets the input take keys.
func (in *Input) Focus() { in.edit.Focus() }

// Blur stops it from taking keys.
func (in *Input) Blur() { in.edit.Blur() }

// Focused reports whether it takes keys.
func (in *Input) Focused() bool { return in.edit.Focused() }

// Value is the text as typed. Use [Input.Secret] for a masked one.
func (in *Input) Value() string { return in.edit.Value() }

// Secret is the text as something that cannot be printed.
func (in *Input) Secret() store.Secret { return store.NewSecret(in.edit.Value()) }

// Empty reports whether nothing is typed.
func (in *Input) Empty() bool { return in.edit.Value() == "" }

// SetValue replaces the text and puts the caret at its end.
func (in *Input) SetValue(v string) {
	in.edit.SetValue(v)
	in.edit.CursorEnd()
}

// Update takes a key or a paste and reports whether the text changed.
func (in *Input) Update(msg tea.KeyMsg) bool {
	if !in.edit.Focused() {
		return false
	}
	if msg.Paste {
		// What is copied from a page often ends with a line break. As a space at
		// the end of a password nobody would find it.
		pasted := strings.TrimFunc(string(msg.Runes), func(r rune) bool {
			return r == '\n' || r == '\r' || in.masked && unicode.IsControl(r)
		})
		msg.Runes = []rune(pasted)
	}
	before := in.edit.Value()
	in.edit, _ = in.edit.Update(msg)
	return in.edit.Value() != before
}

// View draws the text in w cells. It scrolls so that the caret stays in sight.
func (in *Input) View(s *theme.Styles, w int) string {
	value, at := []rune(in.edit.Value()), in.edit.Position()
	before, after := string(value[:at]), string(value[at:])
	if in.masked {
		before, after = bullets(before), bullets(after)
	}
	if !in.edit.Focused() {
		return text.Cut(before+after, w)
	}
	room := w - 1 // the caret's
	if text.Width(before) > room {
		before = text.CutLeft(before, room)
	}
	after = ansi.Truncate(after, room-text.Width(before), "")
	return before + s.Accent.Of(caret) + after
}

func bullets(v string) string { return strings.Repeat("•", len([]rune(v))) }
