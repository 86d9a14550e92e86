package uitest

import (
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
)

// Plain, Dark and Light are the three looks that goldens are made of.
var (
	Plain = look(termenv.Ascii, true)
	Dark  = look(termenv.ANSI, true)
	Light = look(termenv.ANSI, false)
)

func look(p termenv.Profile, dark bool) *theme.Styles {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(p)
	r.SetHasDarkBackground(dark)
	return theme.New(r)
}

// Run runs a test in which a Screen knows when all work has come to rest.
func Run(t *testing.T, name string, f func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}

// A Screen shows one page and does what the root would: it runs commands, brings
// back their results, and gives the page keys and ticks. Use it within Run.
type Screen struct {
	T     testing.TB
	Page  ui.Page
	Env   *ui.Env
	Gate  *Gate
	Clock *Clock
	Host  *Host
	W, H  int

	end  context.CancelFunc
	work Runner
}

// Host writes down what a page asks of its host.
type Host struct {
	Opened   []ui.Dest
	Replaced []ui.Dest
	Backs    int
	Quits    int
	Said     []ui.Notice
	Copied   []ui.Copying
	Adopted  []ui.Gate
}

func (h *Host) Open(to ui.Dest)             { h.Opened = append(h.Opened, to) }
func (h *Host) Replace(to ui.Dest)          { h.Replaced = append(h.Replaced, to) }
func (h *Host) Back()                       { h.Backs++ }
func (h *Host) Quit()                       { h.Quits++ }
func (h *Host) Say(n ui.Notice)             { h.Said = append(h.Said, n) }
func (h *Host) Copy(c ui.Copying)           { h.Copied = append(h.Copied, c) }
func (h *Host) Adopt(g ui.Gate, _ ui.Place) { h.Adopted = append(h.Adopted, g) }

// Setup is how a Screen begins.
type Setup struct {
	W, H   int           // 78x20 if zero: what an 80x24 terminal leaves for a page
	Styles *theme.Styles // Plain if nil
	Place  ui.Place
	AddLab func(context.Context) error
	Files  ui.Files
	Save   ui.Save
	// Outside is the rest of the world.
	Outside ui.Outside
}

// Open shows a page over g.
func Open(t testing.TB, g *Gate, clock *Clock, s Setup, page func(*ui.Env) ui.Page) *Screen {
	t.Helper()
	if s.W == 0 {
		s.W, s.H = 78, 20
	}
	if s.Styles == nil {
		s.Styles = Plain
	}
	ctx, end := context.WithCancel(t.Context())
	host := &Host{}
	env := &ui.Env{
		Context: ctx, Life: ctx, Page: 1, Gate: g, Now: clock.Now, Styles: s.Styles, Host: host,
		Crew: &ui.Crew{}, Place: s.Place, AddLab: s.AddLab, Files: s.Files, Outside: s.Outside, Save: s.Save,
	}
	sc := &Screen{T: t, Env: env, Gate: g, Clock: clock, Host: host, W: s.W, H: s.H, end: end}
	t.Cleanup(sc.Leave)
	sc.Page = page(env)
	sc.Page.SetSize(s.W, s.H)
	_ = sc.Page.View() // the first frame comes before anything is loaded
	sc.work.Start(sc.Page.Init())
	sc.Settle()
	return sc
}

// Leave ends the page's work, as the root does.
func (s *Screen) Leave() { s.end() }

// Settle brings results to the page until nothing more comes.
func (s *Screen) Settle() { s.work.Settle(s.Page.Update) }

// Send gives the page a message and waits for what comes of it.
func (s *Screen) Send(msg tea.Msg) *Screen {
	s.work.Start(s.Page.Update(msg))
	s.Settle()
	return s
}

// Press presses keys by their names: "enter", "ctrl+u", "a".
func (s *Screen) Press(keys ...string) *Screen {
	s.T.Helper()
	for _, k := range keys {
		s.Send(KeyMsg(k))
	}
	return s
}

