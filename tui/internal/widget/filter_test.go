package widget_test

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/internal/text"
	"gatepass/tui/internal/uitest"
	"gatepass/tui/internal/widget"
)

// press gives a filter keys by their names and tells what the last one meant to it.
func press(f *widget.Filter, keys ...string) (last widget.FilterChange) {
	for _, k := range keys {
		last = f.Update(uitest.KeyMsg(k), f.Keys(true))
	}
	return last
}

func TestAFilterIsTypedKeptAndCleared(t *testing.T) {
	f := widget.NewFilter()
	if f.On() || !f.Passes()("anything") {
		t.Error("a filter without words leaves something out")
	}
	if press(&f, "s") != widget.FilterNone || f.On() {
		t.Error("a letter went into a filter that nobody had begun")
	}
	if press(&f, "/") != widget.FilterTurned || !f.Typing() {
		t.Error("it was not begun")
	}
	if press(&f, "S", "h") != widget.FilterTyped || press(&f, "down") != widget.FilterNone {
		t.Error("letters are its own, and the arrows are the list's")
	}
	f.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(" Bot"), Paste: true}, f.Keys(true))
	passes := f.Passes()
	if !passes("robot at the shop") || passes("the shop alone") {
		t.Errorf("every one of the words %q has to be there", f.Words())
	}
	if press(&f, "enter") != widget.FilterTurned || f.Typing() || !f.On() {
		t.Error("it was not kept")
	}
	if press(&f, "q") != widget.FilterNone {
		t.Error("a filter that is kept takes letters")
	}
	if press(&f, "esc") != widget.FilterCleared || f.On() || len(f.Words()) > 0 {
		t.Error("it was not cleared")
	}
	if press(&f, "esc") != widget.FilterNone {
		t.Error("a filter that is off takes esc, which is for leaving")
	}
}

func TestAFilterFitsAndCounts(t *testing.T) {
	f := widget.NewFilter()
	press(&f, "/")
	f.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(strings.Repeat("long 日本 ", 40)), Paste: true}, f.Keys(true))
	for _, w := range []int{24, 40, 80} {
		line := f.View(uitest.Plain, 3, 12, w)
		if text.Width(line) > w || !strings.HasPrefix(line, "/ ") || !strings.HasSuffix(strings.TrimRight(line, " "), "3 of 12") {
			t.Errorf("in %d cells: %q", w, line)
		}
	}
}
