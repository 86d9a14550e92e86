package chrome

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/runtime"

	"gatepass/store"
)

// display gives a screen to open windows on: the one that is there, or one of its
// own that nobody sees.
func display(t *testing.T) string {
	t.Helper()
	if d := os.Getenv("DISPLAY"); d != "" {
		return d
	}
	server, err := exec.LookPath("Xvfb")
	if err != nil {
		t.Skip("there is no display, and no Xvfb to make one")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), server, "-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{w}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait(); _ = r.Close() })
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Skipf("Xvfb did not start: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}

// With a window it is the same: the login goes through, the picture is masked, and
// what the browser calls itself is its own.
func TestALoginInAWindow(t *testing.T) {
	path, err := Find("", true, os.Environ())
	if err != nil {
		t.Skipf("no browser with a window is installed here: %v", err)
	}
	screen := display(t)
	s := serve(t, accept(site{"/": form("/in")}))
	d := openWith(t, Options{Path: path, Headful: true, Guard: allowing(s.URL)}, append(os.Environ(), "DISPLAY="+screen))
	p := see(t, d, s.URL)
	r, err := call(within(t), d.front.main, runtime.Evaluate, runtime.EvaluateParams{Expression: "navigator.userAgent"})
	if err != nil || strings.Contains(string(r.Result.Value), "Headless") || d.agent != nil {
		t.Errorf("it calls itself %s (%v)", r.Result.Value, err)
	}
	if p = answer(t, d, p); !strings.Contains(p.Text, "Welcome") {
		t.Fatalf("after the login: %q", p.Text)
	}
	picture, err := d.Picture(within(t))
	if err != nil || picture.Width < 400 || picture.Width > maxSide {
		t.Errorf("a picture of %d×%d: %v", picture.Width, picture.Height, err)
	}
	if session, err := d.Session(within(t)); err != nil || session.Agent == "" {
		t.Errorf("the session: %v", err)
	}
}

// Without a display the error says what to do.
func TestAWindowNeedsADisplay(t *testing.T) {
	path, err := Find("", true, os.Environ())
	if err != nil {
		t.Skipf("no browser with a window is installed here: %v", err)
	}
	d := openWith(t, Options{Path: path, Headful: true}, []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")})
	_, err = d.Open(within(t), address(t, "about:blank"))
	if err == nil || !strings.Contains(strings.Join(store.Hints(err), " "), "no display") {
		t.Errorf("without a display: %v, %q", err, store.Hints(err))
	}
}
