package tui

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/clipboard"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
)

// clip is what the root remembers of the clipboard. It belongs to the root and
// not to a page, because it must be cleared also when that page was left.
type clip struct {
	task ui.Task
	now  ui.Copying // what is being copied
	gen  int        // counts copies, so that an older one's timer clears nothing
	// stays reports that what was copied last is no secret, and is never cleared.
	stays bool
}

type (
	copiedResult  struct{ way clipboard.Way }
	clearedResult struct{ cleared bool }
	clearMsg      struct{ gen int }
)

var errNoClipboard = errors.New("there is no clipboard here")

func (m *root) ownEnv() *ui.Env { return &ui.Env{Context: m.life, Crew: m.crew} }

// copyOut begins to copy.
func (m *root) copyOut(c ui.Copying) tea.Cmd {
	m.clip.now = c
	m.clip.gen++
	board := m.deps.Clipboard
	return ui.Do(m.clip.task.Begin(m.ownEnv()), func(ctx context.Context) (copiedResult, error) {
		if board == nil {
			return copiedResult{}, errNoClipboard
		}
		way, err := board.Copy(ctx, c.Secret)
		return copiedResult{way}, err
	})
}

// clearClipboard begins to clear what is still ours.
func (m *root) clearClipboard(msg clearMsg) tea.Cmd {
	board := m.deps.Clipboard
	if msg.gen != m.clip.gen || board == nil {
		return nil
	}
	return ui.Do(m.clip.task.Begin(m.ownEnv()), func(ctx context.Context) (clearedResult, error) {
		cleared, err := board.ClearIfOurs(ctx)
		return clearedResult{cleared}, err
	})
}

// ownResult takes the result of the root's own work.
func (m *root) ownResult(msg ui.Addressed) tea.Cmd {
	switch r := msg.(type) {
	case ui.Result[copiedResult]:
		if m.clip.task.Done(r.Run) {
			return m.copied(r)
		}
	case ui.Result[clearedResult]:
		if m.clip.task.Done(r.Run) && r.Value.cleared {
			m.notice = ui.Notice{Text: "The clipboard is cleared."}
		}
	}
	return nil
}

// copied says that it was copied, which way, and for how long.
func (m *root) copied(r ui.Result[copiedResult]) tea.Cmd {
	c := m.clip.now
	m.clip.now = ui.Copying{}
	if r.Err != nil {
		m.notice = ui.Notice{Level: ui.Failure, Text: "Not copied: " + ui.OneLine(r.Err)}
		return nil
	}
	m.notice = ui.Notice{Level: ui.Success, Text: sentence(c, r.Value.way)}
	if c.Doubt {
		m.notice.Level = ui.Warning
	}
	m.clip.stays = c.Keep <= 0
	if r.Value.way != clipboard.Copied || m.clip.stays {
		return nil // nobody can tell later whether it is still ours, or it may stay
	}
	gen := m.clip.gen
	return tea.Tick(c.Keep, func(time.Time) tea.Msg { return clearMsg{gen} })
}

func sentence(c ui.Copying, way clipboard.Way) string {
	s := "Copied " + c.Label
	if c.Doubt {
		s = "Copied"
	}
	end := "; cleared in " + text.Left(c.Keep) + "."
	if c.Keep <= 0 {
		end = "."
	}
	if way == clipboard.SentToTerminal {
		s, end = "Sent "+c.Label+" to the terminal's clipboard", "; it stays there."
		if c.Doubt {
			s = "Sent to the terminal"
		}
		if c.Keep <= 0 {
			end = "."
		}
	}
	if c.Doubt {
		end = ", though " + c.Remark
	} else if c.Remark != "" {
		end += " " + c.Remark
	}
	return s + end
}
