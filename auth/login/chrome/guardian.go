package chrome

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

	"github.com/gofrs/flock"
)

// GuardianArg is the first argument with which a program becomes a guardian: see
// [Guard].
const GuardianArg = "browser-guardian"

// Guard is the whole life of a guardian: a second process of the same program that
// does nothing but outlive the first. It blocks until in ends, which the system sees
// to when whoever holds the other end has died, however it died; then it ends what is
// left of the browser that used the folder, and removes the folder. Somebody who
// closed the browser in order has done both, and ends the guardian before.
//
// A process that is killed can do nothing any more. The browser is ended by the
// system, but nobody would remove its profile, with the cookies of a login in it,
// until the next run.
func Guard(folder string, in io.Reader) error {
	if !strings.HasPrefix(filepath.Base(folder), profilePrefix) {
		return fmt.Errorf("%q is no folder of a browser", folder)
	}
	outliveSignals()
	_, _ = io.Copy(io.Discard, in) // an error is an end like any other
	return abandoned(folder)
}

// errHeld says that a folder still has an owner.
var errHeld = errors.New("the browser's profile is in use")

// abandoned removes the folder of a run that has died.
func abandoned(folder string) error {
	if _, err := os.Lstat(folder); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock := flock.New(filepath.Join(folder, lockName))
	if err := insist(func() error {
		if free, err := lock.TryLock(); err != nil || !free {
			return errors.Join(errHeld, err)
		}
		return nil
	}); err != nil {
		return err
	}
	_ = lock.Unlock() // Windows does not delete what is open; the owner does not come back
	// A browser that is about to die may write into its profile until it is dead, and
	// on a machine with much to do that takes its time.
	return persist(time.Minute, func() error {
		for _, pid := range usersOf(folder) {
			if pid != os.Getpid() {
				killOne(pid)
			}
		}
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
		if left := usersOf(folder); len(left) > 0 {
			return fmt.Errorf("%d processes of the browser do not end", len(left))
		}
		return nil
	})
}

// A guardian is the guardian's process, as whom it guards sees it. The zero value is
// none.
type guardian struct {
	cmd  *exec.Cmd
	life *os.File // it lives until this is closed
}

// station starts a guardian with a command line that leads to [Guard]. Without one,
// or where it cannot be started, the folder of a killed run is swept up by the next.
func station(command []string, folder string) guardian {
	if len(command) == 0 {
		return guardian{}
	}
	in, life, err := os.Pipe()
	if err != nil {
		return guardian{}
	}
	defer func() { _ = in.Close() }()
	cmd := exec.Command(command[0], append(command[1:len(command):len(command)], folder)...)
	cmd.Stdin, cmd.Dir = in, filepath.Dir(folder)
	cmd.Env = []string{} // it needs nothing, so it gets nothing
	standApart(cmd)
	if err := cmd.Start(); err != nil {
		_ = life.Close()
		return guardian{}
	}
	return guardian{cmd: cmd, life: life}
}

// dismiss ends a guardian that is not needed any more.
func (g guardian) dismiss() {
	if g.cmd != nil {
		_ = g.cmd.Process.Kill()
		_ = g.cmd.Wait()
		_ = g.life.Close()
	}
}
