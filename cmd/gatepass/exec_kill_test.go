//go:build linux

package main

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatepass/auth/lab"
)

// However gatepass exec or its command is ended, no file with the session stays, the
// broker answers no more, and the command does not go on without a session.
func TestEndedInTheMiddleOfAScan(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		signal syscall.Signal
		whom   func(gatepass, command int) int
		code   int // -1: it was killed
	}{
		{"ctrl+c", syscall.SIGINT, func(gatepass, _ int) int { return -gatepass }, 130}, // to the group, as a terminal does
		{"gatepass is told to end", syscall.SIGTERM, func(gatepass, _ int) int { return gatepass }, 143},
		{"gatepass is killed", syscall.SIGKILL, func(gatepass, _ int) int { return gatepass }, -1},
		{"the command is killed", syscall.SIGKILL, func(_, command int) int { return command }, 137},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := startLab(t, lab.Options{Period: map[string]time.Duration{"": time.Second}}) // its own: each world has a ledger of its own
			w := newWorld(t)
			w.addApp(l, "shop", "shop")
			temporary := filepath.Join(w.dir, "tmp")
			if err := os.Mkdir(temporary, 0o700); err != nil {
				t.Fatal(err)
			}
			w.env = append(w.env, "TMPDIR="+temporary)
			told := filepath.Join(w.dir, "told")
			cmd := w.command("exec", "shop", "--", "sh", "-c", scanner, "sh", told)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			var said bytes.Buffer
			cmd.Stdout, cmd.Stderr = &said, &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			broker, command := scanUnderWay(t, cmd, told, &said)
			if files, _ := filepath.Glob(filepath.Join(temporary, "*", "cookies.txt")); len(files) != 1 {
				t.Fatalf("while it runs there is %q", files)
			}
			if err := syscall.Kill(c.whom(cmd.Process.Pid, command), c.signal); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != c.code {
				t.Errorf("exit code %d, not %d; it said\n%s", code, c.code, said.String())
			}
			late := time.After(5 * time.Second)
			for left := leftOf(temporary, broker); left != ""; left = leftOf(temporary, broker) {
				select {
				case <-late:
					t.Fatalf("left behind: %s", left)
				case <-time.After(10 * time.Millisecond):
				}
			}
		})
	}
}

// scanner is a command that starts others: a child that does not hear ctrl+c, as shells
// start them, and one that has left its session.
const scanner = `sleep 120 > /dev/null 2>&1 &
setsid -f sleep 120 > /dev/null 2>&1
echo "$GATEPASS_BROKER $$" > "$1.new"; mv "$1.new" "$1"; exec sleep 120`

// scanUnderWay waits until the command runs, and gives its broker and process.
func scanUnderWay(t *testing.T, cmd *exec.Cmd, told string, said *bytes.Buffer) (broker string, pid int) {
	t.Helper()
	late := time.After(30 * time.Second)
	for {
		if text, err := os.ReadFile(told); err == nil {
			address, number, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
			if pid, err = strconv.Atoi(number); err != nil {
				t.Fatal(err)
			}
			return strings.TrimPrefix(address, "http://"), pid
		}
		select {
		case <-late:
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			t.Fatalf("the command did not begin; it said\n%s", said.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// leftOf tells what is left of a scan.
func leftOf(temporary, broker string) string {
	var left []string
	entries, _ := os.ReadDir(temporary)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if c, err := net.Dial("tcp", broker); err == nil {
		_ = c.Close()
		left = append(left, "a broker")
	}
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, p := range processes {
		line, _ := os.ReadFile(filepath.Join(p, "cmdline"))
		env, _ := os.ReadFile(filepath.Join(p, "environ"))
		if strings.HasPrefix(string(line), "sleep") && bytes.Contains(env, []byte("TMPDIR="+temporary)) {
			left = append(left, "process "+filepath.Base(p)+" of the command")
		}
	}
	return strings.Join(left, ", ")
}
