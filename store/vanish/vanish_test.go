package vanish

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// The test's own program is guardian, and process that makes a folder, by turns.
func TestMain(m *testing.M) {
	if Main(os.Args[1:], os.Stdin) {
		return
	}
	if len(os.Args) == 3 && os.Args[1] == "make" {
		f, err := Make(os.Args[2], "test", Command())
		if err == nil {
			err = os.WriteFile(filepath.Join(f.Path(), "secret"), []byte("x"), 0o600)
		}
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(f.Path())
		select {}
	}
	os.Exit(m.Run())
}

// someone is a process that makes a folder with a file in it and goes on.
func someone(t *testing.T, parent string) (cmd *exec.Cmd, folder string) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(program, "make", parent)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	folder = strings.TrimSpace(line)
	if _, missing := os.Stat(filepath.Join(folder, "secret")); err != nil || missing != nil {
		t.Fatalf("%q %v %v", line, err, missing)
	}
	return cmd, folder
}

// gone waits until there is no folder any more.
func gone(t *testing.T, folder string) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		_, err := os.Stat(folder)
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the folder is still there")
		}
		<-time.After(5 * time.Millisecond)
	}
}

func TestTheFolderGoesWithItsOwner(t *testing.T) {
	cmd, folder := someone(t, t.TempDir())
	if err := cmd.Process.Kill(); err != nil { // it can do nothing itself
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	gone(t, folder)
}

// Who was started with the folder is of no use without it, and does not go on.
func TestWhoUsesTheFolderGoesToo(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("processes are looked up in /proc")
	}
	cmd, folder := someone(t, t.TempDir())
	user := exec.Command("sh", "-c", "while :; do sleep 1; done", "sh", "--profile="+folder)
	if err := user.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- user.Wait() }()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	gone(t, folder)
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		_ = user.Process.Kill()
		t.Error("it went on")
	}
}

func TestWhoClosesRemovesIt(t *testing.T) {
	for name, guardian := range map[string][]string{"guarded": Command(), "alone": nil} {
		t.Run(name, func(t *testing.T) {
			f, err := Make(t.TempDir(), "test", guardian)
			if err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(f.Path()); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
				t.Errorf("%v %v", info, err)
			}
			if err := f.EndUsers(); err != nil {
				t.Error(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(f.Path()); !errors.Is(err, fs.ErrNotExist) {
				t.Error("the folder is still there")
			}
		})
	}
}

// Where the guardian cannot be had there is no folder that would be left behind.
func TestNoGuardian(t *testing.T) {
	parent := t.TempDir()
	f, err := Make(parent, "test", []string{filepath.Join(parent, "nothing")})
	if !errors.Is(err, ErrNoGuardian) || f != nil {
		t.Errorf("%v %v", f, err)
	}
	if left, _ := os.ReadDir(parent); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// The next folder's maker sweeps up those of a process that died with its guardian,
// and leaves those alone that are in use, that are young, or that are another's.
func TestTheNextSweepsUp(t *testing.T) {
	parent := t.TempDir()
	dead, err := Make(parent, "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	held, err := Make(parent, "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	notes, notesOfTests := filepath.Join(parent, "gatepass-notes"), filepath.Join(parent, "gatepass-test-notes")
	for _, other := range []string{notes, notesOfTests} { // called like ours, and not made by us
		if err := os.Mkdir(other, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	elsewhere := filepath.Join(t.TempDir(), "gatepass-test-1")
	if err := os.Rename(dead.Path(), elsewhere); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, dead.Path()); err != nil {
		t.Skipf("there are no links here: %v", err)
	}
	sweep(parent, "test", 0)
	if _, err := os.Stat(elsewhere); err != nil {
		t.Errorf("a link was followed: %v", err)
	}
	if err := errors.Join(os.Remove(dead.Path()), os.Rename(elsewhere, dead.Path())); err != nil {
		t.Fatal(err)
	}
	if err := dead.lock.Unlock(); err != nil { // as the system does when a process dies
		t.Fatal(err)
	}
	sweep(parent, "test", time.Hour)
	if _, err := os.Stat(dead.Path()); err != nil {
		t.Errorf("a young folder was swept up: %v", err)
	}
	sweep(parent, "test", 0)
	if _, err := os.Stat(dead.Path()); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the dead one's folder is still there")
	}
	for _, folder := range []string{held.Path(), notes, notesOfTests} {
		if _, err := os.Stat(folder); err != nil {
			t.Errorf("%s was swept up", filepath.Base(folder))
		}
	}
	if err := held.Close(); err != nil {
		t.Error(err)
	}
}

// A guardian removes nothing but an abandoned folder that was made to vanish.
func TestAGuardianRemovesNothingElse(t *testing.T) {
	t.Parallel() // it waits for a holder
	for _, name := range []string{"photos", "gatepass-notes"} {
		folder := filepath.Join(t.TempDir(), name)
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if !Main([]string{Word, folder}, strings.NewReader("")) {
			t.Fatal("it did not begin")
		}
		if _, err := os.Stat(folder); err != nil {
			t.Errorf("%s is not ours and was removed", name)
		}
	}
	if Main([]string{"list"}, nil) || Main(nil, nil) {
		t.Error("a command was taken for a guardian")
	}
	f, err := Make(t.TempDir(), "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := guard(f.Path(), strings.NewReader("")); !errors.Is(err, errHeld) {
		t.Errorf("a folder in use: %v", err)
	}
	if _, err := os.Stat(f.Path()); err != nil {
		t.Errorf("a folder in use was removed: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if err := abandoned(f.Path()); err != nil {
		t.Errorf("a folder that is gone: %v", err)
	}
}
