package child

import "syscall"

// dieWithParent has the kernel end the command when we are killed: without us its
// session is taken away, and it would go on without one.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGTERM }
