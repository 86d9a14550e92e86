package chrome

import "syscall"

// dieWithParent makes the kernel kill the browser when we die, however we do.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
