package uitest

import (
	"sync"
	"testing/synctest"

	tea "github.com/charmbracelet/bubbletea"
)

// A Runner runs commands in the background as a [tea.Program] does, and brings back what
// comes of them when nothing is left to do but to wait. Use it within Run.
type Runner struct {
	mu    sync.Mutex
	inbox []tea.Msg
}

// Start runs a command, and each of a batch by itself.
func (r *Runner) Start(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch msg := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range msg {
				r.Start(c)
			}
		default:
			r.mu.Lock()
			defer r.mu.Unlock()
			r.inbox = append(r.inbox, msg)
		}
	}()
}

// Settle gives messages to update, and runs the commands that it answers with, until
// nothing more comes.
func (r *Runner) Settle(update func(tea.Msg) tea.Cmd) {
	for {
		synctest.Wait()
		r.mu.Lock()
		arrived := r.inbox
		r.inbox = nil
		r.mu.Unlock()
		if len(arrived) == 0 {
			return
		}
		for _, msg := range arrived {
			r.Start(update(msg))
		}
	}
}
