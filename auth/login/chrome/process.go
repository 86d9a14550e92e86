package chrome

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/chromedp"

	"gatepass/auth/login"
	"gatepass/store"
	"gatepass/store/vanish"
)

// process is a browser that runs.
type process struct {
	cmd     *exec.Cmd
	pipe    *chromedp.PipeConn
	profile *vanish.Folder
	said    *tail
	done    chan struct{} // closed when the main process has ended

	once sync.Once
	err  error
}

// start runs the browser, which talks over two pipes from the beginning.
func start(ctx context.Context, path string, args []string, environ []string, p *vanish.Folder) (*process, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	childIn, out, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	in, childOut, err := os.Pipe()
	if err != nil {
		_, _ = childIn.Close(), out.Close()
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	said := &tail{}
	cmd := exec.Command(path, args...)
	cmd.Env = browserEnviron(environ, p.Path())
	cmd.Dir = p.Path()
	cmd.Stderr = said
	cmd.WaitDelay = time.Second // a child may hold on to the output
	handOver(cmd, childIn, childOut, in, out)
	b := &process{cmd: cmd, pipe: chromedp.NewPipeConn(in, out), profile: p, said: said, done: make(chan struct{})}
	begun := make(chan error, 1)
	go b.run(begun)
	err = <-begun
	_, _ = childIn.Close(), childOut.Close()
	if err != nil {
		_ = b.pipe.Close()
		return nil, store.WithHint(fmt.Errorf("%w: start %q: %w", ErrNoBrowser, path, err), install(runtime.GOOS))
	}
	return b, nil
}

// run starts the process and waits for it on one thread: on Linux the kernel kills
// the child when the thread that started it ends, not when the process does.
func (b *process) run(begun chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := b.cmd.Start()
	begun <- err
	if err == nil {
		_ = b.cmd.Wait() // why it ended is told by what it said
		close(b.done)
	}
}

// kill ends the browser with all its children and removes its folder. The profile
// is thrown away, so there is nothing to end gently for. The children that the main
// process leaves behind end by themselves once they find it gone; who does not is killed.
func (b *process) kill() error {
	b.once.Do(func() {
		killAll(b.cmd)
		<-b.done
		_ = b.pipe.Close()
		b.err = errors.Join(b.profile.EndUsers(), b.profile.Close())
	})
	return b.err
}

// notStarted says why a browser that was started does not answer.
func (b *process) notStarted() error {
	text := login.Clean(b.said.String())
	hint := "Start it by hand to see what is wrong: " + b.cmd.Path + " --version"
	switch {
	case strings.Contains(text, "shared libraries"):
		hint = "A library that it needs is not installed. Install the browser from the system's own packages. " + install(runtime.GOOS)
	case strings.Contains(text, "X server") || strings.Contains(text, "DISPLAY") || strings.Contains(text, "ozone"):
		hint = "There is no display to open a window on. Leave --headful out, or start one that nobody sees: xvfb-run gatepass …"
	case strings.Contains(text, "sandbox"):
		hint = "Its sandbox does not work here. Allow user namespaces, or install the package chromium-sandbox."
	}
	if text == "" {
		return store.WithHint(errGone, hint)
	}
	return store.WithHint(fmt.Errorf("%w: it said %s", errGone, login.Quote(text)), hint)
}

// tail keeps the end of what a process says.
type tail struct {
	mu   sync.Mutex
	last []byte
}

const maxTail = 2 << 10 // bytes

// Write implements [io.Writer].
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, p...)
	if over := len(t.last) - maxTail; over > 0 {
		t.last = append([]byte(nil), t.last[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.last)
}

// killSoon kills without waiting for the end.
func (b *process) killSoon() {
	if b != nil {
		killAll(b.cmd)
	}
}

// ended is closed when the main process is gone; the wire is told a little earlier.
func (b *process) ended() <-chan struct{} { return b.done }
