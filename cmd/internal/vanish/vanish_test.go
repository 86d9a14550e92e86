package vanish

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
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
		g, err := Folder(os.Args[2], "test")
		if err == nil {
			err = os.WriteFile(filepath.Join(g.Path(), "secret"), []byte("x"), 0o600)
		}
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(g.Path())
		select {}
	}
	os.Exit(m.Run())
}

func TestTheFolderGoesWithItsOwner(t *testing.T) {
	parent := t.TempDir()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "make", parent)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	folder := strings.TrimSpace(line)
	if _, missing := os.Stat(filepath.Join(folder, "secret")); err != nil || missing != nil {
		t.Fatalf("%q %v %v", line, err, missing)
	}
	if err := cmd.Process.Kill(); err != nil { // it can do nothing itself
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	deadline := time.Now().Add(10 * time.Second)
	for {
		_, err := os.Stat(folder)
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the folder is still there")
		}
	}
}

func TestWhoClosesRemovesIt(t *testing.T) {
	g, err := Folder(t.TempDir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(g.Path()); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info, err)
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(g.Path()); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the folder is still there")
	}
}

func TestOtherFoldersAreLeftAlone(t *testing.T) {
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
}
