package widget

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// ListKeys move the cursor of a List.
type ListKeys struct {
	Up, Down, PageUp, PageDown, Top, Bottom key.Binding
}

// DefaultListKeys are the arrows, with vi's letters beside them.
func DefaultListKeys() ListKeys {
	return ListKeys{
		Up:       key.NewBinding(key.WithKeys("up", "k"), key.WithHelp("↑/k", "up")),
		Down:     key.NewBinding(key.WithKeys("down", "j"), key.WithHelp("↓/j", "down")),
		PageUp:   key.NewBinding(key.WithKeys("pgup", "ctrl+b"), key.WithHelp("pgup", "a page up")),
		PageDown: key.NewBinding(key.WithKeys("pgdown", "ctrl+f"), key.WithHelp("pgdn", "a page down")),
		Top:      key.NewBinding(key.WithKeys("home", "g"), key.WithHelp("home/g", "first")),
		Bottom:   key.NewBinding(key.WithKeys("end", "G"), key.WithHelp("end/G", "last")),
	}
}

// ArrowKeys are the keys that move a list while letters go into a text.
func ArrowKeys() ListKeys {
	k := DefaultListKeys()
	k.Up.SetKeys("up", "ctrl+p")
	k.Down.SetKeys("down", "ctrl+n")
	k.PageUp.SetKeys("pgup")
	k.PageDown.SetKeys("pgdown")
	k.Top.SetEnabled(false)
	k.Bottom.SetEnabled(false)
	return k
}

// Help gives the keys for the help page.
func (k ListKeys) Help() []key.Binding {
	return []key.Binding{k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Bottom}
}

// A List knows which of many rows is selected and which fit on the screen. It
// holds no rows, so ten thousand cost nothing.
type List struct {
	count, cursor, top, height int
}

// SetCount tells how many rows there are. The cursor stays where it can.
func (l *List) SetCount(n int) {
	l.count = max(n, 0)
	l.settle()
}

// SetHeight tells how many rows fit.
func (l *List) SetHeight(h int) {
	l.height = max(h, 1)
	l.settle()
}

// Select puts the cursor on row i.
func (l *List) Select(i int) {
	l.cursor = i
	l.settle()
}

// Cursor is the selected row, -1 if there is none.
func (l *List) Cursor() int {
	if l.count == 0 {
		return -1
	}
	return l.cursor
}

// Count is how many rows there are.
func (l *List) Count() int { return l.count }

// Window is the range of rows to draw: from, up to but without to.
func (l *List) Window() (from, to int) {
	return l.top, min(l.top+max(l.height, 1), l.count)
}

// Update moves the cursor and reports whether the key was one of k.
func (l *List) Update(msg tea.KeyMsg, k ListKeys) bool {
	page := max(l.height-1, 1)
	switch {
	case key.Matches(msg, k.Up):
		l.Select(l.cursor - 1)
	case key.Matches(msg, k.Down):
		l.Select(l.cursor + 1)
	case key.Matches(msg, k.PageUp):
		l.Select(l.cursor - page)
	case key.Matches(msg, k.PageDown):
		l.Select(l.cursor + page)
	case key.Matches(msg, k.Top):
		l.Select(0)
	case key.Matches(msg, k.Bottom):
		l.Select(l.count - 1)
	default:
		return false
	}
	return true
}

func (l *List) settle() {
	l.cursor = max(min(l.cursor, l.count-1), 0)
	h := max(l.height, 1)
	switch {
	case l.cursor < l.top:
		l.top = l.cursor
	case l.cursor >= l.top+h:
		l.top = l.cursor - h + 1
	}
	l.top = max(min(l.top, l.count-h), 0)
}
