//go:build linux

package clipboard

import (
	"bufio"
	"bytes"
	"errors"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatepass/store"
	"gatepass/store/storetest"
)

// need skips, or fails where real parts are required.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err == nil {
			continue
		}
		if storetest.Required("clipboard") {
			t.Fatalf("%s is not installed, and GATEPASS_TEST_REQUIRE asks for it", p)
		}
		t.Skipf("%s is not installed; apt-get install xvfb xclip xsel sway wl-clipboard", p)
	}
}

// xserver starts an X server of our own without a screen.
func xserver(t *testing.T) string {
	t.Helper()
	need(t, "Xvfb")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "640x480x24", "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{w}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb did not start: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}

// compositor starts a Wayland compositor of our own without a screen.
func compositor(t *testing.T) string {
	t.Helper()
	need(t, "sway", "wl-copy", "wl-paste")
	dir, err := os.MkdirTemp("", "gp") // short: a socket's path has about a hundred bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	t.Setenv("XDG_RUNTIME_DIR", dir)
	cmd := exec.Command("sway", "--config", "/dev/null")
	cmd.Env = append(os.Environ(), "WLR_BACKENDS=headless", "WLR_LIBINPUT_NO_DEVICES=1", "WLR_RENDERER=pixman", "WAYLAND_DISPLAY=", "DISPLAY=")
	if os.Getuid() == 0 { // it refuses to be root
		const nobody = 65534
		if err := os.Chown(dir, nobody, nobody); err != nil {
			t.Fatal(err)
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		found, _ := filepath.Glob(filepath.Join(dir, "wayland-[0-9]"))
		if len(found) > 0 {
			return filepath.Base(found[0])
		}
		<-time.After(20 * time.Millisecond)
	}
	if storetest.Required("clipboard") {
		t.Fatal("the compositor did not start")
	}
	t.Skip("the compositor did not start here: it needs more of a system than there is")
	return ""
}

func TestRealClipboards(t *testing.T) {
	for _, c := range []struct {
		name    string
		options func(*testing.T) Options
	}{
		{"X11 with xclip", func(t *testing.T) Options {
			need(t, "xclip")
			return Options{X11: xserver(t)}
		}},
		{"X11 with xsel", func(t *testing.T) Options {
			need(t, "xsel")
			o := Options{X11: xserver(t)}
			t.Setenv("PATH", only(t, "xsel"))
			return o
		}},
		{"Wayland", func(t *testing.T) Options { return Options{Wayland: compositor(t)} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := c.options(t)
			t.Setenv("DISPLAY", o.X11)
			t.Setenv("WAYLAND_DISPLAY", o.Wayland)
			board := New(o)
			if way, err := board.Copy(t.Context(), code); err != nil || way != Copied {
				t.Fatalf("%q, %v", way, err)
			}
			other := New(o) // another process sees it, and clears what it was told of
			await(t, other, "492039")
			if cleared, err := other.ClearIfOurs(t.Context()); cleared || err != nil {
				t.Errorf("cleared what it does not know: %v", err)
			}
			other.Adopt(code)
			if cleared, err := other.ClearIfOurs(t.Context()); !cleared || err != nil {
				t.Fatalf("not cleared: %v", err)
			}
			await(t, other, "")
			// What somebody else copied in between stays.
			if _, err := board.Copy(t.Context(), code); err != nil {
				t.Fatal(err)
			}
			if _, err := New(o).Copy(t.Context(), store.NewSecret("a phone number")); err != nil {
				t.Fatal(err)
			}
			await(t, board, "a phone number") // some tools take the clipboard after they have returned
			if cleared, err := board.ClearIfOurs(t.Context()); cleared || err != nil {
				t.Errorf("somebody else's was cleared: %v", err)
			}
			if got, err := board.Paste(t.Context(), 1<<10); err != nil || string(got) != "a phone number" {
				t.Errorf("%q, %v", got, err)
			}
			if got, err := board.Paste(t.Context(), 5); !errors.Is(err, errTooMuch) {
				t.Errorf("more than was wanted: %q, %v", got, err)
			}
		})
	}
}

// await waits until the clipboard holds a text; "" is none.
func await(t *testing.T, c *Clipboard, want string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		got, err := c.Paste(t.Context(), 1<<10)
		if string(got) == want && (err == nil || want == "" && errors.Is(err, ErrEmpty)) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the clipboard holds %q, %v", got, err)
		}
		<-time.After(10 * time.Millisecond)
	}
}

