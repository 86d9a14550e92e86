package chrome

import (
	"os"
	"os/exec"
	"slices"
	"strconv"
	"syscall"
)

// handOver gives the browser its ends of the pipes. Windows has no inherited file
// descriptors, so the handles are named on the command line; ours stay ours.
func handOver(cmd *exec.Cmd, childIn, childOut, in, out *os.File) {
	for _, f := range []*os.File{in, out} {
		_ = syscall.SetHandleInformation(syscall.Handle(f.Fd()), syscall.HANDLE_FLAG_INHERIT, 0)
	}
	r, w := syscall.Handle(childIn.Fd()), syscall.Handle(childOut.Fd())
	for _, h := range []syscall.Handle{r, w} {
		_ = syscall.SetHandleInformation(h, syscall.HANDLE_FLAG_INHERIT, syscall.HANDLE_FLAG_INHERIT)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{AdditionalInheritedHandles: []syscall.Handle{r, w}}
	pipes := strconv.FormatUint(uint64(r), 10) + "," + strconv.FormatUint(uint64(w), 10)
	cmd.Args = slices.Insert(cmd.Args, 1, "--remote-debugging-io-pipes="+pipes)
}

// killAll kills the main process; its children end with it.
func killAll(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = cmd.Process.Kill()
	}
}
