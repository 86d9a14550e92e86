//go:build unix

package vanish

import (
	"io/fs"
	"os"
	"os/exec"
	"syscall"
)

// apart starts it in a session of its own, where a terminal's ctrl+c does not come.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// own reports whether a folder belongs to this user.
func own(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}
