//go:build unix && !linux

package child

import "syscall"

// dieWithParent: this kernel offers nothing of the kind.
func dieWithParent(*syscall.SysProcAttr) {}
