package vanish

import (
	"bufio"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// Another folder may be called alike at its beginning; who uses that is none of ours.
func TestUsersOfAnotherFolderAreNotOurs(t *testing.T) {
	const folder = "/tmp/gatepass-browser-12"
	for line, want := range map[string]bool{
		"chromium\x00--user-data-dir=/tmp/gatepass-browser-12\x00--headless\x00":                    true,
		"chromium\x00--headless\x00--user-data-dir=/tmp/gatepass-browser-12":                        true,
		"crashpad\x00--database=/tmp/gatepass-browser-12/Crashpad\x00":                              true,
		"chromium\x00--user-data-dir=/tmp/gatepass-browser-123\x00":                                 false,
		"chromium\x00--a=/tmp/gatepass-browser-123\x00--user-data-dir=/tmp/gatepass-browser-12\x00": true,
		"gatepass\x00folder-guardian\x00/tmp/gatepass-browser-12\x00":                               false,
		"chromium\x00--type=renderer\x00":                                                           false,
	} {
		if got := inOption([]byte(line), folder); got != want {
			t.Errorf("%q: %t", line, got)
		}
	}
}

// Who had a look at the folder once, and somebody else who names it, are none of ours.
func TestWhoOnlyPassedByIsLeftAlone(t *testing.T) {
	for name, c := range map[string]struct {
		variable string
		attr     *syscall.SysProcAttr
	}{
		"a shell that was there":  {"OLDPWD=", nil},
		"a shell that is there":   {"PWD=", nil},
		"somebody else's process": {"FOLDER=", &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}},
	} {
		t.Run(name, func(t *testing.T) {
			if c.attr != nil && os.Getuid() != 0 {
				t.Skip("only root starts processes of others")
			}
			f, err := Make(t.TempDir(), "test", nil)
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("/bin/cat") // a shell would set PWD anew
			cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", []string{c.variable + f.Path()}, c.attr
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if err := f.EndUsers(); err != nil {
				t.Errorf("it was waited for: %v", err)
			}
			_ = in.Close() // which cat ends well at
			if err := cmd.Wait(); err != nil {
				t.Errorf("it was ended: %v", err)
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Many programs leave at once when they are asked a second time.
func TestAskedOnce(t *testing.T) {
	f, err := Make(t.TempDir(), "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	const tidies = `trap 'n=$((n+1))' TERM; n=0; echo begun; while [ $n = 0 ]; do sleep 0.01; done; sleep 0.4; exit $n`
	cmd := exec.Command("/bin/sh", "-c", tidies, "sh", "--folder="+f.Path())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	asked := make(chan int, 1)
	go func() {
		_ = cmd.Wait() // its exit code is how often it was asked
		asked <- cmd.ProcessState.ExitCode()
	}()
	if err := f.DismissUsers(); err != nil {
		t.Error(err)
	}
	if n := <-asked; n != 1 {
		t.Errorf("it was asked %d times", n)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
