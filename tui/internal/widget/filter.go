package widget

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
)

// A Filter leaves those rows of a list that hold all its words. While it is typed, the
// arrows go on moving the list; kept, it stands above the list until it is cleared.
type Filter struct{ word Input }

// NewFilter makes a Filter that lets everything pass.
func NewFilter() Filter { return Filter{word: NewInput()} }

// FilterKeys begin a filter, keep it, and clear it.
type FilterKeys struct{ Open, Keep, Clear key.Binding }

// Keys are those of the filter that work now. can says whether there is a list in front
// that could be filtered.
func (f *Filter) Keys(can bool) FilterKeys {
	k := FilterKeys{
		Open:  key.NewBinding(key.WithKeys("/"), key.WithHelp("/", "filter")),
		Keep:  key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "keep the filter")),
		Clear: key.NewBinding(key.WithKeys("esc"), key.WithHelp("esc", "clear the filter")),
	}
	k.Open.SetEnabled(can && !f.Typing())
	k.Keep.SetEnabled(f.Typing())
	k.Clear.SetEnabled(can && f.On())
	return k
}

// A FilterChange is what a key meant to a filter.
type FilterChange int

// The changes.
const (
	FilterNone    FilterChange = iota // nothing: the key is for somebody else
	FilterTurned                      // it was begun or kept; the words are the same
	FilterTyped                       // there are other words
	FilterCleared                     // there are no words any more
)

// Update takes a key.
func (f *Filter) Update(msg tea.KeyMsg, k FilterKeys) FilterChange {
	switch {
	case key.Matches(msg, k.Open):
		f.word.Focus()
		return FilterTurned
	case key.Matches(msg, k.Keep):
		f.word.Blur()
		return FilterTurned
	case key.Matches(msg, k.Clear):
		f.word.Blur()
		f.word.SetValue("")
		return FilterCleared
	case f.word.Update(msg):
		return FilterTyped
	}
	return FilterNone
}

// Typing reports whether letters go into the filter.
func (f *Filter) Typing() bool { return f.word.Focused() }

// On reports whether the filter is to be seen: it is typed, or has words.
func (f *Filter) On() bool { return f.Typing() || !f.word.Empty() }

// Words are what a row must hold, folded.
func (f *Filter) Words() []string { return strings.Fields(Fold(f.word.Value())) }

// Passes gives a test of folded texts, for as long as the words stay the same.
func (f *Filter) Passes() func(folded string) bool {
	words := f.Words()
	return func(folded string) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(folded, w) })
	}
}

// View draws the filter in w cells, with how many of all rows it found.
func (f *Filter) View(s *theme.Styles, found, all, w int) string {
	count := fmt.Sprintf("%d of %d", found, all)
	return text.Spread(s.Accent.Of("/ ")+f.word.View(s, w-len(count)-4), s.Dim.Of(count), w)
}
