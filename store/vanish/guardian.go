package vanish

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Word is the argument by which a program that calls [Main] becomes a guardian.
const Word = "folder-guardian"

// Command is the command line that makes a process of this program a guardian; nil if
// it does not know where it is itself.
func Command() []string {
	self, err := os.Executable()
	if err != nil {
		return nil
	}
	return []string{self, Word}
}

// A guardian is the guardian's process, as whom it guards sees it.
type guardian struct {
	cmd  *exec.Cmd
	life io.Closer // it waits for the end of this
}

// station sets a guardian over a folder.
func station(command []string, folder string) (*guardian, error) {
	cmd := exec.Command(command[0], append(command[1:len(command):len(command)], folder)...)
	cmd.Dir = filepath.Dir(folder)
	cmd.Env = []string{} // it needs nothing, so it gets nothing
	apart(cmd)
	life, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &guardian{cmd: cmd, life: life}, nil
}

// dismiss ends a guardian that is not needed any more.
func (g *guardian) dismiss() {
	_ = g.cmd.Process.Kill()
	_ = g.life.Close()
	_ = g.cmd.Wait() // it was killed
}

// Main is the guardian's side: if args, without the program's name, call for one, it
// waits for the end of in, removes the folder and reports true. Signals do not reach
// it: whoever ends a whole group wants the folder to go. Nobody hears what it would
// say.
func Main(args []string, in io.Reader) bool {
	if len(args) != 2 || args[0] != Word {
		return false
	}
	outliveSignals()
	_ = guard(filepath.Clean(args[1]), in)
	return true
}

// guard is a guardian's whole life. Somebody who removes the folder in order ends it
// before.
func guard(folder string, in io.Reader) error {
	if err := ours(folder); err != nil {
		return err
	}
	if err := marked(folder); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, in) // an error is an end like any other
	return abandoned(folder)
}

// ours refuses everything but a private folder with the right name.
func ours(folder string) error {
	info, err := os.Lstat(folder)
	if err != nil {
		return err
	}
	if !info.IsDir() || !private(info) || !strings.HasPrefix(filepath.Base(folder), prefix) {
		return fmt.Errorf("%q is no folder of ours", folder)
	}
	return nil
}

// abandoned removes the folder of a process that has died. Whoever was started with it
// is asked to end, and ended when that is of no use: a browser that is about to die
// writes into its profile until it is dead.
func abandoned(folder string) error {
	switch err := ours(folder); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	if err := persist(patience, func() error { return letGo(folder) }); err != nil {
		return err
	}
	end := askFirst()
	return persist(time.Minute, func() error {
		left := endUsers(folder, end)
		return errors.Join(remove(folder), left)
	})
}
