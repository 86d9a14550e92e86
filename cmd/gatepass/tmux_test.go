//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatepass/store/storetest"
)

// A screen is a real terminal with the real program in it.
type screen struct {
	t      testing.TB
	socket string
}

// patience bounds a wait for the screen; it is not a time that anything may take.
const patience = 60 * time.Second

// open runs the program in a terminal of this size. When it ends, the terminal
// shows "ended with" and its exit code.
func (w *world) open(cols, rows int, args ...string) *screen {
	w.t.Helper()
	tmux, err := exec.LookPath("tmux")
	if err != nil {
		if storetest.Required("tmux") {
			w.t.Fatal("tmux is required and not installed")
		}
		w.t.Skip("tmux is not installed, so the program cannot run in a real terminal")
	}
	dir, err := os.MkdirTemp("", "gp") // short: a socket's path has about a hundred bytes
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &screen{t: w.t, socket: filepath.Join(dir, "s")}
	line := shellQuote(append([]string{build(w.t, "gatepass/cmd/gatepass")}, args...))
	cmd := exec.Command(tmux, "-S", s.socket, "-f", "/dev/null", "new-session", "-d",
		"-x", fmt.Sprint(cols), "-y", fmt.Sprint(rows),
		"sh", "-c", line+`; echo "ended with $?"; exec cat`)
	cmd.Env = append(w.env, "TERM=screen-256color", "LANG=C.UTF-8", "NO_COLOR=", "HOME="+w.dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("start tmux: %v\n%s", err, out)
	}
	w.t.Cleanup(func() { _ = exec.Command(tmux, "-S", s.socket, "kill-server").Run() })
	return s
}

func shellQuote(args []string) string {
	var b strings.Builder
	for _, a := range args {
		b.WriteString("'" + strings.ReplaceAll(a, "'", `'\''`) + "' ")
	}
	return b.String()
}

func (s *screen) tmux(args ...string) string {
	s.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-S", s.socket}, args...)...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("tmux %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

// press sends keys by tmux's names: "Enter", "Tab", "Down", "C-c", "v".
func (s *screen) press(keys ...string) {
	s.t.Helper()
	s.tmux(append([]string{"send-keys"}, keys...)...)
}

// write sends text as it is.
func (s *screen) write(text string) { s.t.Helper(); s.tmux("send-keys", "-l", text) }

// paste sends text as a terminal pastes it.
func (s *screen) paste(text string) {
	s.t.Helper()
	s.tmux("set-buffer", text)
	s.tmux("paste-buffer", "-p", "-d")
}

// text is what a person sees.
func (s *screen) text() string { return s.tmux("capture-pane", "-p") }

// all is what a person could scroll back to as well.
func (s *screen) all() string { return s.tmux("capture-pane", "-p", "-S", "-") }

// await waits until every one of the texts is on the screen at once.
func (s *screen) await(texts ...string) string {
	s.t.Helper()
	return s.until(func(now string) bool {
		for _, text := range texts {
			if !strings.Contains(now, text) {
				return false
			}
		}
		return true
	}, fmt.Sprintf("%q", texts))
}

func (s *screen) until(good func(string) bool, what string) string {
	s.t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	end := time.NewTimer(patience)
	defer end.Stop()
	for {
		now := s.text()
		if good(now) {
			return now
		}
		select {
		case <-look.C:
		case <-end.C:
			s.t.Fatalf("the screen never showed %s; it shows:\n%s", what, now)
		}
	}
}

// sizes are the terminals that every screen must fit.
var sizes = [][2]int{{80, 24}, {120, 40}, {200, 50}}

func eachSize(t *testing.T, test func(t *testing.T, cols, rows int)) {
	t.Parallel()
	for _, size := range sizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			test(t, size[0], size[1])
		})
	}
}

// read gives a file's text.
func (w *world) read(path string) string {
	w.t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(b)
}
