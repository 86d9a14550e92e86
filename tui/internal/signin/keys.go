package signin

import (
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/internal/ui"
)

// grace is how long a question stands before a key answers it: it comes by itself, and
// what was typed at that moment was meant for something else.
const grace = 400 * time.Millisecond

type answers struct{ Yes, No key.Binding }

func bindings() answers {
	no := ui.Bind("no, stop", "n", "N", "esc", "enter")
	no.SetHelp("n/esc", "no, stop")
	return answers{Yes: ui.Bind("allow and pin", "y", "Y"), No: no}
}

// Asking reports whether a question stands. Every key but those that quit goes to
// [Run.Key] then.
func (r *Run) Asking() bool { return r.ask != nil }

// Keys are those that answer the question.
func (r *Run) Keys() ui.Keys {
	k := bindings()
	short := []key.Binding{k.Yes, k.No}
	return ui.Keys{Short: short, Full: []ui.KeyGroup{{Title: "The question", Keys: short}}}
}

// Key takes a key while a question stands. Only a plain y is a yes.
func (r *Run) Key(msg tea.KeyMsg) {
	if r.ask == nil || msg.Paste || r.env.Now().Sub(r.asked) < grace {
		return
	}
	k := bindings()
	switch {
	case key.Matches(msg, k.Yes):
		r.answer(true)
	case key.Matches(msg, k.No):
		r.answer(false)
	}
}

func (r *Run) answer(yes bool) {
	r.ask.reply <- yes
	r.ask = nil
}
