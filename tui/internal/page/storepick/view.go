package storepick

import (
	"strings"

	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// View implements ui.Page.
func (p *Page) View() string {
	w := min(p.w, 84)
	var lines []string
	switch p.mode {
	case choosing:
		lines = p.question(w)
	case making:
		lines = p.form(w, "The file is encrypted with age. Its passphrase is asked for each time gatepass starts, and nobody can bring it back: keep it in a password manager.")
	case unlocking:
		lines = p.form(w, "The secrets are in an encrypted file.")
	}
	if len(lines) > p.h {
		lines = lines[:p.h]
	}
	return strings.Join(lines, "\n")
}

func (p *Page) question(w int) []string {
	s := p.env.Styles
	problem := p.problem
	if problem == nil {
		problem = p.env.Place.Problem
	}
	lines := []string{s.Bright.Of("Where shall passwords and seeds be kept?"), ""}
	if problem != nil {
		lines = append(append(lines, ui.ErrorLines(s, problem, w)...), "")
	}
	lines = append(lines, p.options.View(s, w)...)
	lines = append(lines, "")
	if p.opening.Busy() {
		return append(lines, p.busy())
	}
	return append(lines, text.Wrap("gatepass never falls back to something weaker by itself; what you choose is remembered.", w)...)
}

func (p *Page) busy() string {
	what := "asking the keyring…"
	if p.trying == store.BackendFile {
		what = "working the passphrase into a key… this takes a second on purpose"
	}
	frame := int(p.env.Now().UnixMilli() / 150)
	return widget.MarkRunning.Of(p.env.Styles, frame) + " " + what
}

// labels is the column of the labels.
const labels = 14

func (p *Page) form(w int, preface string) []string {
	s := p.env.Styles
	lines := append(text.Wrap(preface, w), "")
	input := func(name string, in *widget.Input) {
		cursor, label := "  ", s.Dim.Of(text.Pad(name, labels-2))
		if in.Focused() {
			cursor, label = s.Accent.Of("> "), s.Bright.Of(text.Pad(name, labels-2))
		}
		lines = append(lines, cursor+label+in.View(s, w-labels))
	}
	input("Passphrase", &p.first)
	if p.mode == making {
		input("Once more", &p.again)
	}
	lines = append(lines, "")
	if p.opening.Busy() {
		return append(lines, p.busy())
	}
	problem := p.problem
	if problem == nil && p.mode == unlocking && p.first.Empty() {
		problem = p.env.Place.Problem
	}
	return append(lines, ui.ErrorLines(s, problem, w)...)
}
