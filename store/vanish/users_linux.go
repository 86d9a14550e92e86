package vanish

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// usersOf holds the processes of this user that were started with a folder in an option
// or in a variable of their environment, which whatever they start inherits. The caller
// releases them.
func usersOf(folder string) []*os.Process {
	if self, err := os.Readlink("/proc/self"); err != nil || self != strconv.Itoa(os.Getpid()) {
		return nil // it numbers another namespace's processes, and ours are others
	}
	var users []*os.Process
	entries, _ := os.ReadDir("/proc") // without it there is nothing to find
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() || !uses(pid, folder) {
			continue
		}
		p, err := os.FindProcess(pid)
		if err != nil {
			continue
		}
		// It is held from here on; before, its number may have become another's.
		if uses(pid, folder) {
			users = append(users, p)
		} else {
			_ = p.Release()
		}
	}
	return users
}

// uses reports whether a process is this user's and was started with a folder. A command
// line is for everybody to read, and to write a folder of ours into.
func uses(pid int, folder string) bool {
	read := func(what string) []byte {
		text, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), what)) // it may have ended
		return text
	}
	return (inOption(read("cmdline"), folder) || inVariable(read("environ"), folder)) && ofUser(read("status"), os.Getuid())
}

// ofUser reads in a process's status whether a user started it.
func ofUser(status []byte, uid int) bool {
	_, rest, _ := bytes.Cut(status, []byte("\nUid:"))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	ids := bytes.Fields(line)
	return len(ids) > 0 && string(ids[0]) == strconv.Itoa(uid)
}

// inOption reports whether a command line has an option, or one variable, with a folder,
// or with something in it, as its value. Another folder's name may begin alike.
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

// inVariable reports whether an environment has a variable with a folder, or with
// something in it, as its value. Where a shell is or was last says nothing: somebody may
// have had a look at the folder.
func inVariable(environ []byte, folder string) bool {
	return slices.ContainsFunc(bytes.Split(environ, []byte{0}), func(pair []byte) bool {
		name, _, _ := bytes.Cut(pair, []byte("="))
		return string(name) != "PWD" && string(name) != "OLDPWD" && inOption(pair, folder)
	})
}
