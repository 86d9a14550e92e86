package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth/otp"
	"gatepass/cmd/internal/detach"
	"gatepass/store"
	"gatepass/tui/clipboard"
)

// clearAfter is how long a code stays on the clipboard unless asked otherwise.
const clearAfter = 30 * time.Second

// keeperCommand is the command that a detached process of this program runs.
const keeperCommand = "keep-clipboard"

// copyCode puts a code into the clipboard, says so, and has it cleared later. The
// shell is given back at once: a process of this program stays behind for that, which
// was told the code over a pipe and compares before it clears.
func (a *app) copyCode(ctx context.Context, code otp.Code, ahead, keep time.Duration) error {
	return a.copySecret(ctx, store.NewSecret(code.Reveal()), untilText(code, a.now().Add(ahead)), keep)
}

// copySecret is copyCode for any passcode; right says how long it is.
func (a *app) copySecret(ctx context.Context, secret store.Secret, right string, keep time.Duration) error {
	way, err := a.clipboard().Copy(ctx, secret)
	if err != nil {
		return err
	}
	switch {
	case way == clipboard.SentToTerminal:
		a.say("%s; %s; it stays on the clipboard there\n", way, right)
		return nil
	case keep <= 0:
		a.say("%s; %s; it stays on the clipboard\n", way, right)
		return nil
	}
	if err := detach.Start(secret, a.environ(), keeperCommand, "--after", keep.String()); err != nil {
		a.say("%s; %s; it stays on the clipboard: %v\n", way, right, err)
		return nil
	}
	a.say("%s; %s; cleared in %s if it is still there\n", way, right, wholeSeconds(keep))
	return nil
}

// keepClipboardCommand waits, and clears the clipboard if it still holds what it was
// told on standard input.
func (a *app) keepClipboardCommand() *cobra.Command {
	var after time.Duration
	cmd := &cobra.Command{
		Use:    keeperCommand,
		Short:  "Clear the clipboard later, if it still holds what standard input says",
		Hidden: true,
		Args:   noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b, err := readAll(cmd.Context(), io.LimitReader(a.In, maxSecretFile))
			if err != nil {
				return fmt.Errorf("read what is on the clipboard: %w", err)
			}
			timer := time.NewTimer(after)
			defer timer.Stop()
			select {
			case <-cmd.Context().Done(): // the machine is being shut down: clear it now
			case <-timer.C:
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(cmd.Context()), 10*time.Second)
			defer cancel()
			board := a.clipboard()
			board.Adopt(store.NewSecret(string(b)))
			_, err = board.ClearIfOurs(ctx)
			return err
		},
	}
	cmd.Flags().DurationVar(&after, "after", clearAfter, "how long to wait")
	return cmd
}
