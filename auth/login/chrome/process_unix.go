//go:build unix

package chrome

import (
	"os"
	"os/exec"
	"syscall"
)

// handOver gives the browser its ends of the pipes, as file descriptors 3 and 4,
// and a process group of its own: a signal to all of it reaches its children, and
// one from the terminal does not reach it before us.
func handOver(cmd *exec.Cmd, childIn, childOut, _, _ *os.File) {
	cmd.ExtraFiles = []*os.File{childIn, childOut}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(cmd.SysProcAttr)
}

// killAll kills the browser's process group.
func killAll(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Process.Kill()
	}
}
