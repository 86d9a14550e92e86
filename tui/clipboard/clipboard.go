// Package clipboard puts one-time codes on the clipboard, and takes them off again.
//
// On the machine that a person sits at, that is the work of the platform's own
// tool. Over SSH that tool would fill a clipboard which nobody pastes from, if it
// exists at all: there the text goes to the terminal as an OSC 52 sequence, and the
// terminal puts it on the clipboard in front of the person. Terminals do not say
// whether they did, and do not tell later what is on it.
package clipboard

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"gatepass/store"
)

// A Way is how a text got to the clipboard.
type Way string

// The ways.
const (
	// Copied: the platform's clipboard has it.
	Copied Way = "copied"
	// SentToTerminal: the terminal was told; it does not say whether it obeyed.
	SentToTerminal Way = "sent to the terminal"
)

// ErrNone is answered where there is neither a clipboard nor a terminal.
var ErrNone = errors.New("there is no clipboard here")

// Options tell where this program runs. They are values, and not the environment,
// so that a test and a server can be somewhere else.
type Options struct {
	SSHTTY        string // $SSH_TTY
	SSHConnection string // $SSH_CONNECTION
	Tmux          string // $TMUX
	Term          string // $TERM
	Wayland       string // $WAYLAND_DISPLAY
	X11           string // $DISPLAY
	// Terminal takes escape sequences. It must be the writer that the screen is
	// drawn with, if one is drawn: each sequence is a single Write.
	Terminal io.Writer
}

// A Clipboard copies and clears. It is safe for concurrent use.
type Clipboard struct {
	opts   Options
	native native

	mu   sync.Mutex
	ours store.Secret // what the platform's clipboard got from us; zero if nothing
}

// New makes a Clipboard.
func New(o Options) *Clipboard { return &Clipboard{opts: o, native: platform(o)} }

// Copy puts text on the clipboard and says which way it went. Where the platform
// has no clipboard, or it fails, the terminal is asked instead. It answers ErrNone,
// or what failed; never with the text.
func (c *Clipboard) Copy(ctx context.Context, text store.Secret) (Way, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ours = store.Secret{}
	if c.remote() {
		return c.send(text)
	}
	err := ErrNone
	if c.native != nil {
		if err = c.native.write(ctx, text); err == nil {
			c.ours = text
			return Copied, nil
		}
	}
	if c.opts.Terminal == nil || ctx.Err() != nil {
		return "", store.WithHint(err, hintNone)
	}
	return c.send(text)
}

// Check answers ErrNone where Copy could not put anything anywhere. It is for what can
// be copied once only: a code that is spent by being taken.
func (c *Clipboard) Check() error {
	if c.native == nil && c.opts.Terminal == nil {
		return store.WithHint(ErrNone, hintNone)
	}
	return nil
}

// Adopt makes text count as what Copy put there last: for another process than the one
// that copied it.
func (c *Clipboard) Adopt(text store.Secret) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ours = text
}

// ClearIfOurs empties the clipboard if it still holds what Copy put there last,
// and reports whether it did. What went to a terminal stays: nobody can tell any
// more what is on that clipboard.
func (c *Clipboard) ClearIfOurs(ctx context.Context) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ours.IsZero() || c.native == nil {
		return false, nil
	}
	now, err := c.native.read(ctx)
	if err != nil {
		return false, err
	}
	ours := c.ours
	c.ours = store.Secret{}
	if !now.Equal(ours) {
		return false, nil
	}
	if err := c.native.write(ctx, store.Secret{}); err != nil {
		return false, err
	}
	return true, nil
}

// remote reports whether the person sits at another machine.
func (c *Clipboard) remote() bool {
	return c.opts.Terminal != nil && (c.opts.SSHTTY != "" || c.opts.SSHConnection != "")
}

// hintNone is for a machine without a clipboard tool.
const hintNone = "Install a clipboard tool: wl-clipboard on Wayland, xclip or xsel on X11."

func (c *Clipboard) send(text store.Secret) (Way, error) {
	if _, err := io.WriteString(c.opts.Terminal, sequence(c.opts, text)); err != nil {
		return "", fmt.Errorf("write to the terminal: %w", err)
	}
	return SentToTerminal, nil
}
