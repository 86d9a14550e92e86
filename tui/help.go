package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// helpPage lists the keys that work on the page beneath it. It has no text of its
// own: what it shows are the bindings themselves.
type helpPage struct {
	scroll widget.Scroll
	keys   widget.ListKeys
	close  key.Binding
}

func newHelp() *helpPage {
	return &helpPage{
		keys:  widget.DefaultListKeys(),
		close: key.NewBinding(key.WithKeys("esc", "?", "f1", "q", "enter"), key.WithHelp("esc", "close")),
	}
}

func (h *helpPage) short() []key.Binding {
	return []key.Binding{h.keys.Up, h.keys.Down, h.close}
}

func (m *root) helpKey(msg tea.KeyMsg) {
	if key.Matches(msg, m.help.close) {
		m.help = nil
		return
	}
	m.help.scroll.Update(msg, m.help.keys)
}

// helpColumn is the narrowest column of keys that reads well.
const helpColumn = 38

func (h *helpPage) view(m *root, keys ui.Keys) string {
	w, height := m.body()
	groups := append(append([]ui.KeyGroup{}, keys.Full...), ui.KeyGroup{
		Title: "Everywhere", Keys: []key.Binding{m.helpBinding(m.front()), m.keys.Suspend, m.keys.Quit},
	})
	columns := max(w/helpColumn, 1)
	width := w / columns
	blocks := make([][]string, columns)
	for _, g := range groups {
		block := m.keyGroup(g, width-2)
		if len(block) == 0 {
			continue
		}
		at := shortest(blocks)
		if len(blocks[at]) > 0 {
			blocks[at] = append(blocks[at], "")
		}
		blocks[at] = append(blocks[at], block...)
	}
	h.scroll.SetHeight(height)
	return h.scroll.View(m.styles, beside(blocks, width))
}

func (m *root) keyGroup(g ui.KeyGroup, w int) []string {
	var lines []string
	for _, k := range g.Keys {
		if k.Enabled() {
			lines = append(lines, m.styles.Key.Of(text.Pad(k.Help().Key, 12))+text.Cut(k.Help().Desc, w-12))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return append([]string{m.styles.Dim.Of(text.Cut(g.Title, w))}, lines...)
}

func shortest(blocks [][]string) int {
	at := 0
	for i, b := range blocks {
		if len(b) < len(blocks[at]) {
			at = i
		}
	}
	return at
}

// beside puts columns next to each other, each width cells wide.
func beside(columns [][]string, width int) []string {
	tallest := 0
	for _, c := range columns {
		tallest = max(tallest, len(c))
	}
	lines := make([]string, tallest)
	for i := range lines {
		for _, c := range columns {
			cell := ""
			if i < len(c) {
				cell = c[i]
			}
			lines[i] += text.Pad(cell, width)
		}
	}
	return lines
}
