//go:build unix

package main

import (
	"bytes"
	"errors"
	"os/exec"
	"sync"
	"testing"
)

// ended is how one of many processes ended.
type ended struct {
	out  string // what it printed as its result
	errs string
	code int // the exit code; -1 for one that a signal ended
}

// crowd runs the real program many times at once and tells how each ended. at, if not
// nil, is called with each process once it runs.
func (w *world) crowd(processes int, at func(*exec.Cmd), args ...string) []ended {
	w.t.Helper()
	all := make([]ended, processes)
	var wg sync.WaitGroup
	for i := range all {
		cmd := w.command(args...)
		// One processor each: together they have more than enough to do.
		cmd.Env = append(cmd.Env, "GOMAXPROCS=1")
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Start(); err != nil {
			w.t.Fatal(err)
		}
		if at != nil {
			at(cmd)
		}
		wg.Go(func() {
			err := cmd.Wait()
			all[i] = ended{out.String(), errs.String(), exitCode(w.t, err)}
		})
	}
	wg.Wait()
	return all
}

// exitCode is the exit code that a process ended with, -1 if a signal ended it.
func exitCode(t testing.TB, err error) int {
	t.Helper()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	t.Errorf("a process could not be waited for: %v", err)
	return -1
}
