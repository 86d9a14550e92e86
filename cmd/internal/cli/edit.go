package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/store"
)

func (a *app) editCommand() *cobra.Command {
	var flags targetFlags
	var bypass bypassFlags
	var recorded recordingFlags
	cmd := &cobra.Command{
		Use:   "edit NAME",
		Short: "Change a target, by flags or in your editor",
		Long: `Changes a target. With flags, what they name is changed and the rest of the file
stays as it is, comments included; bypass codes come to those that are there. Without,
the file opens in $VISUAL or $EDITOR; it is taken over only if it is right, and what you
wrote is kept if it is not.`,
		Example: `  gatepass edit shop
  gatepass edit shop --allow-origin https://sso.example.com=password`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			gate, err := a.gate()
			if err != nil {
				return err
			}
			codes, err := bypass.read(cmd.Context(), a, cmd)
			if err != nil {
				return err
			}
			if recorded.given(cmd) {
				if err := a.editRecording(cmd, gate, args[0], &recorded, &flags); err != nil {
					return err
				}
			}
			t, err := gate.Targets.Get(args[0])
			var broken *store.FieldError
			switch {
			case errors.As(err, &broken) && (flags.apply(&t, cmd.Flags()) || codes != nil):
				return fmt.Errorf("flags cannot change a file that is not right: %w", err)
			case errors.As(err, &broken): // an editor is just what it needs
			case err != nil:
				return err
			case flags.apply(&t, cmd.Flags()):
				if err := gate.CheckStock(cmd.Context(), args[0], flags.stock); err != nil {
					return err
				}
				if err := gate.Edit(cmd.Context(), args[0], func(t *store.Target) {
					flags.apply(t, cmd.Flags())
					a.inOnlyTenant(gate, t)
				}); err != nil {
					return err
				}
				if codes == nil {
					return nil
				}
			}
			if codes != nil {
				return a.addCodes(cmd.Context(), gate, args[0], *codes)
			}
			if recorded.given(cmd) {
				return nil
			}
			return a.editFile(cmd.Context(), gate, args[0])
		},
	}
	flags.define(cmd)
	bypass.define(cmd)
	recorded.define(cmd)
	return cmd
}

// editRecording gives a target another recording, or takes its own away.
func (a *app) editRecording(cmd *cobra.Command, gate *auth.Gate, name string, recorded *recordingFlags, flags *targetFlags) error {
	t, err := gate.Targets.Get(name)
	if err != nil {
		return err
	}
	flags.apply(&t, cmd.Flags()) // what it will be, by which what was typed is told
	taken, err := recorded.read(cmd.Context(), a, cmd, gate, t, store.Secret{})
	if err != nil {
		return err
	}
	if taken == nil {
		a.say("%s has no recording any more\n", name)
		return gate.KeepRecording(cmd.Context(), name, nil)
	}
	if err := gate.KeepRecording(cmd.Context(), name, taken.File); err != nil {
		return err
	}
	a.keptRecording(name, *taken)
	return nil
}

// addCodes adds bypass codes to a target that is there.
func (a *app) addCodes(ctx context.Context, gate *auth.Gate, name string, codes auth.BypassCodes) error {
	added, err := gate.AddBypass(ctx, name, codes.Codes, codes.Terms)
	if err != nil {
		return err
	}
	a.keptCodes(gate, codes, added)
	return nil
}

// editFile lets the user's editor work on a copy, in a folder of its own so that
// the file keeps its name, and takes the copy over once it reads well.
func (a *app) editFile(ctx context.Context, gate *auth.Gate, name string) error {
	editor := a.getenv("VISUAL")
	if editor == "" {
		editor = a.getenv("EDITOR")
	}
	if strings.TrimSpace(editor) == "" {
		return store.WithHint(misuse("no editor is known"),
			"Name one in EDITOR, or change the target by flags: gatepass edit "+name+" --help")
	}
	file := gate.Targets.Path(name)
	before, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the target's file: %w", err)
	}
	folder, err := os.MkdirTemp("", "gatepass-edit-")
	if err != nil {
		return fmt.Errorf("make a folder for the copy: %w", err)
	}
	draft := filepath.Join(folder, filepath.Base(file))
	if err := os.WriteFile(draft, before, 0o600); err != nil {
		return fmt.Errorf("make a copy to edit: %w", err)
	}
	words := strings.Fields(editor)
	// Not bound to ctx: ctrl+c is the editor's own key while it runs.
	run := exec.Command(words[0], append(words[1:], draft)...)
	run.Stdin, run.Stdout, run.Stderr = a.In, a.Out, a.Err
	if err := run.Run(); err != nil {
		return fmt.Errorf("run the editor: %w (your copy is %s)", err, draft)
	}
	after, err := os.ReadFile(draft)
	if err != nil {
		return fmt.Errorf("read what was edited: %w", err)
	}
	if bytes.Equal(before, after) {
		a.say("nothing was changed\n")
		return os.RemoveAll(folder)
	}
	t, err := store.NewTargets(folder).Get(name)
	if err != nil {
		return store.WithHint(err, "The target was not changed; what you wrote is in "+draft)
	}
	if err := gate.Rewrite(ctx, t, before, after); err != nil {
		return store.WithHint(err, "The target was not changed; what you wrote is in "+draft)
	}
	a.say("changed %s\n", name)
	return os.RemoveAll(folder)
}
