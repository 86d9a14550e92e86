package tui

import (
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

// BenchmarkFirstFrame measures from nothing to the first screen with the targets
// on it, without the terminal.
func BenchmarkFirstFrame(b *testing.B) {
	g := uitest.NewGate(time.Now)
	uitest.Town(g)
	for b.Loop() {
		m := newRoot(b.Context(), Deps{Gate: g, Now: time.Now}, uitest.Dark)
		// Timers are left out: they would be waited for.
		m.every = func(time.Duration, func(time.Time) tea.Msg) tea.Cmd { return nil }
		m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
		load := m.push(ui.ToHome{})
		m.Update(load())
		if m.View() == "" {
			b.Fatal("nothing to see")
		}
	}
}
