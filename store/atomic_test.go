package store

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
)

// failAt makes the next writes fail before a step.
func failAt(t *testing.T, at writeStep, with error) {
	t.Helper()
	interrupt = func(step writeStep) error {
		if step == at {
			return with
		}
		return nil
	}
	t.Cleanup(func() { interrupt = func(writeStep) error { return nil } })
}

// stopAt makes this process say so and wait for ever when it comes to a step. It is
// for roles: the test kills them there.
func stopAt(at string) {
	interrupt = func(step writeStep) error {
		if string(step) == at {
			fmt.Println("here")
			select {}
		}
		return nil
	}
}

// killThere starts cmd, waits until it says that it is there and kills it.
func killThere(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "here\n" {
		t.Errorf("the process said %q, %v", line, err)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // killed: of course it failed
}

func init() {
	Roles["replace and stop"] = func(args []string) int {
		stopAt(args[0])
		_ = writeFile(args[1], []byte(strings.Repeat("new", 100_000)))
		return 1
	}
}

func mustWrite(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func wantText(t testing.TB, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Fatalf("%s holds %.80q, want %.80q", filepath.Base(path), got, want)
	}
}

// files names what is in a folder.
func files(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func wantMode(t testing.TB, path string, want fs.FileMode) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != want {
		t.Errorf("mode of %s is %04o, want %04o", filepath.Base(path), got, want)
	}
}

func TestWriteFileReplacesTheWholeFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	for _, text := range []string{"first and longer", "second", ""} {
		if err := writeFile(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		wantText(t, path, text)
		wantMode(t, path, 0o600)
	}
	if got := files(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("something was left behind: %q", got)
	}
}

func TestWriteFileClosesAFileThatWasOpenToOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	mustWrite(t, path, "old")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	wantMode(t, path, 0o600)
}

func TestAFailedWriteLeavesTheOldFile(t *testing.T) {
	full := errors.New("no space left")
	for _, step := range []writeStep{stepWrite, stepSync, stepRename} {
		t.Run(string(step), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "f")
			mustWrite(t, path, "old")
			failAt(t, step, full)
			if err := writeFile(path, []byte("new")); !errors.Is(err, full) {
				t.Fatalf("writeFile = %v, want the disk's error", err)
			}
			wantText(t, path, "old")
			if got := files(t, filepath.Dir(path)); len(got) != 1 {
				t.Errorf("something was left behind: %q", got)
			}
		})
	}
}

func TestAKilledWriteLeavesTheOldFileAndTheNextOneSweeps(t *testing.T) {
	for _, step := range []writeStep{stepWrite, stepSync, stepRename} {
		t.Run(string(step), func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "f")
			mustWrite(t, path, "old")
			killThere(t, Process(t, "replace and stop", string(step), path))
			wantText(t, path, "old")
			if got := files(t, dir); len(got) != 2 {
				t.Fatalf("a killed write leaves its temporary file; there is %q", got)
			}
			bystanders := []string{".f.x.tmp", ".ff.1.tmp", "f.1.tmp"}
			for _, name := range bystanders {
				mustWrite(t, filepath.Join(dir, name), "")
			}
			if err := writeFile(path, []byte("newer")); err != nil {
				t.Fatal(err)
			}
			wantText(t, path, "newer")
			if got := files(t, dir); len(got) != 1+len(bystanders) {
				t.Errorf("after the next write there is %q", got)
			}
		})
	}
}

func TestCreateFileNeverOverwrites(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	if err := createFile(path, []byte("mine")); err != nil {
		t.Fatal(err)
	}
	wantMode(t, path, 0o600)
	if err := createFile(path, []byte("yours")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("createFile = %v, want fs.ErrExist", err)
	}
	if err := createDirectly(path, []byte("yours")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("createDirectly = %v, want fs.ErrExist", err)
	}
	wantText(t, path, "mine")
	other := filepath.Join(dir, "g")
	if err := createDirectly(other, []byte("direct")); err != nil {
		t.Fatal(err)
	}
	wantText(t, other, "direct")
	wantMode(t, other, 0o600)
	if got := files(t, dir); len(got) != 2 {
		t.Errorf("something was left behind: %q", got)
	}
}

func TestCreateFileThatFailsLeavesNothing(t *testing.T) {
	full := errors.New("no space left")
	for _, create := range []func(string, []byte) error{createFile, createDirectly} {
		path := filepath.Join(t.TempDir(), "f")
		failAt(t, stepSync, full)
		if err := create(path, []byte("new")); !errors.Is(err, full) {
			t.Errorf("err = %v, want the disk's error", err)
		}
		if got := files(t, filepath.Dir(path)); len(got) != 0 {
			t.Errorf("something was left behind: %q", got)
		}
	}
}

func TestAWriteIntoNoFolderSaysSo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "missing", "f")
	if err := writeFile(path, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("writeFile = %v", err)
	}
	if err := createFile(path, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("createFile = %v", err)
	}
}
