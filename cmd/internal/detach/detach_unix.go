//go:build unix

package detach

import "syscall"

// apart puts the process into a session of its own: closing the terminal does not
// end it.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
