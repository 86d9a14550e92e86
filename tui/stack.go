package tui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/internal/page/codes"
	"gatepass/tui/internal/page/duo"
	"gatepass/tui/internal/page/handoff"
	"gatepass/tui/internal/page/home"
	"gatepass/tui/internal/page/intake"
	"gatepass/tui/internal/page/serve"
	"gatepass/tui/internal/page/storepick"
	"gatepass/tui/internal/page/verify"
	"gatepass/tui/internal/page/watch"
	"gatepass/tui/internal/page/wizard"
	"gatepass/tui/internal/ui"
)

// makePage is the one place that knows every page.
func makePage(to ui.Dest, e *ui.Env) ui.Page {
	switch to := to.(type) {
	case ui.ToWizard:
		return wizard.New(e, to.Name)
	case ui.ToCodes:
		return codes.New(e, codes.Options{Name: to.Name, Only: strings.FieldsFunc(to.Only, func(r rune) bool { return r == '\n' }), Reveal: to.Reveal})
	case ui.ToImport:
		return intake.New(e).Reading(to.Pasted)
	case ui.ToVerify:
		return verify.New(e, to.Name, verify.Options{Run: to.Run, Trust: to.Trust})
	case ui.ToDuo:
		return duo.New(e, to.Name)
	case ui.ToHandoff:
		return handoff.New(e, to.Name, to.Held)
	case ui.ToServe:
		return serve.New(e, to.Name, to.Held)
	case ui.ToWatch:
		return watch.New(e, to.Name, to.Held)
	case ui.ToStorePick:
		return storepick.New(e)
	default:
		return home.New(e)
	}
}

// push opens a page in front of the others.
func (m *root) push(to ui.Dest) tea.Cmd {
	m.lastID++
	id := m.lastID
	ctx, end := context.WithCancel(m.life)
	env := &ui.Env{
		Context: ctx, Life: m.life, Page: id, Gate: m.gate, Now: m.deps.Now, Styles: m.styles,
		Host: &host{root: m, page: id}, Crew: m.crew, Place: m.place, AddLab: m.deps.AddLab,
		Files: m.deps.Files, Save: m.deps.Save, Outside: m.deps.Outside,
	}
	f := &frame{id: id, page: m.make(to, env), end: end}
	m.stack = append(m.stack, f)
	w, h := m.body()
	f.page.SetSize(w, h)
	return f.page.Init()
}

// pop leaves the page in front and ends its work.
func (m *root) pop() {
	f := m.front()
	f.end()
	m.stack[len(m.stack)-1] = nil
	m.stack = m.stack[:len(m.stack)-1]
}

// host hears one page. It only writes down what is asked; serve does it.
type host struct {
	root *root
	page ui.PageID
}

// A request is something a page asked for.
type request struct {
	page ui.PageID
	do   func(*root) tea.Cmd
}

func (h *host) ask(do func(*root) tea.Cmd) {
	h.root.asked = append(h.root.asked, request{h.page, do})
}

// move is for what changes the page in front: only that page may ask for it.
func (h *host) move(do func(*root) tea.Cmd) {
	h.ask(func(m *root) tea.Cmd {
		if f := m.front(); f == nil || f.id != h.page {
			return nil
		}
		m.help = nil
		return do(m)
	})
}

func (h *host) Open(to ui.Dest) { h.move(func(m *root) tea.Cmd { return m.push(to) }) }

func (h *host) Replace(to ui.Dest) {
	h.move(func(m *root) tea.Cmd {
		m.pop()
		return m.push(to)
	})
}

func (h *host) Back() {
	h.move(func(m *root) tea.Cmd {
		if len(m.stack) == 1 {
			return m.quit()
		}
		m.pop()
		return m.toFront(ui.ShownMsg{})
	})
}

func (h *host) Quit() { h.move((*root).quit) }

func (h *host) Say(n ui.Notice) {
	h.ask(func(m *root) tea.Cmd {
		m.notice = n
		return nil
	})
}

func (h *host) Copy(c ui.Copying) {
	h.ask(func(m *root) tea.Cmd { return m.copyOut(c) })
}

func (h *host) Adopt(g ui.Gate, p ui.Place) {
	h.move(func(m *root) tea.Cmd {
		for len(m.stack) > 0 {
			m.pop()
		}
		m.gate, m.place = g, p
		return m.push(m.deps.Start.dest)
	})
}

// serve does what pages asked for. Doing it may make others ask.
func (m *root) serve() tea.Cmd {
	var cmds []tea.Cmd
	for len(m.asked) > 0 && !m.quitting {
		r := m.asked[0]
		m.asked = m.asked[1:]
		cmds = append(cmds, r.do(m))
	}
	return tea.Batch(cmds...)
}
