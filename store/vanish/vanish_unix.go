//go:build unix

package vanish

import (
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// apart starts a process in a session of its own, where a terminal's ctrl+c and its end
// do not come.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// outliveSignals has this process go on when somebody asks it to end.
func outliveSignals() { signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP) }

// private reports whether a folder belongs to this user and is closed to others.
func private(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid() && info.Mode().Perm()&0o077 == 0
}
