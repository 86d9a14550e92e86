package cli

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"

	"gatepass/store"
)

// opener shows a file or a folder in the desktop's own program; nil where there is no
// desktop. What would open in the terminal itself is no opener: it would take the
// screen away.
func (a *app) opener() func(context.Context, string) error {
	program, args := "xdg-open", []string{}
	switch {
	case runtime.GOOS == "darwin":
		program = "open"
	case runtime.GOOS == "windows":
		program, args = "rundll32", []string{"url.dll,FileProtocolHandler"}
	case a.getenv("DISPLAY") == "" && a.getenv("WAYLAND_DISPLAY") == "":
		return nil
	}
	path, err := exec.LookPath(program)
	if err != nil {
		return nil
	}
	return func(ctx context.Context, what string) error {
		cmd := exec.CommandContext(ctx, path, append(args, what)...)
		cmd.Env = a.environ()
		if err := cmd.Run(); err != nil {
			return store.WithHint(fmt.Errorf("open %q with %s: %w", what, program, err), "Open it by hand.")
		}
		return nil
	}
}
