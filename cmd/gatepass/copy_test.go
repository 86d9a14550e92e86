//go:build linux

package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatepass/store/storetest"
)

// An X server of our own, for programs that copy.
func xserver(t *testing.T) string {
	t.Helper()
	for _, program := range []string{"Xvfb", "xclip"} {
		if _, err := exec.LookPath(program); err == nil {
			continue
		}
		if storetest.Required("clipboard") {
			t.Fatalf("%s is not installed, and GATEPASS_TEST_REQUIRE asks for it", program)
		}
		t.Skipf("%s is not installed; apt-get install xvfb xclip", program)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-nolisten", "tcp")
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

// holds waits until the clipboard has a text.
func holds(t *testing.T, display, want string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		cmd := exec.Command("xclip", "-out", "-selection", "clipboard")
		cmd.Env = append(os.Environ(), "DISPLAY="+display)
		out, _ := cmd.Output()
		if string(out) == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the clipboard holds %q, want %q", out, want)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// A code goes to the clipboard and off it again, the shell is free at once, and nobody
// who looks at the processes sees the code.
func TestACopiedCodeIsClearedBehindTheShellsBack(t *testing.T) {
	display := xserver(t)
	w := newWorld(t)
	w.env = append(w.env, "DISPLAY="+display)
	w.must(seed("hotp", "&counter=0"), "add", "counted", "--url", "https://shop.example.com/", "--username", "u", "--route", "otp", "--otp-file", "-")
	copied := func(args ...string) string {
		cmd := w.command(append([]string{"code", "counted", "--copy"}, args...)...)
		var out, said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &said
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v: %s", err, said.String())
		}
		if out.Len() > 0 {
			t.Errorf("the code was printed as well")
		}
		return said.String()
	}
	first := w.must("", "code", "counted", "--peek")
	code := strings.TrimSpace(first)
	if said := copied("--clear-after", "3s"); !strings.Contains(said, "cleared in 3 s if it is still there") {
		t.Errorf("it says %q", said)
	}
	holds(t, display, code)
	if found := seenInProcesses(t, code); found != "" {
		t.Errorf("the code is seen in %s", found)
	}
	holds(t, display, "")

	// What came after it stays.
	copied("--clear-after", "1s")
	other := exec.Command("xclip", "-in", "-selection", "clipboard")
	other.Env = append(os.Environ(), "DISPLAY="+display)
	other.Stdin = strings.NewReader("a phone number")
	if err := other.Run(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); helpers(t) > 0; {
		if time.Now().After(deadline) {
			t.Fatal("the helper does not end")
		}
		<-time.After(20 * time.Millisecond)
	}
	holds(t, display, "a phone number")

	if said := copied("--clear-after", "0"); !strings.Contains(said, "it stays") || helpers(t) > 0 {
		t.Errorf("it says %q, with %d helpers", said, helpers(t))
	}
}

// helpers counts the processes that wait to clear a clipboard.
func helpers(t *testing.T) int {
	t.Helper()
	n := 0
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range lines {
		if b, err := os.ReadFile(file); err == nil && bytes.Contains(b, []byte("\x00keep-clipboard\x00")) {
			n++
		}
	}
	return n
}

// seenInProcesses looks for a text in the arguments and the environment of every
// process that can be looked at.
func seenInProcesses(t *testing.T, text string) string {
	t.Helper()
	for _, kind := range []string{"cmdline", "environ"} {
		files, _ := filepath.Glob("/proc/[0-9]*/" + kind)
		for _, file := range files {
			if b, err := os.ReadFile(file); err == nil && bytes.Contains(b, []byte(text)) {
				return file + ": " + strings.ReplaceAll(string(b), "\x00", " ")
			}
		}
	}
	return ""
}

// A screenshot's QR code comes in from the clipboard, and text does.
func TestImportFromTheClipboard(t *testing.T) {
	display := xserver(t)
	w := newWorld(t)
	w.must(seed("totp", ""), "add", "shop", "--url", "https://shop.example.com/", "--username", "u", "--route", "otp", "--otp-file", "-")
	picture := filepath.Join(w.dir, "qr.png")
	w.must("", "export", "shop", "--to", "qr", "--out", picture, "--yes")
	w.env = append(w.env, "DISPLAY="+display, "GATEPASS_HOME="+filepath.Join(w.dir, "other"))
	put := func(kind string, data []byte) {
		cmd := exec.Command("xclip", "-in", "-selection", "clipboard", "-target", kind)
		cmd.Env = append(os.Environ(), "DISPLAY="+display)
		cmd.Stdin = bytes.NewReader(data)
		if err := cmd.Run(); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(picture)
	if err != nil {
		t.Fatal(err)
	}
	put("image/png", data)
	if out := w.must("", "import", "--clipboard", "--yes", "--json"); !strings.Contains(out, `"where"`) && !strings.Contains(out, `"added":[{`) {
		t.Errorf("it says %s", out)
	}
	put("UTF8_STRING", []byte(seed("totp", "")))
	if out := w.must("", "import", "--clipboard", "--yes", "--json"); !strings.Contains(out, `"added":[]`) || !strings.Contains(out, "the clipboard, line 1") {
		t.Errorf("it says %s", out)
	}
}
