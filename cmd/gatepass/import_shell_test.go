//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// shell runs a line of sh or bash with the program first on its path.
func (w *world) shell(line string) (string, error) {
	w.t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		w.t.Skip("there is no bash")
	}
	program := w.command("list").Path
	cmd := exec.Command(bash, "-c", line)
	cmd.Dir = w.dir
	cmd.Env = append(w.env, "PATH="+filepath.Dir(program)+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// On a terminal one answers in words, and a slip is asked about once more.
func TestImportAsksOnATerminal(t *testing.T) {
	t.Parallel()
	for answers, kept := range map[string]int{"maybe,y": 2, "no": 0, "what,ever": 0} {
		t.Run(answers, func(t *testing.T) {
			t.Parallel()
			w := fileWorld(t)
			list := filepath.Join(w.dir, "list.txt")
			if err := os.WriteFile(list, []byte(manyLinks(2)), 0o600); err != nil {
				t.Fatal(err)
			}
			k := w.talkTo(t, nil, "import", list)
			for i, answer := range strings.Split(answers, ",") {
				if i > 0 {
					k.hears("Please answer yes or no.", "")
				}
				k.hears("Keep 2? yes or no: ", answer)
			}
			err := k.cmd.Wait()
			if ok := err == nil; ok != (kept > 0) {
				t.Errorf("it ended with %v:\n%s", err, k.heard())
			}
			if n := w.targets(); n != kept {
				t.Errorf("%d are kept, want %d", n, kept)
			}
		})
	}
}

// What a shell makes of a command's output is a pipe, and what it makes of a command's
// input may be a file that everybody can read.
func TestImportAndExportInAShell(t *testing.T) {
	t.Parallel()
	w := fileWorld(t)
	if err := os.WriteFile(filepath.Join(w.dir, "list.txt"), []byte(manyLinks(2)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := w.shell("gatepass import <(cat list.txt) --yes"); err != nil || !strings.Contains(out, "kept 2 in the file") {
		t.Errorf("from a pipe: %v\n%s", err, out)
	}
	out, err := w.shell("umask 022; gatepass export --all --to otpauth --yes > open.txt")
	if err == nil || !strings.Contains(out, "others may read") {
		t.Errorf("to a file that everybody can read: %v\n%s", err, out)
	}
	if b, err := os.ReadFile(filepath.Join(w.dir, "open.txt")); err != nil || len(b) > 0 {
		t.Errorf("%d bytes were written there, %v", len(b), err)
	}
	if out, err := w.shell("umask 077; gatepass export --all --to otpauth --yes > mine.txt && gatepass import mine.txt"); err != nil || !strings.Contains(out, "2 here already") {
		t.Errorf("to a file of one's own: %v\n%s", err, out)
	}
}
