// Package child runs a command as if the shell had: it has the terminal, gets the
// signals that come to us, and its exit code is told. It does not outlive us where the
// operating system can see to that.
package child

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"time"

	"gatepass/store"
)

// A Command is one to run.
type Command struct {
	Args []string // the program and its arguments
	Env  []string // its whole environment, as in [os.Environ]
	In   *os.File
	Out  *os.File
	Err  *os.File
}

// grace is how long a command that is asked to end has for it.
const grace = 10 * time.Second

// ErrNotStarted says that the command could not be started.
var ErrNotStarted = errors.New("the command could not be started")

// An End is how a command ended.
type End struct {
	Code   int  // as a shell gives it: 128 and the signal's number for one that was killed
	Killed bool // a signal ended it; else the code is its own, whatever it is
}

// Run runs a command to its end. Signals that come meanwhile are the command's, who
// decides what to do with them. When ctx ends, it is asked to end.
func Run(ctx context.Context, c Command) (End, error) {
	cmd := exec.Command(c.Args[0], c.Args[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Env, c.In, c.Out, c.Err
	bind(cmd)
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, passed()...)
	defer signal.Stop(signals)
	started, ended := make(chan error, 1), make(chan error, 1)
	go run(cmd, started, ended)
	if err := <-started; err != nil {
		return End{}, store.WithHint(fmt.Errorf("%w: %w", ErrNotStarted, err), "What stands after -- is the program and its arguments, as on a command line of its own.")
	}
	asked := ctx.Done()
	var patience <-chan time.Time
	for {
		select {
		case s := <-signals:
			if !hasItAlready(s) {
				_ = cmd.Process.Signal(s) // it may have ended
			}
		case <-asked:
			asked, patience = nil, time.After(grace)
			end(cmd.Process)
		case <-patience:
			_ = cmd.Process.Kill() // it may have ended
		case err := <-ended:
			return endOf(cmd, err)
		}
	}
}

// run starts the command and waits for it on one thread: on Linux the kernel watches
// over the thread that started it.
func run(cmd *exec.Cmd, started, ended chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := cmd.Start()
	started <- err
	if err == nil {
		ended <- cmd.Wait()
	}
}

func endOf(cmd *exec.Cmd, err error) (End, error) {
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return End{}, fmt.Errorf("wait for the command: %w", err)
	}
	if code := cmd.ProcessState.ExitCode(); code >= 0 {
		return End{Code: code}, nil
	}
	return End{Code: 128 + killer(cmd.ProcessState), Killed: true}, nil
}
