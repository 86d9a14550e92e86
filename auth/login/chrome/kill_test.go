package chrome

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatepass/store"
	"gatepass/store/vanish"
)

// helper is what a test runs as a process of its own and kills: it opens a page
// that never ends and says so.
func helper(folder string) {
	d, err := New(Options{
		Path: os.Getenv("GATEPASS_TEST_BROWSER"), Now: time.Now, TempDir: folder, Environ: os.Environ(),
		Guardian: vanish.Command(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := d.Open(context.Background(), &url.URL{Scheme: "data", Opaque: "text/html,<p>here"}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("open")
	select {}
}

// However gatepass is killed in the middle of a login, its browser dies with it and
// the browser's profile is removed.
func TestTheBrowserDiesWithUs(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("processes are looked up in /proc")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, browser := range []string{"", "chromium"} {
		path := program(t, browser)
		for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGKILL} {
			if browser != "" && signal != syscall.SIGKILL {
				continue // what catches a signal is the same
			}
			t.Run(browser+" "+signal.String(), func(t *testing.T) {
				folder, err := os.MkdirTemp(profiles, "k")
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = os.RemoveAll(folder) }()
				cmd := exec.Command(self)
				cmd.Env = append(os.Environ(), "GATEPASS_TEST_HELPER="+folder, "GATEPASS_TEST_BROWSER="+path)
				out, err := cmd.StdoutPipe()
				if err != nil {
					t.Fatal(err)
				}
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				said, err := bufio.NewReader(out).ReadString('\n')
				if err != nil || strings.TrimSpace(said) != "open" {
					t.Fatalf("the helper said %q (%v)", said, err)
				}
				if len(running(folder)) == 0 {
					t.Fatal("no process of the browser was found while it ran")
				}
				if err := cmd.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, out)
				_ = cmd.Wait()
				if left := leftovers(folder); left != "" {
					t.Errorf("left behind: %s", left)
				}
			})
		}
	}
}

// A guardian that cannot be had is no reason not to sign in.
func TestABrowserWithoutAGuardian(t *testing.T) {
	folder := t.TempDir()
	p, err := newProfile(Options{TempDir: folder, Guardian: []string{filepath.Join(folder, "nothing")}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Nothing of the caller's environment but what a browser needs comes into it.
func TestTheEnvironmentIsFiltered(t *testing.T) {
	got := strings.Join(browserEnviron([]string{"GATEPASS_IDENTITY=/key", "GATEPASS_HOME=/h", "AWS_SECRET_ACCESS_KEY=x", "HOME=/home/me", "DISPLAY=:0"}, "/t"), " ")
	for _, name := range []string{"GATEPASS", "AWS"} {
		if strings.Contains(got, name) {
			t.Errorf("%s came through: %s", name, got)
		}
	}
	for _, pair := range []string{"HOME=/home/me", "DISPLAY=:0", "TMPDIR=/t"} {
		if !strings.Contains(got, pair) {
			t.Errorf("%s is missing: %s", pair, got)
		}
	}
}

// No browser: the error says so and how to get one.
func TestNoBrowser(t *testing.T) {
	_, err := New(Options{Path: filepath.Join(t.TempDir(), "nothing"), Now: time.Now})
	if !errors.Is(err, ErrNoBrowser) || len(store.Hints(err)) == 0 {
		t.Errorf("a browser that is not there: %v, %v", err, store.Hints(err))
	}
	for _, goos := range []string{"linux", "darwin", "windows", "plan9"} {
		if !strings.HasPrefix(install(goos), "Install") {
			t.Errorf("%s: %q", goos, install(goos))
		}
	}
}
