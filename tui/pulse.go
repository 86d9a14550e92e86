package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/internal/ui"
)

// A pulse is the one chain of ticks. A tick carries the generation of its chain:
// when the page in front or its wish changes, a new chain begins and what is left
// of the old one is not taken, so two never run side by side.
type pulse struct {
	gen   int
	page  ui.PageID
	every time.Duration
}

type tickMsg struct{ gen int }

// stop makes the next beat begin a new chain: the timer of the old one may have
// stood still with the program.
func (p *pulse) stop() { *p = pulse{gen: p.gen + 1} }

// beat starts a new chain if the one that runs is not what the front page wants.
func (m *root) beat() tea.Cmd {
	f := m.front()
	if f == nil || m.quitting {
		return nil
	}
	want := f.page.Pulse()
	if m.pulse.page == f.id && m.pulse.every == want {
		return nil
	}
	m.pulse = pulse{gen: m.pulse.gen + 1, page: f.id, every: want}
	return m.nextTick()
}

func (m *root) nextTick() tea.Cmd {
	if m.pulse.every <= 0 {
		return nil
	}
	gen := m.pulse.gen
	// Ticks keep to the wall clock, so that countdowns change with its seconds.
	return m.every(m.pulse.every, func(time.Time) tea.Msg { return tickMsg{gen} })
}

func (m *root) tick(msg tickMsg) tea.Cmd {
	if msg.gen != m.pulse.gen {
		return nil
	}
	return tea.Batch(m.toFront(ui.TickMsg{}), m.nextTick())
}
