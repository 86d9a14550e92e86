package vanish

import (
	"io/fs"
	"os/exec"
	"syscall"
)

// apart starts it in a group of its own, where a console's ctrl+c does not come.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// own is settled by the temporary folder's own rights.
func own(fs.FileInfo) bool { return true }