// A picture is preferred to text: a screenshot of a QR code.
func TestPicturesArePasted(t *testing.T) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 40, 40))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		o    func(*testing.T) Options
		copy []string
	}{
		{"X11", func(t *testing.T) Options { need(t, "xclip"); return Options{X11: xserver(t)} }, []string{"xclip", "-in", "-selection", "clipboard", "-target", "image/png"}},
		{"Wayland", func(t *testing.T) Options { return Options{Wayland: compositor(t)} }, []string{"wl-copy", "--type", "image/png"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := c.o(t)
			t.Setenv("DISPLAY", o.X11)
			t.Setenv("WAYLAND_DISPLAY", o.Wayland)
			if _, err := run(t.Context(), c.copy, picture.String(), 0); err != nil {
				t.Fatal(err)
			}
			got, err := New(o).Paste(t.Context(), 1<<20)
			if err != nil || !bytes.Equal(got, picture.Bytes()) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
}

// only makes a PATH with one program.
func only(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(path, filepath.Join(dir, program)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A terminal of our own that takes the sequence, tmux: it keeps what it was given in a
// buffer. The program runs in its pane, or in another multiplexer in that.
func TestAMultiplexerPassesTheSequenceOn(t *testing.T) {
	for _, c := range []struct {
		name, inside string // how the pane runs what follows
		o            Options
		settings     []string
	}{
		{"tmux with set-clipboard", "", Options{Tmux: "x", Term: "screen-256color"}, []string{"set-clipboard", "on"}},
		{"screen in tmux", "screen -c /dev/null", Options{Term: "screen"}, []string{"set-clipboard", "on"}},
		{"tmux in tmux, with allow-passthrough alone", "env -u TMUX tmux -S DIR/inner -f DIR/passthrough new-session", Options{Tmux: "x"}, []string{"set-clipboard", "on"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			need(t, "tmux")
			if c.inside != "" {
				need(t, "screen")
			}
			dir, err := os.MkdirTemp("", "gp")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.RemoveAll(dir) })
			file := filepath.Join(dir, "sequence")
			if err := os.WriteFile(file, []byte(sequence(c.o, code)), 0o600); err != nil {
				t.Fatal(err)
			}
			tmux := func(args ...string) (string, error) {
				cmd := exec.Command("tmux", append([]string{"-S", filepath.Join(dir, "s"), "-f", "/dev/null"}, args...)...)
				cmd.Env = append(os.Environ(), "TERM=xterm-256color", "TMUX=", "STY=", "SCREENDIR="+filepath.Join(dir, "screens"), "LANG=C.UTF-8")
				out, err := cmd.CombinedOutput()
				return string(out), err
			}
			t.Cleanup(func() { _, _ = tmux("kill-server") })
			if err := os.WriteFile(filepath.Join(dir, "passthrough"), []byte("set -s set-clipboard off\nset -g status off\nset -wg allow-passthrough on\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			c.inside = strings.ReplaceAll(c.inside, "DIR", dir)
			t.Cleanup(func() { _ = exec.Command("tmux", "-S", filepath.Join(dir, "inner"), "kill-server").Run() })
			show := "sh -c 'cat " + file + "; exec cat'"
			if out, err := tmux(append([]string{"new-session", "-d", "-x", "80", "-y", "24", "sleep 60", ";", "set-option", "-s"}, c.settings...)...); err != nil {
				t.Fatal(err, out)
			}
			if out, err := tmux("respawn-pane", "-k", strings.TrimSpace(c.inside+" "+shown(c.inside, show))); err != nil {
				t.Fatal(err, out)
			}
			for deadline := time.Now().Add(20 * time.Second); ; {
				got, err := tmux("show-buffer")
				if err == nil && got == "492039" {
					break
				}
				if time.Now().After(deadline) {
					screen, _ := tmux("capture-pane", "-p")
					t.Fatalf("tmux has %q, %v; the screen shows %q", got, err, screen)
				}
				<-time.After(20 * time.Millisecond)
			}
			screen, err := tmux("capture-pane", "-p")
			if err != nil || strings.TrimSpace(screen) != "" {
				t.Errorf("the sequence is seen on the screen: %q", screen)
			}
		})
	}
}

// shown quotes a command once more for tmux, which takes one argument.
func shown(inside, show string) string {
	if strings.HasSuffix(inside, "new-session") {
		return `"` + show + `"`
	}
	return show
}