// Type types text, character by character.
func (s *Screen) Type(text string) *Screen {
	for _, r := range text {
		s.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
	return s
}

// Paste pastes text as terminals do.
func (s *Screen) Paste(text string) *Screen {
	return s.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
}

// Pass lets time pass, with a tick at the end of it.
func (s *Screen) Pass(d time.Duration) *Screen {
	s.Clock.Turn(d)
	return s.Send(ui.TickMsg{})
}

// View is what is seen; it has been checked to keep to its size.
func (s *Screen) View() string {
	s.T.Helper()
	view := s.Page.View()
	CheckSize(s.T, view, s.W, s.H)
	return view
}

// Sees asserts that texts are seen.
func (s *Screen) Sees(texts ...string) *Screen {
	s.T.Helper()
	view := ansi.Strip(s.View())
	flat := strings.Join(strings.Fields(view), " ")
	for _, want := range texts {
		if !strings.Contains(view, want) && !strings.Contains(flat, want) {
			s.T.Errorf("%q is not seen on\n%s", want, view)
		}
	}
	return s
}

// SeesNot asserts that texts are not seen.
func (s *Screen) SeesNot(texts ...string) *Screen {
	s.T.Helper()
	view := ansi.Strip(s.View())
	for _, not := range texts {
		if strings.Contains(view, not) {
			s.T.Errorf("%q is seen on\n%s", not, view)
		}
	}
	return s
}

// names of keys that are not letters.
var keyTypes = map[string]tea.KeyType{
	"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
	"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
	"backspace": tea.KeyBackspace, "delete": tea.KeyDelete, " ": tea.KeySpace,
	"ctrl+c": tea.KeyCtrlC, "ctrl+z": tea.KeyCtrlZ, "ctrl+u": tea.KeyCtrlU, "ctrl+v": tea.KeyCtrlV,
	"ctrl+n": tea.KeyCtrlN, "ctrl+p": tea.KeyCtrlP, "ctrl+w": tea.KeyCtrlW, "ctrl+r": tea.KeyCtrlR, "f1": tea.KeyF1,
}

// KeyNames lists the keys with names, for tests that press anything.
func KeyNames() []string {
	var names []string
	for n := range keyTypes {
		names = append(names, n)
	}
	return names
}

// KeyMsg makes the message for a key.
func KeyMsg(name string) tea.KeyMsg {
	if t, ok := keyTypes[name]; ok {
		msg := tea.KeyMsg{Type: t}
		if t == tea.KeySpace {
			msg.Runes = []rune{' '}
		}
		return msg
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

// CheckSize asserts, by its own counting, that a view has at most h lines of at
// most w cells.
func CheckSize(t testing.TB, view string, w, h int) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) > h {
		t.Errorf("%d lines where %d fit:\n%s", len(lines), h, ansi.Strip(view))
	}
	for i, l := range lines {
		if got := ansi.StringWidth(l); got > w {
			t.Errorf("line %d is %d cells wide where %d fit: %q", i+1, got, w, ansi.Strip(l))
		}
	}
}

// Looks are the two looks in colour.
func Looks() map[string]*theme.Styles {
	return map[string]*theme.Styles{"dark": Dark, "light": Light}
}

// BenchEnv is an Env for benchmarks, which run commands themselves.
func BenchEnv(b *testing.B, g *Gate, clock *Clock) *ui.Env {
	return &ui.Env{
		Context: b.Context(), Life: b.Context(), Page: 1, Gate: g, Now: clock.Now, Styles: Dark, Host: &Host{}, Crew: &ui.Crew{},
		Place: ui.Place{Backend: "keyring"},
	}
}

// Finish runs a command and all that follow from it, one after the other. It is
// for benchmarks: a command that waits would wait for ever.
func Finish(p ui.Page, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			Finish(p, c)
		}
	default:
		Finish(p, p.Update(msg))
	}
}
