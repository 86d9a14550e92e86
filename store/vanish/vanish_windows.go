package vanish

import (
	"io/fs"
	"os/exec"
	"syscall"
)

// apart starts a process in a group of its own, where a console's ctrl+c does not come.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

func outliveSignals() {}

// private is settled by the rights of the user's own folder for temporary files.
func private(fs.FileInfo) bool { return true }
