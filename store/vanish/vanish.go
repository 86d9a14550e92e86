// Package vanish makes folders for what must not outlive the process that made them:
// a browser's profile with the cookies of a login, the files with a session that a
// command is given. Such a folder is gone when its process is, even if that was killed
// and could do nothing itself.
//
// Three things see to it, each where the one before could not: the process removes its
// folder when it is done; a guardian, a second process that waits at a pipe which the
// operating system closes whatever happens, removes it when the first has died; and
// whoever makes the next folder of the same sort sweeps up what even the guardian did
// not outlive. A lock that the system lets go of with its holder tells whose folder is
// still in use.
package vanish

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"
)

// prefix begins the name of every folder that is made here. A guardian looks again
// before it removes one: what it is given comes by a command line.
const prefix = "gatepass-"

// lockName is the file in every such folder that its process holds locked.
const lockName = "gatepass.lock"

// A Folder is one that vanishes with this process.
type Folder struct {
	path     string
	lock     *flock.Flock
	guardian *guardian // nil: there is none
}

// ErrNoGuardian says that the process that was to look after a folder could not be
// started.
var ErrNoGuardian = errors.New("no guardian")

// Make makes a folder that only its owner may enter, in parent or, if that is "", where
// the system keeps temporary files. sort is a word of its name. guardian is the command
// line of a program that calls [Main], as [Command] gives this one's; without one, the
// folder of a process that was killed stays until the next of its sort is made.
//
// The error is [ErrNoGuardian] if everything but the guardian could be had; there is no
// folder then either.
func Make(parent, sort string, guardian []string) (*Folder, error) {
	if parent == "" {
		parent = os.TempDir()
	}
	parent, err := filepath.Abs(parent) // the guardian is somewhere else
	if err != nil {
		return nil, fmt.Errorf("find the folder for temporary files: %w", err)
	}
	sweep(parent, sort, time.Minute)
	path, err := os.MkdirTemp(parent, prefix+sort+"-") // 0700
	if err != nil {
		return nil, fmt.Errorf("make a temporary folder: %w", err)
	}
	f := &Folder{path: path, lock: lockOf(path)}
	if held, err := f.lock.TryLock(); err != nil || !held {
		return nil, errors.Join(fmt.Errorf("lock a temporary folder: %w", cmp.Or(err, errHeld)), os.RemoveAll(path))
	}
	if len(guardian) > 0 {
		if f.guardian, err = station(guardian, path); err != nil {
			return nil, errors.Join(fmt.Errorf("%w: %w", ErrNoGuardian, err), f.Close())
		}
	}
	return f, nil
}

// Path is where the folder is.
func (f *Folder) Path() string { return f.path }

// EndUsers ends this user's processes that were started with the folder, or with
// something in it, in an option or a variable of their environment, and waits for their
// end. It knows of them on Linux alone.
func (f *Folder) EndUsers() error {
	return persist(patience, func() error {
		return endUsers(f.path, func(p *os.Process) { _ = p.Kill() }) // it may have ended
	})
}

// DismissUsers asks the same processes to end, and ends those that do not.
func (f *Folder) DismissUsers() error {
	end := askFirst()
	return persist(2*patience, func() error { return endUsers(f.path, end) })
}

// askFirst gives how to end a process: by asking it, once, because many take a second
// time for impatience and leave at once; and by force when its time is over.
func askFirst() func(*os.Process) {
	begun, asked := time.Now(), map[int]bool{}
	return func(p *os.Process) {
		switch {
		case time.Since(begun) > patience:
			_ = p.Kill() // it may have ended
		case !asked[p.Pid]:
			asked[p.Pid] = true
			_ = p.Signal(syscall.SIGTERM) // likewise
		}
	}
}

// Close removes the folder and dismisses the guardian. Processes that are about to die
// may still write into it, so it insists for two or three seconds. What it could not
// remove is left to the guardian, who tries again when this process has ended.
func (f *Folder) Close() error {
	_ = f.lock.Unlock() // Windows does not delete what is open
	if err := persist(patience, func() error { return remove(f.path) }); err != nil {
		return fmt.Errorf("remove a temporary folder: %w", err)
	}
	if f.guardian != nil {
		f.guardian.dismiss()
	}
	return nil
}

// remove removes a folder. What could not be removed keeps the mark by which it is swept
// up later.
func remove(folder string) error {
	err := os.RemoveAll(folder)
	if err != nil {
		_ = letGo(folder) // makes its lock again
	}
	return err
}

// sweep removes the folders of a sort that nobody holds any more. Young ones are left
// alone, because their lock may be about to be taken; so are those without one, which
// were not made to vanish, whatever they are called.
func sweep(parent, sort string, young time.Duration) {
	entries, _ := os.ReadDir(parent) // whoever makes the next one there is told
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), prefix+sort+"-") {
			continue
		}
		folder := filepath.Join(parent, e.Name())
		info, err := os.Lstat(folder)
		if err != nil || !info.IsDir() || !private(info) || time.Since(info.ModTime()) < young {
			continue
		}
		if marked(folder) == nil && letGo(folder) == nil {
			_ = remove(folder)
		}
	}
}

// marked refuses a folder that was not made to vanish.
func marked(folder string) error {
	if _, err := os.Lstat(filepath.Join(folder, lockName)); err != nil {
		return fmt.Errorf("%q was not made to vanish: %w", folder, err)
	}
	return nil
}

// errHeld says that a folder still has an owner.
var errHeld = errors.New("the folder is in use")

// letGo is nil if nobody holds a folder any more.
func letGo(folder string) error {
	lock := lockOf(folder)
	free, err := lock.TryLock()
	if err != nil || !free {
		return errors.Join(errHeld, err)
	}
	return lock.Unlock() // Windows does not delete what is open; the owner does not come back
}

func lockOf(folder string) *flock.Flock {
	return flock.New(filepath.Join(folder, lockName), flock.SetPermissions(0o600))
}

// endUsers ends whoever was started with a folder; its error says how many there were.
func endUsers(folder string, end func(*os.Process)) error {
	left := usersOf(folder)
	for _, p := range left {
		end(p)
		_ = p.Release()
	}
	if len(left) > 0 {
		return fmt.Errorf("processes with the folder %q do not end: %d", folder, len(left))
	}
	return nil
}

// patience is for what takes a moment.
const patience = 2500 * time.Millisecond

// persist tries for so long, at growing intervals. What is waited for, the end of a
// process that is none of ours and a file that nobody has open, is told by nothing but
// another try.
func persist(long time.Duration, do func() error) error {
	begun := time.Now()
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, patience/10) {
		err := do()
		if err == nil || time.Since(begun) > long {
			return err
		}
		<-time.After(pause)
	}
}
