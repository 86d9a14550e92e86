package storetest

import (
	"os/exec"
	"syscall"
)

// endWithParent makes the kernel end cmd when this process is killed.
func endWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
