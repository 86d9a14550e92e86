package clipboard

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"

	"gatepass/store"
)

// maxRead bounds what is read back to see whether it is ours.
const maxRead = 64 << 10

// A tool is a platform's clipboard through the programs that it has for it. What is
// copied goes to their standard input, for arguments can be seen by everybody.
type tool struct {
	copy  []string
	paste []string
	clear []string // nil: copying nothing clears
	// hint gives further arguments for copying, which ask programs that keep a history
	// of the clipboard to leave this out; nil if the program has none.
	hint func(ctx context.Context) []string
	// kinds lists the media types on the clipboard, and as reads one of them; nil
	// where only text can be read.
	kinds []string
	as    func(kind string) []string
}

func (t tool) write(ctx context.Context, text store.Secret) error {
	args := t.copy
	if text.IsZero() && t.clear != nil {
		args = t.clear
	} else if t.hint != nil {
		args = append(args[:len(args):len(args)], t.hint(ctx)...)
	}
	if _, err := run(ctx, args, text.Reveal(), 0); err != nil {
		return fmt.Errorf("write the clipboard: %w", err)
	}
	return nil
}

func (t tool) read(ctx context.Context) (store.Secret, error) {
	out, err := run(ctx, t.paste, "", maxRead)
	var exit *exec.ExitError
	if errors.As(err, &exit) { // how they say that there is no text on it
		return store.Secret{}, nil
	}
	if err != nil {
		return store.Secret{}, fmt.Errorf("read the clipboard: %w", err)
	}
	return store.NewSecret(string(out)), nil
}

// run runs a program with input, and gives up to limit bytes of what it says. What it
// says on standard error is left out: it may quote.
func run(ctx context.Context, args []string, input string, limit int64) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errSlow)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdin = strings.NewReader(input)
	var out bytes.Buffer
	if limit == 0 {
		// Some stay behind to serve what they were given; they must not keep a pipe.
		return nil, orCause(ctx, cmd.Run())
	}
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	_, err = io.Copy(&out, io.LimitReader(pipe, limit+1))
	if err == nil && int64(out.Len()) > limit {
		cancel()
		_ = cmd.Wait()
		return nil, errTooMuch
	}
	return out.Bytes(), orCause(ctx, errors.Join(err, cmd.Wait()))
}

var errTooMuch = errors.New("there is too much on the clipboard")

func orCause(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// installed reports whether a program can be run.
func installed(programs ...string) bool {
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			return false
		}
	}
	return true
}

// sensitive asks wl-copy, from version 2.3 on, to mark what it serves as a password
// (x-kde-passwordManagerHint), which Klipper and others leave out of their history.
var sensitive = sync.OnceValue(func() []string {
	out, _ := exec.Command("wl-copy", "--help").CombinedOutput()
	if bytes.Contains(out, []byte("--sensitive")) {
		return []string{"--sensitive"}
	}
	return nil
})
