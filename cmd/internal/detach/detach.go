// Package detach starts a process that goes on when this one has ended: of this same
// program, in a session of its own, without a terminal.
package detach

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"gatepass/store"
)

// Start runs this program with args, and tells it what it is to know over its standard
// input: arguments and the environment can be seen by others. It returns once all was
// told.
func Start(told store.Secret, env []string, args ...string) error {
	self, err := self(os.Args[0])
	if err != nil {
		return err
	}
	cmd := exec.Command(self, args...)
	cmd.Env = env
	cmd.SysProcAttr = apart()
	in, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("start a helper: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start a helper: %w", err)
	}
	// It fits into a pipe, so this does not wait for the helper to read.
	_, err = io.WriteString(in, told.Reveal())
	if bad := in.Close(); err == nil {
		err = bad
	}
	if err != nil {
		return fmt.Errorf("tell the helper: %w", err)
	}
	return cmd.Process.Release()
}

// self is this program as it was called, by its own name, so that a program which is
// many by its name stays the one it was.
func self(called string) (string, error) {
	if strings.ContainsRune(called, filepath.Separator) {
		return filepath.Abs(called)
	}
	if path, err := exec.LookPath(called); err == nil {
		return path, nil
	}
	return os.Executable()
}
