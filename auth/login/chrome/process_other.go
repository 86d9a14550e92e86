//go:build unix && !linux

package chrome

import "syscall"

// dieWithParent has nothing to do: the browser ends by itself when its pipe is
// closed, and a process that dies closes its pipes.
func dieWithParent(*syscall.SysProcAttr) {}
