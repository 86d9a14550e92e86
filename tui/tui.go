// Package tui is gatepass on a whole screen.
//
// There is one [tea.Model], the root. It keeps a stack of pages, gives the one in
// front its keys, sizes and ticks, and brings the results of background work to
// the page that asked. Pages are plain structs under internal/page; what they
// share with the root is internal/ui.
//
// Three things hold everywhere. Update and View never wait: every file, keyring,
// network and clipboard is touched by a command, and what comes back carries the
// id of the run that asked. Leaving a page ends its work. And a secret is never
// in a View, but for one-time codes on the pages that are there to show them.
package tui

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"gatepass/tui/internal/theme"
)

const (
	// farewell is how long work may take to end after the screen is gone: a login
	// closes its connections, a target that is half kept is undone.
	farewell = 3 * time.Second
	// lastWord is how long work may take to end that would leave something half done:
	// an import of a thousand seeds is taken back one by one.
	lastWord = 5 * time.Minute
	// frames a second are looked for at most. The library's own sixty would wake an idle
	// program sixty times a second, and fewer cannot be told from it.
	frames = 25
	// grace is how long the program may take to leave the screen after a signal.
	// A terminal that takes no more output would hold it for ever.
	grace = 2 * time.Second
)

// Run shows the screens until the person leaves. It answers ErrInterrupted for
// ctrl+c, for SIGHUP, SIGINT and SIGTERM, and when ctx ends.
func Run(ctx context.Context, d Deps) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	life, end := context.WithCancel(ctx)
	defer end()
	// The root sees the end of life and quits as if it had been told by a key, so
	// that the terminal is left in order. Only if that fails, it is torn down.
	hard, kill := context.WithCancel(context.WithoutCancel(ctx))
	defer kill()
	defer context.AfterFunc(life, func() { time.AfterFunc(grace, kill) })()

	out := d.Out
	if out == nil {
		out = os.Stdout
	}
	m := newRoot(life, d, theme.New(renderer(out)))
	options := []tea.ProgramOption{
		tea.WithFPS(frames), tea.WithContext(hard), tea.WithAltScreen(), tea.WithOutput(out),
		tea.WithoutSignalHandler(), // signals end life, whichever they are
	}
	if d.In != nil {
		options = append(options, tea.WithInput(d.In))
	}
	_, err := tea.NewProgram(m, options...).Run()
	end()
	if !m.crew.Wait(farewell) && m.crew.HasVital() {
		_, _ = io.WriteString(out, "Taking back what is only half kept…\r\n")
		m.crew.Wait(lastWord)
	}
	m.clearOnLeaving()
	return m.outcome(ctx, err)
}

// clearOnLeaving takes a copied code off the clipboard with the screen: the timer
// that would have done it is gone too. A clipboard that cannot be read by then is
// left to the code's own short life.
func (m *root) clearOnLeaving() {
	if m.deps.Clipboard == nil || m.clip.stays {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	_, _ = m.deps.Clipboard.ClearIfOurs(ctx)
}

// outcome turns how the program ended into what its caller should know.
func (m *root) outcome(ctx context.Context, err error) error {
	switch {
	case m.broken != nil:
		return m.broken
	case m.interrupted, ctx.Err() != nil, errors.Is(err, tea.ErrInterrupted):
		return ErrInterrupted
	case err != nil:
		return err
	}
	return nil
}

// renderer knows the terminal's colours. It asks the terminal for its background,
// if colours are wanted at all, and so must be called before the program starts
// to read keys: the answer would be typed into the first text field.
func renderer(out io.Writer) *lipgloss.Renderer {
	r := lipgloss.NewRenderer(out)
	if r.ColorProfile() == termenv.Ascii {
		r.SetHasDarkBackground(true)
		return r
	}
	r.SetHasDarkBackground(r.Output().HasDarkBackground())
	return r
}
