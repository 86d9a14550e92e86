package chrome

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// profilePrefix names the folders, so that what a killed run left is recognised.
const profilePrefix = "gatepass-browser-"

// lockName is held for as long as the run lives. The system lets go of it when
// the process dies, however it dies.
const lockName = "gatepass.lock"

// profile is the folder of one browser: its profile and its temporary files.
type profile struct {
	folder   string
	lock     *flock.Flock
	guardian guardian
}

// newProfile makes a folder that only this user can read.
func newProfile(parent string) (*profile, error) {
	if parent == "" {
		parent = os.TempDir()
	}
	sweep(parent, time.Minute)
	folder, err := os.MkdirTemp(parent, profilePrefix) // 0700
	if err != nil {
		return nil, fmt.Errorf("make a folder for the browser's profile: %w", err)
	}
	p := &profile{folder: folder, lock: flock.New(filepath.Join(folder, lockName))}
	if _, err := p.lock.TryLock(); err != nil {
		_ = os.RemoveAll(folder)
		return nil, fmt.Errorf("lock the browser's profile: %w", err)
	}
	return p, nil
}

// remove deletes the folder. Processes of the browser that are about to die may
// still write into it.
func (p *profile) remove() error {
	_ = p.lock.Unlock() // Windows does not delete what is open
	err := insist(func() error { return os.RemoveAll(p.folder) })
	p.guardian.dismiss()
	return err
}

// insist tries for two or three seconds, at growing intervals.
func insist(do func() error) error { return persist(2500*time.Millisecond, do) }

// persist tries for as long as that, at growing intervals.
func persist(long time.Duration, do func() error) error {
	begun := time.Now()
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, long/2) {
		err := do()
		if err == nil || time.Since(begun) > long {
			return err
		}
		<-time.After(pause)
	}
}

// sweep removes the folders of runs that were killed: those that nobody holds any
// more. Young ones are left alone, because their lock may be about to be taken.
func sweep(parent string, young time.Duration) {
	folders, _ := filepath.Glob(filepath.Join(parent, profilePrefix+"*")) // the pattern is sound
	for _, folder := range folders {
		info, err := os.Lstat(folder)
		if err != nil || !info.IsDir() || time.Since(info.ModTime()) < young {
			continue
		}
		lock := flock.New(filepath.Join(folder, lockName))
		if free, err := lock.TryLock(); err != nil || !free {
			continue
		}
		_ = lock.Unlock()
		_ = os.RemoveAll(folder)
	}
}
