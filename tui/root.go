package tui

import (
	"context"
	"runtime"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
)

// The smallest terminal that pages are made for, unless they say otherwise.
const (
	minWidth  = 60
	minHeight = 16
)

// root is the only tea.Model.
type root struct {
	deps   Deps
	life   context.Context
	styles *theme.Styles
	crew   *ui.Crew
	keys   ui.GlobalKeys
	make   func(ui.Dest, *ui.Env) ui.Page
	every  func(time.Duration, func(time.Time) tea.Msg) tea.Cmd

	gate  ui.Gate
	place ui.Place

	w, h   int
	stack  []*frame
	lastID ui.PageID
	asked  []request // what pages asked of their host, not yet done

	help   *helpPage // nil unless it is open
	notice ui.Notice
	clip   clip
	pulse  pulse

	quitting    bool
	interrupted bool
	broken      *ui.Broken
}

// A frame is a page on the stack and what belongs to it.
type frame struct {
	id   ui.PageID
	page ui.Page
	end  context.CancelFunc // ends the page's work
}

func newRoot(life context.Context, d Deps, s *theme.Styles) *root {
	if d.Start.dest == nil {
		d.Start = Home()
	}
	m := &root{
		deps: d, life: life, styles: s, crew: &ui.Crew{}, keys: ui.DefaultGlobalKeys(),
		make: makePage, every: tea.Every, gate: d.Gate, place: d.Place,
	}
	m.keys.Suspend.SetEnabled(runtime.GOOS != "windows")
	return m
}

// Init implements [tea.Model].
func (m *root) Init() tea.Cmd { return tea.Batch(m.guard(m.begin), m.awaitEnd) }

// endMsg says that life has ended: a signal came, or the caller wants an end.
type endMsg struct{}

// awaitEnd is a command that waits for the end of life.
func (m *root) awaitEnd() tea.Msg {
	<-m.life.Done()
	return endMsg{}
}

// Update implements [tea.Model].
func (m *root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	return m, m.guard(func() tea.Cmd {
		cmd := m.handle(msg)
		return tea.Batch(cmd, m.serve(), m.beat())
	})
}

// guard keeps a panic from tearing down the terminal and from printing its value,
// which could be a secret.
func (m *root) guard(f func() tea.Cmd) (cmd tea.Cmd) {
	defer func() {
		if b := ui.Recovered(recover()); b != nil {
			m.broken = b
			cmd = m.quit()
		}
	}()
	if m.broken != nil {
		return m.quit()
	}
	return f()
}

// begin opens the first page.
func (m *root) begin() tea.Cmd {
	first := m.deps.Start.dest
	if m.gate == nil {
		first = ui.ToStorePick{}
	}
	m.notice = ui.Notice{Text: m.deps.Welcome}
	return tea.Batch(m.push(first), m.serve(), m.beat())
}

func (m *root) handle(msg tea.Msg) tea.Cmd {
	if m.quitting {
		return nil // pages whose work was ended would begin it again
	}
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.resize(msg.Width, msg.Height)
	case tea.KeyMsg:
		return m.eachKey(msg)
	case tickMsg:
		return m.tick(msg)
	case tea.ResumeMsg:
		m.pulse.stop()
		return m.toFront(ui.ShownMsg{})
	case clearMsg:
		return m.clearClipboard(msg)
	case endMsg:
		m.interrupted = true
		return m.quit()
	case ui.Addressed:
		return m.deliver(msg)
	}
	return nil
}

// deliver brings a result to the page that asked, if it is still there.
func (m *root) deliver(msg ui.Addressed) tea.Cmd {
	if msg.For() == 0 {
		return m.ownResult(msg)
	}
	for _, f := range m.stack {
		if f.id == msg.For() {
			return f.page.Update(msg)
		}
	}
	return nil
}

func (m *root) front() *frame {
	if len(m.stack) == 0 {
		return nil
	}
	return m.stack[len(m.stack)-1]
}

func (m *root) toFront(msg tea.Msg) tea.Cmd {
	if f := m.front(); f != nil {
		return f.page.Update(msg)
	}
	return nil
}

// eachKey takes letters one by one: a terminal may hand over several that were
// typed quickly as one message, and no binding would know them.
func (m *root) eachKey(msg tea.KeyMsg) tea.Cmd {
	if msg.Type == tea.KeyEsc {
		msg.Alt = false // two that came at once are no other key
	}
	if msg.Type != tea.KeyRunes || msg.Paste || len(msg.Runes) < 2 {
		return m.key(msg)
	}
	var cmds []tea.Cmd
	for _, r := range msg.Runes {
		cmds = append(cmds, m.key(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}, Alt: msg.Alt}), m.serve())
	}
	return tea.Batch(cmds...)
}

func (m *root) key(msg tea.KeyMsg) tea.Cmd {
	m.notice = ui.Notice{}
	f := m.front()
	switch {
	case key.Matches(msg, m.keys.Quit):
		m.interrupted = true
		return m.quit()
	case key.Matches(msg, m.keys.Suspend):
		return m.suspend()
	case f == nil, m.tooSmall():
		return nil // nobody acts on a page that cannot be seen
	case m.help != nil:
		m.helpKey(msg)
		return nil
	case key.Matches(msg, m.keys.Help) && (msg.Type == tea.KeyF1 || !f.page.CapturesText()):
		m.help = newHelp()
		return nil
	}
	return f.page.Update(msg)
}

// suspend hides every secret before the shell comes back.
func (m *root) suspend() tea.Cmd {
	cmds := []tea.Cmd{tea.Suspend}
	for _, f := range m.stack {
		cmds = append(cmds, f.page.Update(ui.HideMsg{}))
	}
	return tea.Batch(cmds...)
}

// quit ends the program. From now on View is empty, so that the last frame that
// any terminal keeps has nothing in it.
func (m *root) quit() tea.Cmd {
	m.quitting = true
	for _, f := range m.stack {
		f.end()
	}
	return tea.Quit
}

func (m *root) tooSmall() bool {
	w, h := m.least()
	return m.w < w || m.h < h
}

// least is the smallest terminal for the page in front.
func (m *root) least() (w, h int) {
	if f := m.front(); f != nil {
		if small, ok := f.page.(ui.Small); ok {
			return small.Least()
		}
	}
	return minWidth, minHeight
}
