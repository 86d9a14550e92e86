//go:build !windows

package store

import (
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"syscall"
)

// judgeAccess refuses a file that is not ours or that others may open. One of
// root's is accepted: root could read ours anyway, and hands out mounted secrets.
func judgeAccess(path string, info fs.FileInfo) error {
	if err := judgeOwner(path, info); err != nil {
		return err
	}
	if perm := info.Mode().Perm(); perm&0o077 != 0 {
		return WithHint(fmt.Errorf("%q is %w: its mode is %04o, so other users may open it", path, ErrNotPrivate, perm),
			"Close it to others: chmod 600 "+QuoteShell(path))
	}
	return nil
}

// judgeFolder refuses a folder that others may write to, unless it is sticky, as
// /tmp is: there only the owner replaces a file.
func judgeFolder(dir string, info fs.FileInfo) error {
	if err := judgeOwner(dir, info); err != nil {
		return err
	}
	if perm := info.Mode().Perm(); perm&0o022 != 0 && info.Mode()&fs.ModeSticky == 0 {
		return WithHint(fmt.Errorf("folder %q is %w: its mode is %04o, so other users may replace what is in it", dir, ErrNotPrivate, perm),
			"Close it to others: chmod 700 "+QuoteShell(dir))
	}
	return nil
}

func judgeOwner(path string, info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	if owner, me := int(stat.Uid), os.Geteuid(); owner != me && owner != 0 {
		return WithHint(fmt.Errorf("%q is %w: it belongs to user %d and this is user %d", path, ErrNotPrivate, owner, me),
			"Run gatepass as that user, or make the file yours: chown "+strconv.Itoa(me)+" "+QuoteShell(path))
	}
	return nil
}
