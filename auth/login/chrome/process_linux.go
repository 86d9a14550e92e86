package chrome

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
)

// dieWithParent makes the kernel kill the browser when we die, however we do.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }

// usersOf lists the processes that were started with a folder as an option.
func usersOf(folder string) []int {
	var pids []int
	entries, _ := os.ReadDir("/proc") // without it there is nothing to find
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		line, err := os.ReadFile("/proc/" + e.Name() + "/cmdline")
		if err == nil && inOption(line, folder) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// inOption reports whether a command line has an option with a folder, or with
// something in it, as its value. Another folder's name may begin alike.
func inOption(line []byte, folder string) bool {
	for {
		_, rest, found := bytes.Cut(line, []byte("="+folder))
		if !found {
			return false
		}
		if len(rest) == 0 || rest[0] == 0 || rest[0] == '/' {
			return true
		}
		line = rest
	}
}
