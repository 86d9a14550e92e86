// Package vanish removes a folder when the process that made it is gone, even if
// that was killed and could do nothing itself: a second process waits at a pipe, which
// the operating system closes whatever happens.
package vanish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Word is the argument by which a program that calls [Main] becomes a guardian.
const Word = "folder-guardian"

// prefix begins the name of every folder that a guardian removes. It looks again
// before it does: what it is given comes by a command line.
const prefix = "gatepass-"

// marker is in every such folder, and in no other.
const marker = ".vanishes-with-gatepass"

// A Guardian watches over one folder.
type Guardian struct {
	folder string
	cmd    *exec.Cmd
	pipe   io.WriteCloser
}

// Folder makes a folder that only its owner may enter, and sets a guardian over it.
func Folder(parent, what string) (*Guardian, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program itself: %w", err)
	}
	folder, err := os.MkdirTemp(parent, prefix+what+"-")
	if err == nil {
		folder, err = filepath.Abs(folder) // the guardian is somewhere else
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, marker), nil, 0o400)
	}
	if err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	g := &Guardian{folder: folder, cmd: exec.Command(program, Word, folder)}
	g.cmd.Args[0] = os.Args[0] // a program of many names goes by this one
	g.cmd.Env = []string{}     // it needs nothing
	g.cmd.Dir = os.TempDir()
	apart(g.cmd)
	if g.pipe, err = g.cmd.StdinPipe(); err == nil {
		err = g.cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start a guardian: %w", err), os.RemoveAll(folder))
	}
	return g, nil
}

// Path is the folder.
func (g *Guardian) Path() string { return g.folder }

// Close removes the folder and waits for the guardian's end.
func (g *Guardian) Close() error {
	_ = g.pipe.Close()
	return errors.Join(g.cmd.Wait(), os.RemoveAll(g.folder))
}

// Main is the guardian's side: if args, without the program's name, call for one, it
// waits for the end of in, removes the folder and reports true. Signals do not reach
// it: whoever ends a whole group wants the folder to go.
func Main(args []string, in io.Reader) bool {
	if len(args) != 2 || args[0] != Word {
		return false
	}
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	_, _ = io.Copy(io.Discard, in)
	folder := filepath.Clean(args[1])
	info, err := os.Lstat(folder)
	if err != nil || !info.IsDir() || info.Mode().Perm()&0o077 != 0 || !strings.HasPrefix(filepath.Base(folder), prefix) || !own(info) {
		return true
	}
	if _, err := os.Lstat(filepath.Join(folder, marker)); err != nil {
		return true
	}
	remove(folder)
	return true
}

// remove tries for a while: on some systems a file that a dying process has open
// cannot go before it.
func remove(folder string) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for os.RemoveAll(folder) != nil {
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return
		}
	}
}
