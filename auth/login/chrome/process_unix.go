//go:build unix

package chrome

import (
	"os"
	"os/exec"
	"os/signal"
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

// standApart puts a process out of reach of what is sent to all of ours: a signal to
// the group, the end of the terminal.
func standApart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// outliveSignals has this process go on when somebody asks it to end by its name.
func outliveSignals() { signal.Ignore(syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT) }

// killAll kills the browser's process group.
func killAll(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Process.Kill()
	}
}

func killOne(pid int) { _ = syscall.Kill(pid, syscall.SIGKILL) }
