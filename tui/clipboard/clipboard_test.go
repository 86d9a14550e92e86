package clipboard

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"gatepass/store"
)

// board is a clipboard that lives in memory.
type board struct {
	text   store.Secret
	broken error
}

func (b *board) write(_ context.Context, text store.Secret) error {
	if b.broken != nil {
		return b.broken
	}
	b.text = text
	return nil
}

func (b *board) read(context.Context) (store.Secret, error) { return b.text, b.broken }

var code = store.NewSecret("492039")

func TestAtHomeThePlatformsClipboardIsUsed(t *testing.T) {
	var screen strings.Builder
	b := &board{}
	c := &Clipboard{opts: Options{Terminal: &screen}, native: b}
	way, err := c.Copy(t.Context(), code)
	if err != nil || way != Copied {
		t.Fatalf("got %q, %v; want copied", way, err)
	}
	if !b.text.Equal(code) {
		t.Error("the clipboard does not hold the code")
	}
	if screen.Len() > 0 {
		t.Errorf("the terminal got %q, though nobody asked it", screen.String())
	}
}

func TestOverSSHTheTerminalIsAsked(t *testing.T) {
	plain := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte("492039")) + "\x07"
	for name, o := range map[string]Options{
		"tty":        {SSHTTY: "/dev/pts/3"},
		"connection": {SSHConnection: "192.0.2.1 52311 192.0.2.2 22"},
		"tmux":       {SSHTTY: "/dev/pts/3", Tmux: "/tmp/tmux-0/default,1,0", Term: "screen-256color"},
		"screen":     {SSHTTY: "/dev/pts/3", Term: "screen"},
	} {
		t.Run(name, func(t *testing.T) {
			var screen strings.Builder
			b := &board{}
			o.Terminal = &screen
			c := &Clipboard{opts: o, native: b}
			way, err := c.Copy(t.Context(), code)
			if err != nil || way != SentToTerminal {
				t.Fatalf("got %q, %v; want sent to the terminal", way, err)
			}
			if !b.text.IsZero() {
				t.Error("the far machine's clipboard got the code, where nobody pastes")
			}
			if !strings.Contains(screen.String(), plain) {
				t.Errorf("the terminal got %q, want the OSC 52 sequence in it", screen.String())
			}
			wrapped := strings.Contains(screen.String(), "\x1bPtmux;")
			if wrapped != (name == "tmux") {
				t.Errorf("wrapped for tmux: %v", wrapped)
			}
		})
	}
}

func TestWithoutAToolTheTerminalIsAsked(t *testing.T) {
	for name, n := range map[string]native{"none": nil, "broken": &board{broken: errors.New("no display")}} {
		var screen strings.Builder
		c := &Clipboard{opts: Options{Terminal: &screen}, native: n}
		if way, err := c.Copy(t.Context(), code); err != nil || way != SentToTerminal || screen.Len() == 0 {
			t.Errorf("%s: got %q, %v and %d bytes for the terminal", name, way, err, screen.Len())
		}
	}
}

func TestWithNothingItSaysWhatToInstall(t *testing.T) {
	c := &Clipboard{}
	_, err := c.Copy(t.Context(), code)
	if !errors.Is(err, ErrNone) || len(store.Hints(err)) == 0 {
		t.Fatalf("got %v with hints %q", err, store.Hints(err))
	}
	if strings.Contains(err.Error(), "492039") {
		t.Error("the error tells the code")
	}
}

func TestOnlyWhatIsOursIsCleared(t *testing.T) {
	b := &board{}
	c := &Clipboard{native: b}
	if cleared, _ := c.ClearIfOurs(t.Context()); cleared {
		t.Error("cleared before anything was copied")
	}
	if _, err := c.Copy(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	b.text = store.NewSecret("a phone number")
	if cleared, _ := c.ClearIfOurs(t.Context()); cleared || b.text.IsZero() {
		t.Error("somebody else's text was cleared")
	}
	if _, err := c.Copy(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	if cleared, err := c.ClearIfOurs(t.Context()); !cleared || err != nil || !b.text.IsZero() {
		t.Errorf("our own text was not cleared: %v, %v", cleared, err)
	}
	if cleared, _ := c.ClearIfOurs(t.Context()); cleared {
		t.Error("cleared a second time")
	}
}

func TestWhatWentToATerminalIsLeftAlone(t *testing.T) {
	var screen strings.Builder
	b := &board{text: store.NewSecret("492039")}
	c := &Clipboard{opts: Options{SSHTTY: "/dev/pts/3", Terminal: &screen}, native: b}
	if _, err := c.Copy(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	before := screen.Len()
	if cleared, _ := c.ClearIfOurs(t.Context()); cleared || screen.Len() != before || b.text.IsZero() {
		t.Error("something was cleared that cannot be known to be ours")
	}
}

func TestAToolThatHangsIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		_, err := within(t.Context(), func() (int, error) {
			<-release
			return 0, nil
		})
		if !errors.Is(err, errSlow) {
			t.Errorf("got %v, want that the clipboard did not answer", err)
		}
	})
}

func TestAToolThatPanicsIsAnError(t *testing.T) {
	_, err := within(t.Context(), func() (int, error) { panic("492039") })
	if !errors.Is(err, errBroke) || strings.Contains(err.Error(), "492039") {
		t.Errorf("got %v", err)
	}
}
